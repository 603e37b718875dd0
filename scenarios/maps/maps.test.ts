import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { LaneGraph, readOpenDrive } from '@gauntlet/sim';
import { entrances, exits, lengthOf, reachable, sameRoad, widthAt } from '../open-traffic/gates.ts';
import { OWN_MAPS } from './index.ts';

type Name = keyof typeof OWN_MAPS;

const NAMES = Object.keys(OWN_MAPS) as Name[];
const read = (name: Name): MapDescription => readOpenDrive(OWN_MAPS[name](), name).map;

const of = (map: MapDescription, kind: MapLane['kind']): MapLane[] => map.lanes.filter((lane) => lane.kind === kind);
const kilometres = (lanes: readonly MapLane[]): number => lanes.reduce((sum, lane) => sum + lengthOf(lane), 0) / 1000;

/** Distance of two points of flat polylines, m. */
function apart(a: readonly number[], i: number, b: readonly number[], j: number): number {
  return Math.hypot(a[i]! - b[j]!, a[i + 1]! - b[j + 1]!, a[i + 2]! - b[j + 2]!);
}

/** The tightest circle through three points of a lane's centre that are 3 m apart or more, m. */
function tightest({ centre }: MapLane): number {
  const points: [number, number][] = [];
  for (let i = 0; i < centre.length; i += 3) {
    const last = points.at(-1);
    if (!last || Math.hypot(centre[i]! - last[0], centre[i + 1]! - last[1]) >= 3)
      points.push([centre[i]!, centre[i + 1]!]);
  }
  let least = Infinity;
  for (let i = 2; i < points.length; i++) {
    const [[ax, ay], [bx, by], [cx, cy]] = [points[i - 2]!, points[i - 1]!, points[i]!];
    const area = Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2;
    const sides = Math.hypot(bx - ax, by - ay) * Math.hypot(cx - bx, cy - by) * Math.hypot(cx - ax, cy - ay);
    least = Math.min(least, area > 1e-9 ? sides / (4 * area) : Infinity);
  }
  return least;
}

/** Whether the centres of two lanes cross, seen from above. */
function cross(a: MapLane, b: MapLane): boolean {
  const side = (line: readonly number[], i: number, of: readonly number[], j: number): number =>
    (line[i + 3]! - line[i]!) * (of[j + 1]! - line[i + 1]!) - (line[i + 4]! - line[i + 1]!) * (of[j]! - line[i]!);
  const [p, q] = [a.centre, b.centre];
  for (let i = 0; i + 3 < p.length; i += 3) {
    for (let j = 0; j + 3 < q.length; j += 3) {
      if (side(p, i, q, j) * side(p, i, q, j + 3) < 0 && side(q, j, p, i) * side(q, j, p, i + 3) < 0) return true;
    }
  }
  return false;
}

/** The steepest slope along a lane's centre, m per m. */
function steepest({ centre }: MapLane): number {
  let most = 0;
  for (let i = 3; i < centre.length; i += 3) {
    const run = Math.hypot(centre[i]! - centre[i - 3]!, centre[i + 1]! - centre[i - 2]!);
    if (run > 0.1) most = Math.max(most, Math.abs(centre[i + 2]! - centre[i - 1]!) / run);
  }
  return most;
}

describe.each(NAMES)('the map %s', (name) => {
  const text = OWN_MAPS[name]();
  const { map, warnings, sources } = readOpenDrive(text, name);

  test('is the checked-in file (else run `node tools/maps.ts`)', () => {
    const file = readFileSync(join(import.meta.dirname, `${name}.xodr`), 'utf8');
    expect(text === file, 'text of code and file').toBe(true);
  });

  test('is read without a warning, and makes a lane graph', () => {
    expect(warnings).toEqual([]);
    expect(sources).toHaveLength(map.lanes.length);
    expect(() => new LaneGraph(map)).not.toThrow();
  });

  test('is well-formed XML, with ids that are used once', () => {
    const open: string[] = [];
    for (const [, close, tag, empty] of text.matchAll(/<(\/?)([A-Za-z0-9]+)[^<>]*?(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(tag);
      else if (!empty) open.push(tag!);
    }
    expect(open).toEqual([]);
    for (const element of ['road', 'signal', 'junction', 'controller']) {
      const ids = [...text.matchAll(new RegExp(`<${element} [^>]*?\\bid="(\\d+)"`, 'g'))].map(([, id]) => id);
      const declared = element === 'controller' ? ids.filter((_, i) => i < ids.length / 2) : ids;
      expect(new Set(declared).size).toBe(declared.length);
    }
  });

  test('has lanes that meet those that follow within 1 cm, at both boundaries', () => {
    for (const lane of map.lanes) {
      for (const id of lane.successors) {
        const next = map.lanes[id]!;
        for (const side of ['left', 'right', 'centre'] as const) {
          const gap = apart(lane[side], lane[side].length - 3, next[side], 0);
          expect(gap, `${sources[lane.id]} and ${sources[id]}, ${side}`).toBeLessThan(0.01);
        }
      }
    }
  });

  test('has no lanes that cross outside of junctions', () => {
    const lanes = of(map, 'driving').filter(({ junction }) => junction === null);
    lanes.forEach((a, i) => {
      for (const b of lanes.slice(i + 1)) expect(cross(a, b), `${sources[a.id]} and ${sources[b.id]}`).toBe(false);
    });
  });

  test('has no bend tighter than a bus can drive', () => {
    for (const lane of of(map, 'driving')) expect(tightest(lane), sources[lane.id]).toBeGreaterThan(8);
  });

  test('lets traffic in and out, and leads from each entrance to each exit that a driver expects', () => {
    const [into, out] = [entrances(map), exits(map)].map((gates) => gates.filter(({ kind }) => kind === 'driving'));
    expect([into!.length, out!.length]).toEqual(GATES[name]);
    for (const entrance of into!) {
      const reached = reachable(map, entrance, out!);
      const expected = out!.filter((exit) => EXPECTED[name](entrance, exit));
      for (const exit of expected) expect(reached).toContain(exit);
      expect(reached.length).toBeGreaterThan(0);
    }
    for (const exit of out!) expect(into!.some((entrance) => reachable(map, entrance, [exit]).length > 0)).toBe(true);
  });

  test('has no driving lane that ends or begins in the middle of nowhere, but for those that end or begin beside another', () => {
    const gates = new Set([...entrances(map), ...exits(map)].flatMap(({ lanes }) => lanes));
    for (const lane of of(map, 'driving')) {
      const beside = lane.leftNeighbour !== null || lane.rightNeighbour !== null;
      const open = (ids: readonly number[], at: 'start' | 'end'): boolean =>
        ids.length > 0 || gates.has(lane.id) || (beside && widthAt(lane, at) < 2.1);
      expect(open(lane.successors, 'end') && open(lane.predecessors, 'start'), sources[lane.id]).toBe(true);
    }
  });
});

type Gates = ReturnType<typeof entrances>[number];

/** Entrances and exits for cars. */
const GATES: Record<Name, [number, number]> = {
  city: [16, 16],
  motorway: [4, 4],
  roundabout: [4, 4],
  rural: [5, 5],
  tunnel: [2, 2],
  'work-zone': [2, 2],
};

const anyOther = (entrance: Gates, exit: Gates): boolean => !sameRoad(entrance, exit);
const sameWay = (entrance: Gates, exit: Gates): boolean => Math.cos(entrance.heading - exit.heading) > 0.5;

const EXPECTED: Record<Name, (entrance: Gates, exit: Gates) => boolean> = {
  city: () => true,
  // From an on-ramp the exit before it is out of reach.
  motorway: (entrance, exit) => sameWay(entrance, exit) && (entrance.lanes.length === 3 || exit.lanes.length === 3),
  roundabout: () => true,
  rural: anyOther,
  tunnel: sameWay,
  'work-zone': sameWay,
};

test('the city has sixteen signalised junctions, four ways each, with crosswalks and signals for all', () => {
  const { map, file } = readOpenDrive(OWN_MAPS.city(), 'city');
  expect(file.junctions).toHaveLength(16);
  expect(map.crossings).toHaveLength(64);
  const [vehicle, pedestrian] = ['vehicle', 'pedestrian'].map((kind) => map.signals.filter((s) => s.kind === kind));
  expect(vehicle).toHaveLength(128);
  expect(pedestrian).toHaveLength(128);
  expect(new Set(map.signals.map(({ group }) => group)).size).toBe(192);
  for (const crossing of map.crossings) {
    expect(map.signals[crossing.signal!]?.kind).toBe('pedestrian');
    expect(crossing.lanes.filter(({ lane }) => map.lanes[lane]!.kind === 'driving')).toHaveLength(5);
    expect(crossing.width).toBeCloseTo(4, 6);
  }
  for (const lane of map.lanes.filter(({ kind, junction }) => kind === 'driving' && junction !== null)) {
    expect(vehicle).toContain(map.signals[lane.signal!]);
    expect(map.signals[lane.signal!]!.junction).toBe(lane.junction);
    for (const before of lane.predecessors) expect(map.lanes[before]!.stopLine).toBeCloseTo(6, 6);
  }
  // Three lanes an approach: to the left, straight on, straight on and to the right.
  const approaches = of(map, 'driving').filter(({ successors }) =>
    successors.some((id) => map.lanes[id]!.junction !== null),
  );
  expect(approaches).toHaveLength(192);
  const turn = ({ centre }: MapLane): number => {
    const n = centre.length;
    const [from, to] = [
      Math.atan2(centre[4]! - centre[1]!, centre[3]! - centre[0]!),
      Math.atan2(centre[n - 2]! - centre[n - 5]!, centre[n - 3]! - centre[n - 6]!),
    ];
    return Math.round(Math.atan2(Math.sin(to - from), Math.cos(to - from)));
  };
  const turns = approaches.map(({ successors }) =>
    successors
      .map((id) => turn(map.lanes[id]!))
      .sort()
      .join(' '),
  );
  const left = approaches.filter((_, i) => /^[12]$/.test(turns[i]!));
  expect([left.length, turns.filter((t) => t === '0').length, turns.filter((t) => /^-[12] 0$/.test(t)).length]).toEqual(
    [64, 64, 64],
  );
  // Who turns left has a signal that lets in nobody else.
  for (const lane of left) {
    const signal = map.lanes[lane.successors[0]!]!.signal;
    expect(map.lanes.filter((other) => other.signal === signal)).toHaveLength(1);
  }
});

test('stop lines of the city lie before the crosswalks, and those lie outside of the junctions', () => {
  const map = read('city');
  for (const crossing of map.crossings) {
    for (const { lane: id, from, to } of crossing.lanes) {
      const lane = map.lanes[id]!;
      const length = lengthOf(lane);
      expect(lane.junction).toBeNull();
      if (from < length / 2) expect([from, to]).toEqual([expect.closeTo(1, 6), expect.closeTo(5, 6)]);
      else {
        expect([length - from, length - to]).toEqual([expect.closeTo(5, 6), expect.closeTo(1, 6)]);
        if (lane.kind === 'driving') expect(lane.stopLine).toBeCloseTo(6, 6);
      }
    }
  }
});

test('two avenues of the city have cycle lanes from one edge of the map to the other', () => {
  const map = read('city');
  const [into, out] = [entrances(map), exits(map)].map((gates) => gates.filter(({ kind }) => kind === 'biking'));
  expect(into).toHaveLength(4);
  for (const entrance of into!) {
    const [exit] = reachable(map, entrance, out!);
    expect(Math.abs(exit!.x - entrance.x)).toBeGreaterThan(600);
  }
  expect(of(map, 'sidewalk').length).toBeGreaterThan(80);
});

test('the roundabout has four junctions whose entries give way, and two lanes round and round at 30 km/h', () => {
  const { map, file } = readOpenDrive(OWN_MAPS.roundabout(), 'roundabout');
  expect(file.junctions).toHaveLength(4);
  const entries = map.lanes.filter(({ yields }) => yields);
  expect(entries).toHaveLength(8);
  expect(entries.every(({ stops }) => !stops)).toBe(true);
  const ring = of(map, 'driving').filter(({ junction, speedLimit }) => junction === null && speedLimit < 9);
  expect(ring).toHaveLength(8);
  for (const lane of ring) {
    // On, or out.
    expect(lane.successors).toHaveLength(2);
    expect(lane.leftNeighbour ?? lane.rightNeighbour).toBeNull();
    const radius = lane.centre.reduce(
      (sum, _, i, c) => (i % 3 === 0 ? sum + Math.hypot(c[i]!, c[i + 1]!) / (c.length / 3) : sum),
      0,
    );
    expect(Math.abs(radius - 28)).toBeLessThan(2.5);
  }
  expect(map.crossings).toHaveLength(4);
  expect(map.crossings.every(({ signal }) => signal === null)).toBe(true);
});

test('the motorway is 3 km of three lanes each way, with ramps, and its limits are 120 and 80 km/h', () => {
  const map = read('motorway');
  expect(new Set(map.lanes.map(({ speedLimit }) => Math.round(speedLimit * 3.6)))).toEqual(new Set([120, 80]));
  expect(map.lanes.every(({ junction }) => junction === null)).toBe(true);
  // Wedges of 60 m, of which the half is wide enough to drive on.
  const auxiliary = 2 * (200 + 30 + 250 + 30);
  const ramps = 2 * 2 * (0.5 * 250 + 70 + 150);
  expect(kilometres(of(map, 'driving')) * 1000).toBeCloseTo(2 * 3 * 3000 + auxiliary + ramps, -2);
  // Two lanes end, and drivers have to leave them to the left before.
  const ends = of(map, 'driving').filter((lane) => lane.successors.length === 0 && widthAt(lane, 'end') < 2.1);
  expect(ends).toHaveLength(2);
  for (const lane of ends) expect(map.lanes[lane.leftNeighbour!]!.successors).toHaveLength(1);
});

test('the tunnel road is 1.5 km long, 700 m of it in the tunnel, and nowhere steeper than 4 %', () => {
  const map = read('tunnel');
  const lanes = of(map, 'driving');
  expect(kilometres(lanes) / 4).toBeCloseTo(1.5, 1);
  expect(kilometres(lanes.filter(({ tunnel }) => tunnel)) / 4).toBeCloseTo(0.7, 1);
  const slope = Math.max(...lanes.map(steepest));
  expect(slope).toBeGreaterThan(0.03);
  expect(slope).toBeLessThan(0.04);
});

test('the rural road climbs up to 6 %, bends down to 80 m, and lets minor roads join with stop and yield signs', () => {
  const map = read('rural');
  const lanes = of(map, 'driving');
  expect(kilometres(lanes) / 2).toBeGreaterThan(3);
  const slope = Math.max(...lanes.map(steepest));
  expect(slope).toBeGreaterThan(0.05);
  expect(slope).toBeLessThan(0.062);
  const bends = lanes.filter(({ junction }) => junction === null).map(tightest);
  expect(Math.min(...bends)).toBeGreaterThan(75);
  expect(Math.min(...bends)).toBeLessThan(85);
  const signed = map.lanes.filter(({ yields }) => yields);
  expect(signed.map(({ stops }) => stops).sort()).toEqual([false, true, true]);
  // Who turns left into a minor road waits beside the others.
  const turning = lanes.filter(
    (lane) => lane.rightNeighbour !== null && lane.successors.some((id) => map.lanes[id]!.junction !== null),
  );
  expect(turning).toHaveLength(3);
  for (const { successors } of turning) expect(successors).toHaveLength(1);
});

test('the work zone has one lane for 300 m in one direction, at 60 km/h on a milled surface', () => {
  const map = read('work-zone');
  const lanes = of(map, 'driving');
  const narrow = lanes.filter(({ friction }) => friction !== null);
  expect(narrow).toHaveLength(1);
  expect(narrow[0]).toMatchObject({ friction: 0.75, leftNeighbour: null, rightNeighbour: null });
  expect(lengthOf(narrow[0]!)).toBeCloseTo(300, 0);
  expect(narrow[0]!.speedLimit * 3.6).toBeCloseTo(60, 6);
  expect([...new Set(lanes.map(({ speedLimit }) => Math.round(speedLimit * 3.6)))].sort((a, b) => a - b)).toEqual([
    60, 80, 100,
  ]);
});
