import { atan, clamp, cos, hypot, sin, tan } from '../../math.ts';
import { Random } from '../../random.ts';
import { LaneGraph } from '../../road/lane-graph.ts';
import { Route } from '../../road/route.ts';
import type { ScenarioPlan } from '../../scenario.ts';
import { StateReader, StateWriter } from '../../state.ts';
import type { CarCommand } from '../../vehicle/command.ts';
import { CAR, SPECS, type VehicleSpec } from '../../vehicle/spec.ts';
import type { CrossingView, SignalView } from '../contract.ts';
import type { Drivable } from '../driver.ts';
import type { RoadUser } from '../road-user.ts';
import { Traffic, type SpawnPose, type TrafficEvent } from '../traffic.ts';

/** What stands beside vehicles on a stage. */
export interface StageOptions {
  readonly seed?: string;
  readonly signals?: SignalView;
  readonly crossings?: CrossingView;
  /** People and things on the road at a time (s): their ids must be above those of all vehicles. */
  readonly others?: (time: number) => readonly RoadUser[];
}

/** s of a tick. */
export const TICK = 0.05;

/** What a kinematic vehicle does now: m, m, m, rad, rad, m/s. */
interface BicycleState {
  x: number;
  y: number;
  z: number;
  heading: number;
  pitch: number;
  speed: number;
}

/**
 * A kinematic bicycle that obeys pedals at once and turns its wheels as fast as its steering can: traffic's rules are tested without
 * physics of their own. It is told apart from a real vehicle by nothing that a driver sees.
 */
export class Bicycle implements Drivable {
  readonly id: number;
  readonly spec: VehicleSpec;
  readonly seat: boolean;
  readonly state: BicycleState;
  command: CarCommand = { steering: 0, throttle: 0, brake: 0, gear: 'forward' };
  emergency = false;
  /** m/s2 in the last tick; rad of the front wheels. */
  acceleration = 0;
  steering = 0;

  constructor(id: number, spec: VehicleSpec, pose: SpawnPose, seat: boolean) {
    const { x, y, z, heading, speed } = pose;
    this.id = id;
    this.spec = spec;
    this.state = { x, y, z, heading, pitch: 0, speed };
    this.seat = seat;
  }

  step(dt: number): void {
    const { spec, state, command } = this;
    const available = Math.min(spec.driveForce, spec.power / Math.max(state.speed, 1));
    const brakes = Math.min(9, (command.brake * (spec.front.brakeForce + spec.rear.brakeForce)) / spec.mass);
    const drag = (0.6 * spec.dragArea * state.speed * state.speed) / spec.mass;
    const rolling = state.speed > 0 ? spec.rollingResistance * 9.81 : 0;
    const wanted = (command.throttle * available) / spec.mass - brakes - drag - rolling + 9.81 * sin(state.pitch);
    const speed = Math.max(0, state.speed + wanted * dt);
    this.acceleration = (speed - state.speed) / dt;
    state.speed = speed;
    const wheelbase = spec.front.x - spec.rear.x;
    const most = spec.maxSteeringRate * dt;
    this.steering += clamp(command.steering - this.steering, -most, most);
    const turn = (state.speed * tan(this.steering)) / wheelbase;
    // The rear axle follows the heading; the middle of the body sits ahead of it.
    const rearX = state.x + spec.rear.x * cos(state.heading) + state.speed * cos(state.heading) * dt;
    const rearY = state.y + spec.rear.x * sin(state.heading) + state.speed * sin(state.heading) * dt;
    state.heading += turn * dt;
    state.x = rearX - spec.rear.x * cos(state.heading);
    state.y = rearY - spec.rear.x * sin(state.heading);
  }

  /** Stands on the ground, as steep as that is. */
  follow(graph: LaneGraph): void {
    if (graph.level) return;
    const { state, spec } = this;
    const reach = spec.length / 2;
    const [dx, dy] = [reach * cos(state.heading), reach * sin(state.heading)];
    const front = graph.height(state.x + dx, state.y + dy, state.z + 1);
    const rear = graph.height(state.x - dx, state.y - dy, state.z + 1);
    state.z = (front + rear) / 2;
    state.pitch = -atan((front - rear) / spec.length);
  }

  get user(): RoadUser {
    const { id, spec, seat, emergency } = this;
    const { x, y, z, heading, speed } = this.state;
    return { id, kind: spec.class, x, y, z, heading, speed, length: spec.length, width: spec.width, seat, emergency };
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
  readonly #others: (time: number) => readonly RoadUser[];
  #nextId = 1;

  constructor(plan: ScenarioPlan, options: StageOptions | string = {}) {
    const { seed = '1', signals, crossings, others } = typeof options === 'string' ? { seed: options } : options;
    this.#others = others ?? ((): RoadUser[] => []);
    this.plan = plan;
    this.graph = new LaneGraph(plan.map, plan.friction);
    this.routes = plan.seats.map(({ route, start, goal }) => new Route(this.graph, route, start, goal));
    this.routes.forEach((route, i) => {
      this.seats.push(this.#add(CAR, { ...route.pose(0), speed: plan.seats[i]?.speed ?? 0 }, true));
    });
    this.traffic = new Traffic<Bicycle>({
      graph: this.graph,
      plan,
      ...(signals && { signals }),
      ...(crossings && { crossings }),
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
    for (const vehicle of this.vehicles) vehicle.emergency = this.traffic.emergency(vehicle.id);
    const users = [...this.vehicles.map(({ user }) => user), ...this.#others(this.time)];
    this.traffic.look(users);
    const events = this.traffic.step(this.time, TICK, users);
    this.events.push(...events);
    drive(this);
    for (const vehicle of this.vehicles) {
      vehicle.step(TICK);
      vehicle.follow(this.graph);
    }
    this.time += TICK;
    return events;
  }

  /** Pairs of vehicles whose boxes overlap, by sort and sweep from west to east. */
  collisions(): [number, number][] {
    const boxes = this.vehicles.map(({ user }) => user).sort((a, b) => a.x - b.x);
    const reach = boxes.reduce((most, { length, width }) => Math.max(most, length + width), 0);
    const pairs: [number, number][] = [];
    boxes.forEach((a, i) => {
      for (let k = i + 1; k < boxes.length; k++) {
        const b = boxes[k] as RoadUser;
        if (b.x - a.x > reach) break;
        if (Math.abs(b.z - a.z) < 2 && overlap(a, b)) pairs.push([a.id, b.id]);
      }
    });
    return pairs;
  }

  save(): Uint8Array {
    const writer = new StateWriter();
    writer.f64(this.time);
    writer.u32(this.#nextId);
    writer.u32(this.vehicles.length);
    for (const { id, spec, seat, state, command, steering } of this.vehicles) {
      writer.u32(id);
      writer.text(spec.class);
      writer.bool(seat);
      for (const value of [state.x, state.y, state.z, state.heading, state.speed]) writer.f64(value);
      for (const value of [command.steering, command.throttle, command.brake, steering]) writer.f64(value);
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
      const place = { x: reader.f64(), y: reader.f64(), z: reader.f64() };
      const pose = { ...place, heading: reader.f64(), speed: reader.f64() };
      const vehicle = new Bicycle(id, spec, pose, seat);
      vehicle.command = { steering: reader.f64(), throttle: reader.f64(), brake: reader.f64(), gear: 'forward' };
      vehicle.steering = reader.f64();
      return vehicle;
    });
    this.traffic.load(reader, (id) => this.vehicles.find((vehicle) => vehicle.id === id) as Bicycle);
  }

  #add(spec: VehicleSpec, pose: SpawnPose, seat: boolean): Bicycle {
    const vehicle = new Bicycle(this.#nextId++, spec, pose, seat);
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
  command.brake = clamp((-wanted * spec.mass) / (spec.front.brakeForce + spec.rear.brakeForce), 0, 1);
}
