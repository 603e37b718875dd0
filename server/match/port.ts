import type { EntityDescription, Scene, SeatId, Subprotocol } from '@gauntlet/agents-sdk/protocol';
import type { MatchResult, MatchSpec } from './interfaces.ts';

/** What the thread that serves sockets tells a worker. `match` numbers the matches of one host, `connection` those of one match. */
export type ToWorker = { readonly match: number } & (
  | { readonly kind: 'start'; readonly spec: MatchSpec }
  | { readonly kind: 'attach'; readonly seat: SeatId; readonly connection: number; readonly subprotocol: Subprotocol }
  | { readonly kind: 'receive-text'; readonly connection: number; readonly text: string }
  /** A block of a `MessageBatch`. */
  | { readonly kind: 'receive'; readonly block: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'closed'; readonly connection: number }
  | { readonly kind: 'exited'; readonly seat: SeatId; readonly reason: string }
  | { readonly kind: 'stop'; readonly reason: string }
);

/** One thing that a worker has to say of a match. */
export type WorkerItem =
  | { readonly kind: 'send-text'; readonly connection: number; readonly text: string }
  | { readonly kind: 'close'; readonly connection: number; readonly code: number; readonly reason: string }
  | { readonly kind: 'scene'; readonly scene: Scene }
  | { readonly kind: 'running' }
  | {
      readonly kind: 'frame';
      readonly tick: number;
      readonly spawned: readonly EntityDescription[];
      readonly removed: readonly number[];
    }
  | { readonly kind: 'fault'; readonly error: string }
  | { readonly kind: 'ended'; readonly result: MatchResult };

/** All that a worker said in one turn of its event loop: a tick's observations and its frame cross in one message. */
export interface FromWorker {
  readonly match: number;
  /** A block of a `MessageBatch`: messages to agents, which go before the items, and the bytes of a `frame` item. */
  readonly block: Uint8Array<ArrayBuffer> | null;
  readonly items: readonly WorkerItem[];
}
