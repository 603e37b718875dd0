import { SCENARIOS } from '@gauntlet/scenarios';
import { beforeAll, describe, expect, test } from 'vitest';
import type { World } from './api.ts';
import { loadPhysics } from './physics/rapier.ts';
import type { Scenario } from './scenario.ts';
import { steadyDriver } from './steady-driver.ts';
import { createWorld, TICK_SECONDS } from './world.ts';

beforeAll(loadPhysics);

/** Steps with `steadyDriver` in every seat, and returns the hash of every tick. */
function drive(world: World, ticks: number, steer = 0): string[] {
  const hashes: string[] = [];
  let last = world.look();
  for (let i = 0; i < ticks && !world.done; i++) {
    last = world.step(
      last.observations.map((observation) => {
        const action = observation && steadyDriver(observation);
        return action && { ...action, steering: action.steering + steer };
      }),
    );
    hashes.push(last.hash);
  }
  return hashes;
}

function withWorld<T>(scenario: Scenario, seed: string, use: (world: World) => T, parameters = {}): T {
  const world = createWorld(scenario, parameters, seed);
  try {
    return use(world);
  } finally {
    world.free();
  }
}

describe.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))('%s', (_, scenario) => {
  test('[D1] the same seed and actions give the same hash at every tick', () => {
    const runs = [1, 2].map(() => withWorld(scenario, '5', (world) => drive(world, 200)));
    expect(runs[1]).toEqual(runs[0]);
  });

  test('[D1] another seed, another action, another parameter: another hash', () => {
    const hash = (seed: string, steer: number, parameters = {}): string | undefined =>
      withWorld(scenario, seed, (world) => drive(world, 40, steer).at(-1), parameters);
    const [name, spec] = Object.entries(scenario.parameters)[0]!;
    const hashes = [
      hash('5', 0),
      hash('6', 0),
      hash('5', 1e-9),
      hash('5', 0, { [name]: spec.default === spec.max ? spec.min : spec.max }),
    ];
    expect(new Set(hashes).size).toBe(4);
  });

  test('[D4] step, keyframe, go on, restore, re-run: the same hashes, at several moments and in a fresh world', () => {
    withWorld(scenario, '9', (world) =>
      withWorld(scenario, '9', (fresh) => {
        for (let round = 0; round < 4; round++) {
          drive(world, 67);
          const keyframe = world.keyframe();
          const at = world.hash();
          const expected = drive(world, 67);
          for (const [name, other] of [
            ['the same world', world],
            ['a fresh world', fresh],
          ] as const) {
            other.restore(keyframe);
            expect(other.hash(), `${name} at tick ${other.tick}`).toBe(at);
            const actual = drive(other, 67);
            const tick = expected.findIndex((hash, i) => hash !== actual[i]);
            expect(
              tick < 0 ? 'no difference' : `differs at tick ${tick}: ${expected[tick]} became ${actual[tick]}`,
              name,
            ).toBe('no difference');
          }
        }
      }),
    );
  });

  test('[D7] the seed stands in nothing that a seat or a watcher is told', () => {
    const seed = '13907264512345678901';
    withWorld(scenario, seed, (world) => {
      const { observations, frame } = world.look();
      expect(JSON.stringify([observations, frame, world.map, world.seats])).not.toContain(seed);
    });
  });

  test('has at least two blue seats and ten other actors, and ends', () => {
    withWorld(scenario, '3', (world) => {
      expect(world.seats.filter(({ team }) => team === 'blue').length).toBeGreaterThanOrEqual(2);
      let others = 0;
      let last = world.look();
      while (!world.done) {
        last = world.step(last.observations.map((observation) => observation && steadyDriver(observation)));
        others = Math.max(others, last.frame.entities.length - world.seats.length);
      }
      expect(others).toBeGreaterThanOrEqual(10);
      for (const { outcome, reason } of world.scores()) expect([outcome, reason === ''].join()).toBe('finished,false');
      expect(world.tick).toBeLessThanOrEqual(world.maxTicks);
    });
  });
});

const scenario = SCENARIOS[0]!;

test('a seat without an action comes to a safe stop in its lane, and is towed away once it is retired', () => {
  withWorld(scenario, '4', (world) => {
    world.retire(0);
    for (let i = 0; i < 20 * 20; i++) {
      const { observations } = world.step(world.seats.map(() => null));
      expect(observations[0]).toBeNull();
    }
    expect(world.entities().some(({ id }) => id === world.seats[0]!.entity)).toBe(false);
    expect(world.scores()[0]?.outcome).toBeNull();
    expect(world.look().observations[1]?.self.speed).toBeCloseTo(0, 1);
    expect(world.scores()[1]?.metrics['outOfLane']).toBe(0);
  });
});

test('numbers beyond their range are clamped and the seat is told', () => {
  withWorld(scenario, '4', (world) => {
    const wild = { steering: 9, throttle: 7, brake: -3, gear: 'forward' } as const;
    const { observations } = world.step(world.seats.map(() => wild));
    expect(observations[0]?.events.map(({ kind }) => kind)).toEqual(['clamped', 'clamped', 'clamped']);
    const tame = { steering: world.seats[0]!.body.maxSteeringAngle, throttle: 1, brake: 0, gear: 'forward' } as const;
    const clamped = world.hash();
    expect(withWorld(scenario, '4', (other) => other.step(other.seats.map(() => tame)).hash)).toBe(clamped);
  });
});

test('what is wrong with a call is said, and changes nothing', () => {
  withWorld(scenario, '4', (world) => {
    const before = world.hash();
    expect(() => world.step([])).toThrow(/expected 2 actions, one a seat, got 0/);
    expect(() => world.restore(withWorld(scenario, '5', (other) => other.keyframe()))).toThrow(
      /expected a keyframe of/,
    );
    expect(world.hash()).toBe(before);
  });
  expect(() => createWorld(scenario, { nonsense: 1 }, '1')).toThrow(/nonsense.*expected one of/);
  const [name] = Object.entries(scenario.parameters)[0]!;
  for (const value of [NaN, Infinity, -1e9])
    expect(() => createWorld(scenario, { [name]: value }, '1')).toThrow(/expected .*\.\./);
  expect(() => createWorld(scenario, {}, '-1')).toThrow(/seed/);
});

test('observations tell what the world holds', () => {
  withWorld(scenario, '4', (world) => {
    drive(world, 40);
    const { observations, frame } = world.look();
    const entity = frame.entities.find(({ id }) => id === world.seats[0]!.entity)!;
    const observation = observations[0]!;
    expect(observation.time).toBeCloseTo(40 * TICK_SECONDS, 9);
    expect(observation.self.position[0]).toBe(entity.x);
    expect(observation.self.heading).toBe(entity.yaw);
    const [x, y, limit, distance] = observation.route.ahead.data;
    expect(distance).toBeGreaterThanOrEqual(0);
    expect(Math.hypot(x! - entity.x, y! - entity.y)).toBeLessThan(4);
    expect(limit).toBeGreaterThan(5);
    const objects = observation.sensors['objects'];
    expect(objects?.kind === 'objects' && objects.objects.length).toBeGreaterThan(0);
  });
});
