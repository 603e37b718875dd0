import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MatchResource, RatingResource } from '@gauntlet/agents-sdk/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Arena } from './testing/arena.ts';
import { gauntletJson } from './testing/command.ts';
import { temporaryFolder } from './testing/folder.ts';
import { alive, type ProcessId } from './testing/processes.ts';
import { until } from './testing/until.ts';

const folder = temporaryFolder();
let arena: Arena;
let finished: MatchResource;
let ratings: RatingResource[];
let cut: MatchResource;
let processes: ProcessId[];

beforeAll(async () => {
  arena = await Arena.start(folder.path);
  const { token } = arena;
  const { id } = await arena.createMatch({
    scenario: 'highway-cut-in-v1',
    agents: ['lane-keeper', 'cautious'],
    clock: 'unpaced',
    rated: true,
    seed: '5',
  });
  finished = await arena.matchWhen(
    id,
    'rated',
    ({ verification, seats }) => verification === 'verified' && seats.every((seat) => seat.ratingAfter !== null),
  );
  ratings = await arena.get('/api/ratings');

  const next = await arena.createMatch({
    scenario: 'roundabout-v1',
    agents: ['cautious', 'lane-keeper'],
    rated: true,
    seed: '6',
  });
  const queued = await arena.createMatch(
    { scenario: 'roundabout-v1', agents: ['cautious', 'cautious'], rated: true },
    token,
  );
  await arena.matchWhen(queued.id, 'running', ({ status }) => status === 'running');
  cut = await arena.matchWhen(next.id, 'three seconds old', ({ tick }) => tick > 60);
  processes = arena.processes();
  await arena.end('SIGKILL');
  arena = await Arena.start(folder.path);
});
afterAll(async () => {
  await arena?.end('SIGKILL');
  folder.remove();
});

test('kill -9 of the arena loses no finished result and no rating', async () => {
  expect(await arena.match(finished.id)).toEqual(finished);
  expect(await arena.get('/api/ratings')).toEqual(ratings);
  expect(ratings.map(({ games }) => games)).toEqual([1, 1]);
});

test('[A4] the agents of a killed arena end with it', async () => {
  // Four agents and a guard for each.
  expect(processes.length).toBeGreaterThanOrEqual(8);
  await until('the agents of the killed arena to end', () => alive(processes).length === 0, 5);
});

test('the next start ends every match that was interrupted as void, for the reason arena-stopped', async () => {
  const { matches } = await arena.matches('?status=ended');
  const interrupted = matches.filter(({ id }) => id !== finished.id);
  expect(interrupted.length).toBe(2);
  for (const match of interrupted) {
    expect(match).toMatchObject({ outcome: 'void', reason: 'arena-stopped', verification: 'not-applicable' });
    expect(match.seats.map(({ outcome, ratingAfter }) => [outcome, ratingAfter])).toEqual([
      ['void', null],
      ['void', null],
    ]);
  }
  expect((await arena.matches()).total).toBe(3);
});

test('[L11][L12][L25] an interrupted match’s log is recovered but for its last two seconds, served, and proves the ticks that it has', async () => {
  const after = await arena.match(cut.id);
  expect(after.seed).toBe('6');
  expect(after.tick).toBeGreaterThan(cut.tick - 2 * 20);
  const response = await fetch(`${arena.url}${after.log}`);
  expect(response.status).toBe(200);
  const file = join(folder.path, 'recovered.mcap');
  writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
  const [info, proof, original] = await Promise.all([
    gauntletJson<{ finalHash: string }>(['replay', 'info', file]),
    gauntletJson(['replay', 'verify', file]),
    gauntletJson(['replay', 'info', join(folder.path, 'logs', `${cut.id}.mcap.cut`)]),
  ]);
  expect(info).toMatchObject({
    complete: false,
    damage: null,
    outcome: null,
    lastTick: after.tick,
    header: { match: cut.id },
  });
  expect(proof).toMatchObject({ verified: true, complete: false, ticks: after.tick, finalHash: info.finalHash });
  // What was written stands beside it as it was.
  expect(original).toMatchObject({ complete: false, lastTick: after.tick });
  expect((original as { damage: string | null }).damage).not.toBe(null);
  expect(readFileSync(file).length).toBeGreaterThan(10_000);
});

test('what was ended and recovered once stays as it is at the start after, which runs matches as ever', async () => {
  const { matches: before } = await arena.matches();
  await arena.end();
  arena = await Arena.start(folder.path, '--demo');
  const { matches } = await until('the demonstration match', async () => {
    const list = await arena.matches('?status=running');
    return list.total > 0 && list;
  });
  expect(matches[0]?.id).toMatch(/^demo-/);
  expect((await arena.matches('?status=ended')).matches).toEqual(before);
});
