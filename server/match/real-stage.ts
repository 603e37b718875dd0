import { createWorld, loadPhysics, rapierVersion } from '@gauntlet/sim';
import { BUILD } from '../build.ts';
import { createMcapRecorder } from '../log/recorder.ts';
import { requireParameters, requireScenario } from './scenario-resource.ts';
import type { Stage } from './stage.ts';

/** The scenarios, physics and logs of this build. */
export async function realStage(): Promise<Stage> {
  await loadPhysics();
  return {
    scenario: (spec) => requireScenario(spec.scenario),
    world: (spec) => {
      const scenario = requireScenario(spec.scenario);
      return createWorld(scenario, requireParameters(scenario, spec.parameters), spec.seed);
    },
    recorder: (file) => createMcapRecorder(file),
    versions: { build: BUILD, rapier: rapierVersion(), node: process.version },
  };
}
