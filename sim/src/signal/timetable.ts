import { LEAST_GREEN, type Program } from './program.ts';
import type { Site } from './site.ts';
import { isVehicles, RED_AMBER, transitionBetween, type Transition } from './transition.ts';

/** s within which moments count as one. */
export const EPSILON = 1e-6;

/** A place in a program: in a stage, or, where `next` is not negative, in the transition to that; `at` s after either began. */
export interface Place {
  readonly stage: number;
  readonly next: number;
  readonly at: number;
}

/** What follows from a program alone: how long its stages and the transitions between them take. All times in s. */
export class Timetable {
  readonly program: Program;
  readonly #site: Site;
  readonly #transitions: readonly (readonly Transition[])[];
  /** By stage of a fixed program, from its green to the next transition; the end of the same from the begin of the cycle. */
  readonly #holds: readonly number[];
  readonly #ends: readonly number[];
  readonly #cycle: number;

  constructor(site: Site, program: Program) {
    this.program = program;
    this.#site = site;
    const { stages } = program;
    this.#transitions = stages.map((_, from) => stages.map((_, to) => transitionBetween(site, program, from, to)));
    this.#holds = stages.map((_, k) => this.leastHold(k, this.following(k)));
    let sum = 0;
    this.#ends = this.#holds.map((hold, k) => {
      const end = sum + hold;
      sum = end + this.transition(k, this.following(k)).total;
      return end;
    });
    this.#cycle = sum;
  }

  transition(from: number, to: number): Transition {
    return this.#transitions[from]?.[to] as Transition;
  }

  groups(stage: number): readonly number[] {
    return this.program.stages[stage] ?? [];
  }

  has(stage: number, group: number): boolean {
    return this.groups(stage).includes(group);
  }

  /** The stage after another in their order. */
  following(stage: number): number {
    return (stage + 1) % this.program.stages.length;
  }

  /** From the begin of a stage to the transition to another: all of a fixed one, the least of an actuated one. */
  leastHold(stage: number, next: number): number {
    const people = this.groups(stage).some((group) => !isVehicles(this.#site, group)) ? LEAST_GREEN : 0;
    return Math.max((this.program.green[stage] as number) - this.transition(stage, next).lead, people);
  }

  /** The same at most, when another stage of an actuated program is called. */
  mostHold(stage: number, next: number): number {
    return Math.max(this.program.maxGreen - this.transition(stage, next).lead, this.leastHold(stage, next));
  }

  /** From the begin of a transition to the end of the green of a group that ends with it. */
  lead(group: number, from: number, to: number): number {
    return isVehicles(this.#site, group) ? this.transition(from, to).lead : 0;
  }

  /** From the begin of a transition to when a group that begins with it shows red and amber; people's green. */
  prepared(group: number, from: number, to: number): number {
    const { total } = this.transition(from, to);
    return isVehicles(this.#site, group) ? Math.max(0, total - RED_AMBER) : total;
  }

  /** The place of a fixed program at second 0 of the simulation: its cycle begins at its offset. */
  first(): Place {
    let at = modulo(-this.program.offset, this.#cycle);
    for (let stage = 0; stage < this.#holds.length; stage++) {
      const hold = this.#holds[stage] as number;
      if (at < hold) return { stage, next: -1, at };
      at -= hold;
      const next = this.following(stage);
      const { total } = this.transition(stage, next);
      if (at < total) return { stage, next, at };
      at -= total;
    }
    return { stage: 0, next: -1, at: 0 };
  }

  /**
   * s of simulation at which a stage of a fixed program that began at `since` ends. Where blue lights have brought it out of step
   * with its clock, it lasts up to half as long again until it is in step.
   */
  fixedEnd(stage: number, since: number): number {
    const hold = this.#holds[stage] as number;
    return since + hold + Math.min(this.#early(stage, since + hold), hold / 2);
  }

  /** Whether a fixed program is where its clock says when a stage ends at a moment. */
  inStep(stage: number, end: number): boolean {
    return this.#early(stage, end) === 0;
  }

  /** How long after the begin of a stage a fixed program ends the green of a group that is in it; null: never. */
  fixedGreen(stage: number, group: number): number | null {
    let sum = 0;
    for (let from = stage, k = 0; k < this.#holds.length; k++) {
      const to = this.following(from);
      sum += this.#holds[from] as number;
      if (!this.has(to, group)) return sum + this.lead(group, from, to);
      sum += this.transition(from, to).total;
      from = to;
    }
    return null;
  }

  /** How long after the begin of a stage a fixed program ends the red of a group that is not in it; null: never. */
  fixedRed(stage: number, group: number): number | null {
    let sum = 0;
    for (let from = stage, k = 0; k < this.#holds.length; k++) {
      const to = this.following(from);
      sum += this.#holds[from] as number;
      if (this.has(to, group)) return sum + this.prepared(group, from, to);
      sum += this.transition(from, to).total;
      from = to;
    }
    return null;
  }

  /** The least time to the end of a group's green, `at` s after the begin of an actuated stage that it is in. */
  soonestEnd(stage: number, group: number, at: number): number {
    let least = Infinity;
    for (let next = 0; next < this.program.stages.length; next++) {
      if (next === stage || this.has(next, group)) continue;
      const hold = Math.max(0, this.leastHold(stage, next) - at);
      least = Math.min(least, hold + this.lead(group, stage, next));
    }
    return least < Infinity ? least : 0;
  }

  /** The least time to the end of a group's red, `at` s after the begin of an actuated stage that it is not in. */
  soonestGreen(stage: number, group: number, at: number): number {
    const least = this.#soonest(stage, group, at, 2);
    return least < Infinity ? least : 0;
  }

  #soonest(stage: number, group: number, at: number, transitions: number): number {
    let least = Infinity;
    for (let next = 0; next < this.program.stages.length; next++) {
      if (next === stage) continue;
      const hold = Math.max(0, this.leastHold(stage, next) - at);
      const { total } = this.transition(stage, next);
      if (this.has(next, group)) least = Math.min(least, hold + this.prepared(group, stage, next));
      else if (transitions > 1) least = Math.min(least, hold + total + this.#soonest(next, group, 0, transitions - 1));
    }
    return least;
  }

  /** s by which a moment comes before the end of a stage by the clock. */
  #early(stage: number, end: number): number {
    const early = modulo((this.#ends[stage] as number) - (end - this.program.offset), this.#cycle);
    return early < EPSILON || early > this.#cycle - EPSILON ? 0 : early;
  }
}

function modulo(value: number, by: number): number {
  return value - Math.floor(value / by) * by;
}
