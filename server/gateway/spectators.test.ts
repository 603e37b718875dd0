import { createRequire } from 'node:module';
import type { ArenaToSpectator, MatchResource, SpectatorToArena, WatchAnswer } from '@gauntlet/agents-sdk/protocol';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createGateway, type Gateway } from './gateway.ts';
import type { GatewayLimits } from './limits.ts';
import { AgentClient } from './testing/agent-client.ts';
import { FakeArena, FakeMatch, matchResource, someScene } from './testing/fake-arena.ts';

let arena: FakeArena;
let match: FakeMatch;
let gateway: Gateway;
let url: string;
let sockets: Spectator[];

type Spectator = Socket<ArenaToSpectator, SpectatorToArena>;

async function start(limits: Partial<GatewayLimits> = {}): Promise<void> {
  gateway = createGateway({ arena, logger: pino({ level: 'silent' }), viewerDir: null, limits });
  ({ url } = await gateway.listen({ host: '127.0.0.1', port: 0 }));
}

beforeEach(() => {
  arena = new FakeArena();
  match = new FakeMatch('m1');
  arena.add(matchResource('m1'), match);
  sockets = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const socket of sockets) socket.disconnect();
  await gateway.close();
});

/** A connected spectator, with what it is told, in order. */
async function spectator(transports = ['websocket']): Promise<{ socket: Spectator; told: unknown[] }> {
  const socket: Spectator = io(url, { transports, forceNew: true, reconnection: false });
  sockets.push(socket);
  const told: unknown[] = [];
  socket.on('frame', (id, bytes) => told.push(['frame', id, [...new Uint8Array(bytes as ArrayBuffer)]]));
  socket.on('match', ({ id, status, verification }) => told.push(['match', id, status, verification]));
  await new Promise<void>((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
  return { socket, told };
}

const watch = (socket: Spectator, id: string): Promise<WatchAnswer> => socket.timeout(5000).emitWithAck('watch', id);
const lobby = (socket: Spectator): Promise<MatchResource[]> => socket.timeout(5000).emitWithAck('lobby');
const frame = (...bytes: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${url}/api/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

describe('watching a match', () => {
  test('gives the scene of the moment first, then every frame, to those who watch and nobody else', async () => {
    await start();
    const [early, late, other] = [await spectator(), await spectator(), await spectator()];
    arena.add(matchResource('m2'), new FakeMatch('m2'));
    await watch(other.socket, 'm2');
    expect(await watch(early.socket, 'm1')).toEqual({ ok: true, scene: someScene('m1'), match: matchResource('m1') });
    match.frame(13, frame(1, 2, 3));
    match.current = { ...someScene('m1'), title: 'later' };
    expect(await watch(late.socket, 'm1')).toMatchObject({ ok: true, scene: { title: 'later' } });
    await vi.waitFor(() => expect(early.told).toHaveLength(1));
    match.frame(14, frame(4, 5));
    await vi.waitFor(() => expect([early.told.length, late.told.length]).toEqual([2, 1]));
    expect(early.told).toEqual([
      ['frame', 'm1', [1, 2, 3]],
      ['frame', 'm1', [4, 5]],
    ]);
    expect(late.told).toEqual([['frame', 'm1', [4, 5]]]);
    expect(other.told).toEqual([]);
    expect(match.listeners.size).toBe(1);
    expect(await metric('gauntlet_spectators')).toBe(3);
    expect(await metric('gauntlet_spectator_bytes_out_total')).toBe(3 + 2 * 2);
  });

  test('works over polling too', async () => {
    await start();
    const { socket, told } = await spectator(['polling']);
    expect(await watch(socket, 'm1')).toMatchObject({ ok: true });
    // Between two polls there is nobody to tell: frames that come then are skipped, so they must keep coming.
    await vi.waitFor(() => {
      match.frame(13, frame(7));
      expect(told[0]).toEqual(['frame', 'm1', [7]]);
    });
  });

  test('packs a frame once for the whole room and hands the very bytes over as one attachment', async () => {
    await start();
    const watchers = await Promise.all([spectator(), spectator(), spectator()]);
    for (const { socket } of watchers) await watch(socket, 'm1');
    const fromSocketIo = createRequire(createRequire(import.meta.url).resolve('socket.io'));
    const { Encoder } = fromSocketIo('socket.io-parser') as {
      Encoder: { prototype: { encode(packet: unknown): unknown[] } };
    };
    const encode = vi.spyOn(Encoder.prototype, 'encode');
    const bytes = frame(1, 2, 3);
    match.frame(13, bytes);
    expect(encode).toHaveBeenCalledTimes(1);
    const packed = encode.mock.results[0]?.value as unknown[];
    expect(packed).toHaveLength(2);
    expect(packed[1]).toBe(bytes);
    await vi.waitFor(() => expect(watchers.map(({ told }) => told.length)).toEqual([1, 1, 1]));
  });

  test('of one that waits for its world answers as soon as there is one', async () => {
    match.current = null;
    await start();
    const { socket, told } = await spectator();
    const answer = watch(socket, 'm1');
    await vi.waitFor(() => expect(match.listeners.size).toBe(1));
    match.setScene(someScene('m1'));
    expect(await answer).toMatchObject({ ok: true, scene: { match: 'm1' } });
    match.frame(1, frame(9));
    await vi.waitFor(() => expect(told).toEqual([['frame', 'm1', [9]]]));
  });

  test('of one that is queued answers once it runs', async () => {
    arena.add(matchResource('m3', { status: 'queued' }));
    await start();
    const { socket } = await spectator();
    const answer = watch(socket, 'm3');
    await vi.waitFor(async () => expect(await metric('gauntlet_spectators')).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    arena.add(matchResource('m3', { status: 'running' }), new FakeMatch('m3'));
    expect(await answer).toMatchObject({ ok: true, scene: { match: 'm3' }, match: { status: 'running' } });
  });

  test('of one that gets no world in time answers without a scene, and follows it all the same', async () => {
    match.current = null;
    await start({ sceneMs: 20 });
    const { socket, told } = await spectator();
    expect(await watch(socket, 'm1')).toMatchObject({ ok: true, scene: null, match: { status: 'running' } });
    match.frame(1, frame(9));
    await vi.waitFor(() => expect(told).toEqual([['frame', 'm1', [9]]]));
  });

  test('of one that has ended answers without a scene: there is a log', async () => {
    arena.add(matchResource('m4', { status: 'ended', outcome: 'finished' }));
    await start();
    const { socket, told } = await spectator();
    expect(await watch(socket, 'm4')).toMatchObject({ ok: true, scene: null, match: { status: 'ended' } });
    arena.add(matchResource('m4', { status: 'ended', outcome: 'finished', verification: 'verified' }));
    await vi.waitFor(() => expect(told).toEqual([['match', 'm4', 'ended', 'verified']]));
  });

  test('ends with the match: watchers are told, and nothing holds the match any more', async () => {
    await start();
    const { socket, told } = await spectator();
    await watch(socket, 'm1');
    match.end();
    arena.add(matchResource('m1', { status: 'ended', outcome: 'finished' }));
    await vi.waitFor(() => expect(told).toEqual([['match', 'm1', 'ended', 'pending']]));
    expect(match.listeners.size).toBe(0);
  });

  test('ends with unwatch and with the connection; the last one to leave ends the subscription', async () => {
    await start();
    const [first, second] = [await spectator(), await spectator()];
    await watch(first.socket, 'm1');
    await watch(second.socket, 'm1');
    // Asking again is how a viewer gets the scene anew; it does not count twice.
    await watch(second.socket, 'm1');
    first.socket.emit('unwatch', 'm1');
    second.socket.disconnect();
    await vi.waitFor(() => expect(match.listeners.size).toBe(0));
    match.frame(1, frame(9));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(first.told).toEqual([]);
  });

  test('of a match that there is not is refused', async () => {
    await start();
    const { socket } = await spectator();
    expect(await watch(socket, 'm9')).toMatchObject({
      ok: false,
      code: 'unknown-match',
      message: expect.stringContaining('m9'),
    });
  });

  test('of too many at a time is refused', async () => {
    await start({ watchesPerSpectator: 1 });
    arena.add(matchResource('m2'), new FakeMatch('m2'));
    const { socket } = await spectator();
    expect(await watch(socket, 'm1')).toMatchObject({ ok: true });
    expect(await watch(socket, 'm2')).toMatchObject({ ok: false, code: 'overloaded' });
    socket.emit('unwatch', 'm1');
    expect(await watch(socket, 'm2')).toMatchObject({ ok: true });
  });

  test('slowly skips frames instead of piling them up', async () => {
    await start();
    const { socket, told } = await spectator();
    await watch(socket, 'm1');
    // All in one turn of the loop: the transport takes the first and is busy for the others.
    for (let tick = 0; tick < 100; tick++) match.frame(tick, frame(tick));
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(0));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(told.length).toBeLessThan(100);
  });
});

describe('the lobby', () => {
  test('tells of all matches, then of each that is new or changes', async () => {
    await start();
    const { socket, told } = await spectator();
    expect(await lobby(socket)).toEqual([matchResource('m1')]);
    arena.add(matchResource('m2', { status: 'queued' }));
    arena.add(matchResource('m1', { status: 'ended', verification: 'verified' }));
    await vi.waitFor(() =>
      expect(told).toEqual([
        ['match', 'm2', 'queued', 'pending'],
        ['match', 'm1', 'ended', 'verified'],
      ]),
    );
  });

  test('who is in the lobby and watches the match is told once', async () => {
    await start();
    const { socket, told } = await spectator();
    await lobby(socket);
    await watch(socket, 'm1');
    arena.add(matchResource('m1', { tick: 50 }), match);
    arena.add(matchResource('m2'));
    await vi.waitFor(() => expect(told).toHaveLength(2));
    expect(told[0]).toEqual(['match', 'm1', 'running', 'pending']);
  });
});

describe('whatever a spectator sends, the arena stays well', () => {
  afterEach(async () => {
    const { socket } = await spectator();
    expect(await watch(socket, 'm1')).toMatchObject({ ok: true });
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  });

  test('calls with the wrong arguments, or that there are not', async () => {
    await start();
    const { socket } = await spectator();
    const any = socket as unknown as { emit(...parameters: unknown[]): void };
    const strange: unknown[] = [
      undefined,
      null,
      7,
      Number.NaN,
      {},
      [],
      '__proto__',
      'x'.repeat(1000),
      Buffer.alloc(10),
      { toString: 1 },
      () => undefined,
    ];
    for (const event of ['watch', 'unwatch', 'lobby', 'frame', 'match', 'nothing']) {
      any.emit(event);
      for (const value of strange) {
        any.emit(event, value);
        any.emit(event, value, value);
      }
    }
    expect(await watch(socket, 'm1')).toMatchObject({ ok: true });
  });

  test('floods are shown out', async () => {
    await start({ spectatorRequests: 50 });
    const { socket } = await spectator();
    const gone = new Promise((resolve) => socket.on('disconnect', resolve));
    for (let i = 0; i < 100; i++) socket.emit('unwatch', 'm1');
    expect(await gone).toBe('io server disconnect');
  });

  test('packets that are none, too large, or with attachments that never come', async () => {
    await start();
    const packets = [
      '',
      '4',
      '42',
      '42[',
      '42["watch"',
      '42{}',
      '451-["watch",{"_placeholder":true,"num":0}]',
      '45999999999-["watch"]',
      '99',
      '4\u0000',
      `42["watch","${'x'.repeat(20_000)}"]`,
      Buffer.from([1, 2, 3]),
    ];
    for (const packet of packets) {
      const raw = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
      raw.on('error', () => undefined);
      await new Promise((resolve) => raw.once('message', resolve));
      raw.send('40');
      raw.send(packet);
      raw.send('42["unwatch","m1"]');
      await new Promise((resolve) => setTimeout(resolve, 10));
      raw.terminate();
    }
    await vi.waitFor(async () => expect(await metric('gauntlet_spectators')).toBe(0));
  });

  test('agents and spectators do not get into each other', async () => {
    await start();
    match.echo = true;
    const { socket } = await spectator();
    await watch(socket, 'm1');
    const agent = await AgentClient.seated(url);
    agent.send(1);
    expect(await agent.next()).toBe(1);
    // socket.io would end upgrades that are not its own after a second.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    agent.send(2);
    expect(await agent.next()).toBe(2);
  });
});

test('more spectators than the limit are turned away, and the place of one who leaves is free', async () => {
  await start({ spectators: 1 });
  const { socket } = await spectator();
  await expect(spectator()).rejects.toThrow();
  socket.disconnect();
  await vi.waitFor(async () => expect((await spectator()).socket.connected).toBe(true));
});
