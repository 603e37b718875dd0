import { hypot } from '../math.ts';
import type { Random } from '../random.ts';
import type { LaneGraph } from '../road/lane-graph.ts';
import type { PeoplePlan, WalkerPlan } from '../scenario.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { CrossingView, SignalView } from '../traffic/contract.ts';
import type { RoadUser } from '../traffic/road-user.ts';
import { checkPlan } from './check-plan.ts';
import { CrossingClaims } from './crossing-claims.ts';
import { Crowd } from './crowd.ts';
import { Footways, type Footway } from './footways.ts';
import { Person, type Party } from './person.ts';
import { isFree, Population } from './populate.ts';
import { Stroll } from './stroll.ts';
import { VehiclesNear } from './vehicles-near.ts';
import { WalkLine, type LinePlace } from './walk-line.ts';
import type { Walker } from './walker.ts';

export interface PeopleOptions {
  readonly graph: LaneGraph;
  /** Nobody walks without one. */
  readonly plan?: PeoplePlan | undefined;
  /** The named stream of the match seed. */
  readonly random: (stream: string) => Random;
  readonly signals: SignalView;
  /** The next free entity id; each is higher than the one before. */
  readonly ids: () => number;
}

const NOBODY: PeoplePlan = { count: 0, groups: 0, jaywalkers: 0, walkers: [] };
/** s that somebody who was hit lies there. */
const LYING = 10;
/** m between people who come in, and from whom a newcomer replaces. */
const ROOM = 0.8;
const ELSEWHERE = 60;
const DRAWS = 20;
/** m from the end of a planned way where it counts as walked. */
const ARRIVED = 0.3;
/** Steps of a route that all of a party have behind them, from which on they are forgotten. */
const FORGET = 40;

/** Everybody on foot: those who walk about on the pavements from place to place without end, and those who have a part in the scenario. */
export class People implements CrossingView, Saved {
  /** Who came into the world and who left it in the last step; those who were there from the start are in neither. */
  readonly spawned: Walker[] = [];
  readonly removed: number[] = [];
  readonly #graph: LaneGraph;
  readonly #plan: PeoplePlan;
  readonly #random: Random;
  readonly #ids: () => number;
  /** Null where nobody walks about. */
  readonly #population: Population | null = null;
  readonly #ways: readonly Footway[] = [];
  readonly #stroll: Stroll;
  readonly #vehicles = new VehiclesNear();
  readonly #crowd: Crowd;
  /** In order of ids. */
  #people: Person[] = [];
  #parties: Party[] = [];
  readonly #claims: CrossingClaims;

  /** @throws RangeError for shares outside of 0..1, people on a map without pavements, and walkers with no way or another's name. */
  constructor({ graph, plan = NOBODY, random, signals, ids }: PeopleOptions) {
    checkPlan(plan);
    this.#graph = graph;
    this.#plan = plan;
    this.#random = random('people');
    this.#ids = ids;
    this.#crowd = new Crowd(this.#vehicles, graph.map.drivingSide);
    if (plan.count > 0) {
      const footways = new Footways(graph, plan.jaywalkers > 0);
      this.#population = new Population(footways);
      this.#ways = footways.ways;
      if (this.#population.empty)
        throw new RangeError(
          `people: expected pavements on map ${graph.map.name} for ${plan.count} people, found none`,
        );
    }
    this.#stroll = new Stroll(this.#ways, signals, this.#vehicles, (party) => this.#extend(party));
    this.#claims = new CrossingClaims(graph.map.crossings, signals, this.#stroll);
    for (const walker of plan.walkers) this.#people.push(this.#planned(ids(), walker));
    this.#populate();
    this.#claims.update(this.#people);
  }

  /** @param time s. @param dt s. @param users everyone on the road; people among them are passed over. */
  step(_time: number, dt: number, users: readonly RoadUser[]): void {
    this.spawned.length = 0;
    this.removed.length = 0;
    this.#leave(dt);
    this.#vehicles.fill(users);
    this.#stroll.begin(users);
    for (const person of this.#people) {
      if (person.struck) continue;
      if (person.line) this.#follow(person, person.line);
      else this.#stroll.decide(person, dt, this.#random);
    }
    this.#crowd.step(this.#people, dt, (person, out) => this.#stroll.addEdges(person, out));
    this.#claims.update(this.#people);
  }

  /** In order of ids. */
  walkers(): readonly Walker[] {
    return this.#people;
  }

  find(name: string): Walker | null {
    return this.#people.find((person) => person.name === name) ?? null;
  }

  claimed(crossing: number): boolean {
    return this.#claims.claimed(crossing);
  }

  /** Whether somebody stands at a crossing's kerb and wants to walk over it. */
  waiting(crossing: number): boolean {
    return this.#claims.waiting(crossing);
  }

  /** Lets a walker of the plan that waits at its start walk. */
  let(name: string): void {
    const person = this.#people.find((each) => each.name === name);
    if (person) person.held = false;
  }

  /** Somebody was hit and slides off at this velocity, m/s: it lies there for a while, then leaves the world. */
  struck(id: number, vx: number, vy: number): void {
    const person = this.#people.find((each) => each.id === id);
    if (!person || person.struck) return;
    person.struck = true;
    person.cleared = false;
    person.waiting = false;
    person.vx = vx;
    person.vy = vy;
    person.speed = hypot(vx, vy);
  }

  save(writer: StateWriter): void {
    this.#random.save(writer);
    writer.u32(this.#parties.length);
    for (const { route, jaywalks } of this.#parties) {
      writer.bool(jaywalks);
      writer.u32(route.length);
      for (const step of route) writer.u32(step);
    }
    writer.u32(this.#people.length);
    for (const person of this.#people) {
      writer.u32(person.id);
      writer.f64(person.plan ? this.#plan.walkers.indexOf(person.plan) : -1);
      writer.f64(person.party ? this.#parties.indexOf(person.party) : -1);
      person.save(writer);
    }
  }

  load(reader: StateReader): void {
    this.#random.load(reader);
    this.#parties = [];
    for (let count = reader.u32(); count > 0; count--) {
      const jaywalks = reader.bool();
      const route: number[] = [];
      for (let length = reader.u32(); length > 0; length--) route.push(reader.u32());
      this.#parties.push({ route, jaywalks, members: [] });
    }
    this.#people = [];
    for (let count = reader.u32(); count > 0; count--) {
      const id = reader.u32();
      const plan = this.#plan.walkers[reader.f64()];
      const party = this.#parties[reader.f64()];
      const person = plan ? this.#planned(id, plan) : new Person(id, null, null);
      if (party) join(person, party);
      person.load(reader);
      this.#people.push(person);
    }
    this.spawned.length = 0;
    this.removed.length = 0;
    this.#claims.update(this.#people);
  }

  #planned(id: number, plan: WalkerPlan): Person {
    const points: number[] = [];
    for (let i = 0; i + 1 < plan.path.length; i += 2) {
      const [x, y] = [plan.path[i] as number, plan.path[i + 1] as number];
      points.push(x, y, this.#graph.height(x, y));
    }
    const person = new Person(id, plan, new WalkLine(points));
    const line = person.line as WalkLine;
    [person.x, person.y, person.z] = [line.x[0] as number, line.y[0] as number, line.z[0] as number];
    person.pace = plan.speed;
    person.held = plan.waits;
    return person;
  }

  /** Puts those who walk about on the pavements. */
  #populate(): void {
    const { count, groups, jaywalkers } = this.#plan;
    let [placed, inGroups, jaywalking] = [0, 0, 0];
    while (placed < count) {
      const size = this.#population!.partySize(this.#random, inGroups < groups * count, count - placed);
      const jaywalks = jaywalking + size / 2 <= jaywalkers * (placed + size);
      this.#enter(size, jaywalks, () => true);
      placed += size;
      if (size > 1) inGroups += size;
      if (jaywalks) jaywalking += size;
    }
  }

  /** Lets a party come in somewhere; where there is no room after many draws, at the last place drawn. */
  #enter(size: number, jaywalks: boolean, suits: (x: number, y: number) => boolean): void {
    const random = this.#random;
    const population = this.#population!;
    const place = { x: 0, y: 0, z: 0 };
    let { step, done } = population.start(random);
    for (let draw = 0; draw < DRAWS; draw++) {
      (this.#ways[step >> 1] as Footway).line.place(done, 0, place);
      if (suits(place.x, place.y) && isFree(place.x, place.y, ROOM * size, this.#people)) break;
      ({ step, done } = population.start(random));
    }
    const party: Party = { route: [step], jaywalks, members: [] };
    const paces = Array.from({ length: size }, () => population.pace(random));
    const pace = paces.reduce((least, each) => Math.min(least, each), Infinity);
    const { line, halfWidth } = this.#ways[step >> 1] as Footway;
    for (let k = 0; k < size; k++) {
      const person = new Person(this.#ids(), null, null);
      // They walk abreast, around the place that one alone would take.
      person.side = random.between(-1, 0.5) * (this.#graph.map.drivingSide === 'right' ? 1 : -1);
      const beside = Math.max(0, halfWidth - 0.4) * person.side + ROOM * (k - (size - 1) / 2);
      person.segment = line.place(done, Math.min(halfWidth - 0.3, Math.max(0.3 - halfWidth, beside)), place);
      [person.x, person.y, person.z] = [place.x, place.y, place.z];
      person.pace = pace;
      join(person, party);
      this.#people.push(person);
    }
    this.#parties.push(party);
  }

  #extend(party: Party): void {
    const behind = party.members.reduce((least, { leg }) => Math.min(least, leg), Infinity);
    if (behind > FORGET) {
      party.route.splice(0, behind);
      for (const member of party.members) member.leg -= behind;
    }
    this.#population?.extend(party, this.#random);
  }

  /** Takes those out of the world who have arrived, or have lain long enough; others come in elsewhere for the latter. */
  #leave(dt: number): void {
    const gone: Person[] = [];
    for (const person of this.#people) {
      if (person.struck) person.lain += dt;
      const arrived = person.line !== null && person.left < ARRIVED && person.done > 0;
      if (person.struck ? person.lain >= LYING : arrived) gone.push(person);
    }
    if (gone.length === 0) return;
    this.#people = this.#people.filter((person) => !gone.includes(person));
    for (const person of gone) {
      this.removed.push(person.id);
      const { party } = person;
      if (!party) continue;
      party.members.splice(party.members.indexOf(person), 1);
      const before = this.#people.length;
      this.#enter(1, party.jaywalks, (x, y) => hypot(x - person.x, y - person.y) > ELSEWHERE);
      this.spawned.push(...this.#people.slice(before));
    }
    this.#parties = this.#parties.filter(({ members }) => members.length > 0);
  }

  /** Lets somebody with a part walk its way. */
  #follow(person: Person, line: WalkLine): void {
    const place: LinePlace = { s: 0, offset: 0, segment: 0 };
    line.project(person.x, person.y, place, person.segment);
    person.segment = place.segment;
    person.done = Math.max(place.s, person.held ? 0 : 1e-9);
    person.left = line.length - place.s;
    const target = { x: 0, y: 0, z: 0 };
    person.z = this.#graph.height(person.x, person.y, line.height(place));
    line.place(Math.min(line.length, place.s + 1), 0, target);
    this.#stroll.aim(person, target.x, target.y, person.held ? 0 : person.pace);
  }
}

function join(person: Person, party: Party): void {
  person.party = party;
  party.members.push(person);
}
