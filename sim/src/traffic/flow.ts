import { log } from '../math.ts';
import type { Random } from '../random.ts';
import type { FlowPlan } from '../scenario.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';

/** When newcomers of a flow arrive, and who still waits for room. Arrivals are a Poisson process. */
export class Flow implements Saved {
  readonly plan: FlowPlan;
  readonly #random: Random;
  /** s */
  #next = 0;
  /** Indices into the plan's routes of those who wait, first come first. */
  #waiting: number[] = [];
  /** How many have entered. */
  #entered = 0;

  constructor(plan: FlowPlan, random: Random) {
    this.plan = plan;
    this.#random = random;
    this.#next = this.#interval();
  }

  /** The route of the newcomer who waits first, or null. @param time s */
  waiting(time: number): readonly number[] | null {
    while (this.#next <= time) {
      this.#waiting.push(this.#random.below(this.plan.routes.length));
      this.#next += this.#interval();
    }
    const route = this.#waiting[0];
    return route === undefined ? null : (this.plan.routes[route] ?? null);
  }

  /** Lets the first in. @returns its number within the flow, from 1. */
  enter(): number {
    this.#waiting.shift();
    this.#entered++;
    return this.#entered;
  }

  save(writer: StateWriter): void {
    this.#random.save(writer);
    writer.f64(this.#next);
    writer.u32(this.#entered);
    writer.u32(this.#waiting.length);
    for (const route of this.#waiting) writer.u32(route);
  }

  load(reader: StateReader): void {
    this.#random.load(reader);
    this.#next = reader.f64();
    this.#entered = reader.u32();
    this.#waiting = Array.from({ length: reader.u32() }, () => reader.u32());
  }

  #interval(): number {
    return this.plan.rate > 0 ? (-log(1 - this.#random.unit()) * 3600) / this.plan.rate : Infinity;
  }
}
