import type { LaneGraph } from '../../road/lane-graph.ts';
import type { Motorist } from '../contract.ts';
import type { Occupancy } from '../occupancy.ts';
import type { Entry, Ledger } from './ledger.ts';

/** s for which one must have waited for room. */
const PATIENCE = 5;
/** How many queues a circle may have. */
const LONGEST = 12;

/**
 * Finds queues that wait in a circle: each one's head for room behind the last of the next. One of them has to drive into its junction
 * without room; then its own queue moves up, which makes room for the head of the one before, and so on round to the queue ahead.
 */
export class Gridlock {
  readonly #graph: LaneGraph;
  readonly #occupancy: Occupancy;
  readonly #ledger: Ledger;

  constructor(graph: LaneGraph, occupancy: Occupancy, ledger: Ledger) {
    this.#graph = graph;
    this.#occupancy = occupancy;
    this.#ledger = ledger;
  }

  /** Whether a motorist that has long waited for room at the head of its queue is part of such a circle. */
  includes(entry: Entry): boolean {
    const outside = entry.commitments.some(({ entered }) => !entered);
    if (!entry.full || (entry.waited < PATIENCE && !outside)) return false;
    let at: Entry | undefined = entry;
    for (let i = 0; i < LONGEST; i++) {
      at = this.#headBehind(at);
      if (!at) return false;
      if (at === entry) return true;
      if (!at.full) return false;
    }
    return false;
  }

  /** The first of the queue on the road that a motorist is about to drive into. */
  #headBehind({ motorist, arrivals }: Entry): Entry | undefined {
    const exit = arrivals.find(({ entered }) => !entered)?.exit;
    if (!motorist || exit === undefined) return undefined;
    const { path } = motorist;
    let last = -1;
    for (let i = exit; i < path.length; i++) {
      const lane = path[i] as number;
      if (this.#graph.lanes[lane]?.junction !== null) break;
      last = lane;
    }
    return last < 0 ? undefined : this.#firstOn(last, motorist);
  }

  #firstOn(lane: number, except: Motorist): Entry | undefined {
    const list = this.#occupancy.on(lane);
    for (let i = list.length - 1; i >= 0; i--) {
      const other = list[i];
      if (!other?.inside || other.user.id === except.id) continue;
      const entry = this.#ledger.find(other.user.id);
      if (entry) return entry;
    }
    return undefined;
  }
}
