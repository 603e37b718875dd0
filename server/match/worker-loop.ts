import type { MessagePort } from 'node:worker_threads';
import type { SeatId } from '@gauntlet/agents-sdk/protocol';
import type { Attachment, Clock } from './interfaces.ts';
import { eachMessage, MessageBatch, WATCHERS } from './batch.ts';
import type { FromWorker, ToWorker, WorkerItem } from './port.ts';
import type { RunnerListener } from './runner.ts';
import { Session } from './session.ts';
import { stageMatch, type Stage } from './stage.ts';

/** One match of a worker: its sessions, and the way back to the thread that serves sockets. */
interface WorkerMatch {
  readonly sessions: Map<SeatId, Session>;
  readonly connections: Map<number, Attachment>;
  readonly abort: AbortController;
  readonly outbox: Outbox;
}

/** Runs matches for the other end of a port, for as long as the port is open. */
export function serveMatches(port: MessagePort, stage: Stage, clock: Clock): void {
  const matches = new Map<number, WorkerMatch>();

  function start(id: number, message: Extract<ToWorker, { kind: 'start' }>): void {
    const { spec } = message;
    const outbox = new Outbox(port, id);
    const say = (item: WorkerItem): void => outbox.say(item);
    const match: WorkerMatch = { sessions: new Map(), connections: new Map(), abort: new AbortController(), outbox };
    matches.set(id, match);
    const listener: RunnerListener = {
      scene: (scene) => say({ kind: 'scene', scene }),
      frame: (tick, bytes, spawned, removed) => {
        outbox.send(WATCHERS, bytes);
        say({ kind: 'frame', tick, spawned, removed });
      },
      status: (status) => {
        if (status === 'running') say({ kind: 'running' });
      },
      fault: (error) => say({ kind: 'fault', error: describe(error) }),
    };
    const link = (seat: SeatId): Session => sessionOf(match, seat, clock);
    void stageMatch(spec, stage, { clock, link, listener, signal: match.abort.signal }).then((result) => {
      const { outcome } = result;
      // The runner has ended those of its seats; where it never came to run, they still wait.
      for (const session of match.sessions.values()) session.end({ type: 'end', outcome, scores: [], log: null });
      matches.delete(id);
      say({ kind: 'ended', result });
    });
  }

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'start') {
      start(message.match, message);
      return;
    }
    const match = matches.get(message.match);
    if (!match) return;
    try {
      handle(match, message, clock);
    } catch (error) {
      // One match's fault stays its own: the others of this worker go on.
      match.outbox.say({ kind: 'fault', error: describe(error) });
      match.abort.abort('internal');
    }
  });
}

function handle(match: WorkerMatch, message: Exclude<ToWorker, { kind: 'start' }>, clock: Clock): void {
  switch (message.kind) {
    case 'attach': {
      const { connection, subprotocol } = message;
      const attachment = sessionOf(match, message.seat, clock).attach({
        subprotocol,
        send: (data) => {
          if (typeof data === 'string') match.outbox.say({ kind: 'send-text', connection, text: data });
          else match.outbox.send(connection, data);
        },
        close: (code, reason) => {
          match.connections.delete(connection);
          match.outbox.say({ kind: 'close', connection, code, reason });
        },
      });
      match.connections.set(connection, attachment);
      break;
    }
    case 'receive':
      eachMessage(message.block, (connection, bytes) => match.connections.get(connection)?.receive(bytes));
      break;
    case 'receive-text':
      match.connections.get(message.connection)?.receive(message.text);
      break;
    case 'closed':
      match.connections.get(message.connection)?.closed();
      match.connections.delete(message.connection);
      break;
    case 'exited':
      sessionOf(match, message.seat, clock).exited(message.reason);
      break;
    case 'stop':
      match.abort.abort(message.reason);
  }
}

function sessionOf(match: WorkerMatch, seat: SeatId, clock: Clock): Session {
  let session = match.sessions.get(seat);
  if (!session) match.sessions.set(seat, (session = new Session(clock)));
  return session;
}

/** Collects what is said in one turn and posts it as one message, whose bytes are moved, not copied. */
class Outbox {
  readonly #port: MessagePort;
  readonly #match: number;
  readonly #sends = new MessageBatch();
  #items: WorkerItem[] = [];
  #posting = false;

  constructor(port: MessagePort, match: number) {
    this.#port = port;
    this.#match = match;
  }

  /** Bytes for an agent. */
  send(connection: number, bytes: Uint8Array): void {
    this.#sends.add(connection, bytes);
    this.#postSoon();
  }

  say(item: WorkerItem): void {
    this.#items.push(item);
    this.#postSoon();
  }

  #postSoon(): void {
    if (this.#posting) return;
    this.#posting = true;
    queueMicrotask(() => {
      this.#posting = false;
      const block = this.#sends.take();
      const items = this.#items;
      this.#items = [];
      this.#port.postMessage({ match: this.#match, block, items } satisfies FromWorker, block ? [block.buffer] : []);
    });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
