import { describe, expect, test } from 'vitest';
import { Random } from '../random.ts';
import { straightLine } from '../road/curves.ts';
import type { LaneGraph } from '../road/lane-graph.ts';
import { MapBuilder } from '../road/map-builder.ts';
import { connectedParts } from './connected.ts';
import { LaneQueue } from './lane-queue.ts';
import { Navigator } from './navigator.ts';

/**
 * Stretches of road, so many lanes each; every lane leads on to those listed for it. Ways depend on links and lengths alone, so the
 * places are not those of a real map.
 */
function chain(stretches: readonly { lanes: number; length: number }[], links: readonly [number, number][]): LaneGraph {
  const builder = new MapBuilder('chain');
  let x = 0;
  for (const { lanes, length } of stretches) {
    builder.road(
      straightLine({ x, y: 0, heading: 0 }, length),
      Array.from({ length: lanes }, () => ({ width: 3.5, speedLimit: 14 })),
    );
    x += length;
  }
  for (const [from, to] of links) builder.link(from, to);
  const map = builder.build();
  const lengths = stretches.flatMap(({ lanes, length }) => Array.from({ length: lanes }, () => length));
  return { map, lanes: map.lanes, laneLength: (lane: number) => lengths[lane] } as unknown as LaneGraph;
}

describe('a way', () => {
  // Lanes 0, 1, 2 from left to right, then 3, 4, 5; only the right one leads on to 6.
  const graph = chain(
    [
      { lanes: 3, length: 200 },
      { lanes: 3, length: 100 },
      { lanes: 1, length: 50 },
    ],
    [
      [0, 3],
      [1, 4],
      [2, 5],
      [5, 6],
    ],
  );
  const way = new Navigator(graph).way([6], 'car');

  test('tells each lane how many changes it needs, to which side, and by where', () => {
    expect([...way.side]).toEqual([-1, -1, 0, -1, -1, 0, 0]);
    expect([...way.changes]).toEqual([2, 1, 0, 2, 1, 0, 0]);
    expect([0, 1, 3, 4].map((lane) => way.room[lane])).toEqual([300, 300, 100, 100].map((m) => expect.closeTo(m, 6)));
    expect([...way.detour].map((m) => m === Infinity)).toEqual([true, true, false, true, true, false, false]);
  });

  test('costs the metres to the end of the destination, and some for each change of lane', () => {
    expect(way.cost[2]).toBeCloseTo(350, 6);
    expect(way.cost[5]).toBeCloseTo(150, 6);
    expect(way.cost[1]!).toBeGreaterThan(350 + 20);
    expect(way.cost[0]!).toBeGreaterThan(350 + 40);
  });

  test('is unlimited nowhere: a lane that nothing leads from has none', () => {
    const other = new Navigator(graph).way([0], 'car');
    expect(other.cost[0]).toBeCloseTo(200, 6);
    expect(other.cost[6]).toBe(Infinity);
  });

  test('takes a detour rather than wait for a change where the lane leads there too', () => {
    // Lane 1 leads to 3 by way of 2, which is longer than by 0.
    const both = chain(
      [
        { lanes: 2, length: 100 },
        { lanes: 1, length: 300 },
        { lanes: 1, length: 50 },
      ],
      [
        [0, 3],
        [1, 2],
        [2, 3],
      ],
    );
    const found = new Navigator(both).way([3], 'car');
    expect(found.change[1]).toBe(0);
    expect(found.successor[1]).toBe(2);
    expect(found.side[1]).toBe(1);
    expect(found.detour[1]!).toBeGreaterThan(200);
    expect(found.detour[1]!).toBeLessThan(300);
  });

  test('keeps to a route that is prescribed, though another way is shorter', () => {
    const fork = chain(
      [
        { lanes: 1, length: 100 },
        { lanes: 1, length: 50 },
        { lanes: 1, length: 300 },
        { lanes: 1, length: 50 },
      ],
      [
        [0, 1],
        [0, 2],
        [1, 3],
        [2, 3],
      ],
    );
    const navigator = new Navigator(fork);
    expect(navigator.way([3], 'car').successor[0]).toBe(1);
    expect(navigator.way([3], 'car', [0, 2, 3]).successor[0]).toBe(2);
  });

  test('that does not exist is refused, naming both places and where they come from', () => {
    const sources = graph.lanes.map(({ id }) => `road ${id + 100}`);
    const navigator = new Navigator(graph, sources);
    expect(() => navigator.mustReach('plan, demand d', 6, [0, 3], 'car')).toThrow(
      'plan, demand d: expected a way for a car from lane 6 (road 106) to lane 0 (road 100) or lane 3 (road 103), but there is none',
    );
    expect(() => navigator.mustReach('plan, demand d', 99, [6], 'car')).toThrow(/expected a lane of 0..6, got 99/);
    expect(() => navigator.mustReach('plan, demand d', 0, [], 'car')).toThrow(/expected lanes to go to, got none/);
  });
});

describe('on random graphs', () => {
  /** Lanes of equal length in a row, linked at random. */
  function scattered(seed: string): { graph: LaneGraph; next: number[][] } {
    const random = new Random(seed, 'graph');
    const count = 30;
    const links: [number, number][] = [];
    for (let i = 0; i < 45; i++) {
      const [from, to] = [random.below(count), random.below(count)];
      if (from !== to && !links.some(([a, b]) => a === from && b === to)) links.push([from, to]);
    }
    const graph = chain(
      Array.from({ length: count }, () => ({ lanes: 1, length: 10 + 10 * random.below(5) })),
      links,
    );
    return { graph, next: graph.lanes.map(({ successors }) => [...successors]) };
  }

  test.each(['1', '2', '3', '4', '5'])('costs are those of trying every way (seed %s)', (seed) => {
    const { graph, next } = scattered(seed);
    const navigator = new Navigator(graph);
    for (const end of [0, 7, 19]) {
      const { cost, successor } = navigator.way([end], 'car');
      // Bellman-Ford: relaxes all links as often as there are lanes.
      const best = next.map((_, lane) => (lane === end ? graph.laneLength(lane) : Infinity));
      for (let round = 0; round < next.length; round++) {
        next.forEach((ways, lane) => {
          for (const way of ways)
            if (lane !== end) best[lane] = Math.min(best[lane]!, graph.laneLength(lane) + best[way]!);
        });
      }
      best.forEach((expected, lane) => {
        if (expected === Infinity) expect(cost[lane]).toBe(Infinity);
        else expect(cost[lane]).toBeCloseTo(expected, 6);
        const chosen = successor[lane]!;
        if (chosen >= 0) expect(cost[chosen]! + graph.laneLength(lane)).toBeCloseTo(cost[lane]!, 6);
      });
    }
  });

  test.each(['1', '2', '3', '4', '5'])(
    'lanes are of one connected part if each leads to the other (seed %s)',
    (seed) => {
      const { graph, next } = scattered(seed);
      const reach = next.map((_, start) => {
        const seen = new Set([start]);
        for (const lane of seen) for (const way of next[lane]!) seen.add(way);
        return seen;
      });
      const part = connectedParts(graph);
      for (let a = 0; a < next.length; a++) {
        for (let b = 0; b < next.length; b++) {
          expect(part[a] === part[b], `${a} and ${b}`).toBe(reach[a]!.has(b) && reach[b]!.has(a));
        }
      }
    },
  );
});

test('the queue of lanes gives them back by cost, then by id, at the lowest cost each was given', () => {
  const random = new Random('1', 'queue');
  const queue = new LaneQueue(200);
  for (let round = 0; round < 20; round++) {
    queue.clear();
    const cost = new Map<number, number>();
    for (let i = 0; i < 300; i++) {
      const lane = random.below(200);
      const wanted = random.below(50);
      if (wanted >= (cost.get(lane) ?? Infinity)) continue;
      cost.set(lane, wanted);
      queue.push(lane, wanted);
    }
    const sorted = [...cost].sort(([a, x], [b, y]) => x - y || a - b).map(([lane]) => lane);
    expect(Array.from({ length: cost.size }, () => queue.pop())).toEqual(sorted);
    expect(queue.pop()).toBe(-1);
  }
});
