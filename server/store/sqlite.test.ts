import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { addAgents, someMatch, storeContract } from './contract.ts';
import { openSqliteStore } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'gauntlet-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = (): string => join(folder, `${files++}`, 'arena.db');

storeContract('SQLite in a file', () => openSqliteStore(newFile()));
storeContract('SQLite in memory', () => openSqliteStore(':memory:'));

test('what was stored is there after closing and opening again, and the migrations run once', async () => {
  const file = newFile();
  const first = await openSqliteStore(file);
  await addAgents(first);
  const match = await first.createMatch(someMatch('m1'));
  await first.close();
  const second = await openSqliteStore(file);
  expect(await second.getMatch('m1')).toEqual(match);
  await second.close();
  const raw = new SqliteDatabase(file);
  expect(raw.prepare('select name from kysely_migration').all()).toEqual([{ name: '0001-first-tables' }]);
  expect(raw.pragma('journal_mode', { simple: true })).toBe('wal');
  raw.close();
});

test('while another connection writes, a write fails with what to do, leaves nothing, and works afterwards', async () => {
  const file = newFile();
  const store = await openSqliteStore(file, { busyTimeoutMs: 30 });
  await addAgents(store);
  await store.createMatch(someMatch('m1'));
  const other = new SqliteDatabase(file);
  other.exec('begin immediate');
  const attempt = store.createMatch(someMatch('m2'));
  await expect(attempt).rejects.toMatchObject({
    code: 'store-unavailable',
    message: expect.stringContaining(`${file} locked for more than 30 ms`),
  });
  // Readers go on: that is what WAL is for.
  expect(await store.listMatches({ limit: 10, offset: 0 })).toMatchObject({ total: 1 });
  other.exec('rollback');
  other.close();
  await store.createMatch(someMatch('m2'));
  expect(await store.listMatches({ limit: 10, offset: 0 })).toMatchObject({ total: 2 });
  await store.close();
});

test('a store that another connection keeps locked cannot be opened, with what to do', async () => {
  const file = newFile();
  await (await openSqliteStore(file)).close();
  const other = new SqliteDatabase(file);
  other.exec('pragma locking_mode = exclusive; begin exclusive');
  await expect(openSqliteStore(file, { busyTimeoutMs: 30 })).rejects.toMatchObject({
    code: 'store-unavailable',
    message: expect.stringContaining('locked'),
  });
  other.close();
});

test('on a full disk a write fails with what to do, leaves nothing half-written, and the store can still be read', async () => {
  const file = newFile();
  const roomy = await openSqliteStore(file);
  await addAgents(roomy);
  await roomy.close();
  const store = await openSqliteStore(file, { maxPages: 40 });
  let stored = 0;
  let failure: unknown;
  while (failure === undefined && stored < 1000) {
    const match = someMatch(
      `m${stored}`,
      Array.from({ length: 20 }, () => 'ant@1'),
    );
    await store.createMatch(match).then(
      () => stored++,
      (error: unknown) => (failure = error),
    );
  }
  expect(failure).toMatchObject({ code: 'store-unavailable', message: expect.stringContaining('make room') });
  expect(stored).toBeGreaterThan(0);
  const { matches, total } = await store.listMatches({ limit: 1000, offset: 0 });
  expect(total).toBe(stored);
  expect(matches.every(({ seats }) => seats.length === 20)).toBe(true);
  await store.close();
  const raw = new SqliteDatabase(file);
  expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
  raw.close();
});

test('a file that is no database, and a database of a newer version, are refused with what to do', async () => {
  const text = join(folder, 'text.db');
  writeFileSync(text, 'this is not a database, '.repeat(100));
  await expect(openSqliteStore(text)).rejects.toMatchObject({
    code: 'store-unavailable',
    message: expect.stringContaining('not a database'),
  });
  const file = newFile();
  await (await openSqliteStore(file)).close();
  const raw = new SqliteDatabase(file);
  raw.prepare("insert into kysely_migration values ('9999-from-the-future', '2030-01-01')").run();
  raw.close();
  await expect(openSqliteStore(file)).rejects.toMatchObject({
    code: 'store-unavailable',
    message: expect.stringContaining('newer version of Gauntlet'),
  });
});
