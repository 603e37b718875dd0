import { OWN_MAPS } from '@gauntlet/scenarios';
import { expect, test } from 'vitest';
import { isClean, soakTraffic } from './traffic.ts';

/** Simulated minutes: the whole soak takes 30, and five seeds. */
const MINUTES = 2;

test('traffic on every map of ours neither collides, nor runs a red light, nor jumps, and gets on', async () => {
  const maps = Object.keys(OWN_MAPS);
  const results = await soakTraffic({ minutes: MINUTES, seeds: 1, maps, parameters: {} }, () => undefined);
  expect(results.map(({ map }) => map)).toEqual(maps);
  for (const result of results) {
    expect(result.findings.notes, result.map).toEqual([]);
    expect(isClean(result), result.map).toBe(true);
    expect(result.findings.vehicles, result.map).toBeGreaterThan(10);
    expect(result.findings.arrived, result.map).toBeGreaterThan(5);
  }
});
