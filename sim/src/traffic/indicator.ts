import type { LanePath } from './lane-path.ts';
import type { Surroundings } from './surroundings.ts';

/** m before a turn from which on it is signalled, and rad from which on a way through a junction is a turn. */
const SIGHT = 30;
const TURN = 0.5;

/** What a driver signals for its way: 1 left, -1 right, 0 nothing. @param front m from the start of the path's first lane. */
export function indicatorFor(path: LanePath, front: number, around: Surroundings): number {
  const { lanes, bases } = path;
  const map = around.graph.lanes;
  for (let i = 0; i < lanes.length && (bases[i] as number) < front + SIGHT; i++) {
    const lane = map[lanes[i] as number];
    if (!lane || lane.junction === null) continue;
    // Whoever goes round on a ring does not turn.
    const next = lane.successors.some((id) => map[id]?.junction === lane.junction);
    const before = lane.predecessors.some((id) => map[id]?.junction === lane.junction);
    if (next && before) continue;
    const { turn } = around.profiles.of(lane.id);
    if (Math.abs(turn) > TURN) return turn > 0 ? 1 : -1;
  }
  return 0;
}
