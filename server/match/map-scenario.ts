import { openTraffic } from '@gauntlet/scenarios';
import { readOpenDrive, type Scenario } from '@gauntlet/sim';
import type { MapFile, MatchSpec } from './interfaces.ts';
import { requireScenario } from './scenario-resource.ts';

/**
 * Traffic and people on a map of anyone's, with no contestants.
 * @throws MapError when the file is no road map.
 */
export function mapScenario({ name, text }: MapFile): Scenario {
  return openTraffic(readOpenDrive(text, name));
}

/** A match's scenario: one of the arena's own, or that of the map it brings. @throws GauntletError `unknown-scenario`; MapError. */
export function scenarioOf(spec: Pick<MatchSpec, 'scenario' | 'map'>): Scenario {
  return spec.map ? mapScenario(spec.map) : requireScenario(spec.scenario);
}
