import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeLog } from '../../dev/fake-log.ts';
import { fakeFrame } from '../../dev/fake-match.ts';
import type { FramePair } from '../state/sample.ts';
import { LogSource } from './log-source.ts';

const TICKS = 700;
let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`;
}

async function frameAt(source: LogSource, tick: number): Promise<FramePair> {
  for (;;) {
    const pair = source.around(tick);
    if (pair) return pair;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function expectTick(source: LogSource, tick: number): Promise<void> {
  const { before } = await frameAt(source, tick);
  expect(before.tick).toBe(tick);
  expect(before.entities.length).toBe(fakeFrame(tick).entities.length);
  expect(before.entities[1]!.x).toBeCloseTo(fakeFrame(tick).entities[1]!.x, 3);
}

describe('a log as a source of frames', () => {
  it('shows any moment of a file, in any order', async () => {
    const source = await LogSource.open(new Blob([await fakeLog('m', TICKS)]));
    expect([source.firstTick, source.lastTick]).toEqual([0, TICKS]);
    for (const tick of [650, 3, TICKS, 311, 0]) await expectTick(source, tick);
    source.close();
  });

  it('reads events, the final score and late entities of the whole log in the background', async () => {
    const source = await LogSource.open(new Blob([await fakeLog('m', TICKS)]));
    await expect.poll(() => source.loaded, { timeout: 10_000 }).toBe(1);
    expect(source.record.events.map(({ kind }) => kind)).toContain('goal');
    expect(source.record.finalScore).toMatchObject({ final: true, outcome: 'finished' });
    expect(source.record.descriptions.get(13)?.class).toBe('bus');
  });

  it('reads a log that was cut short as far as it goes', async () => {
    const whole = await fakeLog('m', TICKS, 'cut');
    const source = await LogSource.open(new Blob([whole.subarray(0, Math.floor(whole.length * 0.7))]));
    expect(source.lastTick).toBeGreaterThan(100);
    expect(source.lastTick).toBeLessThan(TICKS);
    await expectTick(source, source.lastTick - 5);
  });

  it('fetches by ranges, and no more than it needs at first', async () => {
    const log = await fakeLog('m', TICKS);
    const ranges: string[] = [];
    const url = await serve((request, response) => {
      const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      ranges.push(request.headers.range ?? 'all');
      const end = Math.min(log.length - 1, Number(to));
      response
        .writeHead(206, { 'content-range': `bytes ${from}-${end}/${log.length}` })
        .end(log.subarray(Number(from), end + 1));
    });
    const source = await LogSource.open(url);
    await expectTick(source, 600);
    source.close();
    expect(ranges).not.toContain('all');
    expect(new Set(ranges).size).toBe(ranges.length);
  });

  it('takes the whole log when the server knows no ranges', async () => {
    const log = await fakeLog('m', TICKS);
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.end(log);
    });
    const source = await LogSource.open(url);
    await expectTick(source, 600);
    source.close();
    expect(requests).toBe(1);
  });

  it('keeps within its memory and still shows any moment', async () => {
    const source = await LogSource.open(new Blob([await fakeLog('m', TICKS)]), 200_000);
    for (const tick of [20, 690, 20, 350]) await expectTick(source, tick);
    source.close();
  });

  it('says what is wrong with a file that is no log', async () => {
    await expect(LogSource.open(new Blob(['hello, I am not a log']))).rejects.toThrow('not an MCAP file');
    await expect(LogSource.open(new Blob([]))).rejects.toThrow('not an MCAP file');
    await expect(LogSource.open(await serve((_, response) => response.writeHead(404).end()))).rejects.toThrow(
      'left no log',
    );
  });
});
