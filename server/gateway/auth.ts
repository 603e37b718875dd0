import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import type { FastifyRequest } from 'fastify';
import type { Arena } from './arena.ts';

/**
 * A hook that lets only the organiser pass. It runs before the body is read, so that strangers cannot make the arena parse.
 * @throws GauntletError `missing-token`, `invalid-token`, `forbidden`.
 */
export function organiserOnly(arena: Arena): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const token = bearerToken(request.headers.authorization);
    const identity = await arena.identify(token);
    if (!identity) {
      throw new GauntletError('invalid-token', 'this token is not known: look for a typing error', {
        path: '/headers/authorization',
        expected: 'a known token',
        actual: 'an unknown one',
      });
    }
    if (identity.role !== 'organiser') {
      throw new GauntletError(
        'forbidden',
        'only the organiser may do this: use the organiser’s token, which the arena printed at its first start',
        {
          path: '/headers/authorization',
          expected: "the organiser's token",
          actual: identity.role === 'agent' ? `the token of the agent ${identity.version}` : 'the token of a seat',
        },
      );
    }
  };
}

/** The token of an `Authorization: Bearer TOKEN` header (RFC 6750). The token itself is never repeated in an error. */
function bearerToken(header: string | undefined): string {
  const token = header === undefined ? undefined : /^bearer +([\w.~+/=-]+)$/i.exec(header)?.[1];
  if (token !== undefined) return token;
  throw new GauntletError('missing-token', 'a token is needed: send the header Authorization: Bearer TOKEN', {
    path: '/headers/authorization',
    expected: 'Authorization: Bearer TOKEN',
    actual: header === undefined ? 'no such header' : 'another form',
  });
}
