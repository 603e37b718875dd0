import type { LaneGraph } from './lane-graph.ts';

/** m that a change of lane costs beside the length driven, so that a way without one is preferred. */
const CHANGE_COST = 20;

/**
 * The shortest way from one lane to another, over successors and neighbours, by Dijkstra; of equal ways the one over lower ids.
 * @throws RangeError when there is none.
 */
export function findRoute(graph: LaneGraph, fromLane: number, toLane: number): number[] {
  const count = graph.lanes.length;
  const cost = new Float64Array(count).fill(Infinity);
  const previous = new Int32Array(count).fill(-1);
  const settled = new Uint8Array(count);
  graph.laneLength(toLane);
  cost[fromLane] = graph.laneLength(fromLane);
  for (;;) {
    let lane = -1;
    for (let i = 0; i < count; i++) {
      if (settled[i] === 0 && (cost[i] as number) < (lane < 0 ? Infinity : (cost[lane] as number))) lane = i;
    }
    if (lane < 0) throw new RangeError(`there is no way from lane ${fromLane} to lane ${toLane}`);
    if (lane === toLane) break;
    settled[lane] = 1;
    const here = cost[lane] as number;
    const reach = (next: number, total: number): void => {
      if (settled[next] === 1 || total >= (cost[next] as number)) return;
      cost[next] = total;
      previous[next] = lane;
    };
    const { successors, leftNeighbour, rightNeighbour } = graph.lanes[lane] as (typeof graph.lanes)[number];
    for (const next of successors) reach(next, here + graph.laneLength(next));
    if (leftNeighbour !== null) reach(leftNeighbour, here + CHANGE_COST);
    if (rightNeighbour !== null) reach(rightNeighbour, here + CHANGE_COST);
  }
  const lanes = [toLane];
  for (let lane = toLane; lane !== fromLane;) {
    lane = previous[lane] as number;
    lanes.unshift(lane);
  }
  return lanes;
}
