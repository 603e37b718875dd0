/**
 * Runs an agent's module as a process: `node run-agent.ts MODULE`. Where to connect comes from the environment:
 * GAUNTLET_URL, GAUNTLET_TOKEN, and if wanted GAUNTLET_MATCH and GAUNTLET_SUBPROTOCOL.
 * Exits 0 after the end of the match or SIGTERM, 1 on an error, 2 when it is started wrongly.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SUBPROTOCOLS, type Subprotocol } from '../protocol/version.ts';
import type { Act, AgentFactory } from './agent.ts';
import { connect } from './connect.ts';

function fail(status: number, message: string): never {
  console.error(message);
  process.exit(status);
}

function environment(name: string): string {
  return (
    process.env[name] ??
    fail(2, `${name} is not set. The arena sets GAUNTLET_URL and GAUNTLET_TOKEN for agents that it starts.`)
  );
}

const file = process.argv[2] ?? fail(2, 'usage: run-agent MODULE, where MODULE exports an AgentFactory as its default');
const url = environment('GAUNTLET_URL');
const token = environment('GAUNTLET_TOKEN');
const match = process.env['GAUNTLET_MATCH'];
const asked = process.env['GAUNTLET_SUBPROTOCOL'] ?? SUBPROTOCOLS[0];
const subprotocol: Subprotocol =
  SUBPROTOCOLS.find((each) => each === asked) ??
  fail(2, `GAUNTLET_SUBPROTOCOL: expected ${SUBPROTOCOLS.join(' or ')}, got ${asked}`);

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort(signal));

const module = (await import(file.startsWith('file:') ? file : pathToFileURL(resolve(file)).href)) as {
  default?: unknown;
};
if (typeof module.default !== 'function') {
  fail(
    1,
    `${file}: expected an AgentFactory as default export, got ${typeof module.default}. Write: export default defineAgent((briefing) => (observation) => action)`,
  );
}
const factory = module.default as AgentFactory;

let act: Act | null = null;
try {
  await connect({
    url,
    token,
    subprotocol,
    ...(match === undefined ? {} : { match }),
    signal: stop.signal,
    onBriefing: (briefing) => {
      act = factory(briefing);
    },
    act: (observation, context) => (act as Act)(observation, context),
  });
} catch (error) {
  if (!stop.signal.aborted)
    fail(
      1,
      error instanceof Error ? (error.name === 'GauntletError' ? error.message : String(error.stack)) : String(error),
    );
}
// An agent's own timers must not keep its process.
process.exit(0);
