import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REFERENCE_AGENTS, RUN_AGENT } from '../agents/index.ts';
import { FakeArena } from './testing/fake-arena.ts';
import { END, errorMessage, observation, welcome } from './testing/samples.ts';

let arena: FakeArena;
let child: ChildProcess | null = null;
beforeEach(async () => {
  arena = await FakeArena.open();
});
afterEach(async () => {
  child?.kill('SIGKILL');
  child = null;
  await arena.close();
});

/** Starts the runner with nothing but the given environment. */
function run(
  module: string | null,
  env: Record<string, string>,
): { errors: () => string; exited: Promise<number | null> } {
  const process_ = spawn(process.execPath, [fileURLToPath(RUN_AGENT), ...(module === null ? [] : [module])], { env });
  child = process_;
  let errors = '';
  process_.stderr.on('data', (chunk) => (errors += chunk));
  return { errors: () => errors, exited: once(process_, 'close').then(([code]) => code as number | null) };
}

test.each(REFERENCE_AGENTS)('$name plays as a process of its own and exits 0 after the end', async ({ module }) => {
  const { exited, errors } = run(module.href, {
    GAUNTLET_URL: arena.url,
    GAUNTLET_TOKEN: 't',
    GAUNTLET_MATCH: 'm1',
    GAUNTLET_SUBPROTOCOL: 'gauntlet.v1.json',
  });
  const peer = await arena.peer();
  expect(peer.subprotocol).toBe('gauntlet.v1.json');
  expect(await peer.next()).toMatchObject({ type: 'hello', token: 't', match: 'm1' });
  peer.send(welcome());
  expect(await peer.next()).toEqual({ type: 'ready' });
  peer.send(observation(3));
  expect(await peer.next()).toMatchObject({ type: 'action', tick: 3, action: { gear: 'forward' } });
  peer.send(END);
  expect(await exited).toBe(0);
  expect(errors()).toBe('');
});

test('SIGTERM ends it cleanly: the connection is closed and the status is 0', async () => {
  const { exited } = run(REFERENCE_AGENTS[0]!.module.href, { GAUNTLET_URL: arena.url, GAUNTLET_TOKEN: 't' });
  const peer = await arena.peer();
  await peer.next();
  peer.send(welcome());
  await peer.next();
  child?.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(await peer.closed).toBe(1000);
});

test('a refusal is told on standard error with status 1', async () => {
  const { exited, errors } = run(REFERENCE_AGENTS[0]!.module.href, {
    GAUNTLET_URL: arena.url,
    GAUNTLET_TOKEN: 'wrong',
  });
  const peer = await arena.peer();
  await peer.next();
  peer.send(errorMessage('invalid-token', true));
  expect(await exited).toBe(1);
  expect(errors()).toContain('invalid-token: this is invalid-token');
});

test('a start that cannot work says what is missing, with status 2, or 1 when the module is at fault', async () => {
  const env = { GAUNTLET_URL: arena.url, GAUNTLET_TOKEN: 't' };
  const told = async (module: string | null, environment: Record<string, string>): Promise<[number | null, string]> => {
    const { exited, errors } = run(module, environment);
    return [await exited, errors()];
  };
  expect(await told(null, env)).toEqual([2, expect.stringContaining('usage: run-agent MODULE')]);
  expect(await told('x.ts', {})).toEqual([2, expect.stringContaining('GAUNTLET_URL is not set')]);
  expect(await told('x.ts', { ...env, GAUNTLET_SUBPROTOCOL: 'x' })).toEqual([
    2,
    expect.stringContaining('gauntlet.v1.msgpack or gauntlet.v1.json, got x'),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'agent-'));
  try {
    writeFileSync(join(folder, 'empty.mjs'), 'export const nothing = 1;');
    expect(await told(join(folder, 'empty.mjs'), env)).toEqual([
      1,
      expect.stringContaining('expected an AgentFactory as default export'),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
