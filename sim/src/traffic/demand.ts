import { log } from '../math.ts';
import type { Random } from '../random.ts';
import type { DemandPlan, VehicleShare } from '../scenario.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { Arrivals, Entered, Newcomer } from './arrivals.ts';
import { Mix } from './mix.ts';
import type { Navigator } from './navigator.ts';

/** How many wait for room at one place; whoever comes beyond that turns away. */
const QUEUE = 50;

/**
 * Traffic from one place to another: a Poisson process whose rate changes over time, by thinning (Lewis and Shedler, Simulation of
 * nonhomogeneous Poisson processes by thinning, Naval Research Logistics 26, 403, 1979).
 */
export class Demand implements Arrivals {
  /** How many found the queue full. */
  turnedAway = 0;
  readonly #plan: DemandPlan;
  readonly #random: Random;
  readonly #mix: Mix;
  /** The highest rate of all times, 1/h. */
  readonly #most: number;
  /** s: when the next candidate for an arrival comes. */
  #next = 0;
  /** Indices into the mix of those who wait. */
  #waiting: number[] = [];
  #entered = 0;

  /** @throws RangeError for unknown lanes, places with no way between them, rates below 0, an empty mix. */
  constructor(plan: DemandPlan, random: Random, navigator: Navigator) {
    this.#plan = plan;
    this.#random = random;
    const place = `plan, demand ${plan.name}`;
    this.#mix = new Mix(plan.mix, place);
    this.#most = highestRate(plan, place);
    if (plan.from.length === 0) throw new RangeError(`${place}: expected lanes to come from, got none`);
    if (plan.to.length === 0) throw new RangeError(`${place}: expected lanes to go to, got none`);
    for (const { class: vehicle } of plan.mix) {
      for (const lane of plan.from) navigator.mustReach(place, lane, plan.to, vehicle);
    }
    this.#next = this.#interval();
  }

  /** Vehicles an hour at a time, s. */
  rate(time: number): number {
    const { rate } = this.#plan;
    if (typeof rate === 'number') return rate;
    const later = rate.findIndex(({ at }) => at > time);
    const after = rate[later];
    const before = rate[(later < 0 ? rate.length : later) - 1];
    if (!before) return after?.rate ?? 0;
    if (!after) return before.rate;
    return before.rate + ((after.rate - before.rate) * (time - before.at)) / (after.at - before.at);
  }

  arrive(time: number): void {
    while (this.#next <= time) {
      if (this.#random.unit() * this.#most < this.rate(this.#next)) {
        const kind = this.#mix.draw(this.#random.unit());
        if (this.#waiting.length < QUEUE) this.#waiting.push(kind);
        else this.turnedAway++;
      }
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
    const { name, from, to } = this.#plan;
    const { class: vehicle, driver, emergency } = this.#mix.shares[choice] as VehicleShare;
    return { name: `${name}-${number}`, class: vehicle, driver, emergency: emergency ?? false, from, to, along: [] };
  }

  save(writer: StateWriter): void {
    this.#random.save(writer);
    writer.f64(this.#next);
    writer.u32(this.#entered);
    writer.u32(this.turnedAway);
    writer.u32(this.#waiting.length);
    for (const kind of this.#waiting) writer.u32(kind);
  }

  load(reader: StateReader): void {
    this.#random.load(reader);
    this.#next = reader.f64();
    this.#entered = reader.u32();
    this.turnedAway = reader.u32();
    this.#waiting = Array.from({ length: reader.u32() }, () => reader.u32());
  }

  #interval(): number {
    return this.#most > 0 ? (-log(1 - this.#random.unit()) * 3600) / this.#most : Infinity;
  }
}

function highestRate({ rate }: DemandPlan, place: string): number {
  const points = typeof rate === 'number' ? [{ at: 0, rate }] : rate;
  if (points.length === 0) throw new RangeError(`${place}: expected rates over time, got an empty list`);
  points.forEach((point, i) => {
    if (!(point.rate >= 0 && point.rate < Infinity)) {
      throw new RangeError(`${place}: expected a rate of 0 or more vehicles an hour, got ${point.rate}`);
    }
    const before = points[i - 1];
    if (!Number.isFinite(point.at) || (before && point.at <= before.at)) {
      throw new RangeError(`${place}: expected rates at ascending times, got ${point.at} s after ${before?.at} s`);
    }
  });
  return points.reduce((most, point) => Math.max(most, point.rate), 0);
}
