import type { LaneGraph } from '../road/lane-graph.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { LaneUser } from './lane-change/lane-user.ts';
import type { LanePath } from './lane-path.ts';

/** m before the end of a lane that has to be left where one waits, so that there is room to move over: own lengths and more. */
const END_LENGTHS = 1.2;
const END_GAP = 5;
/** m from there within which one counts as standing there; m/s below which one stands. */
const STANDS = 12;
const STANDING = 0.3;
/** s that one stands there until it gives up and goes where the lane leads. */
const PATIENCE = 6;
/** m/s from which on one does so rather than brake harder than comfortable, by so many times. */
const FAST = 6;
const HARD = 1.3;

/** How one driver waits before the end of a lane that it has to leave. */
export class LaneEnd implements Saved {
  readonly #graph: LaneGraph;
  readonly #path: LanePath;
  #stood = 0;

  constructor(graph: LaneGraph, path: LanePath) {
    this.#graph = graph;
    this.#path = path;
  }

  /**
   * m from its front bumper to where it waits; Infinity where it need not. While it looks for a gap, changes of lane see to it that it
   * stops in time, and no earlier.
   */
  distance(me: LaneUser): number {
    const { changes, detour } = me.need;
    if (this.#path.end !== 'change' || (changes !== 0 && detour === Infinity)) return Infinity;
    return Math.max(0, this.#path.length - me.s - me.spec.length / 2 - this.#spare(me));
  }

  /** Lets dt s pass. @returns whether it has waited in vain for long, or missed the last chance at speed, though its lane leads on. */
  givesUp(me: LaneUser, dt: number): boolean {
    const { lanes, length, end } = this.#path;
    const last = this.#graph.lanes[lanes[lanes.length - 1] as number];
    if (end !== 'change' || last?.successors.length === 0) {
      this.#stood = 0;
      return false;
    }
    const { speed, need } = me;
    const room = Math.max(1, need.room - this.#spare(me));
    if (need.changes !== 0 && speed > FAST && speed * speed > 2 * HARD * me.parameters.braking * room) return true;
    this.#stood = speed <= STANDING && length - me.s < STANDS + this.#spare(me) ? this.#stood + dt : 0;
    if (this.#stood < PATIENCE) return false;
    this.#stood = 0;
    return true;
  }

  save(writer: StateWriter): void {
    writer.f64(this.#stood);
  }

  load(reader: StateReader): void {
    this.#stood = reader.f64();
  }

  /** m before the end of its lane where it waits: none when it moves over already. */
  #spare(me: LaneUser): number {
    if (me.leaving !== null) return 0;
    const { length, bases } = this.#path;
    const last = length - (bases[bases.length - 1] as number);
    return Math.min(END_GAP + END_LENGTHS * me.spec.length, last / 2);
  }
}
