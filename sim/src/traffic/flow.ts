import { log } from '../math.ts';
import type { Random } from '../random.ts';
import type { LaneGraph } from '../road/lane-graph.ts';
import type { FlowPlan } from '../scenario.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { Arrivals, Entered, Newcomer } from './arrivals.ts';
import { lanesBeside, type Navigator } from './navigator.ts';

/** When newcomers of a flow arrive, and who still waits for room. Arrivals are a Poisson process. */
export class Flow implements Arrivals {
  readonly #plan: FlowPlan;
  readonly #random: Random;
  readonly #ends: readonly (readonly number[])[];
  /** s */
  #next = 0;
  /** Indices into the plan's routes of those who wait, first come first. */
  #waiting: number[] = [];
  #entered = 0;

  /** @throws RangeError for a flow without routes, of a negative rate, or with a route that cannot be driven. */
  constructor(plan: FlowPlan, random: Random, graph: LaneGraph, navigator: Navigator) {
    this.#plan = plan;
    this.#random = random;
    const place = `plan, flow ${plan.name}`;
    if (plan.routes.length === 0) throw new RangeError(`${place}: expected routes, got none`);
    if (!(plan.rate >= 0 && plan.rate < Infinity)) {
      throw new RangeError(`${place}: expected a rate of 0 or more vehicles an hour, got ${plan.rate}`);
    }
    this.#ends = plan.routes.map((route) => {
      const last = route[route.length - 1];
      if (last === undefined) throw new RangeError(`${place}: expected lanes in each route, got none`);
      return lanesBeside(graph, last);
    });
    plan.routes.forEach((route, i) =>
      navigator.mustReach(place, route[0] as number, this.#ends[i] as number[], plan.class, route),
    );
    this.#next = this.#interval();
  }

  arrive(time: number): void {
    while (this.#next <= time) {
      this.#waiting.push(this.#random.below(this.#plan.routes.length));
      this.#next += this.#interval();
    }
  }

  get first(): Newcomer | null {
    const choice = this.#waiting[0];
    return choice === undefined ? null : this.again({ number: this.#entered + 1, choice });
  }

  enter(): Entered {
    const choice = this.#waiting.shift() ?? 0;
    this.#entered++;
    return { number: this.#entered, choice };
  }

  again({ number, choice }: Entered): Newcomer {
    const { name, class: vehicle, driver, routes } = this.#plan;
    const along = routes[choice] as readonly number[];
    const to = this.#ends[choice] as readonly number[];
    return {
      name: `${name}-${number}`,
      class: vehicle,
      driver,
      emergency: false,
      from: along.slice(0, 1),
      to,
      along,
    };
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
    return this.#plan.rate > 0 ? (-log(1 - this.#random.unit()) * 3600) / this.#plan.rate : Infinity;
  }
}
