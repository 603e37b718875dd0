import { expect, test } from 'vitest';
import { parseRange } from './range.ts';

test('ranges of RFC 9110, 14.1.2: first-last, first to the end, the last so many', () => {
  expect(parseRange('bytes=0-499', 10_000)).toEqual({ start: 0, end: 499 });
  expect(parseRange('bytes=500-999', 10_000)).toEqual({ start: 500, end: 999 });
  expect(parseRange('bytes=-500', 10_000)).toEqual({ start: 9500, end: 9999 });
  expect(parseRange('bytes=9500-', 10_000)).toEqual({ start: 9500, end: 9999 });
  expect(parseRange('bytes=0-0', 10_000)).toEqual({ start: 0, end: 0 });
});

test('a range that reaches past the end is cut, one that starts there cannot be satisfied', () => {
  expect(parseRange('bytes=9000-20000', 10_000)).toEqual({ start: 9000, end: 9999 });
  expect(parseRange('bytes=-20000', 10_000)).toEqual({ start: 0, end: 9999 });
  expect(parseRange('bytes=10000-', 10_000)).toBe('unsatisfiable');
  expect(parseRange('bytes=-0', 10_000)).toBe('unsatisfiable');
  expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable');
});

test('what is no single range of bytes is ignored', () => {
  for (const header of [
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5-2',
    'bytes=0-1,4-5',
    'items=0-1',
    'bytes=1e3-',
    'bytes=0x1-',
  ]) {
    expect(parseRange(header, 10_000)).toBeNull();
  }
});
