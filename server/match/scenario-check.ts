import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createWorld, loadPhysics, steadyDriver, type Scenario, type World } from '@gauntlet/sim';

const FOLDER = resolve(import.meta.dirname, '..', '..', 'scenarios');

export interface ScenarioCheck {
  readonly scenario: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

/** What `golden.json` of a scenario holds: the hash that its world reaches when `steadyDriver` drives every seat. */
export interface Golden {
  readonly behaviorVersion: number;
  readonly seed: string;
  readonly ticks: number;
  readonly finalHash: string;
}

/** Checks that a scenario keeps its promises. Never throws for what is wrong with the scenario: it says so. */
export async function checkScenario(scenario: Scenario): Promise<ScenarioCheck> {
  await loadPhysics();
  const checks = [];
  for (const [name, check] of [
    ['documented', documented],
    ['deterministic', deterministic],
    ['seeded', seeded],
    ['restorable', restorable],
    ['golden', golden],
  ] as const) {
    try {
      checks.push({ name, ok: true, detail: check(scenario) });
    } catch (error) {
      checks.push({ name, ok: false, detail: (error as Error).message });
    }
  }
  return { scenario: scenario.id, checks };
}

function documented(scenario: Scenario): string {
  const file = join(FOLDER, scenario.id, 'README.md');
  if (!existsSync(file)) throw new Error(`expected ${scenario.id}/README.md, there is none`);
  const text = readFileSync(file, 'utf8');
  const missing = Object.keys(scenario.parameters).filter((name) => !text.includes(name));
  if (missing.length > 0) throw new Error(`README.md does not mention ${missing.join(', ')}`);
  return `README.md names all ${Object.keys(scenario.parameters).length} parameters`;
}

function deterministic(scenario: Scenario): string {
  const [a, b] = [hashAfter(scenario, '11', 200), hashAfter(scenario, '11', 200)];
  if (a !== b) throw new Error(`two runs of seed 11 differ after 200 ticks: ${a} and ${b}`);
  return 'two runs of one seed agree';
}

function seeded(scenario: Scenario): string {
  if (hashAfter(scenario, '11', 100) === hashAfter(scenario, '12', 100))
    throw new Error('seeds 11 and 12 lead to the same state');
  return 'two seeds differ';
}

function restorable(scenario: Scenario): string {
  const world = createWorld(scenario, {}, '11');
  const fresh = createWorld(scenario, {}, '11');
  try {
    drive(world, 120);
    const keyframe = world.keyframe();
    const expected = drive(world, 120);
    fresh.restore(keyframe);
    const actual = drive(fresh, 120);
    const at = expected.findIndex((hash, i) => hash !== actual[i]);
    if (at >= 0)
      throw new Error(`restored at tick 120, differs at tick ${121 + at}: expected ${expected[at]}, got ${actual[at]}`);
  } finally {
    world.free();
    fresh.free();
  }
  return 'a restored world goes on bit for bit';
}

function golden(scenario: Scenario): string {
  const file = join(FOLDER, scenario.id, 'golden.json');
  const record = JSON.parse(readFileSync(file, 'utf8')) as Golden;
  if (record.behaviorVersion !== scenario.behaviorVersion) {
    throw new Error(
      `golden.json is of behaviorVersion ${record.behaviorVersion}, the scenario is ${scenario.behaviorVersion}`,
    );
  }
  const actual = hashAfter(scenario, record.seed, record.ticks);
  if (actual !== record.finalHash) {
    throw new Error(
      `tick ${record.ticks}, seed ${record.seed}: expected ${record.finalHash}, got ${actual}. If the change is meant, raise behaviorVersion and record the new hash`,
    );
  }
  return `${record.ticks} ticks end at ${actual.slice(0, 12)}...`;
}

/** What the scenario's golden record is now. After `loadPhysics`. */
export function goldenOf(scenario: Scenario, seed: string, ticks: number): Golden {
  return { behaviorVersion: scenario.behaviorVersion, seed, ticks, finalHash: hashAfter(scenario, seed, ticks) };
}

function hashAfter(scenario: Scenario, seed: string, ticks: number): string {
  const world = createWorld(scenario, {}, seed);
  try {
    return drive(world, ticks).at(-1) ?? '';
  } finally {
    world.free();
  }
}

/** Steps a world with `steadyDriver` in every seat, and returns the hash of each tick. */
function drive(world: World, ticks: number): string[] {
  const hashes: string[] = [];
  let last = world.look();
  for (let i = 0; i < ticks && !world.done; i++) {
    last = world.step(last.observations.map((observation) => observation && steadyDriver(observation)));
    hashes.push(last.hash);
  }
  return hashes;
}
