/**
 * The simulation as a page, for the comparison of engines: bundled and opened by determinism-browser.system.test.ts. It knows
 * nothing of Node, and nothing of the page but the global object.
 */
import { findScenario } from '@gauntlet/scenarios';
import { createWorld, loadPhysics, steadyDriver, type World } from '@gauntlet/sim';

/** What the page offers, and the test calls in Node too. */
export interface Engine {
  /** State hash of each tick, the initial state's first, when `steadyDriver` drives every seat. */
  hashes(scenario: string, seed: string, ticks: number): Promise<string[]>;
  /** A keyframe of that match at a tick, as plain numbers: what crosses to a page is JSON. */
  keyframe(scenario: string, seed: string, tick: number): Promise<number[]>;
  /** As `hashes`, from a keyframe on. */
  hashesFrom(scenario: string, seed: string, keyframe: readonly number[], ticks: number): Promise<string[]>;
}

export const engine: Engine = {
  hashes: (scenario, seed, ticks) => inWorld(scenario, seed, (world) => drive(world, ticks)),
  keyframe: (scenario, seed, tick) =>
    inWorld(scenario, seed, (world) => {
      drive(world, tick);
      return [...world.keyframe()];
    }),
  hashesFrom: (scenario, seed, keyframe, ticks) =>
    inWorld(scenario, seed, (world) => {
      world.restore(Uint8Array.from(keyframe));
      return drive(world, ticks);
    }),
};

async function inWorld<T>(id: string, seed: string, use: (world: World) => T): Promise<T> {
  await loadPhysics();
  const scenario = findScenario(id);
  if (!scenario) throw new Error(`there is no scenario ${id}`);
  const world = createWorld(scenario, {}, seed);
  try {
    return use(world);
  } finally {
    world.free();
  }
}

function drive(world: World, ticks: number): string[] {
  let state = world.look();
  const hashes = [state.hash];
  for (let i = 0; i < ticks && !world.done; i++) {
    state = world.step(state.observations.map((observation) => observation && steadyDriver(observation)));
    hashes.push(state.hash);
  }
  return hashes;
}

Object.assign(globalThis, { gauntletEngine: engine });
