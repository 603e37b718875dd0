import { expect, test } from 'vitest';
import { murmur3, stateHash } from './murmur3.ts';

function littleEndian(words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => view.setUint32(4 * i, word, true));
  return new Uint8Array(view.buffer);
}

test("MurmurHash3_x86_128 gives SMHasher's published verification value, 0xB3ECE62A", () => {
  // The keys {}, {0}, {0, 1}, ... up to 255 bytes with seeds 256 - n; the hash of all their hashes begins with the value.
  const hashes = new Uint8Array(256 * 16);
  for (let n = 0; n < 256; n++) {
    hashes.set(
      littleEndian(
        murmur3(
          Uint8Array.from({ length: n }, (_, i) => i),
          256 - n,
        ),
      ),
      16 * n,
    );
  }
  expect(murmur3(hashes)[0]).toBe(0xb3ece62a);
});

test('one changed bit anywhere changes the hash', () => {
  const bytes = Uint8Array.from({ length: 101 }, (_, i) => i * 7);
  const hashes = new Set([stateHash(bytes)]);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    hashes.add(stateHash(changed));
  }
  expect(hashes.size).toBe(8 * bytes.length + 1);
});

test('a hash is 32 hexadecimal digits, whatever the words', () => {
  for (let i = 0; i < 500; i++) expect(stateHash(littleEndian([i]))).toMatch(/^[0-9a-f]{32}$/);
});
