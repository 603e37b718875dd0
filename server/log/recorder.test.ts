import { open, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { decodeFrame, LOG_TOPICS, unpack } from '@gauntlet/agents-sdk/protocol';
import { McapIndexedReader, McapStreamReader, type McapTypes } from '@mcap/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recorder } from '../match/interfaces.ts';
import type { LogFile } from './file.ts';
import { createMcapRecorder } from './recorder.ts';
import { fakeWorld } from './testing/fake-world.ts';
import { drive, headerOf, recordMatch, sceneOf } from './testing/record.ts';

let folder: string;
let count = 0;
const fresh = (): string => join(folder, `${count++}.mcap`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gauntlet-recorder-'));
});
afterAll(() => rm(folder, { recursive: true }));

const decompressHandlers = { zstd: (bytes: Uint8Array) => zstdDecompressSync(bytes) };

/** A file in memory that keeps a diary of what was asked of it. */
function memoryFile(): LogFile & { diary: string[]; bytes: () => Uint8Array } {
  const parts: Uint8Array[] = [];
  const diary: string[] = [];
  return {
    diary,
    bytes: () => Buffer.concat(parts),
    write(bytes) {
      diary.push('write');
      parts.push(Uint8Array.from(bytes));
      return Promise.resolve();
    },
    sync() {
      diary.push('sync');
      return Promise.resolve();
    },
    close() {
      diary.push('close');
      return Promise.resolve();
    },
  };
}

function readAll(bytes: Uint8Array): McapTypes.TypedMcapRecord[] {
  const reader = new McapStreamReader({ includeChunks: true, decompressHandlers });
  reader.append(bytes);
  const records: McapTypes.TypedMcapRecord[] = [];
  for (let record; (record = reader.nextRecord());) records.push(record);
  return records;
}

describe('a recorded match, read by the MCAP library alone', () => {
  let file: string;
  beforeAll(async () => {
    file = fresh();
    const recorder = createMcapRecorder(file);
    await recordMatch(fakeWorld({ seed: '7' }), recorder);
    await recorder.close();
  });

  test('[L1] is a valid MCAP file: profile, metadata, then a chunk whose first message is the scene', async () => {
    const records = readAll(await readFile(file));
    expect(records[0]).toMatchObject({ type: 'Header', profile: 'gauntlet' });
    expect(records[1]).toMatchObject({ type: 'Metadata', name: 'gauntlet' });
    expect(records[2]?.type).toBe('Chunk');
    const channels = new Map(
      records.filter((record) => record.type === 'Channel').map((channel) => [channel.id, channel]),
    );
    const first = records.find((record) => record.type === 'Message');
    expect(channels.get(first?.channelId ?? 0)?.topic).toBe('/scene');
    expect(records.at(-1)?.type).toBe('Footer');
  });

  test('[L2] the metadata holds the whole header: text as it is, the rest as JSON', async () => {
    const metadata = readAll(await readFile(file)).find((record) => record.type === 'Metadata');
    const header = headerOf(fakeWorld({ seed: '7' }));
    const fields = Object.fromEntries(metadata?.metadata ?? []);
    expect(Object.keys(fields).sort()).toEqual(Object.keys(header).sort());
    expect(fields['seed']).toBe('7');
    expect(JSON.parse(fields['seats'] ?? '')).toEqual(header.seats);
    expect(JSON.parse(fields['tickSeconds'] ?? '')).toBe(0.05);
  });

  test('[L3] every topic has its channel, its encoding and a JSON Schema', async () => {
    const records = readAll(await readFile(file));
    const schemas = new Map(records.filter((record) => record.type === 'Schema').map((schema) => [schema.id, schema]));
    const channels = records.filter((record) => record.type === 'Channel');
    expect(Object.fromEntries(channels.map(({ topic, messageEncoding }) => [topic, messageEncoding]))).toEqual(
      LOG_TOPICS,
    );
    for (const channel of channels) {
      const schema = schemas.get(channel.schemaId);
      expect(schema?.encoding).toBe('jsonschema');
      expect(JSON.parse(new TextDecoder().decode(schema?.data))).toMatchObject({ type: 'object', title: schema?.name });
    }
  });

  test('[L4] times are simulation time in ns, equal to tick times 50 ms, and published when logged', async () => {
    const records = readAll(await readFile(file));
    const topics = new Map(records.filter((record) => record.type === 'Channel').map(({ id, topic }) => [id, topic]));
    const times = records
      .filter((record) => record.type === 'Message')
      .filter(({ channelId }) => topics.get(channelId) === '/hash')
      .map(({ logTime, publishTime, data }) => [logTime, publishTime, (unpack(data) as { tick: number }).tick]);
    expect(times).toEqual(
      Array.from({ length: 61 }, (_, tick) => [BigInt(tick) * 50_000_000n, BigInt(tick) * 50_000_000n, tick]),
    );
  });

  test('[L5] no chunk spans more than one second of match, each is zstd', async () => {
    const chunks = readAll(await readFile(file)).filter((record) => record.type === 'Chunk');
    expect(chunks.length).toBe(5);
    for (const chunk of chunks) {
      expect(chunk.compression).toBe('zstd');
      expect(chunk.messageEndTime - chunk.messageStartTime).toBeLessThanOrEqual(1_000_000_000n);
    }
  });

  test('[L6] the summary lets an indexed reader count and seek', async () => {
    const handle = await open(file, 'r');
    let read = 0;
    const readable: McapTypes.IReadable = {
      size: async () => BigInt((await handle.stat()).size),
      async read(offset, size) {
        const bytes = new Uint8Array(Number(size));
        read += bytes.length;
        await handle.read(bytes, 0, bytes.length, Number(offset));
        return bytes;
      },
    };
    const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers });
    const hashes = [...reader.channelsById.values()].find(({ topic }) => topic === '/hash');
    expect(reader.statistics).toMatchObject({
      chunkCount: 5,
      channelCount: 7,
      metadataCount: 1,
      messageEndTime: 3_000_000_000n,
    });
    expect(reader.statistics?.channelMessageCounts.get(hashes?.id ?? 0)).toBe(61n);
    const before = read;
    const frames: number[] = [];
    for await (const { data } of reader.readMessages({
      topics: ['/frame'],
      startTime: 2_500_000_000n,
      endTime: 2_600_000_000n,
    })) {
      frames.push(decodeFrame(data).tick);
    }
    expect(frames).toEqual([50, 51, 52]);
    // One chunk with its index, not the file.
    const [, , , last] = reader.chunkIndexes;
    expect(read - before).toBeGreaterThanOrEqual(Number(last?.chunkLength));
    expect(read - before).toBeLessThanOrEqual(Number(last?.chunkLength) + Number(last?.messageIndexLength));
    await handle.close();
  });

  test('[L7] actions and frames come back as they were given', async () => {
    const records = readAll(await readFile(file));
    const topics = new Map(records.filter((record) => record.type === 'Channel').map(({ id, topic }) => [id, topic]));
    const actions = records
      .filter((record) => record.type === 'Message')
      .filter(({ channelId }) => topics.get(channelId) === '/action')
      .map(({ data }) => unpack(data));
    expect(actions).toEqual(
      Array.from({ length: 120 }, (_, i) => ({
        tick: i >> 1,
        seat: i & 1,
        ...drive(i >> 1, i & 1),
        latencyMs: null,
        cpuMs: null,
      })),
    );
  });
});

describe('the disk', () => {
  test('[L8] chunks are written and synced as they close, and a tick never waits for them', async () => {
    const file = memoryFile();
    const recorder = createMcapRecorder('m.mcap', () => Promise.resolve(file));
    const waits: unknown[] = [];
    const patient: Recorder = {
      ...recorder,
      tickEnd(tick) {
        const wait = recorder.tickEnd(tick);
        waits.push(wait);
        return wait;
      },
    };
    await recordMatch(fakeWorld({ seed: '7', maxTicks: 70 }), patient, {
      onTick: async (tick) => {
        if (tick !== 60) return;
        // The opening, the scene and three chunks. Compression and writing go on behind; give them their turn.
        while (file.diary.filter((entry) => entry === 'write').length < 5)
          await new Promise((next) => setTimeout(next, 5));
        while (file.diary.at(-1) !== 'sync') await new Promise((next) => setTimeout(next, 5));
      },
    });
    expect(waits.every((wait) => wait === undefined)).toBe(true);
    const upTo60 = readAll(file.bytes()).filter((record) => record.type === 'Chunk');
    expect(upTo60.at(-1)?.messageEndTime).toBe(3_000_000_000n);
    await recorder.close();
    expect(file.diary.at(-1)).toBe('close');
    expect(file.diary.at(-2)).toBe('sync');
  });

  test('[L9] a full disk surfaces from tickEnd as log-not-written, and closing still lets go of the file', async () => {
    const file = memoryFile();
    const full = await open('/dev/full', 'w');
    let writes = 0;
    const recorder = createMcapRecorder('m.mcap', () =>
      Promise.resolve({
        ...file,
        // The kernel's own ENOSPC, from the third chunk on.
        write: async (bytes) => {
          if (++writes > 3) await full.write(bytes);
          else await file.write(bytes);
        },
      }),
    );
    const failure = recordMatch(fakeWorld({ seed: '7', maxTicks: 2000 }), recorder, {
      onTick: () => new Promise((next) => setImmediate(next)),
    });
    await expect(failure).rejects.toMatchObject({
      code: 'log-not-written',
      actual: 'ENOSPC',
      message: expect.stringMatching(/m\.mcap.*disk is full.*recover/),
    });
    await expect(recorder.close()).rejects.toMatchObject({ code: 'log-not-written' });
    expect(file.diary.at(-1)).toBe('close');
    await full.close();
  });

  test('[L9] a full disk at the opening or at the end surfaces there', async () => {
    const enospc = (): Promise<never> =>
      Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
    const world = fakeWorld({ seed: '7' });
    const atOnce = memoryFile();
    await expect(
      createMcapRecorder('m.mcap', () => Promise.resolve({ ...atOnce, write: enospc })).open(
        headerOf(world),
        sceneOf(world),
      ),
    ).rejects.toMatchObject({
      code: 'log-not-written',
    });
    expect(atOnce.diary.at(-1)).toBe('close');

    const atLast = memoryFile();
    let broken = false;
    const recorder = createMcapRecorder('m.mcap', () =>
      Promise.resolve({ ...atLast, write: (bytes) => (broken ? enospc() : atLast.write(bytes)) }),
    );
    await recordMatch(world, recorder, { ticks: 5 });
    broken = true;
    await expect(recorder.close()).rejects.toMatchObject({ code: 'log-not-written' });
  });

  test('[L10] a log that exists is never written over', async () => {
    const file = fresh();
    const world = fakeWorld({ seed: '7' });
    const first = createMcapRecorder(file);
    await recordMatch(world, first, { ticks: 3 });
    await first.close();
    const before = await readFile(file);
    await expect(createMcapRecorder(file).open(headerOf(world), sceneOf(world))).rejects.toMatchObject({
      code: 'already-exists',
    });
    expect(await readFile(file)).toEqual(before);
  });

  test('[L10] a folder that does not exist is named', async () => {
    const world = fakeWorld({ seed: '7' });
    const recorder = createMcapRecorder(join(folder, 'nowhere', 'm.mcap'));
    await expect(recorder.open(headerOf(world), sceneOf(world))).rejects.toMatchObject({
      code: 'log-not-written',
      message: expect.stringMatching(/folder does not exist/),
    });
  });

  test('[L8] far behind the disk, tickEnd asks to wait, and memory stays bounded', async () => {
    const file = memoryFile();
    let release = (): void => undefined;
    const gate = new Promise<void>((open) => (release = open));
    let slow = false;
    const recorder = createMcapRecorder('m.mcap', () =>
      Promise.resolve({ ...file, write: (bytes) => (slow ? gate : Promise.resolve()).then(() => file.write(bytes)) }),
    );
    const world = fakeWorld({ seed: '7' });
    await recorder.open(headerOf(world), sceneOf(world));
    slow = true;
    let wait: Promise<void> | void = undefined;
    let ticks = 0;
    while (wait === undefined && ticks < 1000) {
      recorder.keyframe({ tick: ticks, state: new Uint8Array(1024 * 1024) });
      wait = recorder.tickEnd(ticks++);
    }
    expect(ticks).toBeGreaterThanOrEqual(32);
    expect(ticks).toBeLessThan(64);
    release();
    await wait;
    expect(recorder.tickEnd(ticks)).toBeUndefined();
    await recorder.close();
  });
});
