import { clamp } from '../../math.ts';
import type { LaneGraph } from '../../road/lane-graph.ts';
import type { BlueLights } from './blue-lights.ts';
import type { LaneScan } from './lane-scan.ts';
import { newFlank } from './lane-scan.ts';
import type { LaneUser } from './lane-user.ts';
import { follow } from './mobil.ts';
import { waitingRoom } from './urgency.ts';

/** What a driver does for others beside and behind it, and for its own merging. */
export interface Courtesy {
  /** m/s2: it wants to accelerate no more than this; Infinity where nothing asks for it. */
  acceleration: number;
  /** m to the left of its lane's centre where it wants to drive: 0, but to pull over to the edge. */
  offset: number;
}

/** Own choices. m/s2 that drivers brake with to let someone in, and to fall into line with a gap. */
const KIND_BRAKING = 2;
const SLOWING = 1.5;
/** m/s by which one falls behind another that is still beside, and m to it from which on one follows it as usual. */
const FALL_BACK = 1.5;
const IN_LINE = 1.5;
/** Share of its length by which one may be beside another that wants in, and still falls behind it. */
const OVERLAP = 0.4;
const LET_GO = 0.75;
/** s for which one lets another in at most, and then lets nobody in: a zip closes one by one. */
const PATIENCE = 90;
const SERVED = 12;
/** m/s: whoever wants in at less than this is let in only by those who are hardly faster, or when it has waited for so many s. */
const WALK = 3;
const FORLORN = 8;
/** How many behind a gap one asks who has waited so long; all others ask the first. */
const ASKED = 4;
/** m left to its stop line. */
const LINE_GAP = 0.8;
/** m before the end of a lane where one stops who is moving over towards another that it has to leave too; m that count as none. */
const SWINGING = 3;
const NO_ROOM = 0.5;
/** m, and s of driving, before the end of its lane where one should be in line; m that each m before that it may be short of it. */
const MEET = 20;
const MEET_TIME = 2;
const SLACK = 0.2;
/** m/s below which one stands. */
const STANDING = 0.3;
/** m/s2; m/s. */
const HARD_BRAKING = 6;
const CRAWL = 1;
/** Times its comfortable braking with which one stops at the end of a lane: it hopes for a gap until then. */
const LAST_BRAKING = 1.5;
/** m/s, and m before the end of the lane. */
const ROLLING = 2;
const ROLLING_ROOM = 50;
/** m left to the edge of the lane when one pulls over, and to a vehicle that passes there. */
const EDGE = 0.2;
const PASSING = 0.5;
/** m to an emergency vehicle within which one pulls over, and share of its speed that one drives there where it can pass. */
const PULL_OVER = 60;
const SLOW = 0.4;

/** Makes drivers cooperate. What they keep in mind is in their own `LaneMemory`. */
export class Courtesies {
  readonly #graph: LaneGraph;
  readonly #scan: LaneScan;
  readonly #lights: BlueLights;
  readonly #motorist: (id: number) => LaneUser | undefined;
  readonly #flank = newFlank();
  readonly #result: Courtesy = { acceleration: Infinity, offset: 0 };

  constructor(graph: LaneGraph, scan: LaneScan, lights: BlueLights, motorist: (id: number) => LaneUser | undefined) {
    this.#graph = graph;
    this.#scan = scan;
    this.#lights = lights;
    this.#motorist = motorist;
  }

  /** A driver who wants into a lane asks the first one behind there that can let it in. @param s m along that lane. */
  ask(me: LaneUser, lane: number, s: number): void {
    let least = -OVERLAP * me.spec.length;
    const asked = me.speed < WALK && me.lanes.wished > FORLORN ? ASKED : 1;
    for (let i = 0; i < asked; i++) {
      const found = this.#scan.behind(me, lane, s, least);
      if (!found) return;
      const other = this.#motorist(found.user.id);
      if (other?.lanes.guest === me.id) return;
      if (other && mayLetIn(other, me, this.#scan.gap)) {
        other.lanes.guest = me.id;
        other.lanes.patience = PATIENCE;
        return;
      }
      least = this.#scan.gap + found.halfLength;
    }
  }

  of(me: LaneUser): Readonly<Courtesy> {
    const result = this.#result;
    result.acceleration = Math.min(this.#laneEnd(me), this.#align(me), this.letIn(me));
    result.offset = 0;
    if (!me.emergency) this.#pullOver(me);
    return result;
  }

  /** Stops before the end of a lane that it has to leave, and before its stop line, with room to swing out. */
  #laneEnd(me: LaneUser): number {
    const { need, speed, spec, path } = me;
    if (need.changes === 0 || need.detour !== Infinity) return Infinity;
    const line = (this.#graph.lanes[path[path.length - 1] as number]?.stopLine ?? 0) + LINE_GAP;
    // One who is moving over already needs the room for that.
    const wait =
      me.leaving === null ? Math.max(line, Math.abs(need.changes) * waitingRoom(spec)) : Math.max(line, SWINGING);
    const room = Math.max(NO_ROOM, need.room - wait);
    const needed = (speed * speed) / (2 * room);
    if (room > NO_ROOM) return needed > LAST_BRAKING * me.parameters.braking ? -needed : Infinity;
    // A change of lane that has begun is brought to its end, at a crawl: on the spot nobody moves sideways.
    if (me.leaving !== null && speed < CRAWL) return CRAWL - speed;
    return -Math.max(me.parameters.braking, Math.min(needed, HARD_BRAKING));
  }

  /** One who waits for a gap falls into line behind the one ahead of the gap. */
  #align(me: LaneUser): number {
    const { wish } = me.lanes;
    // Far from the end one rolls on rather than stands beside a queue.
    if (wish < 0 || (me.speed < ROLLING && me.need.room > ROLLING_ROOM)) return Infinity;
    const s = this.#scan.place(me, wish);
    const { leader, leaderGap, follower, followerGap } = this.#scan.flank(me, wish, s, this.#flank);
    const beside = follower !== null && followerGap < -OVERLAP * me.spec.length;
    if (beside && follower.along > STANDING && this.#motorist(follower.user.id)?.lanes.guest !== me.id) {
      // One beside that is too far ahead to stay behind.
      return lineUp(me, slack(me) - followerGap - me.spec.length - 2 * follower.halfLength, follower.along);
    }
    // Beside a queue that stands one drives on: nothing comes of waiting there.
    return leader && leader.along > STANDING ? lineUp(me, leaderGap + slack(me), leader.along) : Infinity;
  }

  /** m/s2 with which it leaves room for its guest: as if that were ahead already, but braking gently. Infinity without one. */
  letIn(me: LaneUser): number {
    const { lanes } = me;
    if (lanes.guest < 0) return Infinity;
    const guest = this.#motorist(lanes.guest);
    const index = guest ? me.path.indexOf(guest.lanes.wish) : -1;
    if (!guest || index < 0 || lanes.patience <= 0) return this.#dismiss(me, guest);
    let base = -me.s;
    for (let i = 0; i < index; i++) base += this.#graph.laneLength(me.path[i] as number);
    const ahead = base + this.#scan.place(guest, guest.lanes.wish);
    const gap = ahead - (guest.spec.length + me.spec.length) / 2;
    // One who stands too far ahead makes no room by standing there, nor one who has got ahead meanwhile.
    const tooFar = gap < (me.speed < STANDING ? IN_LINE : -LET_GO * guest.spec.length);
    return tooFar ? this.#dismiss(me, guest) : lineUp(me, gap + slack(guest), guest.speed);
  }

  /** It has no guest any more. Whoever let one in, or tried to, lets nobody in for a while. */
  #dismiss(me: LaneUser, guest: LaneUser | undefined): number {
    const { lanes } = me;
    const { leader } = this.#scan.ownFlank(me, this.#flank);
    if (lanes.patience <= 0 || (guest && leader?.user.id === guest.id)) lanes.served = SERVED;
    lanes.guest = -1;
    return Infinity;
  }

  /** Pulls over to the slow edge for an emergency vehicle behind, and slows down where that can then pass. */
  #pullOver(me: LaneUser): void {
    const distance = this.#lights.distance(me.id);
    if (distance > PULL_OVER || me.leaving !== null) return;
    const lane = me.path[0] as number;
    const width = this.#graph.width(lane, me.s);
    const slack = Math.max(0, (width - me.spec.width) / 2 - EDGE);
    this.#result.offset = this.#graph.map.drivingSide === 'right' ? -slack : slack;
    if (width < 2 * me.spec.width + EDGE + PASSING) return;
    const slow = SLOW * me.desired;
    this.#result.acceleration = Math.min(this.#result.acceleration, clamp(slow - me.speed, -SLOWING, Infinity));
  }
}

/** m by which one who wants in may still be short of its gap: far from the end of its lane there is time to open it. */
function slack({ need, speed }: LaneUser): number {
  return need.room === Infinity ? 0 : SLACK * Math.max(0, need.room - MEET - MEET_TIME * speed);
}

/** m/s2 to come into line behind one who is, or will be, in the lane ahead, without haste. @param gap m, negative while it is beside. */
function lineUp(me: LaneUser, gap: number, speed: number): number {
  if (gap < IN_LINE) return Math.max(speed - FALL_BACK - me.speed, -SLOWING);
  return Math.max(follow(me, gap, speed), -KIND_BRAKING);
}

/** Whether one can leave room for another, `gap` m ahead of it: nobody brakes hard for courtesy, nor stops on an open road at once. */
function mayLetIn(other: LaneUser, me: LaneUser, gap: number): boolean {
  const { lanes, speed } = other;
  if (other.emergency || other.leaving !== null || lanes.guest >= 0 || lanes.served > 0) return false;
  if (me.speed > WALK || speed < 2 * WALK) return true;
  return me.lanes.wished > FORLORN && (speed * speed) / (2 * Math.max(1, gap)) < KIND_BRAKING;
}
