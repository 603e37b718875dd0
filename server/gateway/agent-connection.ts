import {
  checker,
  decodeValue,
  encodeArenaMessage,
  GauntletError,
  Hello,
  MAX_AGENT_MESSAGE_BYTES,
  type SeatId,
  type Subprotocol,
} from '@gauntlet/agents-sdk/protocol';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import type { Attachment, MatchHandle, Wire } from '../match/interfaces.ts';
import { publicError } from './errors.ts';
import type { GatewayLimits } from './limits.ts';
import type { Metrics } from './metrics.ts';

const checkHello = checker(Hello);
/** WebSocket close codes (RFC 6455, 7.4.1). */
const CLOSE = { normal: 1000, goingAway: 1001, policy: 1008, tooLarge: 1009, internal: 1011 } as const;

/** A WebSocket that tells why before `ws` closes it for what it cannot read; by itself `ws` gives a code and no reason. */
export class AgentWebSocket extends WebSocket {
  onFault: ((code: number) => void) | null = null;

  override close(code?: number, reason?: string | Buffer): void {
    const { onFault } = this;
    if (onFault !== null && code !== undefined && reason === undefined && this.readyState === WebSocket.OPEN) {
      this.onFault = null;
      onFault(code);
    } else {
      super.close(code, reason);
    }
  }
}

export interface ConnectionContext {
  readonly seatFor: (hello: Hello) => Promise<{ match: MatchHandle; seat: SeatId }>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly limits: GatewayLimits;
  /** Once, when the connection has its seat or is lost. */
  readonly onIntroduced: () => void;
  readonly onClosed: () => void;
}

/**
 * One agent's connection: takes the hello, finds the seat, then hands bytes through in both directions. They are decoded and
 * checked where the match runs, not on the thread that serves sockets.
 */
export class AgentConnection implements Wire {
  readonly subprotocol: Subprotocol;
  readonly #socket: AgentWebSocket;
  readonly #context: ConnectionContext;
  readonly #metrics: Metrics;
  readonly #backlog: number;
  readonly #helloTimer: NodeJS.Timeout;
  #attachment: Attachment | null = null;
  #state: 'hello' | 'seating' | 'seated' | 'closing' = 'hello';
  #introduced = false;
  /** Pings in a row without a sign of life. */
  #quiet = 0;

  constructor(socket: AgentWebSocket, subprotocol: Subprotocol, context: ConnectionContext) {
    this.subprotocol = subprotocol;
    this.#socket = socket;
    this.#context = context;
    this.#metrics = context.metrics;
    this.#backlog = context.limits.agentBacklogBytes;
    this.#helloTimer = setTimeout(() => this.#helloTimeout(), context.limits.helloMs);
    socket.onFault = (code) => this.#fault(code);
    socket.on('message', (data, binary) => this.#message(data as Buffer<ArrayBuffer>, binary));
    socket.on('pong', () => (this.#quiet = 0));
    // Always followed by `close`, and told to the peer by `onFault`.
    socket.on('error', (error) => context.logger.debug({ err: error }, 'agent socket'));
    socket.on('close', () => this.#closed());
  }

  send(data: Uint8Array<ArrayBuffer> | string): void {
    if (this.#state === 'closing') return;
    this.#socket.send(data);
    this.#metrics.agentMessagesOut++;
    this.#metrics.agentBytesOut += data.length;
    if (this.#socket.bufferedAmount > this.#backlog) {
      // No error message: it would wait behind everything else that is not read.
      this.#metrics.refused('slow-reader');
      this.#end(CLOSE.policy, 'slow-reader');
    }
  }

  close(code: number, reason: string): void {
    this.#end(code, reason);
  }

  /** Tells the agent what is wrong and closes. */
  fail(error: GauntletError): void {
    if (this.#state === 'closing') return;
    const { code, message, path, expected, actual } = error;
    this.#metrics.refused(code);
    this.#context.logger.debug({ code, message }, 'agent refused');
    this.#socket.send(
      encodeArenaMessage({ type: 'error', code, message, path, expected, actual, fatal: true }, this.subprotocol),
    );
    const closeCode =
      code === 'internal'
        ? CLOSE.internal
        : code === 'shutting-down'
          ? CLOSE.goingAway
          : code === 'message-too-large'
            ? CLOSE.tooLarge
            : CLOSE.policy;
    this.#end(closeCode, code);
  }

  /** Asks for a sign of life, and gives up when three pings in a row had none: the peer may be gone without a word. */
  heartbeat(): void {
    if (this.#quiet >= 3) this.terminate();
    else if (this.#state !== 'closing') {
      this.#quiet++;
      this.#socket.ping();
    }
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #message(data: Buffer<ArrayBuffer>, binary: boolean): void {
    this.#metrics.agentMessagesIn++;
    this.#metrics.agentBytesIn += data.length;
    this.#quiet = 0;
    try {
      if (this.#attachment !== null) this.#attachment.receive(binary ? plain(data) : data.toString());
      else if (this.#state === 'hello') this.#hello(binary ? data : data.toString());
      else if (this.#state === 'seating') this.fail(unexpected('a pause until the welcome', 'another message'));
    } catch (error) {
      this.fail(publicError(error, this.#context.logger));
    }
  }

  /** @throws GauntletError `bad-message`, `invalid-message`, `unexpected-message`. */
  #hello(data: Uint8Array | string): void {
    const value = decodeValue(data, this.subprotocol);
    const type = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined;
    if (typeof type === 'string' && type !== 'hello') throw unexpected('hello', clip(type));
    const hello = checkHello(value, 'invalid-message', 'hello');
    clearTimeout(this.#helloTimer);
    this.#state = 'seating';
    this.#seat(hello).catch((error: unknown) => this.fail(publicError(error, this.#context.logger)));
  }

  async #seat(hello: Hello): Promise<void> {
    const { match, seat } = await this.#context.seatFor(hello);
    if (this.#state !== 'seating') return;
    const attachment = match.attach(seat, this);
    // The match may have closed the connection while it took it.
    if ((this.#state as string) === 'closing') return attachment.closed();
    this.#state = 'seated';
    this.#attachment = attachment;
    this.#introduce();
    this.#context.logger.debug({ match: match.spec.id, seat }, 'agent connected');
    // The match closes its connections itself. This is for those that it lost.
    void match.result.then(() => {
      setTimeout(() => this.#end(CLOSE.normal, 'match-over'), this.#context.limits.closeGraceMs).unref();
    });
  }

  #helloTimeout(): void {
    const { helloMs } = this.#context.limits;
    this.fail(
      new GauntletError('hello-timeout', `no hello came within ${helloMs} ms`, {
        expected: `a hello within ${helloMs} ms`,
        actual: 'nothing',
      }),
    );
  }

  /** `ws` met something that it cannot read; the connection is still open for a last word. */
  #fault(code: number): void {
    this.fail(
      code === CLOSE.tooLarge
        ? new GauntletError('message-too-large', `the message is larger than ${MAX_AGENT_MESSAGE_BYTES} bytes`, {
            expected: `at most ${MAX_AGENT_MESSAGE_BYTES} bytes`,
            actual: 'more',
          })
        : new GauntletError('bad-message', `this is not WebSocket as RFC 6455 has it (close code ${code})`, {
            expected: 'well-formed frames',
            actual: 'others',
          }),
    );
  }

  #end(code: number, reason: string): void {
    if (this.#state === 'closing') return;
    this.#state = 'closing';
    this.#socket.onFault = null;
    this.#socket.close(code, clip(reason));
    // A peer that does not read does not answer the close either.
    setTimeout(() => this.#socket.terminate(), this.#context.limits.closeGraceMs).unref();
    this.#leave();
  }

  #closed(): void {
    this.#state = 'closing';
    this.#leave();
    this.#context.onClosed();
  }

  /** Lets go of the seat. */
  #leave(): void {
    clearTimeout(this.#helloTimer);
    this.#introduce();
    const attachment = this.#attachment;
    this.#attachment = null;
    attachment?.closed();
  }

  #introduce(): void {
    if (this.#introduced) return;
    this.#introduced = true;
    this.#context.onIntroduced();
  }
}

/**
 * The bytes as what the match expects. Node's Buffer is a Uint8Array whose `slice` does not copy, so that handing one to
 * another thread could take away the memory that the socket still reads from.
 */
function plain(data: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

function unexpected(expected: string, actual: string): GauntletError {
  return new GauntletError(
    'unexpected-message',
    `expected ${expected}, got ${actual}: the first message is hello, the next one answers the welcome`,
    { path: '/type', expected, actual },
  );
}

/** A close reason is at most 123 bytes of UTF-8; `ws` throws when it is longer. */
function clip(reason: string): string {
  return Buffer.byteLength(reason) <= 123
    ? reason
    : Buffer.from(reason)
        .subarray(0, 120)
        .toString('utf8')
        .replace(/\uFFFD+$/u, '');
}
