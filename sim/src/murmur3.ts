const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

/**
 * MurmurHash3_x86_128 (Austin Appleby; public domain): 128 bits as four unsigned 32-bit words. It tells states apart; it is no
 * signature, and needs to be none: whoever verifies a log computes every state anew.
 */
export function murmur3(bytes: Uint8Array, seed = 0): [number, number, number, number] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  const whole = length & ~15;
  let h1 = seed | 0;
  let h2 = h1;
  let h3 = h1;
  let h4 = h1;
  for (let at = 0; at < whole; at += 16) {
    h1 ^= mix1(view.getInt32(at, true));
    h1 = (Math.imul((rotl(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= mix2(view.getInt32(at + 4, true));
    h2 = (Math.imul((rotl(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= mix3(view.getInt32(at + 8, true));
    h3 = (Math.imul((rotl(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= mix4(view.getInt32(at + 12, true));
    h4 = (Math.imul((rotl(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  const tail = length - whole;
  if (tail > 12) h4 ^= mix4(partial(bytes, whole + 12));
  if (tail > 8) h3 ^= mix3(partial(bytes, whole + 8));
  if (tail > 4) h2 ^= mix2(partial(bytes, whole + 4));
  if (tail > 0) h1 ^= mix1(partial(bytes, whole));

  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h3 = avalanche(h3);
  h4 = avalanche(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  return [h1 >>> 0, (h2 + h1) >>> 0, (h3 + h1) >>> 0, (h4 + h1) >>> 0];
}

/** The hash of a state's bytes as 32 hexadecimal digits. */
export function stateHash(bytes: Uint8Array): string {
  return murmur3(bytes)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
}

function mix1(word: number): number {
  return Math.imul(rotl(Math.imul(word, C1), 15), C2);
}

function mix2(word: number): number {
  return Math.imul(rotl(Math.imul(word, C2), 16), C3);
}

function mix3(word: number): number {
  return Math.imul(rotl(Math.imul(word, C3), 17), C4);
}

function mix4(word: number): number {
  return Math.imul(rotl(Math.imul(word, C4), 18), C1);
}

/** Up to four bytes from an offset on, little-endian; those beyond the end are 0. */
function partial(bytes: Uint8Array, at: number): number {
  let word = 0;
  for (let i = Math.min(3, bytes.length - at - 1); i >= 0; i--) word = (word << 8) | (bytes[at + i] as number);
  return word;
}

function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
