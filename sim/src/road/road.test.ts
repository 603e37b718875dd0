import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { arcLine, endOf, joinLine, straightLine } from './curves.ts';
import { findRoute } from './find-route.ts';
import { LaneGraph } from './lane-graph.ts';
import { MapBuilder } from './map-builder.ts';
import { roundabout } from './roundabout.ts';
import { Route } from './route.ts';

const ROUNDABOUT = { name: 'r', radius: 24, reach: 130, laneWidth: 3.5, ringWidth: 5, armSpeed: 14, ringSpeed: 8 };

/** Two lanes: 100 m straight, a quarter turn of radius 50 to the left, 100 m straight. */
function bend(): MapDescription {
  const builder = new MapBuilder('bend');
  const lane = { width: 3.5, speedLimit: 20 };
  const first = straightLine({ x: 0, y: 0, heading: 0 }, 100);
  const turn = arcLine(endOf(first), 50, 25 * Math.PI);
  const ids = [first, turn, straightLine(endOf(turn), 100)].map((line) => builder.road(line, [lane, lane]));
  builder.linkAll(ids[0]!, ids[1]!);
  builder.linkAll(ids[1]!, ids[2]!);
  return builder.build();
}

const points = (line: readonly number[]): [number, number][] =>
  Array.from({ length: line.length / 3 }, (_, i) => [line[3 * i]!, line[3 * i + 1]!]);
const apart = (a: [number, number], b: [number, number]): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

describe('lanes', () => {
  test.each([
    ['a bend of two lanes', bend()],
    ['a roundabout', roundabout(ROUNDABOUT).map],
  ])('of %s meet their neighbours and successors within 1 cm, and successors go on in the same direction', (_, map) => {
    const graph = new LaneGraph(map);
    let seams = 0;
    for (const lane of map.lanes) {
      if (lane.leftNeighbour !== null) {
        const other = points(map.lanes[lane.leftNeighbour]!.right);
        points(lane.left).forEach((point, i) => expect(apart(point, other[i]!)).toBeLessThan(0.01));
        seams++;
      }
      for (const id of lane.successors) {
        const next = map.lanes[id]!;
        for (const side of ['left', 'right'] as const) {
          expect(apart(points(lane[side]).at(-1)!, points(next[side])[0]!)).toBeLessThan(0.01);
        }
        const turn = graph.pose(lane.id, graph.laneLength(lane.id)).heading - graph.pose(id, 0).heading;
        expect(Math.abs(Math.sin(turn))).toBeLessThan(0.02);
        seams++;
      }
    }
    expect(seams).toBeGreaterThan(5);
  });

  test('have the length, curvature and width that geometry gives them', () => {
    const graph = new LaneGraph(bend());
    // The left lane's centre runs 1.75 m inside the line of radius 50.
    expect(graph.laneLength(2)).toBeCloseTo((48.25 * Math.PI) / 2, 1);
    expect(graph.curvature(2, 30)).toBeCloseTo(1 / 48.25, 4);
    expect(graph.width(3, 10)).toBeCloseTo(3.5, 2);
    expect(graph.pose(2, 0).heading).toBeCloseTo(0, 3);
    expect(graph.pose(4, 50).heading).toBeCloseTo(Math.PI / 2, 9);
  });

  test('give a projected pose back: pose, then project, returns distance and offset', () => {
    const graph = new LaneGraph(bend());
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (lane, share, offset) => {
          const s = share * graph.laneLength(lane);
          const { x, y } = graph.pose(lane, s, offset);
          const found = graph.project(lane, x, y);
          expect(found.s).toBeCloseTo(s, 0);
          expect(Math.abs(found.offset - offset)).toBeLessThan(0.03);
        },
      ),
    );
  });

  test('are found by brute force and by the grid alike', () => {
    const { map } = roundabout(ROUNDABOUT);
    const graph = new LaneGraph(map);
    fc.assert(
      fc.property(
        fc.double({ min: -70, max: 70, noNaN: true }),
        fc.double({ min: -70, max: 70, noNaN: true }),
        (x, y) => {
          let expected = 4;
          for (const lane of map.lanes) {
            const point = graph.project(lane.id, x, y);
            expected = Math.min(expected, Math.max(0, point.distance - graph.width(lane.id, point.s) / 2));
          }
          const found = graph.nearest(x, y, 4);
          const outside = found ? Math.max(0, found.distance - graph.width(found.lane, found.s) / 2) : 4;
          expect(outside).toBeCloseTo(expected, 9);
        },
      ),
    );
  });

  test('that overlap are told apart by the hint, and without one by the nearer centre', () => {
    const { map } = roundabout(ROUNDABOUT);
    const graph = new LaneGraph(map);
    // The end of an entry lies on the ring lane that it joins.
    const entry = map.lanes.find(
      (lane) => lane.junction === 0 && lane.predecessors.some((id) => map.lanes[id]!.yields),
    )!;
    const ring = map.lanes[entry.successors[0]!]!.predecessors.find((id) => id !== entry.id)!;
    const { x, y } = graph.pose(entry.id, graph.laneLength(entry.id) - 1.5, -0.1);
    expect(graph.nearest(x, y, 0, entry.id)?.lane).toBe(entry.id);
    expect(graph.nearest(x, y, 0, ring)?.lane).toBe(ring);
    expect(graph.nearest(x, y, 0)?.lane).toBe(graph.nearest(x, y, 0)?.lane);
    expect(graph.nearest(0, 0, 3)).toBeNull();
    expect(graph.contains(x, y)).toBe(true);
    expect(graph.contains(0, 0)).toBe(false);
  });

  test('that contradict themselves are refused with lane, field, expected and actual', () => {
    const broken = (change: (map: MapDescription) => void): (() => LaneGraph) => {
      const map = structuredClone(bend());
      change(map);
      return () => new LaneGraph(map);
    };
    expect(broken((map) => map.lanes[0]!.successors.push(99))).toThrow(
      /lane 0, successors: expected a lane of 0..5, got 99/,
    );
    expect(broken((map) => (map.lanes[3]!.predecessors = []))).toThrow(/lane 1, successors: expected lane 3 to name 1/);
    expect(broken((map) => (map.lanes[2]!.left[4] = NaN))).toThrow(RangeError);
    expect(broken((map) => map.lanes[2]!.left.pop())).toThrow(/lane 2, left/);
    expect(broken((map) => (map.lanes[4]!.speedLimit = 0))).toThrow(/lane 4, speedLimit/);
    const moved = broken((map) => {
      for (const line of [map.lanes[4]!.centre, map.lanes[4]!.left, map.lanes[4]!.right]) line[0]! += 0.5;
    });
    expect(moved).toThrow(/lane 2, successors: expected lane 4 to begin where it ends/);
  });
});

describe('curves', () => {
  test('that join two poses start and end in them, and never bend more sharply than a car can steer', () => {
    const line = joinLine({ x: 0, y: 0, heading: 0 }, { x: 20, y: 10, heading: 1 });
    expect(line[0]).toEqual({ x: 0, y: 0, heading: 0 });
    expect(line.at(-1)).toEqual({ x: 20, y: 10, heading: 1 });
    const { map, arms } = roundabout(ROUNDABOUT);
    const graph = new LaneGraph(map);
    for (const to of [1, 2, 3]) {
      const route = new Route(graph, findRoute(graph, arms[0]!.approach, arms[to]!.exit));
      for (const curvature of route.curvature) expect(Math.abs(curvature)).toBeLessThan(1 / 12);
    }
  });
});

describe('a route', () => {
  test('is as long as its lanes from start to goal, and projects back what it posed', () => {
    const graph = new LaneGraph(bend());
    const route = new Route(graph, [0, 2, 4], 20, 60);
    expect(route.length).toBeCloseTo(80 + graph.laneLength(2) + 60, 9);
    let hint = 0;
    for (let distance = 0; distance <= route.length; distance += 3.7) {
      const { x, y, heading } = route.pose(distance, 0.8);
      const near = route.project(x, y, hint);
      const anywhere = route.project(x, y);
      expect(near.distance).toBeCloseTo(distance, 1);
      expect(near.offset).toBeCloseTo(0.8, 1);
      expect(near.heading).toBeCloseTo(heading, 2);
      expect(anywhere).toEqual(near);
      hint = near.distance;
    }
  });

  test('moves over to a neighbour smoothly on the length of the first lane', () => {
    const graph = new LaneGraph(bend());
    const route = new Route(graph, [0, 1, 3]);
    expect(route.pose(0).y).toBeCloseTo(1.75, 9);
    expect(route.pose(50).y).toBeCloseTo(0, 5);
    expect(route.pose(100).y).toBeCloseTo(-1.75, 1);
    expect(route.project(25, 1.2).laneIndex).toBe(0);
    expect(route.project(75, -1.2).laneIndex).toBe(1);
    for (let i = 1; i < route.x.length; i++) {
      const direction = Math.atan2(route.y[i]! - route.y[i - 1]!, route.x[i]! - route.x[i - 1]!);
      const middle = (route.heading[i]! + route.heading[i - 1]!) / 2;
      expect(Math.abs(Math.sin(direction - middle))).toBeLessThan(0.01);
    }
  });

  test('samples rows of place, limit and distance, and stops at its end', () => {
    const graph = new LaneGraph(bend());
    const route = new Route(graph, [0], 0, 50);
    const out = new Float32Array(40);
    expect(route.sample(41, 2, 10, out)).toBe(5);
    expect([...out.slice(0, 8)]).toEqual([41, 1.75, 20, 0, 43, 1.75, 20, 2]);
  });

  test('tells the distance to the next give-way line and to none that is passed', () => {
    const { map, arms } = roundabout(ROUNDABOUT);
    const graph = new LaneGraph(map);
    const lanes = findRoute(graph, arms[0]!.approach, arms[2]!.exit);
    const route = new Route(graph, lanes);
    const line = graph.laneLength(lanes[0]!) + graph.laneLength(lanes[1]!);
    expect(route.nextYield(0, 200)).toBeCloseTo(line, 9);
    expect(route.nextYield(0, 50)).toBeNull();
    expect(route.nextYield(line + 1, 1000)).toBeNull();
  });

  test('is refused when a lane does not follow the one before, or its goal is not ahead', () => {
    const graph = new LaneGraph(bend());
    expect(() => new Route(graph, [0, 3])).toThrow(/lane 3 neither follows lane 0 nor lies beside it/);
    expect(() => new Route(graph, [0], 60, 50)).toThrow(RangeError);
    expect(() => new Route(graph, [])).toThrow(RangeError);
  });

  test('found is the shortest one, with a change of lane where there is no other way', () => {
    const graph = new LaneGraph(bend());
    expect(findRoute(graph, 0, 4)).toEqual([0, 2, 4]);
    const changed = findRoute(graph, 0, 5);
    expect(changed).toHaveLength(4);
    expect(() => new Route(graph, changed)).not.toThrow();
    expect(() => findRoute(graph, 4, 0)).toThrow(/no way from lane 4 to lane 0/);
  });
});
