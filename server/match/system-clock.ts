import { performance } from 'node:perf_hooks';
import type { Clock } from './interfaces.ts';

/** Node's timers may come a millisecond or two late: they are set this much early, the rest is waited in short turns, ms. */
const EARLY_MS = 2;

/** The machine's monotonic clock. `at` is accurate to a fraction of a millisecond where the event loop is free. */
export const systemClock: Clock = {
  now: () => performance.now(),
  at(time, callback) {
    let cancelled = false;
    let timer: NodeJS.Timeout | null = null;
    function turn(): void {
      if (cancelled) return;
      const left = time - performance.now();
      if (left <= 0) callback();
      else if (left > EARLY_MS) timer = setTimeout(turn, left - EARLY_MS);
      else setImmediate(turn);
    }
    const left = time - performance.now();
    if (left > EARLY_MS) timer = setTimeout(turn, left - EARLY_MS);
    else setImmediate(turn);
    return () => {
      cancelled = true;
      if (timer !== null) clearTimeout(timer);
    };
  },
};
