import type { ErrorCode } from './vocabulary.ts';
import type { MatchResource } from './rest.ts';
import type { Scene } from './frame.ts';

/**
 * The socket.io interface for people who watch. Frames are `encodeFrame`'s bytes, sent volatile: a slow reader skips some.
 * A watcher of a match that has ended gets the scene as null: it reads the log instead.
 */
export interface SpectatorToArena {
  watch(match: string, reply: (answer: WatchAnswer) => void): void;
  unwatch(match: string): void;
  /** Subscribes to `lobby` updates. */
  lobby(reply: (matches: MatchResource[]) => void): void;
}

export interface ArenaToSpectator {
  frame(match: string, bytes: Uint8Array | ArrayBuffer): void;
  /** A match is new or has changed: for the lobby and for those who watch it. */
  match(match: MatchResource): void;
}

export type WatchAnswer =
  { ok: true; scene: Scene | null; match: MatchResource } | { ok: false; code: ErrorCode; message: string };
