import type { LaneGraph, Pose } from '../road/lane-graph.ts';
import type { Way } from './navigator.ts';

/** m beyond the end of the present lane for which the lanes ahead are listed. */
const SIGHT = 250;

/** What stands at the end of a path. */
export type PathEnd =
  /** The lanes go on beyond what is listed. */
  | 'further'
  /** The driver's destination, or the edge of the map for one who has lost its way. */
  | 'destination'
  /** The lane has to be left before its end. */
  | 'change';

/**
 * The lanes ahead of a driver, each a successor of the one before. It follows from the way and the lane it is in; only these are
 * state.
 */
export class LanePath {
  /** The lane it is in first. */
  readonly lanes: number[] = [];
  /** m from the start of the first lane to the start of each. */
  readonly bases: number[] = [];
  /** m from the start of the first lane to the end of the last. */
  length = 0;
  end: PathEnd = 'destination';
  readonly #graph: LaneGraph;

  constructor(graph: LaneGraph) {
    this.#graph = graph;
  }

  /** Lists the lanes from one on. */
  follow(way: Way, from: number): void {
    this.lanes.length = 0;
    this.bases.length = 0;
    this.length = 0;
    this.#add(from);
    this.#extend(way);
  }

  /** The pose `s` m from the start of the first lane, `offset` m to the left; straight on behind the end of the last lane. */
  pose(s: number, offset: number, out: Pose): Pose {
    const { bases, lanes } = this;
    let i = 0;
    while (i + 1 < lanes.length && s >= (bases[i + 1] as number)) i++;
    return this.#graph.pose(lanes[i] as number, s - (bases[i] as number), offset, out);
  }

  #add(lane: number): void {
    this.lanes.push(lane);
    this.bases.push(this.length);
    this.length += this.#graph.laneLength(lane);
  }

  #extend(way: Way): void {
    const { lanes } = this;
    const own = this.#graph.laneLength(lanes[0] as number);
    while (this.length - own < SIGHT) {
      const last = lanes[lanes.length - 1] as number;
      let next = way.successor[last] as number;
      if (next < 0) {
        const lost = way.cost[last] === Infinity;
        if ((way.change[last] as number) >= 0) {
          this.end = 'change';
          return;
        }
        const straight = lost ? this.#graph.lanes[last]?.successors[0] : undefined;
        if (straight === undefined) {
          this.end = 'destination';
          return;
        }
        next = straight;
      }
      this.#add(next);
    }
    this.end = 'further';
  }
}
