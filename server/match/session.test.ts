import { GauntletError, encodeAgentMessage, pack, SUBPROTOCOLS, type Outcome } from '@gauntlet/agents-sdk/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SeatPort } from './link.ts';
import { briefingOf } from './opening.ts';
import { Session } from './session.ts';
import { FakeWire } from './testing/fake-wire.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { drive, toySpec } from './testing/toy-match.ts';
import { TOY_SCENARIO, ToyWorld } from './testing/toy-world.ts';

/** A seat that only takes note. */
class NotingPort implements SeatPort {
  readonly notes: unknown[] = [];
  refuse: GauntletError | null = null;
  connected(): void {
    this.notes.push('connected');
  }
  disconnected(): void {
    this.notes.push('disconnected');
  }
  ready(): void {
    this.notes.push('ready');
  }
  deciding(): void {}
  action(message: object): void {
    if (this.refuse) throw this.refuse;
    this.notes.push(message);
  }
  invalid(tick: number | null): void {
    this.notes.push(['invalid', tick]);
  }
  leave(outcome: Outcome, reason: string): void {
    this.notes.push(['leave', outcome, reason]);
  }
  current(): null {
    return null;
  }
}

const world = new ToyWorld();
const briefing = briefingOf({ spec: toySpec(), world, scenario: TOY_SCENARIO, maxTicks: 20 }, 0);
const greeting = { type: 'welcome', protocol: 1, match: 'm', seat: 'blue-1', briefing } as const;

describe.each(SUBPROTOCOLS)('a session over %s', (subprotocol) => {
  let clock: ManualClock;
  let port: NotingPort;
  let session: Session;
  let wire: FakeWire;

  beforeEach(() => {
    clock = new ManualClock();
    port = new NotingPort();
    session = new Session(clock);
    wire = new FakeWire(subprotocol);
    wire.attachment = session.attach(wire);
  });

  const open = (): void => session.open(greeting, port);
  const errors = (): string[] => wire.of('error').map(({ code }) => code);
  /** Answers the last ping. */
  const pong = (): void => wire.say({ type: 'pong', id: wire.of('ping').at(-1)!.id, t1: clock.now(), t2: clock.now() });

  it('welcomes once the match has its world, with the briefing, then pings', () => {
    expect(wire.messages).toEqual([]);
    open();
    expect(wire.messages.map(({ type }) => type)).toEqual(['welcome', 'ping']);
    expect(wire.of('welcome')[0]).toEqual({ ...greeting, resumed: false });
    expect(JSON.stringify(wire.of('welcome'))).not.toMatch(/seed/);
    expect(port.notes).toEqual(['connected']);
  });

  it('passes ready and actions on, with -0 as 0', () => {
    open();
    wire.say({ type: 'ready' });
    wire.say({
      type: 'action',
      tick: 3,
      action: { ...drive(0.5), steering: -0 },
      draw: [{ kind: 'circle', centre: [0, 1], radius: 2, colour: '#00ff00' }],
    });
    expect(port.notes.slice(1)).toEqual([
      'ready',
      {
        type: 'action',
        tick: 3,
        action: drive(0.5),
        draw: [{ kind: 'circle', centre: [0, 1], radius: 2, colour: '#00ff00' }],
      },
    ]);
    expect(errors()).toEqual([]);
  });

  it('answers what cannot be decoded, is of no known type, or has a wrong field, by code, path, expected and actual', () => {
    open();
    wire.sayRaw(subprotocol === 'gauntlet.v1.json' ? '{"type":' : Uint8Array.of(0x85, 0xa1));
    wire.sayRaw(subprotocol === 'gauntlet.v1.json' ? new Uint8Array(3) : '{"type":"ready"}');
    const say = (value: unknown): void => wire.say(value as Parameters<FakeWire['say']>[0]);
    say(7);
    say({ tpye: 'ready' });
    say({ type: 'constructor' });
    say({ type: 'ready', extra: 1 });
    say({ type: 'action', tick: 1.5, action: drive(0) });
    say({ type: 'action', tick: 4, action: { ...drive(0), gear: 'sideways' } });
    say({ type: 'action', tick: 4, action: { steering: 0, throttle: 0, gear: 'forward' } });
    expect(wire.of('error').map(({ code, path }) => [code, path])).toEqual([
      ['bad-message', ''],
      ['bad-message', ''],
      ['invalid-message', '/type'],
      ['invalid-message', '/type'],
      ['invalid-message', '/type'],
      ['invalid-message', '/extra'],
      ['invalid-message', '/tick'],
      ['invalid-message', '/action/gear'],
      ['invalid-message', '/action/brake'],
    ]);
    for (const error of wire.of('error')) {
      expect(error.expected, error.message).not.toBe('');
      expect(error.actual, error.message).not.toBe('');
      expect(error.fatal).toBe(false);
    }
    // Only actions are misses; of the first not even the tick could be read.
    expect(port.notes.slice(1)).toEqual([
      ['invalid', null],
      ['invalid', 4],
      ['invalid', 4],
    ]);
  });

  it('answers what does not fit its state with unexpected-message', () => {
    wire.say({ type: 'ready' });
    expect(errors()).toEqual(['unexpected-message']);
    open();
    wire.say({ type: 'ready' });
    wire.say({ type: 'ready' });
    wire.say({ type: 'hello', token: 'x', sdk: { name: 'x', version: '1' } });
    wire.say({ type: 'pong', id: 99, t1: 0, t2: 0 });
    pong();
    pong();
    expect(errors()).toEqual(Array(5).fill('unexpected-message'));
  });

  it('hands the refusals of its seat to the agent', () => {
    open();
    port.refuse = new GauntletError('wrong-tick', 'no', { path: '/tick', expected: '3', actual: '4' });
    wire.say({ type: 'action', tick: 4, action: drive(0) });
    expect(wire.of('error')).toEqual([
      { type: 'error', code: 'wrong-tick', message: 'no', path: '/tick', expected: '3', actual: '4', fatal: false },
    ]);
  });

  it('[M22] pings fast at first, then twice a second, and tells its estimate', async () => {
    open();
    const sent: number[] = [0];
    for (let ms = 0; ms < 1200; ms += 10) {
      await clock.advance(10);
      if (wire.of('ping').length > sent.length) sent.push(clock.now());
    }
    expect(sent).toEqual([0, 50, 100, 150, 650, 1150]);
    expect(wire.of('ping')[0]?.estimate).toBeNull();
    // The agent's clock is 1000 ms ahead; its pong is 10 ms after the ping was sent, and comes 20 ms later.
    await clock.advance(1650 - clock.now());
    const { id, sentAt } = wire.of('ping').at(-1)!;
    expect(sentAt).toBe(1650);
    await clock.advance(30);
    wire.say({ type: 'pong', id, t1: sentAt + 1010, t2: sentAt + 1010 });
    await clock.advance(500);
    const estimate = wire.of('ping').at(-1)!.estimate!;
    expect(estimate.delayMs).toBe(30);
    expect(Math.abs(estimate.offsetMs + 1000)).toBeLessThanOrEqual(estimate.boundMs);
    expect(estimate.boundMs).toBeLessThan(16);
    expect(session.allowanceMs).toBe(30);
  });

  it('refuses a pong whose times cannot be', async () => {
    open();
    const { id } = wire.of('ping')[0]!;
    await clock.advance(5);
    wire.say({ type: 'pong', id, t1: 10, t2: 9 });
    await clock.advance(50);
    wire.say({ type: 'pong', id: wire.of('ping').at(-1)!.id, t1: 0, t2: 500 });
    expect(wire.of('error').map(({ code, path }) => [code, path])).toEqual([
      ['invalid-message', '/t2'],
      ['invalid-message', '/t2'],
    ]);
    expect(session.allowanceMs).toBe(0);
  });

  it('[M30] closes a flood with an error and ends the seat; what answers a message is never one', async () => {
    open();
    wire.say({ type: 'ready' });
    for (let tick = 0; tick < 1000; tick++) {
      session.prepare({ type: 'observation', deadlineMs: 1, bankMs: 1, observation: world.look().observations[0]! })();
      wire.say({ type: 'action', tick, action: drive(0) });
    }
    expect(errors()).toEqual([]);
    // 200 a second for as long as one likes.
    for (let i = 0; i < 600; i++) {
      await clock.advance(5);
      wire.say({ type: 'action', tick: i, action: drive(0) });
    }
    expect(wire.closedWith).toBeNull();
    let sent = 0;
    while (!wire.closedWith && sent < 1000) {
      sent += 1;
      wire.say({ type: 'action', tick: 0, action: drive(0) });
    }
    expect(sent).toBeLessThan(450);
    expect(wire.of('error').at(-1)).toMatchObject({ code: 'flood', fatal: true });
    expect(wire.closedWith).toMatchObject({ code: 1008 });
    expect(port.notes.slice(-2)).toEqual(['disconnected', ['leave', 'invalid', 'flood']]);
    expect(clock.timers).toBe(0);
  });

  it('closes the connection on a message that is too large', () => {
    open();
    wire.sayRaw(subprotocol === 'gauntlet.v1.json' ? ' '.repeat(70_000) : new Uint8Array(70_000));
    expect(wire.of('error')).toMatchObject([{ code: 'message-too-large', fatal: true, actual: '70000' }]);
    expect(wire.closedWith).toMatchObject({ code: 1009 });
    expect(port.notes).toEqual(['connected', 'disconnected']);
  });

  it('[M24] a new connection takes the place of the old one, which is closed', () => {
    open();
    const second = new FakeWire(subprotocol);
    second.attachment = session.attach(second);
    expect(wire.closedWith).toMatchObject({ code: 1008 });
    expect(second.of('welcome')).toMatchObject([{ resumed: true }]);
    // What the old one still says is nobody's.
    wire.say({ type: 'ready' });
    wire.attachment?.closed();
    expect(port.notes).toEqual(['connected', 'disconnected', 'connected']);
    expect(session.connected).toBe(true);
  });

  it('at the end tells the result, closes, and leaves no timer; who comes later is turned away', () => {
    open();
    session.end({ type: 'end', outcome: 'finished', scores: [], log: null });
    expect(wire.messages.at(-1)).toEqual({ type: 'end', outcome: 'finished', scores: [], log: null });
    expect(wire.closedWith).toMatchObject({ code: 1000 });
    expect(clock.timers).toBe(0);
    const late = new FakeWire(subprotocol);
    session.attach(late);
    expect(late.closedWith).toMatchObject({ code: 1000 });
  });

  it('reports a program that ended before the match had its world', () => {
    session.exited('agent-exit');
    open();
    expect(port.notes).toEqual(['connected', ['leave', 'crashed', 'agent-exit']]);
  });

  it('[M14] seeded garbage never throws, never closes, and is answered by an error each', async () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1e9);
    console.log(`session fuzz over ${subprotocol}: FUZZ_SEED=${seed}`);
    open();
    const random = mulberry32(seed);
    const reached = { decoder: 0, validator: 0, accepted: 0 };
    for (let i = 0; i < 3000; i++) {
      await clock.advance(6);
      const before = [errors().length, port.notes.length];
      wire.sayRaw(garbage(random, subprotocol));
      const code = wire.of('error')[before[0]!]?.code;
      if (code === 'bad-message') reached.decoder += 1;
      else if (code === 'invalid-message') reached.validator += 1;
      else if (port.notes.length > before[1]!) reached.accepted += 1;
      else expect(code, `message ${i}`).toBe('unexpected-message');
      wire.messages.length = 0;
    }
    expect(wire.closedWith).toBeNull();
    expect(reached.decoder).toBeGreaterThan(100);
    expect(reached.validator).toBeGreaterThan(100);
    expect(reached.accepted).toBeGreaterThan(100);
  });
});

/** A message that is right, nearly right, or noise. */
function garbage(
  random: () => number,
  subprotocol: 'gauntlet.v1.msgpack' | 'gauntlet.v1.json',
): Uint8Array<ArrayBuffer> | string {
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(...values: T[]): T => values[below(values.length)]!;
  const encode = (value: unknown): Uint8Array<ArrayBuffer> | string =>
    subprotocol === 'gauntlet.v1.json' ? (JSON.stringify(value) ?? 'null') : pack(value);
  const odd = (): unknown =>
    pick<unknown>(null, '', -1, 1e308, [], {}, true, 'x'.repeat(50), [[[[]]]], { __proto__: null });
  const right = (): Record<string, unknown> => ({
    type: 'action',
    tick: below(50),
    action: { steering: random() - 0.5, throttle: random(), brake: 0, gear: pick('forward', 'reverse') },
  });
  switch (below(5)) {
    case 0:
      return encodeAgentMessage(right() as never, subprotocol);
    case 1: {
      const message = right();
      const target = pick(message, message['action'] as Record<string, unknown>);
      target[pick('type', 'tick', 'action', 'steering', 'gear', 'draw', 'nobody')] = odd();
      return encode(message);
    }
    case 2:
      return encode(pick<unknown>({ type: pick('hello', 'ready', 'pong', 'end', 'toString'), id: below(9) }, odd()));
    case 3: {
      const bytes = encode(right());
      // Flipped or cut.
      if (typeof bytes === 'string') return bytes.slice(0, below(bytes.length)) + pick('', '}', '"', '\u0000');
      bytes[below(bytes.length)] = below(256);
      return bytes.slice(0, 1 + below(bytes.length));
    }
    default:
      return subprotocol === 'gauntlet.v1.json'
        ? Array.from({ length: below(40) }, () => String.fromCharCode(below(0xffff))).join('')
        : Uint8Array.from({ length: below(60) }, () => below(256));
  }
}

/** A small seeded generator (Tommy Ettinger; public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
