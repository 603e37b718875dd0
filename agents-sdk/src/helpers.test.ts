import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { f32 } from '../protocol/array.ts';
import type { SensedObject } from '../protocol/observation.ts';
import type { MapLane, SignalState } from '../protocol/map.ts';
import type { RadioMessage } from '../protocol/radio.ts';
import {
  beamAngle,
  curvatures,
  idmAcceleration,
  LaneIndex,
  leaderOnPath,
  lidarPoints,
  pathAhead,
  pedals,
  plannedSpeed,
  project,
  purePursuit,
  requiredBraking,
  RightOfWay,
  Signals,
  toBody,
  toWorld,
  type PathPoint,
} from './index.ts';
import { BRIEFING, observation } from './testing/samples.ts';

const { body } = BRIEFING;

/** Points every 2 m on a circle that starts at (x0, 0) heading forward; R > 0 bends left. */
function arc(radius: number, count = 30, x0 = 0): PathPoint[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * i) / radius;
    return { x: x0 + radius * Math.sin(angle), y: radius * (1 - Math.cos(angle)), distance: 2 * i, speedLimit: 20 };
  });
}

const STRAIGHT: PathPoint[] = Array.from({ length: 40 }, (_, i) => ({
  x: 2 * i,
  y: 0,
  distance: 2 * i,
  speedLimit: 20,
}));

function object(x: number, y: number, vx = 0, vy = 0, heading = 0): SensedObject {
  return { track: 1, class: 'car', position: [x, y], velocity: [vx, vy], heading, length: 4, width: 2 };
}

describe('paths', () => {
  test('world and body frame are inverse, and x points forward, y left', () => {
    const self = { position: [10, 20, 0] as [number, number, number], heading: Math.PI / 2 };
    expect(toBody(self, 10, 25)[0]).toBeCloseTo(5, 12);
    expect(toBody(self, 8, 20)[1]).toBeCloseTo(2, 12);
    fc.assert(
      fc.property(
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: -7, max: 7, noNaN: true }),
        (x, heading) => {
          const pose = { position: [x, -x, 0] as [number, number, number], heading };
          const [u, v] = toBody(pose, ...toWorld(pose, 3, -4));
          expect(u).toBeCloseTo(3, 9);
          expect(v).toBeCloseTo(-4, 9);
        },
      ),
    );
  });

  test('the rows of route.ahead become points of the body frame', () => {
    expect(pathAhead(observation(10).observation)).toEqual([
      { x: 0, y: 0, distance: 0, speedLimit: Math.fround(13.9) },
      { x: 2, y: 0, distance: 2, speedLimit: Math.fround(13.9) },
      { x: 4, y: 0, distance: 4, speedLimit: Math.fround(13.9) },
    ]);
  });

  test('projection gives distance and side on an arc, and goes on straight beyond its ends', () => {
    const at = project(arc(50), 49 * Math.sin(0.4), 50 - 49 * Math.cos(0.4));
    // Chords of 2 m lie up to 1 cm inside the circle.
    expect(at?.distance).toBeCloseTo(20, 1);
    expect(at?.offset).toBeCloseTo(1, 1);
    expect(at?.heading).toBeCloseTo(0.4, 1);
    expect(project(STRAIGHT, 100, -3)).toEqual({ distance: 100, offset: -3, heading: 0 });
    expect(project(STRAIGHT, -5, 2)?.distance).toBe(-5);
    expect(project(STRAIGHT.slice(0, 1), 0, 0)).toBeNull();
  });

  test.each([20, -20, 300])('curvature of a circle of radius %d is its inverse', (radius) => {
    for (const curvature of curvatures(arc(radius))) expect(curvature).toBeCloseTo(1 / radius, 9);
  });
});

describe('pure pursuit', () => {
  test.each([15, -15, 80])('on a circle of radius %d through the rear axle it steers atan(L / R)', (radius) => {
    const path = arc(radius, 60, -body.rearAxle);
    const options = { lookaheadSeconds: 0, minLookahead: 6, maxLookahead: 6 };
    expect(purePursuit(path, 5, body, options)).toBeCloseTo(Math.atan(body.wheelbase / radius), 2);
  });

  test('it steers towards the path, never beyond what the body can, and straight without a path', () => {
    const left = STRAIGHT.map((point) => ({ ...point, y: 1 }));
    const right = STRAIGHT.map((point) => ({ ...point, y: -1 }));
    expect(purePursuit(left, 10, body)).toBeGreaterThan(0);
    expect(purePursuit(right, 10, body)).toBeCloseTo(-purePursuit(left, 10, body), 12);
    expect(purePursuit([{ x: 0, y: 5, distance: 0, speedLimit: 5 }], 1, body)).toBe(body.maxSteeringAngle);
    expect(purePursuit([], 10, body)).toBe(0);
  });
});

describe('following', () => {
  const idm = { headway: 1.5, minGap: 2, acceleration: 1.2, braking: 2 };

  test('IDM neither speeds up nor slows down at its equilibrium gap (s0 + v T) / sqrt(1 - (v / v0)^4)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 29, noNaN: true }), (speed) => {
        const gap = (2 + 1.5 * speed) / Math.sqrt(1 - (speed / 30) ** 4);
        expect(idmAcceleration({ speed, desiredSpeed: 30, gap, leaderSpeed: speed }, idm)).toBeCloseTo(0, 9);
      }),
    );
  });

  test('IDM accelerates with a from standstill, not at all at v0, and brakes harder than b in need', () => {
    expect(idmAcceleration({ speed: 0, desiredSpeed: 30, gap: Infinity, leaderSpeed: 0 }, idm)).toBe(1.2);
    expect(idmAcceleration({ speed: 30, desiredSpeed: 30, gap: Infinity, leaderSpeed: 0 }, idm)).toBe(0);
    expect(idmAcceleration({ speed: 20, desiredSpeed: 30, gap: 20, leaderSpeed: 0 }, idm)).toBeLessThan(-2);
    expect(idmAcceleration({ speed: 5, desiredSpeed: 0, gap: Infinity, leaderSpeed: 0 }, idm)).toBe(-Infinity);
  });

  test('required braking stops exactly within the gap', () => {
    const braking = requiredBraking(20, 40, 5);
    const seconds = 15 / braking;
    expect(15 * seconds - (braking * seconds * seconds) / 2).toBeCloseTo(40, 9);
    expect(requiredBraking(5, 1, 6)).toBe(0);
    expect(requiredBraking(5, 0, 0)).toBe(Infinity);
  });

  test('the leader is the nearest object that the body would hit, its gap from bumper to bumper', () => {
    const objects = [object(30, 0.5, 8, 0), object(20, 3.2), object(25, -1.7, 4, 0), object(-8, 0), object(10, 9)];
    const leader = leaderOnPath(STRAIGHT, objects, body);
    expect(leader?.object).toBe(objects[2]);
    expect(leader?.gap).toBeCloseTo(25 - 2 - body.length / 2, 9);
    expect(leader?.speed).toBe(4);
    expect(leaderOnPath(STRAIGHT, [objects[1]!, objects[4]!], body)).toBeNull();
  });

  test('what crosses the path lies in it with its length, and what cuts in is a leader before it is there', () => {
    expect(leaderOnPath(STRAIGHT, [object(20, 2.9, 0, -3, Math.PI / 2)], body)?.speed).toBeCloseTo(0, 9);
    const cuttingIn = object(15, 3.5, 10, -1.5);
    expect(leaderOnPath(STRAIGHT, [cuttingIn], body)).toBeNull();
    expect(leaderOnPath(STRAIGHT, [cuttingIn], body, { margin: 0.4, anticipation: 1.5 })?.object).toBe(cuttingIn);
    const leaving = object(15, 3.5, 10, 1.5);
    expect(leaderOnPath(STRAIGHT, [leaving], body, { margin: 0.4, anticipation: 1.5 })).toBeNull();
  });

  test('a car in the next lane of a bend is no leader', () => {
    const beside = object(46.5 * Math.sin(0.4), 50 - 46.5 * Math.cos(0.4), 10 * Math.cos(0.4), 10 * Math.sin(0.4), 0.4);
    expect(leaderOnPath(arc(50), [beside], body, { margin: 0.4, anticipation: 2 })).toBeNull();
  });
});

describe('speed', () => {
  const options = { limitShare: 1, lateral: 2, braking: 2, reaction: 0 };

  test('a bend is driven at sqrt(a R), and approached along v^2 = v0^2 + 2 b d', () => {
    expect(plannedSpeed(arc(50), 5, options)).toBeCloseTo(10, 2);
    const slowZone = STRAIGHT.map((point) => ({ ...point, speedLimit: point.distance >= 40 ? 5 : 30 }));
    expect(plannedSpeed(slowZone, 20, options)).toBeCloseTo(Math.sqrt(25 + 2 * 2 * 40), 9);
    expect(plannedSpeed(STRAIGHT, 20, { ...options, limitShare: 0.8 })).toBe(16);
    expect(plannedSpeed([], 20, options)).toBe(0);
  });

  test('pedals are shares of what the body can, never both', () => {
    expect(pedals(2, body)).toEqual({ throttle: 0.5, brake: 0 });
    expect(pedals(-4.4, body)).toEqual({ throttle: 0, brake: 0.5 });
    expect(pedals(-99, body)).toEqual({ throttle: 0, brake: 1 });
  });
});

test('lidar beams go counter-clockwise from straight ahead, and those that met nothing are left out', () => {
  expect(beamAngle(18, 72)).toBeCloseTo(Math.PI / 2, 12);
  const ranges = new Float32Array(4).fill(60.1);
  ranges[0] = 10;
  ranges[1] = 5;
  const points = lidarPoints({ beams: 4, range: 60.1, mount: [1, 0, 0.5] }, ranges);
  expect(points.length).toBe(2);
  expect(points[0]).toEqual([11, 0]);
  expect(points[1]?.[0]).toBeCloseTo(1, 12);
  expect(points[1]?.[1]).toBeCloseTo(5, 12);
});

describe('right of way', () => {
  /** An approach from the south (0, yields) joins a road to the east: 1 comes from the west, 2 is the way in, 3 goes on. 4 leads to 1. */
  function lane(id: number, centre: number[], links: Partial<MapLane>): MapLane {
    return { ...(BRIEFING.map.lanes[0] as MapLane), id, centre, left: centre, right: centre, ...links };
  }
  const map = {
    ...BRIEFING.map,
    name: 'T',
    lanes: [
      lane(0, [0, -40, 0, 0, -10, 0], { successors: [2], yields: true }),
      lane(1, [-40, 0, 0, 10, 0, 0], { successors: [3], predecessors: [4] }),
      lane(2, [0, -10, 0, 10, 0, 0], { successors: [3], predecessors: [0] }),
      lane(3, [10, 0, 0, 90, 0, 0], { predecessors: [2, 1] }),
      lane(4, [-100, 0, 0, -40, 0, 0], { successors: [1] }),
    ],
  };
  const at = (y: number, lane: number) => ({
    self: { ...observation(0).observation.self, position: [0, y, 0] as [number, number, number], heading: Math.PI / 2 },
    route: { ...observation(0).observation.route, lane },
  });
  /** In the body frame of a seat at (0, y) that looks north: forward is north, left is west. */
  const eastbound = (x: number, y: number) => object(-y, -x, 0, -10, -Math.PI / 2);

  test('vehicles on the lanes that join behind the line go first, by their distance to where the ways meet', () => {
    const rights = new RightOfWay({ map, route: { lanes: [0, 2, 3], length: 100 } });
    const way = rights.next(at(-20, 0), [eastbound(-30, -20), eastbound(-60, -20), eastbound(40, -20)]);
    expect(way?.beyond).toBeCloseTo(Math.hypot(10, 10), 9);
    expect(way?.priorities.map(({ distance }) => distance)).toEqual([40 - 2, 70 - 2]);
    expect(way?.priorities[0]?.speed).toBeCloseTo(10, 9);
    // Behind the line there is none left.
    expect(rights.next(at(-5, 2), [eastbound(-30, -5)])).toBeNull();
  });

  test('a lane is found by place and direction', () => {
    const index = new LaneIndex(map);
    expect(index.locate(5, 0.4, 0)).toMatchObject({ lane: 1, along: 45 });
    expect(index.locate(5, -4, Math.PI / 4)).toMatchObject({ lane: 2 });
    expect(index.locate(5, 30, 0)).toBeNull();
    expect(index.length(4)).toBe(60);
    expect(index.lane(9)).toBeUndefined();
  });
});

describe('signals', () => {
  const lane = (id: number, centre: number[], links: Partial<MapLane>): MapLane => ({
    ...(BRIEFING.map.lanes[0] as MapLane),
    id,
    centre,
    left: centre,
    right: centre,
    ...links,
  });
  /** The line is 6 m before x = 40, where the junction begins; its signal is of group 7. */
  const map = {
    ...BRIEFING.map,
    lanes: [
      lane(0, [0, 0, 0, 40, 0, 0], { successors: [1], stopLine: 6 }),
      lane(1, [40, 0, 0, 60, 0, 0], { predecessors: [0], signal: 0, junction: 3 }),
    ],
    signals: [
      {
        id: 0,
        kind: 'vehicle' as const,
        position: [41, -3, 4] as [number, number, number],
        heading: 0,
        group: 7,
        junction: 3,
        name: 's',
      },
    ],
  };
  const at = (x: number, time: number, messages: RadioMessage[] = []) => ({
    time,
    messages,
    self: { ...observation(0).observation.self, position: [x, 0, 0] as [number, number, number] },
    route: {
      ...observation(0).observation.route,
      lane: x < 40 ? 0 : 1,
      ahead: f32(Float32Array.from([0, 15, 30].flatMap((d) => [x + d, 0, 13.9, d])), [3, 4]),
    },
  });
  const spat = (state: SignalState, minEnd: number, maxEnd: number | null): RadioMessage => ({
    kind: 'spat',
    from: 'junction-3',
    junction: 3,
    groups: [{ group: 7, state, minEnd, maxEnd }],
  });

  test('the next one is told with the distance to its stop line and what was heard last, aged', () => {
    const signals = new Signals({ map, route: { lanes: [0, 1], length: 60 } });
    expect(signals.next(at(2, 0))).toBeNull();
    expect(signals.next(at(10, 1))).toMatchObject({ distance: 24, lane: 1, state: 'off' });
    expect(signals.next(at(12, 2, [spat('red', 3, 5)]))).toMatchObject({
      distance: 22,
      state: 'red',
      minEnd: 3,
      maxEnd: 5,
    });
    expect(signals.next(at(14, 4))).toMatchObject({ distance: 20, state: 'red', minEnd: 1, maxEnd: 3 });
    expect(signals.next(at(20, 5, [spat('green', 8, null)]))).toMatchObject({
      state: 'green',
      minEnd: 8,
      maxEnd: null,
    });
    // Over the line and gone.
    expect(signals.next(at(39, 6))).toBeNull();
  });
});
