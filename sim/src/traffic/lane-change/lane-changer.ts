import type { LaneGraph } from '../../road/lane-graph.ts';
import type { LaneChange } from '../contract.ts';
import type { Occupancy, Occupant } from '../occupancy.ts';
import { BlueLights } from './blue-lights.ts';
import { Courtesies, type Courtesy } from './courtesy.ts';
import { accepts } from './gap-acceptance.ts';
import { LaneScan, newFlank } from './lane-scan.ts';
import type { LaneUser } from './lane-user.ts';
import { gain, outlook } from './mobil.ts';
import { durationOf, urgencyOf, ZIP_ROOM } from './urgency.ts';

/** Own choices. s between two looks for a better lane; s after a change before the next for one's own advantage. */
const LOOK = 0.4;
const REST = 4;
/** m/s below which nobody looks for a better lane. */
const CRAWL = 4;
/** m, and s of driving, before a junction, and m behind one, without changes for one's own advantage. */
const BEFORE_JUNCTION = 40;
const BEFORE_JUNCTION_TIME = 5;
const BEHIND_JUNCTION = 20;
/** m, and s of driving, before a junction's line from which on nobody changes lane any more. */
const AT_LINE = 2;
const AT_LINE_TIME = 2;
/** m, and s of driving, from the edge of the map, where one cannot see who comes, without such changes. */
const BEHIND_EDGE = 60;
const BEHIND_EDGE_TIME = 2;
/** m, and s of driving, that a better lane has to last. */
const WORTHWHILE = 200;
const WORTHWHILE_TIME = 20;
/** m along a lane around one who has to change into it where nobody else changes into it without need. */
const WANTED = 80;
/** m to the one ahead that one needs to swing out from behind it. */
const SWING_OUT = 5;
/** m that a lane has to last to be taken to clear the way. */
const REFUGE = 50;
/** m/s of queues in which one takes turns only at the lane's end. */
const ZIP_SPEED = 8;
/** m by which a lane must lead further than its own to be of help to one's way, where it needs as many changes. */
const FURTHER = 30;
/** Urgency from which a driver asks to be let in. */
const ASKS = 0.15;

/**
 * Who changes lane, when, and who helps. In a tick: `begin` once, when occupancy is up to date; then for each driver, in order of
 * ids, `decide` (which claims the new lane) and `courtesy`.
 */
export class LaneChanger {
  readonly #graph: LaneGraph;
  readonly #occupancy: Occupancy;
  readonly #motorist: (id: number) => LaneUser | undefined;
  readonly #scan: LaneScan;
  readonly #lights: BlueLights;
  readonly #courtesies: Courtesies;
  readonly #slowSide: 'left' | 'right';
  readonly #from = newFlank();
  readonly #to = newFlank();

  /** @param motorist a rule-driven driver by its vehicle's id; undefined for seats and others. */
  constructor(graph: LaneGraph, occupancy: Occupancy, motorist: (id: number) => LaneUser | undefined) {
    this.#graph = graph;
    this.#occupancy = occupancy;
    this.#motorist = motorist;
    this.#scan = new LaneScan(graph, occupancy, motorist);
    this.#lights = new BlueLights(graph, occupancy);
    this.#slowSide = graph.map.drivingSide;
    this.#courtesies = new Courtesies(graph, this.#scan, this.#lights, motorist);
  }

  /** Lets those who change lane count as in their new lane, and looks for blue lights. @param motorists in order of ids. */
  begin(motorists: readonly LaneUser[]): void {
    for (const { id, leaving, path } of motorists) if (leaving !== null) this.#occupancy.claim(id, path[0] as number);
    this.#lights.update(motorists);
  }

  /** The change of lane that a driver should begin now; it is claimed in the occupancy already. To be asked each tick. @param dt s. */
  decide(me: LaneUser, dt: number): LaneChange | null {
    const { lanes } = me;
    lanes.age(dt);
    const here = this.#graph.lanes[me.path[0] as number];
    if (!here || me.leaving !== null || here.junction !== null || this.#atLine(me)) {
      lanes.forget();
      return null;
    }
    const urgency = urgencyOf(me);
    const side = me.need.changes > 0 ? here.leftNeighbour : me.need.changes < 0 ? here.rightNeighbour : null;
    if (urgency > 0 && side !== null && helps(me, side))
      return this.#must(me, side, me.need.changes > 0 ? 'left' : 'right', urgency, dt);
    lanes.forget();
    if (me.need.changes !== 0 && urgency > 0) return null;
    if (this.#lights.distance(me.id) < Infinity && !me.emergency) return this.#makeWay(me);
    if (me.parameters.laneChange && lanes.rest === 0) return this.#choose(me);
    return null;
  }

  /**
   * What it does for others and to merge, after `decide`; the object is used again for the next driver. It also stops the driver before
   * the end of a lane that it has to leave, as late as comfortable braking allows: one who approached that end by IDM would come to
   * rest before it has found a gap.
   */
  courtesy(me: LaneUser): Readonly<Courtesy> {
    return this.#courtesies.of(me);
  }

  /** A change that its way demands: taken as soon as the gap is safe; otherwise it asks for one. */
  #must(
    me: LaneUser,
    lane: number,
    direction: LaneChange['direction'],
    urgency: number,
    dt: number,
  ): LaneChange | null {
    const s = this.#scan.place(me, lane);
    this.#scan.flank(me, lane, s, this.#to);
    if (!this.#zips(me) && accepts(me, this.#to, urgency, this.#motorist)) {
      return this.#start(me, lane, direction, urgency);
    }
    const { lanes } = me;
    lanes.wished = lanes.wish === lane ? lanes.wished + dt : 0;
    lanes.wish = urgency > ASKS ? lane : -1;
    if (lanes.wish >= 0) this.#courtesies.ask(me, lane, s);
    return null;
  }

  /** Whether it has to stay in its queue for now, because the lane ends and those who queue in both lanes take turns at its end. */
  #zips(me: LaneUser): boolean {
    if (me.speed > ZIP_SPEED || me.need.room < ZIP_ROOM) return false;
    return this.#graph.lanes[me.path[me.path.length - 1] as number]?.successors.length === 0;
  }

  /** Leaves the lane to an emergency vehicle, to the slow side if it can. */
  #makeWay(me: LaneUser): LaneChange | null {
    if (this.#scan.ownFlank(me, this.#from).leaderGap < SWING_OUT) return null;
    const slow = this.#slowSide;
    const fast = slow === 'left' ? 'right' : 'left';
    for (const direction of [slow, fast] as const) {
      const lane = this.#beside(me, direction);
      if (lane === null || me.roomIn(lane) < REFUGE + me.speed) continue;
      const s = this.#scan.place(me, lane);
      this.#scan.flank(me, lane, s, this.#to);
      if (accepts(me, this.#to, 0.5, this.#motorist)) return this.#start(me, lane, direction, 0.5);
    }
    return null;
  }

  /** A change for its own advantage, by MOBIL. */
  #choose(me: LaneUser): LaneChange | null {
    const { lanes, parameters } = me;
    lanes.rest = LOOK;
    if (!parameters.laneChange || me.speed < CRAWL || this.#nearEdge(me) || this.#nearJunction(me)) return null;
    const bound = this.#courtesies.letIn(me);
    let best: LaneChange['direction'] | null = null;
    let most = 0;
    let known = false;
    for (const direction of ['left', 'right'] as const) {
      const lane = this.#beside(me, direction);
      if (lane === null || me.roomIn(lane) < WORTHWHILE + WORTHWHILE_TIME * me.speed) continue;
      const s = this.#scan.place(me, lane);
      if (this.#lights.comes(lane, s, this.#motorist) || this.#isWanted(lane, s)) continue;
      if (!known) this.#scan.ownFlank(me, this.#from);
      known = true;
      this.#scan.flank(me, lane, s, this.#to);
      const gained = gain(
        outlook(me, this.#from, this.#to, this.#motorist, bound),
        parameters.laneChange,
        direction !== this.#slowSide,
      );
      if (gained <= most || !accepts(me, this.#to, 0, this.#motorist)) continue;
      most = gained;
      best = direction;
    }
    return best ? this.#start(me, this.#beside(me, best) as number, best, 0) : null;
  }

  /** Whether somebody beside a lane has to change into it near a place: it is left to them. */
  #isWanted(lane: number, s: number): boolean {
    const list = this.#occupancy.on(lane);
    for (let i = this.#occupancy.indexFrom(lane, s - WANTED); i < list.length; i++) {
      const other = list[i] as Occupant;
      if (other.s > s + WANTED) return false;
      if (this.#motorist(other.user.id)?.lanes.wish === lane) return true;
    }
    return false;
  }

  #start(me: LaneUser, lane: number, direction: LaneChange['direction'], urgency: number): LaneChange {
    const duration = durationOf(me.spec, me.speed, urgency);
    this.#occupancy.claim(me.id, lane);
    me.lanes.forget();
    me.lanes.rest = REST + duration;
    return { lane, direction, duration };
  }

  #beside(me: LaneUser, direction: LaneChange['direction']): number | null {
    const here = this.#graph.lanes[me.path[0] as number];
    return (direction === 'left' ? here?.leftNeighbour : here?.rightNeighbour) ?? null;
  }

  /** Whether it would not be over before the line where those who enter the junction ahead wait. */
  #atLine(me: LaneUser): boolean {
    const { lanes } = this.#graph;
    const own = me.path[0] as number;
    const here = lanes[own];
    if (!here || !here.successors.some((next) => (lanes[next]?.junction ?? null) !== null)) return false;
    const toLine = this.#graph.laneLength(own) - here.stopLine - me.s - me.spec.length / 2;
    return toLine < AT_LINE + AT_LINE_TIME * me.speed;
  }

  #nearEdge(me: LaneUser): boolean {
    const here = this.#graph.lanes[me.path[0] as number];
    return here?.predecessors.length === 0 && me.s < BEHIND_EDGE + BEHIND_EDGE_TIME * me.speed;
  }

  #nearJunction(me: LaneUser): boolean {
    const { lanes } = this.#graph;
    const own = me.path[0] as number;
    if (me.s < BEHIND_JUNCTION) {
      for (const before of lanes[own]?.predecessors ?? []) if ((lanes[before]?.junction ?? null) !== null) return true;
    }
    const within = BEFORE_JUNCTION + BEFORE_JUNCTION_TIME * me.speed;
    let ahead = -me.s;
    for (const lane of me.path) {
      if (ahead > within) return false;
      if ((lanes[lane]?.junction ?? null) !== null) return true;
      ahead += this.#graph.laneLength(lane);
    }
    return false;
  }
}

/**
 * Whether its way is better served from a lane beside its own: by fewer changes to come, or later ones. It need not be: where the
 * change is only possible further on, behind a junction, the lane beside may lead elsewhere.
 */
function helps(me: LaneUser, lane: number): boolean {
  const { changes, room } = me.need;
  const from = me.changesFrom(lane);
  return (from * changes >= 0 && Math.abs(from) < Math.abs(changes)) || me.roomIn(lane) > room + FURTHER;
}
