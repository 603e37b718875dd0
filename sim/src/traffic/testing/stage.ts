import { clamp, cos, hypot, sin, tan } from '../../math.ts';
import { Random } from '../../random.ts';
import { LaneGraph } from '../../road/lane-graph.ts';
import { Route } from '../../road/route.ts';
import type { ScenarioPlan } from '../../scenario.ts';
import { StateReader, StateWriter } from '../../state.ts';
import { CAR, TRUCK, VAN, type VehicleSpec } from '../../vehicle/spec.ts';
import type { CarCommand } from '../../vehicle/vehicle.ts';
import type { Drivable } from '../driver.ts';
import type { RoadUser } from '../road-user.ts';
import { Traffic, type TrafficEvent } from '../traffic.ts';

/** s of a tick. */
export const TICK = 0.05;
const SPECS = { car: CAR, van: VAN, truck: TRUCK };

/**
 * A kinematic bicycle that obeys pedals and steering at once: traffic's rules are tested without physics of their own. It is told
 * apart from a real vehicle by nothing that a driver sees.
 */
export class Bicycle implements Drivable {
  readonly id: number;
  readonly spec: VehicleSpec;
  readonly seat: boolean;
  readonly state: { x: number; y: number; heading: number; speed: number };
  command: CarCommand = { steering: 0, throttle: 0, brake: 0, gear: 'forward' };
  /** m/s2 in the last tick. */
  acceleration = 0;

  constructor(id: number, spec: VehicleSpec, pose: Bicycle['state'], seat: boolean) {
    this.id = id;
    this.spec = spec;
    this.state = { ...pose };
    this.seat = seat;
  }

  step(dt: number): void {
    const { spec, state, command } = this;
    const available = Math.min(spec.driveForce, spec.power / Math.max(state.speed, 1));
    const brakes = Math.min(9, (spec.front.brakeForce + spec.rear.brakeForce) / spec.mass);
    const drag = (0.6 * spec.dragArea * state.speed * state.speed) / spec.mass;
    const rolling = state.speed > 0 ? spec.rollingResistance * 9.81 : 0;
    this.acceleration = (command.throttle * available) / spec.mass - command.brake * brakes - drag - rolling;
    state.speed = Math.max(0, state.speed + this.acceleration * dt);
    const wheelbase = spec.front.x - spec.rear.x;
    const turn = (state.speed * tan(command.steering)) / wheelbase;
    // The rear axle follows the heading; the middle of the body sits ahead of it.
    const rearX = state.x + spec.rear.x * cos(state.heading) + state.speed * cos(state.heading) * dt;
    const rearY = state.y + spec.rear.x * sin(state.heading) + state.speed * sin(state.heading) * dt;
    state.heading += turn * dt;
    state.x = rearX - spec.rear.x * cos(state.heading);
    state.y = rearY - spec.rear.x * sin(state.heading);
  }

  get user(): RoadUser {
    const { id, state, spec, seat } = this;
    return { id, ...state, length: spec.length, width: spec.width, seat };
  }
}

/** A plan on a stage: kinematic vehicles, traffic, and seats that someone drives. */
export class Stage {
  readonly graph: LaneGraph;
  readonly plan: ScenarioPlan;
  readonly traffic: Traffic<Bicycle>;
  readonly seats: Bicycle[] = [];
  readonly routes: Route[];
  readonly events: TrafficEvent[] = [];
  vehicles: Bicycle[] = [];
  time = 0;
  left = 0;
  #nextId = 1;

  constructor(plan: ScenarioPlan, seed = '1') {
    this.plan = plan;
    this.graph = new LaneGraph(plan.map, plan.friction);
    this.routes = plan.seats.map(({ route, start, goal }) => new Route(this.graph, route, start, goal));
    this.routes.forEach((route, i) => {
      this.seats.push(this.#add(CAR, { ...route.pose(0), speed: plan.seats[i]?.speed ?? 0 }, true));
    });
    this.traffic = new Traffic<Bicycle>({
      graph: this.graph,
      plan,
      random: (stream) => new Random(seed, stream),
      spawn: (kind, pose) => this.#add(SPECS[kind], pose, false),
      remove: (vehicle) => {
        this.vehicles = this.vehicles.filter((other) => other !== vehicle);
        this.left++;
      },
    });
  }

  find(name: string): Bicycle | undefined {
    return this.vehicles.find(({ id }) => this.traffic.name(id) === name);
  }

  /** One tick. @param drive sets the seats' commands. */
  step(drive: (stage: Stage) => void = () => undefined): TrafficEvent[] {
    const events = this.traffic.step(
      this.time,
      TICK,
      this.vehicles.map(({ user }) => user),
    );
    this.events.push(...events);
    drive(this);
    for (const vehicle of this.vehicles) vehicle.step(TICK);
    this.time += TICK;
    return events;
  }

  /** Pairs of vehicles whose boxes overlap. */
  collisions(): [number, number][] {
    const pairs: [number, number][] = [];
    this.vehicles.forEach((a, i) => {
      for (const b of this.vehicles.slice(i + 1)) if (overlap(a.user, b.user)) pairs.push([a.id, b.id]);
    });
    return pairs;
  }

  save(): Uint8Array {
    const writer = new StateWriter();
    writer.f64(this.time);
    writer.u32(this.#nextId);
    writer.u32(this.vehicles.length);
    for (const { id, spec, seat, state, command } of this.vehicles) {
      writer.u32(id);
      writer.text(spec.class);
      writer.bool(seat);
      for (const value of [state.x, state.y, state.heading, state.speed]) writer.f64(value);
      for (const value of [command.steering, command.throttle, command.brake]) writer.f64(value);
    }
    this.traffic.save(writer);
    return Uint8Array.from(writer.view());
  }

  load(bytes: Uint8Array): void {
    const reader = new StateReader(bytes);
    this.time = reader.f64();
    this.#nextId = reader.u32();
    this.vehicles = Array.from({ length: reader.u32() }, () => {
      const id = reader.u32();
      const spec = SPECS[reader.text() as keyof typeof SPECS];
      const seat = reader.bool();
      const pose = { x: reader.f64(), y: reader.f64(), heading: reader.f64(), speed: reader.f64() };
      const vehicle = new Bicycle(id, spec, pose, seat);
      vehicle.command = { steering: reader.f64(), throttle: reader.f64(), brake: reader.f64(), gear: 'forward' };
      return vehicle;
    });
    this.traffic.load(reader, (id) => this.vehicles.find((vehicle) => vehicle.id === id) as Bicycle);
  }

  #add(spec: VehicleSpec, pose: Bicycle['state'], seat: boolean): Bicycle {
    const { x, y, heading, speed } = pose;
    const vehicle = new Bicycle(this.#nextId++, spec, { x, y, heading, speed }, seat);
    this.vehicles.push(vehicle);
    return vehicle;
  }
}

/** Whether two boxes overlap, by separating axes: an oracle that shares nothing with what drivers see. */
export function overlap(a: RoadUser, b: RoadUser): boolean {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  if (hypot(dx, dy) > (a.length + b.length + a.width + b.width) / 2) return false;
  return [a.heading, a.heading + Math.PI / 2, b.heading, b.heading + Math.PI / 2].every((axis) => {
    const reach = (user: RoadUser): number =>
      (Math.abs(cos(user.heading - axis)) * user.length + Math.abs(sin(user.heading - axis)) * user.width) / 2;
    return Math.abs(dx * cos(axis) + dy * sin(axis)) < reach(a) + reach(b);
  });
}

/** Steers a seat along its route at a wanted acceleration, m/s2, and no faster than a speed, m/s. */
export function chauffeur(vehicle: Bicycle, route: Route, acceleration: number, fastest: number): void {
  const { state, spec, command } = vehicle;
  const place = route.project(state.x, state.y);
  const target = route.pose(place.distance + 4 + 0.5 * state.speed);
  const dx = target.x - state.x;
  const dy = target.y - state.y;
  const aside = dy * cos(state.heading) - dx * sin(state.heading);
  command.steering = clamp((2 * aside * (spec.front.x - spec.rear.x)) / (dx * dx + dy * dy), -0.5, 0.5);
  const wanted = state.speed > fastest ? Math.min(acceleration, 2 * (fastest - state.speed)) : acceleration;
  command.throttle = clamp((wanted * spec.mass) / spec.driveForce, 0, 1);
  command.brake = clamp(-wanted / 9, 0, 1);
}
