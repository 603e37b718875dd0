import { RatingPoint, RatingResource, Strict } from '@gauntlet/agents-sdk/protocol';
import { Type } from 'typebox';
import type { App, RouteContext } from '../app.ts';
import { describe } from './describe.ts';

export function ratingRoutes(api: App, { arena }: RouteContext): void {
  api.get(
    '/ratings',
    { schema: describe({ tag: 'ratings', summary: 'The ranking, best first' }, { 200: Type.Array(RatingResource) }) },
    () => arena.ratings(),
  );

  api.get(
    '/ratings/:agentVersion/history',
    {
      schema: {
        params: Strict({ agentVersion: Type.String({ description: 'agent@version' }) }),
        ...describe(
          { tag: 'ratings', summary: 'How a rating came to be, oldest first' },
          { 200: Type.Array(RatingPoint) },
        ),
      },
    },
    ({ params: { agentVersion } }) => arena.ratingHistory(agentVersion),
  );
}
