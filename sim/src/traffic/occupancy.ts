import { cos, sin } from '../math.ts';
import { REACH, type LaneGraph, type Pose } from '../road/lane-graph.ts';
import type { LanePoint } from '../road/lane-geometry.ts';
import type { RoadUser } from './road-user.ts';

/**
 * m beside a lane's surface within which road users are listed, so that neighbours who drift over are seen in time; people on foot,
 * who walk across, from farther off.
 */
const BESIDE = 1.5;
const BESIDE_ON_FOOT = 3;
/** m behind a lane's end, or before its start, within which a road user still counts as on it. */
const OVERSHOOT = 0.5;

/** One road user as seen from one lane it is on or beside. Valid until the next update. */
export interface Occupant {
  user: RoadUser;
  lane: number;
  /** m along the lane, m to the left of its centre: the middle of the body. */
  s: number;
  offset: number;
  /** m, half of what the body takes up along the lane and across it. */
  halfLength: number;
  halfWidth: number;
  /** m by which its ends stick out of that to the side where the lane bends. */
  swing: number;
  /** Cosine of the angle between body and lane: 1 for those who face its direction. */
  facing: number;
  /** m/s along the lane, and to its left. */
  along: number;
  across: number;
  /** Whether the middle of the body is on the lane's surface. */
  inside: boolean;
  /** Whether it is about to change into this lane, and so is to be treated as if it were in its middle. */
  claims: boolean;
}

/** m from which length on a body needs notably more room in bends; 1/m of the sharpest bend. */
export const LONG = 6;
const SHARPEST = 0.12;

const NOBODY: RoadUser = {
  id: 0,
  kind: 'static',
  x: 0,
  y: 0,
  z: 0,
  heading: 0,
  speed: 0,
  length: 0,
  width: 0,
  seat: false,
  emergency: false,
};
const EMPTY: Occupant = {
  user: NOBODY,
  lane: 0,
  s: 0,
  offset: 0,
  halfLength: 0,
  halfWidth: 0,
  swing: 0,
  facing: 1,
  along: 0,
  across: 0,
  inside: false,
  claims: false,
};
const NONE: readonly Occupant[] = [];

/** Who is where, by lane: built anew every tick in one pass over the road users. Nothing in it is state. */
export class Occupancy {
  readonly #graph: LaneGraph;
  readonly #lanes: Occupant[][];
  readonly #used: number[] = [];
  readonly #places = new Map<number, Occupant[]>();
  readonly #pool: Occupant[] = [];
  #count = 0;
  readonly #listPool: Occupant[][] = [];
  #lists = 0;
  readonly #pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };
  /** The one who is being entered. */
  #user: RoadUser = NOBODY;
  readonly #touch = (lane: number, point: Readonly<LanePoint>): void => {
    if (point.overshoot <= OVERSHOOT) this.#record(this.#user, lane, point.s, point.offset);
  };

  constructor(graph: LaneGraph) {
    this.#graph = graph;
    this.#lanes = graph.lanes.map(() => []);
  }

  /** Everyone on or beside a lane, by `s`, then by id. */
  on(lane: number): readonly Occupant[] {
    return this.#lanes[lane] ?? NONE;
  }

  /** Index of the first occupant of a lane whose `s` is at least the given one; the number of occupants when there is none. */
  indexFrom(lane: number, s: number): number {
    const list = this.#lanes[lane] ?? NONE;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] as Occupant).s < s) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The lanes that a road user is on or beside, by lane id (claims last). Empty for an unknown one. */
  places(id: number): readonly Occupant[] {
    return this.#places.get(id) ?? NONE;
  }

  /** The road user as seen from one lane, or null when it is not near that. */
  place(id: number, lane: number): Occupant | null {
    for (const occupant of this.places(id)) if (occupant.lane === lane) return occupant;
    return null;
  }

  update(users: readonly RoadUser[]): void {
    for (const lane of this.#used) (this.#lanes[lane] as Occupant[]).length = 0;
    this.#used.length = 0;
    this.#places.clear();
    this.#count = 0;
    this.#lists = 0;
    for (const user of users) this.#enter(user);
    for (const lane of this.#used) {
      const list = this.#lanes[lane] as Occupant[];
      if (list.length > 1) list.sort(byPlace);
    }
  }

  /** Adds one more road user. */
  add(user: RoadUser): void {
    this.#enter(user);
    for (const { lane } of this.places(user.id)) (this.#lanes[lane] as Occupant[]).sort(byPlace);
  }

  /** Makes a road user that begins to change lane count as in the middle of the new lane, for the rest of the tick. */
  claim(id: number, lane: number): void {
    const known = this.place(id, lane);
    if (known) {
      known.claims = true;
      return;
    }
    const user = this.places(id)[0]?.user;
    if (!user) return;
    const point = this.#graph.project(lane, user.x, user.y);
    this.#record(user, lane, point.s, point.offset).claims = true;
    (this.#lanes[lane] as Occupant[]).sort(byPlace);
  }

  #enter(user: RoadUser): void {
    const beside = user.kind === 'pedestrian' ? BESIDE_ON_FOOT : BESIDE;
    this.#user = user;
    this.#graph.touching(user.x, user.y, Math.min(REACH, user.length / 2 + beside), this.#touch, user.z);
  }

  #record(user: RoadUser, lane: number, s: number, offset: number): Occupant {
    this.#graph.pose(lane, s, 0, this.#pose);
    const angle = user.heading - this.#pose.heading;
    const c = cos(angle);
    const across = sin(angle);
    const occupant = (this.#pool[this.#count] ??= { ...EMPTY });
    this.#count++;
    const list = this.#lanes[lane] as Occupant[];
    if (list.length === 0) this.#used.push(lane);
    occupant.user = user;
    occupant.lane = lane;
    occupant.s = s;
    occupant.offset = offset;
    occupant.halfLength = (Math.abs(c) * user.length + Math.abs(across) * user.width) / 2;
    occupant.halfWidth = (Math.abs(across) * user.length + Math.abs(c) * user.width) / 2;
    occupant.swing = user.length > LONG ? bulge(user.length, this.#graph.curvature(lane, s)) : 0;
    occupant.facing = c;
    occupant.along = user.speed * c;
    occupant.across = user.speed * across;
    occupant.inside = Math.abs(offset) <= this.#graph.width(lane, s) / 2;
    occupant.claims = false;
    list.push(occupant);
    let places = this.#places.get(user.id);
    if (!places) {
      places = this.#listPool[this.#lists] ??= [];
      this.#lists++;
      places.length = 0;
      this.#places.set(user.id, places);
    }
    places.push(occupant);
    return occupant;
  }
}

/** m by which the ends of a body stick out to the side of a bend that its middle follows: the sagitta of half its length. */
export function bulge(length: number, curvature: number): number {
  return (length * length * Math.min(Math.abs(curvature), SHARPEST)) / 8;
}

function byPlace(a: Occupant, b: Occupant): number {
  return a.s - b.s || a.user.id - b.user.id;
}
