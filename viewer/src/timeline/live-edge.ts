/** Least and greatest distance that the view keeps behind the newest frame, s. */
const MIN_DELAY = 0.1;
const MAX_DELAY = 0.6;
/** A view this far behind its place jumps instead of hurrying, s. */
const JUMP = 1.5;
/** How many arrivals the jitter is estimated from. */
const WINDOW = 60;

/**
 * Keeps the shown time a little behind the newest frame, so that there is always a frame to move towards. The distance follows
 * the jitter of arrivals; the way there is a small change of pace that nobody sees.
 */
export class LiveEdge {
  #newest = -Infinity;
  #arrivedAt = 0;
  readonly #late: number[] = [];
  #delay = MIN_DELAY;

  /** Distance wanted behind the newest frame, s. */
  get delay(): number {
    return this.#delay;
  }

  /** A frame of match time `time` (s) has come at wall time `now` (s, any origin). */
  arrived(time: number, now: number): void {
    if (time <= this.#newest) return;
    if (this.#newest > -Infinity) {
      const late = Math.max(0, now - this.#arrivedAt - (time - this.#newest));
      this.#late.push(late);
      if (this.#late.length > WINDOW) this.#late.shift();
      const sorted = [...this.#late].sort((a, b) => a - b);
      const jitter = sorted[Math.floor(0.95 * (sorted.length - 1))]!;
      const wanted = Math.max(MIN_DELAY, Math.min(MAX_DELAY, time - this.#newest + 1.5 * jitter));
      // Grows at once, shrinks slowly: a stall is worse than a tenth of a second.
      this.#delay = wanted > this.#delay ? wanted : this.#delay + 0.02 * (wanted - this.#delay);
    }
    this.#newest = time;
    this.#arrivedAt = now;
  }

  /** The match time to show at `now`, given what was shown and the wall time since, all in s. */
  follow(shown: number, seconds: number, now: number): number {
    if (this.#newest === -Infinity) return shown;
    // The world goes on between frames, but not far: a paused match must not pull the view past its end.
    const target = this.#newest + Math.min(0.1, Math.max(0, now - this.#arrivedAt)) - this.#delay;
    const behind = target - shown;
    if (behind > JUMP || behind < -JUMP) return target;
    const pace = Math.max(0, Math.min(2, 1 + 2 * behind));
    return Math.min(shown + seconds * pace, this.#newest + 0.15);
  }
}
