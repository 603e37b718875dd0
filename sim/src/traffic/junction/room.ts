import type { LaneGraph } from '../../road/lane-graph.ts';
import type { Motorist } from '../contract.ts';
import type { Occupancy } from '../occupancy.ts';
import type { Arrival } from './arrival.ts';
import type { Passage } from './passage.ts';
import { stoppingDistance } from './travel.ts';

/** m that a vehicle needs beside its length where it stands in a queue. */
const SPACING = 2;
/** m behind a junction that are looked at. */
const SIGHT = 60;
/** m/s below which a queue stands; m/s2 with which one that moves is believed to stop. */
const STANDING = 1;
const CREDIT = 2.5;
/** m/s from which one will have left a short stretch when others come. */
const FLOWING = 3;

/** Whether there is room for a vehicle behind a junction, so that it does not have to stand in it. */
export class ExitRoom {
  readonly #graph: LaneGraph;
  readonly #occupancy: Occupancy;

  constructor(graph: LaneGraph, occupancy: Occupancy) {
    this.#graph = graph;
    this.#occupancy = occupancy;
  }

  /**
   * m that are left behind a passage for those who come.
   * @param exit index in the motorist's path of the first lane behind the passage.
   * @param arrivals everyone near the junction. @param until m behind the passage where it has to stand at the latest.
   * @param flows whether those who are on the way there do not have to stop, so that they count only where they are slow.
   */
  behind(
    motorist: Motorist,
    own: Arrival,
    exit: number,
    arrivals: readonly Arrival[],
    until: number,
    flows: boolean,
  ): number {
    const { path } = motorist;
    const first = path[exit];
    if (first === undefined) return Infinity;
    let room = until;
    let nearest = true;
    let moving = 0;
    let counted = 0;
    let base = 0;
    for (let i = exit; i < path.length && base < SIGHT; i++) {
      const lane = path[i] as number;
      for (const other of this.#occupancy.on(lane)) {
        if (!other.inside || other.user.id === motorist.id || other.user.kind === 'pedestrian') continue;
        const back = base + other.s - other.halfLength;
        if (back > SIGHT) break;
        if (other.along < STANDING) return Math.min(room, back - moving) - this.#promised(own, first, arrivals, flows);
        if (nearest && !(flows && other.along > FLOWING))
          room = Math.min(room, back + stoppingDistance(other.along, CREDIT));
        nearest = false;
        if (!flows || other.along < FLOWING) counted += 2 * other.halfLength + SPACING;
        moving += 2 * other.halfLength + SPACING;
      }
      base += this.#graph.laneLength(lane);
    }
    if (until !== Infinity) room = Math.min(room, until - counted);
    return room - this.#promised(own, first, arrivals, flows);
  }

  /** m that those need who were let in before and have not reached the exit lane. */
  #promised(own: Arrival, exit: number, arrivals: readonly Arrival[], flows: boolean): number {
    let promised = 0;
    const order = own.commitment?.order ?? Infinity;
    for (const other of arrivals) {
      if (other.id === own.id || !other.commitment || other.commitment.order > order) continue;
      if (other.along > other.passage.length || !this.#leadsTo(other.passage, exit)) continue;
      if (flows && (other.entered || other.passage.sign === 'none') && other.speed > FLOWING) continue;
      promised += 2 * other.half + SPACING;
    }
    return promised;
  }

  #leadsTo(passage: Passage, lane: number): boolean {
    const last = passage.lanes[passage.lanes.length - 1] as number;
    return this.#graph.lanes[last]?.successors.includes(lane) ?? false;
  }
}

/** m that a vehicle of a length needs to stand behind a junction. */
export function roomFor(length: number): number {
  return length + SPACING;
}
