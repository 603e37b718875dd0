import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { GauntletError } from './errors.ts';
import { ActionMessage, AgentMessage, ArenaMessage } from './messages.ts';
import { checker } from './validate.ts';
import { observation, welcome } from '../src/testing/samples.ts';

const check = checker(AgentMessage);
const ACTION = { type: 'action', tick: 3, action: { steering: 0.1, throttle: 0.2, brake: 0, gear: 'forward' } };

function refusal(value: unknown): Pick<GauntletError, 'code' | 'path' | 'expected' | 'actual'> {
  try {
    check(value);
  } catch (error) {
    if (error instanceof GauntletError) {
      const { code, path, expected, actual } = error;
      return { code, path, expected, actual };
    }
    throw error;
  }
  throw new Error('passed the check');
}

test('valid messages pass, and are returned as they are', () => {
  expect(check(ACTION)).toBe(ACTION);
  const arena = checker(ArenaMessage);
  for (const message of [welcome(), observation(4)]) expect(arena(message)).toBe(message);
});

describe('an error names the field, what was expected and what came', () => {
  const action = (change: object): object => ({ ...ACTION, action: { ...ACTION.action, ...change } });
  test.each<[string, unknown, string, string, string]>([
    ['a wrong type', action({ throttle: 'full' }), '/action/throttle', 'number', '"full"'],
    ['NaN', action({ throttle: NaN }), '/action/throttle', 'number', 'NaN'],
    ['infinity', action({ steering: -Infinity }), '/action/steering', 'number', '-Infinity'],
    ['an unknown field', action({ trottle: 1 }), '/action/trottle', 'no such field', '1'],
    ['an unknown field at the top', { ...ACTION, extra: null }, '/extra', 'no such field', 'null'],
    ['an unknown word', action({ gear: 'up' }), '/action/gear', '"forward" or "neutral" or "reverse"', '"up"'],
    ['a fraction for a tick', { ...ACTION, tick: 1.5 }, '/tick', 'integer', '1.5'],
    ['a negative tick', { ...ACTION, tick: -1 }, '/tick', '>= 0', '-1'],
    ['bytes for a number', action({ brake: new Uint8Array(3) }), '/action/brake', 'number', '3 bytes'],
    ['a missing field', { type: 'pong', id: 1, t1: 0 }, '/t2', 'the field t2', 'nothing'],
    [
      'too long a token',
      { type: 'hello', token: 'x'.repeat(257), sdk: { name: 'a', version: '1' } },
      '/token',
      'not have more than 256 characters',
      `"${'x'.repeat(76)}...`,
    ],
  ])('%s', (_, value, path, expected, actual) => {
    expect(refusal(value)).toEqual({ code: 'invalid-message', path, expected, actual });
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a number', 7],
    ['an array', []],
    ['no type', {}],
    ['another type', { type: 'observation' }],
  ])('%s is no message: told what there is', (_, value) => {
    const { code, path, expected } = refusal(value);
    expect(code).toBe('invalid-message');
    expect(['', '/type']).toContain(path);
    expect(expected).not.toBe('');
  });
});

test('code and subject are the caller’s', () => {
  const limited = checker(Type.Number({ maximum: 3 }));
  expect(() => limited(4, 'invalid-parameters', 'parameter')).toThrow(
    expect.objectContaining({ code: 'invalid-parameters', message: 'parameter: expected <= 3, got 4' }) as Error,
  );
});

test('a value that is a mess in itself is told apart without a crash', () => {
  const cyclic: Record<string, unknown> = { ...ACTION };
  cyclic['action'] = cyclic;
  expect(refusal(cyclic).code).toBe('invalid-message');
  expect(refusal({ ...ACTION, action: 1n }).code).toBe('invalid-message');
  expect(() => checker(ActionMessage)(ACTION)).not.toThrow();
});
