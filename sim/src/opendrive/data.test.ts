import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, test } from 'vitest';
import { findRoute } from '../road/find-route.ts';
import { LaneGraph } from '../road/lane-graph.ts';
import { describeMap, readOpenDrive, type RoadMap } from './index.ts';

const DATA = process.env['GAUNTLET_DATA'] ?? resolve(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');
const FOLDER = join(DATA, 'opendrive');
const WITHOUT = !existsSync(FOLDER);

/** Counted in the files with an XML library of another language: roads, their lengths together, lanes of types that are driven. */
const FILES = [
  {
    file: 'Town01',
    roads: 122,
    length: 4216.062,
    driving: 124,
    junctions: 12,
    lights: 36,
    odd: ['the orientation of a signal', 'a light hangs less'],
  },
  { file: 'circle_300m', roads: 1, length: 300, driving: 2, junctions: 0, lights: 0, odd: ['50 km/h'] },
  { file: 'curve_r100', roads: 1, length: 757.08, driving: 2, junctions: 0, lights: 0, odd: ['50 km/h'] },
  { file: 'fabriksgatan', roads: 16, length: 687.717, driving: 20, junctions: 1, lights: 0, odd: [] },
  {
    file: 'fabriksgatan_traffic_lights',
    roads: 16,
    length: 687.717,
    driving: 20,
    junctions: 1,
    lights: 1,
    odd: ['type pole are not read'],
  },
  { file: 'highway_exit', roads: 5, length: 870, driving: 24, junctions: 1, lights: 0, odd: [] },
  // Its last connection but one names the lanes in the wrong order.
  {
    file: 'highway_merge',
    roads: 5,
    length: 360,
    driving: 12,
    junctions: 1,
    lights: 0,
    odd: ['its link from lane -1 to lane -3 is left out: there is no such lane on road 4'],
  },
  { file: 'jolengatan', roads: 1, length: 794.05, driving: 2, junctions: 0, lights: 0, odd: [] },
  { file: 'straight_500m', roads: 1, length: 500, driving: 2, junctions: 0, lights: 0, odd: ['50 km/h'] },
  {
    file: 'straight_highway_500m',
    roads: 1,
    length: 500,
    driving: 6,
    junctions: 0,
    lights: 0,
    odd: ['got 5.5', 'got 2', '50 km/h'],
  },
  // The sixth lane has no width anywhere.
  {
    file: 'tunnels',
    roads: 2,
    length: 880,
    driving: 5,
    junctions: 0,
    lights: 0,
    odd: ['type barrier are not read', '50 km/h'],
  },
];

const read = (file: string): RoadMap => readOpenDrive(readFileSync(join(FOLDER, `${file}.xodr`), 'utf8'), file);

const apart = (a: readonly number[], i: number, b: readonly number[], j: number): number =>
  Math.hypot(
    (a[i] ?? NaN) - (b[j] ?? NaN),
    (a[i + 1] ?? NaN) - (b[j + 1] ?? NaN),
    (a[i + 2] ?? NaN) - (b[j + 2] ?? NaN),
  );

const onRoad = ({ map, sources }: RoadMap, road: string, lane: number): MapLane[] =>
  map.lanes.filter((_, i) => sources[i]?.startsWith(`road ${road}, `) && sources[i]?.includes(`lane ${lane} (`));

const lengthOf = (line: readonly number[]): number => {
  let sum = 0;
  for (let i = 3; i < line.length; i += 3) sum += apart(line, i - 3, line, i);
  return sum;
};

describe.skipIf(WITHOUT)('every map of the data folder (needs GAUNTLET_DATA)', () => {
  test.each(FILES)(
    '$file loads: what it holds, and what it gets wrong',
    ({ file, roads, length, driving, junctions, lights, odd }) => {
      const found = read(file);
      new LaneGraph(found.map);
      const digest = describeMap(found);
      expect(digest).toMatchObject({ roads, roadLength: expect.closeTo(length, 2), drivingSide: 'right' });
      expect(digest.junctions).toHaveLength(junctions);
      expect(digest.signals.vehicle).toBe(lights);
      // By lane of the file: a lane may be divided.
      const lanes = new Set(found.sources.filter((_, i) => found.map.lanes[i]?.kind === 'driving'));
      expect(lanes.size).toBe(driving);
      expect(found.warnings.map(({ text }) => text)).toEqual(odd.map((text) => expect.stringContaining(text)));
      for (const { place } of found.warnings) expect(place).toMatch(/^(road|junction) .*\(line \d+\)$/);
    },
  );

  test.each(FILES)(
    '$file: lanes that follow one another meet within 5 cm, those side by side all along',
    ({ file }) => {
      const { map } = read(file);
      let joints = 0;
      for (const lane of map.lanes) {
        const last = lane.centre.length - 3;
        for (const id of lane.successors) {
          const next = map.lanes[id] as MapLane;
          for (const side of ['centre', 'left', 'right'] as const)
            expect(apart(lane[side], last, next[side], 0)).toBeLessThan(0.05);
          joints++;
        }
        if (lane.rightNeighbour === null) continue;
        const beside = (map.lanes[lane.rightNeighbour] as MapLane).left;
        for (let i = 0; i <= last; i += 3) {
          let nearest = Infinity;
          for (let j = 0; j < beside.length; j += 3) nearest = Math.min(nearest, apart(lane.right, i, beside, j));
          expect(nearest).toBeLessThan(0.05);
        }
      }
      if (!['curve_r100', 'jolengatan', 'straight_500m'].includes(file)) expect(joints).toBeGreaterThan(3);
    },
  );

  // The inner edge of lane -1 is the reference line where no lane offset moves it.
  test.each([
    ['circle_300m', '1'],
    ['curve_r100', '0'],
    ['jolengatan', '1'],
    ['straight_500m', '1'],
    ['tunnels', '1'],
    ['tunnels', '2'],
    ['highway_exit', '0'],
    ['fabriksgatan', '2'],
    ['Town01', '13'],
  ])('%s, road %s: its lanes are as long as the file states, within 1 cm in 100 m', (file, road) => {
    const text = readFileSync(join(FOLDER, `${file}.xodr`), 'utf8');
    const tag =
      [...text.matchAll(/<road [^>]*>/g)].map(([found]) => found).find((found) => found.includes(` id="${road}"`)) ??
      '';
    const stated = Number(/length="([^"]+)"/.exec(tag)?.[1]);
    const level = (line: readonly number[]): number[] => line.map((value, i) => (i % 3 === 2 ? 0 : value));
    const measured = onRoad(read(file), road, -1).reduce((sum, { left }) => sum + lengthOf(level(left)), 0);
    expect(Math.abs(measured - stated)).toBeLessThan(1e-4 * stated);
  });
});

describe.skipIf(WITHOUT)('Town01 (needs GAUNTLET_DATA)', () => {
  const town = WITHOUT ? (null as never) : read('Town01');

  test('from every lane that is driven there is a way to every other', () => {
    const driving = town.map.lanes.filter(({ kind }) => kind === 'driving');
    for (const { id } of driving) {
      const reached = new Set([id]);
      for (const lane of reached) for (const next of town.map.lanes[lane]?.successors ?? []) reached.add(next);
      expect(reached.size).toBe(driving.length);
    }
    const graph = new LaneGraph(town.map);
    const [first, last] = [driving[0] as MapLane, driving.at(-1) as MapLane];
    for (const [from, to] of [
      [first, last],
      [last, first],
    ] as const) {
      const route = findRoute(graph, from.id, to.id);
      expect([route[0], route.at(-1)]).toEqual([from.id, to.id]);
      route.slice(1).forEach((lane, i) => expect(town.map.lanes[route[i] ?? -1]?.successors).toContain(lane));
    }
  });

  test('each of its 36 lights governs the two ways that the file refers to it from, in its junction, in a group of its own', () => {
    const governed = town.map.signals.map(({ id }) => town.map.lanes.filter(({ signal }) => signal === id));
    expect(governed.map(({ length }) => length)).toEqual(Array.from({ length: 36 }, () => 2));
    governed.forEach((lanes, id) => {
      const { junction, heading } = town.map.signals[id] as (typeof town.map.signals)[number];
      for (const lane of lanes) {
        expect(lane.junction).toBe(junction);
        const [x0 = 0, y0 = 0, , x1 = 0, y1 = 0] = lane.centre;
        expect(Math.cos(Math.atan2(y1 - y0, x1 - x0) - heading)).toBeGreaterThan(0.9);
        // The head stands to the right of where its lane is entered, and not far.
        const { position } = town.map.signals[id] as (typeof town.map.signals)[number];
        expect(Math.hypot(position[0] - x0, position[1] - y0)).toBeLessThan(12);
      }
    });
    expect(new Set(town.map.signals.map(({ group }) => group)).size).toBe(36);
    expect(describeMap(town).junctions.map(({ signals }) => signals)).toEqual(Array.from({ length: 12 }, () => 3));
  });

  test('traffic stands within 6 m before its junctions, and drives at the 25 mph of the file', () => {
    for (const { speedLimit, kind, stopLine } of town.map.lanes) {
      if (kind === 'driving') expect(speedLimit).toBeCloseTo(25 * 0.44704, 9);
      expect(stopLine).toBeLessThan(6);
    }
  });
});

describe.skipIf(WITHOUT)('what single files are there for (needs GAUNTLET_DATA)', () => {
  test('fabriksgatan_traffic_lights: its light governs the three ways on from road 3, where traffic stands beside it', () => {
    const found = read('fabriksgatan_traffic_lights');
    const [approach] = onRoad(found, '3', -1);
    expect(approach?.successors.map((id) => found.map.lanes[id]?.signal)).toEqual([0, 0, 0]);
    expect(approach?.stopLine).toBeCloseTo(114.25949070763556 - 109, 2);
    expect(found.map.signals.map(({ kind }) => kind)).toEqual(['vehicle', 'pedestrian', 'pedestrian']);
    expect(found.map.lanes.filter(({ signal }) => signal !== null)).toHaveLength(3);
  });

  test('straight_highway_500m: friction by stretch of lane, in the order along the road though the file has another', () => {
    const along = (lane: number): [number, number | null][] =>
      onRoad(read('straight_highway_500m'), '0', lane).map(({ centre, friction }) => [
        Math.min(centre[0] ?? 0, centre.at(-3) ?? 0),
        friction,
      ]);
    const at = (lane: number, s: number): number | null => along(lane).findLast(([from]) => from <= s)?.[1] ?? null;
    expect([50, 95, 105, 300].map((s) => at(-1, s))).toEqual([null, 0.8, 0.8, 1]);
    expect([50, 185, 195, 220, 300].map((s) => at(-3, s))).toEqual([1, 0.1, 0.5, 1.5, 1.5]);
    expect([50, 110, 300].map((s) => at(2, s))).toEqual([1, 0.4, 1]);
  });

  test('tunnels: lanes lie in tunnels where the file has them, and lane -2 opens at 150 m where its width begins', () => {
    const found = read('tunnels');
    const inside = onRoad(found, '1', -1).filter(({ tunnel }) => tunnel);
    const level = inside.reduce(
      (sum, { left }) => sum + lengthOf(left.map((value, i) => (i % 3 === 2 ? 0 : value))),
      0,
    );
    expect(level).toBeCloseTo(250 + 8 + 150, 0);
    const [first] = onRoad(found, '1', -2);
    expect(first?.kind).toBe('shoulder');
    expect(apart(first?.left ?? [], 0, first?.right ?? [], 0)).toBeLessThan(1e-6);
  });

  test('highway_exit: the exit lane leads off the road, the others on', () => {
    const found = read('highway_exit');
    const after = (lane: MapLane | undefined): string[] =>
      (lane?.successors ?? []).map((id) => found.sources[id]?.split(',')[0] ?? '');
    expect(after(onRoad(found, '0', -3).at(-1))).toEqual(['road 11']);
    expect(after(onRoad(found, '0', -1).at(-1))).toEqual(['road 10']);
    expect(describeMap(found).parts).toBeGreaterThan(1);
  });
});
