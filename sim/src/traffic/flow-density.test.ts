import { describe, expect, test } from 'vitest';
import { arcLine, endOf } from '../road/curves.ts';
import { MapBuilder } from '../road/map-builder.ts';
import type { DriverParameters, ScenarioPlan } from '../scenario.ts';
import { CAR } from '../vehicle/spec.ts';
import { discharge, RED, saturationFlow } from './testing/saturation.ts';
import { Stage, TICK } from './testing/stage.ts';

const LIMIT = 12;
const DRIVER: DriverParameters = {
  speedFactor: 1,
  headway: 1.2,
  minGap: 2,
  acceleration: 1.6,
  braking: 2,
  criticalGap: 4,
};
const RADIUS = 110;
const AROUND = 2 * Math.PI * RADIUS;

/** A closed road of one lane, in four parts, wide enough that its bends slow nobody down. */
function ring(): ScenarioPlan['map'] {
  const builder = new MapBuilder('ring');
  let start = { x: RADIUS, y: 0, heading: Math.PI / 2 };
  const lanes = [0, 1, 2, 3].map(() => {
    const arc = arcLine(start, RADIUS, AROUND / 4);
    start = endOf(arc);
    return builder.road(arc, [{ width: 3.5, speedLimit: LIMIT }])[0]!;
  });
  lanes.forEach((lane, i) => builder.link(lane, lanes[(i + 1) % 4]!));
  return builder.build();
}

/** Vehicles an hour past any point of the ring, when so many cars have driven on it for some time. */
function flowOf(count: number): number {
  const stage = new Stage({
    map: ring(),
    friction: 0.9,
    seats: [],
    actors: [],
    flows: [],
    stories: [],
    roaming: [{ name: 'cars', count, mix: [{ class: 'car', driver: DRIVER, share: 1 }] }],
  });
  for (let t = 0; t < 90; t += TICK) stage.step();
  let [sum, samples] = [0, 0];
  for (let t = 0; t < 10; t += TICK) {
    stage.step();
    for (const { state } of stage.vehicles) [sum, samples] = [sum + state.speed, samples + 1];
  }
  expect(stage.vehicles.length).toBe(count);
  expect(stage.collisions()).toEqual([]);
  return (3600 * (count / AROUND) * sum) / samples;
}

/** The same in IDM's equilibrium, gap (s0 + v T) / sqrt(1 - (v / v0)^4), at a density (vehicles per m), by bisection for v. */
function equilibriumFlow(density: number): number {
  const gap = 1 / density - CAR.length;
  let [low, high] = [0, LIMIT];
  while (high - low > 1e-9) {
    const v = (low + high) / 2;
    if ((DRIVER.minGap + v * DRIVER.headway) / Math.sqrt(1 - (v / LIMIT) ** 4) < gap) low = v;
    else high = v;
  }
  return 3600 * density * low;
}

describe('the flow-density curve of a closed road', () => {
  test('has its peak where the parameters of IDM say, and follows the equilibrium on both sides of it', () => {
    const counts = [9, 18, 25, 29, 33, 40, 57];
    const measured = counts.map(flowOf);
    const theory = counts.map((count) => equilibriumFlow(count / AROUND));
    counts.forEach((count, i) => {
      expect(measured[i]! / theory[i]!, `${count} vehicles`).toBeGreaterThan(0.94);
      expect(measured[i]! / theory[i]!, `${count} vehicles`).toBeLessThan(1.06);
    });
    // The peak of the formula, at any density, against that of what was driven.
    let peak = 0;
    for (let density = 0.005; density < 0.14; density += 0.0005) {
      if (equilibriumFlow(density) > equilibriumFlow(peak || 0.001)) peak = density;
    }
    const at = counts[measured.indexOf(Math.max(...measured))]!;
    expect(Math.abs(at / AROUND - peak) / peak).toBeLessThan(0.1);
    expect(Math.abs(Math.max(...measured) / equilibriumFlow(peak) - 1)).toBeLessThan(0.05);
    expect(measured[0]!).toBeLessThan(0.5 * Math.max(...measured));
    expect(measured.at(-1)!).toBeLessThan(0.85 * Math.max(...measured));
  });
});

describe('a queue at a signal', () => {
  test.each([0.9, 1, 1.1])('of drivers with a headway of %s s discharges 1700 to 2000 vehicles an hour', (headway) => {
    const passed = discharge({ ...DRIVER, speedFactor: 0.95, headway });
    expect(passed.length).toBe(25);
    expect(passed[0]!).toBeGreaterThan(RED);
    expect(saturationFlow(passed)).toBeGreaterThan(1700);
    expect(saturationFlow(passed)).toBeLessThan(2000);
  });
});
