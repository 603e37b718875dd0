import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idm, idmGap } from './idm.ts';

/** The values of the paper's table I: v0 120 km/h, T 1.6 s, a 0.73 m/s2, b 1.67 m/s2, s0 2 m. */
const PAPER = { headway: 1.6, minGap: 2, acceleration: 0.73, braking: 1.67 };
const V0 = 120 / 3.6;

test('IDM neither accelerates nor brakes in the equilibrium gap (s0 + v T) / sqrt(1 - (v / v0)^4)', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.95 * V0, noNaN: true }), (v) => {
      const gap = (PAPER.minGap + v * PAPER.headway) / Math.sqrt(1 - (v / V0) ** 4);
      expect(idm(PAPER, v, V0, gap, v)).toBeCloseTo(0, 9);
      expect(idm(PAPER, v, V0, gap * 1.05, v)).toBeGreaterThan(0);
      expect(idm(PAPER, v, V0, gap * 0.95, v)).toBeLessThan(0);
    }),
  );
});

test('IDM on a free road accelerates with a from rest and with nothing at the wanted speed', () => {
  expect(idm(PAPER, 0, V0, Infinity, 0)).toBe(PAPER.acceleration);
  expect(idm(PAPER, V0, V0, Infinity, 0)).toBe(0);
  // Published: a car of these values takes some 45 s from rest to 100 km/h on a free road.
  let [speed, time] = [0, 0];
  while (speed < 100 / 3.6) [speed, time] = [speed + idm(PAPER, speed, V0, Infinity, 0) * 0.05, time + 0.05];
  expect(time).toBeGreaterThan(43);
  expect(time).toBeLessThan(48);
});

test('IDM comes to rest s0 behind a standing obstacle, and brakes little more than b to do so', () => {
  let [x, speed, hardest] = [0, 25, 0];
  for (let t = 0; t < 120; t += 0.05) {
    const acceleration = idm(PAPER, speed, V0, 400 - x, 0);
    hardest = Math.min(hardest, acceleration);
    speed = Math.max(0, speed + acceleration * 0.05);
    x += speed * 0.05;
  }
  expect(400 - x).toBeGreaterThan(PAPER.minGap - 0.1);
  expect(400 - x).toBeLessThan(PAPER.minGap + 1);
  expect(hardest).toBeGreaterThan(-1.25 * PAPER.braking);
});

test('IDM wants more room behind a slower leader, and never less than s0 behind a faster one', () => {
  expect(idmGap(PAPER, 20, 10)).toBeGreaterThan(idmGap(PAPER, 20, 20));
  expect(idmGap(PAPER, 20, 20)).toBe(2 + 20 * 1.6);
  expect(idmGap(PAPER, 20, 200)).toBe(2);
});
