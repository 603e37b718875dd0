import { cos, sin } from '../math.ts';
import { REACH, type LaneGraph, type Pose } from '../road/lane-graph.ts';
import type { RoadUser } from './road-user.ts';

/** m beside a lane's surface within which road users are listed, so that neighbours who drift over are seen in time. */
const BESIDE = 1.5;
/** m behind a lane's end, or before its start, within which a road user still counts as on it. */
const OVERSHOOT = 0.5;

/** One road user as seen from one lane it is on or beside. */
export interface Occupant {
  user: RoadUser;
  lane: number;
  /** m along the lane, m to the left of its centre: the middle of the body. */
  s: number;
  offset: number;
  /** m, half of what the body takes up along the lane and across it. */
  halfLength: number;
  halfWidth: number;
  /** m/s along the lane, and to its left. */
  along: number;
  across: number;
  /** Whether the middle of the body is on the lane's surface. */
  inside: boolean;
  /** The next occupant of the same lane, or null. */
  next: Occupant | null;
}

/** Who is where, by lane: built anew every tick in one pass over the road users. Nothing in it is state. */
export class Occupancy {
  readonly #graph: LaneGraph;
  readonly #heads: (Occupant | null)[];
  readonly #used: number[] = [];
  readonly #pool: Occupant[] = [];
  #count = 0;
  readonly #pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };

  constructor(graph: LaneGraph) {
    this.#graph = graph;
    this.#heads = graph.lanes.map(() => null);
  }

  /** The first occupant of a lane; others follow by `next`, in the reverse order of `users`. */
  first(lane: number): Occupant | null {
    return this.#heads[lane] ?? null;
  }

  update(users: readonly RoadUser[]): void {
    for (const lane of this.#used) this.#heads[lane] = null;
    this.#used.length = 0;
    this.#count = 0;
    for (const user of users) this.add(user);
  }

  /** Adds one more road user. */
  add(user: RoadUser): void {
    const reach = Math.min(REACH, user.length / 2 + BESIDE);
    this.#graph.touching(user.x, user.y, reach, (lane, point) => {
      if (point.overshoot > OVERSHOOT) return;
      this.#graph.pose(lane, point.s, 0, this.#pose);
      const angle = user.heading - this.#pose.heading;
      const c = cos(angle);
      const s = sin(angle);
      const halfWidth = (Math.abs(s) * user.length + Math.abs(c) * user.width) / 2;
      const halfLane = this.#graph.width(lane, point.s) / 2;
      const beside = Math.abs(point.offset) - halfLane;
      if (beside > halfWidth + BESIDE) return;

      const occupant = (this.#pool[this.#count] ??= { ...EMPTY });
      this.#count++;
      const head = this.#heads[lane] ?? null;
      if (head === null) this.#used.push(lane);
      occupant.user = user;
      occupant.lane = lane;
      occupant.s = point.s;
      occupant.offset = point.offset;
      occupant.halfLength = (Math.abs(c) * user.length + Math.abs(s) * user.width) / 2;
      occupant.halfWidth = halfWidth;
      occupant.along = user.speed * c;
      occupant.across = user.speed * s;
      occupant.inside = beside <= 0;
      occupant.next = head;
      this.#heads[lane] = occupant;
    });
  }
}

const NOBODY: RoadUser = { id: 0, x: 0, y: 0, heading: 0, speed: 0, length: 0, width: 0, seat: false };
const EMPTY: Occupant = {
  user: NOBODY,
  lane: 0,
  s: 0,
  offset: 0,
  halfLength: 0,
  halfWidth: 0,
  along: 0,
  across: 0,
  inside: false,
  next: null,
};
