import { describe, expect, test } from 'vitest';
import { straightLine } from '../road/curves.ts';
import { MapBuilder } from '../road/map-builder.ts';
import type { DemandPlan, DriverParameters, RoamingPlan, ScenarioPlan } from '../scenario.ts';
import { Stage, TICK } from './testing/stage.ts';

const DRIVER: DriverParameters = {
  speedFactor: 0.95,
  headway: 1.2,
  minGap: 2,
  acceleration: 1.6,
  braking: 2,
  criticalGap: 4,
};
const CARS = [{ class: 'car', driver: DRIVER, share: 1 }] as const;

/** A road of two lanes (0 left, 1 right), and another, by itself (2). */
function plan(parts: Partial<ScenarioPlan>): ScenarioPlan {
  const builder = new MapBuilder('roads');
  const lane = { width: 3.5, speedLimit: 20 };
  builder.road(straightLine({ x: 0, y: 0, heading: 0 }, 400), [lane, lane]);
  builder.road(straightLine({ x: 0, y: 50, heading: 0 }, 400), [lane]);
  return { map: builder.build(), friction: 0.9, seats: [], actors: [], flows: [], stories: [], ...parts };
}

function demand(parts: Partial<DemandPlan>): DemandPlan {
  return { name: 'd', from: [0, 1], to: [0, 1], rate: 600, mix: CARS, ...parts };
}

/** How many came in within a time, s. */
function arrivals(stage: Stage, seconds: number): number {
  const before = stage.left + stage.vehicles.length;
  for (let t = 0; t < seconds; t += TICK) {
    stage.step();
    if (Math.floor(t) % 5 === 0) expect(stage.collisions()).toEqual([]);
  }
  return stage.left + stage.vehicles.length - before;
}

describe('demand', () => {
  test('brings in as many as its rate says, within the bounds of a Poisson process', () => {
    const counts = Array.from({ length: 6 }, (_, seed) => {
      const stage = new Stage(plan({ demands: [demand({ rate: 900 })] }), `${seed}`);
      return arrivals(stage, 120);
    });
    // 30 are expected of each: the sum of six is 180, its standard deviation the root of that.
    const sum = counts.reduce((total, count) => total + count, 0);
    expect(Math.abs(sum - 180)).toBeLessThan(3 * Math.sqrt(180));
    expect(new Set(counts).size).toBeGreaterThan(2);
  });

  test('rises and falls with its rate over time', () => {
    const rate = [
      { at: 0, rate: 0 },
      { at: 60, rate: 0 },
      { at: 180, rate: 1800 },
      { at: 181, rate: 0 },
    ];
    let [early, rising, late] = [0, 0, 0];
    for (let seed = 0; seed < 4; seed++) {
      const stage = new Stage(plan({ demands: [demand({ rate })] }), `${seed}`);
      early += arrivals(stage, 60);
      rising += arrivals(stage, 125);
      late += arrivals(stage, 30);
    }
    expect(early).toBe(0);
    expect(late).toBe(0);
    // 0 to 1800 an hour over 120 s: 30 of each of four seeds.
    expect(Math.abs(rising - 120)).toBeLessThan(3 * Math.sqrt(120));
  });

  test('draws from its mix in proportion, and enters by whichever lane has room', () => {
    const mix = [
      { class: 'car', driver: DRIVER, share: 3 },
      { class: 'truck', driver: DRIVER, share: 1 },
      { class: 'bus', driver: DRIVER, share: 0 },
    ] as const;
    const seen = new Map<string, number>();
    const lanes = new Set<number>();
    const known = new Set<number>();
    const stage = new Stage(plan({ demands: [demand({ rate: 1800, mix })] }), '4');
    for (let t = 0; t < 300; t += TICK) {
      stage.step();
      for (const { id, spec } of stage.vehicles) {
        if (known.has(id)) continue;
        known.add(id);
        lanes.add(stage.traffic.motorist(id)!.path[0]!);
        seen.set(spec.class, (seen.get(spec.class) ?? 0) + 1);
      }
    }
    const [cars, trucks] = [seen.get('car')!, seen.get('truck')!];
    expect(cars + trucks).toBeGreaterThan(110);
    expect(trucks / (cars + trucks)).toBeGreaterThan(0.15);
    expect(trucks / (cars + trucks)).toBeLessThan(0.35);
    expect(seen.get('bus')).toBeUndefined();
    expect([...lanes].sort()).toEqual([0, 1]);
  });

  test('beyond what the road takes waits, fifty at most, and counts those who turn away', () => {
    const seats = [{ route: [2], start: 8, goal: 390, speed: 0 }];
    const stage = new Stage(plan({ seats, demands: [demand({ from: [2], to: [2], rate: 3000 })] }), '1');
    const entered = arrivals(stage, 90);
    expect(entered).toBe(0);
    const [turnedAway] = stage.traffic.turnedAway();
    expect(turnedAway).toBeGreaterThan(75 - 50 - 3 * Math.sqrt(75));
    expect(turnedAway).toBeLessThan(75 - 50 + 3 * Math.sqrt(75));
  });

  test.each([
    [{ from: [2] }, /demand d: expected a way for a car from lane 2 to lane 0 or lane 1, but there is none/],
    [{ to: [2] }, /demand d: expected a way for a car from lane 0 to lane 2, but there is none/],
    [{ from: [] }, /demand d: expected lanes to come from, got none/],
    [{ from: [7] }, /demand d: map roads: expected a lane of 0..2, got 7/],
    [{ rate: -1 }, /demand d: expected a rate of 0 or more vehicles an hour, got -1/],
    [{ rate: NaN }, /got NaN/],
    [{ rate: [] }, /expected rates over time, got an empty list/],
    [{ rate: [{ at: 5, rate: 1 }, { at: 5, rate: 2 }] }, /ascending times, got 5 s after 5 s/], // prettier-ignore
    [{ mix: [] }, /demand d: expected a mix of vehicles, got an empty one/],
    [{ mix: [{ class: 'car', driver: DRIVER, share: 0 }] }, /shares that sum to more than 0, got 0/],
    [{ mix: [{ class: 'car', driver: DRIVER, share: -1 }] }, /expected a share of 0 or more for each kind, got -1 for car/], // prettier-ignore
  ] as [Partial<DemandPlan>, RegExp][])('of a plan that cannot be is refused: %o', (parts, message) => {
    expect(() => new Stage(plan({ demands: [demand(parts)] }))).toThrow(message);
  });
});

describe('those who roam', () => {
  /** A street up and down, with a turning place of its own at each end. */
  function loop(): ScenarioPlan['map'] {
    const builder = new MapBuilder('loop');
    const lane = { width: 3.5, speedLimit: 14 };
    const corners = [0, 1, 2, 3].map((k) => ({
      x: [0, 300, 300, 0][k]!,
      y: [0, 0, 200, 200][k]!,
      heading: (k * Math.PI) / 2,
    }));
    const lanes = corners.map((corner, k) => builder.road(straightLine(corner, k % 2 === 0 ? 300 : 200), [lane])[0]!);
    lanes.forEach((each, k) => builder.link(each, lanes[(k + 1) % 4]!));
    return builder.build();
  }
  const roaming = (parts: Partial<RoamingPlan>): ScenarioPlan => ({
    ...plan({}),
    map: loop(),
    roaming: [{ name: 'r', count: 20, mix: CARS, ...parts }],
  });

  test('stand clear of one another at tick 0, never leave, and keep moving', () => {
    const stage = new Stage(roaming({ count: 40 }), '2');
    expect(stage.vehicles.length).toBe(40);
    expect(stage.collisions()).toEqual([]);
    const driven = new Map<number, number>();
    for (let t = 0; t < 180; t += TICK) {
      stage.step();
      for (const { id, state } of stage.vehicles) driven.set(id, (driven.get(id) ?? 0) + state.speed * TICK);
    }
    expect(stage.left).toBe(0);
    expect(Math.min(...driven.values())).toBeGreaterThan(300);
  });

  test('differ with the seed and not with anything else', () => {
    const places = (seed: string): number[] => new Stage(roaming({}), seed).vehicles.map(({ state }) => state.x);
    expect(places('1')).toEqual(places('1'));
    expect(places('1')).not.toEqual(places('2'));
  });

  test('go on to the same bytes when they are restored', () => {
    const stage = new Stage(roaming({}), '3');
    for (let i = 0; i < 700; i++) stage.step();
    const other = new Stage(roaming({}), '3');
    other.load(stage.save());
    for (let i = 0; i < 700; i++) {
      stage.step();
      other.step();
    }
    expect(other.save()).toEqual(stage.save());
  });

  test('more than there is room for, or on roads that do not lead back, are refused', () => {
    expect(() => new Stage(roaming({ count: 500 }))).toThrow(/roaming r: expected room for 500 vehicles, but only/);
    expect(() => new Stage(roaming({ count: 1.5 }))).toThrow(/expected a whole number of vehicles, got 1.5/);
    expect(() => new Stage(roaming({ lanes: [9] }))).toThrow(/expected a lane of 0..3, got 9/);
    const open = plan({ roaming: [{ name: 'r', count: 1, mix: CARS }] });
    expect(() => new Stage({ ...open, roaming: [{ name: 'r', count: 1, mix: CARS, lanes: [2] }] })).toThrow(
      /roaming r: expected lanes that can be reached from one another, got none/,
    );
  });
});

test('demand saved in its rush goes on to the same bytes', () => {
  const scene = plan({ demands: [demand({ rate: [{ at: 0, rate: 0 }, { at: 100, rate: 2400 }] })] }); // prettier-ignore
  const stage = new Stage(scene, '7');
  for (let i = 0; i < 1200; i++) stage.step();
  const other = new Stage(scene, '7');
  other.load(stage.save());
  for (let i = 0; i < 600; i++) {
    stage.step();
    other.step();
  }
  expect(stage.vehicles.length).toBeGreaterThan(3);
  expect(other.save()).toEqual(stage.save());
});
