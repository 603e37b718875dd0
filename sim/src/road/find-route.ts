import type { LaneGraph } from './lane-graph.ts';

/** m that a change of lane costs beside the length driven, so that a way without one is preferred. */
const CHANGE_COST = 20;

/**
 * The shortest way from one lane to another, over successors and neighbours, by Dijkstra; of equal ways the one over lower ids.
 * @throws RangeError when there is none.
 */
export function findRoute(graph: LaneGraph, fromLane: number, toLane: number): number[] {
  graph.laneLength(toLane);
  const lanes = new RouteTree(graph, fromLane, toLane).to(toLane);
  if (!lanes) throw new RangeError(`there is no way from lane ${fromLane} to lane ${toLane}`);
  return lanes;
}

/** The shortest ways from one lane to all others: what `findRoute` gives for each. */
export class RouteTree {
  readonly #from: number;
  readonly #previous: Int32Array;
  readonly #settled: Uint8Array;

  /** @param until a lane; those that are farther away are not looked for. */
  constructor(graph: LaneGraph, from: number, until = -1) {
    const count = graph.lanes.length;
    const cost = new Float64Array(count).fill(Infinity);
    const previous = new Int32Array(count).fill(-1);
    const settled = new Uint8Array(count);
    this.#from = from;
    this.#previous = previous;
    this.#settled = settled;
    cost[from] = graph.laneLength(from);
    const open = new Queue();
    open.push(cost[from], from);
    for (let lane = open.pop(); lane >= 0; lane = open.pop()) {
      // A lane stands in the queue once for each time that it got cheaper.
      if (settled[lane] === 1) continue;
      settled[lane] = 1;
      if (lane === until) return;
      const here = cost[lane] as number;
      const reach = (next: number, total: number): void => {
        if (settled[next] === 1 || total >= (cost[next] as number)) return;
        cost[next] = total;
        previous[next] = lane;
        open.push(total, next);
      };
      const { successors, leftNeighbour, rightNeighbour } = graph.lanes[lane] as (typeof graph.lanes)[number];
      for (const next of successors) reach(next, here + graph.laneLength(next));
      if (leftNeighbour !== null) reach(leftNeighbour, here + CHANGE_COST);
      if (rightNeighbour !== null) reach(rightNeighbour, here + CHANGE_COST);
    }
  }

  /** Lanes in driving order, the first and the last one included, or null when there is no way. */
  to(lane: number): number[] | null {
    if (this.#settled[lane] !== 1) return null;
    const lanes = [lane];
    for (let at = lane; at !== this.#from;) {
      at = this.#previous[at] as number;
      lanes.push(at);
    }
    return lanes.reverse();
  }
}

/** A binary heap of lanes by cost, then by id. */
class Queue {
  readonly #costs: number[] = [];
  readonly #lanes: number[] = [];

  push(cost: number, lane: number): void {
    let at = this.#lanes.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(cost, lane, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#costs[at] = cost;
    this.#lanes[at] = lane;
  }

  /** Takes the first one out; -1 when it is empty. */
  pop(): number {
    const first = this.#lanes[0];
    const cost = this.#costs.pop();
    const lane = this.#lanes.pop();
    if (first === undefined || cost === undefined || lane === undefined) return -1;
    const count = this.#lanes.length;
    if (count === 0) return first;
    let at = 0;
    for (let child = 1; child < count; child = 2 * at + 1) {
      const right = child + 1;
      if (right < count && this.#before(this.#costs[right] as number, this.#lanes[right] as number, child))
        child = right;
      if (this.#before(cost, lane, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#costs[at] = cost;
    this.#lanes[at] = lane;
    return first;
  }

  #before(cost: number, lane: number, other: number): boolean {
    const known = this.#costs[other] as number;
    return cost < known || (cost === known && lane < (this.#lanes[other] as number));
  }

  #move(from: number, to: number): void {
    this.#costs[to] = this.#costs[from] as number;
    this.#lanes[to] = this.#lanes[from] as number;
  }
}
