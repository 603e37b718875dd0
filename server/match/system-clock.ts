import { performance } from 'node:perf_hooks';
import type { Clock } from './interfaces.ts';

/** Node's timers may come a millisecond or two late: they are set this much early, the rest is waited in short turns, ms. */
const EARLY_MS = 2;

/**
 * The machine's monotonic clock. `at` is accurate to a fraction of a millisecond where the event loop is free. It calls back
 * behind the sockets and ports of its turn: what came before the time has been read by then, even after a stall.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  at(time, callback) {
    let cancelled = false;
    let timer: NodeJS.Timeout | null = null;
    function turn(): void {
      if (cancelled) return;
      if (performance.now() >= time) callback();
      else wait();
    }
    function wait(): void {
      const left = time - performance.now();
      // Timers come before what has been received in the same turn, immediates after it.
      if (left > EARLY_MS) timer = setTimeout(() => setImmediate(turn), left - EARLY_MS);
      else setImmediate(turn);
    }
    wait();
    return () => {
      cancelled = true;
      if (timer !== null) clearTimeout(timer);
    };
  },
};
