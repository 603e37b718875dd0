import type { Scenario } from '@gauntlet/sim';
import { scenario as highwayCutInV1 } from './highway-cut-in-v1/scenario.ts';
import { scenario as highwayCutInV2 } from './highway-cut-in-v2/scenario.ts';
import { scenario as roundaboutV1 } from './roundabout-v1/scenario.ts';
import { scenario as roundaboutV2 } from './roundabout-v2/scenario.ts';

export { OWN_MAPS } from './maps/index.ts';
export { openTraffic, type OpenTrafficOptions } from './open-traffic/open-traffic.ts';

/** Every scenario there is. A new one is a folder and a line here. */
export const SCENARIOS: readonly Scenario[] = [highwayCutInV1, highwayCutInV2, roundaboutV1, roundaboutV2];

/** The scenario of an id such as `roundabout-v1`, or undefined. */
export function findScenario(id: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.id === id);
}
