import type { LaneGraph } from '../../road/lane-graph.ts';
import type { Motorist } from '../contract.ts';
import type { Occupancy } from '../occupancy.ts';
import type { Ledger } from './ledger.ts';

/** m/s below which somebody stands; m to either side that one needs to drive by. */
const STANDING = 0.5;
const BESIDE = 0.2;

/** Finds those who stand in the lane before a junction, be it with a part of their body, as those do who change lane in a queue. */
export class Obstruction {
  readonly #graph: LaneGraph;
  readonly #occupancy: Occupancy;
  readonly #ledger: Ledger;

  constructor(graph: LaneGraph, occupancy: Occupancy, ledger: Ledger) {
    this.#graph = graph;
    this.#occupancy = occupancy;
    this.#ledger = ledger;
  }

  /**
   * Whether somebody stands in a motorist's way who was not let in before it.
   * @param until m from the middle of its body. @param order of those who were let in before it.
   */
  ahead(motorist: Motorist, until: number, order: number): boolean {
    const { path, s, spec } = motorist;
    let base = -s;
    for (let i = 0; i < path.length && base < until; i++) {
      const lane = path[i] as number;
      const list = this.#occupancy.on(lane);
      for (let k = i === 0 ? this.#occupancy.indexFrom(lane, s) : 0; k < list.length; k++) {
        const other = list[k];
        if (!other || base + other.s > until) break;
        if (other.user.id === motorist.id || other.along > STANDING || other.user.kind === 'pedestrian') continue;
        if (Math.abs(other.offset) > other.halfWidth + spec.width / 2 + BESIDE) continue;
        if (base + other.s <= 0) continue;
        const promised = this.#ledger.find(other.user.id)?.commitments[0];
        if (!promised || promised.order > order) return true;
      }
      base += this.#graph.laneLength(lane);
    }
    return false;
  }
}
