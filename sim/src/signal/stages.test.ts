import { describe, expect, test } from 'vitest';
import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { straightLine } from '../road/curves.ts';
import { LaneGraph } from '../road/lane-graph.ts';
import { MapBuilder } from '../road/map-builder.ts';
import { amberSeconds, findSites, type Site } from './site.ts';
import { workOutStages } from './stages.ts';
import { crossroads, type CrossroadsSpec } from './testing/crossroads.ts';

function sites(map: MapDescription): { sites: Site[]; warnings: string[] } {
  const warnings: string[] = [];
  return { sites: findSites(new LaneGraph(map), (text) => warnings.push(text)), warnings };
}

/** Stages as numbers of groups. */
function stagesOf(site: Site): number[][] {
  return workOutStages(site).map((stage) => stage.map((i) => site.groups[i]!.group));
}

/** Two one-way lanes in a row and a crossing at the end of the first. */
function midBlock(withVehicleSignal: boolean): MapDescription {
  const builder = new MapBuilder('mid-block');
  const lane = { width: 3.5, speedLimit: 13.9 };
  const [first] = builder.road(straightLine({ x: 0, y: 0, heading: 0 }, 100), [lane]);
  const [second] = builder.road(straightLine({ x: 100, y: 0, heading: 0 }, 100), [lane]);
  builder.link(first!, second!);
  const map = builder.build();
  const head = { position: [100, 3, 3] as [number, number, number], heading: 0, junction: null, name: '' };
  map.signals.push({ id: 0, kind: 'pedestrian', group: 0, ...head });
  map.crossings.push({
    id: 0,
    axis: [97, -1.75, 0, 97, 1.75, 0],
    width: 4,
    lanes: [{ lane: 0, from: 95, to: 99 }],
    signal: 0,
  });
  if (!withVehicleSignal) return map;
  map.signals.push({ id: 1, kind: 'vehicle', group: 1, ...head });
  map.lanes[1]!.signal = 1;
  map.lanes[0]!.stopLine = 6;
  return map;
}

describe('stages from the map alone', () => {
  test('opposite arms share a stage, those who turn left give way', () => {
    const [site] = sites(crossroads().map).sites;
    expect(stagesOf(site!)).toEqual([
      [10, 12],
      [11, 13],
    ]);
  });

  test('a left lane with a signal of its own gets a stage without oncoming traffic and without people on its way', () => {
    const [site] = sites(crossroads({ leftLanes: true, crosswalks: true }).map).sites;
    expect(stagesOf(site!)).toEqual([
      [10, 12, 31, 33],
      [11, 13, 30, 32],
      [20, 22],
      [21, 23],
    ]);
  });

  test('are the same where one drives on the left', () => {
    for (const spec of [{}, { crosswalks: true }, { leftLanes: true, crosswalks: true }]) {
      const [right] = sites(crossroads(spec).map).sites;
      const [left] = sites(crossroads({ ...spec, drivingSide: 'left' }).map).sites;
      expect(stagesOf(left!)).toEqual(stagesOf(right!));
    }
  });

  test('people walk while traffic beside their crossing has green, not while that over it has', () => {
    const [site] = sites(crossroads({ crosswalks: true }).map).sites;
    expect(stagesOf(site!)).toEqual([
      [10, 12, 31, 33],
      [11, 13, 30, 32],
    ]);
  });

  test('groups of one stage never cross: no lane that goes straight on meets one from an arm beside it', () => {
    const specs: CrossroadsSpec[] = [
      {},
      { crosswalks: true },
      { leftLanes: true },
      { leftLanes: true, crosswalks: true },
    ];
    for (const spec of specs) {
      const [site] = sites(crossroads(spec).map).sites;
      for (const stage of stagesOf(site!)) {
        for (const a of stage) {
          for (const b of stage) {
            if (a === b) continue;
            const [kindA, armA] = [Math.floor(a / 10), a % 10];
            const [kindB, armB] = [Math.floor(b / 10), b % 10];
            // Vehicles of arms beside one another always meet.
            if (kindA <= 2 && kindB <= 2) expect(Math.abs(armA - armB) % 2).toBe(0);
            // Left lanes meet those from the opposite arm that go straight on.
            if (kindA === 2 && kindB === 1) expect(armA).toBe(armB);
            // Those who go straight on cross the crosswalks of their own and of the opposite arm.
            if (kindA === 1 && kindB === 3) expect(Math.abs(armA - armB) % 2).toBe(1);
          }
        }
      }
      expect(new Set(stagesOf(site!).flat()).size).toBe(site!.groups.length);
    }
  });

  test('a signalled crossing between junctions has a stage for vehicles and one for people', () => {
    const [site, more] = sites(midBlock(true)).sites;
    expect(more).toBeUndefined();
    expect(site!.junction).toBeNull();
    expect(stagesOf(site!).sort()).toEqual([[0], [1]]);
  });

  test('a signal that nothing conflicts with has a red of its own', () => {
    expect(stagesOf(sites(midBlock(false)).sites[0]!)).toEqual([[0], []]);
  });

  test('a group that lets in lanes that cross one another cannot be run', () => {
    expect(sites(crossroads({ oneGroup: true }).map).sites[0]!.trouble).toContain('group 10');
  });

  test('a head that governs nothing is left out and named', () => {
    const { map } = crossroads();
    map.signals.push({ ...map.signals[0]!, id: 4, group: 99, name: 'lamp' });
    const { sites: found, warnings } = sites(map);
    expect(found[0]!.groups.map(({ group }) => group)).toEqual([10, 11, 12, 13]);
    expect(warnings).toEqual([expect.stringContaining('signal lamp')]);
  });
});

describe('times', () => {
  test('amber lasts 3 s up to 50 km/h, 4 s up to 70, 5 s above', () => {
    const kmh = [30, 50, 60, 70, 80, 100];
    expect(kmh.map((speed) => amberSeconds(speed / 3.6))).toEqual([3, 3, 4, 4, 5, 5]);
  });

  test('people get the time to walk over the whole crossing at 1.2 m/s before conflicting traffic', () => {
    const [site] = sites(crossroads({ crosswalks: true }).map).sites;
    const index = (group: number): number => site!.groups.findIndex((each) => each.group === group);
    // Two lanes of 3.5 m.
    const seconds = site!.clearance[index(30)]![index(10)]!;
    expect(seconds).toBeGreaterThanOrEqual(7 / 1.2);
    expect(seconds).toBeLessThan(7 / 1.2 + 0.1);
    expect(site!.clearance[index(30)]![index(11)]).toBe(0);
  });

  test('the clearance time lets the last vehicle leave before the first of the other arm can be there', () => {
    const [site] = sites(crossroads().map).sites;
    const index = (group: number): number => site!.groups.findIndex((each) => each.group === group);
    // From the stop line 6 m before the mouth, straight on over 32 m: the furthest conflict lies where the exit lane begins; 6 m of vehicle
    // at 10 m/s. Who enters has at least the 6 m from its stop line.
    const longest = (6 + 32 + 6) / 10;
    const seconds = site!.clearance[index(10)]![index(11)]!;
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThanOrEqual(longest);
    // At least the way to where the paths of those who go straight on cross, at the limit.
    expect(seconds).toBeGreaterThan((6 + 16) / 13.9);
  });
});
