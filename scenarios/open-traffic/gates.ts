import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { atan2, cos, hypot } from '@gauntlet/sim';

/** Lanes side by side by which traffic comes into a map or leaves it. */
export interface Gate {
  /** From left to right. */
  readonly lanes: readonly number[];
  readonly kind: 'driving' | 'biking';
  /** Where the leftmost begins (or ends, if the gate leads out), m, and the direction of travel there, rad. */
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  /** The highest limit of its lanes, m/s. */
  readonly speedLimit: number;
}

/** m: lanes shorter than that are too short to enter by, and narrower ones are about to begin or to end. */
const SHORTEST = 25;
const NARROWEST = 1;
/** m between the ends of one road's two directions at most. */
const ONE_ROAD = 30;

/** Where traffic can enter: lanes without predecessors, but not those that are added beside others. */
export function entrances(map: MapDescription): Gate[] {
  return gates(map, 'predecessors');
}

/** Where it can leave: lanes without successors, but not those that end beside others. */
export function exits(map: MapDescription): Gate[] {
  return gates(map, 'successors');
}

/** Whether two gates are the two directions of one road. */
export function sameRoad(entrance: Gate, exit: Gate): boolean {
  const apart = hypot(entrance.x - exit.x, entrance.y - exit.y);
  return apart < ONE_ROAD && cos(entrance.heading - exit.heading) < -0.7;
}

/** The exits that a route leads to from each entrance lane, driven by a vehicle that keeps to the gate's kind of lanes. */
export function reachable(map: MapDescription, entrance: Gate, all: readonly Gate[]): Gate[] {
  const ways = entrance.lanes.map((lane) => onwards(map, lane, entrance.kind));
  return all.filter(
    (exit) => exit.kind === entrance.kind && ways.every((reached) => exit.lanes.some((lane) => reached[lane] === 1)),
  );
}

/**
 * What a road leads to first: `signals`; a junction where it is the `minor` road, which gives way to others with a higher limit; or
 * neither, and traffic goes `on`.
 */
export function leadsTo(map: MapDescription, { lanes, speedLimit }: Gate): 'signals' | 'minor' | 'on' {
  let lane = map.lanes[lanes[0] ?? -1];
  let next = map.lanes[lane?.successors[0] ?? -1];
  for (let i = 0; lane && next && next.junction === null && i < map.lanes.length; i++) {
    lane = next;
    next = map.lanes[lane.successors[0] ?? -1];
  }
  if (!lane || !next) return 'on';
  if (next.signal !== null) return 'signals';
  const faster = map.lanes
    .filter(({ junction }) => junction !== null && junction === next.junction)
    .flatMap(({ predecessors }) => predecessors.map((id) => map.lanes[id]))
    .some((before) => before?.junction === null && !before.yields && before.speedLimit > speedLimit);
  return lane.yields && faster ? 'minor' : 'on';
}

function onwards(map: MapDescription, from: number, kind: Gate['kind']): Uint8Array {
  const reached = new Uint8Array(map.lanes.length);
  const waiting = [from];
  reached[from] = 1;
  for (const lane of waiting) {
    const { successors, leftNeighbour, rightNeighbour } = map.lanes[lane] as MapLane;
    for (const next of [...successors, leftNeighbour, rightNeighbour]) {
      if (next === null || reached[next] === 1 || map.lanes[next]?.kind !== kind) continue;
      reached[next] = 1;
      waiting.push(next);
    }
  }
  return reached;
}

function gates(map: MapDescription, beyond: 'predecessors' | 'successors'): Gate[] {
  const found: Gate[] = [];
  const end = beyond === 'successors';
  for (const lane of map.lanes) {
    // Each row of lanes is found by its leftmost one.
    if ((lane.kind !== 'driving' && lane.kind !== 'biking') || beside(map, lane, 'leftNeighbour')) continue;
    const row: MapLane[] = [];
    for (let next: MapLane | undefined = lane; next; next = beside(map, next, 'rightNeighbour')) row.push(next);
    if (row.some((other) => other[beyond].length > 0 || other.junction !== null)) continue;
    const open = row.filter(
      (other) => lengthOf(other) >= SHORTEST && widthAt(other, end ? 'end' : 'start') >= NARROWEST,
    );
    if (open.length === 0) continue;
    const at = end ? lane.centre.length - 3 : 0;
    const from = end ? at - 3 : 0;
    const [x, y] = [lane.centre[at] ?? 0, lane.centre[at + 1] ?? 0];
    found.push({
      lanes: open.map(({ id }) => id),
      kind: lane.kind,
      x,
      y,
      heading: atan2(
        (lane.centre[from + 4] ?? 0) - (lane.centre[from + 1] ?? 0),
        (lane.centre[from + 3] ?? 0) - (lane.centre[from] ?? 0),
      ),
      speedLimit: open.reduce((most, { speedLimit }) => Math.max(most, speedLimit), 0),
    });
  }
  return found;
}

function beside(map: MapDescription, lane: MapLane, side: 'leftNeighbour' | 'rightNeighbour'): MapLane | undefined {
  const id = lane[side];
  return id === null ? undefined : map.lanes[id];
}

/** m along a lane's centre. */
export function lengthOf({ centre }: MapLane): number {
  let sum = 0;
  for (let i = 3; i < centre.length; i += 3) {
    sum += hypot((centre[i] ?? 0) - (centre[i - 3] ?? 0), (centre[i + 1] ?? 0) - (centre[i - 2] ?? 0));
  }
  return sum;
}

/** m across a lane. */
export function widthAt({ left, right }: MapLane, where: 'start' | 'end'): number {
  const at = where === 'end' ? left.length - 3 : 0;
  return hypot((left[at] ?? 0) - (right[at] ?? 0), (left[at + 1] ?? 0) - (right[at + 1] ?? 0));
}
