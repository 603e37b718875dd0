/**
 * Writes JSON Schemas (draft-07) of all messages between agents and arena into agents-sdk/schemas/, one file a message:
 * `node tools/schemas.ts`. A test compares the committed files with the code.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import {
  ActionMessage,
  AgentMessage,
  ArenaMessage,
  End,
  ErrorMessage,
  Hello,
  Missed,
  ObservationMessage,
  Ping,
  Pong,
  PROTOCOL_VERSION,
  Ready,
  SensorArray,
  Welcome,
} from '@gauntlet/agents-sdk/protocol';

export const SCHEMA_FOLDER = resolve(import.meta.dirname, '..', 'agents-sdk', 'schemas');

const MESSAGES = {
  hello: [Hello, 'Agent to arena: the first message of every connection.'],
  ready: [Ready, 'Agent to arena: the briefing has been read.'],
  action: [ActionMessage, 'Agent to arena: the answer to the observation of its tick.'],
  pong: [Pong, 'Agent to arena: the answer to a ping, at once.'],
  'agent-message': [AgentMessage, 'Anything that an agent sends.'],
  welcome: [Welcome, 'Arena to agent: match, seat and briefing.'],
  observation: [ObservationMessage, 'Arena to agent: what the seat knows at a tick, and the time it has.'],
  missed: [Missed, 'Arena to agent: a tick went by without a valid answer.'],
  ping: [Ping, 'Arena to agent: clock synchronisation.'],
  end: [End, 'Arena to agent: the match is over.'],
  error: [ErrorMessage, 'Arena to agent: something was wrong; see docs/errors.md.'],
  'arena-message': [ArenaMessage, 'Anything that the arena sends.'],
} as const;

/** `data` is outside of JSON Schema in MessagePack: the published form is the one of JSON, and says what the other is. */
const DATA = {
  description:
    'Row-major. gauntlet.v1.json: an array of numbers, each exactly a float32. ' +
    'gauntlet.v1.msgpack: bin, little-endian IEEE 754 binary32, four bytes a number. As many numbers as the product of shape.',
  type: 'array',
  items: { type: 'number' },
};

/** The text of each schema file by its name. */
export async function schemaFiles(): Promise<Map<string, string>> {
  const style = await resolveConfig(import.meta.filename);
  const files = new Map<string, string>();
  for (const [name, [schema, description]] of Object.entries(MESSAGES)) {
    const text = JSON.stringify(
      {
        $schema: 'http://json-schema.org/draft-07/schema#',
        $id: `gauntlet/v${PROTOCOL_VERSION}/${name}.json`,
        title: name,
        description,
        ...schema,
      },
      (_, value: unknown) => (value === SensorArray.properties.data ? DATA : value),
    );
    files.set(`${name}.json`, await format(text, { ...style, parser: 'json' }));
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(SCHEMA_FOLDER, { recursive: true });
  for (const [name, text] of await schemaFiles()) writeFileSync(join(SCHEMA_FOLDER, name), text);
}
