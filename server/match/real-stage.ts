import { createWorld, loadPhysics, rapierVersion, type Scenario } from '@gauntlet/sim';
import { BUILD } from '../build.ts';
import { createMcapRecorder } from '../log/recorder.ts';
import type { MatchSpec } from './interfaces.ts';
import { scenarioOf } from './map-scenario.ts';
import { requireParameters } from './scenario-resource.ts';
import type { Stage } from './stage.ts';

/** The scenarios, physics and logs of this build. */
export async function realStage(): Promise<Stage> {
  await loadPhysics();
  // A map is read once for a match.
  const scenarios = new WeakMap<MatchSpec, Scenario>();
  const find = (spec: MatchSpec): Scenario => {
    const scenario = scenarios.get(spec) ?? scenarioOf(spec);
    scenarios.set(spec, scenario);
    return scenario;
  };
  return {
    scenario: find,
    world: (spec) => {
      const scenario = find(spec);
      return createWorld(scenario, requireParameters(scenario, spec.parameters), spec.seed);
    },
    recorder: (file) => createMcapRecorder(file),
    versions: { build: BUILD, rapier: rapierVersion(), node: process.version },
  };
}
