import type { ClockMode } from '@gauntlet/agents-sdk/protocol';

/** Lateness of a lockstep tick that counts as a timer's jitter and is made good by the next tick, ms. */
const JITTER_MS = 5;

/**
 * When ticks begin. Lockstep: never sooner than one tick's time after the tick before was due; time lost to a slow decision is
 * not caught up, so that the match never runs faster than real time. Realtime: at fixed times. A
 * machine too busy to keep them by more than a tick lets the lost time go: agents must not lose ticks that nobody told them of. Unpaced: as soon as can be.
 */
export class Pacer {
  readonly #mode: ClockMode;
  readonly #tickMs: number;
  readonly #late: number[] = [];
  #due = -Infinity;

  constructor(mode: ClockMode, tickMs: number) {
    this.#mode = mode;
    this.#tickMs = tickMs;
  }

  /** The time before which the next tick must not begin. */
  get next(): number {
    return this.#mode === 'unpaced' ? -Infinity : this.#due + this.#tickMs;
  }

  /** A tick begins now. */
  begin(now: number): void {
    if (this.#mode === 'unpaced') return;
    const planned = this.#due === -Infinity ? now : this.#due + this.#tickMs;
    const late = Math.max(0, now - planned);
    this.#late.push(late);
    this.#due = late > (this.#mode === 'lockstep' ? JITTER_MS : this.#tickMs) ? now : planned;
  }

  /** How late each tick began, ms; empty when unpaced. */
  get lateness(): readonly number[] {
    return this.#late;
  }
}
