import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cityMap } from '../../../scenarios/maps/city.ts';
import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { readOpenDrive } from '../opendrive/index.ts';
import { LaneGraph } from '../road/lane-graph.ts';
import type { SignalDemand } from './demand.ts';
import { SignalControl } from './signal-control.ts';

const DATA = process.env['GAUNTLET_DATA'] ?? resolve(import.meta.dirname, '../../../../shared/data');
const TOWN = resolve(DATA, 'opendrive/Town01.xodr');
const DT = 0.1;

type Point = readonly [number, number];

function line(map: MapDescription, lane: number): Point[] {
  const { centre } = map.lanes[lane]!;
  return Array.from({ length: centre.length / 3 }, (_, i) => [centre[3 * i]!, centre[3 * i + 1]!]);
}

/** Whether two polylines cross, segment by segment. */
function cross(a: readonly Point[], b: readonly Point[]): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  for (let i = 0; i + 1 < a.length; i++) {
    for (let k = 0; k + 1 < b.length; k++) {
      const [p, q, r, s] = [a[i]!, a[i + 1]!, b[k]!, b[k + 1]!];
      if (side(p, q, r) * side(p, q, s) < 0 && side(r, s, p) * side(r, s, q) < 0) return true;
    }
  }
  return false;
}

function heading(points: readonly Point[], at: 'start' | 'end'): number {
  const i = at === 'start' ? 0 : points.length - 2;
  return Math.atan2(points[i + 1]![1] - points[i]![1], points[i + 1]![0] - points[i]![0]);
}

/** Pairs of signals that may not both be green, from nothing but where lanes lie. */
function forbidden(map: MapDescription): [number, number][] {
  const pairs = new Set<string>();
  const governed = map.lanes.filter(({ signal, junction }) => signal !== null && junction !== null);
  for (const a of governed) {
    for (const b of governed) {
      if (a.id >= b.id || a.junction !== b.junction || a.signal === b.signal) continue;
      if (a.predecessors.some((id) => b.predecessors.includes(id))) continue;
      const [p, q] = [line(map, a.id), line(map, b.id)];
      const merge = a.successors.some((id) => b.successors.includes(id));
      if (!merge && !cross(p, q)) continue;
      // Opposite arms: those who turn left may give way.
      if (Math.cos(heading(p, 'start') - heading(q, 'start')) < -0.7) continue;
      if (Math.cos(heading(p, 'start') - heading(q, 'start')) > 0.7) continue;
      pairs.add(`${a.signal}/${b.signal}`);
    }
  }
  for (const { signal, lanes } of map.crossings) {
    if (signal === null) continue;
    for (const lane of governed) {
      const turn = Math.cos(heading(line(map, lane.id), 'start') - heading(line(map, lane.id), 'end'));
      const over = (ids: readonly number[]): boolean => ids.some((id) => lanes.some((each) => each.lane === id));
      // Over the crossing of its own arm, or straight on over that of the opposite one.
      if (over(lane.predecessors) || (turn > 0.9 && over(lane.successors))) pairs.add(`${lane.signal}/${signal}`);
    }
  }
  return [...pairs].map((pair) => pair.split('/').map(Number) as [number, number]);
}

/** Runs all signals of a map with demand everywhere, or at random. */
function run(map: MapDescription, seconds: number): { wrong: string[]; green: Set<number>; control: SignalControl } {
  const control = new SignalControl({ graph: new LaneGraph(map) });
  let random = 5;
  const draw = (): number => (random = (Math.imul(random, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const demand: SignalDemand = {
    arrival: () => (draw() < 0.05 ? 1 : Infinity),
    emergency: () => Infinity,
    people: () => draw() < 0.01,
  };
  const pairs = forbidden(map);
  expect(pairs.length).toBeGreaterThan(20);
  const wrong: string[] = [];
  const green = new Set<number>();
  for (let i = 1; i < seconds / DT; i++) {
    control.step(i * DT, DT, demand);
    for (const { id } of map.signals) if (control.state(id) === 'green') green.add(id);
    for (const [a, b] of pairs)
      if (control.state(a) === 'green' && control.state(b) === 'green') wrong.push(`${i * DT} s: ${a} and ${b}`);
  }
  return { wrong, green, control };
}

describe('signals of a map, without any plan', () => {
  test('of our own city are all understood, all get green, and no two whose ways cross get it together', () => {
    const { map } = readOpenDrive(cityMap(), 'city');
    const { wrong, green, control } = run(map, 150);
    expect(control.warnings).toEqual([]);
    expect(control.junctions).toHaveLength(16);
    expect(wrong).toEqual([]);
    expect(green.size).toBe(map.signals.length);
  });

  test.skipIf(!existsSync(TOWN))('of Town01 (needs GAUNTLET_DATA) the same', () => {
    const { map } = readOpenDrive(readFileSync(TOWN, 'utf8'), 'Town01');
    const { wrong, green, control } = run(map, 200);
    expect(control.warnings).toEqual([]);
    expect(wrong).toEqual([]);
    expect(green.size).toBe(map.signals.length);
  });
});
