import { newLanePoint, type LaneGraph, type Pose } from '../road/lane-graph.ts';
import type { Occupancy, Occupant } from './occupancy.ts';

/** m between the centres of two lanes below which vehicles on them would touch. */
const CLEARANCE = 2.6;
/** m of lanes before a zone that are watched. */
const SIGHT = 70;
/** m/s that a slower road user is believed to reach at once. */
const LEAST_SPEED = 3;
/** s between one who has left a zone and the next who reaches it. */
const MARGIN = 0.5;

/** A stretch that a way into a junction shares with another lane. */
interface Zone {
  readonly lane: number;
  /** m along that lane. */
  readonly start: number;
  readonly end: number;
  /** m from the give-way line, along the own way. */
  readonly ownStart: number;
  /** The lanes that lead to the zone, itself first, and m from their `s = 0` to its start. */
  readonly feeders: readonly { readonly lane: number; readonly toZone: number }[];
}

/** What has to be watched before a give-way line is passed. */
export interface GiveWay {
  readonly zones: readonly Zone[];
  /** m from the line to where the own way has left or joined the other lanes. */
  readonly clear: number;
}

/** One who waits at a line. */
export interface Entrant {
  /** m from its front to the line. */
  readonly toLine: number;
  /** m/s */
  readonly speed: number;
  /** s: the time gap it accepts. */
  readonly criticalGap: number;
  /** Whether it no longer believes that those who stand will drive on. */
  readonly impatient: boolean;
}

/** Works out, once for each pair of lanes, what a vehicle has to give way to that leaves the first for the second. */
export class GiveWays {
  readonly #graph: LaneGraph;
  readonly #known = new Map<number, GiveWay>();

  constructor(graph: LaneGraph) {
    this.#graph = graph;
  }

  /** @param lane with a give-way line at its end. @param next the successor that is driven into. */
  of(lane: number, next: number): GiveWay {
    const key = lane * this.#graph.lanes.length + next;
    let giveWay = this.#known.get(key);
    if (!giveWay) {
      giveWay = this.#work(lane, next);
      this.#known.set(key, giveWay);
    }
    return giveWay;
  }

  #work(lane: number, next: number): GiveWay {
    const { lanes } = this.#graph;
    const own = [next];
    for (let end = next; ;) {
      const after = lanes[end]?.successors[0];
      if (after === undefined || (lanes[after]?.predecessors.length ?? 0) > 1 || lanes[after]?.junction === null) break;
      own.push(after);
      end = after;
    }
    const junction = lanes[next]?.junction ?? null;
    const zones: Zone[] = [];
    for (const other of lanes) {
      if (junction === null || other.junction !== junction || other.kind !== 'driving' || own.includes(other.id))
        continue;
      // Who also gives way has no priority; who comes from the same lane is ahead or behind, not across.
      const givesWay = other.predecessors.length > 0 && other.predecessors.every((id) => lanes[id]?.yields);
      if (givesWay || other.predecessors.includes(lane)) continue;
      const zone = this.#zone(own, other.id);
      if (zone) zones.push(zone);
    }
    const clear = own.reduce((sum, id) => sum + this.#graph.laneLength(id), 0);
    return { zones, clear };
  }

  #zone(own: readonly number[], other: number): Zone | null {
    const point = newLanePoint();
    const pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };
    let [start, end, ownStart, passed] = [Infinity, -Infinity, Infinity, 0];
    for (const lane of own) {
      const length = this.#graph.laneLength(lane);
      for (let s = 0; s < length; s += 0.5) {
        this.#graph.pose(lane, s, 0, pose);
        this.#graph.project(other, pose.x, pose.y, point);
        if (point.distance > CLEARANCE || point.overshoot > 0) continue;
        start = Math.min(start, point.s);
        end = Math.max(end, point.s);
        ownStart = Math.min(ownStart, passed + s);
      }
      passed += length;
    }
    if (end < 0) return null;
    return { lane: other, start, end, ownStart, feeders: this.#feeders(other, start, own) };
  }

  #feeders(lane: number, start: number, own: readonly number[]): Zone['feeders'] {
    const feeders = [{ lane, toZone: start }];
    for (let i = 0; i < feeders.length; i++) {
      const feeder = feeders[i] as (typeof feeders)[number];
      if (feeder.toZone > SIGHT) continue;
      for (const before of this.#graph.lanes[feeder.lane]?.predecessors ?? []) {
        if (this.#graph.lanes[before]?.yields || own.includes(before) || feeders.some((known) => known.lane === before))
          continue;
        feeders.push({ lane: before, toZone: feeder.toZone + this.#graph.laneLength(before) });
      }
    }
    return feeders;
  }
}

/**
 * Gap acceptance: whether nobody will reach a shared zone within the critical gap after the entrant has reached the line, or stand
 * in it when the entrant comes.
 * @param drivesInto whether a road user is known, or must be feared, to drive into a lane from where it is.
 */
export function mayEnter(
  giveWay: GiveWay,
  entrant: Entrant,
  occupancy: Occupancy,
  drivesInto: (occupant: Occupant, lane: number) => boolean,
): boolean {
  const pace = Math.max(entrant.speed, 2);
  const untilLine = Math.max(0, entrant.toLine) / pace;
  for (const zone of giveWay.zones) {
    const untilZone = untilLine + zone.ownStart / pace;
    for (const feeder of zone.feeders) {
      for (let other = occupancy.first(feeder.lane); other; other = other.next) {
        if (!other.inside || !drivesInto(other, zone.lane)) continue;
        const front = feeder.toZone - other.s - other.halfLength;
        const back = feeder.toZone + (zone.end - zone.start) - other.s + other.halfLength;
        if (back < 0) continue;
        if (front > 0.5 && entrant.impatient && Math.abs(other.along) < 0.1) continue;
        const speed = Math.max(other.along, LEAST_SPEED);
        if (front / speed >= untilLine + entrant.criticalGap) continue;
        if (other.along > LEAST_SPEED && back / other.along + MARGIN < untilZone) continue;
        return false;
      }
    }
  }
  return true;
}
