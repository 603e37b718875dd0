import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { straightLine } from './curves.ts';
import { findRoute, RouteTree } from './find-route.ts';
import { LaneGraph } from './lane-graph.ts';
import { MapBuilder } from './map-builder.ts';

/** Streets along the lines of a square grid, two lanes each way along x, one along y: every street leads on over each crossing. */
function city(size: number): MapDescription {
  const builder = new MapBuilder('city');
  const lane = { width: 1.5, speedLimit: 10 };
  const ends = new Map<string, number[]>();
  const starts = new Map<string, number[]>();
  const note = (map: Map<string, number[]>, key: string, ids: number[]): void => {
    map.set(key, [...(map.get(key) ?? []), ...ids]);
  };
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (const [di, dj, lanes] of [
        [1, 0, 2],
        [-1, 0, 2],
        [0, 1, 1],
        [0, -1, 1],
      ] as const) {
        const [k, l] = [i + di, j + dj];
        if (k < 0 || l < 0 || k >= size || l >= size) continue;
        const from = { x: 100 * i, y: 100 * j, heading: Math.atan2(dj, di) };
        const ids = builder.road(
          straightLine(from, 100),
          Array.from({ length: lanes }, () => lane),
        );
        note(starts, `${i},${j}`, ids);
        note(ends, `${k},${l}`, ids);
      }
    }
  }
  // Lanes are joined where they meet within a metre: narrow ones do, also to the sides.
  const map = builder.build();
  for (const [key, into] of ends) {
    for (const from of into) {
      for (const to of starts.get(key) ?? []) {
        const [a, b] = [map.lanes[from]!, map.lanes[to]!];
        const end = a.centre.length - 3;
        if (Math.hypot(a.centre[end]! - b.centre[0]!, a.centre[end + 1]! - b.centre[1]!) < 1) builder.link(from, to);
      }
    }
  }
  return builder.build();
}

/** Dijkstra without any queue: the cheapest open lane, of equal ones the lowest id, by looking at all. */
function slowRoute(graph: LaneGraph, from: number, to: number): number[] | null {
  const cost = graph.lanes.map(() => Infinity);
  const previous = graph.lanes.map(() => -1);
  const open = new Set(graph.lanes.map(({ id }) => id));
  cost[from] = graph.laneLength(from);
  for (;;) {
    let lane = -1;
    for (const id of open) if (cost[id]! < (lane < 0 ? Infinity : cost[lane]!)) lane = id;
    if (lane < 0) return null;
    if (lane === to) break;
    open.delete(lane);
    const { successors, leftNeighbour, rightNeighbour } = graph.lanes[lane]!;
    const steps = successors.map((next) => [next, graph.laneLength(next)] as const);
    for (const beside of [leftNeighbour, rightNeighbour]) if (beside !== null) steps.push([beside, 20]);
    for (const [next, length] of steps) {
      if (!open.has(next) || cost[lane]! + length >= cost[next]!) continue;
      cost[next] = cost[lane]! + length;
      previous[next] = lane;
    }
  }
  const lanes = [to];
  while (lanes[0] !== from) lanes.unshift(previous[lanes[0]!]!);
  return lanes;
}

describe('routes in a city of equal blocks', () => {
  const graph = new LaneGraph(city(5));

  test('are those of a search that looks at all lanes each time, of equal ones that over lower ids', () => {
    let changes = 0;
    fc.assert(
      fc.property(fc.nat(graph.lanes.length - 1), fc.nat(graph.lanes.length - 1), (from, to) => {
        const expected = slowRoute(graph, from, to);
        expect(new RouteTree(graph, from).to(to)).toEqual(expected);
        if (expected) expect(findRoute(graph, from, to)).toEqual(expected);
        else expect(() => findRoute(graph, from, to)).toThrow(/there is no way/);
        if (expected && expected.length > 4) changes++;
      }),
      { seed: 5, numRuns: 150 },
    );
    expect(changes).toBeGreaterThan(20);
  });
});
