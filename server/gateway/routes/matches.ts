import {
  CreateMatch,
  GauntletError,
  MatchList,
  MatchResource,
  MatchStatus,
  Strict,
} from '@gauntlet/agents-sdk/protocol';
import { Type } from 'typebox';
import type { App, RouteContext } from '../app.ts';
import type { Arena } from '../arena.ts';
import { organiserOnly } from '../auth.ts';
import { describe } from './describe.ts';

export const ById = Strict({ id: Type.String() });

const Query = Strict({
  status: Type.Optional(MatchStatus),
  agent: Type.Optional(Type.String({ maxLength: 130, description: "an agent's name or a version id" })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 when it is not given' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31, description: '0 when it is not given' })),
});

/** @throws GauntletError `unknown-match`. */
export async function findMatch(arena: Arena, id: string): Promise<MatchResource> {
  const match = await arena.match(id);
  if (match) return match;
  throw new GauntletError('unknown-match', `there is no match ${id}`, {
    path: '/id',
    expected: 'the id of a match',
    actual: id,
  });
}

export function matchRoutes(api: App, { arena }: RouteContext): void {
  const onRequest = organiserOnly(arena);

  api.get(
    '/matches',
    {
      schema: {
        querystring: Query,
        ...describe({ tag: 'matches', summary: 'Matches, newest first' }, { 200: MatchList }),
      },
    },
    ({ query: { status, agent, limit = 50, offset = 0 } }) =>
      arena.matches({
        limit,
        offset,
        ...(status === undefined ? {} : { status }),
        ...(agent === undefined ? {} : { agent }),
      }),
  );

  api.get(
    '/matches/:id',
    {
      schema: {
        params: ById,
        ...describe(
          { tag: 'matches', summary: 'One match', description: 'The seed is told once the match has ended.' },
          { 200: MatchResource },
        ),
      },
    },
    ({ params: { id } }) => findMatch(arena, id),
  );

  api.post(
    '/matches',
    {
      onRequest,
      schema: {
        body: CreateMatch,
        ...describe({ tag: 'matches', summary: 'Starts a match', organiser: true }, { 201: MatchResource }),
      },
    },
    async ({ body }, reply) => {
      const match = await arena.createMatch(body);
      return reply.code(201).header('location', `/api/matches/${match.id}`).send(match);
    },
  );

  api.post(
    '/matches/:id/stop',
    {
      onRequest,
      schema: {
        params: ById,
        ...describe({ tag: 'matches', summary: 'Ends a match as void', organiser: true }, { 200: MatchResource }),
      },
    },
    ({ params: { id } }) => arena.stopMatch(id),
  );
}
