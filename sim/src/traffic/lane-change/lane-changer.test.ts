import { describe, expect, test } from 'vitest';
import { straightLine } from '../../road/curves.ts';
import { MapBuilder, type LaneSpec } from '../../road/map-builder.ts';
import type { ActorPlan, DriverParameters, ScenarioPlan } from '../../scenario.ts';
import { PROFILES } from '../human/profiles.ts';
import { Stage, TICK, type Bicycle } from '../testing/stage.ts';
import { BOTTLENECK, CAR, LORRY, motorway, RAMP_END } from './testing/motorway.ts';

const WIDTH = 3.5;

/** Stretches of road one behind another, with a number of lanes, a length in m, and where asked for, part of a junction. */
function road(
  ...stretches: readonly (readonly [lanes: number, length: number, junction?: number])[]
): ScenarioPlan['map'] {
  const builder = new MapBuilder('road');
  let [x, before] = [0, [] as number[]];
  for (const [lanes, length, junction] of stretches) {
    const lane: LaneSpec = { width: WIDTH, speedLimit: 30, ...(junction !== undefined && { junction }) };
    const ids = builder.road(
      straightLine({ x, y: 0, heading: 0 }, length),
      Array.from({ length: lanes }, () => lane),
      WIDTH,
    );
    builder.linkAll(before, ids);
    before = ids;
    x += length;
  }
  return builder.build();
}

function actor(name: string, route: readonly number[], start: number, speed: number, driver = CAR): ActorPlan {
  return { name, class: driver === LORRY ? 'truck' : 'car', route, start, speed, driver };
}

function stage(map: ScenarioPlan['map'], actors: readonly ActorPlan[]): Stage {
  return new Stage({ map, friction: 0.9, seats: [], actors, flows: [], stories: [] });
}

/** Runs it for some s. @param each is told of each tick. */
function run(scene: Stage, seconds: number, each: () => void = () => undefined): void {
  for (let t = 0; t < seconds; t += TICK) {
    scene.step();
    expect(scene.collisions(), `at ${scene.time.toFixed(2)} s`).toEqual([]);
    each();
  }
}

const slow = (factor: number): DriverParameters => {
  const { laneChange: _, ...rest } = CAR;
  return { ...rest, speedFactor: factor };
};
/** Index from the left of the lane where one is, on a road whose lanes begin `WIDTH` m to the left of the line. */
const laneOf = ({ state }: Bicycle): number => Math.floor((WIDTH - state.y) / WIDTH);

describe('for its own advantage', () => {
  test.each(['right', 'left'] as const)(
    'a car overtakes a slow one and returns to the slow side, driving on the %s',
    (side) => {
      const slowLane = side === 'right' ? 1 : 0;
      const map = { ...road([2, 3000]), drivingSide: side };
      const scene = stage(map, [actor('slow', [slowLane], 200, 15, slow(0.5)), actor('fast', [slowLane], 80, 25)]);
      const [ahead, behind] = [scene.find('slow') as Bicycle, scene.find('fast') as Bicycle];
      const lanes: number[] = [];
      run(scene, 50, () => {
        const lane = laneOf(behind);
        if (lanes[lanes.length - 1] !== lane) lanes.push(lane);
      });
      expect(behind.state.x).toBeGreaterThan(ahead.state.x + 100);
      expect(lanes).toEqual([slowLane, 1 - slowLane, slowLane]);
    },
  );

  test('it takes some three to five seconds from one lane to the other', () => {
    const scene = stage(road([2, 3000]), [actor('slow', [1], 160, 15, slow(0.5)), actor('fast', [1], 80, 25)]);
    const { state } = scene.find('fast') as Bicycle;
    let [left, there] = [Infinity, Infinity];
    run(scene, 14, () => {
      if (left === Infinity && state.y > -WIDTH / 2 + 0.2) left = scene.time;
      if (there === Infinity && state.y > WIDTH / 2 - 0.2) there = scene.time;
    });
    expect(there - left).toBeGreaterThan(2);
    expect(there - left).toBeLessThan(5);
  });

  test('nobody changes who would make the one behind brake harder than is safe', () => {
    // One comes from behind at 30 m/s, in 1.5 s beside the one who would like to overtake at 15 m/s.
    const actors = [
      actor('slow', [1], 230, 8, slow(0.27)),
      actor('me', [1], 190, 15),
      actor('fast', [0], 150, 30, slow(1)),
    ];
    const scene = stage(road([2, 3000]), actors);
    const [me, fast] = [scene.find('me') as Bicycle, scene.find('fast') as Bicycle];
    let hardest = 0;
    run(scene, 20, () => {
      hardest = Math.min(hardest, fast.acceleration);
      if (fast.state.x < me.state.x) expect(laneOf(me)).toBe(1);
    });
    expect(hardest).toBeGreaterThan(-1.5);
    expect(me.state.x).toBeGreaterThan((scene.find('slow') as Bicycle).state.x);
  });

  test('two from both sides do not enter the same gap', () => {
    const actors = [
      actor('slow left', [0], 220, 15, slow(0.5)),
      actor('slow right', [2], 220, 15, slow(0.5)),
      actor('from left', [0], 130, 25, { ...CAR, laneChange: { ...PROFILES.hurried.laneChange, bias: 0 } }),
      actor('from right', [2], 130, 25, { ...CAR, laneChange: { ...PROFILES.hurried.laneChange, bias: 0 } }),
    ];
    const scene = stage(road([3, 3000]), actors);
    const entered = new Map<string, number>();
    run(scene, 25, () => {
      for (const name of ['from left', 'from right']) {
        if (!entered.has(name) && laneOf(scene.find(name) as Bicycle) === 1) entered.set(name, scene.time);
      }
    });
    const times = [...entered.values()];
    expect(times.length).toBeGreaterThan(0);
    if (times.length === 2) expect(Math.abs(times[0]! - times[1]!)).toBeGreaterThan(0.5);
  });

  test('nobody changes lane in a junction, nor right before or behind one', () => {
    const map = road([2, 300], [2, 60, 0], [2, 1500]);
    const scene = stage(map, [actor('slow', [1, 3, 5], 270, 14, slow(0.47)), actor('fast', [1, 3, 5], 190, 20)]);
    const { state } = scene.find('fast') as Bicycle;
    run(scene, 40, () => {
      if (state.x > 270 && state.x < 375) expect(Math.abs(state.y + WIDTH / 2)).toBeLessThan(0.5);
    });
    expect(state.x).toBeGreaterThan((scene.find('slow') as Bicycle).state.x);
  });
});

describe('who has to change', () => {
  test('leaves a lane that ends, at speed, where the other one is free', () => {
    const scene = stage(road([2, 800], [1, 800]), [actor('me', [1, 0, 2], 100, 25)]);
    const me = scene.find('me') as Bicycle;
    let slowest = 99;
    run(scene, 40, () => (slowest = Math.min(slowest, me.state.speed)));
    expect(slowest).toBeGreaterThan(20);
    expect(me.state.x).toBeGreaterThan(900);
  });

  test('is let in by one behind, who makes room with no more than 2 m/s2, and then with no more than 4.5', () => {
    // A queue in the left lane, one beside it whose lane ends: without courtesy its gaps of 1.6 s are too small.
    const queue = Array.from({ length: 14 }, (_, i) => actor(`q${i}`, [0, 2], 500 - 24 * i, 12, slow(0.4)));
    const scene = stage(road([2, 700], [1, 900]), [...queue, actor('me', [1, 0, 2], 370, 12, slow(0.4))]);
    const me = scene.find('me') as Bicycle;
    let [before, after, begun] = [0, 0, false];
    run(scene, 45, () => {
      begun ||= scene.traffic.motorist(me.id)?.leaving != null;
      const hardest = Math.min(...scene.vehicles.map(({ acceleration }) => acceleration));
      if (begun) after = Math.min(after, hardest);
      else before = Math.min(before, hardest);
    });
    expect(me.state.x).toBeGreaterThan(720);
    expect(me.state.y).toBeCloseTo(WIDTH / 2, 0);
    expect(before).toBeGreaterThan(-2.3);
    expect(after).toBeGreaterThan(-4.6);
  });
});

describe('where blue lights come from behind', () => {
  const ambulance = (lane: number, start: number): ActorPlan => ({
    ...actor('ambulance', [lane], start, 28, { ...CAR, speedFactor: 1.2 }),
    class: 'van',
    emergency: true,
  });

  test('others leave the lane, so that it gets through at its own speed', () => {
    const cars = Array.from({ length: 6 }, (_, i) => actor(`car${i}`, [0], 250 + 60 * i, 20, slow(0.67)));
    const scene = stage(road([2, 3000]), [...cars, ambulance(0, 100)]);
    const { state } = scene.find('ambulance') as Bicycle;
    let slowest = 99;
    run(scene, 40, () => (slowest = Math.min(slowest, state.speed)));
    expect(slowest).toBeGreaterThan(24);
    expect(state.x).toBeGreaterThan((scene.find('car5') as Bicycle).state.x);
  });

  test('one who cannot leave its lane pulls over to the edge', () => {
    const scene = stage(road([1, 3000]), [actor('car', [0], 250, 20, slow(0.67)), ambulance(0, 180)]);
    const { state } = scene.find('car') as Bicycle;
    run(scene, 12);
    expect(state.y).toBeLessThan(WIDTH / 2 - 0.4);
  });
});

describe('on a motorway with a ramp, an exit and a work zone', () => {
  const mix = [
    { class: 'car', driver: CAR, share: 0.8 },
    { class: 'truck', driver: LORRY, share: 0.1 },
    { class: 'car', driver: PROFILES.hurried, share: 0.05 },
    { class: 'car', driver: PROFILES.distracted, share: 0.05 },
  ] as const;

  test.each(['1', '2'])(
    'of near-capacity demand nobody collides, and nobody waits for ever at the end of a lane (seed %s)',
    (seed) => {
      const scene = new Stage(motorway({ through: 1300, on: 300, off: 250 }, mix), seed);
      const standing = new Map<number, number>();
      let [longest, changes] = [0, 0];
      const lanes = new Map<number, number>();
      run(scene, 300, () => {
        for (const { id, speed, path, leaving } of scene.traffic.motorists()) {
          standing.set(id, speed < 0.1 ? (standing.get(id) ?? 0) + TICK : 0);
          longest = Math.max(longest, standing.get(id)!);
          if (leaving !== null && lanes.get(id) !== undefined && lanes.get(id) !== path[0]) changes++;
          lanes.set(id, path[0]!);
        }
      });
      expect(longest).toBeLessThan(90);
      expect(changes).toBeGreaterThan(50);
      expect(scene.left).toBeGreaterThan(60);
    },
  );

  test('those who come by the ramp merge at the speed of the road', () => {
    let [merged, fast] = [0, 0];
    for (const seed of ['1', '2', '3', '4']) {
      const scene = new Stage(motorway({ through: 800, on: 500, off: 1 }, mix), seed);
      const seen = new Set<number>();
      run(scene, 200, () => {
        for (const { id, state } of scene.vehicles) {
          if (!scene.traffic.name(id).startsWith('on') || state.x < RAMP_END || seen.has(id)) continue;
          seen.add(id);
          merged++;
          if (state.speed > 18) fast++;
        }
      });
    }
    expect(merged).toBeGreaterThan(50);
    expect(fast / merged).toBeGreaterThan(0.85);
  });

  test('two lanes that become one take turns, and let at least 1500 cars an hour through', () => {
    const cars = [{ class: 'car', driver: CAR, share: 1 }] as const;
    const scene = new Stage(motorway({ through: 2200, on: 1, off: 1 }, cars), '1');
    const passed: number[] = [];
    const seen = new Set<number>();
    const from = new Map<number, number>();
    const order: number[] = [];
    run(scene, 600, () => {
      for (const { id, state } of scene.vehicles) {
        if (state.x > 3200 && !from.has(id)) from.set(id, state.y > 0 ? 0 : 1);
        if (state.x < BOTTLENECK || seen.has(id)) continue;
        seen.add(id);
        passed.push(scene.time);
        order.push(from.get(id) ?? 0);
      }
    });
    const late = passed.filter((time) => time > 360);
    const flow = (3600 * (late.length - 1)) / (late[late.length - 1]! - late[0]!);
    expect(flow).toBeGreaterThan(1500);
    expect(flow).toBeLessThan(1900);
    const inTurns = order.filter((lane, i) => i > 0 && passed[i]! > 360 && lane !== order[i - 1]).length;
    expect(inTurns / late.length).toBeGreaterThan(0.6);
  });
});
