import type { Clock } from './interfaces.ts';

/**
 * What a match waits at. One waiter at a time asks `check` again whenever something happened (`poke`) and whenever the time
 * that `check` named has come.
 */
export class Gate {
  readonly #clock: Clock;
  #recheck: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves once `check` returns null. It returns the clock's time at which it wants to be asked again at the latest, or
   * Infinity to wait for a poke. Rejects with what `check` throws.
   */
  wait(check: () => number | null): Promise<void> {
    return new Promise((resolve, reject) => {
      let cancel: (() => void) | null = null;
      let armed = Infinity;
      const recheck = (): void => {
        let next: number | null;
        try {
          next = check();
        } catch (error) {
          settle();
          reject(error as Error);
          return;
        }
        if (next === null) {
          settle();
          resolve();
        } else if (next < armed) {
          // A timer that is too early only asks again; one for each change would cost more than all else.
          cancel?.();
          armed = next;
          cancel = next === Infinity ? null : this.#clock.at(next, onTime);
        }
      };
      const onTime = (): void => {
        armed = Infinity;
        cancel = null;
        recheck();
      };
      const settle = (): void => {
        cancel?.();
        this.#recheck = null;
      };
      this.#recheck = recheck;
      recheck();
    });
  }

  /** Something has happened that the waiter may be waiting for. */
  poke(): void {
    this.#recheck?.();
  }
}
