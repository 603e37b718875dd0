import { SCENARIOS } from '@gauntlet/scenarios';
import { createWorld, loadPhysics } from '@gauntlet/sim';
import { beforeAll, expect, test } from 'vitest';
import type { Briefing } from '../protocol/briefing.ts';
import { decisionOf, type ActContext, type ActResult, type AgentFactory } from '../src/index.ts';
import { BRIEFING } from '../src/testing/samples.ts';
import { REFERENCE_AGENTS } from './index.ts';

const factories = new Map<string, AgentFactory>();
beforeAll(async () => {
  await loadPhysics();
  for (const { name, module } of REFERENCE_AGENTS) {
    factories.set(name, ((await import(module.href)) as { default: AgentFactory }).default);
  }
});

/** Each scenario with five seeds; the agents take turns on its seats. */
const CASES = SCENARIOS.flatMap((scenario) =>
  [1, 2, 3, 4, 5].map((seed) => ({
    scenario,
    seed,
    agents: seed % 2 ? ['lane-keeper', 'cautious'] : ['cautious', 'lane-keeper'],
  })),
);

test.each(CASES)(
  '$agents reach the goal of $scenario.id with seed $seed and collide with nobody',
  ({ scenario, seed, agents }) => {
    const world = createWorld(scenario, {}, String(seed));
    try {
      const acts = world.seats.map(({ seat, team, body, sensors, route }, i) => {
        const briefing: Briefing = {
          ...BRIEFING,
          scenario: scenario.id,
          seat,
          team,
          body,
          sensors: [...sensors],
          map: world.map,
          route: { lanes: [...route.lanes], length: route.length },
        };
        const context: ActContext = { briefing, deadlineMs: 200, bankMs: 2000, clock: null, arenaNow: () => null };
        const act = (factories.get(agents[i % 2] as string) as AgentFactory)(briefing);
        return (observation: Parameters<typeof act>[0]) => decisionOf(act(observation, context) as ActResult).action;
      });
      let { observations } = world.look();
      while (!world.done) {
        ({ observations } = world.step(
          observations.map((observation, i) => observation && (acts[i]?.(observation) ?? null)),
        ));
      }
      for (const { reason, metrics, infractions } of world.scores()) {
        expect(reason).toBe('goal');
        expect(metrics['completion']).toBe(1);
        expect(Object.values(infractions).reduce((sum, count) => sum + count, 0)).toBe(0);
      }
    } finally {
      world.free();
    }
  },
  60_000,
);
