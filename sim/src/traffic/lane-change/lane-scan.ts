import type { LaneGraph } from '../../road/lane-graph.ts';
import type { Motorist } from '../contract.ts';
import type { Occupancy, Occupant } from '../occupancy.ts';

/** m by which a body has to reach into a lane to count as on it. */
const INTRUSION = 0.3;
/** s for which a drift to the side is foreseen. */
const DRIFT = 0.8;
/** m over which neighbours are looked for, at least, and s of one's own speed. */
const REACH = 60;
const REACH_TIME = 5;
/** Lanes in a row that are looked through at most. */
const DEPTH = 8;

/** Who is ahead of and behind a place on a lane. Gaps in m, bumper to bumper, negative for one beside; Infinity for nobody. */
export interface Flank {
  leader: Occupant | null;
  leaderGap: number;
  follower: Occupant | null;
  followerGap: number;
  /** Where those are only about to come into the lane: the next ones that are in it. They would not brake for them yet. */
  nextLeader: Occupant | null;
  nextLeaderGap: number;
  nextFollower: Occupant | null;
  nextFollowerGap: number;
}

export function newFlank(): Flank {
  return {
    leader: null,
    leaderGap: Infinity,
    follower: null,
    followerGap: Infinity,
    nextLeader: null,
    nextLeaderGap: Infinity,
    nextFollower: null,
    nextFollowerGap: Infinity,
  };
}

/** Looks along lanes for the next ones ahead and behind. */
export class LaneScan {
  readonly #graph: LaneGraph;
  readonly #occupancy: Occupancy;
  readonly #motorist: (id: number) => Motorist | undefined;
  /** The nearest one, and the nearest of those who are in the lane already. */
  #found: Occupant | null = null;
  #gap = Infinity;
  #inside: Occupant | null = null;
  #insideGap = Infinity;

  constructor(graph: LaneGraph, occupancy: Occupancy, motorist: (id: number) => Motorist | undefined) {
    this.#graph = graph;
    this.#occupancy = occupancy;
    this.#motorist = motorist;
  }

  /** m along a lane where a motorist is. */
  place(me: Motorist, lane: number): number {
    if (lane === me.path[0]) return me.s;
    const here = this.#occupancy.place(me.id, lane);
    if (here) return here.s;
    const own = this.#graph.pose(me.path[0] as number, me.s, me.offset);
    return this.#graph.project(lane, own.x, own.y).s;
  }

  /** Those ahead and behind on a lane, seen from `s` m along it; ahead also on any lane that follows, behind on any before. */
  flank(me: Motorist, lane: number, s: number, out: Flank): Flank {
    return this.#flank(me, lane, s, null, out);
  }

  /** Those ahead on its own path, and behind on its own lane. */
  ownFlank(me: Motorist, out: Flank): Flank {
    return this.#flank(me, me.path[0] as number, me.s, me.path, out);
  }

  /** The nearest one behind `s` on a lane whose front is at least `least` m behind one's own rear. Its gap is in `gap`. */
  behind(me: Motorist, lane: number, s: number, least: number): Occupant | null {
    this.#clear();
    // How far behind matters depends on how fast they come, not on oneself.
    this.#backwards(me, lane, s, least, lane, s, Math.max(REACH, REACH_TIME * 30), 0);
    return this.#found;
  }

  /** m to the one that was found last. */
  get gap(): number {
    return this.#gap;
  }

  #flank(me: Motorist, lane: number, s: number, path: readonly number[] | null, out: Flank): Flank {
    this.#clear();
    this.#forwards(me, lane, s, -s, Math.max(REACH, REACH_TIME * me.speed), path, 0);
    out.leader = this.#found;
    out.leaderGap = this.#gap;
    out.nextLeader = this.#inside === this.#found ? null : this.#inside;
    out.nextLeaderGap = this.#insideGap;
    this.behind(me, lane, s, -Infinity);
    out.follower = this.#found;
    out.followerGap = this.#gap;
    out.nextFollower = this.#inside === this.#found ? null : this.#inside;
    out.nextFollowerGap = this.#insideGap;
    return out;
  }

  #clear(): void {
    this.#found = null;
    this.#gap = Infinity;
    this.#inside = null;
    this.#insideGap = Infinity;
  }

  /** Takes note of one. @returns whether those beyond it do not matter. */
  #meet(other: Occupant, gap: number): boolean {
    if (gap < this.#gap) {
      this.#gap = gap;
      this.#found = other;
    }
    if (!other.claims && !other.inside) return false;
    if (gap < this.#insideGap) {
      this.#insideGap = gap;
      this.#inside = other;
    }
    return true;
  }

  /** @param base m from the motorist to the start of the lane. */
  #forwards(
    me: Motorist,
    lane: number,
    from: number,
    base: number,
    reach: number,
    path: readonly number[] | null,
    depth: number,
  ): void {
    const half = me.spec.length / 2;
    const list = this.#occupancy.on(lane);
    for (let k = depth === 0 ? this.#occupancy.indexFrom(lane, from) : 0; k < list.length; k++) {
      const other = list[k] as Occupant;
      if (other.user.id === me.id || !this.#isOn(other)) continue;
      if (this.#meet(other, base + other.s - other.halfLength - half)) return;
    }
    const next = base + this.#graph.laneLength(lane);
    if (next > reach || next > this.#insideGap + half || depth >= DEPTH) return;
    if (path) {
      const follows = path[depth + 1];
      if (follows !== undefined) this.#forwards(me, follows, 0, next, reach, path, depth + 1);
      return;
    }
    for (const successor of this.#graph.lanes[lane]?.successors ?? []) {
      this.#forwards(me, successor, 0, next, reach, null, depth + 1);
    }
  }

  /** @param base m from the start of the lane to the motorist. @param target the lane that they have to come to. */
  #backwards(
    me: Motorist,
    lane: number,
    from: number,
    least: number,
    target: number,
    base: number,
    reach: number,
    depth: number,
  ): void {
    const half = me.spec.length / 2;
    const list = this.#occupancy.on(lane);
    for (let k = (depth === 0 ? this.#occupancy.indexFrom(lane, from) : list.length) - 1; k >= 0; k--) {
      const other = list[k] as Occupant;
      if (other.user.id === me.id || !this.#isOn(other)) continue;
      const gap = base - other.s - other.halfLength - half;
      if (gap < least) continue;
      if (depth > 0 && !(this.#motorist(other.user.id)?.path.includes(target) ?? true)) continue;
      if (this.#meet(other, gap)) return;
    }
    if (base > reach || base > this.#insideGap + half || depth >= DEPTH) return;
    for (const before of this.#graph.lanes[lane]?.predecessors ?? []) {
      const length = this.#graph.laneLength(before);
      this.#backwards(me, before, length, least, target, base + length, reach, depth + 1);
    }
  }

  #isOn(other: Occupant): boolean {
    if (other.claims) return true;
    const edge = this.#graph.width(other.lane, other.s) / 2 - INTRUSION + other.halfWidth;
    return Math.abs(other.offset) < edge || Math.abs(other.offset + DRIFT * other.across) < edge;
  }
}
