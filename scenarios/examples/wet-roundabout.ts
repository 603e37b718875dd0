import type { Scenario } from '@gauntlet/sim';
import { scenario as dry } from '../roundabout-v1/scenario.ts';

export const scenario: Scenario = {
  ...dry,
  id: 'wet-roundabout-v1',
  title: 'Wet roundabout, everyone in a hurry',
  build: (parameters, random) => ({
    ...dry.build({ ...parameters, demand: 500, criticalGap: 3 }, random),
    friction: 0.5,
  }),
};
