import { clamp } from '../math.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';

/** m/s below which a change of lane takes longer than planned, because nobody moves sideways on the spot. */
const FULL_PACE = 4;
/** m from the new lane's middle within which a change of lane counts as done. */
const ARRIVED = 0.4;

/** A driver's change of lane under way: how far it has come from one lane's middle to the next. */
export class Shift implements Saved {
  /** m to the left of the new lane's middle at its beginning, s. */
  #from = 0;
  #elapsed = 0;
  #duration = 0;
  active = false;
  /** Whether it goes on whoever is beside it: only stories demand that. */
  regardless = false;

  /** @param from m to the left of the new lane's middle. @param duration s. */
  begin(from: number, duration: number, regardless: boolean): void {
    this.regardless = regardless;
    this.#from = from;
    this.#elapsed = 0;
    this.#duration = duration;
    this.active = true;
  }

  /** 1 while it goes to the left, -1 to the right, else 0. */
  get direction(): number {
    return this.active ? (this.#from < 0 ? 1 : -1) : 0;
  }

  /** Lets time pass. @param speed m/s. @param offset m to the left of the new lane's middle, now. */
  step(dt: number, speed: number, offset: number): void {
    if (!this.active) return;
    this.#elapsed += dt * clamp(speed / FULL_PACE, 0, 1);
    const over = this.#elapsed - this.#duration;
    if (over >= 2 || (over >= 0 && Math.abs(offset) < ARRIVED)) this.active = false;
  }

  /** m to the left of the new lane's middle where it wants to be `later` s from now: a quintic, without a jerk at either end. */
  offset(later: number): number {
    if (!this.active) return 0;
    const t = clamp((this.#elapsed + later) / this.#duration, 0, 1);
    return this.#from * (1 - t * t * t * (10 - t * (15 - 6 * t)));
  }

  save(writer: StateWriter): void {
    writer.bool(this.active);
    writer.bool(this.regardless);
    writer.f64(this.#from);
    writer.f64(this.#elapsed);
    writer.f64(this.#duration);
  }

  load(reader: StateReader): void {
    this.active = reader.bool();
    this.regardless = reader.bool();
    this.#from = reader.f64();
    this.#elapsed = reader.f64();
    this.#duration = reader.f64();
  }
}
