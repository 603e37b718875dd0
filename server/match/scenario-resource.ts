import { GauntletError, type ScenarioResource } from '@gauntlet/agents-sdk/protocol';
import { findScenario, SCENARIOS } from '@gauntlet/scenarios';
import { ParameterError, resolveParameters, TICK_SECONDS, type Scenario } from '@gauntlet/sim';

/** @throws GauntletError `unknown-scenario` with the names that exist. */
export function requireScenario(id: string): Scenario {
  const scenario = findScenario(id);
  if (scenario) return scenario;
  const known = SCENARIOS.map((each) => each.id).join(', ');
  throw new GauntletError('unknown-scenario', `there is no scenario ${JSON.stringify(id)}; there are ${known}`, {
    path: '/scenario',
    expected: known,
    actual: id,
  });
}

/** A scenario as pages and scripts see it. */
export function scenarioResource(scenario: Scenario): ScenarioResource {
  return {
    id: scenario.id,
    title: scenario.title,
    description: scenario.description,
    behaviorVersion: scenario.behaviorVersion,
    maxTicks: Math.round(scenario.maxSeconds / TICK_SECONDS),
    tickSeconds: TICK_SECONDS,
    seats: scenario.seats.map(({ seat, team, body }) => ({ seat, team, body })),
    parameters: { ...scenario.parameters },
  };
}

/**
 * Every parameter of the scenario, the given ones in place of the defaults.
 * @throws GauntletError `invalid-parameters`.
 */
export function requireParameters(scenario: Scenario, given: Readonly<Record<string, number>>): Record<string, number> {
  try {
    return resolveParameters(scenario, given);
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    const { path, expected, actual } = error;
    throw new GauntletError('invalid-parameters', error.message, { path, expected, actual });
  }
}
