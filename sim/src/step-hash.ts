import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 of a state's bytes, hex. */
export function stateHash(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}
