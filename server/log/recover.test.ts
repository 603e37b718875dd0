import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogHeader } from '@gauntlet/agents-sdk/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logInfo } from './info.ts';
import { readLog } from './reader.ts';
import { createMcapRecorder } from './recorder.ts';
import { recoverLog } from './recover.ts';
import { fakeWorld } from './testing/fake-world.ts';
import { BUILD, recordMatch } from './testing/record.ts';
import { verifyLog } from './verify.ts';

let folder: string;
let whole: string;
let count = 0;
const fresh = (): string => join(folder, `${count++}.mcap`);

const world = ({ seed, parameters, maxTicks }: LogHeader) =>
  fakeWorld({ seed, goal: parameters['goal'] ?? 0, maxTicks });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gauntlet-recover-'));
  whole = fresh();
  const recorder = createMcapRecorder(whole);
  await recordMatch(fakeWorld({ seed: '7' }), recorder);
  await recorder.close();
});
afterAll(() => rm(folder, { recursive: true }));

/** Where the compressed records of a chunk begin: at the magic number of its zstd frame. */
function chunkAt(bytes: Buffer, index: number): number {
  let at = -1;
  for (let i = 0; i <= index; i++) at = bytes.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), at + 1);
  return at;
}

/** The whole log cut to so many bytes. */
async function cut(bytes: number): Promise<string> {
  const file = fresh();
  await writeFile(file, (await readFile(whole)).subarray(0, bytes));
  return file;
}

test('[L11] kill -9 in mid-match loses at most the last second: what is recovered verifies up to its last tick', async () => {
  const file = fresh();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'endless.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let tick = 0;
  let rest = '';
  for await (const data of child.stdout) {
    const lines = (rest + String(data)).split('\n');
    rest = lines.pop() ?? '';
    tick = Math.max(tick, ...lines.map(Number));
    if (tick >= 90) break;
  }
  child.kill('SIGKILL');
  await once(child, 'exit');

  await expect(readLog(file)).rejects.toMatchObject({
    code: 'invalid-log',
    message: expect.stringMatching(/cut short.*replay recover/),
  });
  const before = await readFile(file);
  const to = fresh();
  const { ticks, complete, damage } = await recoverLog(file, to);
  expect(complete).toBe(false);
  expect(damage).toMatch(/cut short at byte \d+/);
  // The chunk under way, and the one before it if the kill came while it was being compressed.
  expect(ticks).toBeGreaterThanOrEqual(tick - 2 * 20);
  expect(ticks).toBeGreaterThanOrEqual(40);
  expect(ticks % 20).toBe(0);
  expect(await readFile(file)).toEqual(before);

  const result = await verifyLog(to, { ...BUILD, world });
  expect(result).toMatchObject({ verified: true, complete: false, ticks, firstDivergentTick: null });
  const log = await readLog(to);
  expect(log.recovered).toEqual({ from: file.split('/').at(-1), damage });
  expect(log.lastTick).toBe(ticks);
  await log.close();
});

test('[L12] whatever byte it is cut at, a log is recovered to the end of its last whole chunk, or refused', async () => {
  const { length } = await readFile(whole);
  const found: number[] = [];
  for (let bytes = 0; bytes <= length; bytes += 331) {
    const from = await cut(bytes);
    const to = fresh();
    const recovery = await recoverLog(from, to).catch((error: { code?: string }) => error.code ?? String(error));
    if (typeof recovery === 'string') {
      expect(recovery).toBe('invalid-log');
      expect(found).toEqual([]);
      continue;
    }
    found.push(recovery.ticks);
    if (recovery.ticks === 0) continue;
    expect(await verifyLog(to, { ...BUILD, world })).toMatchObject({
      verified: true,
      ticks: recovery.ticks,
      complete: recovery.complete,
    });
  }
  expect(new Set(found)).toEqual(new Set([0, 20, 40, 60]));
  expect(found).toEqual([...found].sort((a, b) => a - b));
});

test('[L12] a log that lost only its index is whole again, and says nothing of a recovery', async () => {
  const { length } = await readFile(whole);
  const to = fresh();
  expect(await recoverLog(await cut(length - 100), to)).toMatchObject({ ticks: 60, complete: true });
  const log = await readLog(to);
  expect(log.recovered).toBeNull();
  await log.close();
  expect(await verifyLog(to, { ...BUILD, world })).toMatchObject({ verified: true, complete: true });
});

test('[L12] a chunk whose bytes were damaged ends what is recovered', async () => {
  const bytes = Buffer.from(await readFile(whole));
  bytes[chunkAt(bytes, 2) + 40]! ^= 0xff;
  const from = fresh();
  await writeFile(from, bytes);
  await expect(verifyLog(from, { ...BUILD, world })).rejects.toMatchObject({
    code: 'invalid-log',
    message: expect.stringMatching(/damaged/),
  });
  const { ticks, damage } = await recoverLog(from, fresh());
  expect(damage).not.toBeNull();
  expect(ticks).toBe(20);
});

test('[L13] recovering never touches a file that exists, and leaves no half-written one', async () => {
  const from = await cut(9000);
  await expect(recoverLog(from, whole)).rejects.toMatchObject({ code: 'already-exists' });
  await expect(recoverLog(from, from)).rejects.toMatchObject({ code: 'already-exists' });
  const to = fresh();
  await expect(recoverLog(await cut(20), to)).rejects.toMatchObject({ code: 'invalid-log' });
  expect((await readdir(folder)).filter((name) => name.endsWith('.part') || join(folder, name) === to)).toEqual([]);
});

test('[L14] info of a cut log tells how far it goes and what ended it', async () => {
  const info = await logInfo(await cut(chunkAt(await readFile(whole), 3) + 1));
  expect(info).toMatchObject({
    complete: false,
    outcome: null,
    damage: expect.stringMatching(/cut short/),
    lastTick: 40,
  });
});

test('[L14] info of a whole log tells scenario, agents, outcome, scores, events and sizes', async () => {
  const info = await logInfo(whole);
  expect(info).toMatchObject({
    complete: true,
    damage: null,
    lastTick: 60,
    simSeconds: 3,
    outcome: 'finished',
    events: { collision: 4 },
    infractions: { 'blue-1': 2, 'blue-2': 2 },
    chunks: 5,
  });
  expect(info.bytes).toBe((await readFile(whole)).length);
  expect(info.header.seats.map(({ agent }) => agent)).toEqual(['blue-1@1', 'blue-2@1']);
  expect(info.topics['/hash'].records).toBe(61);
  expect(info.topics['/action'].records).toBe(120);
  expect(info.topics['/frame'].bytes).toBeGreaterThan(61 * 56);
  expect(info.seats.map(({ reason }) => reason)).toEqual(['time-limit', 'time-limit']);
});
