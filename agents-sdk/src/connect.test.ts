import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CarAction } from '../protocol/action.ts';
import type { ErrorCode } from '../protocol/vocabulary.ts';
import { SUBPROTOCOLS } from '../protocol/version.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { FakeArena, type Peer } from './testing/fake-arena.ts';
import { END, errorMessage, observation, ping, welcome } from './testing/samples.ts';

const STRAIGHT: CarAction = { steering: 0, throttle: 0.5, brake: 0, gear: 'forward' };

let arena: FakeArena;
let lines: string[];
let leave: AbortController;
beforeEach(async () => {
  arena = await FakeArena.open();
  lines = [];
  leave = new AbortController();
});
afterEach(async () => {
  leave.abort();
  await arena.close();
});

function play(options: Partial<ConnectOptions> = {}) {
  const result = connect({
    url: arena.url,
    token: 'secret',
    act: () => STRAIGHT,
    log: (line) => lines.push(line),
    signal: leave.signal,
    ...options,
  });
  result.catch(() => {});
  return result;
}

/** Connects, welcomes, and waits for the agent to be ready. */
async function ready(clock: 'lockstep' | 'realtime' = 'lockstep', resumed = false): Promise<Peer> {
  const peer = await arena.peer();
  expect(await peer.next()).toMatchObject({ type: 'hello', token: 'secret' });
  peer.send(welcome({ clock, resumed }));
  expect(await peer.next()).toEqual({ type: 'ready' });
  return peer;
}

describe.each(SUBPROTOCOLS)('over %s', (subprotocol) => {
  test('hello, ready, one action for each observation with its tick, and the end resolves', async () => {
    const told: unknown[] = [];
    const result = play({
      subprotocol,
      match: 'm1',
      onBriefing: (briefing) => void told.push(briefing.seat),
      onEnd: (end) => void told.push(end.outcome),
      act: ({ self, sensors, tick }, { briefing, deadlineMs, bankMs }) => {
        told.push([
          briefing.scenario,
          deadlineMs,
          bankMs,
          sensors['lidar']?.kind === 'lidar' && sensors['lidar'].ranges.data.length,
        ]);
        return {
          action: { ...STRAIGHT, steering: self.speed / 100 },
          draw: [{ kind: 'circle', centre: [tick, 0], radius: 1, colour: '#00ff00' }],
        };
      },
    });
    const peer = await arena.peer();
    expect(await peer.next()).toEqual({
      type: 'hello',
      token: 'secret',
      match: 'm1',
      sdk: { name: 'gauntlet-typescript', version: '0.1.0' },
    });
    peer.send(welcome());
    expect(await peer.next()).toEqual({ type: 'ready' });
    for (const tick of [0, 1]) {
      peer.send(observation(tick));
      expect(await peer.next()).toEqual({
        type: 'action',
        tick,
        action: { ...STRAIGHT, steering: 0.1 },
        draw: [{ kind: 'circle', centre: [tick, 0], radius: 1, colour: '#00ff00' }],
      });
    }
    peer.send(END);
    expect(await result).toEqual(END);
    expect(told).toEqual(['blue-1', ['straight-v1', 200, 2000, 72], ['straight-v1', 200, 2000, 72], 'finished']);
    expect(await peer.closed).toBe(1000);
  });
});

test('the arena waits for an asynchronous onBriefing: ready comes after it', async () => {
  let finish = (): void => {};
  play({ onBriefing: () => new Promise((resolve) => (finish = resolve)) });
  const peer = await arena.peer();
  await peer.next();
  peer.send(welcome(), ping(1));
  // The pong shows that the welcome was read, and was not yet answered.
  expect(await peer.next()).toMatchObject({ type: 'pong', id: 1 });
  finish();
  expect(await peer.next()).toEqual({ type: 'ready' });
});

test('a ping is answered at once with the agent clock, and its estimate is what act may use', async () => {
  let context: { offset?: number | undefined; now?: number | null } = {};
  play({
    act: (_, { clock, arenaNow }) => {
      context = { offset: clock?.offsetMs, now: arenaNow() };
      return STRAIGHT;
    },
  });
  const peer = await ready();
  peer.send(observation(0));
  await peer.next();
  expect(context).toEqual({ offset: undefined, now: null });
  const before = performance.now();
  peer.send(ping(7, { offsetMs: 5000, boundMs: 2, delayMs: 4 }));
  const pong = await peer.next();
  expect(pong).toMatchObject({ type: 'pong', id: 7 });
  if (pong.type !== 'pong') throw new Error();
  expect(pong.t1).toBeGreaterThanOrEqual(before);
  expect(pong.t2).toBeGreaterThanOrEqual(pong.t1);
  peer.send(observation(1));
  await peer.next();
  expect(context.offset).toBe(5000);
  expect(context.now).toBeGreaterThanOrEqual(pong.t2 + 5000);
  expect(context.now).toBeLessThanOrEqual(performance.now() + 5000);
});

test('when observations queue up, only the newest is answered', async () => {
  const decided: number[] = [];
  const finish: (() => void)[] = [];
  play({
    act: (seen) => {
      decided.push(seen.tick);
      return new Promise((resolve) => finish.push(() => resolve(STRAIGHT)));
    },
  });
  const peer = await ready();
  peer.send(observation(0));
  await vi.waitFor(() => expect(decided).toEqual([0]));
  peer.send(observation(1), observation(2), observation(3), ping(1));
  // Pings are answered while act is busy.
  expect(await peer.next()).toMatchObject({ type: 'pong' });
  finish[0]?.();
  await vi.waitFor(() => expect(decided).toEqual([0, 3]));
  finish[1]?.();
  // Tick 0 was decided by the arena long ago.
  expect(await peer.next()).toMatchObject({ type: 'action', tick: 3 });
  expect(peer.unread).toBe(0);
});

test('in realtime a late answer is still sent: it applies to the next tick', async () => {
  const finish: (() => void)[] = [];
  play({ act: () => new Promise((resolve) => finish.push(() => resolve(STRAIGHT))) });
  const peer = await ready('realtime');
  peer.send(observation(0));
  await vi.waitFor(() => expect(finish.length).toBe(1));
  peer.send(observation(1), ping(1));
  await peer.next();
  finish[0]?.();
  expect(await peer.next()).toMatchObject({ type: 'action', tick: 0 });
});

test('a tick that was missed is not answered any more', async () => {
  const missed: number[] = [];
  const finish: (() => void)[] = [];
  play({
    act: () => new Promise((resolve) => finish.push(() => resolve(STRAIGHT))),
    onMissed: ({ tick }) => void missed.push(tick),
  });
  const peer = await ready();
  peer.send(observation(0));
  await vi.waitFor(() => expect(finish.length).toBe(1));
  peer.send({ type: 'missed', tick: 0, why: 'deadline', fallback: 'hold', missesInARow: 1, missesInAll: 1 }, ping(1));
  await peer.next();
  finish[0]?.();
  peer.send(observation(1));
  await vi.waitFor(() => expect(finish.length).toBe(2));
  finish[1]?.();
  expect(await peer.next()).toMatchObject({ type: 'action', tick: 1 });
  expect(missed).toEqual([0]);
});

test.each<[string, () => CarAction | Promise<CarAction>, string]>([
  ['throws', () => JSON.parse('{'), 'SyntaxError'],
  ['rejects', () => Promise.reject(new Error('no idea')), 'no idea'],
  ['returns nothing', () => undefined as never, 'returned undefined'],
])('an act that %s costs that tick alone, and is logged once', async (_, broken, text) => {
  play({ act: ({ tick }) => (tick < 2 ? broken() : STRAIGHT) });
  const peer = await ready();
  peer.send(observation(0));
  await vi.waitFor(() => expect(lines.length).toBe(1));
  expect(lines[0]).toContain('act failed at tick 0');
  expect(lines[0]).toContain(text);
  peer.send(observation(2));
  expect(await peer.next()).toMatchObject({ type: 'action', tick: 2 });
});

test('a lost connection is made again with the same token, and the match goes on', async () => {
  const briefed: string[] = [];
  const decided: number[] = [];
  const result = play({
    onBriefing: ({ seat }) => void briefed.push(seat),
    act: ({ tick }) => {
      decided.push(tick);
      return STRAIGHT;
    },
  });
  const first = await ready();
  first.send(observation(0));
  await first.next();
  first.break();
  const second = await ready('lockstep', true);
  // The arena cannot know whether its observation was answered: it sends it again.
  second.send(observation(0));
  expect(await second.next()).toMatchObject({ type: 'action', tick: 0 });
  second.send(observation(1));
  expect(await second.next()).toMatchObject({ type: 'action', tick: 1 });
  second.send(END);
  expect(await result).toEqual(END);
  expect(briefed).toEqual(['blue-1']);
  // Tick 0 was decided once: its answer was only sent again.
  expect(decided).toEqual([0, 1]);
});

test('a reconnection that is refused because the old one is not yet known to be dead is tried again', async () => {
  const result = play();
  (await ready()).break();
  const second = await arena.peer();
  await second.next();
  second.send(errorMessage('seat-taken', true));
  second.socket.close(1008);
  const third = await ready('lockstep', true);
  third.send(END);
  expect(await result).toEqual(END);
});

test('a connection that stays lost rejects with unreachable and the address', async () => {
  const result = play({ reconnect: 150 });
  const peer = await ready();
  await arena.close();
  await peer.closed;
  await expect(result).rejects.toMatchObject({ code: 'unreachable', message: expect.stringContaining(arena.url) });
  expect(lines[0]).toContain('trying again');
});

test('without a connection to begin with, nothing is tried again', async () => {
  await arena.close();
  await expect(play()).rejects.toMatchObject({ code: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
  await expect(play({ url: 'nonsense' })).rejects.toMatchObject({ code: 'unreachable', actual: 'nonsense' });
  expect(lines).toEqual([]);
});

test('an arena without our subprotocol is told apart from one that is not there', async () => {
  const other = await FakeArena.open(['gauntlet.v9.msgpack']);
  await expect(play({ url: other.url })).rejects.toMatchObject({ code: 'unsupported-protocol' });
  await other.close();
});

test.each<ErrorCode>(['invalid-token', 'no-match', 'seat-taken', 'flood'])(
  'fatal %s rejects with code, path, expected and actual',
  async (code) => {
    const result = play();
    const peer = await arena.peer();
    await peer.next();
    peer.send(errorMessage(code, true));
    await expect(result).rejects.toMatchObject({
      name: 'GauntletError',
      code,
      path: '/action/throttle',
      expected: 'number',
      actual: '"x"',
      message: `${code}: this is ${code} (expected number, got "x")`,
    });
  },
);

test('an error that is not fatal is logged, and the match goes on', async () => {
  const result = play();
  const peer = await ready();
  peer.send(errorMessage('invalid-message', false));
  peer.socket.send('neither of the subprotocol nor of use');
  peer.send(END);
  await result;
  expect(lines).toEqual([
    'invalid-message: this is invalid-message (expected number, got "x")',
    expect.stringContaining('not understood'),
  ]);
});

test('another version of the protocol, and an onBriefing that throws, end the session', async () => {
  const result = play();
  const peer = await arena.peer();
  await peer.next();
  peer.send({ ...welcome(), protocol: 2 });
  await expect(result).rejects.toMatchObject({
    code: 'unsupported-protocol',
    expected: 'version 1',
    actual: 'version 2',
  });
  const broken = play({
    onBriefing: () => {
      throw new Error('no model');
    },
  });
  const next = await arena.peer();
  await next.next();
  next.send(welcome());
  await expect(broken).rejects.toThrow('no model');
});

test('aborting leaves the match at once', async () => {
  const stop = new AbortController();
  const result = play({ signal: stop.signal });
  const peer = await ready();
  stop.abort('enough');
  await expect(result).rejects.toBe('enough');
  expect(await peer.closed).toBe(1000);
  await expect(play({ signal: stop.signal })).rejects.toBe('enough');
});
