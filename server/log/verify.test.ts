import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFrame, encodeFrame, pack, unpack, type LogHeader } from '@gauntlet/agents-sdk/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMcapRecorder } from './recorder.ts';
import { fakeWorld } from './testing/fake-world.ts';
import { BUILD, drive, recordMatch, type RecordOptions } from './testing/record.ts';
import { rewrite, type Message } from './testing/rewrite.ts';
import { verifyLog, type VerifyResult } from './verify.ts';

let folder: string;
let honest: string;
let count = 0;
const fresh = (): string => join(folder, `${count++}.mcap`);

const world = (header: LogHeader) =>
  fakeWorld({ seed: header.seed, goal: header.parameters['goal'] ?? 0, maxTicks: 60 });
const verify = (file: string): Promise<VerifyResult> => verifyLog(file, { ...BUILD, world });

async function record(options: { seed?: string; goal?: number } & RecordOptions = {}): Promise<string> {
  const file = fresh();
  const recorder = createMcapRecorder(file);
  const { seed = '7', goal = 1000, ...rest } = options;
  await recordMatch(fakeWorld({ seed, goal }), recorder, rest);
  await recorder.close();
  return file;
}

/** Verifies the honest log with its messages changed. */
async function forged(messages: (messages: Message[]) => Message[] | void): Promise<VerifyResult> {
  const file = fresh();
  await rewrite(honest, file, { messages: (list) => messages(list) ?? list });
  return verify(file);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gauntlet-verify-'));
  honest = await record();
});
afterAll(() => rm(folder, { recursive: true }));

describe('an honest log', () => {
  test('[L20] verifies to its end, with the final hash that an independent run has', async () => {
    const again = fakeWorld({ seed: '7' });
    while (!again.done) {
      again.step([0, 1].map((seat) => drive(again.tick, seat).action));
    }
    expect(await verify(honest)).toEqual({
      verified: true,
      complete: true,
      ticks: 60,
      finalHash: again.hash(),
      firstDivergentTick: null,
      reason: '',
    });
  });

  test('[L20] still verifies after a rewrite that changes nothing', async () => {
    expect(await forged(() => undefined)).toMatchObject({ verified: true, ticks: 60 });
  });

  test('[L21] verifies with safe stops, held actions, a forfeit in mid-match and a seat at its goal', async () => {
    const file = await record({
      goal: 28,
      decide: (tick, seat) => {
        if (seat === 0 && tick === 5) return { source: 'fallback', action: null };
        if (seat === 0 && tick === 6) return { source: 'fallback', action: drive(4, 0).action };
        if (seat === 0 && tick >= 30) return { source: 'none', action: null };
        return drive(tick, seat);
      },
    });
    expect(await verify(file)).toMatchObject({ verified: true, complete: true, reason: '' });
  });

  test('[L21] a forfeit takes the seat out of the simulation: recorded as a safe stop instead it does not verify', async () => {
    const file = await record({
      decide: (tick, seat) => (seat === 1 && tick >= 10 ? { source: 'none', action: null } : drive(tick, seat)),
    });
    expect(await verify(file)).toMatchObject({ verified: true });
    const changed = fresh();
    await rewrite(file, changed, {
      messages: (list) => {
        for (const { topic, value } of list)
          if (topic === '/action' && value.source === 'none') value.source = 'fallback';
        return list;
      },
    });
    expect(await verify(changed)).toMatchObject({ verified: false, firstDivergentTick: 11 });
  });

  test('[L21] a match that ends because every seat forfeited', async () => {
    const file = await record({
      decide: (tick, seat) => (tick >= 12 + seat ? { source: 'none', action: null } : drive(tick, seat)),
    });
    expect(await verify(file)).toMatchObject({ verified: true, complete: true, ticks: 13 });
  });

  test('[L21] a match that the arena broke off is void, and verifies as far as it went', async () => {
    const file = await record({ ticks: 25, end: 'void' });
    expect(await verify(file)).toMatchObject({ verified: true, complete: true, ticks: 25 });
  });

  test('[L21] a match that was limited to fewer ticks ends at its limit', async () => {
    const file = await record({ limit: 31 });
    expect(await verify(file)).toMatchObject({ verified: true, complete: true, ticks: 31 });
  });

  test('[L22] progress is told every tick, with the last tick of the log', async () => {
    const seen: number[][] = [];
    await verifyLog(honest, { ...BUILD, world, onProgress: (tick, last) => seen.push([tick, last]) });
    expect(seen).toEqual(Array.from({ length: 61 }, (_, tick) => [tick, 60]));
  });

  test('[L22] the world is freed, verified or not', async () => {
    let freed = 0;
    const counting = (header: LogHeader) => ({
      ...fakeWorld({ seed: header.seed, maxTicks: 60 }),
      free: () => void freed++,
    });
    await verifyLog(honest, { ...BUILD, world: counting });
    await expect(
      verifyLog(honest, { ...BUILD, world: (header) => Object.assign(counting(header), { behaviorVersion: 2 }) }),
    ).rejects.toThrow();
    expect(freed).toBe(2);
  });
});

describe('a log with one thing changed does not verify', () => {
  const at = (list: Message[], topic: string, tick: number): Message => {
    const found = list.find((message) => message.topic === topic && message.tick === tick);
    if (!found) throw new Error(`no ${topic} at ${tick}`);
    return found;
  };

  const final = (list: Message[]): Message => {
    const found = list.find(({ topic, value }) => topic === '/score' && value.final === true);
    if (!found) throw new Error('no final score');
    return found;
  };

  test('[L23] one recorded action', async () => {
    const result = await forged((list) => {
      at(list, '/action', 17).value.action.throttle += 1e-9;
    });
    expect(result).toMatchObject({ verified: false, firstDivergentTick: 18 });
    expect(result.reason).toMatch(
      /state after tick 18 is another: hash [0-9a-f]{64} in the log, [0-9a-f]{64} re-simulated/,
    );
  });

  test('[L23] the source of an action', async () => {
    const result = await forged((list) => {
      Object.assign(at(list, '/action', 17).value, { source: 'fallback', action: null });
    });
    expect(result).toMatchObject({ verified: false, firstDivergentTick: 18 });
  });

  test('[L23] two actions of a tick exchanged between the seats', async () => {
    const result = await forged((list) => {
      const [a, b] = list.filter(({ topic, tick }) => topic === '/action' && tick === 17);
      [a!.value.action, b!.value.action] = [b!.value.action, a!.value.action];
    });
    expect(result).toMatchObject({ verified: false, firstDivergentTick: 18 });
  });

  test('[L23] an action left out', async () => {
    const result = await forged((list) => list.filter((message) => message !== at(list, '/action', 17)));
    expect(result).toMatchObject({
      verified: false,
      firstDivergentTick: 18,
      reason: expect.stringMatching(/1 actions of tick 17, one for each of the 2/),
    });
  });

  test('[L23] one state hash', async () => {
    const result = await forged((list) => {
      at(list, '/hash', 30).value.hash = '0'.repeat(64);
    });
    expect(result).toMatchObject({ verified: false, firstDivergentTick: 30 });
  });

  test('[L23] one link of the chain', async () => {
    const result = await forged((list) => {
      at(list, '/hash', 30).value.chain = '0'.repeat(64);
    });
    expect(result).toMatchObject({
      verified: false,
      firstDivergentTick: 30,
      reason: expect.stringMatching(/chain of hashes is broken at tick 30/),
    });
  });

  test('[L23] the final score', async () => {
    const result = await forged((list) => {
      final(list).value.seats[1].score = 100;
    });
    expect(result).toMatchObject({
      verified: false,
      firstDivergentTick: 60,
      reason: expect.stringMatching(/score of blue-2 at tick 60 differs/),
    });
  });

  test.each([
    ['a metric', (value: Message['value']) => (value.seats[0].metrics.distance += 1)],
    ['an infraction', (value: Message['value']) => (value.seats[0].infractions.collision = 0)],
    ['a reason', (value: Message['value']) => (value.seats[0].reason = 'goal')],
    ['an outcome', (value: Message['value']) => (value.seats[0].outcome = 'crashed')],
    ['a seat left out', (value: Message['value']) => value.seats.pop()],
  ])('[L23] in the final score: %s', async (_what, change) => {
    const result = await forged((list) => void change(final(list).value));
    expect(result).toMatchObject({ verified: false, firstDivergentTick: 60 });
  });

  test('[L23] a pose in a frame', async () => {
    const result = await forged((list) => {
      const message = at(list, '/frame', 12);
      const frame = decodeFrame(pack(message.value));
      frame.entities[0]!.x += 0.01;
      message.value = unpack(encodeFrame(frame));
    });
    expect(result).toMatchObject({
      verified: false,
      firstDivergentTick: 12,
      reason: expect.stringMatching(/frame of tick 12/),
    });
  });

  test('[L23] an infraction removed from the events', async () => {
    const result = await forged((list) => list.filter((message) => message !== at(list, '/event', 25)));
    expect(result).toMatchObject({
      verified: false,
      firstDivergentTick: 25,
      reason: expect.stringMatching(/events of tick 25 differ/),
    });
  });

  test('[L23] a whole tick deleted', async () => {
    const result = await forged((list) => list.filter(({ tick }) => tick !== 33));
    expect(result).toMatchObject({
      verified: false,
      firstDivergentTick: 33,
      reason: expect.stringMatching(/tick 33 is missing/),
    });
  });

  test('[L23] a tick deleted and those after it moved up, the chain made anew', async () => {
    const result = await forged((list) =>
      chained(
        list
          .filter(({ tick }) => tick !== 33)
          .map((message) => (message.tick > 33 ? moved(message, message.tick - 1) : message)),
      ),
    );
    expect(result).toMatchObject({ verified: false, firstDivergentTick: 33 });
  });

  test('[L23] two ticks exchanged, the chain made anew', async () => {
    const result = await forged((list) =>
      chained(
        list.map((message) =>
          message.tick === 33 ? moved(message, 34) : message.tick === 34 ? moved(message, 33) : message,
        ),
      ),
    );
    expect(result).toMatchObject({ verified: false, firstDivergentTick: 33 });
  });

  test('[L23] its last ticks cut off', async () => {
    const result = await forged((list) => list.filter(({ tick }) => tick <= 40));
    expect(result).toMatchObject({
      verified: false,
      complete: false,
      reason: expect.stringMatching(/without a final score/),
    });
  });

  test('[L23] its last ticks cut off and the score of that tick declared final', async () => {
    const result = await forged((list) => {
      Object.assign(at(list, '/score', 40).value, { final: true, outcome: 'finished' });
      return list.filter(({ tick, topic }) => tick < 40 || (tick === 40 && topic !== '/action'));
    });
    expect(result).toMatchObject({
      verified: false,
      firstDivergentTick: 40,
      reason: expect.stringMatching(/blue-1 ended as null \(\) in the log, as still driving re-simulated/),
    });
  });

  test('[L23] its last ticks cut off and the seats that still drove declared finished', async () => {
    const result = await forged((list) => {
      const { value } = at(list, '/score', 40);
      Object.assign(value, { final: true, outcome: 'finished' });
      for (const seat of value.seats) Object.assign(seat, { outcome: 'finished', reason: 'time-limit' });
      return list.filter(({ tick, topic }) => tick < 40 || (tick === 40 && topic !== '/action'));
    });
    expect(result).toMatchObject({ verified: false, firstDivergentTick: 40 });
  });

  test("[L23] the match's outcome", async () => {
    const result = await forged((list) => {
      final(list).value.outcome = 'crashed';
    });
    expect(result).toMatchObject({
      verified: false,
      reason: expect.stringMatching(/match ended as crashed in the log, its seats as finished/),
    });
  });

  test('[L23] a signal in a frame', async () => {
    const result = await forged((list) => {
      at(list, '/frame', 14).value.g[1] = 1;
    });
    expect(result).toMatchObject({
      verified: false,
      firstDivergentTick: 14,
      reason: expect.stringMatching(/frame of tick 14/),
    });
  });

  test('[L23] an event in a frame', async () => {
    const result = await forged((list) => {
      at(list, '/frame', 25).value.v = [];
    });
    expect(result).toMatchObject({ verified: false, firstDivergentTick: 25 });
  });

  test('[L23] the seed', async () => {
    const file = fresh();
    await rewrite(honest, file, { header: (fields) => fields.set('seed', '8') });
    expect(await verify(file)).toMatchObject({ verified: false, firstDivergentTick: 0 });
  });

  test('[L23] a parameter', async () => {
    const file = fresh();
    await rewrite(honest, file, { header: (fields) => fields.set('parameters', '{"goal":900}') });
    expect(await verify(file)).toMatchObject({ verified: false, firstDivergentTick: 0 });
  });
});

describe('what this build cannot judge is refused, not called divergent', () => {
  test.each([
    ['build', '0.0.9', /written with Gauntlet 0\.0\.9, this is 0\.1\.0-test/],
    ['rapier', '0.20.0', /written with Rapier 0\.20\.0/],
    ['behaviorVersion', '2', /scenario fake-v1 behaviour 2, this is behaviour 1/],
  ])('[L24] another %s', async (field, value, message) => {
    const file = fresh();
    await rewrite(honest, file, { header: (fields) => fields.set(field, value) });
    await expect(verify(file)).rejects.toMatchObject({ code: 'other-build', message: expect.stringMatching(message) });
  });

  test('[L24] a scene with another map', async () => {
    const file = fresh();
    await rewrite(honest, file, {
      messages: (list) => {
        for (const { topic, value } of list) if (topic === '/scene') value.map.name = 'curve';
        return list;
      },
    });
    await expect(verify(file)).rejects.toMatchObject({ path: '/map/name', expected: '"line"', actual: '"curve"' });
  });

  test('[L24] seats or a tick that are not those of the scenario', async () => {
    const file = fresh();
    await rewrite(honest, file, { header: (fields) => fields.set('seats', '[]') });
    await expect(verify(file)).rejects.toMatchObject({ code: 'invalid-log', path: '/seats/0' });
  });
});

/** What a forger does who knows how a chain is made. */
function chained(list: Message[]): Message[] {
  let chain = '';
  for (const { value } of list.filter(({ topic }) => topic === '/hash').sort((a, b) => a.tick - b.tick)) {
    chain = createHash('sha256')
      .update(chain + value.hash)
      .digest('hex');
    value.chain = chain;
  }
  return [...list].sort((a, b) => a.tick - b.tick);
}

function moved(message: Message, tick: number): Message {
  const value = { ...message.value };
  if ('t' in value) value.t = tick;
  else value.tick = tick;
  return { ...message, tick, logTime: BigInt(tick) * 50_000_000n, value };
}
