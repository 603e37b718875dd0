import { newLanePoint, type LaneGraph } from '../../road/lane-graph.ts';

/** A place and, where it is known, the lane there. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  /** -1 where it has to be looked for. */
  readonly lane: number;
}

/** Where one spot is as seen from another. */
export interface RoadOffset {
  /** m along the road, positive where it is ahead. */
  distance: number;
  /** How many lanes farther to the left it is. */
  lanesLeft: number;
}

/** m from a lane at which those beside the road still count as at that lane. */
const BESIDE = 8;

interface Step {
  readonly lane: number;
  /** m from the spot to the start of the lane, along the road; lanes to the left. */
  readonly base: number;
  readonly left: number;
}

/**
 * Finds one spot from another over lanes that follow one another or lie side by side. Stories look seldom and far: nothing of it is
 * kept.
 */
export class RoadDistance {
  readonly #graph: LaneGraph;
  readonly #point = newLanePoint();

  constructor(graph: LaneGraph) {
    this.#graph = graph;
  }

  /** The driving lane of a spot, or -1 off the road. */
  lane({ x, y, lane }: Spot): number {
    return lane >= 0 ? lane : (this.#graph.nearest(x, y, BESIDE)?.lane ?? -1);
  }

  /** @param horizon m along the road within which it is looked for. @returns null where it is farther away, or no way leads there. */
  between(from: Spot, to: Spot, horizon: number): RoadOffset | null {
    const start = this.lane(from);
    if (start < 0) return null;
    const targets = this.#lanesAt(to);
    if (targets.length === 0) return null;
    const first = this.#beside(start, -this.#graph.project(start, from.x, from.y, this.#point).s, 0);
    let best: RoadOffset | null = null;
    for (const direction of [1, -1] as const) {
      const seen = new Set<number>();
      const queue = [...first];
      for (let at = 0; at < queue.length; at++) {
        const { lane, base, left } = queue[at] as Step;
        if (seen.has(lane)) continue;
        seen.add(lane);
        if (targets.includes(lane)) {
          const distance = base + this.#graph.project(lane, to.x, to.y, this.#point).s;
          const nearer = !best || Math.abs(distance) < Math.abs(best.distance) - 1e-9;
          if (nearer && Math.abs(distance) <= horizon) best = { distance, lanesLeft: left };
        }
        const next = this.#graph.lanes[lane];
        if (!next) continue;
        const end = base + this.#graph.laneLength(lane);
        if (direction === 1 ? end > horizon : -base > horizon) continue;
        for (const follower of direction === 1 ? next.successors : next.predecessors) {
          if (seen.has(follower)) continue;
          const start = direction === 1 ? end : base - this.#graph.laneLength(follower);
          queue.push(...this.#beside(follower, start, left));
        }
      }
    }
    return best;
  }

  #lanesAt(spot: Spot): number[] {
    if (spot.lane >= 0) return [spot.lane];
    const lanes: number[] = [];
    this.#graph.touching(spot.x, spot.y, 0, (lane, { overshoot }) => {
      if (overshoot <= 0) lanes.push(lane);
    });
    if (lanes.length > 0) return lanes;
    const nearest = this.lane(spot);
    return nearest < 0 ? [] : [nearest];
  }

  /** A lane and those side by side with it, itself first. */
  #beside(lane: number, base: number, left: number): Step[] {
    const { lanes } = this.#graph;
    const steps: Step[] = [{ lane, base, left }];
    for (const direction of [1, -1] as const) {
      let at = lane;
      for (let i = 1; i <= lanes.length; i++) {
        const next: number | null | undefined = direction === 1 ? lanes[at]?.leftNeighbour : lanes[at]?.rightNeighbour;
        if (next === null || next === undefined) break;
        steps.push({ lane: next, base, left: left + i * direction });
        at = next;
      }
    }
    return steps;
  }
}
