import type { SignalState } from '@gauntlet/agents-sdk/protocol';
import { SIGNAL_STATES } from './states.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { SignalDemand } from './demand.ts';
import { LEAST_GREEN, type Program } from './program.ts';
import type { Site } from './site.ts';
import { EPSILON, Timetable } from './timetable.ts';
import { isVehicles, RED_AMBER } from './transition.ts';

/** When a state will end, s from now, as far as the controller knows; blue lights that may come are not foreseen. */
export interface Ending {
  readonly min: number;
  readonly max: number | null;
}

export const NOT_KNOWN: Ending = { min: 0, max: null };

/** s before the stop line within which a vehicle calls for green, holds it, and blue lights have it made ready. Own choices. */
const CALL = 6;
const HOLD = 3;
const PREEMPT = 15;
/** s after which a group that is red is served even if its detectors see nobody, and a stage is no longer held for blue lights. */
const RECALL = 120;
const PREEMPT_LIMIT = 90;

const CODE = Object.fromEntries(SIGNAL_STATES.map((state, i) => [state, i])) as Record<SignalState, number>;

/**
 * Switches the signals of one site: stage after stage of a fixed program, or on demand; between stages amber, a clearance time, and
 * red with amber. Blue lights that come near get their stage, as soon as all others have been cleared.
 */
export class Controller implements Saved {
  readonly site: Site;
  readonly #table: Timetable;
  readonly #fixed: boolean;
  #stage = 0;
  /** The stage that the transition under way leads to, -1 in a stage. */
  #next = -1;
  /** s of simulation at which the stage or the transition began. */
  #since = 0;
  /** Whether the stage is held, or about to end, for blue lights. */
  #preempted = false;
  /** By group: whether somebody waits; s at which it was last seen green; what it shows, an index into SIGNAL_STATES. */
  readonly #called: Uint8Array;
  readonly #served: Float64Array;
  readonly #shown: Uint8Array;

  constructor(site: Site, program: Program) {
    this.site = site;
    this.#table = new Timetable(site, program);
    this.#fixed = program.kind === 'fixed';
    this.#called = new Uint8Array(site.groups.length);
    this.#served = new Float64Array(site.groups.length);
    this.#shown = new Uint8Array(site.groups.length);
    if (this.#fixed) {
      const { stage, next, at } = this.#table.first();
      this.#stage = stage;
      this.#next = next;
      this.#since = -at;
    }
    this.#show(0);
  }

  /** What a group shows, an index into SIGNAL_STATES. */
  shows(group: number): number {
    return this.#shown[group] as number;
  }

  /** @param time s. @param dt s since the last step. */
  step(time: number, dt: number, demand: SignalDemand): void {
    this.#observe(time, demand);
    const wanted = this.#emergencyStage(time, demand);
    for (;;) {
      if (this.#next < 0) {
        const begin = this.#decide(time, dt, demand, wanted);
        if (begin === null) break;
        this.#since = begin;
      }
      const { total } = this.#table.transition(this.#stage, this.#next);
      if (time - this.#since < total - EPSILON) break;
      this.#stage = this.#next;
      this.#next = -1;
      this.#since += total;
      for (const group of this.#table.groups(this.#stage)) this.#called[group] = 0;
    }
    this.#show(time);
  }

  /** When the state of a group will end. @param time s of the last step. */
  ending(group: number, time: number): Ending {
    const at = time - this.#since;
    const before = this.#table.has(this.#stage, group);
    if (this.#next < 0) {
      if (this.#preempted) return NOT_KNOWN;
      return before ? this.#greenEnd(group, at) : this.#redEnd(group, at);
    }
    const { lead, total } = this.#table.transition(this.#stage, this.#next);
    const after = this.#table.has(this.#next, group);
    const rest = total - at;
    if (before && after) return this.#greenFrom(group, rest);
    if (after) {
      const prepared = this.#table.prepared(group, this.#stage, this.#next);
      return exactly(at < prepared - EPSILON ? prepared - at : rest);
    }
    if (before && isVehicles(this.site, group)) {
      if (at < lead - EPSILON) return exactly(lead - at);
      const amber = lead + (this.#table.program.amber[group] as number);
      if (at < amber - EPSILON) return exactly(amber - at);
    }
    return this.#redFrom(group, rest);
  }

  save(writer: StateWriter): void {
    writer.u32(this.#stage);
    writer.f64(this.#next);
    writer.f64(this.#since);
    writer.bool(this.#preempted);
    writer.bytes(this.#called);
    for (const time of this.#served) writer.f64(time);
    writer.bytes(this.#shown);
  }

  load(reader: StateReader): void {
    this.#stage = reader.u32();
    this.#next = reader.f64();
    this.#since = reader.f64();
    this.#preempted = reader.bool();
    this.#called.set(reader.bytes());
    for (let i = 0; i < this.#served.length; i++) this.#served[i] = reader.f64();
    this.#shown.set(reader.bytes());
  }

  #observe(time: number, demand: SignalDemand): void {
    for (let i = 0; i < this.#shown.length; i++) {
      const { lanes, crossings } = this.site.groups[i] as Site['groups'][number];
      if (this.#shown[i] === CODE.green) this.#served[i] = time;
      if (this.#shown[i] !== CODE.red || this.#called[i] === 1 || this.#fixed) continue;
      const somebody =
        lanes.some((lane) => demand.arrival(lane) <= CALL) ||
        crossings.some((crossing) => demand.people(crossing)) ||
        time - (this.#served[i] as number) >= RECALL;
      if (somebody) this.#called[i] = 1;
    }
  }

  /** The stage for blue lights on their way, -1 without any: the present one when it serves some of them. */
  #emergencyStage(time: number, demand: SignalDemand): number {
    let nearest = PREEMPT;
    let group = -1;
    const { groups } = this.site;
    for (let i = 0; i < groups.length; i++) {
      for (const lane of (groups[i] as Site['groups'][number]).lanes) {
        const seconds = demand.emergency(lane);
        if (seconds >= nearest) continue;
        const served = this.#next < 0 && this.#table.has(this.#stage, i);
        if (served && time - this.#since < PREEMPT_LIMIT) return this.#stage;
        nearest = seconds;
        group = i;
      }
    }
    if (group < 0 || this.#table.has(this.#stage, group)) return -1;
    return this.#firstAfter((stage) => this.#table.has(stage, group));
  }

  /** The first stage after the present one that is as asked, -1 without one. */
  #firstAfter(is: (stage: number) => boolean): number {
    let stage = this.#table.following(this.#stage);
    while (stage !== this.#stage && !is(stage)) stage = this.#table.following(stage);
    return stage === this.#stage ? -1 : stage;
  }

  /** Whether the stage ends now: sets the next one and returns when the transition to it begins, else null. */
  #decide(time: number, dt: number, demand: SignalDemand, wanted: number): number | null {
    const elapsed = time - this.#since;
    this.#preempted = wanted >= 0;
    if (wanted >= 0) {
      if (wanted === this.#stage || elapsed < LEAST_GREEN - EPSILON) return null;
      this.#next = wanted;
      return time;
    }
    if (this.#fixed) {
      const due = this.#table.fixedEnd(this.#stage, this.#since);
      if (time < due - EPSILON) return null;
      this.#next = this.#table.following(this.#stage);
      // It may have been held long after it was due.
      return time - due < dt ? due : time;
    }
    const next = this.#calledStage();
    if (next < 0 || elapsed < this.#table.leastHold(this.#stage, next) - EPSILON) return null;
    if (elapsed < this.#table.mostHold(this.#stage, next) - EPSILON && this.#inUse(next, demand)) return null;
    this.#next = next;
    return time;
  }

  /** The next stage that somebody waits for in vain now, -1 without one. */
  #calledStage(): number {
    return this.#firstAfter((stage) =>
      this.#table.groups(stage).some((group) => this.#called[group] === 1 && !this.#table.has(this.#stage, group)),
    );
  }

  /** Whether vehicles are about to use a green that would end. */
  #inUse(next: number, demand: SignalDemand): boolean {
    return this.#table
      .groups(this.#stage)
      .some(
        (group) =>
          !this.#table.has(next, group) &&
          (this.site.groups[group] as Site['groups'][number]).lanes.some((lane) => demand.arrival(lane) <= HOLD),
      );
  }

  #show(time: number): void {
    const at = time - this.#since;
    const moving = this.#next >= 0;
    for (let i = 0; i < this.#shown.length; i++) {
      const before = this.#table.has(this.#stage, i);
      const after = moving && this.#table.has(this.#next, i);
      if (before && (after || !moving)) this.#shown[i] = CODE.green;
      else this.#shown[i] = CODE[moving && isVehicles(this.site, i) ? this.#changing(i, before, after, at) : 'red'];
    }
  }

  /** What a group of vehicles shows in a transition that it begins with, or ends with. */
  #changing(group: number, before: boolean, after: boolean, at: number): SignalState {
    const { lead, total } = this.#table.transition(this.#stage, this.#next);
    if (after) return at >= total - RED_AMBER - EPSILON ? 'red-amber' : 'red';
    if (!before) return 'red';
    if (at < lead - EPSILON) return 'green';
    return at < lead + (this.#table.program.amber[group] as number) - EPSILON ? 'amber' : 'red';
  }

  /** For a group that is green, `at` s after the begin of the present stage. */
  #greenEnd(group: number, at: number): Ending {
    const table = this.#table;
    if (this.#fixed) {
      const due = table.fixedEnd(this.#stage, this.#since);
      const next = table.following(this.#stage);
      const rest = due - this.#since - at;
      return table.has(next, group)
        ? this.#later(table.fixedGreen(this.#stage, group), rest - table.leastHold(this.#stage, next), due)
        : exactly(rest + table.lead(group, this.#stage, next));
    }
    const min = table.soonestEnd(this.#stage, group, at);
    const others = table.program.stages.map((_, stage) => stage).filter((stage) => stage !== this.#stage);
    if (this.#calledStage() < 0 || others.some((stage) => table.has(stage, group))) return { min, max: null };
    const most = (next: number): number => table.mostHold(this.#stage, next) + table.lead(group, this.#stage, next);
    return { min, max: Math.max(min, others.reduce((least, next) => Math.max(least, most(next)), 0) - at) };
  }

  /** For a group that is red, `at` s after the begin of the present stage. */
  #redEnd(group: number, at: number): Ending {
    const table = this.#table;
    if (!this.#fixed) return { min: table.soonestGreen(this.#stage, group, at), max: null };
    const due = table.fixedEnd(this.#stage, this.#since);
    const hold = table.leastHold(this.#stage, table.following(this.#stage));
    return this.#later(table.fixedRed(this.#stage, group), due - this.#since - at - hold, due);
  }

  /** For a group that is green in the next stage too, `rest` s before that begins. */
  #greenFrom(group: number, rest: number): Ending {
    if (this.#fixed) return this.#later(this.#table.fixedGreen(this.#next, group), rest, this.#since);
    return { min: rest + this.#table.soonestEnd(this.#next, group, 0), max: null };
  }

  /** For a group that is red now and in the next stage, `rest` s before that begins. */
  #redFrom(group: number, rest: number): Ending {
    if (this.#fixed) return this.#later(this.#table.fixedRed(this.#next, group), rest, this.#since);
    return { min: rest + this.#table.soonestGreen(this.#next, group, 0), max: null };
  }

  /** After more than one stage of a fixed program: stages that are stretched on the way, to get in step again, make it later. */
  #later(seconds: number | null, rest: number, stageEnd: number): Ending {
    if (seconds === null) return NOT_KNOWN;
    const min = seconds + rest;
    return { min, max: this.#table.inStep(this.#stage, stageEnd) ? min : null };
  }
}

function exactly(seconds: number): Ending {
  return { min: seconds, max: seconds };
}
