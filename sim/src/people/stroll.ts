import { hypot } from '../math.ts';
import type { Random } from '../random.ts';
import type { SignalView } from '../traffic/contract.ts';
import type { RoadUser } from '../traffic/road-user.ts';
import type { Footway } from './footways.ts';
import type { Party, Person } from './person.ts';
import type { RoadCrossing } from './road-crossing.ts';
import { obstacleForce, type Force } from './social-force.ts';
import type { VehiclesNear } from './vehicles-near.ts';
import type { LinePlace } from './walk-line.ts';

/** m ahead that people aim at; from the end of a way where the next one begins. */
const AHEAD = 1.5;
const TURN = 0.5;
/** m before the other kerb where a road is behind one. */
const OVER = 0.2;
/** m from the kerb where people decide whether to cross, where they count as waiting, and where they stand. */
const DECIDE = 1.5;
const WAITS = 1.2;
const STAND = 0.4;
/** m/s: nobody dawdles on the road. */
const HURRY = 1.5;
/** m that people keep from the edge of a way. */
const EDGE = 0.45;
/** s of hardly moving after which somebody tries it further left or right. */
const STUCK = 3;

/** How people walk their routes: where they aim, when they step on the road, when they let vehicles pass. */
export class Stroll {
  readonly #ways: readonly Footway[];
  readonly #signals: SignalView;
  readonly #vehicles: VehiclesNear;
  readonly #extend: (party: Party) => void;
  readonly #place: LinePlace = { s: 0, offset: 0, segment: 0 };
  readonly #target = { x: 0, y: 0, z: 0 };
  #users: readonly RoadUser[] = [];
  /** Differs from tick to tick. */
  #stamp = 0;

  /** @param extend leads a party on that has come to the end of its route. */
  constructor(ways: readonly Footway[], signals: SignalView, vehicles: VehiclesNear, extend: (party: Party) => void) {
    this.#ways = ways;
    this.#signals = signals;
    this.#vehicles = vehicles;
    this.#extend = extend;
  }

  begin(users: readonly RoadUser[]): void {
    this.#users = users;
    this.#stamp += 1;
  }

  /** The way that somebody is on, or null for one who has no route. */
  wayOf({ party, leg }: Person): Footway | null {
    return this.#ways[(party?.route[leg] ?? -1) >> 1] ?? null;
  }

  /** The road that somebody is on, or that comes next on its way. */
  roadOf(person: Person): RoadCrossing | null {
    const { party, leg } = person;
    return this.wayOf(person)?.road ?? this.#ways[(party?.route[leg + 1] ?? -1) >> 1]?.road ?? null;
  }

  /** Sets what somebody on its route wants to do in this tick. */
  decide(person: Person, dt: number, random: Random): void {
    const party = person.party as Party;
    this.#locate(person);
    if (this.#turnsBack(person)) {
      // All of a party at once, wherever they are, or they would run into one another.
      person.leg += 1;
      this.#locate(person);
    }
    for (let k = 0; k < 4 && person.left < this.#reach(person); k++) {
      if (person.leg + 1 >= party.route.length) this.#extend(party);
      if (this.#turnsBack(person)) break;
      if (this.#nextRoad(person) && !person.cleared) break;
      if (this.wayOf(person)?.road) person.cleared = false;
      // Two roads in a row: the second needs a look of its own.
      if (this.#nextRoad(person) && !person.cleared) break;
      person.leg += 1;
      person.segment = -1;
      this.#locate(person);
    }
    const next = this.#nextRoad(person);
    person.waiting = false;
    // Green may end before it is at the kerb.
    if (next && person.cleared && !this.wayOf(person)?.road && this.#isRed(next) && !party.jaywalks)
      person.cleared = false;
    if (next && !person.cleared && person.left < DECIDE) {
      if (this.#mayCross(person, next)) this.#clear(person, party);
      else person.waiting = person.left < WAITS;
    }
    person.gathers = this.wayOf(person)?.kind === 'pavement' && !person.waiting && !person.cleared;
    this.#aimAlong(person);
    this.#notice(person, dt, random);
  }

  /** Adds the forces of the edges of a way, m/s2: a kerb is felt with the feet, so that the body's radius does not count. */
  addEdges(person: Person, out: Force): void {
    const way = this.wayOf(person);
    if (!way || (way.kind === 'link' && !person.waiting)) return;
    const { line, halfWidth } = way;
    const i = person.segment;
    const dx = (line.x[i + 1] as number) - (line.x[i] as number);
    const dy = (line.y[i + 1] as number) - (line.y[i] as number);
    const length = hypot(dx, dy);
    if (way.kind === 'link') {
      // Those who wait are not pushed off the kerb.
      const back = ((person.party as Party).route[person.leg] as number) % 2 === 1 ? -1 : 1;
      const force = (back * obstacleForce(person.left, 0)) / length;
      out.x -= force * dx;
      out.y -= force * dy;
      return;
    }
    const force = obstacleForce(halfWidth + person.offset, 0) - obstacleForce(halfWidth - person.offset, 0);
    out.x -= (force * dy) / length;
    out.y += (force * dx) / length;
  }

  /** Makes somebody want to walk to a place, round what stands in the way. */
  aim(person: Person, x: number, y: number, speed: number): void {
    const distance = hypot(x - person.x, y - person.y);
    person.wantSpeed = distance > 1e-6 ? speed : 0;
    if (distance <= 1e-6) return;
    person.want.x = (x - person.x) / distance;
    person.want.y = (y - person.y) / distance;
    for (const vehicle of this.#vehicles.near(person.x, person.y))
      this.#vehicles.steerRound(vehicle, person.x, person.y, person.want);
  }

  #locate(person: Person): void {
    const step = (person.party as Party).route[person.leg] as number;
    const { line } = this.#ways[step >> 1] as Footway;
    const place = this.#place;
    line.project(person.x, person.y, place, person.segment);
    person.segment = place.segment;
    person.done = step % 2 === 1 ? line.length - place.s : place.s;
    person.left = line.length - person.done;
    person.offset = place.offset;
    person.z = line.height(place);
  }

  /**
   * m before the end of a way where the next one begins for somebody: who walks at the edge of that cuts the corner. A road is walked
   * over from kerb to kerb.
   */
  #reach({ party, leg, side }: Person): number {
    const route = (party as Party).route;
    const way = this.#ways[(route[leg] as number) >> 1] as Footway;
    const next = this.#ways[(route[leg + 1] ?? -1) >> 1];
    if (way.road) return OVER;
    return !next || !cutsCorner(way, next) ? TURN : TURN + Math.abs(side) * Math.max(0, next.halfWidth - EDGE);
  }

  /** Whether somebody is to walk back on the way it is on. */
  #turnsBack({ party, leg }: Person): boolean {
    const route = (party as Party).route;
    return route[leg + 1] === ((route[leg] as number) ^ 1);
  }

  #nextRoad({ party, leg }: Person): RoadCrossing | null {
    return this.#ways[(party?.route[leg + 1] ?? -1) >> 1]?.road ?? null;
  }

  /** Lets somebody step on the road, and those of its party who stand beside it. */
  #clear(person: Person, party: Party): void {
    person.cleared = true;
    for (const other of party.members)
      if (other.waiting && other.leg === person.leg && !other.struck) other.cleared = true;
  }

  #isRed({ signal }: RoadCrossing): boolean {
    if (signal === null) return false;
    const state = this.#signals.state(signal);
    return state === 'red' || state === 'amber' || state === 'red-amber';
  }

  #mayCross(person: Person, road: RoadCrossing): boolean {
    const party = person.party as Party;
    const back = (party.route[person.leg + 1] as number) % 2 === 1;
    const state = road.signal === null ? 'off' : this.#signals.state(road.signal);
    if (road.crossing >= 0 && state === 'green') return true;
    if (road.crossing >= 0 && (state === 'off' || state === 'flashing-amber'))
      return this.#isAtKerb(person) && road.canStop(this.#users, this.#stamp);
    return party.jaywalks && this.#isAtKerb(person) && road.hasGap(this.#users, this.#stamp, HURRY, back);
  }

  /** Drivers have to have seen somebody before it steps on the road. */
  #isAtKerb(person: Person): boolean {
    return person.left < WAITS;
  }

  #aimAlong(person: Person): void {
    const route = (person.party as Party).route;
    const step = route[person.leg] as number;
    const way = this.#ways[step >> 1] as Footway;
    const onRoad = way.road !== null;
    const next = route[person.leg + 1];
    const nextWay = this.#ways[(next ?? -1) >> 1];
    const stops = this.#nextRoad(person) !== null && !person.cleared;
    let speed = onRoad || person.cleared ? Math.max(person.pace, HURRY) : person.pace;
    const target = this.#target;
    if (stops && person.left < AHEAD + STAND) {
      placeOn(way, step, way.line.length - STAND, person.side, target);
      speed = Math.min(speed, hypot(target.x - person.x, target.y - person.y));
    } else if (person.left < AHEAD && next !== undefined && nextWay && cutsCorner(way, nextWay)) {
      placeOn(nextWay, next, AHEAD - person.left, person.side, target);
    } else {
      placeOn(way, step, person.done + AHEAD, person.side, target);
    }
    this.aim(person, target.x, target.y, speed);
    if (!onRoad && !person.cleared) return;
    if (this.#vehicles.mustHalt(person.x, person.y, person.want.x, person.want.y, speed)) person.wantSpeed = 0;
  }

  /** Lets somebody who gets nowhere try it elsewhere on its way. */
  #notice(person: Person, dt: number, random: Random): void {
    const tries = !person.waiting && person.wantSpeed > 0.3 && person.speed < 0.15 * person.wantSpeed;
    person.still = tries ? person.still + dt : 0;
    if (person.still < STUCK) return;
    person.still = 0;
    person.side = random.between(-1, 1);
  }
}

/** Whether people turn from a way into the next one before its end: not on the road, and not at the kerb. */
function cutsCorner(way: Footway, next: Footway): boolean {
  return way.road === null && !(way.kind === 'link' && next.road !== null);
}

/** The place on a way `done` m after its begin in the direction of a step, as far left or right as somebody likes to walk. */
function placeOn(
  way: Footway,
  step: number,
  done: number,
  side: number,
  out: { x: number; y: number; z: number },
): void {
  const back = step % 2 === 1;
  const left = side * Math.max(0, way.halfWidth - EDGE);
  way.line.place(back ? way.line.length - done : done, back ? -left : left, out);
}
