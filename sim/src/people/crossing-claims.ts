import type { MapCrossing } from '@gauntlet/agents-sdk/protocol';
import { hypot } from '../math.ts';
import type { SignalView } from '../traffic/contract.ts';
import type { Person } from './person.ts';
import type { Stroll } from './stroll.ts';

/** m beside a crossing where one still is on it. */
const BESIDE = 0.5;

/** Which crossings have to be left free, and at which ones people wait. Nothing in it is state. */
export class CrossingClaims {
  readonly #crossings: readonly MapCrossing[];
  readonly #signals: SignalView;
  readonly #stroll: Stroll;
  readonly #claimed: Uint8Array;
  readonly #waiting: Uint8Array;

  constructor(crossings: readonly MapCrossing[], signals: SignalView, stroll: Stroll) {
    this.#crossings = crossings;
    this.#signals = signals;
    this.#stroll = stroll;
    this.#claimed = new Uint8Array(crossings.length);
    this.#waiting = new Uint8Array(crossings.length);
  }

  claimed(crossing: number): boolean {
    return this.#claimed[crossing] === 1;
  }

  waiting(crossing: number): boolean {
    return this.#waiting[crossing] === 1;
  }

  update(people: readonly Person[]): void {
    this.#claimed.fill(0);
    this.#waiting.fill(0);
    for (const person of people) {
      if (person.struck || person.line) {
        this.#claimPlace(person.x, person.y);
        continue;
      }
      const road = this.#stroll.roadOf(person);
      if (!road || road.crossing < 0) continue;
      if (person.waiting) this.#waiting[road.crossing] = 1;
      if (person.cleared || (person.waiting && this.#goesFirst(road.signal))) this.#claimed[road.crossing] = 1;
    }
  }

  #goesFirst(signal: number | null): boolean {
    const state = signal === null ? 'off' : this.#signals.state(signal);
    return state === 'off' || state === 'flashing-amber';
  }

  /** Those with a part, and those who lie, claim the crossings that they are on. */
  #claimPlace(x: number, y: number): void {
    for (const { id, axis, width } of this.#crossings) {
      const [ax = 0, ay = 0, , bx = 0, by = 0] = axis;
      const [dx, dy] = [bx - ax, by - ay];
      const length = hypot(dx, dy);
      if (length < 1e-6) continue;
      const along = ((x - ax) * dx + (y - ay) * dy) / length;
      const across = Math.abs((x - ax) * dy - (y - ay) * dx) / length;
      if (across < width / 2 + BESIDE && along > -BESIDE && along < length + BESIDE) this.#claimed[id] = 1;
    }
  }
}
