/** One ping and its pong, ms: sent and received by the arena's clock, t1 and t2 by the agent's. */
export interface PingSample {
  readonly sentAt: number;
  readonly t1: number;
  readonly t2: number;
  readonly receivedAt: number;
}

export interface ClockEstimate {
  /** Arena clock minus agent clock. */
  readonly offsetMs: number;
  /** The true offset lies within +- this, however asymmetric the way is. */
  readonly boundMs: number;
  /** Smallest round trip seen lately, without the agent's own time between t1 and t2. */
  readonly delayMs: number;
}

/** Samples that are remembered: with two pings a second, the last fifteen seconds. */
const WINDOW = 30;

/** How fast two ordinary quartz clocks drift apart at most, ms a ms (100 ppm, twice the usual 50 ppm of one). */
const DRIFT = 1e-4;

/** Deadlines never allow more than this for the network, ms. An agent that holds back its pongs gains no more. */
export const MAX_ALLOWANCE_MS = 50;

/** A clock read in whole milliseconds makes a delay come out this much too small, ms. */
const GRANULARITY_MS = 1;

/**
 * Clock offset and network delay from pings, by the minimum-delay rule of NTP (RFC 5905, section 10): the round trip
 * d = (receivedAt - sentAt) - (t2 - t1), the offset ((sentAt - t1) + (receivedAt - t2)) / 2, which is wrong by at most d / 2.
 * Queues only ever add to d, so the sample of the least bound, widened by drift as it ages, is the one to believe.
 */
export class ClockSync {
  readonly #samples: { at: number; offset: number; delay: number }[] = [];

  /** Takes a sample in. Returns false, and forgets it, when it cannot be: the agent's times run backwards or outlast the round trip. */
  add(sample: PingSample): boolean {
    const away = sample.t2 - sample.t1;
    const delay = sample.receivedAt - sample.sentAt - away;
    if (away < 0 || delay < -GRANULARITY_MS) return false;
    const offset = (sample.sentAt - sample.t1 + sample.receivedAt - sample.t2) / 2;
    this.#samples.push({ at: sample.receivedAt, offset, delay: Math.max(0, delay) });
    if (this.#samples.length > WINDOW) this.#samples.shift();
    return true;
  }

  /** The best estimate at a time of the arena's clock, or null before the first sample. */
  estimate(now: number): ClockEstimate | null {
    let best: ClockEstimate | null = null;
    let delayMs = Infinity;
    for (const { at, offset, delay } of this.#samples) {
      const boundMs = delay / 2 + DRIFT * Math.max(0, now - at);
      delayMs = Math.min(delayMs, delay);
      if (best === null || boundMs < best.boundMs) best = { offsetMs: offset, boundMs, delayMs };
    }
    return best && { ...best, delayMs };
  }

  /** What a deadline adds for the way there and back, ms: the smallest delay seen lately, capped. */
  get allowanceMs(): number {
    let least = Infinity;
    for (const { delay } of this.#samples) least = Math.min(least, delay);
    return least === Infinity ? 0 : Math.min(MAX_ALLOWANCE_MS, least);
  }

  /** Forgets everything: the agent is on another connection now, perhaps another machine. */
  reset(): void {
    this.#samples.length = 0;
  }
}
