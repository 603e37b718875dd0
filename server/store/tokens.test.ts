import { expect, test } from 'vitest';
import { hashToken, makeToken } from './tokens.ts';

test('a token is a prefix and 32 random bytes in base64url', () => {
  const tokens = Array.from({ length: 100 }, makeToken);
  for (const token of tokens) {
    expect(token).toMatch(/^gnt_[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(token.slice(4), 'base64url')).toHaveLength(32);
  }
  expect(new Set(tokens).size).toBe(100);
});

test('a token is stored as its SHA-256 (FIPS 180-2, example B.1)', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
