import { GRAVITY } from '../physics/rapier.ts';
import { newLanePoint } from '../road/lane-graph.ts';
import type { LanePoint } from '../road/lane-geometry.ts';
import type { DriverParameters } from '../scenario.ts';
import type { Random } from '../random.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { CarCommand } from '../vehicle/command.ts';
import type { VehicleSpec } from '../vehicle/spec.ts';
import { ANTICIPATION } from './following.ts';
import { freeSpeed } from './free-speed.ts';
import { indicatorFor } from './indicator.ts';
import { LaneMemory, type LaneUser } from './lane-change/lane-user.ts';
import { ZIP_ROOM } from './lane-change/urgency.ts';
import { LaneEnd } from './lane-end.ts';
import { LanePath } from './lane-path.ts';
import { LanePlace } from './lane-place.ts';
import { lanesBeside, type Way } from './navigator.ts';
import { bulge, LONG } from './occupancy.ts';
import { pressPedals } from './pedals.ts';
import { Shift } from './shift.ts';
import { SpeedControl, type HeldSpeed } from './speed-control.ts';
import { SteerControl } from './steer-control.ts';
import { sharpestBend } from './steering.ts';
import type { ScriptedDriver } from './story/scripted.ts';
import type { Surroundings } from './surroundings.ts';

/** The part of a vehicle that a driver sees and handles. */
export interface Drivable {
  readonly id: number;
  readonly spec: VehicleSpec;
  readonly state: {
    readonly x: number;
    readonly y: number;
    readonly heading: number;
    /** rad, positive is nose down. */
    readonly pitch: number;
    readonly speed: number;
  };
  command: CarCommand;
}

/** Who drives, and where to. */
export interface DriverStart {
  readonly name: string;
  readonly vehicle: Drivable;
  readonly parameters: DriverParameters;
  readonly emergency: boolean;
  /** The lane that it is in, m along it. */
  readonly lane: number;
  readonly s: number;
  readonly destinations: readonly number[];
  /** The route that it is to keep to, or none. */
  readonly along: readonly number[];
}

/** m before the end of a lane, and s at the present speed, from which on a detour is taken rather than a change of lane begun. */
const TOO_LATE = 8;
const TOO_LATE_TIME = 1;
/** m/s, and 1/s of the room left, to which nobody slows down further for a gap that may come; s to get there. */
const CREEP = 3;
const CREEP_ROOM = 0.05;
const CREEP_EASE = 0.5;
/**
 * A rule-driven driver: steers by pure pursuit along the lanes of its way, and drives as fast as limit, bends, those ahead, the
 * right of way and the end of its lane allow.
 */
export class Driver implements LaneUser, ScriptedDriver, Saved {
  readonly name: string;
  readonly vehicle: Drivable;
  readonly spec: VehicleSpec;
  readonly id: number;
  readonly emergency: boolean;
  /** As it drives on this road: what it was given, less where the road is slippery. */
  readonly parameters: DriverParameters;
  readonly lanes = new LaneMemory();
  readonly need = { changes: 0, room: Infinity, detour: 0 };
  readonly shift = new Shift();
  s: number;
  offset = 0;
  desired = 0;
  leaving: number | null = null;
  /** m by which its ends stick out to the side in the bend that it is in, or comes to; only long vehicles' do notably. */
  swing = 0;
  way: Way;
  readonly #around: Surroundings;
  readonly #path: LanePath;
  readonly #control: SpeedControl;
  readonly #steer: SteerControl;
  readonly #laneEnd: LaneEnd;
  readonly #place = new LanePlace();
  /** The route that it keeps to, and whether that is another than it set out with. */
  #along: readonly number[];
  #assigned = false;
  readonly #point: LanePoint = newLanePoint();

  /**
   * @param humans the stream that simulated humans draw from.
   * @throws RangeError when a destination is no lane for the vehicle.
   */
  constructor(start: DriverStart, around: Surroundings, humans: Random) {
    const { vehicle, parameters } = start;
    this.name = start.name;
    this.vehicle = vehicle;
    this.spec = vehicle.spec;
    this.id = vehicle.id;
    this.emergency = start.emergency;
    this.parameters = forFriction(parameters, around.friction);
    this.#control = new SpeedControl(this.parameters, around, humans);
    this.#around = around;
    this.#path = new LanePath(around.graph);
    this.#steer = new SteerControl(around, this.#path, this.shift);
    this.#laneEnd = new LaneEnd(around.graph, this.#path);
    this.way = around.navigator.way(start.destinations, vehicle.spec.class, start.along);
    this.#along = start.along;
    this.#path.follow(this.way, start.lane);
    this.s = start.s;
  }

  get speed(): number {
    return Math.max(0, this.vehicle.state.speed);
  }

  /** m to the left of its lane's middle where it wants to be. */
  get wanted(): number {
    return this.#place.wanted;
  }

  /** m to the left of its lane's middle where it will be in a moment. */
  get soon(): number {
    return this.shift.active ? this.shift.offset(ANTICIPATION) : this.offset;
  }

  get path(): readonly number[] {
    return this.#path.lanes;
  }

  /** The lane that it is in, or changes into. */
  get lane(): number {
    return this.#path.lanes[0] as number;
  }

  /** Whether its front has reached the end of its way. */
  get arrived(): boolean {
    return (
      this.#path.end === 'destination' &&
      this.#path.lanes.length === 1 &&
      this.s + this.spec.length / 2 >= this.#path.length
    );
  }

  /** 1 while it signals to the left, -1 to the right, else 0. */
  get indicator(): number {
    return this.shift.direction || indicatorFor(this.#path, this.s + this.spec.length / 2, this.#around);
  }

  /** Whether no junction lies between it and its destination's end, which comes in sight. */
  get nearsDestination(): boolean {
    if (this.#path.end !== 'destination') return false;
    const { lanes } = this.#around.graph;
    return this.#path.lanes.every((lane) => lanes[lane]?.junction === null);
  }

  /** Sets out for other lanes. */
  setOut(destinations: readonly number[]): void {
    this.way = this.#around.navigator.way(destinations, this.spec.class);
    this.#along = [];
    this.#assigned = true;
    this.#path.follow(this.way, this.lane);
    this.#foresee();
  }

  /** A way along a route from here, or from a lane beside it. @returns false when there is none. */
  assignRoute(lanes: readonly number[]): boolean {
    const { graph, navigator } = this.#around;
    const last = lanes[lanes.length - 1];
    if (last === undefined || lanes.some((lane) => graph.lanes[lane]?.kind !== 'driving')) return false;
    const way = navigator.way(lanesBeside(graph, last), this.spec.class, lanes);
    if (way.cost[this.lane] === Infinity) return false;
    this.way = way;
    this.#along = lanes;
    this.#assigned = true;
    this.#path.follow(way, this.lane);
    this.#foresee();
    return true;
  }

  /** Keeps `offset` m to the left of its lane's middle from now on, reached within `duration` s; 0 ends it. */
  keepOffset(offset: number, duration: number): void {
    this.#place.keep(offset, duration);
  }

  /** Changes of lane that its way would need from a lane beside its own; see `LaneUser`. */
  changesFrom(lane: number): number {
    return (this.way.side[lane] as number) * (this.way.changes[lane] as number);
  }

  /** m from its front bumper to where it would have to have left a lane beside its own again; see `LaneUser`. */
  roomIn(lane: number): number {
    const { way } = this;
    if (way.cost[lane] === Infinity) return 0;
    if (way.side[lane] === 0) return Infinity;
    return (way.room[lane] as number) - this.s - this.spec.length / 2;
  }

  /**
   * Starts to move over to a neighbouring lane, whoever is there: only stories do.
   * @param duration s. @returns false when there is no such lane.
   */
  changeLane(direction: 'left' | 'right', duration: number): boolean {
    const here = this.#around.graph.lanes[this.lane];
    const beside = direction === 'left' ? here?.leftNeighbour : here?.rightNeighbour;
    if (beside === null || beside === undefined) return false;
    this.#begin(beside, duration, true);
    return true;
  }

  /** Makes it drive at a speed, reached at a rate, as far as those ahead allow; null gives it its own will back. */
  hold(speed: HeldSpeed | null): void {
    this.#control.held = speed;
  }

  /** Finds out where it is. All do before the first decides. */
  locate(): void {
    const path = this.#path;
    const { occupancy, graph } = this.#around;
    let place = occupancy.place(this.id, this.lane);
    while (path.lanes.length > 1 && (!place || place.s >= graph.laneLength(this.lane) - 1e-3)) {
      const next = occupancy.place(this.id, path.lanes[1] as number);
      if (!next && place) break;
      if (!next && !this.#isBehind(this.lane)) break;
      this.#advance();
      place = next;
    }
    if (place) {
      this.s = place.s;
      this.offset = place.offset;
    } else {
      const { x, y } = this.vehicle.state;
      graph.project(this.lane, x, y, this.#point);
      this.s = this.#point.s;
      this.offset = this.#point.offset;
    }
    if (this.spec.length > LONG) {
      this.swing = bulge(this.spec.length, sharpestBend(path, this.#around.profiles, this.s, this.spec.length));
    }
    this.desired = freeSpeed(this, path, this.#around.profiles);
    this.#foresee();
  }

  /** Decides on this tick's steering and pedals, for `dt` s. */
  decide(dt: number): void {
    const { laneChanger, navigator } = this.#around;
    const { state, spec, command } = this.vehicle;
    const speed = this.speed;
    this.shift.step(dt, speed, this.offset);
    if (!this.shift.active) this.leaving = null;
    if (this.#laneEnd.givesUp(this, dt) && navigator.exits.length > 0) this.setOut(navigator.exits);
    if (!this.shift.active && !this.#control.held) {
      const change = laneChanger.decide(this, dt);
      if (change) this.#begin(change.lane, change.duration, false);
    }
    const courtesy = laneChanger.courtesy(this);
    this.#place.step(spec, this.lane, this.s, speed, courtesy.offset, this.#around, dt);
    command.steering = this.#steer.steering(this, this.vehicle);
    const obliging = this.#oblige(courtesy.acceleration);
    const acceleration = this.#control.acceleration(this, this.#path, this.#laneEnd.distance(this), obliging, dt);
    pressPedals(command, spec, acceleration, speed, state.pitch);
  }

  save(writer: StateWriter): void {
    writer.u32(this.lane);
    writer.f64(this.s);
    writer.f64(this.offset);
    writer.f64(this.desired);
    this.#laneEnd.save(writer);
    writer.f64(this.leaving ?? -1);
    writer.u32(this.way.destinations.length);
    for (const lane of this.way.destinations) writer.u32(lane);
    writer.bool(this.#assigned);
    const assigned = this.#assigned ? this.#along : [];
    writer.u32(assigned.length);
    for (const lane of assigned) writer.u32(lane);
    this.#place.save(writer);
    this.shift.save(writer);
    this.lanes.save(writer);
    this.#control.save(writer);
  }

  load(reader: StateReader): void {
    const lane = reader.u32();
    this.s = reader.f64();
    this.offset = reader.f64();
    this.desired = reader.f64();
    this.#laneEnd.load(reader);
    const leaving = reader.f64();
    this.leaving = leaving < 0 ? null : leaving;
    const destinations = Array.from({ length: reader.u32() }, () => reader.u32());
    this.#assigned = reader.bool();
    const assigned = Array.from({ length: reader.u32() }, () => reader.u32());
    if (this.#assigned) this.#along = assigned;
    this.#place.load(reader);
    this.way = this.#around.navigator.way(destinations, this.spec.class, this.#along);
    this.#path.follow(this.way, lane);
    this.shift.load(reader);
    this.lanes.load(reader);
    this.#control.load(reader);
  }

  /** @param regardless of who is beside it. */
  #begin(lane: number, duration: number, regardless: boolean): void {
    this.#around.occupancy.claim(this.id, lane);
    this.leaving = this.lane;
    this.#path.follow(this.way, lane);
    const { x, y } = this.vehicle.state;
    this.#around.graph.project(lane, x, y, this.#point);
    this.s = this.#point.s;
    this.offset = this.#point.offset;
    this.shift.begin(this.offset, duration, regardless);
    this.#foresee();
  }

  #advance(): void {
    this.#path.follow(this.way, this.#path.lanes[1] as number);
    if (this.leaving === null) return;
    const here = this.#around.graph.lanes[this.lane];
    this.leaving = (this.shift.direction > 0 ? here?.rightNeighbour : here?.leftNeighbour) ?? null;
  }

  /** Whether a lane's end lies behind it. */
  #isBehind(lane: number): boolean {
    const { x, y } = this.vehicle.state;
    const { s, overshoot } = this.#around.graph.project(lane, x, y, this.#point);
    return overshoot > 0 && s > 0;
  }

  /** Works out which changes of lane its way needs next. */
  #foresee(): void {
    const { way, need, lane } = this;
    const detour = way.detour[lane] as number;
    const room = (way.room[lane] as number) - this.s - this.spec.length / 2;
    const late = detour !== Infinity && room < TOO_LATE + TOO_LATE_TIME * this.speed;
    const changes = late ? 0 : (way.side[lane] as number) * (way.changes[lane] as number);
    need.changes = changes;
    need.room = changes === 0 ? Infinity : room;
    need.detour = changes === 0 ? 0 : detour;
  }

  /** What is done of what courtesy asks for: one who looks for a gap in a queue that stands drives on beside it, to where turns are taken. */
  #oblige(asked: number): number {
    const { lanes, need } = this;
    if (lanes.wish < 0 || lanes.guest >= 0 || need.room < ZIP_ROOM) return asked;
    return Math.max(asked, (CREEP + CREEP_ROOM * need.room - this.speed) / CREEP_EASE);
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
