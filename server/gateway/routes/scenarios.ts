import { GauntletError, ScenarioResource, Strict } from '@gauntlet/agents-sdk/protocol';
import { Type } from 'typebox';
import type { App, RouteContext } from '../app.ts';
import { describe } from './describe.ts';

export function scenarioRoutes(api: App, { arena }: RouteContext): void {
  api.get(
    '/scenarios',
    { schema: describe({ tag: 'scenarios', summary: 'All scenarios' }, { 200: Type.Array(ScenarioResource) }) },
    async () => arena.scenarios(),
  );

  api.get(
    '/scenarios/:id',
    {
      schema: {
        params: Strict({ id: Type.String() }),
        ...describe({ tag: 'scenarios', summary: 'One scenario' }, { 200: ScenarioResource }),
      },
    },
    async ({ params: { id } }) => {
      const scenarios = arena.scenarios();
      const found = scenarios.find((scenario) => scenario.id === id);
      if (found) return found;
      const expected = scenarios.map((scenario) => scenario.id).join(', ');
      throw new GauntletError('unknown-scenario', `there is no scenario ${id}, only ${expected}`, {
        path: '/id',
        expected,
        actual: id,
      });
    },
  );
}
