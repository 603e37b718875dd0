import { createHash } from 'node:crypto';
import {
  decodeFrame,
  type ActionRecord,
  type HashRecord,
  type LogHeader,
  type MatchEvent,
  type Scene,
  type ScoreRecord,
} from '@gauntlet/agents-sdk/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryRecorder, recorded } from './testing/memory-recorder.ts';
import { drive, ToyMatch } from './testing/toy-match.ts';

/** One action a seat and tick, unlike all others. */
const planned = (seat: number, tick: number): number => (1 + seat * 37 + tick * 3) / 1000;

describe('simultaneity', () => {
  it('[M3] the order and timing of answers within the deadline change neither hash nor recorded actions', async () => {
    const ticks = 6;
    const play = async (delays: readonly (readonly number[])[], noise: readonly (readonly number[])[]) => {
      const match = new ToyMatch({
        toy: { seats: 3, maxTicks: ticks },
        spec: { agents: ['a', 'b', 'c'] },
        subprotocols: ['gauntlet.v1.msgpack', 'gauntlet.v1.json'],
      });
      for (let seat = 0; seat < 3; seat++) {
        match.connect(seat, ({ observation: { tick } }, wire) => {
          match.after(delays[seat]![tick]!, () => {
            wire.say({ type: 'action', tick, action: drive(planned(seat, tick)) });
            // Second thoughts, and answers to ticks that are not open, must not count.
            const extra = noise[seat]![tick]!;
            if (extra < 5) wire.say({ type: 'action', tick: tick + extra - 2, action: drive(0.999) });
          });
        });
      }
      const result = await match.finish();
      const actions = recorded<ActionRecord>(match.memory, 'action').map(({ tick, seat, source, action }) => ({
        tick,
        seat,
        source,
        action,
      }));
      return { hash: result.finalHash, actions, errors: match.wires.flatMap((wire) => wire.of('error')).length };
    };
    const still = Array.from({ length: 3 }, () => Array<number>(ticks).fill(0));
    const quiet = Array.from({ length: 3 }, () => Array<number>(ticks).fill(9));
    const expected = await play(still, quiet);
    expect(expected.actions).toEqual(
      Array.from({ length: 3 * ticks }, (_, i) => {
        const [tick, seat] = [Math.floor(i / 3), i % 3];
        return { tick, seat, source: 'agent', action: drive(planned(seat, tick)) };
      }),
    );

    let refused = 0;
    const table = (max: number) =>
      fc.array(fc.array(fc.integer({ min: 0, max }), { minLength: ticks, maxLength: ticks }), {
        minLength: 3,
        maxLength: 3,
      });
    await fc.assert(
      fc.asyncProperty(table(199), table(9), async (delays, noise) => {
        const { hash, actions, errors } = await play(delays, noise);
        refused += errors;
        expect(actions).toEqual(expected.actions);
        expect(hash).toBe(expected.hash);
      }),
      { numRuns: 60 },
    );
    // The noise did come, and was refused.
    expect(refused).toBeGreaterThan(100);
  });

  it('[M3] another action gives another hash', async () => {
    const hashes = await Promise.all(
      [0.1, 0.2].map(async (throttle) => {
        const match = new ToyMatch();
        match.connectSteady(0);
        match.connect(1, ({ observation: { tick } }, wire) =>
          match.after(5, () => wire.say({ type: 'action', tick, action: drive(throttle) })),
        );
        return (await match.finish()).finalHash;
      }),
    );
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it('[M2] all observations of a tick leave before any answer is read, and before the next step', async () => {
    const order: string[] = [];
    const match = new ToyMatch({ toy: { maxTicks: 3 } });
    for (const seat of [0, 1]) {
      match.connect(seat, ({ observation: { tick } }, wire) => {
        order.push(`told ${seat} of ${tick} at world ${match.world.tick}`);
        wire.say({ type: 'action', tick, action: drive(0.1) });
      });
    }
    await match.finish();
    expect(order).toEqual(
      [0, 1, 2].flatMap((tick) => [0, 1].map((seat) => `told ${seat} of ${tick} at world ${tick}`)),
    );
  });

  it('[M4] lockstep, realtime and unpaced give the same hash for the same actions', async () => {
    const hashes = await Promise.all(
      (['lockstep', 'realtime', 'unpaced'] as const).map(async (clock) => {
        const match = new ToyMatch({ clock });
        match.connectSteady(0, 10);
        match.connectSteady(1, 40);
        const result = await match.finish();
        expect(result.seats.map((seat) => seat.missed)).toEqual([0, 0]);
        return result.finalHash;
      }),
    );
    expect(new Set(hashes).size).toBe(1);
  });
});

describe('the log', () => {
  it('[M25] holds header and scene first, then per tick actions, hash, events and frame, a keyframe every 5 s, scores every second and at the end', async () => {
    const match = new ToyMatch({ toy: { maxTicks: 110 }, clock: 'unpaced' });
    match.connectSteady(0, 1);
    match.connectSteady(1, 2);
    const result = await match.finish();
    const { memory } = match;
    expect(memory.calls.slice(0, 3).map(([method]) => method)).toEqual(['header', 'scene', 'open']);
    expect(recorded<LogHeader>(memory, 'header')[0]).toMatchObject({
      scenario: 'toy-v1',
      seed: '1',
      clock: 'unpaced',
      maxTicks: 110,
    });
    expect(recorded<Scene>(memory, 'scene')[0]?.entities).toHaveLength(2);
    expect(recorded<{ tick: number }>(memory, 'keyframe').map(({ tick }) => tick)).toEqual([0, 100]);
    const scores = recorded<ScoreRecord>(memory, 'score');
    expect(scores.map(({ tick, final }) => [tick, final])).toEqual([
      ...[0, 20, 40, 60, 80, 100].map((tick) => [tick, false]),
      [110, true],
    ]);
    expect(scores.at(-1)).toMatchObject({
      outcome: 'finished',
      seats: [{ outcome: 'finished', reason: 'time-limit' }, {}],
    });
    expect(scores[0]?.seats[0]).toMatchObject({ outcome: null, reason: '' });
    expect(recorded(memory, 'frame')).toHaveLength(111);
    expect(recorded<ActionRecord>(memory, 'action').map(({ tick, seat }) => [tick, seat])).toEqual(
      Array.from({ length: 220 }, (_, i) => [Math.floor(i / 2), i % 2]),
    );
    expect(memory.calls.at(-1)?.[0]).toBe('close');
    expect(result).toMatchObject({ outcome: 'finished', reason: 'time-limit', ticks: 110, simSeconds: 5.5 });
  });

  it('[M26] chains the hashes of all ticks from 0 on, by SHA-256 over hex text', async () => {
    const match = new ToyMatch({ toy: { maxTicks: 4 } });
    match.connectSteady(0);
    match.connectSteady(1);
    const result = await match.finish();
    let chain = '';
    const records = recorded<HashRecord>(match.memory, 'hash');
    expect(records.map(({ tick }) => tick)).toEqual([0, 1, 2, 3, 4]);
    for (const record of records) {
      chain = createHash('sha256').update(chain).update(record.hash).digest('hex');
      expect(record.chain).toBe(chain);
    }
    expect(records.at(-1)?.hash).toBe(result.finalHash);
  });

  it('[M25] no record stands before one of an earlier tick', async () => {
    const match = new ToyMatch({ toy: { maxTicks: 8 }, limits: { bankMs: 0, missesInARow: 3 } });
    match.connectSteady(0);
    match.connect(1, () => undefined);
    await match.finish();
    // An action of tick n leads to the hash of n + 1, and stands between the two.
    const ticks = match.memory.calls.flatMap(([method, value]) =>
      ['action', 'hash', 'frame', 'event', 'score'].includes(method) ? [(value as { tick: number }).tick] : [],
    );
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
  });

  it('[M27] frames for watchers are the very bytes of the log, from tick 0 to the last', async () => {
    const seen: [number, Uint8Array][] = [];
    const match = new ToyMatch({
      toy: { maxTicks: 5 },
      listener: { frame: (tick, bytes) => seen.push([tick, bytes]) },
    });
    match.connect(0, ({ observation: { tick } }, wire) =>
      match.after(3, () =>
        wire.say({
          type: 'action',
          tick,
          action: drive(0.1),
          draw: [{ kind: 'text', at: [0, 0], text: `tick ${tick}`, colour: '#ff0000' }],
        }),
      ),
    );
    match.connectSteady(1, 7);
    await match.finish();
    const logged = recorded<{ tick: number; bytes: Uint8Array }>(match.memory, 'frame');
    expect(seen.map(([tick]) => tick)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(seen.map(([, bytes]) => bytes)).toEqual(logged.map(({ bytes }) => bytes));
    const frame = decodeFrame(seen[2]![1]);
    expect(frame.seats.map(({ latencyMs, bankMs }) => ({ latencyMs, bankMs }))).toEqual([
      { latencyMs: 3, bankMs: 2000 },
      { latencyMs: 7, bankMs: 2000 },
    ]);
    expect(frame.seats[0]?.draw).toMatchObject([{ text: 'tick 1' }]);
  });

  it('[M29] a log that cannot be written makes the match void with reason log-failed, wherever it fails', async () => {
    for (const fail of [{ open: 0 }, { tickEnd: 3 }, { close: 0 }]) {
      const recorder = memoryRecorder(fail);
      const match = new ToyMatch({ recorder, toy: { maxTicks: 5 } });
      match.connectSteady(0);
      match.connectSteady(1);
      expect(await match.finish(), JSON.stringify(fail)).toMatchObject({ outcome: 'void', reason: 'log-failed' });
      expect(String(match.faults[0])).toMatch(/no space left/);
      expect(match.wires[0]?.of('end')).toMatchObject([{ outcome: 'void' }]);
      expect(match.clock.timers).toBe(0);
    }
  });
});

describe('pacing', () => {
  /** When each tick was released to seat 0. */
  async function releases(
    clock: 'lockstep' | 'realtime' | 'unpaced',
    delay: (tick: number) => number,
  ): Promise<number[]> {
    const times: number[] = [];
    const match = new ToyMatch({ clock, toy: { maxTicks: 6 } });
    match.connect(0, ({ observation: { tick } }, wire) => {
      times.push(match.clock.now());
      match.after(delay(tick), () => wire.say({ type: 'action', tick, action: drive(0.1) }));
    });
    match.connectSteady(1, 1);
    await match.finish();
    return times.map((time) => time - times[0]!);
  }

  it('[M5] lockstep: tick n never begins before n ticks of wall time, and lost time is not caught up', async () => {
    expect(await releases('lockstep', () => 10)).toEqual([0, 50, 100, 150, 200, 250]);
    expect(await releases('lockstep', (tick) => (tick === 2 ? 180 : 10))).toEqual([0, 50, 100, 280, 330, 380]);
  });

  it('[M6] realtime: ticks begin by the wall clock, whoever has answered', async () => {
    expect(await releases('realtime', (tick) => (tick === 2 ? 180 : 10))).toEqual([0, 50, 100, 150, 200, 250]);
  });

  it('[M7] unpaced: the next tick begins as soon as all have answered', async () => {
    expect(await releases('unpaced', () => 4)).toEqual([0, 4, 8, 12, 16, 20]);
  });

  it('[M5] the result tells how late ticks began', async () => {
    const match = new ToyMatch({ toy: { maxTicks: 4 } });
    match.connect(0, ({ observation: { tick } }, wire) =>
      match.after(tick === 1 ? 130 : 5, () => wire.say({ type: 'action', tick, action: drive(0.1) })),
    );
    match.connectSteady(1);
    expect((await match.finish()).latenessMs).toEqual({ p50: 0, p99: 80, max: 80 });
  });
});

describe('realtime', () => {
  it('[M8] an action that comes late applies to the next tick; until then the last action is held and nothing is missed', async () => {
    const match = new ToyMatch({ clock: 'realtime', toy: { maxTicks: 8, seats: 1 }, spec: { agents: ['a'] } });
    match.connect(0, ({ observation: { tick } }, wire) =>
      match.after(80, () => wire.say({ type: 'action', tick, action: drive((tick + 1) / 100) })),
    );
    const result = await match.finish();
    const actions = recorded<ActionRecord>(match.memory, 'action').map(({ source, action }) => [
      source,
      action?.throttle ?? null,
    ]);
    expect(actions).toEqual([['fallback', null], ...[1, 2, 3, 4, 5, 6, 7].map((n) => ['agent', n / 100])]);
    expect(result.seats[0]).toMatchObject({ missed: 0, latencyMs: { p50: 80, p99: 80 } });
  });

  it('[M9] an action older than its deadline is refused, and its tick is missed', async () => {
    const match = new ToyMatch({ clock: 'realtime', toy: { maxTicks: 12, seats: 1 }, spec: { agents: ['a'] } });
    match.connect(0, ({ observation: { tick } }, wire) => {
      if (tick === 0) match.after(230, () => wire.say({ type: 'action', tick, action: drive(0.9) }));
      else match.after(10, () => (tick >= 5 ? wire.say({ type: 'action', tick, action: drive(0.1) }) : undefined));
    });
    const result = await match.finish();
    expect(match.wires[0]?.of('missed')).toMatchObject([
      { tick: 0, why: 'deadline' },
      { tick: 1, why: 'deadline' },
    ]);
    expect(match.wires[0]?.of('error').map(({ code }) => code)).toEqual(['wrong-tick']);
    const throttles = recorded<ActionRecord>(match.memory, 'action').map(({ action }) => action?.throttle ?? null);
    expect(throttles).toEqual([null, null, null, null, null, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
    expect(result.seats[0]?.missed).toBe(2);
  });

  it('[M8] of several actions that came within a tick the one for the latest observation applies', async () => {
    const match = new ToyMatch({ clock: 'realtime', toy: { maxTicks: 6, seats: 1 }, spec: { agents: ['a'] } });
    match.connect(0, ({ observation: { tick } }, wire) => {
      if (tick !== 2) return;
      wire.say({ type: 'action', tick: 1, action: drive(0.5) });
      wire.say({ type: 'action', tick: 2, action: drive(0.7) });
      wire.say({ type: 'action', tick: 0, action: drive(0.3) });
    });
    await match.finish();
    const throttles = recorded<ActionRecord>(match.memory, 'action').map(({ source, action }) => [
      source,
      action?.throttle ?? null,
    ]);
    expect(throttles.slice(0, 4)).toEqual([
      ['fallback', null],
      ['fallback', null],
      ['agent', 0.7],
      ['fallback', 0.7],
    ]);
    expect(match.wires[0]?.of('error').map(({ code }) => code)).toEqual(['wrong-tick']);
  });
});

describe('ends', () => {
  it('[M20] a seat at its goal is out, is sent nothing more, and the others go on', async () => {
    const match = new ToyMatch({ toy: { goal: 0.45, maxTicks: 20 } });
    const { length } = await (async () => {
      match.connectSteady(0);
      match.connectSteady(1);
      const result = await match.finish();
      expect(result).toMatchObject({ outcome: 'finished', reason: 'all-out', ticks: 5 });
      expect(result.seats.map(({ outcome, reason }) => [outcome, reason])).toEqual([
        ['finished', 'goal'],
        ['finished', 'goal'],
      ]);
      return match.wires[1]!.of('observation');
    })();
    expect(length).toBe(3);
    const sources = recorded<ActionRecord>(match.memory, 'action')
      .filter(({ seat }) => seat === 1)
      .map(({ source }) => source);
    expect(sources).toEqual(['agent', 'agent', 'agent', 'none', 'none']);
  });

  it('[M21] ticks given in the order end the match sooner, as time-limit', async () => {
    const match = new ToyMatch({ spec: { ticks: 3 } });
    match.connectSteady(0);
    match.connectSteady(1);
    expect(await match.finish()).toMatchObject({
      outcome: 'finished',
      reason: 'time-limit',
      ticks: 3,
      seats: [{ reason: 'time-limit' }, { reason: 'time-limit' }],
    });
    expect(match.wires[0]?.of('welcome')[0]?.briefing.rules.maxTicks).toBe(3);
  });

  it('[M19] a program that exits ends its seat as crashed at once; the world retires it before the next step', async () => {
    const match = new ToyMatch({ toy: { maxTicks: 6 } });
    match.connectSteady(0);
    match.connect(1, ({ observation: { tick } }, wire) => {
      if (tick < 2) wire.say({ type: 'action', tick, action: drive(0.2) });
      else match.sessions[1]?.exited('agent-exit');
    });
    const result = await match.finish(1000);
    expect(result).toMatchObject({ outcome: 'finished', ticks: 6 });
    expect(result.seats.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['finished', 'time-limit'],
      ['crashed', 'agent-exit'],
    ]);
    expect(match.world.calls.map((call) => (typeof call === 'string' ? call : 'step'))).toEqual([
      'step',
      'step',
      'retire 1',
      'step',
      'step',
      'step',
      'step',
    ]);
    const kinds = recorded<MatchEvent>(match.memory, 'event')
      .filter(({ seat }) => seat === 'blue-2')
      .map(({ kind, tick }) => [kind, tick]);
    expect(kinds).toEqual([
      ['connected', 0],
      ['forfeit', 2],
    ]);
    // Nobody revives it.
    match.sessions[1]?.exited('agent-exit');
  });

  it('[M23] when no seat finished, the match ends as the seat that stayed longest, and the log says where each left', async () => {
    const match = new ToyMatch();
    for (const seat of [0, 1]) {
      match.connect(seat, ({ observation: { tick } }, wire) => {
        if (tick === 2 + seat) match.sessions[seat]?.exited(`exit-${seat}`);
        else wire.say({ type: 'action', tick, action: drive(0.2) });
      });
    }
    expect(await match.finish()).toMatchObject({ outcome: 'crashed', reason: 'exit-1', ticks: 3 });
    const none = recorded<ActionRecord>(match.memory, 'action')
      .filter(({ source }) => source === 'none')
      .map(({ tick, seat }) => [tick, seat]);
    expect(none).toEqual([
      [2, 0],
      [3, 0],
      [3, 1],
    ]);
  });

  it('[M15] a seat whose agent never connects is out as never-connected, one that is never ready as timeout; the others play', async () => {
    const match = new ToyMatch({
      toy: { seats: 3, maxTicks: 4 },
      spec: { agents: ['a', 'b', 'c'] },
      limits: { startupMs: 1000 },
    });
    match.connectSteady(0);
    match.wires[1]!.attachment = match.sessions[1]!.attach(match.wires[1]!);
    const result = await match.finish(3000);
    expect(result.seats.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['finished', 'time-limit'],
      ['timeout', 'never-ready'],
      ['disconnected', 'never-connected'],
    ]);
    expect(recorded<ActionRecord>(match.memory, 'action')[2]).toMatchObject({ tick: 0, seat: 2, source: 'none' });
  });

  it('[M15] when no agent comes at all the match ends as disconnected at tick 0', async () => {
    const match = new ToyMatch({ limits: { startupMs: 1000 } });
    expect(await match.finish(2000)).toMatchObject({ outcome: 'disconnected', reason: 'never-connected', ticks: 0 });
    expect(match.memory.calls.at(-1)?.[0]).toBe('close');
    expect(match.clock.timers).toBe(0);
  });

  it('[M28] stop makes the match void, closes the log, tells the agents, and lets go of every timer', async () => {
    for (const ms of [0, 5, 130, 400]) {
      const match = new ToyMatch();
      if (ms > 0) match.connectSteady(0);
      if (ms > 5) match.connectSteady(1);
      await match.clock.advance(ms);
      match.abort.abort('shutting-down');
      const result = await match.finish(50);
      expect(result).toMatchObject({
        outcome: 'void',
        reason: 'shutting-down',
        seats: [{ outcome: 'void' }, { outcome: 'void' }],
      });
      expect(match.memory.calls.at(-1)?.[0]).toBe('close');
      expect(recorded<ScoreRecord>(match.memory, 'score').at(-1)).toMatchObject({ final: true, outcome: 'void' });
      if (ms > 0) expect(match.wires[0]).toMatchObject({ closedWith: { code: 1000 } });
      expect(match.clock.timers).toBe(0);
    }
  });

  it('[M29] a world that throws makes the match void with reason internal; its log is closed', async () => {
    const match = new ToyMatch({ toy: { failAt: 3 } });
    match.connectSteady(0);
    match.connectSteady(1);
    expect(await match.finish()).toMatchObject({ outcome: 'void', reason: 'internal', ticks: 2 });
    expect(match.faults).toHaveLength(1);
    expect(match.memory.calls.at(-1)?.[0]).toBe('close');
  });

  it.each(['lockstep', 'realtime'] as const)(
    '[M31] without seats a %s match begins at once, keeps to the wall clock and ends by time',
    async (clock) => {
      const published: number[] = [];
      const match = new ToyMatch({
        clock,
        toy: { seats: 0, maxTicks: 30 },
        spec: { agents: [] },
        listener: { frame: (tick) => published.push(tick) },
      });
      await match.clock.advance(500);
      expect(published.at(-1)).toBe(10);
      expect(await match.finish()).toMatchObject({ outcome: 'finished', reason: 'time-limit', ticks: 30, seats: [] });
      expect(recorded<HashRecord>(match.memory, 'hash').map(({ tick }) => tick)).toEqual(
        Array.from({ length: 31 }, (_, tick) => tick),
      );
    },
  );

  it('[M27] a watcher that throws does not disturb the match', async () => {
    const fail = (): never => {
      throw new Error('watcher');
    };
    const match = new ToyMatch({ listener: { scene: fail, frame: fail, status: fail } });
    match.connectSteady(0);
    match.connectSteady(1);
    expect(await match.finish()).toMatchObject({ outcome: 'finished', ticks: 20 });
  });
});
