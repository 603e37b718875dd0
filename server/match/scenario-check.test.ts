import { SCENARIOS } from '@gauntlet/scenarios';
import { expect, test } from 'vitest';
import { checkScenario } from './scenario-check.ts';

test.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))(
  '[D5] %s keeps its promises, its golden hash among them',
  async (_, scenario) => {
    const { checks } = await checkScenario(scenario);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual(['documented', 'deterministic', 'seeded', 'restorable', 'golden']);
  },
  60_000,
);

test('a changed world and a missing page are seen, each with what was expected and what came', async () => {
  const [scenario] = SCENARIOS;
  const { checks } = await checkScenario({
    ...scenario!,
    parameters: { ...scenario!.parameters, undocumented: { default: 1, min: 0, max: 2, unit: '1', description: '' } },
    build: (parameters, random) => ({ ...scenario!.build(parameters, random), friction: 0.8 }),
  });
  const failed = Object.fromEntries(checks.filter(({ ok }) => !ok).map(({ name, detail }) => [name, detail]));
  expect(failed['documented']).toMatch(/does not mention undocumented/);
  expect(failed['golden']).toMatch(/tick 400, seed 1: expected [0-9a-f]{32}, got [0-9a-f]{32}/);
  expect(Object.keys(failed)).toHaveLength(2);
}, 60_000);
