import { expect, test } from 'vitest';
import { speedAfter, stoppingDistance, travelTime } from './travel.ts';

/** By small steps. */
function simulated(
  distance: number,
  speed: number,
  acceleration: number,
  fastest: number,
): { time: number; speed: number } {
  const dt = 1e-4;
  let [s, v, t] = [0, speed, 0];
  while (s < distance) {
    if (v < fastest) v = Math.min(fastest, v + acceleration * dt);
    s += v * dt;
    t += dt;
  }
  return { time: t, speed: v };
}

test.each([
  [30, 0, 2, 8],
  [10, 3, 1.5, 20],
  [50, 12, 2, 8],
  [5, 0, 0.5, 30],
])(
  '%d m from %d m/s with %d m/s2 up to %d m/s take as long as in small steps',
  (distance, speed, acceleration, fastest) => {
    const expected = simulated(distance, speed, acceleration, fastest);
    expect(travelTime(distance, speed, acceleration, fastest)).toBeCloseTo(expected.time, 2);
    expect(speedAfter(distance, speed, acceleration, fastest)).toBeCloseTo(expected.speed, 2);
  },
);

test('who stands and does not accelerate never arrives, and who is there has arrived', () => {
  expect(travelTime(1, 0, 0, 10)).toBe(Infinity);
  expect(travelTime(0, 0, 0, 10)).toBe(0);
});

test('braking distance is v^2 / (2 b)', () => {
  expect(stoppingDistance(20, 4)).toBe(50);
});
