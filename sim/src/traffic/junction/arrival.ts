import type { Motorist } from '../contract.ts';
import type { RoadUser } from '../road-user.ts';
import type { Size } from './swath.ts';
import type { Commitment, Entry } from './ledger.ts';
import type { Passage } from './passage.ts';
import { speedAfter, stoppingDistance, travelTime } from './travel.ts';

/** m/s2 at which vehicles of unknown drivers are reckoned to pull away. */
const STRANGER_ACCELERATION = 2.5;

/** Somebody who is on a passage, or will come to it, or may. */
export interface Arrival {
  id: number;
  passage: Passage;
  /** m along the passage: middle of the body, negative before its start; half of its length. */
  along: number;
  half: number;
  size: Size;
  /** m/s */
  speed: number;
  /** m/s2 */
  acceleration: number;
  emergency: boolean;
  /** null for those whom no rule of ours drives. */
  entry: Entry | null;
  commitment: Commitment | null;
  /** m along the passage where it stands if it is not let in: the line, or the first zone once it is past that. */
  hold: number;
  /** Whether it is past that. */
  entered: boolean;
  /** Index of the first lane behind the passage in the motorist's path. */
  exit: number;
  /** s for which a road user of unknown way has stood. */
  stood: number;
}

/** Arrivals are made anew every tick: this keeps their memory. */
export class ArrivalPool {
  readonly #pool: Arrival[] = [];
  #used = 0;

  clear(): void {
    this.#used = 0;
  }

  ofMotorist(motorist: Motorist, size: Size, entry: Entry, passage: Passage, along: number): Arrival {
    const arrival = this.#take(passage);
    arrival.id = motorist.id;
    arrival.along = along;
    arrival.half = motorist.spec.length / 2;
    arrival.size = size;
    arrival.speed = Math.max(0, motorist.speed);
    arrival.acceleration = motorist.parameters.acceleration;
    arrival.emergency = motorist.emergency;
    arrival.entry = entry;
    arrival.commitment = null;
    arrival.stood = 0;
    return arrival;
  }

  ofStranger(user: RoadUser, size: Size, passage: Passage, along: number, stood: number): Arrival {
    const arrival = this.#take(passage);
    arrival.id = user.id;
    arrival.along = along;
    arrival.half = user.length / 2;
    arrival.size = size;
    arrival.speed = Math.max(0, user.speed);
    arrival.acceleration = STRANGER_ACCELERATION;
    arrival.emergency = user.emergency;
    arrival.entry = null;
    arrival.commitment = null;
    arrival.stood = stood;
    return arrival;
  }

  #take(passage: Passage): Arrival {
    const arrival = (this.#pool[this.#used] ??= {
      id: 0,
      passage,
      along: 0,
      half: 0,
      size: 1,
      speed: 0,
      acceleration: 0,
      emergency: false,
      entry: null,
      commitment: null,
      hold: 0,
      entered: false,
      exit: 0,
      stood: 0,
    });
    this.#used++;
    arrival.passage = passage;
    return arrival;
  }
}

export function front(arrival: Arrival): number {
  return arrival.along + arrival.half;
}

export function rear(arrival: Arrival): number {
  return arrival.along - arrival.half;
}

/** How somebody is reckoned to drive on: share of the own acceleration and of the limit; between careful, 0, and brisk in bends, 1. */
interface Pace {
  readonly acceleration: number;
  readonly limit: number;
  readonly bends: number;
}

const EARLIEST: Pace = { acceleration: 1, limit: 1, bends: 1 };
const LIKELY: Pace = { acceleration: 0.8, limit: 0.9, bends: 0.4 };
const LATEST: Pace = { acceleration: 0.55, limit: 0.85, bends: 0 };

/** s until its front is at a place along the passage, at the earliest. */
export function earliest(arrival: Arrival, place: number): number {
  return reach(arrival, place, EARLIEST);
}

/** s until its front is at a place along the passage, if it drives on as most do. */
export function likely(arrival: Arrival, place: number): number {
  return reach(arrival, place, LIKELY);
}

/** s until its rear has left a place along the passage, at the latest; Infinity for one who has to stand before that. */
export function gone(arrival: Arrival, place: number): number {
  const to = place + 2 * arrival.half;
  if (arrival.entry && arrival.entry.stop < to - front(arrival) - 0.5) return Infinity;
  return reach(arrival, to, LATEST);
}

function reach(arrival: Arrival, place: number, pace: Pace): number {
  const { passage, speed } = arrival;
  const from = front(arrival);
  if (place <= from) return 0;
  const acceleration = pace.acceleration * arrival.acceleration;
  const limit = pace.limit * passage.limit;
  const bend = Math.min(limit, passage.careful + pace.bends * (passage.brisk - passage.careful));
  const before = Math.max(0, Math.min(place, 0) - from);
  const atStart = speedAfter(before, speed, acceleration, limit);
  // Only at the earliest somebody is not believed to slow down for the bend.
  const entering = pace === EARLIEST || from >= 0 ? atStart : Math.min(atStart, bend);
  return (
    travelTime(before, speed, acceleration, limit) + travelTime(place - Math.max(from, 0), entering, acceleration, bend)
  );
}

/** Whether it could stop with a deceleration, m/s2, before its front is at a place. */
export function canStop(arrival: Arrival, place: number, deceleration: number): boolean {
  return place - front(arrival) >= stoppingDistance(arrival.speed, deceleration);
}
