import {
  decodeValue,
  encodeArenaMessage,
  GauntletError,
  MAX_AGENT_MESSAGE_BYTES,
  type ArenaMessage,
  type End,
  type Missed,
  type ObservationMessage,
} from '@gauntlet/agents-sdk/protocol';
import { ClockSync } from './clock-sync.ts';
import { FloodGate, SPARE_MESSAGES_PER_SECOND } from './flood-gate.ts';
import type { Attachment, Clock, Wire } from './interfaces.ts';
import type { AgentLink, Greeting, SeatPort } from './link.ts';
import { checkAction, checkPong, checkReady, kindOf } from './messages.ts';

/** Pings come fast at first, so that the first deadlines already know the delay, then twice a second. ms */
const FIRST_PINGS = 4;
const FIRST_PING_MS = 50;
const PING_MS = 500;

/** Pings whose pongs are awaited; older ones are given up. */
const MAX_PINGS = 64;

/** WebSocket close codes (RFC 6455, section 7.4.1). */
const CLOSE = { normal: 1000, policy: 1008, tooLarge: 1009 } as const;

/** One connection of the seat. */
interface Connection {
  readonly wire: Wire;
  readonly flood: FloodGate;
  /** Pings that wait for their pong: when each was sent. */
  readonly pings: Map<number, number>;
  welcomed: boolean;
  ready: boolean;
}

/**
 * The protocol of one seat over a wire, whatever carries it. It knows messages, not ticks: what an action is worth is for its
 * seat to say. Connections may come and go during a match; the newest counts.
 */
export class Session implements AgentLink {
  readonly waitsForThread = false;
  readonly #clock: Clock;
  readonly #sync = new ClockSync();
  #opened: { greeting: Greeting; port: SeatPort } | null = null;
  #connection: Connection | null = null;
  #welcomedBefore = false;
  #over = false;
  #nextPing = 0;
  #cancelPing: (() => void) | null = null;
  /** The program has ended before the match knew its seats. */
  #exited: string | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get connected(): boolean {
    return this.#connection !== null;
  }

  get allowanceMs(): number {
    return this.#sync.allowanceMs;
  }

  /** Gives the seat a connection whose hello was accepted. One that it still had is closed. */
  attach(wire: Wire): Attachment {
    if (this.#over) {
      wire.close(CLOSE.normal, 'the match is over');
      return { receive: () => undefined, closed: () => undefined };
    }
    const old = this.#connection;
    if (old) {
      this.#drop(old);
      old.wire.close(CLOSE.policy, 'another connection has taken the seat');
    }
    const connection: Connection = {
      wire,
      flood: new FloodGate(SPARE_MESSAGES_PER_SECOND, this.#clock.now()),
      pings: new Map(),
      welcomed: false,
      ready: false,
    };
    this.#connection = connection;
    this.#sync.reset();
    if (this.#opened) this.#welcome(connection, this.#opened.greeting, this.#opened.port);
    return {
      receive: (data) => {
        if (this.#connection === connection) this.#receive(connection, data);
      },
      closed: () => {
        if (this.#connection === connection) this.#drop(connection);
      },
    };
  }

  /** The agent's program has ended by itself. */
  exited(reason: string): void {
    if (this.#opened) this.#opened.port.leave('crashed', reason);
    else this.#exited = reason;
  }

  open(greeting: Greeting, port: SeatPort): void {
    this.#opened = { greeting, port };
    if (this.#connection) this.#welcome(this.#connection, greeting, port);
    if (this.#exited !== null) port.leave('crashed', this.#exited);
  }

  prepare(message: ObservationMessage): () => void {
    const connection = this.#connection;
    if (!connection) return () => undefined;
    const data = encodeArenaMessage(message, connection.wire.subprotocol);
    return () => {
      connection.flood.grant();
      connection.wire.send(data);
    };
  }

  missed(message: Missed): void {
    this.#send(message);
  }

  end(message: End): void {
    this.#over = true;
    this.#send(message);
    const connection = this.#connection;
    if (connection) {
      this.#forget();
      connection.wire.close(CLOSE.normal, 'the match is over');
    }
  }

  // --------------------------------------------------------------------------------------------------------------------

  #welcome(connection: Connection, greeting: Greeting, port: SeatPort): void {
    connection.welcomed = true;
    const resumed = this.#welcomedBefore;
    this.#welcomedBefore = true;
    connection.flood.grant();
    this.#send({ ...greeting, resumed });
    port.connected();
    const current = port.current();
    if (current) this.prepare(current)();
    this.#pingSoon(connection, FIRST_PINGS);
  }

  #pingSoon(connection: Connection, fast: number): void {
    const now = this.#clock.now();
    const id = this.#nextPing++;
    connection.pings.set(id, now);
    if (connection.pings.size > MAX_PINGS) connection.pings.delete(id - MAX_PINGS);
    connection.flood.grant();
    this.#send({ type: 'ping', id, sentAt: now, estimate: this.#sync.estimate(now) });
    const wait = fast > 1 ? FIRST_PING_MS : PING_MS;
    this.#cancelPing = this.#clock.at(now + wait, () => this.#pingSoon(connection, fast - 1));
  }

  #receive(connection: Connection, data: Uint8Array<ArrayBuffer> | string): void {
    const receivedAt = this.#clock.now();
    if (!connection.flood.pass(receivedAt)) {
      const expected = `at most ${SPARE_MESSAGES_PER_SECOND} messages a second beyond those asked for`;
      this.#fail(
        connection,
        CLOSE.policy,
        new GauntletError('flood', `too many messages: expected ${expected}`, { expected, actual: 'more' }),
      );
      this.#opened?.port.leave('invalid', 'flood');
      return;
    }
    if (data.length > MAX_AGENT_MESSAGE_BYTES) {
      const [expected, actual] = [`at most ${MAX_AGENT_MESSAGE_BYTES} bytes`, String(data.length)];
      this.#fail(
        connection,
        CLOSE.tooLarge,
        new GauntletError('message-too-large', `the message is too large: expected ${expected}, got ${actual}`, {
          expected,
          actual,
        }),
      );
      return;
    }
    try {
      this.#dispatch(connection, data, receivedAt);
    } catch (error) {
      if (!(error instanceof GauntletError)) throw error;
      this.#sendError(error, false);
    }
  }

  #dispatch(connection: Connection, data: Uint8Array<ArrayBuffer> | string, receivedAt: number): void {
    const message = kindOf(decodeValue(data, connection.wire.subprotocol));
    if (!this.#opened || !connection.welcomed || message.kind === 'hello')
      throw unexpected(message.kind, connection.welcomed);
    const { port } = this.#opened;
    switch (message.kind) {
      case 'ready':
        checkReady(message);
        if (connection.ready) throw unexpected('ready', true);
        connection.ready = true;
        port.ready();
        break;
      case 'pong': {
        const pong = checkPong(message);
        const sentAt = connection.pings.get(pong.id);
        if (sentAt === undefined) throw unexpected('pong', true);
        connection.pings.delete(pong.id);
        if (!this.#sync.add({ sentAt, t1: pong.t1, t2: pong.t2, receivedAt })) {
          const expected = 't1 <= t2, no further apart than the round trip, both in ms';
          throw new GauntletError('invalid-message', `pong at /t2: expected ${expected}`, {
            path: '/t2',
            expected,
            actual: String(pong.t2),
          });
        }
        break;
      }
      case 'action': {
        let action;
        try {
          action = checkAction(message.value);
        } catch (error) {
          if (error instanceof GauntletError) port.invalid(message.tick, error);
          throw error;
        }
        port.action(action);
      }
    }
  }

  /** An error that ends the connection. */
  #fail(connection: Connection, code: number, error: GauntletError): void {
    this.#sendError(error, true);
    this.#drop(connection);
    connection.wire.close(code, error.code);
  }

  #sendError(error: GauntletError, fatal: boolean): void {
    const { code, message, path, expected, actual } = error;
    this.#send({ type: 'error', code, message, path, expected, actual, fatal });
  }

  #send(message: ArenaMessage): void {
    const wire = this.#connection?.wire;
    wire?.send(encodeArenaMessage(message, wire.subprotocol));
  }

  #drop(connection: Connection): void {
    this.#forget();
    if (connection.welcomed) this.#opened?.port.disconnected();
  }

  #forget(): void {
    this.#cancelPing?.();
    this.#cancelPing = null;
    this.#connection = null;
  }
}

function unexpected(kind: string, welcomed: boolean): GauntletError {
  const expected = welcomed
    ? 'ready once, then an action for each observation and a pong for each ping'
    : 'nothing before the welcome';
  return new GauntletError('unexpected-message', `a ${kind} does not fit here: expected ${expected}`, {
    path: '/type',
    expected,
    actual: kind,
  });
}
