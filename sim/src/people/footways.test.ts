import { describe, expect, test } from 'vitest';
import { cityMap } from '../../../scenarios/maps/city.ts';
import { readOpenDrive } from '../opendrive/index.ts';
import { LaneGraph } from '../road/lane-graph.ts';
import { crossroads } from '../signal/testing/crossroads.ts';
import { Footways } from './footways.ts';
import { highStreet } from './testing/high-street.ts';

/** Parts of a network that have ways. */
function parts(footways: Footways): number {
  const part = footways.parts(false);
  return new Set(footways.ways.map(({ from }) => part[from])).size;
}

/** Length of a route, found by looking at all ways over and over (Bellman and Ford). */
function shortest(footways: Footways, from: number, to: number): number {
  const cost = footways.nodes.map((_, node) => (node === from ? 0 : Infinity));
  for (let round = 0; round < footways.nodes.length; round++) {
    for (const { from: a, to: b, line, road, kind } of footways.ways) {
      if (kind === 'shortcut') continue;
      const length = line.length + (road ? 10 : 0);
      cost[b] = Math.min(cost[b]!, cost[a]! + length);
      cost[a] = Math.min(cost[a]!, cost[b]! + length);
    }
  }
  return cost[to]!;
}

describe('the walkable network', () => {
  test('joins pavements round corners, but not over the road', () => {
    const footways = new Footways(new LaneGraph(crossroads().map), false);
    // Each corner of a crossroads without crossings is for itself.
    expect(parts(footways)).toBe(4);
    expect(footways.ways.filter(({ kind }) => kind === 'link')).toHaveLength(4);
  });

  test('crossings join the pavements of both sides', () => {
    const footways = new Footways(new LaneGraph(crossroads({ crosswalks: true }).map), false);
    expect(parts(footways)).toBe(1);
    expect(footways.ways.filter(({ kind }) => kind === 'crossing')).toHaveLength(4);
  });

  test('only crossings lead over lanes made for wheels', () => {
    const graph = new LaneGraph(crossroads({ crosswalks: true }).map);
    for (const { line, kind } of new Footways(graph, false).ways) {
      if (kind === 'crossing') continue;
      const place = { x: 0, y: 0, z: 0 };
      for (let s = 0.3; s < line.length - 0.3; s += 0.5) {
        line.place(s, 0, place);
        expect(graph.contains(place.x, place.y)).toBe(false);
      }
    }
  });

  test('has the shortest ways, each going on where the one before ends', () => {
    const footways = new Footways(new LaneGraph(crossroads({ crosswalks: true, leftLanes: true }).map), false);
    let routes = 0;
    for (let from = 0; from < footways.nodes.length; from += 3) {
      for (let to = 1; to < footways.nodes.length; to += 4) {
        const route = footways.route(from, to, false);
        if (!route) continue;
        let [node, length] = [from, 0];
        for (const step of route) {
          const way = footways.ways[step >> 1]!;
          expect(step % 2 === 1 ? way.to : way.from).toBe(node);
          node = step % 2 === 1 ? way.from : way.to;
          length += way.line.length + (way.road ? 10 : 0);
        }
        expect(node).toBe(to);
        expect(length).toBeCloseTo(shortest(footways, from, to), 6);
        routes += 1;
      }
    }
    expect(routes).toBeGreaterThan(20);
  });

  test('has shortcuts straight over the road for those who jaywalk, away from crossings and junctions', () => {
    const footways = new Footways(new LaneGraph(highStreet(true)), true);
    const shortcuts = footways.ways.filter(({ kind }) => kind === 'shortcut');
    expect(shortcuts.length).toBeGreaterThan(4);
    for (const { line, road } of shortcuts) {
      // From the middle of one pavement to that of the other: two lanes and two halves.
      expect(line.length).toBeCloseTo(10, 6);
      expect(Math.abs(line.x[0]! - 100)).toBeGreaterThanOrEqual(15);
      expect(road!.crossing).toBe(-1);
    }
    const city = new Footways(new LaneGraph(crossroads().map), true);
    for (const { line, kind } of city.ways)
      if (kind === 'shortcut') expect(Math.hypot(line.x[0]!, line.y[0]!)).toBeGreaterThan(25);
  });

  test('of our own city is one, with all of its crossings', () => {
    const { map } = readOpenDrive(cityMap(), 'city');
    const footways = new Footways(new LaneGraph(map), false);
    expect(parts(footways)).toBe(1);
    expect(footways.ways.filter(({ kind }) => kind === 'crossing')).toHaveLength(map.crossings.length);
  });
});
