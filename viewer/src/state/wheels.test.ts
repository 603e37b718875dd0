import { expect, it } from 'vitest';
import { WheelRoll } from './wheels.ts';

it('turns a wheel once for every circumference that is driven, and back when time runs back', () => {
  const roll = new WheelRoll();
  const radius = 0.33;
  const turn = (2 * Math.PI * radius) / 10; // s at 10 m/s
  expect(roll.advance(1, 10, radius, turn / 4)).toBeCloseTo(Math.PI / 2, 9);
  expect(roll.advance(1, 10, radius, turn)).toBeCloseTo(Math.PI / 2, 9);
  expect(roll.advance(1, 10, radius, -turn / 4)).toBeCloseTo(0, 9);
});
