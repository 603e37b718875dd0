import { describe, expect, it } from 'vitest';
import { ClockSync, MAX_ALLOWANCE_MS } from './clock-sync.ts';

/** A repeatable sequence in 0..1 (fractional parts of multiples of the golden ratio). */
const even = (i: number): number => (i * 0.6180339887498949) % 1;

interface Peer {
  /** Agent clock minus arena clock at time 0, ms, and how much faster it runs. */
  readonly skew: number;
  readonly drift: number;
  readonly there: (i: number) => number;
  readonly back: (i: number) => number;
}

/** Pings a peer twice a second and returns the estimate's true error, bound, and delay. */
function measure(peer: Peer, pings = 30): { error: number; boundMs: number; delayMs: number } {
  const sync = new ClockSync();
  const agentClock = (arena: number): number => arena * (1 + peer.drift) + peer.skew;
  let now = 0;
  for (let i = 0; i < pings; i++) {
    const sentAt = i * 500;
    const arrives = sentAt + peer.there(i);
    const leaves = arrives + 2;
    now = leaves + peer.back(i);
    expect(sync.add({ sentAt, t1: agentClock(arrives), t2: agentClock(leaves), receivedAt: now })).toBe(true);
  }
  const { offsetMs, boundMs, delayMs } = sync.estimate(now)!;
  return { error: offsetMs - (now - agentClock(now)), boundMs, delayMs };
}

describe('[M22] clock synchronisation', () => {
  it('finds a constant skew exactly when both ways take equally long', () => {
    for (const skew of [0, -12_345.5, 1e9]) {
      const { error, delayMs } = measure({ skew, drift: 0, there: () => 8, back: () => 8 });
      expect(error).toBeCloseTo(0, 5);
      expect(delayMs).toBeCloseTo(16, 5);
    }
  });

  it('believes the sample of the least delay, so that jitter hardly matters', () => {
    const jitter = (i: number): number => 3 + (i % 7 === 3 ? 0 : 100 * even(i));
    const { error, delayMs } = measure({ skew: 500, drift: 0, there: jitter, back: (i) => jitter(i) + 1 });
    expect(delayMs).toBeCloseTo(7, 5);
    expect(Math.abs(error)).toBeLessThanOrEqual(0.6);
  });

  it('keeps the true offset within its bound, however asymmetric the way and with 100 ppm of drift', () => {
    for (let i = 0; i < 50; i++) {
      const there = (n: number): number => 40 * even(i) + 30 * even(n + i);
      const back = (n: number): number => 40 * even(i + 17) + 30 * even(n * 3 + i);
      const drift = (even(i * 5) - 0.5) * 2e-4;
      const { error, boundMs } = measure({ skew: 1000 * even(i + 3), drift, there, back });
      expect(Math.abs(error), `case ${i}`).toBeLessThanOrEqual(boundMs);
    }
    // One way only: the bound is reached.
    const { error, boundMs } = measure({ skew: 0, drift: 0, there: () => 30, back: () => 0 }, 1);
    expect(Math.abs(error)).toBeCloseTo(15, 5);
    expect(boundMs).toBeCloseTo(15, 5);
  });

  it('follows a drifting clock: old samples lose to newer ones', () => {
    const { error, boundMs } = measure({ skew: 0, drift: 1e-4, there: () => 5, back: () => 5 }, 2000);
    expect(boundMs).toBeLessThan(7);
    expect(Math.abs(error)).toBeLessThan(2);
  });

  it('[M12] the allowance is the least delay of the last samples, and never more than 50 ms', () => {
    const sync = new ClockSync();
    const add = (i: number, delay: number): boolean =>
      sync.add({ sentAt: i * 500, t1: 0, t2: 0, receivedAt: i * 500 + delay });
    expect(sync.allowanceMs).toBe(0);
    expect(sync.estimate(0)).toBeNull();
    add(0, 20);
    // Holding back pongs does not help while one honest sample is remembered, and then only up to the cap.
    for (let i = 1; i < 30; i++) add(i, 5000);
    expect(sync.allowanceMs).toBe(20);
    add(30, 5000);
    expect(sync.allowanceMs).toBe(MAX_ALLOWANCE_MS);
  });

  it('refuses times that cannot be', () => {
    const sync = new ClockSync();
    expect(sync.add({ sentAt: 0, t1: 5, t2: 4, receivedAt: 10 })).toBe(false);
    expect(sync.add({ sentAt: 0, t1: 0, t2: 12, receivedAt: 10 })).toBe(false);
    // Whole milliseconds may make a round trip look a little negative.
    expect(sync.add({ sentAt: 0, t1: 0, t2: 1, receivedAt: 0.5 })).toBe(true);
    expect(sync.estimate(1)?.delayMs).toBe(0);
  });
});
