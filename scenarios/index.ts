import type { Scenario } from '@gauntlet/sim';
import { scenario as highwayCutIn } from './highway-cut-in-v1/scenario.ts';
import { scenario as roundabout } from './roundabout-v1/scenario.ts';

/** Every scenario there is. A new one is a folder and a line here. */
export const SCENARIOS: readonly Scenario[] = [highwayCutIn, roundabout];

/** The scenario of an id such as `roundabout-v1`, or undefined. */
export function findScenario(id: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.id === id);
}
