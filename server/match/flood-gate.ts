/** Messages a second that a seat may send beyond those it was asked for. */
export const SPARE_MESSAGES_PER_SECOND = 200;

/**
 * A token bucket: one message for each that asks for an answer, and beyond that `perSecond` messages a second for as long as
 * one likes. A second's worth may come at once; answers that never came lift that to two seconds' worth at most.
 */
export class FloodGate {
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledAt = now;
  }

  /** Something was sent that may be answered with one message. */
  grant(): void {
    this.#tokens = Math.min(2 * this.#perSecond, this.#tokens + 1);
  }

  /** Counts a message. Returns false when it is one too many. `now` in ms. */
  pass(now: number): boolean {
    const refill = ((now - this.#filledAt) / 1000) * this.#perSecond;
    // Grants may have lifted it above what time alone fills.
    if (this.#tokens < this.#perSecond) this.#tokens = Math.min(this.#perSecond, this.#tokens + refill);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
