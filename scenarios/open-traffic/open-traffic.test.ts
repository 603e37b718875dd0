import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { arcLine, endOf, MapBuilder, Random, readOpenDrive, type ScenarioPlan } from '@gauntlet/sim';
import { Stage } from '../../sim/src/traffic/testing/stage.ts';
import { OWN_MAPS } from '../maps/index.ts';
import { entrances, exits } from './gates.ts';
import { openTraffic, type OpenTrafficOptions } from './open-traffic.ts';

const DATA = join(process.env['GAUNTLET_DATA'] ?? resolve(import.meta.dirname, '../../../shared/data'), 'opendrive');
const NAMES = Object.keys(OWN_MAPS) as (keyof typeof OWN_MAPS)[];
const read = (name: keyof typeof OWN_MAPS): MapDescription => readOpenDrive(OWN_MAPS[name](), name).map;

function build(map: MapDescription, options: OpenTrafficOptions = {}, seed = '1'): ScenarioPlan {
  const { parameters, build: plan } = openTraffic(map, options);
  const defaults = Object.fromEntries(Object.entries(parameters).map(([name, spec]) => [name, spec.default]));
  return plan(defaults, (stream) => new Random(seed, stream));
}

/** Vehicles an hour of all demands but those of cyclists, outside of the rush hour. */
function hourly({ demands }: ScenarioPlan): number {
  return (demands ?? [])
    .filter(({ name }) => !name.startsWith('bicycles'))
    .reduce((sum, { rate }) => sum + (typeof rate === 'number' ? rate : rate[0]!.rate), 0);
}

/** Two lanes in a circle, without an end. */
function circle(): MapDescription {
  const builder = new MapBuilder('circle');
  const lane = { width: 3.5, speedLimit: 14 };
  const half = arcLine({ x: 0, y: 0, heading: 0 }, 80, 80 * Math.PI);
  const roads = [half, arcLine(endOf(half), 80, 80 * Math.PI)].map((line) => builder.road(line, [lane, lane]));
  builder.linkAll(roads[0]!, roads[1]!);
  builder.linkAll(roads[1]!, roads[0]!);
  return builder.build();
}

describe.each(NAMES)('open traffic on %s', (name) => {
  const map = read(name);

  test('stands on the road without touching, and every demand has its way', () => {
    for (const seed of ['1', '2', '3']) {
      const stage = new Stage(build(map, { density: 20 }, seed));
      expect(stage.vehicles.length).toBeGreaterThan(10);
      expect(stage.collisions(), `seed ${seed}`).toEqual([]);
    }
  });

  test('enters by every lane at the edge, in proportion to limits, and leaves by every exit', () => {
    const plan = build(map, { demand: 300 });
    const into = entrances(map).filter(({ kind }) => kind === 'driving');
    const share = ({ speedLimit }: (typeof into)[number]): number =>
      name === 'city' ? 0.6 : name === 'rural' && speedLimit < 22 ? 0.4 : 1;
    const lanes = into.flatMap((gate) => gate.lanes.map(() => Math.min(1, gate.speedLimit / 25) * share(gate)));
    expect(hourly(plan)).toBeCloseTo(300 * lanes.reduce((sum, share) => sum + share, 0), 6);
    const used = new Set(plan.demands?.flatMap(({ from, to }) => [...from, ...to]));
    for (const gate of [...entrances(map), ...exits(map)]) for (const lane of gate.lanes) expect(used).toContain(lane);
  });

  test('is the same for the same seed, and another for another', () => {
    const text = (seed: string): string => JSON.stringify(build(map, {}, seed));
    expect(text('7') === text('7')).toBe(true);
    expect(text('7') === text('8')).toBe(false);
  });
});

test('people walk where there are pavements, and only there', () => {
  expect(build(read('city')).people!.count).toBeGreaterThan(30);
  expect(build(read('motorway')).people!.count).toBe(0);
});

test('bicycles ride on cycle lanes and on slow roads, never on fast ones', () => {
  const riders = (map: MapDescription) =>
    (build(map).demands ?? []).filter(({ mix }) => mix.some((kind) => kind.class === 'bicycle' && kind.share > 0));
  expect(riders(read('motorway'))).toEqual([]);
  expect(riders(read('rural'))).toEqual([]);
  expect(riders(read('roundabout')).length).toBeGreaterThan(0);
  const city = read('city');
  const alone = riders(city).filter(({ from }) => from.every((lane) => city.lanes[lane]!.kind === 'biking'));
  expect(alone).toHaveLength(4);
});

test('as many ambulances enter an hour as asked for, all over the map', () => {
  const { demands } = build(read('city'), { emergency: 12 });
  const rate = demands!.reduce((sum, { rate: all, mix }) => {
    const shares = mix.reduce((total, { share }) => total + share, 0);
    const blue = mix.filter(({ emergency }) => emergency).reduce((total, { share }) => total + share, 0);
    return sum + ((typeof all === 'number' ? all : 0) * blue) / shares;
  }, 0);
  expect(rate).toBeCloseTo(12, 6);
});

test('the rush hour multiplies the demand between minute 15 and 30', () => {
  const usual = build(read('tunnel'));
  const busy = build(read('tunnel'), { rush: 2 });
  expect(hourly(busy)).toBeCloseTo(hourly(usual), 9);
  for (const { rate } of busy.demands!) {
    expect(rate).toMatchObject([{ at: 600 }, { at: 900 }, { at: 1800 }, { at: 2100 }]);
    const [before, from, to, after] = rate as { at: number; rate: number }[];
    expect([from!.rate, to!.rate, after!.rate]).toEqual([2 * before!.rate, 2 * before!.rate, before!.rate]);
  }
});

test('on a map without entrances vehicles drive round and round, as many as the density says', () => {
  const map = circle();
  const plan = build(map, { density: 20 });
  expect([plan.actors, plan.demands]).toEqual([[], []]);
  // Two lanes of 2 pi 80 m, one a little inside of the line and one outside.
  expect(plan.roaming).toMatchObject([
    { name: 'roaming', count: Math.round((20 * 4 * Math.PI * 80) / 1000) },
    { count: 1 },
  ]);
});

test('options are parameters with other defaults, and wrong ones are refused by name and range', () => {
  const map = circle();
  expect(openTraffic(map, { density: 3 }).parameters['density']).toMatchObject({ default: 3, min: 0, max: 40 });
  expect(openTraffic(readOpenDrive(OWN_MAPS.tunnel(), 'tunnel')).title).toContain('tunnel');
  expect(() => openTraffic(map, { density: -1 })).toThrow('expected density of 0..40 vehicles/km/lane, got -1');
  expect(() => openTraffic(map, { speed: 1 } as OpenTrafficOptions)).toThrow('expected one of demand, rush');
});

test.skipIf(!existsSync(DATA))('every map of the data folder (needs GAUNTLET_DATA) has traffic that moves', () => {
  const files = readdirSync(DATA).filter((file) => file.endsWith('.xodr'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const { map } = readOpenDrive(readFileSync(join(DATA, file), 'utf8'), file);
    const stage = new Stage(build(map));
    for (let tick = 0; tick < 200; tick++) stage.step();
    expect(stage.vehicles.filter(({ state }) => state.speed > 2).length, file).toBeGreaterThan(0);
  }
});
