import type { MapMessage, SignalState, SpatMessage } from '@gauntlet/agents-sdk/protocol';
import { SIGNAL_STATES } from './states.ts';
import { hypot } from '../math.ts';
import type { LaneGraph } from '../road/lane-graph.ts';
import type { SignalPlan } from '../scenario.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { SignalView } from '../traffic/contract.ts';
import { Controller, NOT_KNOWN, type Ending } from './controller.ts';
import type { SignalDemand } from './demand.ts';
import { ownProgram, plannedProgram } from './program.ts';
import { mapMessageOf, middleOf, spatMessageOf } from './radio.ts';
import { findSites, type Site } from './site.ts';

export interface SignalControlOptions {
  readonly graph: LaneGraph;
  /** How junctions are switched; those without a plan go on demand, by stages worked out from the map. */
  readonly plans?: readonly SignalPlan[];
}

const OFF = SIGNAL_STATES.indexOf('off');
const FLASHING = SIGNAL_STATES.indexOf('flashing-amber');

/**
 * All signals of a map. One that governs nothing stays off; signals that no controller can run, since those of one group let in
 * lanes that cross one another, flash amber (people's stay off): priority is by signs there.
 */
export class SignalControl implements SignalView, Saved {
  /** Which signals could not be understood and why, a sentence each. */
  readonly warnings: readonly string[];
  /** Ids of the junctions that have signals, in order. */
  readonly junctions: readonly number[];
  readonly #graph: LaneGraph;
  readonly #controllers: readonly Controller[];
  /** Sites by junction, run or not. Only looked up. */
  readonly #sites = new Map<number, Site>();
  readonly #middles: readonly (readonly [x: number, y: number])[];
  /** By signal: its controller, and the index of its group there; undefined for one that none runs. */
  readonly #places: ({ readonly controller: Controller; readonly group: number } | undefined)[];
  readonly #states: Uint8Array;
  readonly #messages = new Map<number, MapMessage>();
  #time = 0;

  /** @throws RangeError that names junction and field of a plan that cannot be. */
  constructor({ graph, plans = [] }: SignalControlOptions) {
    this.#graph = graph;
    const warnings: string[] = [];
    const sites = findSites(graph, (text) => warnings.push(text));
    for (const site of sites) if (site.junction !== null) this.#sites.set(site.junction, site);
    this.junctions = [...this.#sites.keys()].sort((a, b) => a - b);
    this.#middles = this.junctions.map((junction) => middleOf(graph, this.#site(junction)));
    const planned = new Map<number, SignalPlan>();
    for (const plan of plans) {
      if (!this.#sites.has(plan.junction)) {
        const known =
          this.junctions.length > 0 ? `one of ${this.junctions.join(', ')}` : 'none, as the map has no signals';
        throw new RangeError(`signals of junction ${plan.junction}: expected a junction with signals (${known})`);
      }
      if (planned.has(plan.junction))
        throw new RangeError(`signals of junction ${plan.junction}: expected one plan, got two`);
      planned.set(plan.junction, plan);
    }

    this.#states = new Uint8Array(graph.map.signals.length).fill(OFF);
    this.#places = graph.map.signals.map(() => undefined);
    const controllers: Controller[] = [];
    for (const site of sites) {
      const plan = site.junction === null ? undefined : planned.get(site.junction);
      const program = plan ? plannedProgram(site, plan) : ownProgram(site);
      if (site.trouble !== null) {
        warnings.push(`signals of junction ${site.junction ?? 'none'} flash amber: ${site.trouble}`);
        for (const { signals, lanes } of site.groups)
          for (const signal of signals) this.#states[signal] = lanes.length > 0 ? FLASHING : OFF;
        continue;
      }
      const controller = new Controller(site, program);
      controllers.push(controller);
      site.groups.forEach(({ signals }, group) => {
        for (const signal of signals) this.#places[signal] = { controller, group };
      });
    }
    this.#controllers = controllers;
    this.warnings = warnings;
    this.#show();
  }

  /** @param time s of simulation now. @param dt s since the last step. */
  step(time: number, dt: number, demand: SignalDemand): void {
    this.#time = time;
    for (const controller of this.#controllers) controller.step(time, dt, demand);
    this.#show();
  }

  state(signal: number): SignalState {
    return SIGNAL_STATES[this.#states[signal] ?? OFF] ?? 'off';
  }

  /** What each signal shows, an index into `SIGNAL_STATES`. A copy. */
  states(): Uint8Array {
    return this.#states.slice();
  }

  /** s from now before which a signal's state does not end, unless blue lights come. */
  minEnd(signal: number): number {
    return this.#ending(signal).min;
  }

  /** s from now after which it has ended, or null when that is not known. */
  maxEnd(signal: number): number | null {
    return this.#ending(signal).max;
  }

  /** The signal groups of a junction. @throws RangeError for one without signals. */
  groups(junction: number): readonly number[] {
    return this.#site(junction).groups.map(({ group }) => group);
  }

  /** @throws RangeError for a junction without signals. */
  spat(junction: number): SpatMessage {
    return spatMessageOf(this.#site(junction), junction, this);
  }

  /** @throws RangeError for a junction without signals. */
  mapMessage(junction: number): MapMessage {
    let message = this.#messages.get(junction);
    if (!message) {
      message = mapMessageOf(this.#graph, this.#site(junction), junction);
      this.#messages.set(junction, message);
    }
    return message;
  }

  /** The junctions with signals whose middle is within `range` m of a place, in order of ids. */
  junctionsInRange(x: number, y: number, range: number): number[] {
    return this.junctions.filter((_, i) => {
      const [u, v] = this.#middles[i] as readonly [number, number];
      return hypot(u - x, v - y) <= range;
    });
  }

  save(writer: StateWriter): void {
    writer.f64(this.#time);
    for (const controller of this.#controllers) controller.save(writer);
  }

  load(reader: StateReader): void {
    this.#time = reader.f64();
    for (const controller of this.#controllers) controller.load(reader);
    this.#show();
  }

  #site(junction: number): Site {
    const site = this.#sites.get(junction);
    if (!site)
      throw new RangeError(`expected a junction with signals of ${this.junctions.join(', ')}, got ${junction}`);
    return site;
  }

  #ending(signal: number): Ending {
    const place = this.#places[signal];
    return place ? place.controller.ending(place.group, this.#time) : NOT_KNOWN;
  }

  #show(): void {
    for (let signal = 0; signal < this.#states.length; signal++) {
      const place = this.#places[signal];
      if (place) this.#states[signal] = place.controller.shows(place.group);
    }
  }
}
