import type { LaneGraph } from '../road/lane-graph.ts';
import type { ScenarioPlan } from '../scenario.ts';

/** The place so many metres from the start of a route's first lane, which may lie in a later one. */
export function placeAlong(graph: LaneGraph, route: readonly number[], start: number): { lane: number; s: number } {
  let lane = route[0] as number;
  let s = start;
  for (const next of route.slice(1)) {
    const here = graph.lanes[lane];
    if (s < graph.laneLength(lane)) break;
    if (here?.successors.includes(next)) s -= graph.laneLength(lane);
    else if (here?.leftNeighbour !== next && here?.rightNeighbour !== next) break;
    lane = next;
  }
  return { lane, s };
}

/** @throws RangeError for a vehicle that would stand beside its lane's end. */
export function checkStart(graph: LaneGraph, name: string, { lane, s }: { lane: number; s: number }): void {
  if (s >= 0 && s <= graph.laneLength(lane)) return;
  const length = graph.laneLength(lane).toFixed(1);
  throw new RangeError(
    `plan, actor ${name}: expected a start on its route (0..${length} m along lane ${lane}), got ${s} m`,
  );
}

/** @throws RangeError for a name that two have. */
export function checkNames(plan: ScenarioPlan): void {
  const all = [...plan.actors, ...plan.flows, ...(plan.demands ?? []), ...(plan.roaming ?? [])];
  const names = all.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new RangeError(
      `plan: expected a name of its own for each actor, flow, demand and roaming, got ${twice} twice`,
    );
  }
}
