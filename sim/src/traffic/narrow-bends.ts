import { cos } from '../math.ts';
import { newLanePoint, type LaneGraph, type Pose } from '../road/lane-graph.ts';
import type { LanePath } from './lane-path.ts';
import type { LaneProfiles } from './lane-profile.ts';
import { bulge, type Occupancy, type Occupant } from './occupancy.ts';

/** 1/m from which on a bend can be too narrow for a long vehicle and one that comes the other way. */
const SHARP = 1 / 28;
/** m between the middles of two lanes that lie side by side at most; between two bodies that meet; before a bend where one waits. */
const APART = 6;
const MEETING = 0.2;
const BEFORE = 8;
/** m before a bend, and s of driving, from which on one looks who comes the other way; m of lanes that are looked at for that. */
const SIGHT = 25;
const SIGHT_TIME = 3;
const SIGHT_OTHER = 60;
/** m/s at which a slow one is reckoned with, and m/s2 with which one who is too near to stop could. */
const LEAST_PACE = 3;
const STOPS = 3;

/** A bend outside of junctions with a lane of the other direction beside it. m along either lane, in its own direction. */
interface Narrow {
  readonly from: number;
  readonly to: number;
  readonly other: number;
  readonly otherFrom: number;
  readonly otherTo: number;
  /** m between the middles of the lanes; 1/m. */
  readonly apart: number;
  readonly curvature: number;
}

interface Meeter {
  readonly id: number;
  readonly spec: { readonly length: number; readonly width: number };
  readonly speed: number;
  /** m along the first lane of its path. */
  readonly s: number;
}

/**
 * Long vehicles swing out in sharp bends, into the lane of those who come the other way. Where two do not fit, the one that is in the
 * bend, or there first, goes first, and the other waits before it. Decided anew each tick from what both can see: not state.
 */
export class NarrowBends {
  readonly #graph: LaneGraph;
  readonly #profiles: LaneProfiles;
  readonly #occupancy: Occupancy;
  readonly #known: (Narrow | null | undefined)[];

  constructor(graph: LaneGraph, profiles: LaneProfiles, occupancy: Occupancy) {
    this.#graph = graph;
    this.#profiles = profiles;
    this.#occupancy = occupancy;
    this.#known = graph.lanes.map(() => undefined);
  }

  /** m from the front bumper to where a driver has to wait before a bend; Infinity where it need not. */
  stopDistance(me: Meeter, path: LanePath): number {
    const front = me.s + me.spec.length / 2;
    const sight = front + SIGHT + SIGHT_TIME * me.speed;
    for (let i = 0; i < path.lanes.length && (path.bases[i] as number) < sight; i++) {
      const narrow = this.#of(path.lanes[i] as number);
      if (!narrow) continue;
      const distance = (path.bases[i] as number) + narrow.from - BEFORE - front;
      // In the bend, or too near to stop: the others wait.
      if (distance <= 0 || distance > sight - front) continue;
      if (this.#yields(me, distance, narrow)) return distance;
    }
    return Infinity;
  }

  #yields(me: Meeter, distance: number, narrow: Narrow): boolean {
    const until = distance / Math.max(me.speed, LEAST_PACE);
    const committed = distance < (me.speed * me.speed) / (2 * STOPS);
    const ahead = [{ lane: narrow.other, base: 0 }];
    for (const { lane, base } of ahead) {
      for (const other of this.#occupancy.on(lane)) {
        if (!other.inside || other.facing < 0.5 || other.user.id === me.id || fits(me.spec, other, narrow)) continue;
        const s = base + other.s;
        if (s - other.halfLength > narrow.otherTo) continue;
        const left = narrow.otherFrom - BEFORE - s - other.halfLength;
        const speed = Math.max(0, other.along);
        if (left <= (speed * speed) / (2 * STOPS)) return true;
        const otherUntil = left / Math.max(speed, LEAST_PACE);
        if (!committed && (otherUntil < until || (otherUntil === until && other.user.id < me.id))) return true;
      }
      if (narrow.otherFrom - base > SIGHT_OTHER) continue;
      for (const before of this.#graph.lanes[lane]?.predecessors ?? []) {
        if (ahead.some((known) => known.lane === before)) continue;
        ahead.push({ lane: before, base: base - this.#graph.laneLength(before) });
      }
    }
    return false;
  }

  #of(lane: number): Narrow | null {
    let narrow = this.#known[lane];
    if (narrow === undefined) this.#known[lane] = narrow = this.#find(lane);
    return narrow;
  }

  #find(lane: number): Narrow | null {
    const graph = this.#graph;
    const found = graph.lanes[lane];
    if (!found || found.junction !== null || found.kind !== 'driving') return null;
    const { curvature, spacing } = this.#profiles.of(lane);
    let [first, last, sharpest] = [-1, -1, 0];
    curvature.forEach((value, i) => {
      if (Math.abs(value) < SHARP) return;
      if (first < 0) first = i;
      last = i;
      sharpest = Math.max(sharpest, Math.abs(value));
    });
    if (first < 0) return null;
    const [from, to] = [first * spacing, last * spacing];
    const middle = graph.pose(lane, (from + to) / 2);
    const there: Pose = { x: 0, y: 0, z: 0, heading: 0 };
    let other = -1;
    let apart = Infinity;
    const look = (id: number, point: Readonly<{ s: number; distance: number }>): void => {
      if (id === lane || graph.lanes[id]?.kind !== 'driving' || point.distance >= Math.min(apart, APART)) return;
      if (cos(graph.pose(id, point.s, 0, there).heading - middle.heading) > -0.5) return;
      other = id;
      apart = point.distance;
    };
    graph.touching(middle.x, middle.y, APART - 1.5, look, middle.z);
    if (other < 0) return null;
    const point = newLanePoint();
    const place = (s: number): number => {
      graph.pose(lane, s, 0, there);
      return graph.project(other, there.x, there.y, point).s;
    };
    return { from, to, other, otherFrom: place(to), otherTo: place(from), apart, curvature: sharpest };
  }
}

/** Whether two can meet in a bend. */
function fits(spec: Meeter['spec'], { user }: Occupant, { apart, curvature }: Narrow): boolean {
  const swings = bulge(spec.length, curvature) + bulge(user.length, curvature);
  return (spec.width + user.width) / 2 + swings + MEETING < apart;
}
