import { decodeFrame, type SeatId } from '@gauntlet/agents-sdk/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { createMatchHost } from './host.ts';
import { DEFAULT_LIMITS, type MatchHandle, type MatchHost } from './interfaces.ts';
import { FakeWire } from './testing/fake-wire.ts';
import { drive, toySpec } from './testing/toy-match.ts';

const entry = new URL('./testing/toy-worker.ts', import.meta.url);
/** So that a busy machine makes no seat miss a tick. */
const limits = { ...DEFAULT_LIMITS, deadlineMs: 10_000 };
const faults: string[] = [];
let host: MatchHost;

function start(workers = 2): void {
  faults.length = 0;
  const error = (details: object): void => void faults.push(String((details as { err: unknown }).err));
  host = createMatchHost({ workers, entry, logger: { error } });
}

afterEach(() => host.close('test over'));

/** Attaches an agent that answers everything, on a tick of the event loop of its own as over a socket. */
function attach(match: MatchHandle, seat: SeatId, wire = new FakeWire()): FakeWire {
  wire.onMessage = (message) =>
    setImmediate(() => {
      if (message.type === 'welcome') wire.say({ type: 'ready' });
      if (message.type === 'observation')
        wire.say({ type: 'action', tick: message.observation.tick, action: drive(0.1) });
      if (message.type === 'ping') wire.say({ type: 'pong', id: message.id, t1: 0, t2: 0 });
    });
  wire.attachment = match.attach(seat, wire);
  return wire;
}

function play(scenario: string, spec: Parameters<typeof toySpec>[0] = {}): { match: MatchHandle; wires: FakeWire[] } {
  const match = host.start(toySpec({ id: scenario, scenario, clock: 'unpaced', ticks: 30, limits, ...spec }));
  return { match, wires: (['blue-1', 'blue-2'] as const).map((seat) => attach(match, seat)) };
}

describe('a match host', () => {
  it('runs matches side by side in few threads, each to the same hash', async () => {
    start(2);
    const matches = Array.from({ length: 6 }, () => play('toy'));
    expect(host.running).toHaveLength(6);
    const results = await Promise.all(matches.map(({ match }) => match.result));
    expect(results.map(({ outcome, ticks }) => [outcome, ticks])).toEqual(Array(6).fill(['finished', 30]));
    expect(new Set(results.map(({ finalHash }) => finalHash)).size).toBe(1);
    for (const { match, wires } of matches) {
      expect(match).toMatchObject({ status: 'ended', tick: 30, maxTicks: 30 });
      for (const wire of wires) {
        expect(wire.messages.at(-1)).toMatchObject({ type: 'end', outcome: 'finished' });
        expect(wire.closedWith).toMatchObject({ code: 1000 });
      }
    }
    expect(host.running).toHaveLength(0);
    expect(() => matches[0]!.match.attach('blue-1', new FakeWire())).toThrowError(
      expect.objectContaining({ code: 'match-over' }),
    );
  });

  it('[M27] tells watchers scene, then frames in order, then the end; who comes later gets what exists now', async () => {
    start();
    const { match } = play('toy', { ticks: 8 });
    const seen: string[] = [];
    const entities = new Map<number, number>();
    match.subscribe({
      scene: (scene) => seen.push(`scene ${scene.entities.length}`),
      frame: (tick, bytes) => {
        seen.push(`frame ${tick} ${decodeFrame(bytes).tick}`);
        entities.set(tick, match.scene()!.entities.length);
      },
      status: (status) => seen.push(status),
    });
    match.subscribe({
      scene: () => {
        throw new Error('a bad watcher');
      },
      frame: () => undefined,
      status: () => undefined,
    });
    await match.result;
    expect(seen).toEqual([
      'scene 2',
      'running',
      ...Array.from({ length: 9 }, (_, tick) => `frame ${tick} ${tick}`),
      'ended',
    ]);
    // In the toy a third entity exists from tick 3 to tick 5.
    expect([2, 3, 5, 6].map((tick) => entities.get(tick))).toEqual([2, 3, 3, 2]);
    expect(faults).toEqual(['Error: a bad watcher']);
  });

  it('[M24] refuses a second connection while the first answers, and takes a new one when the first is gone', async () => {
    start();
    const match = host.start(toySpec({ scenario: 'toy', clock: 'unpaced', ticks: 5, limits }));
    const first = attach(match, 'blue-1');
    expect(match.connected('blue-1')).toBe(true);
    expect(() => match.attach('blue-1', new FakeWire())).toThrowError(expect.objectContaining({ code: 'seat-taken' }));
    first.attachment!.closed();
    expect(match.connected('blue-1')).toBe(false);
    const second = attach(match, 'blue-1');
    attach(match, 'blue-2');
    expect(await match.result).toMatchObject({ outcome: 'finished' });
    expect(second.of('observation').length).toBeGreaterThan(0);
    expect(first.of('observation')).toEqual([]);
  });

  it('ends seats by agentExited and matches by stop', async () => {
    start();
    const crashed = play('toy');
    crashed.match.agentExited('blue-2', 'agent-exit');
    expect((await crashed.match.result).seats.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['finished', 'time-limit'],
      ['crashed', 'agent-exit'],
    ]);
    const stopped = host.start(toySpec({ scenario: 'toy' }));
    stopped.stop('by-hand');
    expect(await stopped.result).toMatchObject({ outcome: 'void', reason: 'by-hand' });
  });

  it('[M29] what breaks in one match makes it void, and leaves the other of its thread alone', async () => {
    start(1);
    const [throws, none, log, good] = [
      play('toy-throws'),
      play('toy-none'),
      play('toy', { logFile: 'x' }),
      play('toy'),
    ];
    expect(await throws.match.result).toMatchObject({ outcome: 'void', reason: 'internal', ticks: 2 });
    expect(await none.match.result).toMatchObject({
      outcome: 'void',
      reason: 'internal',
      seats: [{ outcome: 'void' }, { outcome: 'void' }],
    });
    expect(await log.match.result).toMatchObject({ outcome: 'void', reason: 'log-failed' });
    expect(await good.match.result).toMatchObject({ outcome: 'finished', ticks: 30 });
    expect(none.wires[0]!.closedWith).not.toBeNull();
    expect(faults.join()).toMatch(/the toy broke/);
    expect(faults.join()).toMatch(/no such toy/);
    expect(faults.join()).toMatch(/no space left/);
  });

  it('[M29] a thread that dies ends its matches as void, and the next match gets a new one', async () => {
    start(1);
    const [exits, beside] = [play('toy-exits'), play('toy', { clock: 'lockstep', ticks: 1000 })];
    expect(await exits.match.result).toMatchObject({ outcome: 'void', reason: 'worker-lost' });
    expect(await beside.match.result).toMatchObject({ outcome: 'void', reason: 'worker-lost' });
    expect(beside.wires[0]!.closedWith).toMatchObject({ code: 1011 });
    expect(await play('toy').match.result).toMatchObject({ outcome: 'finished' });
  });

  it('[M28] close ends running matches as void with its reason, and takes no new ones', async () => {
    start();
    const { match, wires } = play('toy', { clock: 'lockstep', ticks: 1000 });
    await new Promise<void>((resolve) =>
      match.subscribe({ scene: () => undefined, frame: () => resolve(), status: () => undefined }),
    );
    await host.close('shutting-down');
    expect(await match.result).toMatchObject({ outcome: 'void', reason: 'shutting-down' });
    expect(wires[0]!.messages.at(-1)).toMatchObject({ type: 'end', outcome: 'void' });
    expect(() => host.start(toySpec())).toThrowError(expect.objectContaining({ code: 'shutting-down' }));
  });
});
