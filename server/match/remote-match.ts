import { GauntletError, type EntityDescription, type Scene, type SeatId } from '@gauntlet/agents-sdk/protocol';
import type { SeatSpec } from '@gauntlet/sim';
import type { Attachment, Clock, MatchHandle, MatchListener, MatchResult, MatchSpec, Wire } from './interfaces.ts';
import { eachMessage, MessageBatch, WATCHERS } from './batch.ts';
import type { FromWorker, ToWorker, WorkerItem } from './port.ts';
import { SeatConnection } from './seat-connection.ts';
import { voidResult } from './void-result.ts';

/** How long an answer may wait for the others', ms. */
const GATHER_MS = 1;

/** A message to the worker, less the number of the match. */
export type Order = ToWorker extends infer M ? (M extends unknown ? Omit<M, 'match'> : never) : never;

export interface RemoteMatchSettings {
  readonly clock: Clock;
  /** Of the scenario, for the case that the worker dies before it has said anything. */
  readonly seats: readonly SeatSpec[];
  post(order: Order): void;
  /** Takes what listeners throw and what the worker reports. */
  onFault(error: unknown): void;
}

/** A match that runs in a worker, as the thread that serves sockets holds it. */
export class RemoteMatch implements MatchHandle {
  readonly spec: MatchSpec;
  readonly result: Promise<MatchResult>;
  status: 'waiting' | 'running' | 'ended' = 'waiting';
  tick = 0;
  readonly #settings: RemoteMatchSettings;
  readonly #listeners = new Set<MatchListener>();
  readonly #connections = new Map<number, SeatConnection>();
  readonly #entities = new Map<number, EntityDescription>();
  readonly #received = new MessageBatch();
  #flush: NodeJS.Timeout | null = null;
  #scene: Scene | null = null;
  #nextConnection = WATCHERS + 1;
  #resolve!: (result: MatchResult) => void;

  constructor(spec: MatchSpec, settings: RemoteMatchSettings) {
    this.spec = spec;
    this.#settings = settings;
    this.result = new Promise((resolve) => (this.#resolve = resolve));
  }

  get maxTicks(): number {
    return this.#scene?.maxTicks ?? this.spec.ticks ?? 0;
  }

  scene(): Scene | null {
    return this.#scene && { ...this.#scene, entities: [...this.#entities.values()] };
  }

  attach(seat: SeatId, wire: Wire): Attachment {
    const { clock } = this.#settings;
    if (this.status === 'ended') throw new GauntletError('match-over', `match ${this.spec.id} has ended`);
    const known = this.#scene?.seats.map((each) => each.seat);
    if (known && !known.includes(seat)) {
      const expected = known.join(', ');
      throw new GauntletError('no-match', `match ${this.spec.id} has no seat ${seat}; it has ${expected}`, {
        expected,
        actual: seat,
      });
    }
    const old = this.#connectionOf(seat);
    if (old?.answers(clock.now())) {
      throw new GauntletError(
        'seat-taken',
        `${seat} is connected already, and that connection answers; close it first, or wait until it is gone`,
        {
          expected: 'one connection a seat',
          actual: 'a second one',
        },
      );
    }
    const connection = new SeatConnection(this.#nextConnection++, seat, wire, clock.now());
    const { id } = connection;
    this.#connections.set(id, connection);
    // The session closes the old connection when it gets the new one.
    this.#post({ kind: 'attach', seat, connection: id, subprotocol: wire.subprotocol });
    return {
      receive: (data) => {
        if (this.#connections.get(id) !== connection || !connection.received(clock.now())) return;
        if (typeof data === 'string') this.#post({ kind: 'receive-text', connection: id, text: data });
        // The carrier may reuse the memory: what waits is a copy.
        else this.#receive(id, data.slice());
      },
      closed: () => {
        if (this.#connections.delete(id)) this.#post({ kind: 'closed', connection: id });
      },
    };
  }

  connected(seat: SeatId): boolean {
    return this.#connectionOf(seat) !== undefined;
  }

  agentExited(seat: SeatId, reason: string): void {
    if (this.status !== 'ended') this.#post({ kind: 'exited', seat, reason });
  }

  subscribe(listener: MatchListener): () => void {
    this.#listeners.add(listener);
    const scene = this.scene();
    if (scene) this.#tell(listener, () => listener.scene(scene));
    return () => this.#listeners.delete(listener);
  }

  stop(reason: string): void {
    if (this.status !== 'ended') this.#post({ kind: 'stop', reason });
  }

  /**
   * Answers cross together, as soon as everyone has answered and after a millisecond at the latest: waking the other thread for each
   * of them costs more than all else that is done with it.
   */
  #receive(connection: number, bytes: Uint8Array): void {
    this.#received.add(connection, bytes);
    for (const { waits } of this.#connections.values()) {
      if (!waits) continue;
      this.#flush ??= setTimeout(() => this.#postReceived(), GATHER_MS);
      return;
    }
    this.#postReceived();
  }

  #postReceived(): void {
    if (this.#flush) clearTimeout(this.#flush);
    this.#flush = null;
    const block = this.#received.take();
    if (block) this.#settings.post({ kind: 'receive', block });
  }

  #post(order: Order): void {
    this.#postReceived();
    this.#settings.post(order);
  }

  // The worker's side --------------------------------------------------------------------------------------------------

  /** Takes what the worker said in one turn: first everything for agents, who have deadlines, then what is for watchers. */
  take({ block, items }: FromWorker): void {
    const now = this.#settings.clock.now();
    const frames: Uint8Array<ArrayBuffer>[] = [];
    if (block) {
      eachMessage(block, (connection, bytes) => {
        if (connection === WATCHERS) frames.push(bytes);
        else this.#connections.get(connection)?.send(bytes, now);
      });
    }
    for (const item of items) {
      if (item.kind === 'send-text') this.#connections.get(item.connection)?.send(item.text, now);
      else if (item.kind === 'close') this.#close(item.connection, item.code, item.reason);
    }
    for (const item of items) this.#watch(item, frames);
  }

  /** The worker is gone. */
  lost(): void {
    if (this.status !== 'ended') this.#end(voidResult(this.spec, this.#settings.seats, 'worker-lost', this.tick));
  }

  /** @param frames the bytes of the `frame` items, in their order. */
  #watch(item: WorkerItem, frames: Uint8Array<ArrayBuffer>[]): void {
    switch (item.kind) {
      case 'scene': {
        this.#scene = item.scene;
        for (const entity of item.scene.entities) this.#entities.set(entity.id, entity);
        this.#tellAll((listener) => listener.scene(item.scene));
        break;
      }
      case 'running':
        this.#setStatus('running');
        break;
      case 'frame': {
        const bytes = frames.shift() as Uint8Array<ArrayBuffer>;
        this.tick = item.tick;
        for (const id of item.removed) this.#entities.delete(id);
        for (const entity of item.spawned) this.#entities.set(entity.id, entity);
        this.#tellAll((listener) => listener.frame(item.tick, bytes));
        break;
      }
      case 'fault':
        this.#settings.onFault(item.error);
        break;
      case 'ended':
        this.#end(item.result);
    }
  }

  #end(result: MatchResult): void {
    this.tick = result.ticks;
    for (const { id } of [...this.#connections.values()])
      this.#close(id, 1011, 'the match was broken off by the arena');
    this.#setStatus('ended');
    this.#listeners.clear();
    this.#resolve(result);
  }

  #close(id: number, code: number, reason: string): void {
    const connection = this.#connections.get(id);
    this.#connections.delete(id);
    connection?.wire.close(code, reason);
  }

  #connectionOf(seat: SeatId): SeatConnection | undefined {
    // The newest: an old one may still wait to be closed by the session.
    return [...this.#connections.values()].findLast((connection) => connection.seat === seat);
  }

  #setStatus(status: 'running' | 'ended'): void {
    this.status = status;
    this.#tellAll((listener) => listener.status(status));
  }

  #tellAll(what: (listener: MatchListener) => void): void {
    for (const listener of [...this.#listeners]) this.#tell(listener, what);
  }

  #tell(listener: MatchListener, what: (listener: MatchListener) => void): void {
    try {
      what(listener);
    } catch (error) {
      this.#settings.onFault(error);
    }
  }
}
