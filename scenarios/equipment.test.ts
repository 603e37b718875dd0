import { expect, test } from 'vitest';
import { discharge, saturationFlow } from '../sim/src/traffic/testing/saturation.ts';
import { DRIVERS } from './equipment.ts';

test('a queue of the cars of all scenarios leaves a signal at 1700 to 2000 vehicles an hour and lane', () => {
  const flow = saturationFlow(discharge(DRIVERS.car));
  expect(flow).toBeGreaterThan(1700);
  expect(flow).toBeLessThan(2000);
});
