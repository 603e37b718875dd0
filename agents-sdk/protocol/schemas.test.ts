import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { SCHEMA_FOLDER, schemaFiles } from '../../tools/schemas.ts';
import { decodeValue, encodeAgentMessage, encodeArenaMessage } from './codec.ts';
import { AgentMessage, ArenaMessage } from './messages.ts';
import { arbitraryOf } from './testing/arbitrary.ts';

test('the published schemas are those of the code: after a change run `node tools/schemas.ts`', async () => {
  const made = await schemaFiles();
  const published = new Map(
    readdirSync(SCHEMA_FOLDER).map((name) => [name, readFileSync(join(SCHEMA_FOLDER, name), 'utf8')]),
  );
  expect([...published.keys()].sort()).toEqual([...made.keys()].sort());
  for (const [name, text] of made) expect(published.get(name), name).toBe(text);
});

test('what is sent as JSON keeps to the published schemas, and a changed field does not', () => {
  const read = (name: string) => Compile(JSON.parse(readFileSync(join(SCHEMA_FOLDER, name), 'utf8')) as object);
  const agent = read('agent-message.json');
  const arena = read('arena-message.json');
  fc.assert(
    fc.property(arbitraryOf(AgentMessage), (message) => {
      const sent = decodeValue(encodeAgentMessage(message, 'gauntlet.v1.json'), 'gauntlet.v1.json') as object;
      expect(agent.Check(sent)).toBe(true);
      expect(agent.Check({ ...sent, unknown: 1 })).toBe(false);
    }),
  );
  fc.assert(
    fc.property(arbitraryOf(ArenaMessage), (message) => {
      const sent = decodeValue(encodeArenaMessage(message, 'gauntlet.v1.json'), 'gauntlet.v1.json') as object;
      expect(arena.Check(sent)).toBe(true);
      expect(arena.Check({ ...sent, type: 'other' })).toBe(false);
    }),
    { numRuns: 50 },
  );
});
