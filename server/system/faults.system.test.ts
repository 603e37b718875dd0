import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MatchResource } from '@gauntlet/agents-sdk/protocol';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { logInfo } from '../log/info.ts';
import { Arena } from './testing/arena.ts';
import { GAUNTLET, ROOT } from './testing/command.ts';
import { temporaryFolder } from './testing/folder.ts';
import { alive, descendants, type ProcessId } from './testing/processes.ts';
import { until } from './testing/until.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

test('SIGTERM while the first agents still start ends the arena with exit 0, and leaves none of them', async () => {
  const arena = await Arena.start(join(folder.path, 'early'), '--demo');
  const seen: ProcessId[] = [];
  const watch = setInterval(() => seen.push(...arena.processes()), 20);
  try {
    await until('an agent’s process', () => seen.length > 0);
    expect(await arena.end()).toEqual({ code: 0, signal: null });
    await until('all that the arena started to end', () => alive(seen).length === 0, 5);
  } finally {
    clearInterval(watch);
  }
});

test('agents of the arena’s own find it at whatever address it listens', async () => {
  const arena = await Arena.start(join(folder.path, 'host'), '--demo', '--host', '127.0.0.2');
  try {
    expect(arena.url).toMatch(/^http:\/\/127\.0\.0\.2:\d+$/);
    const { matches } = await arena.matches();
    await arena.matchWhen(matches[0]?.id ?? '', 'running', ({ tick }) => tick > 0);
  } finally {
    await arena.end();
  }
});

test('a database that another program keeps locked delays a result, and loses none', async () => {
  const data = join(folder.path, 'locked');
  const arena = await Arena.start(data);
  const intruder = new SqliteDatabase(join(data, 'gauntlet.sqlite'));
  try {
    const { id } = await arena.createMatch({
      scenario: 'roundabout-v1',
      agents: ['lane-keeper', 'cautious'],
      clock: 'unpaced',
      rated: true,
    });
    await arena.matchWhen(id, 'half way', ({ tick }) => tick > 300);
    intruder.exec('begin immediate');
    const refused = await fetch(`${arena.url}/api/agents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${arena.token}` },
      body: '{"name":"late"}',
    });
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'store-unavailable' } }]);
    await until('the arena to notice', () => arena.output.includes('could not be stored yet'));
    expect((await arena.match(id)).status).toBe('running');
    intruder.exec('rollback');
    const after = await arena.matchWhen(id, 'rated', ({ seats }) => seats.every((seat) => seat.ratingAfter !== null));
    expect(after).toMatchObject({ status: 'ended', outcome: 'finished', verification: 'verified' });
  } finally {
    intruder.close();
    await arena.end('SIGKILL');
  }
});

test('[M28] the organiser stops matches that run, that wait for an agent, and that are queued: all end void, and the next one starts', async () => {
  const arena = await Arena.start(join(folder.path, 'stops'));
  try {
    await arena.createAgent({ name: 'absent' });
    const create = (first: string): Promise<MatchResource> =>
      arena.createMatch({ scenario: 'roundabout-v1', agents: [first, 'cautious'] });
    const running = await create('cautious');
    await arena.matchWhen(running.id, 'running', ({ tick }) => tick > 0);
    const waiting = [await create('absent')];
    // Until one finds no place.
    for (let last = waiting[0]; last?.status !== 'queued' && waiting.length < 40; waiting.push(last))
      last = await create('absent');
    const queued = waiting.at(-1);
    expect(queued?.status).toBe('queued');
    for (const { id } of [queued as MatchResource, running, ...waiting]) {
      const stopped = await arena.post<MatchResource>(`/api/matches/${id}/stop`, {});
      expect(stopped).toMatchObject({ status: 'ended', outcome: 'void', reason: 'stopped' });
    }
    expect((await arena.matches('?status=running')).total + (await arena.matches('?status=waiting')).total).toBe(0);
    const processes = arena.processes();
    await until('the agents of stopped matches to end', () => alive(processes).length === 0, 5);
    const next = await create('cautious');
    await arena.matchWhen(next.id, 'running', ({ tick }) => tick > 0);
    expect(await arena.end()).toEqual({ code: 0, signal: null });
  } finally {
    await arena.end('SIGKILL');
  }
});

test.each([
  ['SIGTERM', { outcome: 'void', complete: true }],
  ['SIGKILL', { outcome: null, complete: false }],
] as const)(
  '%s in the middle of `gauntlet run` leaves no agent and no home of one, and a log of the ticks that were played',
  async (signal, end) => {
    const log = join(folder.path, `${signal}.mcap`);
    const child = spawn(process.execPath, [GAUNTLET, 'run', 'roundabout-v1', '--seed', '1', '--log', log, '--json'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const exit = new Promise<number | null>((done) => child.once('close', done));
    try {
      await until('two seconds of match', async () => {
        const info = await logInfo(log).catch(() => null);
        return (info?.lastTick ?? 0) >= 40;
      });
      const processes = descendants(child.pid as number);
      expect(processes.length).toBeGreaterThanOrEqual(4);
      const homes = processes.flatMap(
        ({ pid }) =>
          /(?:^|\0)HOME=([^\0]*gauntlet-agent-[^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1] ?? [],
      );
      expect(homes.length).toBe(2);
      child.kill(signal);
      expect(await exit).toBe(signal === 'SIGTERM' ? 1 : null);
      await until('all that the command started to end', () => alive(processes).length === 0, 5);
      // [A1]
      expect(homes.filter((home) => existsSync(home))).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
    if (signal === 'SIGTERM') expect(JSON.parse(stdout)).toMatchObject({ outcome: 'void', reason: 'stopped', log });
    expect(await logInfo(log)).toMatchObject(end);
  },
);
