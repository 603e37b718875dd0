import type { MapCrossing } from '@gauntlet/agents-sdk/protocol';
import { hypot, wrapAngle } from '../math.ts';
import type { LaneGraph, Pose } from '../road/lane-graph.ts';

/** A way through a junction, from the stop line of the approach to the lane it leaves by. */
export interface Movement {
  /** The lane that a signal lets in, and the lanes that lead to it. */
  readonly lane: number;
  readonly approaches: readonly number[];
  /** rad: direction at its start; how far it turns, positive to the left. */
  readonly heading: number;
  readonly turn: number;
  /** m/s: lowest limit on the approach. */
  readonly speedLimit: number;
  /** Points every metre or so: m, m, m from the stop line. */
  readonly points: readonly (readonly [x: number, y: number, at: number])[];
  /** What surrounds the points, m: left, bottom, right, top. */
  readonly box: readonly [number, number, number, number];
  /** Its lanes: those before it and after it too, with m from the stop line to their `s = 0`. */
  readonly lanes: readonly {
    readonly lane: number;
    readonly base: number;
    readonly part: 'approach' | 'inside' | 'exit';
  }[];
  /** m from the stop line to where it leaves the junction. */
  readonly end: number;
  /** m before the stop line within which a crossing still belongs to the junction. */
  readonly reach: number;
}

/** Where two ways meet: m from the stop line of each to where the shared area begins and ends. */
export interface Meeting {
  readonly start: number;
  readonly end: number;
  readonly otherStart: number;
  readonly otherEnd: number;
  /** Whether one of the two turns across oncoming traffic of the other, and so can give way to it on its own. */
  readonly oncoming: boolean;
}

/** m between the middles of two vehicles' paths below which they are in each other's way. */
const CLEARANCE = 1.6;
/** m behind the junction within which a crossing belongs to it, and before its end where no stop line says so. */
const NEAR = 15;
/** rad: what turns less goes straight on. */
const STRAIGHT = 0.7;
const MAX_WAYS = 16;

/** The ways that a signal opens by letting vehicles into a lane. */
export function movementsOf(graph: LaneGraph, lane: number): Movement[] {
  const first = graph.lanes[lane];
  if (!first) return [];
  const ways: number[][] = [];
  const grow = (way: number[]): void => {
    const last = graph.lanes[way[way.length - 1] as number];
    const inside = (last?.successors ?? []).filter(
      (next) => first.junction !== null && graph.lanes[next]?.junction === first.junction && !way.includes(next),
    );
    if (inside.length === 0 || way.length > MAX_WAYS) ways.push(way);
    else for (const next of inside) if (ways.length < MAX_WAYS) grow([...way, next]);
  };
  grow([lane]);
  return ways.map((way) => trace(graph, way));
}

function trace(graph: LaneGraph, way: readonly number[]): Movement {
  const lane = way[0] as number;
  const approaches = graph.lanes[lane]?.predecessors ?? [];
  const before = approaches.map((id) => graph.lanes[id]).filter((each) => each !== undefined);
  const stopLine = before.reduce((most, each) => Math.max(most, each.stopLine), 0);
  const points: [number, number, number][] = [];
  const lanes: Movement['lanes'][number][] = [];
  const pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };
  for (const { id } of before) {
    const length = graph.laneLength(id);
    lanes.push({ lane: id, base: stopLine - length, part: 'approach' });
    for (let back = Math.min(stopLine, length); back > 0; back -= 1) {
      graph.pose(id, length - back, 0, pose);
      points.push([pose.x, pose.y, stopLine - back]);
    }
  }
  let base = stopLine;
  for (const id of way) {
    const length = graph.laneLength(id);
    lanes.push({ lane: id, base, part: 'inside' });
    const steps = Math.max(1, Math.ceil(length));
    for (let i = 0; i <= steps; i++) {
      graph.pose(id, (length * i) / steps, 0, pose);
      points.push([pose.x, pose.y, base + (length * i) / steps]);
    }
    base += length;
  }
  const end = base;
  for (let id = way[way.length - 1] as number; base < end + NEAR;) {
    const next = graph.lanes[id]?.successors[0];
    if (next === undefined || lanes.some((known) => known.lane === next)) break;
    lanes.push({ lane: next, base, part: 'exit' });
    base += graph.laneLength(next);
    id = next;
  }
  const heading = graph.pose(lane, 0).heading;
  const last = way[way.length - 1] as number;
  return {
    lane,
    approaches,
    heading,
    turn: wrapAngle(graph.pose(last, graph.laneLength(last)).heading - heading),
    speedLimit: [graph.lanes[lane], ...before].reduce((least, each) => Math.min(least, each?.speedLimit ?? least), 40),
    points,
    box: [
      points.reduce((least, [x]) => Math.min(least, x), Infinity),
      points.reduce((least, [, y]) => Math.min(least, y), Infinity),
      points.reduce((most, [x]) => Math.max(most, x), -Infinity),
      points.reduce((most, [, y]) => Math.max(most, y), -Infinity),
    ],
    lanes,
    end,
    reach: stopLine > 0 ? 2 : NEAR,
  };
}

/** Whether a way turns over the lanes of oncoming traffic. */
export function turnsAcross(movement: Movement, drivingSide: 'left' | 'right'): boolean {
  return drivingSide === 'right' ? movement.turn > STRAIGHT : movement.turn < -STRAIGHT;
}

/** Whether two ways come out of the same arm of the junction. */
export function sameArm(a: Movement, b: Movement): boolean {
  if (a.lane === b.lane || a.approaches.some((lane) => b.approaches.includes(lane))) return true;
  const [p, q] = [a.points[0], b.points[0]];
  if (!p || !q || Math.abs(wrapAngle(a.heading - b.heading)) > STRAIGHT) return false;
  return hypot(p[0] - q[0], p[1] - q[1]) < 2 * NEAR;
}

/** Where two ways cross or merge, or null where they do not, or come from the same arm. */
export function meeting(a: Movement, b: Movement, drivingSide: 'left' | 'right'): Meeting | null {
  if (sameArm(a, b)) return null;
  let [start, end, otherStart, otherEnd] = [Infinity, -Infinity, Infinity, -Infinity];
  const [left, bottom, right, top] = b.box;
  for (const [x, y, at] of a.points) {
    if (x < left - CLEARANCE || y < bottom - CLEARANCE || x > right + CLEARANCE || y > top + CLEARANCE) continue;
    for (const [u, v, otherAt] of b.points) {
      if ((x - u) * (x - u) + (y - v) * (y - v) > CLEARANCE * CLEARANCE) continue;
      start = Math.min(start, at);
      end = Math.max(end, at);
      otherStart = Math.min(otherStart, otherAt);
      otherEnd = Math.max(otherEnd, otherAt);
    }
  }
  if (end < 0) return null;
  const facing = Math.abs(wrapAngle(a.heading - b.heading)) > Math.PI - STRAIGHT;
  const oncoming = facing && (turnsAcross(a, drivingSide) || turnsAcross(b, drivingSide));
  return { start, end, otherStart, otherEnd, oncoming };
}

/**
 * m from the stop line to the far side of a crossing that a way leads over and where nobody may walk while it is open, or null.
 * @param givesWay whether those who turn give way to people on the crossing of the arm that they turn into: then that does not count.
 */
export function blocks(movement: Movement, crossing: MapCrossing, givesWay: boolean): number | null {
  let far: number | null = null;
  for (const { lane, from, to } of crossing.lanes) {
    const part = movement.lanes.find((each) => each.lane === lane);
    if (!part) continue;
    const [start, end] = [part.base + Math.min(from, to), part.base + Math.max(from, to)];
    if (end < -movement.reach || start > movement.end + NEAR) continue;
    const entering = part.part === 'approach' || (part.part === 'inside' && start + end < movement.end);
    if (!entering && givesWay && Math.abs(movement.turn) > STRAIGHT) continue;
    far = Math.max(far ?? 0, end);
  }
  return far;
}
