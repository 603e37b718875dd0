import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type Act, type Briefing, type End } from '@gauntlet/agents-sdk';
import type { MatchResource, RatingPoint, RatingResource } from '@gauntlet/agents-sdk/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import laneKeeper from '../../agents-sdk/agents/lane-keeper.ts';
import { Arena } from './testing/arena.ts';
import { gauntlet, gauntletJson } from './testing/command.ts';
import { temporaryFolder } from './testing/folder.ts';
import { alive } from './testing/processes.ts';
import { Spectator } from './testing/spectator.ts';
import { until } from './testing/until.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
let arena: Arena;
/** The organiser's. */
let token = '';
/** The rated match between the remote agent and a reference agent, once it has been played. */
let rated: { before: MatchResource; end: End; briefing: Briefing };

beforeAll(async () => {
  arena = await Arena.start(dataDir, '--demo');
});
afterAll(async () => {
  await arena?.end('SIGKILL');
  folder.remove();
});

describe('gauntlet serve --demo', () => {
  test('a match between reference agents runs within five seconds of ready', async () => {
    const match = await until('a demonstration match that runs', async () => {
      const { matches } = await arena.matches();
      return matches.find(({ status, tick }) => status === 'running' && tick > 0) ?? null;
    });
    expect(performance.now() - arena.readyAt).toBeLessThan(5000);
    expect(match.seats.map(({ agent }) => agent.split('@')[0]).sort()).toEqual(['cautious', 'lane-keeper']);
  });

  test('[M27] one who watches gets the scene and frames that follow one another, in which entities of the scene move', async () => {
    const { matches } = await arena.matches('?status=running');
    const spectator = new Spectator(arena.url);
    try {
      const answer = await spectator.watch(matches[0]?.id ?? '');
      if (!answer.ok || answer.scene === null) throw new Error(`no scene: ${JSON.stringify(answer).slice(0, 500)}`);
      const { frames } = spectator;
      await until('twenty frames', () => frames.length >= 20);
      const known = new Set(answer.scene.entities.map(({ id }) => id));
      for (const { spawned } of frames) for (const { id } of spawned) known.add(id);
      const unknown = frames.flatMap(({ entities }) => entities).filter(({ id }) => !known.has(id));
      expect(unknown).toEqual([]);
      expect(known.size).toBeGreaterThanOrEqual(12);
      const ticks = frames.map(({ tick }) => tick);
      expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
      const [first, last] = [frames[0], frames.at(-1)];
      for (const { entity } of answer.scene.seats) {
        const [from, to] = [first, last].map((frame) => frame?.entities.find(({ id }) => id === entity));
        expect(Math.hypot((to?.x ?? 0) - (from?.x ?? 0), (to?.y ?? 0) - (from?.y ?? 0))).toBeGreaterThan(1);
      }
      // [D7]
      expect(JSON.stringify(answer)).toContain('"seed":null');
    } finally {
      spectator.close();
    }
  });

  test('an arena serves its health, its figures for Prometheus, its API description and the viewer', async () => {
    expect(await arena.get('/api/health')).toMatchObject({ status: 'ok' });
    const metrics = await fetch(`${arena.url}/api/metrics`);
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toMatch(/^# TYPE gauntlet_\w+ (counter|gauge)$/m);
    const api = await arena.get<{ openapi: string; paths: object }>('/api/openapi.json');
    expect(api.openapi).toBe('3.1.0');
    expect(Object.keys(api.paths)).toContain('/api/matches/{id}/log');
  });

  test('without the organiser’s token nothing can be changed', async () => {
    token = arena.token ?? '';
    expect(token).not.toBe('');
    await expect(arena.createAgent({ name: 'thief' }, 'gnt_wrong')).rejects.toThrow(/40[13]/);
    await expect(arena.createMatch({ scenario: 'roundabout-v1', agents: [] }, null)).rejects.toThrow(/40[013]/);
  });

  test('[D7][M4] a remote agent plays a rated match to its end, and nobody is told the seed before', async () => {
    const secret = await arena.createAgent({ name: 'visitor', description: 'plays from elsewhere' }, token);
    const listing = JSON.stringify(await arena.get('/api/agents'));
    expect(listing).toContain('visitor');
    expect(listing).not.toContain(secret);

    const before = await arena.createMatch(
      { scenario: 'roundabout-v1', agents: ['visitor', 'cautious'], clock: 'unpaced', rated: true, seed: '31337' },
      token,
    );
    expect(before).toMatchObject({ seed: null, log: null, verification: 'pending' });
    expect((await fetch(`${arena.url}/api/matches/${before.id}/log`)).status).toBe(409);
    let act: Act | null = null;
    let briefing: Briefing | null = null;
    const end = await connect({
      url: `${arena.url.replace('http', 'ws')}/agent`,
      token: secret,
      match: before.id,
      onBriefing: (told) => {
        briefing = told;
        act = laneKeeper(told);
      },
      // It drives well and stops half way, so that its opponent wins.
      act: (observation, context) =>
        observation.tick < 150
          ? (act as Act)(observation, context)
          : { steering: 0, throttle: 0, brake: 1, gear: 'forward' },
    });
    if (!briefing) throw new Error('the agent was not briefed');
    rated = { before, end, briefing };
    expect(JSON.stringify(briefing)).not.toContain('31337');
    expect(end.outcome).toBe('finished');
    expect(end.scores.map(({ outcome }) => outcome)).toEqual(['finished', 'finished']);
    expect(end.log).toBe(`/api/matches/${before.id}/log`);
  });

  test('a match that has ended is verified and then moves the ratings, whose changes add up to zero: the better one gains', async () => {
    const { before, end } = rated;
    const after = await arena.matchWhen(before.id, 'rated', ({ seats }) =>
      seats.every((seat) => seat.ratingAfter !== null),
    );
    expect(after).toMatchObject({
      status: 'ended',
      outcome: 'finished',
      verification: 'verified',
      seed: '31337',
      log: end.log,
    });
    expect(after.finalHash).toMatch(/^[0-9a-f]{32}$/);
    expect(after.seats.map(({ score }) => score)).toEqual(end.scores.map(({ score }) => score));
    const [visitor = NaN, cautious = NaN] = after.seats.map(
      ({ ratingBefore, ratingAfter }) => (ratingAfter ?? NaN) - (ratingBefore ?? NaN),
    );
    expect(visitor).toBeLessThan(0);
    expect(cautious).toBeGreaterThan(0);
    expect(visitor + cautious).toBeCloseTo(0, 9);

    const history = await arena.get<RatingPoint[]>('/api/ratings/visitor@1/history');
    const seat = after.seats.find(({ agent }) => agent === 'visitor@1');
    expect(history).toMatchObject([
      { match: before.id, scenario: 'roundabout-v1', before: seat?.ratingBefore, after: seat?.ratingAfter },
    ]);
    const ranking = await arena.get<RatingResource[]>('/api/ratings');
    expect(ranking.find(({ agent }) => agent === 'visitor')).toMatchObject({ rating: seat?.ratingAfter, games: 1 });
  });

  test('the log of an ended match is served, whole and in parts, and proves the match', async () => {
    const { before } = rated;
    const url = `${arena.url}/api/matches/${before.id}/log`;
    const whole = new Uint8Array(await (await fetch(url)).arrayBuffer());
    expect(Buffer.compare(whole, readFileSync(join(dataDir, 'logs', `${before.id}.mcap`)))).toBe(0);
    const part = await fetch(url, { headers: { range: 'bytes=1000-2999' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 1000-2999/${whole.length}`);
    expect(Buffer.compare(new Uint8Array(await part.arrayBuffer()), whole.subarray(1000, 3000))).toBe(0);

    const file = join(folder.path, 'downloaded.mcap');
    writeFileSync(file, whole);
    const { finalHash, tick } = await arena.match(before.id);
    const [proof, info] = await Promise.all([
      gauntletJson(['replay', 'verify', file]),
      gauntletJson(['replay', 'info', file]),
    ]);
    expect(proof).toMatchObject({ verified: true, complete: true, ticks: tick, finalHash, firstDivergentTick: null });
    expect(info).toMatchObject({
      complete: true,
      finalHash,
      outcome: 'finished',
      header: { match: before.id, seed: '31337', seats: [{ agent: 'visitor@1' }, {}] },
    });
  });

  test('a second arena on the same data is refused, and does not touch the matches of the first', async () => {
    const { matches } = await arena.matches('?status=running');
    expect(matches.length).toBeGreaterThan(0);
    const second = await gauntlet('serve', '--port', '0', '--data', dataDir);
    expect(second).toMatchObject({ code: 1 });
    expect(second.stderr).toMatch(/another arena uses the data folder .*--data/);
    const still = await arena.match(matches[0]?.id ?? '');
    expect(still.outcome === 'void').toBe(false);
  });

  test('a port that is taken is told on standard error with exit 1, and the first start that works tells the token', async () => {
    const other = join(folder.path, 'other');
    const taken = await gauntlet('serve', '--port', new URL(arena.url).port, '--data', other);
    expect(taken.code).toBe(1);
    expect(taken.stderr).toMatch(/port \d+ is taken.*--port/);
    const later = await Arena.start(other);
    try {
      expect(later.token).not.toBe(null);
      await later.createAgent({ name: 'someone' });
    } finally {
      expect(await later.end()).toEqual({ code: 0, signal: null });
    }
  });

  test('[M28] SIGTERM ends the arena with exit 0: its match is void, its log whole, and no agent is left', async () => {
    const running = await until('a demonstration match that runs', async () => {
      const { matches } = await arena.matches('?status=running');
      return matches.find(({ tick }) => tick > 10) ?? null;
    });
    const processes = arena.processes();
    // Two agents and their guards at least.
    expect(processes.length).toBeGreaterThanOrEqual(4);
    const started = performance.now();
    expect(await arena.end()).toEqual({ code: 0, signal: null });
    expect(performance.now() - started).toBeLessThan(10_000);
    await until('all that the arena started to end', () => alive(processes).length === 0, 5);

    arena = await Arena.start(dataDir);
    expect(arena.token).toBe(null);
    expect(arena.output).not.toContain(token);
    const after = await arena.match(running.id);
    expect(after).toMatchObject({
      status: 'ended',
      outcome: 'void',
      reason: 'arena-stopped',
      verification: 'not-applicable',
    });
    expect(after.tick).toBeGreaterThan(10);
    const info = await gauntletJson(['replay', 'info', join(dataDir, 'logs', `${running.id}.mcap`)]);
    expect(info).toMatchObject({ complete: true, outcome: 'void', damage: null, lastTick: after.tick });
    // The token of the first start still counts.
    await arena.createAgent({ name: 'latecomer' }, token);
    expect(await arena.match(rated.before.id)).toMatchObject({ outcome: 'finished', verification: 'verified' });
  });
});
