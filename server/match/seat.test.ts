import type { ActionRecord, CarAction, MatchEvent } from '@gauntlet/agents-sdk/protocol';
import { decodeFrame } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, it } from 'vitest';
import { FakeWire } from './testing/fake-wire.ts';
import { recorded } from './testing/memory-recorder.ts';
import { drive, ToyMatch, type ToyMatchOptions } from './testing/toy-match.ts';

const ONE = { toy: { seats: 1, maxTicks: 10 }, spec: { agents: ['a'] } } satisfies ToyMatchOptions;

/** A match of one seat that answers tick n after `delays[n]` ms; never where there is none. */
function delayed(delays: readonly (number | undefined)[], options: ToyMatchOptions = ONE, lagMs = 0): ToyMatch {
  const match = new ToyMatch(options);
  match.connect(
    0,
    ({ observation: { tick } }, wire) => {
      const delay = delays[tick];
      if (delay !== undefined) match.after(delay, () => wire.say({ type: 'action', tick, action: drive(0.1) }));
    },
    undefined,
    lagMs,
  );
  return match;
}

const sources = (match: ToyMatch): string[] =>
  recorded<ActionRecord>(match.memory, 'action').map(({ source }) => source);

describe('deadlines', () => {
  it('[M10] only the overrun of a decision is taken from the bank, and every observation tells what is left', async () => {
    const match = delayed([10, 200, 350, 200, 1000, 10], { ...ONE, spec: { ...ONE.spec, ticks: 6 } });
    await match.finish();
    const told = match.wires[0]!.of('observation').map(({ deadlineMs, bankMs }) => [deadlineMs, bankMs]);
    expect(told).toEqual([2000, 2000, 2000, 1850, 1850, 1050].map((bank) => [200, bank]));
    expect(sources(match)).toEqual(Array(6).fill('agent'));
  });

  it('[M11] a decision is missed once deadline and bank have passed, which leaves the bank empty', async () => {
    const match = delayed([undefined, 200, 201, 10], {
      ...ONE,
      limits: { bankMs: 300 },
      spec: { ...ONE.spec, ticks: 4 },
    });
    await match.finish();
    expect(sources(match)).toEqual(['fallback', 'agent', 'fallback', 'agent']);
    expect(match.wires[0]!.of('observation').map(({ bankMs }) => bankMs)).toEqual([300, 0, 0, 0]);
    expect(match.wires[0]!.of('missed')).toEqual([
      { type: 'missed', tick: 0, why: 'deadline', fallback: 'hold', missesInARow: 1, missesInAll: 1 },
      { type: 'missed', tick: 2, why: 'deadline', fallback: 'hold', missesInARow: 1, missesInAll: 2 },
    ]);
    // The action that came after all is told that it is late.
    expect(match.wires[0]!.of('error').map(({ code }) => code)).toEqual(['wrong-tick']);
  });

  it('[M12] deadlines are net of the measured network delay, of which no more than 50 ms is allowed', async () => {
    for (const [lag, allowed] of [
      [20, 20],
      [45, 45],
      [50, 50],
      [400, 50],
    ] as const) {
      const limits = { bankMs: 0 };
      // Pings need a second to tell the delay: the first 60 ticks answer at once.
      const quick = Array<number>(60).fill(1);
      const spec = { agents: ['a'], ticks: 61 };
      const toy = { seats: 1, maxTicks: 100 };
      const inTime = delayed([...quick, 200 + allowed], { toy, spec, limits }, lag);
      await inTime.finish();
      expect(sources(inTime).at(-1), `lag ${lag}`).toBe('agent');
      expect(recorded<ActionRecord>(inTime.memory, 'action').at(-1)?.latencyMs).toBe(200);
      const late = delayed([...quick, 200 + allowed + 1], { toy, spec, limits }, lag);
      await late.finish();
      expect(sources(late).at(-1), `lag ${lag}`).toBe('fallback');
    }
  });

  it('[M12] the latency that frames and results tell is net of the same delay', async () => {
    const frames: Uint8Array[] = [];
    const match = delayed(
      Array<number>(100).fill(45),
      {
        toy: { seats: 1, maxTicks: 60 },
        spec: { agents: ['a'] },
        listener: { frame: (_, bytes) => frames.push(bytes) },
      },
      30,
    );
    const result = await match.finish();
    expect(result.seats[0]?.latencyMs.p50).toBe(15);
    expect(decodeFrame(frames.at(-1)!).seats[0]?.latencyMs).toBe(15);
  });
});

describe('misses', () => {
  const actionsOf = (match: ToyMatch): unknown[] =>
    (match.world.calls as (CarAction | 'safe-stop')[][]).map(([action]) =>
      typeof action === 'object' ? action.throttle : action,
    );

  it('[M13] hold applies the last action again, and a safe stop before there is one', async () => {
    const match = delayed([undefined, 10, undefined, undefined, 10], {
      ...ONE,
      limits: { bankMs: 0 },
      spec: { ...ONE.spec, ticks: 5 },
    });
    await match.finish();
    expect(actionsOf(match)).toEqual(['safe-stop', 0.1, 0.1, 0.1, 0.1]);
    const records = recorded<ActionRecord>(match.memory, 'action');
    expect(records.map(({ source, action }) => [source, action?.throttle ?? null])).toEqual([
      ['fallback', null],
      ['agent', 0.1],
      ['fallback', 0.1],
      ['fallback', 0.1],
      ['agent', 0.1],
    ]);
  });

  it('[M13] safe-stop brings the seat to a stop at every miss', async () => {
    const match = delayed([10, undefined, 10], {
      ...ONE,
      fallback: 'safe-stop',
      limits: { bankMs: 0 },
      spec: { ...ONE.spec, ticks: 3 },
    });
    await match.finish();
    expect(actionsOf(match)).toEqual([0.1, 'safe-stop', 0.1]);
    expect(match.wires[0]!.of('missed')).toMatchObject([{ fallback: 'safe-stop' }]);
  });

  it('[M14] an invalid action is told its field, is a miss at once, and does not hold up the match', async () => {
    const match = new ToyMatch({ ...ONE, spec: { ...ONE.spec, ticks: 3 } });
    match.connect(0, ({ observation: { tick } }, wire) => {
      if (tick === 1) wire.say({ type: 'action', tick, action: { ...drive(0.5), throttle: NaN } });
      // A second try for a tick that was missed is late.
      wire.say({ type: 'action', tick, action: drive(0.1) });
    });
    await match.finish(200);
    expect(sources(match)).toEqual(['agent', 'fallback', 'agent']);
    const [error, late] = match.wires[0]!.of('error');
    expect(error).toMatchObject({ code: 'invalid-message', path: '/action/throttle', actual: 'NaN', fatal: false });
    expect(error?.message).toMatch(/throttle/);
    expect(late).toMatchObject({ code: 'wrong-tick', path: '/tick' });
    expect(match.wires[0]!.of('missed')).toMatchObject([{ tick: 1, why: 'invalid' }]);
    expect(recorded<MatchEvent>(match.memory, 'event').find(({ kind }) => kind === 'missed')).toMatchObject({
      tick: 1,
      seat: 'blue-1',
      data: { why: 'invalid' },
    });
  });

  it('[M16] so many misses in a row forfeit the seat as timeout; one action in between starts the count again', async () => {
    const limits = { bankMs: 0, missesInARow: 3 };
    const spared = delayed([1, , , 1, , , 1, , , 1], { ...ONE, limits });
    expect((await spared.finish()).seats[0]).toMatchObject({ outcome: 'finished', missed: 6 });
    const forfeited = delayed([1, , , , 1], { ...ONE, limits });
    expect(await forfeited.finish()).toMatchObject({
      outcome: 'timeout',
      reason: 'misses',
      ticks: 3,
      seats: [{ missed: 3 }],
    });
    expect(recorded<MatchEvent>(forfeited.memory, 'event').find(({ kind }) => kind === 'forfeit')).toMatchObject({
      data: { outcome: 'timeout', reason: 'misses' },
    });
  });

  it('[M16] so many misses in all forfeit the seat', async () => {
    const match = delayed([1, , 1, , 1, , 1], { ...ONE, limits: { bankMs: 0, missesInAll: 3 } });
    expect(await match.finish()).toMatchObject({ outcome: 'timeout', ticks: 5 });
  });

  it('[M17] misses by invalid actions forfeit as invalid, in the time that the agent takes', async () => {
    const match = new ToyMatch({ ...ONE, toy: { seats: 1, maxTicks: 100 }, clock: 'unpaced' });
    match.connect(0, ({ observation: { tick } }, wire) =>
      match.after(1, () => wire.say({ type: 'action', tick, action: { ...drive(0), brake: Infinity } })),
    );
    expect(await match.finish(100)).toMatchObject({
      outcome: 'invalid',
      reason: 'invalid-actions',
      seats: [{ missed: 40 }],
    });
  });

  it('[M18] misses while the connection is gone forfeit as disconnected', async () => {
    const match = new ToyMatch({ ...ONE, limits: { bankMs: 0, missesInARow: 4 } });
    match.connect(0, ({ observation: { tick } }, wire) => {
      if (tick === 2) wire.attachment!.closed();
      else wire.say({ type: 'action', tick, action: drive(0.1) });
    });
    expect(await match.finish()).toMatchObject({ outcome: 'disconnected', reason: 'connection-lost', ticks: 5 });
    const kinds = recorded<MatchEvent>(match.memory, 'event').map(({ kind }) => kind);
    expect(kinds).toEqual([
      'connected',
      'start',
      'disconnected',
      'missed',
      'missed',
      'missed',
      'missed',
      'forfeit',
      'outcome',
    ]);
  });
});

describe('which actions count', () => {
  it('[M3] the first valid action of a tick counts, a second is a duplicate, any other tick is wrong', async () => {
    const match = new ToyMatch({ ...ONE, toy: { seats: 2, maxTicks: 3 }, spec: { agents: ['a', 'b'] } });
    match.connectSteady(1, 20);
    match.connect(0, ({ observation: { tick } }, wire) => {
      wire.say({ type: 'action', tick: tick + 1, action: drive(0.9) });
      wire.say({ type: 'action', tick, action: drive(0.1) });
      wire.say({ type: 'action', tick, action: drive(0.8) });
      if (tick > 1) wire.say({ type: 'action', tick: tick - 2, action: drive(0.7) });
    });
    const result = await match.finish();
    expect(match.wires[0]!.of('error').map(({ code }) => code)).toEqual([
      ...['wrong-tick', 'duplicate-action'],
      ...['wrong-tick', 'duplicate-action'],
      ...['wrong-tick', 'duplicate-action', 'wrong-tick'],
    ]);
    expect(match.wires[0]!.of('error')[0]).toMatchObject({ path: '/tick', expected: '0', actual: '1' });
    expect(result.seats[0]).toMatchObject({ missed: 0 });
    expect(result.seats[0]?.metrics['at']).toBeCloseTo(0.3);
  });
});

describe('reconnection', () => {
  it('[M24] an agent that comes back is welcomed as resumed and told the open observation again, with what is left of its time', async () => {
    const match = new ToyMatch({ ...ONE, spec: { ...ONE.spec, ticks: 6 } });
    const act = ({ observation: { tick } }: { observation: { tick: number } }, wire: FakeWire): void => {
      if (tick === 2 && wire === first) {
        wire.attachment!.closed();
        match.after(150, () => match.connect(0, act, new FakeWire('gauntlet.v1.json')));
      } else match.after(1, () => wire.say({ type: 'action', tick, action: drive(0.1) }));
    };
    const first: FakeWire = match.connect(0, act);
    const result = await match.finish();
    const second = match.wires[0]!;
    expect(second).not.toBe(first);
    expect(second.messages.slice(0, 2)).toMatchObject([
      { type: 'welcome', resumed: true, seat: 'blue-1' },
      { type: 'observation', deadlineMs: 50, observation: { tick: 2 } },
    ]);
    expect(first.of('welcome')).toMatchObject([{ resumed: false }]);
    expect(result).toMatchObject({ outcome: 'finished', seats: [{ missed: 0 }] });
    expect(sources(match)).toEqual(Array(6).fill('agent'));
  });
});
