import { atan2, exp, hypot, wrapAngle } from '../math.ts';
import { Neighbours } from './neighbours.ts';
import type { Person } from './person.ts';
import { addGroup, addInteraction, BODY, MAX_SPEED, RELAXATION, SIGHT, type Force } from './social-force.ts';
import type { VehiclesNear } from './vehicles-near.ts';

/** m/s2 that slows one down who slides over the road (0.6 of gravity). */
const SLIDING = 6;
/** m beyond which one of a group has lost the others. */
const LOST = 15;
/** 1/s: how quickly one turns to where it walks. */
const TURNING = 6;

/** Moves people: towards what each wants, by the forces of all others. */
export class Crowd {
  /** 1: people evade to the left, -1: to the right. */
  readonly #evade: 1 | -1;
  readonly #vehicles: VehiclesNear;
  readonly #grid = new Neighbours(SIGHT);
  readonly #force: Force = { x: 0, y: 0 };
  /** What of the way to the wanted velocity is gone in a step. */
  #share = 0;
  /** Velocities to come, flat. */
  #next = new Float64Array(64);

  constructor(vehicles: VehiclesNear, drivingSide: 'left' | 'right') {
    this.#vehicles = vehicles;
    this.#evade = drivingSide === 'right' ? -1 : 1;
  }

  /**
   * One step: `want`, `wantSpeed` of everyone become movement.
   * @param edges adds the forces of the edges of the way that somebody walks on.
   */
  step(people: readonly Person[], dt: number, edges: (person: Person, out: Force) => void): void {
    if (this.#next.length < 2 * people.length) this.#next = new Float64Array(4 * people.length);
    this.#grid.fill(people);
    // The free part of the equation of motion is solved exactly, the rest by Euler.
    this.#share = 1 - exp(-dt / RELAXATION);
    // All from the same moment, so that nobody's place in the list counts.
    people.forEach((person, i) => this.#accelerate(people, person, i, dt, edges));
    people.forEach((person, i) => this.#move(person, this.#next[2 * i] as number, this.#next[2 * i + 1] as number, dt));
    this.#keepApart(people);
    for (const person of people) {
      if (person.struck) continue;
      for (const vehicle of this.#vehicles.near(person.x, person.y)) this.#vehicles.keepOut(vehicle, person, dt);
    }
  }

  #accelerate(
    people: readonly Person[],
    person: Person,
    index: number,
    dt: number,
    edges: (person: Person, out: Force) => void,
  ): void {
    const next = this.#next;
    if (person.struck) {
      const rest = person.speed > 0 ? Math.max(0, 1 - (SLIDING * dt) / person.speed) : 0;
      next[2 * index] = person.vx * rest;
      next[2 * index + 1] = person.vy * rest;
      return;
    }
    const force = this.#force;
    force.x = 0;
    force.y = 0;
    const { x, y, vx, vy, want, wantSpeed } = person;
    if (person.plan === null) {
      const count = this.#grid.look(x, y);
      for (let k = 0; k < count; k++) {
        const other = people[this.#grid.found[k] as number] as Person;
        if (other === person) continue;
        const [dx, dy] = [x - other.x, y - other.y];
        if (dx * dx + dy * dy < SIGHT * SIGHT) addInteraction(dx, dy, other.vx - vx, other.vy - vy, this.#evade, force);
      }
      this.#together(person, force);
      edges(person, force);
    }
    for (const vehicle of this.#vehicles.near(x, y)) {
      // Who has a part to play steps in front of what comes.
      if (person.plan === null || Math.abs(vehicle.speed) < 0.5) this.#vehicles.addForce(vehicle, x, y, force);
    }
    const share = this.#share;
    let ux = vx + (wantSpeed * want.x - vx) * share + force.x * dt;
    let uy = vy + (wantSpeed * want.y - vy) * share + force.y * dt;
    const speed = hypot(ux, uy);
    const most = MAX_SPEED * Math.max(person.pace, wantSpeed);
    if (speed > most) {
      ux *= most / speed;
      uy *= most / speed;
    }
    next[2 * index] = ux;
    next[2 * index + 1] = uy;
  }

  /** The forces of its group on somebody. */
  #together(person: Person, force: Force): void {
    const members = person.party?.members ?? [];
    if (members.length < 2 || !person.gathers) return;
    let [x, y, count] = [0, 0, 0];
    for (const other of members) {
      if (other === person || other.struck || hypot(other.x - person.x, other.y - person.y) > LOST) continue;
      x += other.x;
      y += other.y;
      count += 1;
    }
    if (count === 0) return;
    const most = person.wantSpeed / RELAXATION;
    addGroup(x / count - person.x, y / count - person.y, person.want.x, person.want.y, count + 1, most, force);
  }

  #move(person: Person, vx: number, vy: number, dt: number): void {
    person.vx = vx;
    person.vy = vy;
    person.x += vx * dt;
    person.y += vy * dt;
    person.speed = hypot(vx, vy);
    if (person.struck || person.speed < 0.2) return;
    const turn = wrapAngle(atan2(vy, vx) - person.heading);
    person.heading = wrapAngle(person.heading + turn * Math.min(1, TURNING * dt));
  }

  /** Bodies that would overlap are pushed apart, and stop moving towards one another. */
  #keepApart(people: readonly Person[]): void {
    for (let i = 0; i < people.length; i++) {
      const a = people[i] as Person;
      const count = this.#grid.look(a.x, a.y);
      for (let n = 0; n < count; n++) {
        const k = this.#grid.found[n] as number;
        if (k <= i) continue;
        const b = people[k] as Person;
        const [dx, dy] = [b.x - a.x, b.y - a.y];
        const distance = hypot(dx, dy);
        const depth = 2 * BODY - distance;
        if (depth <= 0 || (a.struck && b.struck)) continue;
        const [nx, ny] = distance > 1e-6 ? [dx / distance, dy / distance] : [1, 0];
        // Those who lie, or have a part to play, do not give way.
        const shareA = a.struck || a.plan !== null ? 0 : b.struck || b.plan !== null ? 1 : 0.5;
        const shareB = b.struck || b.plan !== null ? 0 : 1 - shareA;
        shift(a, -shareA * depth, nx, ny);
        shift(b, shareB * depth, nx, ny);
      }
    }
  }
}

/** Moves somebody by so many m along a direction, and takes away what of its velocity goes against that. */
function shift(person: Person, by: number, nx: number, ny: number): void {
  if (by === 0) return;
  person.x += by * nx;
  person.y += by * ny;
  const along = person.vx * nx + person.vy * ny;
  if (along * by >= 0) return;
  person.vx -= along * nx;
  person.vy -= along * ny;
  person.speed = hypot(person.vx, person.vy);
}
