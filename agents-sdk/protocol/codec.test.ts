import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TSchema } from 'typebox';
import { f32 } from './array.ts';
import { decodeArenaMessage, decodeValue, encodeAgentMessage, encodeArenaMessage, pack, unpack } from './codec.ts';
import { GauntletError } from './errors.ts';
import {
  ActionMessage,
  AgentMessage,
  End,
  ErrorMessage,
  Hello,
  Missed,
  ObservationMessage,
  Ping,
  Pong,
  Ready,
  Welcome,
  type ArenaMessage,
} from './messages.ts';
import { arbitraryOf } from './testing/arbitrary.ts';
import { checker } from './validate.ts';
import { SUBPROTOCOLS } from './version.ts';
import { observation } from '../src/testing/samples.ts';

const AGENT: [string, TSchema][] = Object.entries({ Hello, Ready, ActionMessage, Pong });
const ARENA: [string, TSchema][] = Object.entries({ Welcome, ObservationMessage, Missed, Ping, End, ErrorMessage });

describe.each(SUBPROTOCOLS)('%s', (subprotocol) => {
  test.each(AGENT)('round trip: what an agent sends as %s arrives as it was and passes the check', (_, schema) => {
    const check = checker(AgentMessage);
    fc.assert(
      fc.property(arbitraryOf(schema), (message) => {
        const wire = encodeAgentMessage(message as AgentMessage, subprotocol);
        expect(typeof wire === 'string').toBe(subprotocol === 'gauntlet.v1.json');
        expect(check(decodeValue(wire, subprotocol))).toEqual(message);
      }),
      { numRuns: 100 },
    );
  });

  test.each(ARENA)('round trip: what the arena sends as %s arrives as it was', (_, schema) => {
    const check = checker(schema);
    fc.assert(
      fc.property(arbitraryOf(schema), (message) => {
        const arrived = decodeArenaMessage(encodeArenaMessage(message as ArenaMessage, subprotocol), subprotocol);
        expect(arrived).toEqual(message);
        check(arrived);
      }),
      { numRuns: 60 },
    );
  });

  test('sensor arrays arrive bit for bit, -0 and denormals included, as Float32Array', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1, maxLength: 200 }), (data) => {
        const message = observation(1);
        message.observation.sensors = { lidar: { kind: 'lidar', ranges: f32(data) } };
        const arrived = decodeArenaMessage(encodeArenaMessage(message, subprotocol), subprotocol);
        const reading = arrived.type === 'observation' ? arrived.observation.sensors['lidar'] : undefined;
        if (reading?.kind !== 'lidar') throw new Error('no lidar');
        expect(reading.ranges.data).toBeInstanceOf(Float32Array);
        expect(Buffer.from(reading.ranges.data.buffer).equals(Buffer.from(data.slice().buffer))).toBe(true);
      }),
    );
  });

  test('encoding leaves the message as it is: one observation may be sent twice', () => {
    const message = observation(1);
    const copy = structuredClone(message);
    encodeArenaMessage(message, subprotocol);
    expect(message).toEqual(copy);
  });

  test('undefined fields are left out', () => {
    const message = {
      type: 'action',
      tick: 1,
      action: { steering: 0, throttle: 0, brake: 0, gear: 'forward' },
      draw: undefined,
    };
    const wire = encodeAgentMessage(message as unknown as AgentMessage, subprotocol);
    expect(Object.keys(decodeValue(wire, subprotocol) as object)).toEqual(['type', 'tick', 'action']);
  });

  test('the other kind of frame is refused, with what was expected', () => {
    const other = subprotocol === 'gauntlet.v1.json' ? new Uint8Array([0x80]) : '{}';
    expect(() => decodeValue(other, subprotocol)).toThrow(
      expect.objectContaining({
        code: 'bad-message',
        expected: subprotocol === 'gauntlet.v1.json' ? 'a text frame' : 'a binary frame',
      }) as Error,
    );
  });
});

test('an array that is not finite has no JSON form: it is refused, never changed', () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const message = observation(1);
    message.observation.sensors = { lidar: { kind: 'lidar', ranges: f32(Float32Array.of(1, value)) } };
    expect(() => encodeArenaMessage(message, 'gauntlet.v1.json')).toThrow(RangeError);
  }
});

test('packed bytes never change, whatever is packed after them', () => {
  const all = Array.from({ length: 500 }, (_, i) => {
    const value = { i, text: 'x'.repeat((i * 37) % 3000) };
    return { value, bytes: pack(value) };
  });
  for (const { value, bytes } of all) expect(unpack(bytes)).toEqual(value);
});

test('[seeded fuzz] garbage gives a value or bad-message, in bounded time, and both happen', () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? 20_240_611);
  let values = 0;
  let refused = 0;
  const valid = encodeAgentMessage({ type: 'pong', id: 3, t1: 1.5, t2: 2.5 }, 'gauntlet.v1.msgpack') as Uint8Array;
  /** Random bytes, and a valid message with some bytes changed. */
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 }).map((changes) => {
      const changed = valid.slice();
      for (const [at, byte] of changes) changed[at] = byte;
      return changed;
    }),
  );
  const attempt = (data: Uint8Array | string, subprotocol: (typeof SUBPROTOCOLS)[number]): void => {
    try {
      decodeValue(data, subprotocol);
      values++;
    } catch (error) {
      if (!(error instanceof GauntletError) || error.code !== 'bad-message') throw error;
      refused++;
    }
  };
  try {
    fc.assert(
      fc.property(bytes, (data) => attempt(data, 'gauntlet.v1.msgpack')),
      { seed, numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => attempt(text, 'gauntlet.v1.json')),
      { seed, numRuns: 1000 },
    );
  } finally {
    console.log(`fuzz seed ${seed}: ${values} values, ${refused} refused`);
  }
  expect(values).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(500);
});
