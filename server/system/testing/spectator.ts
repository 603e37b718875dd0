import type {
  ArenaToSpectator,
  Frame,
  MatchResource,
  SpectatorToArena,
  WatchAnswer,
} from '@gauntlet/agents-sdk/protocol';
import { decodeFrame } from '@gauntlet/agents-sdk/protocol';
import { io, type Socket } from 'socket.io-client';

/** One who watches over the real socket.io client. */
export class Spectator {
  readonly frames: Frame[] = [];
  /** What it was told of matches. */
  readonly changes: MatchResource[] = [];
  readonly #socket: Socket<ArenaToSpectator, SpectatorToArena>;

  constructor(url: string) {
    this.#socket = io(url, { transports: ['websocket'], reconnection: false });
    this.#socket.on('frame', (_, bytes) => this.frames.push(decodeFrame(new Uint8Array(bytes))));
    this.#socket.on('match', (match) => this.changes.push(match));
  }

  watch(match: string): Promise<WatchAnswer> {
    return this.#socket.timeout(30_000).emitWithAck('watch', match);
  }

  close(): void {
    this.#socket.disconnect();
  }
}
