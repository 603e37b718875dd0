import type { Clock } from '../interfaces.ts';

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now = 0;
  #next = 0;
  readonly #timers = new Map<number, { time: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.size;
  }

  at(time: number, callback: () => void): () => void {
    const id = this.#next++;
    this.#timers.set(id, { time, callback });
    return () => this.#timers.delete(id);
  }

  /** Time passes while somebody has the thread: nothing fires before the next `advance`. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Lets time pass, firing what is due in order of time, and lets promises settle before and after each. */
  async advance(ms: number): Promise<void> {
    await settle();
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#timers]
        .filter(([, { time }]) => time <= until)
        .sort(([i, a], [j, b]) => a.time - b.time || i - j)[0];
      if (!due) break;
      const [id, { time, callback }] = due;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, time);
      callback();
      await settle();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
}
