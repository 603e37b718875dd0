import { clamp } from '../math.ts';
import type { SceneLeader } from './human/human-driver.ts';
import type { LanePath } from './lane-path.ts';
import type { Occupancy, Occupant } from './occupancy.ts';

/** Own choices, m and s: room to either side; how far ahead a drift to the side is foreseen; to those on foot. */
const SIDE_MARGIN = 0.3;
/** Share of that at which one squeezes past somebody who stands, m/s from which on all of it, and m/s below which somebody stands. */
const SQUEEZE = 1 / 3;
const SQUEEZE_SPEED = 3;
const STANDING = 0.3;
export const ANTICIPATION = 0.8;
const PERSON_MARGIN = 0.6;
const PERSON_FORESIGHT = 5;
/** m/s below which someone on foot counts as standing. */
const STROLL = 0.3;
/** s between one who crosses and oneself. */
const CROSSING_MARGIN = 0.7;
/** m within which the way from where one is to one's path counts, not the path alone. */
const NEAR = 30;
/** m: half of the longest road user, so that nobody's rear is missed behind the middle of another. */
const LONGEST = 9.5;
/** m/s at which someone who crosses is reckoned to be met at least. */
const LEAST_PACE = 2;
/** Share of the gap up to which a swing counts, so that nobody brakes hard for one that has only just come ahead. */
const SWING_SHARE = 0.3;
/** m ahead of and behind one's body at which others still count as beside it. */
const BESIDE = 0.5;

/** One who looks ahead. */
export interface Looker {
  readonly id: number;
  /** m along the first lane of the path, m to the left of its middle: where it is; and where it wants to be. */
  readonly s: number;
  readonly offset: number;
  readonly wanted: number;
  /** m to the left of it where it will be in `ANTICIPATION` s. */
  readonly soon: number;
  readonly spec: { readonly length: number; readonly width: number };
  /** m by which its ends stick out to the side in the bend ahead. */
  readonly swing: number;
  /** m/s */
  readonly speed: number;
}

/** Finds who is in a driver's way. One is enough for a world: what it finds holds until the next search. */
export class Following {
  /** m from the front bumper to the nearest vehicle in the way, Infinity without one, and its speed along the way, m/s. */
  gap = Infinity;
  speed = 0;
  leader: Occupant | null = null;
  /** The same for whoever is on foot. */
  personGap = Infinity;
  /** The vehicles in the way one after another, as many as were asked for. */
  readonly leaders: SceneLeader[] = [];
  readonly #pool = Array.from({ length: 5 }, () => ({ gap: 0, speed: 0 }));
  readonly #occupancy: Occupancy;

  constructor(occupancy: Occupancy) {
    this.#occupancy = occupancy;
  }

  /** @param path the lanes ahead of it. @param horizon m from the middle of the body. @param count how many leaders, 1..5. */
  search(me: Looker, path: LanePath, horizon: number, count: number): void {
    const { s } = me;
    const half = me.spec.length / 2;
    this.gap = Infinity;
    this.speed = 0;
    this.leader = null;
    this.personGap = Infinity;
    this.leaders.length = 0;
    let last: Occupant | null = null;
    let rear = 0;
    for (let i = 0; i < path.lanes.length; i++) {
      const base = (path.bases[i] as number) - s;
      if (base > horizon) break;
      const lane = path.lanes[i] as number;
      const list = this.#occupancy.on(lane);
      for (let k = i === 0 ? this.#occupancy.indexFrom(lane, s) : 0; k < list.length; k++) {
        const other = list[k] as Occupant;
        const ahead = base + other.s;
        if (ahead > horizon) break;
        if (this.leaders.length === count && ahead - LONGEST - half > this.gap) return;
        if (ahead < 0 || other.user.id === me.id || (ahead === 0 && other.user.id > me.id)) continue;
        const gap = ahead - other.halfLength - half;
        if (!inTheWay(me, other, ahead, gap)) continue;
        if (other.user.kind === 'pedestrian') {
          if (gap < this.personGap) this.personGap = gap;
          continue;
        }
        const speed = Math.max(0, other.along);
        if (gap < this.gap) {
          this.gap = gap;
          this.speed = speed;
          this.leader = other;
        }
        if (last?.user.id === other.user.id || this.leaders.length === count) continue;
        const found = this.#pool[this.leaders.length] as { gap: number; speed: number };
        found.gap = this.leaders.length === 0 ? gap : Math.max(0.1, ahead - other.halfLength - rear);
        found.speed = speed;
        rear = ahead + other.halfLength;
        last = other;
        this.leaders.push(found);
      }
    }
  }
}

/**
 * m of room that is left beside one's body, up to a wanted width, to a side: what is not taken by those who are beside it.
 * @param side 1 left, -1 right.
 */
export function roomBeside(me: Looker, lane: number, occupancy: Occupancy, side: number, wanted: number): number {
  const half = me.spec.length / 2;
  // At an angle to the lane the nose of a long body is far to the side.
  const halfWidth = occupancy.place(me.id, lane)?.halfWidth ?? me.spec.width / 2;
  let room = wanted;
  for (const other of occupancy.on(lane)) {
    if (other.user.id === me.id || Math.abs(other.s - me.s) > half + other.halfLength + BESIDE) continue;
    const between = side * (other.offset - me.offset);
    if (between <= 0) continue;
    room = Math.min(room, between - other.halfWidth - halfWidth - SIDE_MARGIN);
  }
  return Math.max(0, room);
}

function inTheWay(me: Looker, other: Occupant, ahead: number, gap: number): boolean {
  if (other.claims) return true;
  const person = other.user.kind === 'pedestrian';
  // Who stands beside one's body waits for it to drive on, and is left room by `roomBeside`.
  const apart = Math.abs(other.offset - me.offset) - me.spec.width / 2 - other.halfWidth;
  if (person && gap <= 0 && apart > 0 && Math.abs(other.across) < STROLL) return false;
  // One does not drive up beside a long vehicle in a bend, nor with one. Who comes the other way, or waits to, has left room; not so
  // those on foot at the kerb.
  let swing = 0;
  if (gap > 0 && person) swing = me.swing;
  else if (gap > 0 && other.facing > 0.5) swing = Math.min(Math.max(me.swing, other.swing), SWING_SHARE * gap);
  const stands = Math.abs(other.along) < STANDING && Math.abs(other.across) < STANDING;
  const margin = (person ? PERSON_MARGIN : SIDE_MARGIN) * (stands ? clamp(me.speed / SQUEEZE_SPEED, SQUEEZE, 1) : 1);
  const side = me.spec.width / 2 + swing + margin + other.halfWidth;
  const near = ahead < NEAR;
  const low = (near && me.offset < me.wanted ? me.offset : me.wanted) - side;
  const high = (near && me.offset > me.wanted ? me.offset : me.wanted) + side;
  const { offset, across, along } = other;
  const inside = offset > low && offset < high;
  const aside = Math.abs(across);
  if (aside > STROLL && (person || aside > along)) {
    return crosses(me, other, gap, across > 0 ? low - offset : offset - high, high - low);
  }
  if (inside || along <= 2 * aside) return inside;
  // Who moves over as one does oneself comes no nearer.
  const moved = near ? me.soon - me.offset : 0;
  const soon = offset + ANTICIPATION * across - (moved * across > 0 ? moved : 0);
  return (soon > low && soon < high) || (offset <= low && soon >= high) || (offset >= high && soon <= low);
}

/**
 * Whether someone who moves across, or towards one and across, will be in the way when one gets there.
 * @param before m that it has to go until it is in the way, negative when it is. @param width m, of the way.
 */
function crosses(me: Looker, other: Occupant, gap: number, before: number, width: number): boolean {
  const pace = Math.abs(other.across);
  const enters = before / pace;
  const leaves = (before + width) / pace;
  if (leaves < 0 || enters > (other.user.kind === 'pedestrian' ? PERSON_FORESIGHT : ANTICIPATION)) return false;
  const speed = Math.max(me.speed + Math.max(0, -other.along), LEAST_PACE);
  const arrival = Math.max(0, gap) / speed;
  const passed = arrival + (2 * other.halfLength + me.spec.length) / speed;
  return leaves > arrival - CROSSING_MARGIN && enters < passed + CROSSING_MARGIN;
}
