import { describe, expect, test } from 'vitest';
import { arcLine, endOf, straightLine } from '../road/curves.ts';
import { MapBuilder } from '../road/map-builder.ts';
import type { ActorPlan, DriverParameters, ScenarioPlan } from '../scenario.ts';
import { CAR } from '../vehicle/spec.ts';
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
  /** Cars behind a stop line, whose signal turns green after 5 s; the times at which their fronts pass the line. */
  function discharge(driver: DriverParameters): number[] {
    const builder = new MapBuilder('street');
    const line = straightLine({ x: 0, y: 0, heading: 0 }, 400);
    const lane = { width: 3.5, speedLimit: 13.9 };
    const [approach] = builder.road(line, [lane]) as [number];
    const middle = straightLine(endOf(line), 30);
    const [junction] = builder.road(middle, [{ ...lane, junction: 0 }]) as [number];
    const [exit] = builder.road(straightLine(endOf(middle), 600), [lane]) as [number];
    builder.link(approach, junction);
    builder.link(junction, exit);
    const map = builder.build();
    const lanes = map.lanes.map((each) =>
      each.id === junction ? { ...each, signal: 0 } : each.id === approach ? { ...each, stopLine: 2 } : each,
    );
    const head = { x: 400, y: 4, z: 5 };
    const signal = {
      id: 0,
      kind: 'vehicle',
      heading: 0,
      group: 0,
      junction: 0,
      name: 's',
      position: [head.x, head.y, head.z],
    };
    const actors = Array.from({ length: 25 }, (_, i): ActorPlan => {
      const start = 398 - 0.6 - CAR.length / 2 - i * (CAR.length + driver.minGap + 0.3);
      return { name: `car-${i}`, class: 'car', route: [approach, junction, exit], start, speed: 0, driver };
    });
    let time = 0;
    const stage = new Stage(
      {
        map: { ...map, lanes, signals: [signal] } as ScenarioPlan['map'],
        friction: 0.9,
        seats: [],
        actors,
        flows: [],
        stories: [],
      },
      { signals: { state: () => (time < 5 ? 'red' : 'green') } },
    );
    const passed: number[] = [];
    for (; time < 70; time += TICK) {
      stage.step();
      for (const { state, spec } of stage.vehicles) {
        const front = state.x + spec.length / 2;
        if (front >= 398 && front - state.speed * TICK < 398 && state.speed > 0) passed.push(time);
      }
      if (time < 5) expect(passed).toEqual([]);
    }
    return passed;
  }

  test.each([0.9, 1, 1.1])('of drivers with a headway of %s s discharges 1700 to 2000 vehicles an hour', (headway) => {
    const passed = discharge({ ...DRIVER, speedFactor: 0.95, headway });
    expect(passed.length).toBe(25);
    // The first few still start up (Highway Capacity Manual: saturation from the fifth on).
    const flow = (3600 * (passed.length - 1 - 4)) / (passed.at(-1)! - passed[4]!);
    expect(flow).toBeGreaterThan(1700);
    expect(flow).toBeLessThan(2000);
  });
});
