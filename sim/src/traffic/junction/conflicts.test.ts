import { describe, expect, test } from 'vitest';
import { cos, hypot, sin } from '../../math.ts';
import { LaneGraph } from '../../road/lane-graph.ts';
import { roundabout } from '../../road/roundabout.ts';
import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { Conflicts, shiftBetween } from './conflicts.ts';
import type { Size } from './swath.ts';
import { Passages, type Passage } from './passage.ts';
import { crossroads } from './testing/crossroads.ts';
import { doubleRing } from './testing/double-ring.ts';

const four = crossroads();

function setUp(map: MapDescription) {
  const graph = new LaneGraph(map);
  const passages = new Passages(graph);
  return { graph, passages, conflicts: new Conflicts(graph) };
}

/** The passage from one arm of the crossroads to another. */
function passageOf(passages: Passages, from: number, to: number): Passage {
  return passages.of(four.entries[from] as number, four.way(from, to), 1);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly length: number;
  readonly width: number;
}

/** By separating axes: shares nothing with how zones are found. */
function touch(a: Box, b: Box): boolean {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  if (hypot(dx, dy) > a.length + b.length) return false;
  return [a.heading, a.heading + Math.PI / 2, b.heading, b.heading + Math.PI / 2].every((axis) => {
    const reach = ({ heading, length, width }: Box): number =>
      (Math.abs(cos(heading - axis)) * length + Math.abs(sin(heading - axis)) * width) / 2;
    return Math.abs(dx * cos(axis) + dy * sin(axis)) < reach(a) + reach(b);
  });
}

/** A car whose middle is `s` m along a passage, and somewhat beyond its ends. */
function carAt(graph: LaneGraph, passage: Passage, s: number): Box {
  const at = (place: number) => {
    if (place < 0 && passage.approach >= 0)
      return graph.pose(passage.approach, graph.laneLength(passage.approach) + place);
    let k = 0;
    while (k + 1 < passage.lanes.length && place > (passage.bases[k + 1] as number)) k++;
    return graph.pose(passage.lanes[k] as number, place - (passage.bases[k] as number));
  };
  const { x, y, heading } = at(s);
  return { x, y, heading, length: 4.7, width: 1.84 };
}

/** Sets two cars on every place of two passages; returns where they touch although one of them is out of the zone. */
function leaks(map: MapDescription): string[] {
  const { graph, passages, conflicts } = setUp(map);
  const junctions = [...new Set(map.lanes.map(({ junction }) => junction))].filter((id) => id !== null);
  const found: string[] = [];
  let touched = 0;
  for (const junction of junctions) {
    const all = passages.ofJunction(junction);
    for (const a of all) {
      for (const b of all) {
        if (a.id >= b.id || shiftBetween(a, b) !== null) continue;
        const follows = (first: Passage, then: Passage): boolean =>
          graph.lanes[first.lanes[first.lanes.length - 1] as number]?.successors.includes(then.lanes[0] as number) ??
          false;
        if (follows(a, b) || follows(b, a)) continue;
        const zone = conflicts.between(a, 1, b, 1);
        for (let s = 0; s <= a.length; s += 1) {
          for (let t = 0; t <= b.length; t += 1) {
            if (!touch(carAt(graph, a, s), carAt(graph, b, t))) continue;
            touched++;
            const [half, end] = [2.35, 0.1];
            const inA = zone && s + half >= zone.own[0] - end && s - half <= zone.own[1] + end;
            const inB = zone && t + half >= zone.other[0] - end && t - half <= zone.other[1] + end;
            if (!inA || !inB) found.push(`${a.lanes.join(' ')} at ${s} and ${b.lanes.join(' ')} at ${t}`);
          }
        }
      }
    }
  }
  expect(touched).toBeGreaterThan(100);
  return found;
}

describe('conflicts', () => {
  const { passages, conflicts } = setUp(four.map);

  test('straight ways that cross at a right angle share a square around the point where they meet', () => {
    const zone = conflicts.between(passageOf(passages, 0, 2), 1, passageOf(passages, 1, 3), 1);
    // From the east mouth at x = 14 in y = 1.75, against x = -1.75 from the north: they meet 15.75 m and 12.25 m in.
    const reach = 2.05 + 0.35;
    expect(zone?.kind).toBe('crossing');
    for (const [place, expected] of [
      [zone?.own[0], 15.75 - reach],
      [zone?.own[1], 15.75 + reach],
      [zone?.other[0], 12.25 - reach],
      [zone?.other[1], 12.25 + reach],
    ] as const) {
      expect(Math.abs((place ?? 0) - expected)).toBeLessThan(0.6);
    }
  });

  test('oncoming traffic that drives straight on or turns off to the near side is in nobody’s way', () => {
    expect(conflicts.between(passageOf(passages, 0, 2), 1, passageOf(passages, 2, 0), 1)).toBeNull();
    expect(conflicts.between(passageOf(passages, 0, 2), 1, passageOf(passages, 2, 3), 1)).toBeNull();
  });

  test('ways into one lane merge, up to its beginning', () => {
    const [a, b] = [passageOf(passages, 0, 2), passageOf(passages, 1, 2)];
    const zone = conflicts.between(a, 1, b, 1);
    expect(zone?.kind).toBe('merging');
    expect(zone?.own[1]).toBe(a.length);
    expect(zone?.other[1]).toBe(b.length);
  });

  test('ways from one lane diverge, from its end', () => {
    const zone = conflicts.between(passageOf(passages, 0, 2), 1, passageOf(passages, 0, 3), 1);
    expect(zone?.kind).toBe('diverging');
    expect(zone?.own[0]).toBe(0);
    expect(zone?.own[1]).toBeLessThan(20);
  });

  test('a pair is the mirror image of itself', () => {
    for (const a of passages.ofJunction(0)) {
      for (const b of passages.ofJunction(0)) {
        const [zone, mirror] = [conflicts.between(a, 1, b, 2), conflicts.between(b, 2, a, 1)];
        expect(mirror).toEqual(zone && { kind: zone.kind, own: zone.other, other: zone.own });
      }
    }
  });

  test('a lorry needs more room than a car, and a car more than a bicycle', () => {
    const [a, b] = [passageOf(passages, 0, 3), passageOf(passages, 1, 3)];
    const start = (size: Size): number => conflicts.between(a, size, b, 1)?.own[0] ?? Infinity;
    expect(start(2)).toBeLessThan(start(1));
    expect(start(1)).toBeLessThan(start(0));
  });

  test.each([
    ['crossroads', four.map],
    ['crossroads with driving on the left', crossroads({ drivingSide: 'left' }).map],
    [
      'a ring that is one junction',
      roundabout({ name: 'r', radius: 20, reach: 90, laneWidth: 3.5, ringWidth: 5, armSpeed: 14, ringSpeed: 8 }).map,
    ],
    ['a ring with two lanes', doubleRing(60).map],
  ])('two cars never touch while one of them is out of their zone: %s', (_name, map) => {
    expect(leaks(map)).toEqual([]);
  });
});
