import { atan, clamp, cos, sin } from '../math.ts';
import { GRAVITY } from '../physics/rapier.ts';
import type { LaneGraph, Pose } from '../road/lane-graph.ts';
import type { RoutePoint } from '../road/route.ts';
import type { DriverParameters } from '../scenario.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { VehicleSpec } from '../vehicle/spec.ts';
import type { CarCommand } from '../vehicle/vehicle.ts';
import { mayEnter, type GiveWays } from './give-way.ts';
import { idm } from './idm.ts';
import type { Occupancy, Occupant } from './occupancy.ts';
import { pressPedals } from './pedals.ts';
import type { PlannedRoute, RoutePlanner } from './planned-route.ts';

/** The part of a vehicle that a driver sees and handles. */
export interface Drivable {
  readonly id: number;
  readonly spec: VehicleSpec;
  readonly state: { readonly x: number; readonly y: number; readonly heading: number; readonly speed: number };
  command: CarCommand;
}

/** What all drivers of a world share. */
export interface DriverSurroundings {
  readonly graph: LaneGraph;
  readonly planner: RoutePlanner;
  readonly giveWays: GiveWays;
  readonly occupancy: Occupancy;
  /** Tyre-road friction coefficient that drivers reckon with. */
  readonly friction: number;
  drivesInto(occupant: Occupant, lane: number): boolean;
}

/** Own choices, in m, s, m/s2: how drivers look and steer. */
const LOOK_AHEAD = 3.2;
const LOOK_AHEAD_TIME = 0.5;
const SIDE_MARGIN = 0.3;
const ANTICIPATION = 0.8;
const HORIZON = 60;
const HORIZON_TIME = 5;
const HARDEST_BRAKING = 8;
/** m before a give-way line at which a driver decides; m/s2 with which it could still stop; m left to the line when it stands. */
const LINE_SIGHT = 30;
const LINE_BRAKING = 4;
const LINE_GAP = 0.6;
/** s after which one who waits no longer believes that those who stand will drive on. */
const PATIENCE = 10;

interface Shift {
  /** m to the left of the new lane's path at its beginning, s. */
  from: number;
  elapsed: number;
  duration: number;
}

/**
 * A rule-driven driver: pure pursuit along its route (Coulter, Implementation of the pure pursuit path tracking algorithm,
 * CMU-RI-TR-92-01, 1992), speed by IDM towards whoever is ahead in its way, bends, limits, and gap acceptance at give-way lines.
 */
export class Driver {
  readonly name: string;
  readonly vehicle: Drivable;
  readonly place: RoutePoint = { distance: 0, offset: 0, heading: 0, laneIndex: 0 };
  readonly #own: DriverParameters;
  readonly #atLine: DriverParameters;
  readonly #around: DriverSurroundings;
  #plan: PlannedRoute;
  /** Whether it has decided to pass the next give-way line; s that it has waited there. */
  #entering = false;
  #waited = 0;
  #shift: Shift | null = null;
  /** Speed that a story wants instead of the driver's own, m/s, and m/s2. */
  #held: { speed: number; rate: number } | null = null;
  /** m to the leader found last. */
  #gap = Infinity;
  readonly #target: Pose = { x: 0, y: 0, z: 0, heading: 0 };

  /** @param distance m along the route where the vehicle stands. */
  constructor(
    name: string,
    vehicle: Drivable,
    parameters: DriverParameters,
    lanes: readonly number[],
    distance: number,
    around: DriverSurroundings,
  ) {
    this.name = name;
    this.vehicle = vehicle;
    this.#own = forFriction(parameters, around.friction);
    this.#atLine = { ...this.#own, minGap: LINE_GAP };
    this.#around = around;
    this.#plan = around.planner.plan(lanes);
    this.place.distance = distance;
    this.#locate();
  }

  get lanes(): readonly number[] {
    return this.#plan.route.lanes;
  }

  /** The lane of its route that it is in, or changes into. */
  get lane(): number {
    return this.lanes[this.place.laneIndex] as number;
  }

  /** Whether its front has reached the end of its route. */
  get arrived(): boolean {
    return this.place.distance + this.vehicle.spec.length / 2 >= this.#plan.route.length;
  }

  /** 1 while it signals to the left, -1 to the right, else 0. */
  get indicator(): number {
    return this.#shift ? (this.#shift.from < 0 ? 1 : -1) : 0;
  }

  /** Whether its route leads over a lane that it has not left. */
  willUse(lane: number): boolean {
    return this.lanes.indexOf(lane, this.place.laneIndex) >= 0;
  }

  /**
   * Starts to move over to a neighbouring lane, whoever is there: only stories do.
   * @param duration s. @returns false when there is no such lane.
   */
  changeLane(direction: 'left' | 'right', duration: number): boolean {
    const { graph, planner } = this.#around;
    const beside = (lane: number | undefined): number | null => {
      const found = graph.lanes[lane ?? -1];
      return (direction === 'left' ? found?.leftNeighbour : found?.rightNeighbour) ?? null;
    };
    const first = beside(this.lane);
    if (first === null) return false;
    const lanes = [first];
    for (let index = this.place.laneIndex + 1; ; index++) {
      const next = graph.lanes[lanes[lanes.length - 1] as number]?.successors ?? [];
      const parallel = beside(this.lanes[index]);
      const chosen = parallel !== null && next.includes(parallel) ? parallel : next[0];
      if (chosen === undefined || lanes.includes(chosen)) break;
      lanes.push(chosen);
    }
    this.#plan = planner.plan(lanes);
    this.place.distance = -1;
    this.#locate();
    this.#entering = false;
    this.#shift = { from: this.place.offset, elapsed: 0, duration };
    return true;
  }

  /** Makes it drive at a speed, reached at a rate, as far as those ahead allow; null gives it its own will back. */
  hold(speed: { speed: number; rate: number } | null): void {
    this.#held = speed;
  }

  /** Decides on this tick's steering and pedals, for `dt` s. */
  decide(dt: number): void {
    this.#locate();
    const shift = this.#shift;
    if (shift) {
      shift.elapsed += dt;
      if (shift.elapsed >= shift.duration + 1) this.#shift = null;
    }
    this.#steer();
    const { state, spec, command } = this.vehicle;
    const speed = Math.max(0, state.speed);
    const hardest = Math.min(HARDEST_BRAKING, 0.85 * this.#around.friction * GRAVITY);
    const wanted = Math.min(this.#follow(speed), this.#giveWay(speed, dt));
    pressPedals(command, spec, Math.max(wanted, -hardest), speed);
  }

  save(writer: StateWriter): void {
    writer.u32(this.lanes.length);
    for (const lane of this.lanes) writer.u32(lane);
    writer.f64(this.place.distance);
    writer.f64(this.place.offset);
    writer.f64(this.place.heading);
    writer.u32(this.place.laneIndex);
    writer.bool(this.#entering);
    writer.f64(this.#waited);
    writer.bool(this.#shift !== null);
    writer.f64(this.#shift?.from ?? 0);
    writer.f64(this.#shift?.elapsed ?? 0);
    writer.f64(this.#shift?.duration ?? 0);
    writer.bool(this.#held !== null);
    writer.f64(this.#held?.speed ?? 0);
    writer.f64(this.#held?.rate ?? 0);
  }

  load(reader: StateReader): void {
    this.#plan = this.#around.planner.plan(Array.from({ length: reader.u32() }, () => reader.u32()));
    this.place.distance = reader.f64();
    this.place.offset = reader.f64();
    this.place.heading = reader.f64();
    this.place.laneIndex = reader.u32();
    this.#entering = reader.bool();
    this.#waited = reader.f64();
    const shifting = reader.bool();
    const shift = { from: reader.f64(), elapsed: reader.f64(), duration: reader.f64() };
    this.#shift = shifting ? shift : null;
    const holding = reader.bool();
    const held = { speed: reader.f64(), rate: reader.f64() };
    this.#held = holding ? held : null;
  }

  #locate(): void {
    const { x, y } = this.vehicle.state;
    this.#plan.route.project(x, y, this.place.distance, this.place);
  }

  /** m to the left of its route's path where it wants to be, `later` s from now. */
  #wantedOffset(later: number): number {
    const shift = this.#shift;
    if (!shift) return 0;
    const t = clamp((shift.elapsed + later) / shift.duration, 0, 1);
    return shift.from * (1 - t * t * t * (10 - t * (15 - 6 * t)));
  }

  #steer(): void {
    const { state, spec, command } = this.vehicle;
    const ahead = LOOK_AHEAD + LOOK_AHEAD_TIME * Math.max(0, state.speed);
    const target = this.#plan.route.pose(this.place.distance + spec.rear.x + ahead, 0, this.#target);
    const offset = this.#wantedOffset((ahead + spec.rear.x) / Math.max(state.speed, 3));
    const c = cos(state.heading);
    const s = sin(state.heading);
    const dx = target.x - offset * sin(target.heading) - state.x - spec.rear.x * c;
    const dy = target.y + offset * cos(target.heading) - state.y - spec.rear.x * s;
    const aside = dy * c - dx * s;
    const wheelbase = spec.front.x - spec.rear.x;
    const angle = atan((2 * wheelbase * aside) / Math.max(1, dx * dx + dy * dy));
    command.steering = clamp(angle, -spec.maxSteeringAngle, spec.maxSteeringAngle);
  }

  /** Wanted acceleration for bends, limits, a story's speed and whoever is ahead. */
  #follow(speed: number): number {
    const { route, bendSpeed, limitSpeed } = this.#plan;
    const i = Math.min(bendSpeed.length - 1, Math.floor((this.place.distance + 0.5 * speed) / route.spacing));
    const desired = Math.min((limitSpeed[i] as number) * this.#own.speedFactor, bendSpeed[i] as number);
    let wanted = speed > desired ? (desired - speed) / 0.8 : Infinity;
    const held = this.#held;
    if (held) wanted = Math.min(wanted, clamp((held.speed - speed) / 0.2, -held.rate, held.rate));
    const leader = this.#leader(HORIZON + HORIZON_TIME * speed);
    return Math.min(wanted, idm(this.#own, speed, desired, this.#gap, leader ? Math.max(0, leader.along) : 0));
  }

  /** Wanted acceleration for the next give-way line: as towards a standing vehicle while there is no gap, else no limit. */
  #giveWay(speed: number, dt: number): number {
    const { route } = this.#plan;
    const half = this.vehicle.spec.length / 2;
    const stopping = (speed * speed) / (2 * LINE_BRAKING);
    const toLine = route.nextYield(this.place.distance, half + LINE_SIGHT + stopping);
    if (toLine === null) {
      this.#entering = false;
      this.#waited = 0;
      return Infinity;
    }
    const front = toLine - half;
    // Past the point where it could stop, a decision stands.
    if (this.#entering && front < stopping) return Infinity;
    const entrant = { toLine: front, speed, criticalGap: this.#own.criticalGap, impatient: this.#waited > PATIENCE };
    const { giveWays, occupancy } = this.#around;
    const index = route.laneIndex[
      Math.min(route.laneIndex.length - 1, Math.floor((this.place.distance + toLine - 0.01) / route.spacing))
    ] as number;
    const giveWay = giveWays.of(this.lanes[index] as number, this.lanes[index + 1] as number);
    this.#entering =
      mayEnter(giveWay, entrant, occupancy, this.#around.drivesInto) && this.#roomBehind(toLine + giveWay.clear);
    if (this.#entering) return Infinity;
    this.#waited = speed < 0.5 ? this.#waited + dt : 0;
    return idm(this.#atLine, speed, Infinity, Math.max(front, 0.01), 0);
  }

  /** Whether it could stop behind a junction that ends `clear` m ahead, so that it never stands in it. */
  #roomBehind(clear: number): boolean {
    const leader = this.#leader(clear + 2 * this.vehicle.spec.length);
    if (!leader || leader.along > 1.5) return true;
    return this.#gap > clear + this.vehicle.spec.length / 2 + this.#own.minGap;
  }

  /** The nearest road user in the way of this one within `horizon` m; leaves the gap to it, bumper to bumper, in `#gap`. */
  #leader(horizon: number): Occupant | null {
    const { route } = this.#plan;
    const { occupancy } = this.#around;
    const { id, spec } = this.vehicle;
    const { distance, offset } = this.place;
    const right = Math.min(offset, 0);
    const left = Math.max(offset, 0);
    const reach = spec.width / 2 + SIDE_MARGIN;
    let best: Occupant | null = null;
    let nearest = Infinity;
    const from = Math.max(0, this.place.laneIndex - 1);
    for (let index = from; index < route.lanes.length; index++) {
      const base = (route.bases[index] as number) - distance;
      if (base > horizon) break;
      for (let other = occupancy.first(route.lanes[index] as number); other; other = other.next) {
        const ahead = base + other.s;
        if (ahead < 0 || ahead > horizon || ahead - other.halfLength >= nearest || other.user.id === id) continue;
        if (ahead === 0 && other.user.id > id) continue;
        const side = reach + other.halfWidth;
        // Far ahead only the path counts; near, also the way from where it is to the path.
        const near = ahead < 30;
        const low = (near ? right : 0) - side;
        const high = (near ? left : 0) + side;
        let inTheWay = other.offset > low && other.offset < high;
        if (!inTheWay && other.along > 2 * Math.abs(other.across)) {
          const soon = other.offset + ANTICIPATION * other.across;
          inTheWay =
            (soon > low && soon < high) ||
            (other.offset <= low && soon >= high) ||
            (other.offset >= high && soon <= low);
        }
        if (!inTheWay) continue;
        best = other;
        nearest = ahead - other.halfLength;
      }
    }
    this.#gap = nearest - spec.length / 2;
    return best;
  }
}

/** A driver who knows how slippery the road is. Own choice: on 0.7 or more it changes nothing. */
function forFriction(driver: DriverParameters, friction: number): DriverParameters {
  const grip = Math.sqrt(Math.min(1, friction / 0.7));
  return {
    ...driver,
    speedFactor: driver.speedFactor * grip,
    headway: driver.headway / grip,
    acceleration: Math.min(driver.acceleration, 0.25 * friction * GRAVITY),
    braking: Math.min(driver.braking, 0.4 * friction * GRAVITY),
    criticalGap: driver.criticalGap / grip,
  };
}
