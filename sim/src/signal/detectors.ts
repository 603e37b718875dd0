import type { LaneGraph } from '../road/lane-graph.ts';
import type { Motorist } from '../traffic/contract.ts';
import type { Occupancy } from '../traffic/occupancy.ts';
import type { SignalDemand } from './demand.ts';

/** m before a stop line that detectors see, and that emergency vehicles announce themselves. */
const DETECTED = 80;
const ANNOUNCED = 250;
/** m/s below which a vehicle counts as standing, and m before the line within which it then waits. */
const STANDING = 0.5;
const WAITS = 40;
/** Lanes in a row that are looked up before a stop line. */
const LANES = 8;
/** m/s that a slow vehicle is believed to reach. */
const LEAST_SPEED = 3;

/** Detector loops at the stop lines, read from occupancy. Nothing in it is state. */
export class Detectors implements SignalDemand {
  readonly #graph: LaneGraph;
  readonly #occupancy: Occupancy;
  readonly #motorist: (id: number) => Motorist | undefined;
  readonly #waiting: (crossing: number) => boolean;

  /** @param waiting whether somebody stands at a crossing and wants to walk. */
  constructor(
    graph: LaneGraph,
    occupancy: Occupancy,
    motorist: (id: number) => Motorist | undefined,
    waiting: (crossing: number) => boolean,
  ) {
    this.#graph = graph;
    this.#occupancy = occupancy;
    this.#motorist = motorist;
    this.#waiting = waiting;
  }

  arrival(lane: number): number {
    return this.#nearest(lane, lane, 0, DETECTED, false, LANES);
  }

  emergency(lane: number): number {
    for (const { user } of this.#occupancy.on(lane)) if (user.emergency && this.#uses(user.id, lane)) return 0;
    return this.#nearest(lane, lane, 0, ANNOUNCED, true, LANES);
  }

  people(crossing: number): boolean {
    return this.#waiting(crossing);
  }

  /** s until the next one that will drive into `target` is at the line; looks up the lanes before `lane`, which begins `beyond` m behind it. */
  #nearest(target: number, lane: number, beyond: number, sight: number, emergency: boolean, lanes: number): number {
    let soonest = Infinity;
    for (const before of this.#graph.lanes[lane]?.predecessors ?? []) {
      const length = this.#graph.laneLength(before);
      const line = beyond > 0 ? 0 : (this.#graph.lanes[before]?.stopLine ?? 0);
      for (const { user, s, halfLength, along, inside } of this.#occupancy.on(before)) {
        if (!inside || (emergency && !user.emergency)) continue;
        const distance = beyond + length - line - s - halfLength;
        if (distance > sight || distance < -halfLength || !this.#uses(user.id, target)) continue;
        const waits = along < STANDING && distance < WAITS;
        soonest = Math.min(soonest, waits ? 0 : Math.max(0, distance) / Math.max(along, LEAST_SPEED));
      }
      const inJunction = this.#graph.lanes[before]?.junction !== null;
      if (beyond + length < sight && !inJunction && lanes > 1) {
        soonest = Math.min(soonest, this.#nearest(target, before, beyond + length, sight, emergency, lanes - 1));
      }
    }
    return soonest;
  }

  /** Whether a road user will, or may, drive into a lane. */
  #uses(id: number, lane: number): boolean {
    return this.#motorist(id)?.path.includes(lane) ?? true;
  }
}
