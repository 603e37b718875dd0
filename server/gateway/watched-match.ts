import type { Scene } from '@gauntlet/agents-sdk/protocol';
import type { MatchHandle } from '../match/interfaces.ts';

/** A match that somebody watches, or waits to watch: subscribed to once, however many they are. */
export class WatchedMatch {
  watchers = 0;
  readonly #live: () => MatchHandle | null;
  readonly #onFrame: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly #waiting = new Set<() => void>();
  #match: MatchHandle | null = null;
  #stop: (() => void) | null = null;

  constructor(live: () => MatchHandle | null, onFrame: (bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#live = live;
    this.#onFrame = onFrame;
    this.refresh();
  }

  /** The scene as it is now, or null before the match has one and after its end. */
  get scene(): Scene | null {
    return this.#match?.scene() ?? null;
  }

  /** Resolves when the match has a scene or has ended, and after so many ms in any case. */
  whenScene(timeoutMs: number): Promise<void> {
    if (this.scene !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      timer.unref();
      this.#waiting.add(done);
    });
  }

  /** Looks whether the match has come to life, or ended. */
  refresh(): void {
    const live = this.#live();
    if (live === this.#match) return;
    this.#stop?.();
    this.#stop = null;
    this.#match = live;
    if (live === null) return this.#wake();
    this.#stop = live.subscribe({
      scene: () => this.#wake(),
      frame: (_, bytes) => this.#onFrame(bytes),
      status: (status) => {
        if (status === 'ended') this.#wake();
      },
    });
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
    this.#match = null;
    this.#wake();
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
