import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store, StoredMatch } from '../store/store.ts';
import { lockDataFolder } from './data-folder.ts';
import { recoverUnfinished } from './recovery.ts';

const AT = '2026-01-01T00:00:00.000Z';
let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-recovery-'));
  store = await openSqliteStore(':memory:');
  await store.createAgent(
    { name: 'a', kind: 'builtin', description: '', createdAt: AT },
    { version: '1', tokenHash: null, createdAt: AT },
  );
  await store.createMatch({
    id: 'm1',
    scenario: 'toy',
    behaviorVersion: 1,
    parameters: {},
    clock: 'lockstep',
    rated: true,
    seed: '1',
    limits: { deadlineMs: 1, bankMs: 1, startupMs: 1, missesInARow: 1, missesInAll: 1 },
    logFile: 'm1.mcap',
    maxTicks: 10,
    tickSeconds: 0.05,
    createdAt: AT,
    seats: [{ seat: 'blue-1', team: 'blue', agent: 'a@1' }],
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Recovers by marking what it was given. */
async function recoverAll(
  recover = async (from: string, to: string) => writeFileSync(to, `whole ${readFileSync(from, 'utf8')}`),
): Promise<StoredMatch | null> {
  await recoverUnfinished({
    store,
    logDir: folder,
    logger: pino({ level: 'silent' }),
    now: () => AT,
    recover: async (from, to) => {
      await recover(from, to);
      return { ticks: 7 };
    },
  });
  return store.getMatch('m1');
}

const log = (): string => join(folder, 'm1.mcap');

test('an unfinished match is void, its log whole, and what was written stays beside it', async () => {
  writeFileSync(log(), 'cut');
  expect(await recoverAll()).toMatchObject({
    status: 'ended',
    outcome: 'void',
    reason: 'arena-stopped',
    tick: 7,
    logFile: 'm1.mcap',
  });
  expect([readFileSync(log(), 'utf8'), readFileSync(`${log()}.cut`, 'utf8')]).toEqual(['whole cut', 'cut']);
});

test.each([
  ['before the log was recovered', () => renameSync(log(), `${log()}.cut`)],
  [
    'after the log was recovered and before that was stored',
    () => {
      renameSync(log(), `${log()}.cut`);
      writeFileSync(log(), 'whole cut');
    },
  ],
])('a start that is itself ended %s loses nothing: the next one recovers from the original', async (_, interrupt) => {
  writeFileSync(log(), 'cut');
  interrupt();
  expect(await recoverAll()).toMatchObject({ outcome: 'void', tick: 7, logFile: 'm1.mcap' });
  expect([readFileSync(log(), 'utf8'), readFileSync(`${log()}.cut`, 'utf8')]).toEqual(['whole cut', 'cut']);
});

test('a log that cannot be recovered leaves the match void without one, and the bytes as they were', async () => {
  writeFileSync(log(), 'rubbish');
  const after = await recoverAll(() => Promise.reject(new Error('not a log')));
  expect(after).toMatchObject({ outcome: 'void', logFile: null, tick: 0 });
  expect([existsSync(log()), readFileSync(`${log()}.cut`, 'utf8')]).toEqual([false, 'rubbish']);
});

test('a data folder belongs to one arena at a time', () => {
  const data = join(folder, 'data');
  const release = lockDataFolder(data);
  expect(() => lockDataFolder(data)).toThrow(
    expect.objectContaining({ code: 'store-unavailable', actual: 'one that is in use' }),
  );
  release();
  lockDataFolder(data)();
  writeFileSync(join(folder, 'file'), '');
  expect(() => lockDataFolder(join(folder, 'file'))).toThrow(/data folder .* cannot be used: EEXIST/);
});
