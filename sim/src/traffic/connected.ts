import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import type { LaneGraph } from '../road/lane-graph.ts';

/**
 * The strongly connected components of a map's driving lanes, over successors and neighbours: from each lane of one every other
 * of it can be reached. By Tarjan (Depth-first search and linear graph algorithms, SIAM J. Comput. 1, 146, 1972), without recursion.
 * @returns by lane id: the component's number, -1 for lanes that nobody drives on.
 */
export function connectedParts(graph: LaneGraph): Int32Array {
  const { lanes } = graph;
  const next = lanes.map((lane) => waysOn(lane, lanes));
  const part = new Int32Array(lanes.length).fill(-1);
  const order = new Int32Array(lanes.length).fill(-1);
  const low = new Int32Array(lanes.length);
  const done = new Int32Array(lanes.length);
  const open: number[] = [];
  const calls: number[] = [];
  let [time, parts] = [0, 0];
  for (const { id, kind } of lanes) {
    if (kind !== 'driving' || (order[id] as number) >= 0) continue;
    calls.push(id);
    while (calls.length > 0) {
      const lane = calls[calls.length - 1] as number;
      if ((order[lane] as number) < 0) {
        order[lane] = low[lane] = time++;
        open.push(lane);
      }
      const ways = next[lane] as readonly number[];
      const way = ways[done[lane] as number];
      if (way === undefined) {
        calls.pop();
        if (low[lane] === order[lane]) {
          for (let member = -1; member !== lane;) {
            member = open.pop() as number;
            part[member] = parts;
          }
          parts++;
        }
        const caller = calls[calls.length - 1];
        if (caller !== undefined) low[caller] = Math.min(low[caller] as number, low[lane] as number);
        continue;
      }
      done[lane] = (done[lane] as number) + 1;
      if ((order[way] as number) < 0) calls.push(way);
      else if ((part[way] as number) < 0) low[lane] = Math.min(low[lane] as number, order[way] as number);
    }
  }
  return part;
}

function waysOn({ successors, leftNeighbour, rightNeighbour }: MapLane, lanes: readonly MapLane[]): number[] {
  return [...successors, leftNeighbour, rightNeighbour].filter(
    (lane): lane is number => lane !== null && lanes[lane]?.kind === 'driving',
  );
}
