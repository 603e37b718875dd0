import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import { findScenario } from '@gauntlet/scenarios';
import { createWorld, loadPhysics, ParameterError, rapierVersion } from '@gauntlet/sim';
import { BUILD } from '../build.ts';
import type { VerifyOptions } from './verify.ts';

/** The simulation of this build, for `verifyLog`. */
export async function thisSimulation(): Promise<Pick<VerifyOptions, 'build' | 'rapier' | 'world'>> {
  await loadPhysics();
  return {
    build: BUILD,
    rapier: rapierVersion(),
    world({ scenario: id, parameters, seed }) {
      const scenario = findScenario(id);
      if (scenario === undefined) {
        throw new GauntletError('unknown-scenario', `the log is of scenario ${id}, which this build does not have`, {
          path: '/scenario',
          actual: id,
        });
      }
      try {
        return createWorld(scenario, parameters, seed);
      } catch (error) {
        if (!(error instanceof ParameterError)) throw error;
        const { message, path, expected, actual } = error;
        throw new GauntletError('invalid-parameters', `the log's ${message}`, { path, expected, actual });
      }
    },
  };
}
