import { createHash, randomBytes } from 'node:crypto';

/** A new bearer token: 32 random bytes, base64url, behind a prefix by which scanners for leaked secrets find it. */
export function makeToken(): string {
  return `gnt_${randomBytes(32).toString('base64url')}`;
}

/**
 * What is stored of a token: SHA-256, hex. A plain hash is right for 256 random bits, which nobody can guess from a hash,
 * however fast it is; slow, salted hashes are for passwords that people choose. Tokens are compared by looking up the hash,
 * so the time of the comparison says nothing about a token.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
