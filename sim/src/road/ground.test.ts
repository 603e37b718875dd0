import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { arcLine, endOf, straightLine } from './curves.ts';
import { LaneGraph } from './lane-graph.ts';
import { MapBuilder } from './map-builder.ts';
import { roundabout } from './roundabout.ts';

type Height = (x: number, y: number) => number;

/** Lays a map that was drawn in the plane over hills. */
function over(map: MapDescription, height: Height): MapDescription {
  const lift = (line: readonly number[]): number[] =>
    line.map((value, i) => (i % 3 === 2 ? height(line[i - 2]!, line[i - 1]!) : value));
  const lanes = map.lanes.map((lane) => ({
    ...lane,
    centre: lift(lane.centre),
    left: lift(lane.left),
    right: lift(lane.right),
  }));
  return { ...map, lanes };
}

/** Two driving lanes and a shoulder: straight, a bend of radius 40, straight. */
function bend(): MapDescription {
  const builder = new MapBuilder('bend');
  const lane = { width: 3.5, speedLimit: 20 };
  const lanes = [lane, lane, { width: 1.5, speedLimit: 20, kind: 'shoulder' as const }];
  const first = straightLine({ x: 0, y: 0, heading: 0 }, 80);
  const turn = arcLine(endOf(first), 40, 20 * Math.PI);
  const ids = [first, turn, straightLine(endOf(turn), 80)].map((line) => builder.road(line, lanes));
  builder.linkAll(ids[0]!, ids[1]!);
  builder.linkAll(ids[1]!, ids[2]!);
  return builder.build();
}

/** Two straight roads that cross, the second one 6 m above the first. */
function bridge(change: (lane: MapLane) => void = () => undefined): MapDescription {
  const builder = new MapBuilder('bridge');
  const lane = { width: 4, speedLimit: 20 };
  builder.road(straightLine({ x: -100, y: 0, heading: 0 }, 200), [lane]);
  builder.road(straightLine({ x: 0, y: -100, heading: Math.PI / 2 }, 200), [lane]);
  const map = builder.build();
  for (const line of [map.lanes[1]!.centre, map.lanes[1]!.left, map.lanes[1]!.right]) {
    line.forEach((_, i) => (line[i] = i % 3 === 2 ? 6 : line[i]!));
  }
  map.lanes.forEach(change);
  return map;
}

const up = { x: 0, y: 0, z: 0 };
/** Slopes of up to 12 % that change over some 60 m. */
const hills: Height = (x, y) => 0.03 * x + 1.5 * Math.sin(x / 40) * Math.cos(y / 60);

describe('the ground', () => {
  test.each([
    ['a bend', bend()],
    [
      'a roundabout',
      roundabout({ name: 'r', radius: 24, reach: 130, laneWidth: 3.5, ringWidth: 5, armSpeed: 14, ringSpeed: 8 }).map,
    ],
  ])('of %s over hills is as high as the hills within 1 cm on every lane, and as steep within 1 %', (_, flat) => {
    const graph = new LaneGraph(over(flat, hills));
    expect(graph.level).toBe(false);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: flat.lanes.length - 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: -0.49, max: 0.49, noNaN: true }),
        (lane, share, aside) => {
          const s = share * graph.laneLength(lane);
          const { x, y, z } = graph.pose(lane, s, aside * graph.width(lane, s));
          expect(Math.abs(graph.height(x, y) - hills(x, y))).toBeLessThan(0.01);
          expect(Math.abs(z - hills(x, y))).toBeLessThan(0.015);
          graph.normal(x, y, up);
          const [dx, dy] = [hills(x + 0.01, y) - hills(x - 0.01, y), hills(x, y + 0.01) - hills(x, y - 0.01)];
          expect(Math.abs(-up.x / up.z - dx / 0.02)).toBeLessThan(0.01);
          expect(Math.abs(-up.y / up.z - dy / 0.02)).toBeLessThan(0.01);
          expect(Math.hypot(up.x, up.y, up.z)).toBeCloseTo(1, 12);
        },
      ),
      { seed: 3, numRuns: 400 },
    );
  });

  test('has no step of 1 cm on any way across lanes, seams and the verge', () => {
    const map = over(bend(), hills);
    const graph = new LaneGraph(map);
    for (let walk = 0; walk < 40; walk++) {
      const lane = walk % map.lanes.length;
      const from = graph.pose(lane, (((walk * 7) % 20) / 20) * graph.laneLength(lane));
      let before = NaN;
      for (let i = -1500; i <= 1500; i++) {
        const [x, y] = [from.x + 0.01 * i * Math.cos(walk), from.y + 0.01 * i * Math.sin(walk)];
        const height = graph.height(x, y);
        if (!Number.isNaN(before)) expect(Math.abs(height - before), `walk ${walk}, ${0.01 * i} m`).toBeLessThan(0.011);
        before = height;
      }
    }
  });

  test('leans where a lane does: heights go evenly from the right edge to the left one', () => {
    const map = bridge((lane) => {
      if (lane.id !== 0) return;
      for (let i = 2; i < lane.left.length; i += 3) [lane.left[i], lane.right[i]] = [0.2, -0.2];
    });
    const graph = new LaneGraph(map);
    for (const y of [-1.9, -0.7, 0, 1.3]) expect(graph.height(40, y)).toBeCloseTo(0.1 * y, 9);
    expect(graph.pose(0, 140, 1.5).z).toBeCloseTo(0.15, 9);
    graph.normal(40, 1, up);
    expect(-up.y / up.z).toBeCloseTo(0.1, 9);
    // The edge goes on level for 2 m.
    expect(graph.height(40, 3.5)).toBeCloseTo(0.2, 9);
    expect(graph.height(40, -3.5)).toBeCloseTo(-0.2, 9);
  });

  test('far from the road is about as high as the road nearest to it, and level beyond the map', () => {
    const graph = new LaneGraph(over(bend(), (x) => 0.05 * x));
    expect(Math.abs(graph.height(40, -30) - 2)).toBeLessThan(2);
    for (const [x, y] of [
      [-500, 0],
      [1e5, -1e5],
      [40, 1e6],
    ] as const) {
      expect(graph.height(x, y)).toBe(graph.height(x * 1.5, y * 1.5));
      expect(graph.height(x, y)).toBeGreaterThanOrEqual(-4);
      expect(graph.height(x, y)).toBeLessThanOrEqual(8);
    }
  });

  test('of a level map is that level everywhere, its normal is up, and it says so', () => {
    const graph = new LaneGraph(
      over(bend(), () => 12.5),
      0.4,
    );
    expect(graph.level).toBe(true);
    for (const [x, y] of [
      [40, 1],
      [9e5, -3],
    ] as const) {
      expect([graph.height(x, y), graph.friction(x, y)]).toEqual([12.5, 0.4]);
      graph.normal(x, y, up);
      expect(up).toEqual({ x: 0, y: 0, z: 1 });
    }
  });

  test('is a plane for vehicles where only pavements rise above it, and has their height for whoever walks on them', () => {
    const builder = new MapBuilder('kerb');
    const kinds = ['driving', 'sidewalk'] as const;
    builder.road(
      straightLine({ x: 0, y: 0, heading: 0 }, 50),
      kinds.map((kind) => ({ width: 3, speedLimit: 10, kind })),
      0,
    );
    const map = builder.build();
    for (const line of [map.lanes[1]!.centre, map.lanes[1]!.left, map.lanes[1]!.right]) {
      line.forEach((_, i) => (line[i] = i % 3 === 2 ? 0.12 : line[i]!));
    }
    const graph = new LaneGraph(map, 0.6);
    expect([graph.level, graph.ground.level]).toEqual([true, true]);
    expect([graph.height(20, -1.5), graph.height(20, -4.5)]).toEqual([0, 0.12]);
    expect([graph.ground.height(20, -1.5), graph.ground.height(20, -4.5)]).toEqual([0, 0]);
    expect(graph.ground.friction(20, -4.5)).toBe(0.6);
    map.lanes[0]!.left[2] = 0.1;
    const sloped = new LaneGraph(map);
    expect(sloped.level).toBe(false);
    expect(sloped.ground).toBe(sloped);
  });

  test('has the friction of its lane, and that of the scenario where the lane has none', () => {
    const map = bend();
    map.lanes[3]!.friction = 0.2;
    const graph = new LaneGraph(map, 0.8);
    expect(graph.level).toBe(false);
    const at = (lane: number): number => {
      const { x, y } = graph.pose(lane, 20);
      return graph.friction(x, y);
    };
    expect([at(0), at(3), at(4), at(6)]).toEqual([0.8, 0.2, 0.8, 0.8]);
    expect(graph.height(40, 0)).toBe(0);
  });

  test('answers the same whatever was asked before', () => {
    const map = over(bend(), hills);
    const place = fc.tuple(
      fc.double({ min: -20, max: 140, noNaN: true }),
      fc.double({ min: -20, max: 140, noNaN: true }),
    );
    const graph = new LaneGraph(map);
    fc.assert(
      fc.property(fc.array(place, { minLength: 2, maxLength: 5 }), (places) => {
        const answers = places.map(([x, y]) => graph.height(x, y, 1));
        const fresh = new LaneGraph(map);
        [...places].reverse().forEach(([x, y], i) => {
          fresh.friction(x, y);
          expect(fresh.height(x, y, 1)).toBe(answers[places.length - 1 - i]);
        });
      }),
      { seed: 4, numRuns: 20 },
    );
  });
});

describe('a bridge', () => {
  const graph = new LaneGraph(bridge());

  test('is the ground for whoever is on it, the road below for whoever is there, and the bridge when nobody says', () => {
    expect(graph.height(0.5, 0.5)).toBe(6);
    for (const z of [-0.1, 0, 0.7, 1.6]) expect(graph.height(0.5, 0.5, z)).toBe(0);
    for (const z of [5.9, 6, 6.7, 7.6]) expect(graph.height(0.5, 0.5, z)).toBe(6);
    graph.normal(0.5, 0.5, up, 6);
    expect(up.z).toBe(1);
    // Beside the bridge, but not beside the road below.
    expect(graph.height(3, 40, 6)).toBe(6);
    expect(graph.height(0.5, 40, 0)).toBe(6);
    // Whoever drives over the edge above the road falls on it.
    expect(graph.height(4, 0, 6)).toBe(0);
  });

  test('keeps its traffic apart from that below', () => {
    const touched = (z?: number): number[] => {
      const lanes: number[] = [];
      graph.touching(0.3, -0.3, 3, (lane) => lanes.push(lane), z);
      return lanes;
    };
    expect(touched()).toEqual([0, 1]);
    expect(touched(0.7)).toEqual([0]);
    expect(touched(1.6)).toEqual([0]);
    expect(touched(6.7)).toEqual([1]);
    expect(graph.nearest(0.3, -0.2, 1, 0, 6.7)?.lane).toBe(1);
    expect(graph.nearest(0.2, -0.3, 1, 1, 0.7)?.lane).toBe(0);
    expect(graph.contains(50, 0, 0.7)).toBe(true);
    expect(graph.contains(50, 0, 6.7)).toBe(false);
    expect(graph.contains(50, 0)).toBe(true);
  });
});

describe('lanes for bicycles', () => {
  const builder = new MapBuilder('cycle track');
  const lane = { width: 3.5, speedLimit: 10 };
  const kinds = ['driving', 'biking', 'parking', 'sidewalk'] as const;
  builder.road(
    straightLine({ x: 0, y: 0, heading: 0 }, 50),
    kinds.map((kind) => ({ ...lane, kind })),
    0,
  );
  const graph = new LaneGraph(builder.build());

  test('carry traffic, are made for wheels, and are no lane of a seat', () => {
    const touched: number[] = [];
    graph.touching(25, -5.25, 1, (id) => touched.push(id));
    expect(touched).toEqual([1]);
    graph.touching(25, -3.6, 1, (id) => touched.push(id));
    expect(touched).toEqual([1, 0, 1]);
    expect([-1.75, -5.25, -8.75, -12.25].map((y) => graph.contains(25, y))).toEqual([true, true, true, false]);
    expect(graph.nearest(25, -5.25, 0)).toBeNull();
    expect(graph.nearest(25, -5.25, 5)?.lane).toBe(0);
  });
});
