import {
  AgentResource,
  CreateAgent,
  CreateAgentVersion,
  CreatedAgentVersion,
  GauntletError,
  Strict,
} from '@gauntlet/agents-sdk/protocol';
import { Type } from 'typebox';
import type { App, RouteContext } from '../app.ts';
import { organiserOnly } from '../auth.ts';
import { describe } from './describe.ts';

const ByName = Strict({ name: Type.String() });

export function agentRoutes(api: App, { arena }: RouteContext): void {
  const onRequest = organiserOnly(arena);

  api.get(
    '/agents',
    {
      schema: describe(
        { tag: 'agents', summary: 'All agents with their versions' },
        { 200: Type.Array(AgentResource) },
      ),
    },
    () => arena.agents(),
  );

  api.get(
    '/agents/:name',
    {
      schema: {
        params: ByName,
        ...describe({ tag: 'agents', summary: 'One agent with its versions' }, { 200: AgentResource }),
      },
    },
    async ({ params: { name } }) => {
      const agent = await arena.agent(name);
      if (agent) return agent;
      throw new GauntletError('unknown-agent', `there is no agent named ${name}`, {
        path: '/name',
        expected: 'the name of an agent',
        actual: name,
      });
    },
  );

  api.post(
    '/agents',
    {
      onRequest,
      schema: {
        body: CreateAgent,
        ...describe(
          {
            tag: 'agents',
            summary: 'Adds an agent with its first version',
            description: 'The token is told this once.',
            organiser: true,
          },
          { 201: CreatedAgentVersion },
        ),
      },
    },
    async ({ body }, reply) =>
      reply
        .code(201)
        .header('location', `/api/agents/${body.name}`)
        .send(await arena.createAgent(body)),
  );

  api.post(
    '/agents/:name/versions',
    {
      onRequest,
      schema: {
        params: ByName,
        body: CreateAgentVersion,
        ...describe(
          {
            tag: 'agents',
            summary: 'Adds a version of an agent',
            description: 'The token is told this once.',
            organiser: true,
          },
          { 201: CreatedAgentVersion },
        ),
      },
    },
    async ({ params, body }, reply) =>
      reply
        .code(201)
        .header('location', `/api/agents/${params.name}`)
        .send(await arena.createAgentVersion(params.name, body)),
  );
}
