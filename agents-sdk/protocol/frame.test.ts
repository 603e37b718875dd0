import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DrawShape } from './action.ts';
import { MatchEvent } from './event.ts';
import { decodeFrame, encodeFrame, ENTITY_STRIDE, EntityDescription, type Frame } from './frame.ts';
import { SIGNAL_STATES } from './map.ts';
import { arbitraryOf } from './testing/arbitrary.ts';
import { SeatId } from './vocabulary.ts';

const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const angle = within(-Math.PI, Math.PI);

const frames: fc.Arbitrary<Frame> = fc.record(
  {
    tick: fc.nat(2 ** 31),
    entities: fc.array(
      fc.record(
        {
          id: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
          x: within(-1e6, 1e6),
          y: within(-1e6, 1e6),
          z: within(-1e3, 1e3),
          yaw: angle,
          pitch: angle,
          roll: angle,
          speed: within(-300, 300),
          steering: within(-3, 3),
          lights: fc.nat(31),
        },
        { noNullPrototype: true },
      ),
      { maxLength: 5 },
    ),
    spawned: fc.array(arbitraryOf(EntityDescription), { maxLength: 2 }),
    removed: fc.array(fc.nat(2 ** 31), { maxLength: 3 }),
    seats: fc.array(
      fc.record(
        {
          seat: arbitraryOf(SeatId),
          completion: within(0, 1),
          score: within(0.001, 100),
          lidar: fc.option(fc.array(within(0, 600), { maxLength: 9 }).map((ranges) => Float32Array.from(ranges))),
          draw: fc.array(arbitraryOf(DrawShape), { maxLength: 2 }),
          latencyMs: fc.option(within(0.001, 1e4)),
          bankMs: within(0.001, 1e4),
          done: fc.boolean(),
        },
        { noNullPrototype: true },
      ),
      { maxLength: 3 },
    ),
    events: fc.array(arbitraryOf(MatchEvent), { maxLength: 2 }),
    signals: fc.uint8Array({ max: SIGNAL_STATES.length - 1, maxLength: 9 }),
  },
  { noNullPrototype: true },
);

test('a frame arrives within its quantisation: 1 mm, 0.0001 rad, 1 cm/s, lidar 1 cm; the rest exactly', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const arrived = decodeFrame(encodeFrame(frame));
      expect(arrived.entities.length).toBe(frame.entities.length);
      frame.entities.forEach((entity, i) => {
        const got = arrived.entities[i]!;
        expect([got.id, got.lights]).toEqual([entity.id, entity.lights]);
        for (const name of ['x', 'y', 'z'] as const)
          expect(Math.abs(got[name] - entity[name])).toBeLessThanOrEqual(0.000501);
        for (const name of ['yaw', 'pitch', 'roll', 'steering'] as const)
          expect(Math.abs(got[name] - entity[name])).toBeLessThanOrEqual(0.0000501);
        expect(Math.abs(got.speed - entity.speed)).toBeLessThanOrEqual(0.00501);
      });
      frame.seats.forEach(({ lidar, ...seat }, i) => {
        const { lidar: got, ...rest } = arrived.seats[i]!;
        expect(rest).toEqual(seat);
        expect(got === null).toBe(lidar === null);
        lidar?.forEach((range, j) => expect(Math.abs((got?.[j] ?? NaN) - range)).toBeLessThanOrEqual(0.00501));
      });
      const { tick, spawned, removed, events, signals } = arrived;
      expect({ tick, spawned, removed, events, signals: [...signals] }).toEqual({
        tick: frame.tick,
        spawned: frame.spawned,
        removed: frame.removed,
        events: frame.events,
        signals: [...frame.signals],
      });
    }),
  );
});

test('what goes beyond its field is held at the field’s end, never wrapped around', () => {
  const entity = {
    id: 1,
    x: 0,
    y: 0,
    z: 0,
    yaw: Math.PI,
    pitch: -Math.PI,
    roll: 0,
    speed: 1000,
    steering: -9,
    lights: 0,
  };
  const seat = {
    seat: 'blue-1',
    completion: 0,
    score: 0,
    lidar: Float32Array.of(1e6),
    draw: [],
    latencyMs: null,
    bankMs: 0,
    done: false,
  };
  const { entities, seats } = decodeFrame(
    encodeFrame({
      tick: 0,
      entities: [entity],
      spawned: [],
      removed: [],
      seats: [seat],
      events: [],
      signals: new Uint8Array(),
    }),
  );
  expect(entities[0]).toMatchObject({ speed: 327.67, steering: -3.2768 });
  expect(entities[0]?.yaw).toBeCloseTo(Math.PI, 4);
  expect(entities[0]?.pitch).toBeCloseTo(-Math.PI, 4);
  expect(seats[0]?.lidar?.[0]).toBeCloseTo(655.35, 2);
});

test('an entity takes the bytes that are promised', () => {
  const size = (count: number): number => {
    const entity = { id: 1, x: 0, y: 0, z: 0, yaw: 0, pitch: 0, roll: 0, speed: 0, steering: 0, lights: 0 };
    return encodeFrame({
      tick: 0,
      entities: new Array<typeof entity>(count).fill(entity),
      spawned: [],
      removed: [],
      seats: [],
      events: [],
      signals: new Uint8Array(),
    }).length;
  };
  expect(size(9) - size(1)).toBe(8 * ENTITY_STRIDE);
});
