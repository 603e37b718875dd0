import { describe, expect, test } from 'vitest';
import { hypot } from '../math.ts';
import { arcLine, endOf, straightLine } from '../road/curves.ts';
import { MapBuilder } from '../road/map-builder.ts';
import type { ActorPlan, DriverParameters, ScenarioPlan, TrafficClass } from '../scenario.ts';
import { CAR } from '../vehicle/spec.ts';
import type { Driver } from './driver.ts';
import type { RoadUser } from './road-user.ts';
import { type Bicycle, chauffeur, overlap, Stage, TICK } from './testing/stage.ts';

const DRIVER: DriverParameters = {
  speedFactor: 1,
  headway: 1.2,
  minGap: 2,
  acceleration: 1.4,
  braking: 2,
  criticalGap: 4,
};
const LANE = { width: 3.5, speedLimit: 13.9 };

function plan(map: ScenarioPlan['map'], actors: readonly ActorPlan[], parts: Partial<ScenarioPlan> = {}): ScenarioPlan {
  return { map, friction: 0.9, seats: [], actors, flows: [], stories: [], ...parts };
}

function actor(route: readonly number[], start: number, speed: number, kind: TrafficClass = 'car'): ActorPlan {
  return { name: 'a', class: kind, route, start, speed, driver: DRIVER };
}

function straight(lanes: number, length = 600): ScenarioPlan['map'] {
  const builder = new MapBuilder('straight');
  builder.road(
    straightLine({ x: 0, y: 0, heading: 0 }, length),
    Array.from({ length: lanes }, () => LANE),
  );
  return builder.build();
}

/** A road with one bend of a quarter circle: lanes 0, 1 (in a junction), 2. @param side 1 to the left, -1 to the right. */
function corner(
  radius: number,
  side: 1 | -1,
): { map: ScenarioPlan['map']; end: { x: number; y: number; heading: number } } {
  const builder = new MapBuilder('corner');
  const before = straightLine({ x: -150, y: 0, heading: 0 }, 150);
  const arc = arcLine(endOf(before), side * radius, (radius * Math.PI) / 2);
  const end = endOf(arc);
  builder.road(before, [LANE]);
  builder.road(arc, [{ ...LANE, junction: 0 }]);
  builder.road(straightLine(end, 150), [LANE]);
  builder.link(0, 1);
  builder.link(1, 2);
  return { map: builder.build(), end };
}

function person(x: number, y: number, speed: number, heading = Math.PI / 2): RoadUser {
  const size = { length: 0.5, width: 0.5 };
  return { id: 10_000, kind: 'pedestrian', x, y, z: 0, heading, speed, ...size, seat: false, emergency: false };
}

describe('someone on foot', () => {
  function drive(walk: (time: number) => RoadUser): {
    nearest: number;
    slowest: number;
    stage: Stage;
    hardest: number;
  } {
    const stage = new Stage(plan(straight(1), [actor([0], 20, 13.9)]), { others: (time) => [walk(time)] });
    let [nearest, slowest, hardest] = [Infinity, Infinity, 0];
    for (let t = 0; t < 30; t += TICK) {
      stage.step();
      const [car] = stage.vehicles;
      if (!car) break;
      const { x, y } = walk(stage.time);
      expect(overlap(car.user, walk(stage.time)), `at ${stage.time.toFixed(2)} s`).toBe(false);
      nearest = Math.min(nearest, hypot(x - car.state.x, y - car.state.y));
      slowest = Math.min(slowest, car.state.speed);
      hardest = Math.min(hardest, car.acceleration);
    }
    return { nearest, slowest, stage, hardest };
  }

  test('who walks into the road is braked for before being in the way, and is driven on from when across', () => {
    const { slowest, stage, hardest } = drive((time) => person(100, -7.8 + 1.4 * time, 1.4));
    expect(slowest).toBeLessThan(9);
    expect(hardest).toBeGreaterThan(-8);
    expect(stage.vehicles[0]?.state.speed ?? 13).toBeGreaterThan(12);
  });

  test('who stands in the lane stops a car two metres before', () => {
    const { slowest, nearest } = drive(() => person(200, 0.5, 0));
    expect(slowest).toBe(0);
    expect(nearest - CAR.length / 2).toBeGreaterThan(1.5);
    expect(nearest - CAR.length / 2).toBeLessThan(6);
  });

  test('who stands or walks along beside the road slows nobody down', () => {
    expect(drive(() => person(200, -2.6, 0)).slowest).toBeGreaterThan(13);
    expect(drive((time) => person(100 + 1.4 * time, -2.6, 1.4, 0)).slowest).toBeGreaterThan(13);
  });

  test('who stands beside one that changes lane there does not keep it from driving on', () => {
    const stage = new Stage(plan(straight(2), [actor([0], 100, 0)]), {
      others: () => [person(101, LANE.width / 2 - CAR.width / 2 - 0.6, 0)],
    });
    const [car] = stage.vehicles as [Bicycle];
    (stage.traffic.motorist(car.id) as Driver).changeLane('right', 4);
    for (let t = 0; t < 15; t += TICK) {
      stage.step();
      expect(overlap(car.user, person(101, LANE.width / 2 - CAR.width / 2 - 0.6, 0))).toBe(false);
    }
    expect(car.state.x).toBeGreaterThan(130);
    expect(car.state.y).toBeLessThan(-LANE.width / 2 + 0.5);
  });

  test('who is across long before one comes slows nobody down', () => {
    expect(drive((time) => person(250, -2 + 1.4 * time, 1.4)).slowest).toBeGreaterThan(12.5);
  });
});

describe('somebody who stands half in the way', () => {
  const beside = (apart: number): RoadUser => {
    const { length, width } = CAR;
    const y = (CAR.width + width) / 2 + apart;
    const car = { x: 150, y, z: 0, heading: 0, speed: 0, length, width, seat: true, emergency: false };
    return { id: 10_000, kind: 'car', ...car };
  };
  test.each([
    [0.2, true],
    [0.05, false],
  ] as const)('with %s m left beside it is squeezed past, slowly: %s', (apart, passes) => {
    const stage = new Stage(plan(straight(1), [actor([0], 20, 10)]), { others: () => [beside(apart)] });
    let fastest = 0;
    for (let t = 0; t < 40; t += TICK) {
      stage.step();
      const user = stage.vehicles[0]?.user;
      if (!user) break;
      expect(overlap(user, beside(apart))).toBe(false);
      if (Math.abs(user.x - 150) < 4) fastest = Math.max(fastest, user.speed);
    }
    expect((stage.vehicles[0]?.state.x ?? Infinity) > 160).toBe(passes);
    expect(fastest).toBeLessThan(4);
  });
});

describe('a bend', () => {
  test.each([15, 40, 80] as const)(
    'of %i m is taken at a comfortable speed that is reached with gentle braking',
    (radius) => {
      const stage = new Stage(plan(corner(radius, 1).map, [actor([0, 1, 2], 20, 13.9)]));
      let [sideways, hardest, aside] = [0, 0, 0];
      for (let t = 0; t < 40 && stage.vehicles.length > 0; t += TICK) {
        stage.step();
        const motorist = stage.vehicles[0] && stage.traffic.motorist(stage.vehicles[0].id);
        if (!motorist) break;
        hardest = Math.min(hardest, stage.vehicles[0]!.acceleration);
        aside = Math.max(aside, Math.abs(motorist.offset));
        if (motorist.path[0] === 1) sideways = Math.max(sideways, motorist.speed ** 2 / radius);
      }
      expect(sideways).toBeGreaterThan(1.2);
      expect(sideways).toBeLessThan(2.6);
      expect(hardest).toBeGreaterThan(-2.5);
      expect(aside).toBeLessThan(0.4);
    },
  );

  test.each([
    [1, 1],
    [-1, -1],
  ] as const)('to side %i is signalled before it and in it, and not after', (side, signal) => {
    const stage = new Stage(plan(corner(15, side).map, [actor([0, 1, 2], 20, 10)]));
    const [car] = stage.vehicles;
    for (let t = 0; t < 30; t += TICK) {
      stage.step();
      const { path, s } = stage.traffic.motorist(car!.id)!;
      if (path[0] === 2 && s > 20) break;
      const soon = path[0] === 1 || (path[0] === 0 && s > 125);
      const far = (path[0] === 0 && s < 110) || path[0] === 2;
      if (soon) expect(stage.traffic.indicator(car!.id)).toBe(signal);
      if (far) expect(stage.traffic.indicator(car!.id)).toBe(0);
    }
  });

  test.each([
    [8, 7],
    [10, 6],
    [15, 4],
  ])(
    'of %i m lets a bus of 12 m by a car that waits at the line of the opposite lane, %i m from the corner',
    (radius, line) => {
      const { map, end } = corner(radius, -1);
      const stage = new Stage(plan(map, [actor([0, 1, 2], 60, 8, 'bus')]));
      const [bus] = stage.vehicles as [Bicycle];
      // To the south, its lane to the left of the one that the bus turns into; its front at the line.
      const waiting = {
        ...bus.user,
        id: 99,
        length: CAR.length,
        width: CAR.width,
        x: end.x + 3.5,
        y: end.y - line - CAR.length / 2,
        heading: Math.PI / 2,
      };
      let through = false;
      for (let t = 0; t < 40 && !through; t += TICK) {
        stage.step();
        expect(overlap(bus.user, waiting), `at ${stage.time.toFixed(2)} s`).toBe(false);
        const { path, s } = stage.traffic.motorist(bus.id)!;
        through = path[0] === 2 && s > 30;
      }
      expect(through).toBe(true);
    },
  );
});

describe('a narrow bend of a two-way road', () => {
  /** Lanes 0, 1, 2 one way, 3, 4, 5 the other, round a quarter circle; 3.5 m wide each. */
  function twoWay(radius: number): ScenarioPlan['map'] {
    const builder = new MapBuilder('two-way');
    const before = straightLine({ x: -120, y: 0, heading: 0 }, 120);
    const arc = arcLine(endOf(before), -radius, (radius * Math.PI) / 2);
    const parts = [before, arc, straightLine(endOf(arc), 120)];
    for (const part of parts) builder.road(part, [LANE], 0);
    for (const part of parts.toReversed()) {
      const back = part.toReversed().map(({ x, y, heading }) => ({ x, y, heading: heading + Math.PI }));
      builder.road(back, [LANE], 0);
    }
    for (const [from, to] of [[0, 1], [1, 2], [3, 4], [4, 5]] as const) builder.link(from, to); // prettier-ignore
    return builder.build();
  }

  test.each([
    ['bus', 60, 'car', 60],
    ['car', 70, 'bus', 30],
    ['bus', 40, 'bus', 70],
    ['bus', 55, 'truck', 60],
  ] as const)(
    'lets a %s (from %i m) and a %s (from %i m) through one after the other',
    (one, start, other, otherStart) => {
      const actors = [
        { ...actor([0, 1, 2], start, 8, one), name: 'one' },
        { ...actor([3, 4, 5], otherStart, 8, other), name: 'other' },
      ];
      const stage = new Stage(plan(twoWay(11), actors));
      for (let t = 0; t < 90 && stage.vehicles.length > 0; t += TICK) {
        stage.step();
        if (stage.collisions().length > 0) expect(stage.collisions(), `at ${stage.time.toFixed(2)} s`).toEqual([]);
      }
      expect(stage.left).toBe(2);
    },
  );

  test('stops nobody who fits through beside the other', () => {
    const actors = [
      { ...actor([0, 1, 2], 60, 8), name: 'one' },
      { ...actor([3, 4, 5], 60, 8), name: 'other' },
    ];
    const stage = new Stage(plan(twoWay(11), actors));
    for (let t = 0; t < 25; t += TICK) {
      stage.step();
      expect(stage.collisions()).toEqual([]);
      for (const { state } of stage.vehicles) expect(state.speed).toBeGreaterThan(3.5);
    }
  });
});

describe('a hill', () => {
  test.each([
    ['car', 0.08],
    ['car', -0.08],
    ['truck', 0.04],
    ['bus', -0.06],
  ] as const)('does not change the speed that a %s keeps (slope %f)', (kind, slope) => {
    const map = straight(1);
    const tilt = (line: readonly number[]): number[] =>
      line.map((value, i) => (i % 3 === 2 ? slope * line[i - 2]! : value));
    const lanes = map.lanes.map((lane) => ({
      ...lane,
      centre: tilt(lane.centre),
      left: tilt(lane.left),
      right: tilt(lane.right),
    }));
    const stage = new Stage(plan({ ...map, lanes }, [actor([0], 30, 13.9, kind)]));
    for (let t = 0; t < 30; t += TICK) stage.step();
    expect(stage.vehicles[0]!.state.speed).toBeGreaterThan(13.2);
    expect(stage.vehicles[0]!.state.speed).toBeLessThan(14.5);
  });
});

describe('a bicycle', () => {
  test.each(['right', 'left'] as const)(
    'keeps to the %s edge of a lane for cars, and to its own speed',
    (drivingSide) => {
      const stage = new Stage(plan({ ...straight(1), drivingSide }, [actor([0], 20, 4, 'bicycle')]));
      for (let t = 0; t < 30; t += TICK) stage.step();
      const { y, speed } = stage.vehicles[0]!.state;
      const aside = drivingSide === 'right' ? -y : y;
      expect(aside).toBeGreaterThan(0.4);
      expect(aside).toBeLessThan(1.75 - 0.325);
      expect(speed).toBeLessThan(6);
      expect(speed).toBeGreaterThan(4.5);
    },
  );
});

test('a driver who changes lane and finds someone beside it there does not move over any further', () => {
  const seats = [{ route: [0], start: 84, goal: 590, speed: 13 }];
  const changing = { ...actor([1], 84, 13), name: 'changing' };
  const stage = new Stage(
    plan(straight(2), [changing], {
      seats,
      stories: [
        {
          name: 's',
          actor: 'changing',
          events: [
            {
              name: 'over',
              when: [],
              actions: [
                {
                  kind: 'lane-change',
                  target: { lanesLeft: 1 },
                  dynamics: { shape: 'sinusoidal', dimension: 'time', value: 3 },
                },
              ],
            },
          ],
        },
      ],
    }),
  );
  for (let t = 0; t < 20; t += TICK) {
    stage.step(({ seats: [seat], routes: [route] }) => chauffeur(seat!, route!, 1, 13));
    expect(stage.collisions(), `at ${stage.time.toFixed(2)} s`).toEqual([]);
  }
});

describe('a lane that has to be left', () => {
  /** Two lanes of 200 m; the left one ends or, where it leads on, leads elsewhere (2); the right one leads to 3. */
  function fork(leadsOn: boolean): ScenarioPlan['map'] {
    const builder = new MapBuilder('fork');
    builder.road(straightLine({ x: 0, y: 0, heading: 0 }, 200), [LANE, LANE]);
    builder.road(straightLine({ x: 200, y: 0, heading: 0 }, 200), [LANE, LANE]);
    if (leadsOn) builder.link(0, 2);
    builder.link(1, 3);
    const map = builder.build();
    // From the one behind the other cannot be changed into.
    const alone = { leftNeighbour: null, rightNeighbour: null };
    return { ...map, lanes: map.lanes.map((lane) => (lane.id < 2 ? lane : { ...lane, ...alone })) };
  }
  /** Contestants who stand in the right lane, bumper to bumper. */
  const queue = Array.from({ length: 38 }, (_, i) => ({ route: [1], start: 4 + 5 * i, goal: 199, speed: 0 }));

  test('is left in time when there is room', () => {
    const stage = new Stage(plan(fork(false), [actor([0, 3], 20, 10)]));
    for (let t = 0; t < 25; t += TICK) stage.step();
    const car = stage.find('a')!;
    expect(car.state.x).toBeGreaterThan(200);
    expect(stage.traffic.motorist(car.id)!.path).toEqual([3]);
  });

  test('and cannot be, is driven to where there is still room to move over, and no farther', () => {
    const stage = new Stage(plan(fork(false), [actor([0, 3], 20, 10)], { seats: queue }));
    for (let t = 0; t < 60; t += TICK) stage.step();
    const car = stage.find('a')!;
    expect(car.state.speed).toBeLessThan(0.1);
    expect(200 - car.state.x - CAR.length / 2).toBeGreaterThan(8);
    expect(200 - car.state.x - CAR.length / 2).toBeLessThan(16);
    expect(stage.traffic.motorist(car.id)!.path).toEqual([0]);
  });

  test('and cannot be, but leads on, is followed in the end: nobody blocks a lane for good', () => {
    const stage = new Stage(plan(fork(true), [actor([0, 3], 20, 10)], { seats: queue }));
    for (let t = 0; t < 60 && stage.left === 0; t += TICK) {
      stage.step();
      expect(stage.collisions()).toEqual([]);
    }
    expect(stage.left).toBe(1);
  });

  test('is driven on in at speed, where it leads on, by one who finds no gap: nobody stops on a road for a missed exit', () => {
    const stage = new Stage(plan(fork(true), [actor([0, 3], 20, 13)], { seats: queue }));
    let slowest = Infinity;
    for (let t = 0; t < 60 && stage.left === 0; t += TICK) {
      stage.step();
      expect(stage.collisions()).toEqual([]);
      slowest = Math.min(slowest, stage.find('a')?.state.speed ?? Infinity);
    }
    expect(stage.left).toBe(1);
    expect(slowest).toBeGreaterThan(8);
  });
});
