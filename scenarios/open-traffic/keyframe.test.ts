import { createWorld, loadPhysics, readOpenDrive, type World } from '@gauntlet/sim';
import { beforeAll, expect, test } from 'vitest';
import { OWN_MAPS } from '../maps/index.ts';
import { openTraffic } from './open-traffic.ts';

beforeAll(loadPhysics);

/** Steps without seats; the hash of each tick. */
function run(world: World, seconds: number): string[] {
  return Array.from({ length: Math.round(seconds / world.tickSeconds) }, () => world.step([]).hash);
}

test.each(['city', 'roundabout', 'motorway'] as const)(
  '[D4] traffic, signals and people on the %s go on from a keyframe as they did, in a fresh world',
  (name) => {
    const scenario = openTraffic(readOpenDrive(OWN_MAPS[name](), name), { emergency: 60, humans: 0.5 });
    const world = createWorld(scenario, {}, '7');
    const other = createWorld(scenario, {}, '7');
    run(world, 45);
    const keyframe = world.keyframe();
    const expected = run(world, 15);
    other.restore(keyframe);
    expect(run(other, 15)).toEqual(expected);
    world.free();
    other.free();
  },
);
