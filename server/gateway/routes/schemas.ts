import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { GauntletError, Strict } from '@gauntlet/agents-sdk/protocol';
import { Type } from 'typebox';
import type { App } from '../app.ts';
import { describe } from './describe.ts';

const FOLDER = new URL('../../../agents-sdk/schemas/', import.meta.url);

/** The published JSON Schemas of the protocol, so that any language can check its messages. */
export function schemaRoutes(api: App): void {
  const schemas = new Map<string, unknown>();
  for (const file of existsSync(FOLDER) ? readdirSync(FOLDER).sort() : []) {
    if (file.endsWith('.json'))
      schemas.set(file.slice(0, -'.json'.length), JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
  }

  api.get(
    '/schemas',
    {
      schema: describe(
        { tag: 'schemas', summary: 'Names of the JSON Schemas of the protocol' },
        { 200: Type.Array(Type.String()) },
      ),
    },
    async () => [...schemas.keys()],
  );

  api.get(
    '/schemas/:name',
    {
      schema: {
        params: Strict({ name: Type.String() }),
        ...describe({ tag: 'schemas', summary: 'One JSON Schema' }, { 200: Type.Unknown() }),
      },
    },
    async ({ params: { name } }, reply) => {
      const schema = schemas.get(name.replace(/\.json$/, ''));
      if (schema === undefined) {
        throw new GauntletError('not-found', `there is no schema ${name}: /api/schemas lists them`, {
          path: '/name',
          expected: [...schemas.keys()].join(),
          actual: name,
        });
      }
      return reply
        .type('application/schema+json')
        .serializer((body: unknown) => JSON.stringify(body))
        .send(schema);
    },
  );
}
