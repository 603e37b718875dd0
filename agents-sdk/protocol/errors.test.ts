import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS, GauntletError } from './errors.ts';
import { ErrorCode } from './vocabulary.ts';
import { checker } from './validate.ts';

const PAGE = resolve(import.meta.dirname, '..', '..', 'docs', 'errors.md');

test('docs/errors.md lists every code with its meaning and what to do, and no other', () => {
  const rows = readFileSync(PAGE, 'utf8')
    .split('\n')
    .map((line) => /^\|\s*`([a-z-]+)`\s*\|(.*)\|(.*)\|$/.exec(line)?.map((cell) => cell.trim()))
    .filter((row) => row !== undefined);
  expect(Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]))).toEqual(ERRORS);
  expect(rows.length).toBe(Object.keys(ERRORS).length);
  for (const [, code, , advice] of rows) expect(advice?.length, code).toBeGreaterThan(10);
});

test('a code is a word of the vocabulary, and nothing else is', () => {
  const check = checker(ErrorCode);
  for (const code of Object.keys(ERRORS)) expect(check(code)).toBe(code);
  expect(() => check('nonsense')).toThrow('"bad-message" or ');
});

test('an error carries what a person needs, with empty text where there is nothing to tell', () => {
  const error = new GauntletError('no-match', 'no match waits', { expected: 'a match' });
  expect(error).toBeInstanceOf(Error);
  expect({ ...error }).toEqual({ name: 'GauntletError', code: 'no-match', path: '', expected: 'a match', actual: '' });
});
