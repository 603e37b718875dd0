import { WebSocket, type RawData } from 'ws';
import type { Briefing } from '../protocol/briefing.ts';
import { decodeArenaMessage, encodeAgentMessage } from '../protocol/codec.ts';
import { GauntletError } from '../protocol/errors.ts';
import type { AgentMessage, ArenaMessage, End, ErrorMessage, Welcome } from '../protocol/messages.ts';
import { PROTOCOL_VERSION, type Subprotocol } from '../protocol/version.ts';
import type { Body } from '../protocol/vocabulary.ts';
import { agentNow } from './clock.ts';
import type { ConnectOptions } from './connect.ts';
import { Decider } from './decider.ts';

const SDK = { name: 'gauntlet-typescript', version: '0.1.0' };
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2000;
const HANDSHAKE_MS = 10_000;

/** While the arena has not yet noticed that the last connection is dead, it refuses the next one; later it will not. */
const RETRIED = new Set(['seat-taken', 'overloaded']);

/**
 * One agent's part in one match, over as many connections as it takes. It uses the `ws` package rather than Node's own
 * WebSocket, which starts slower, takes more processor time a message, and does not say why a connection failed.
 */
export class Session<B extends Body> {
  readonly #options: ConnectOptions<B>;
  readonly #resolve: (end: End) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #subprotocol: Subprotocol;
  readonly #log: (line: string) => void;
  #socket: WebSocket | null = null;
  #decider: Decider<B> | null = null;
  #settled = false;
  /** Since when there has been no connection within the match, agent's clock, or null. */
  #lostAt: number | null = null;
  #retryMs = FIRST_RETRY_MS;
  #retryTimer: NodeJS.Timeout | undefined;
  /** Why the present connection ends, as far as is known. */
  #cause = '';

  constructor(options: ConnectOptions<B>, resolve: (end: End) => void, reject: (reason: unknown) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#subprotocol = options.subprotocol ?? 'gauntlet.v1.msgpack';
    this.#log = options.log ?? ((line) => console.error(line));
  }

  start(): void {
    const { signal } = this.#options;
    if (signal?.aborted) this.#fail(signal.reason);
    else {
      signal?.addEventListener('abort', this.#aborted, { once: true });
      this.#open();
    }
  }

  readonly #aborted = (): void => this.#fail(this.#options.signal?.reason);

  #open(): void {
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.#options.url, [this.#subprotocol], {
        perMessageDeflate: false,
        handshakeTimeout: HANDSHAKE_MS,
      });
    } catch (error) {
      this.#fail(
        new GauntletError('unreachable', `cannot connect to ${this.#options.url}: ${(error as Error).message}`, {
          expected: 'an address of the form ws://HOST:PORT/agent',
          actual: this.#options.url,
        }),
      );
      return;
    }
    socket.binaryType = 'nodebuffer';
    this.#socket = socket;
    this.#cause = '';
    socket.on('open', () => {
      const { token, match } = this.#options;
      this.#send(match === undefined ? { type: 'hello', token, sdk: SDK } : { type: 'hello', token, match, sdk: SDK });
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('error', (error) => (this.#cause = error.message));
    socket.on('close', (code, reason) => {
      if (this.#socket === socket) this.#closed(code, reason.toString());
    });
  }

  #send(message: AgentMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encodeAgentMessage(message, this.#subprotocol));
  }

  #receive(data: RawData, isBinary: boolean): void {
    const arrived = agentNow();
    if (this.#settled) return;
    let message: ArenaMessage;
    try {
      message = decodeArenaMessage(isBinary ? (data as Buffer) : String(data), this.#subprotocol);
    } catch (error) {
      this.#log(`a message of the arena was not understood: ${(error as Error).message}`);
      return;
    }
    switch (message.type) {
      case 'ping':
        this.#send({ type: 'pong', id: message.id, t1: arrived, t2: agentNow() });
        if (this.#decider && message.estimate) this.#decider.clock = message.estimate;
        break;
      case 'observation':
        this.#decider?.offer(message);
        break;
      case 'welcome':
        this.#welcomed(message);
        break;
      case 'missed':
        this.#decider?.missed(message.tick);
        this.#options.onMissed?.(message);
        break;
      case 'error':
        this.#refused(message);
        break;
      case 'end':
        this.#options.onEnd?.(message);
        if (this.#settle()) this.#resolve(message);
        break;
      // What a later minor version of the arena sends beside this is not for us.
    }
  }

  #welcomed(welcome: Welcome): void {
    if (welcome.protocol !== PROTOCOL_VERSION) {
      this.#fail(
        new GauntletError('unsupported-protocol', 'the arena speaks another version of the protocol', {
          expected: `version ${PROTOCOL_VERSION}`,
          actual: `version ${welcome.protocol}`,
        }),
      );
      return;
    }
    this.#lostAt = null;
    this.#retryMs = FIRST_RETRY_MS;
    if (this.#decider) {
      this.#send({ type: 'ready' });
      return;
    }
    this.#decider = new Decider(welcome.briefing, this.#options.act, (message) => this.#send(message), this.#log);
    this.#brief(welcome.briefing);
  }

  /** A connection lost meanwhile is not waited for: the next welcome is answered on its own. */
  #brief(briefing: Briefing): void {
    const socket = this.#socket;
    const ready = (): void => {
      if (this.#socket === socket) this.#send({ type: 'ready' });
    };
    try {
      const pending = this.#options.onBriefing?.(briefing);
      if (pending) pending.then(ready, (error: unknown) => this.#fail(error));
      else ready();
    } catch (error) {
      this.#fail(error);
    }
  }

  #refused({ code, message, path, expected, actual, fatal }: ErrorMessage): void {
    const text = describe(code, message, expected, actual);
    if (!fatal) this.#log(text);
    else if (this.#lostAt !== null && RETRIED.has(code)) this.#cause = text;
    else this.#fail(new GauntletError(code, text, { path, expected, actual }));
  }

  /** Within a match the connection is made again, with the same token; before the welcome it is not. */
  #closed(code: number, reason: string): void {
    if (this.#settled) return;
    const why = this.#cause || reason || `closed with code ${code}`;
    const now = agentNow();
    this.#lostAt ??= now;
    const patience = this.#options.reconnect ?? 30_000;
    if (this.#decider && now + this.#retryMs - this.#lostAt <= patience) {
      this.#log(`connection lost (${why}); trying again in ${this.#retryMs} ms`);
      this.#retryTimer = setTimeout(() => this.#open(), this.#retryMs);
      this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
      return;
    }
    const what = this.#decider ? 'lost the connection to' : 'cannot connect to';
    this.#fail(
      new GauntletError(
        /subprotocol/.test(why) ? 'unsupported-protocol' : 'unreachable',
        `${what} the arena at ${this.#options.url}: ${why}`,
        { expected: `an arena that speaks ${this.#subprotocol}`, actual: why },
      ),
    );
  }

  #fail(reason: unknown): void {
    if (this.#settle()) this.#reject(reason);
  }

  /** Ends the session's part, once. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#decider?.end();
    clearTimeout(this.#retryTimer);
    this.#options.signal?.removeEventListener('abort', this.#aborted);
    this.#socket?.close(1000);
    return true;
  }
}

function describe(code: string, message: string, expected: string, actual: string): string {
  const detail = expected === '' || message.includes(expected) ? '' : ` (expected ${expected}, got ${actual})`;
  return `${code}: ${message}${detail}`;
}
