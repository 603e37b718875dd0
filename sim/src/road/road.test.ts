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
      for (const line of [map.lanes[4]!.centre, map.lanes[4]!.left, map.lanes[4]!.right]) line[0]! += 1.2;
    });
    expect(moved).toThrow(/lane 2, successors: expected lane 4 to begin where it ends, got 1.200 m between them/);
    // What a recorded map has between its lanes is a reader's to warn of.
    const recorded = broken((map) => {
      for (const line of [map.lanes[4]!.centre, map.lanes[4]!.left, map.lanes[4]!.right]) line[0]! += 0.8;
    });
    expect(recorded).not.toThrow();
  });
});

describe('a map', () => {
  const signal = {
    id: 0,
    kind: 'vehicle' as const,
    position: [0, 5, 5] as [number, number, number],
    heading: 0,
    group: 0,
    junction: null,
    name: 's',
  };
  const crossing = {
    id: 0,
    axis: [50, 5, 0, 50, -5, 0],
    width: 3,
    lanes: [{ lane: 0, from: 48, to: 52 }],
    signal: null,
  };
  const build = (change: (map: MapDescription) => void): (() => LaneGraph) => {
    const map = structuredClone(bend());
    change(map);
    return () => new LaneGraph(map);
  };

  test.each<[string, (map: MapDescription) => void, RegExp | null]>([
    ['a stop sign without giving way', ({ lanes }) => (lanes[0]!.stops = true), /lane 0, yields: expected true/],
    [
      'a stop line before the lane begins',
      ({ lanes }) => (lanes[4]!.stopLine = 101),
      /lane 4, stopLine: expected 0\.\.100\.000 m, its length, got 101/,
    ],
    ['a stop line that is no number', ({ lanes }) => (lanes[4]!.stopLine = NaN), /lane 4, stopLine/],
    ['an unknown signal', ({ lanes }) => (lanes[2]!.signal = 0), /lane 2, signal: expected a signal for vehicles/],
    [
      'a signal for pedestrians over a lane',
      (map) => {
        map.signals.push({ ...signal, kind: 'pedestrian' });
        map.lanes[2]!.signal = 0;
      },
      /lane 2, signal/,
    ],
    [
      'friction out of its range',
      ({ lanes }) => (lanes[1]!.friction = 1.6),
      /lane 1, friction: expected above 0, at most 1\.5/,
    ],
    [
      'a signal with another id',
      (map) => map.signals.push({ ...signal, id: 3 }),
      /signal 0, id: expected its index 0, got 3/,
    ],
    [
      'a signal in no place',
      (map) => map.signals.push({ ...signal, position: [0, Infinity, 0] }),
      /signal 0, position/,
    ],
    [
      'a crossing of an unknown lane',
      (map) => map.crossings.push({ ...crossing, lanes: [{ lane: 9, from: 0, to: 1 }] }),
      /crossing 0, lanes: expected a lane of 0\.\.5, got 9/,
    ],
    [
      'a crossing beyond a lane',
      (map) => map.crossings.push({ ...crossing, lanes: [{ lane: 0, from: 98, to: 103 }] }),
      /crossing 0, lanes: expected an interval within 0\.\.100\.000 m of lane 0, got 98\.\.103/,
    ],
    [
      'a crossing without an axis',
      (map) => map.crossings.push({ ...crossing, axis: [1, 2, 0, 1, 2, 0] }),
      /crossing 0, axis/,
    ],
    [
      'a crossing with a signal for vehicles',
      (map) => {
        map.signals.push(signal);
        map.crossings.push({ ...crossing, signal: 0 });
      },
      /crossing 0, signal: expected a signal for pedestrians/,
    ],
    [
      'neighbours in a loop',
      ({ lanes }) => (lanes[0]!.leftNeighbour = 1),
      /lane 0, leftNeighbour: .* a loop back to itself/,
    ],
    ['a lane beside itself', ({ lanes }) => (lanes[3]!.rightNeighbour = 3), /lane 3, rightNeighbour: .* a loop/],
    [
      'places a thousand kilometres out',
      ({ lanes }) => (lanes[5]!.right[3] = 1.1e6),
      /lane 5, right\[3\]: expected a number of/,
    ],
    [
      'signals, stop lines and crossings as they should be',
      (map) => {
        map.signals.push(signal);
        map.crossings.push(crossing);
        Object.assign(map.lanes[0]!, { yields: true, stops: true, stopLine: 4 });
        map.lanes[2]!.signal = 0;
      },
      null,
    ],
  ])('with %s', (_, change, error) => {
    if (error) expect(build(change)).toThrow(error);
    else expect(build(change)).not.toThrow();
  });

  test('that is huge is refused or built, and never fills the memory', () => {
    const line = [-1e6, -1e6, 0, 1e6, 1e6, 0];
    const huge = build((map) => {
      const lane = { ...map.lanes[0]!, centre: line, left: line, right: line, successors: [], predecessors: [] };
      map.lanes = Array.from({ length: 4 }, (_, id) => ({ ...lane, id, leftNeighbour: null, rightNeighbour: null }));
    });
    expect(huge).toThrow(/expected 10000000 m of lanes at most/);
    const far = build((map) => {
      for (const lane of map.lanes) {
        for (const part of [lane.centre, lane.left, lane.right])
          for (let i = 0; i < part.length; i += 3) part[i]! += 9e5;
      }
    });
    expect(far().nearest(9e5 + 50, 1.75, 1)?.lane).toBe(0);
  });
});

describe('projection on a long lane', () => {
  test('is that of a search over all of its segments, from near and far', () => {
    const builder = new MapBuilder('long');
    let line = straightLine({ x: 0, y: 0, heading: 0 }, 10);
    const points = [...line];
    for (let i = 0; i < 12; i++) {
      line = arcLine(endOf(line), i % 2 === 0 ? 60 : -60, 90);
      points.push(...line.slice(1));
    }
    builder.road(points, [{ width: 3.5, speedLimit: 20 }]);
    const graph = new LaneGraph(builder.build());
    const { centre } = graph.lanes[0]!;
    expect(centre.length / 3).toBeGreaterThan(200);
    fc.assert(
      fc.property(
        fc.double({ min: -300, max: 1200, noNaN: true }),
        fc.double({ min: -300, max: 900, noNaN: true }),
        (x, y) => {
          let least = Infinity;
          for (let i = 0; i + 3 < centre.length; i += 3) {
            const [ax, ay, bx, by] = [centre[i]!, centre[i + 1]!, centre[i + 3]!, centre[i + 4]!];
            const t = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
            const u = Math.max(0, Math.min(1, t));
            least = Math.min(least, Math.hypot(x - ax - u * (bx - ax), y - ay - u * (by - ay)));
          }
          expect(graph.project(0, x, y).distance).toBeCloseTo(least, 9);
        },
      ),
      { seed: 6, numRuns: 500 },
    );
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
