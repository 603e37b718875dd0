import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLog } from './reader.ts';
import { createMcapRecorder } from './recorder.ts';
import { fakeWorld } from './testing/fake-world.ts';
import { headerOf, recordMatch, sceneOf } from './testing/record.ts';
import { rewrite, type Message } from './testing/rewrite.ts';

let folder: string;
let honest: string;
let count = 0;
const fresh = (): string => join(folder, `${count++}.mcap`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gauntlet-reader-'));
  honest = fresh();
  const recorder = createMcapRecorder(honest);
  await recordMatch(fakeWorld({ seed: '7' }), recorder);
  await recorder.close();
});
afterAll(() => rm(folder, { recursive: true }));

async function forge(change: Parameters<typeof rewrite>[2]): Promise<string> {
  const file = fresh();
  await rewrite(honest, file, change);
  return file;
}

/** Reads every record, and returns how many. */
async function readThrough(file: string): Promise<number> {
  const log = await readLog(file);
  try {
    let records = 0;
    for await (const _record of log.records()) records++;
    return records;
  } finally {
    await log.close();
  }
}

test('[L15] header and scene come back as they were written', async () => {
  const world = fakeWorld({ seed: '7' });
  const log = await readLog(honest);
  expect(log.header).toEqual(headerOf(world));
  expect(log.scene).toEqual(sceneOf(world));
  expect(log.recovered).toBeNull();
  await log.close();
});

test('[L15] records come by tick, of the topics and ticks asked for', async () => {
  const log = await readLog(honest);
  const ticks: number[] = [];
  for await (const record of log.records({ topics: ['/hash', '/action'], from: 10, to: 12 })) ticks.push(record.tick);
  expect(ticks).toEqual([10, 10, 10, 11, 11, 11, 12, 12, 12]);
  await log.close();
});

describe('[L16] what is not a whole log is refused with the place', () => {
  test.each([
    ['an empty file', '', /does not begin as an MCAP file/],
    ['text', 'not a log at all, but long enough to look at', /does not begin as an MCAP file/],
  ])('%s', async (_what, content, message) => {
    const file = fresh();
    await writeFile(file, content);
    await expect(readLog(file)).rejects.toMatchObject({ code: 'invalid-log', message: expect.stringMatching(message) });
  });

  test('no file', async () => {
    await expect(readLog(join(folder, 'none.mcap'))).rejects.toMatchObject({ code: 'invalid-log', actual: 'ENOENT' });
  });

  test('a folder', async () => {
    await expect(readLog(folder)).rejects.toMatchObject({ code: 'invalid-log' });
  });

  test("another program's MCAP file", async () => {
    await expect(readLog(await forge({ profile: 'ros2' }))).rejects.toMatchObject({
      expected: 'profile gauntlet',
      actual: 'profile ros2',
    });
  });

  test('no header', async () => {
    await expect(readLog(await forge({ header: () => null }))).rejects.toMatchObject({
      message: expect.stringMatching(/no metadata record gauntlet/),
    });
  });

  test('another format, told before anything else', async () => {
    const file = await forge({ header: () => new Map([['format', '2']]) });
    await expect(readLog(file)).rejects.toMatchObject({
      path: '/format',
      expected: '1',
      actual: '2',
      message: expect.stringMatching(/use the build that wrote it/),
    });
  });

  test('a header field of another type', async () => {
    const file = await forge({ header: (fields) => fields.set('maxTicks', '"many"') });
    await expect(readLog(file)).rejects.toMatchObject({ path: '/maxTicks', expected: 'integer', actual: '"many"' });
  });

  test('a header field that is not JSON', async () => {
    await expect(readLog(await forge({ header: (fields) => fields.set('seats', '[') }))).rejects.toMatchObject({
      path: '/seats',
      actual: '[',
    });
  });

  test('a header field too many', async () => {
    await expect(readLog(await forge({ header: (fields) => fields.set('extra', '1') }))).rejects.toMatchObject({
      path: '/extra',
    });
  });

  test('no scene', async () => {
    const file = await forge({ messages: (list) => list.filter(({ topic }) => topic !== '/scene') });
    await expect(readLog(file)).rejects.toMatchObject({ message: expect.stringMatching(/no \/scene record/) });
  });
});

describe('[L17] every record is checked, and errors name topic, number and field', () => {
  const cases: [string, (list: Message[]) => void, RegExp][] = [
    [
      'action',
      (list) => (list.find(({ topic, tick }) => topic === '/action' && tick === 3)!.value.action.throttle = 'full'),
      /\/action record 6 at \/action/,
    ],
    [
      'hash',
      (list) => delete list.find(({ topic, tick }) => topic === '/hash' && tick === 3)!.value.chain,
      /\/hash record 3 at \/chain: expected the field chain/,
    ],
    [
      'event',
      (list) => (list.find(({ topic }) => topic === '/event')!.value.kind = 'explosion'),
      /\/event record 0 at \/kind: expected .*"collision"/,
    ],
    [
      'score',
      (list) => (list.find(({ topic }) => topic === '/score')!.value.seats[0].score = null),
      /\/score record 0 at \/seats\/0\/score/,
    ],
    [
      'frame',
      (list) => (list.find(({ topic, tick }) => topic === '/frame' && tick === 4)!.value.e = 'rows'),
      /\/frame record 4 at \/e: expected binary/,
    ],
    [
      'keyframe',
      (list) => (list.find(({ topic }) => topic === '/keyframe')!.value.tick = -1),
      /\/keyframe record 0 at \/tick/,
    ],
  ];
  test.each(cases)('%s', async (_what, change, message) => {
    const file = await forge({
      messages: (list) => {
        change(list);
        return list;
      },
    });
    await expect(readThrough(file)).rejects.toMatchObject({
      code: 'invalid-log',
      message: expect.stringMatching(message),
    });
  });

  test('a time that is not that of its tick', async () => {
    const file = await forge({
      messages: (list) => {
        list.find(({ topic, tick }) => topic === '/hash' && tick === 3)!.logTime += 1n;
        return list;
      },
    });
    await expect(readThrough(file)).rejects.toMatchObject({ expected: '150000000 ns', actual: '150000001 ns' });
  });
});
