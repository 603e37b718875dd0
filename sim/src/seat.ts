import type {
  Action,
  CarAction,
  RadioMessage,
  SeatEvent,
  SensorReading,
  SimObservation,
} from '@gauntlet/agents-sdk/protocol';
import type { WorldSeat } from './api.ts';
import { clamp, wrapAngle } from './math.ts';
import type { LaneGraph } from './road/lane-graph.ts';
import type { Route, RoutePoint } from './road/route.ts';
import { safeStop } from './safe-stop.ts';
import type { SeatSpec } from './scenario.ts';
import { SeatScoreCard } from './score/seat-score.ts';
import { Lidar } from './sensor/lidar.ts';
import { ObjectSensor } from './sensor/objects.ts';
import { viewpoint, type Target } from './sensor/targets.ts';
import type { Saved, StateReader, StateWriter } from './state.ts';
import { describeVehicle } from './vehicle/spec.ts';
import type { TrafficVehicle } from './vehicle/traffic-vehicle.ts';

/** Rows of `route.ahead`, and m between them. */
const AHEAD_ROWS = 60;
const AHEAD_STEP = 2;
/** m ahead within which a give-way line is told. */
const YIELD_SIGHT = 100;

/** A seat in the world: its vehicle, its way, its sensors, its score. `observe` is the only way out of the world for a seat. */
export class Seat implements Saved {
  readonly index: number;
  readonly spec: SeatSpec;
  readonly route: Route;
  readonly card: SeatScoreCard;
  readonly info: WorldSeat;
  /** Null once it has left the world. */
  vehicle: TrafficVehicle | null;
  /** Ticks that it has stood still since it was retired. */
  standing = 0;
  readonly place: RoutePoint = { distance: 0, offset: 0, heading: 0, laneIndex: 0 };
  lane: number | null = null;
  lidarRanges: Float32Array | null = null;
  /** What happened to it in the last step. */
  events: SeatEvent[] = [];
  readonly #graph: LaneGraph;
  readonly #objects = new Map<string, ObjectSensor>();
  readonly #lidars = new Map<string, Lidar>();
  readonly #ahead = new Float32Array(AHEAD_ROWS * 4);

  constructor(index: number, spec: SeatSpec, route: Route, vehicle: TrafficVehicle, graph: LaneGraph) {
    this.index = index;
    this.spec = spec;
    this.route = route;
    this.vehicle = vehicle;
    this.#graph = graph;
    this.card = new SeatScoreCard(route.length);
    const points: number[] = [];
    for (let i = 0; i < route.x.length; i += 2) points.push(route.x[i] as number, route.y[i] as number);
    this.info = {
      seat: spec.seat,
      team: spec.team,
      entity: vehicle.id,
      body: describeVehicle(vehicle.spec),
      sensors: spec.sensors,
      route: { lanes: route.lanes, length: route.length, points },
    };
    for (const sensor of spec.sensors) {
      if (sensor.kind === 'lidar') this.#lidars.set(sensor.name, new Lidar(sensor.beams, sensor.range));
      else this.#objects.set(sensor.name, new ObjectSensor(sensor.range, sensor.limit));
    }
    this.locate(-1);
  }

  /** Whether it still takes part. */
  get active(): boolean {
    return this.card.end === '' && this.vehicle !== null;
  }

  /** Gives its vehicle this tick's command. Numbers out of range are clamped, and the seat is told so. */
  command(action: Action | 'safe-stop' | null): void {
    this.events = [];
    const { vehicle } = this;
    if (!vehicle) return;
    if (action === null || action === 'safe-stop' || !this.active) {
      const { wheelbase } = this.info.body;
      vehicle.command = safeStop(vehicle.state, this.route, this.place.distance, wheelbase);
      return;
    }
    vehicle.command = this.#clamped(action);
  }

  /** Finds the vehicle on its route and in the lanes. @param hint m along the route where it was, or -1. */
  locate(hint: number): void {
    const { vehicle } = this;
    if (!vehicle) return;
    const { x, y, z } = vehicle.state;
    this.route.project(x, y, hint, this.place);
    this.lane = this.#graph.nearest(x, y, 0, this.route.lanes[this.place.laneIndex], z)?.lane ?? null;
  }

  /** What the seat is told at this tick, or null when it is out. */
  observe(
    tick: number,
    time: number,
    own: Target,
    targets: readonly Target[],
    messages: RadioMessage[],
  ): SimObservation | null {
    const { vehicle } = this;
    if (!vehicle || !this.active) return null;
    const { state } = vehicle;
    const sensors: Record<string, SensorReading> = {};
    this.lidarRanges = null;
    for (const { name, kind, mount } of this.spec.sensors) {
      if (kind === 'lidar') {
        const reading = (this.#lidars.get(name) as Lidar).read(viewpoint(own, mount[0], mount[1]), targets);
        this.lidarRanges ??= reading.ranges.data;
        sensors[name] = reading;
      } else {
        sensors[name] = (this.#objects.get(name) as ObjectSensor).read(own, mount[0], mount[1], targets);
      }
    }
    const rows = this.route.sample(this.place.distance, AHEAD_STEP, AHEAD_ROWS, this.#ahead);
    return {
      tick,
      time,
      self: {
        position: [state.x, state.y, state.z],
        orientation: [state.qx, state.qy, state.qz, state.qw],
        heading: state.heading,
        velocity: [state.vx, state.vy, state.vz],
        speed: state.speed,
        yawRate: state.yawRate,
        acceleration: [state.ax, state.ay],
        steering: state.steering,
        gear: vehicle.command.gear,
      },
      route: {
        progress: this.place.distance,
        remaining: this.route.length - this.place.distance,
        offset: this.place.offset,
        headingError: wrapAngle(state.heading - this.place.heading),
        lane: this.lane,
        ahead: { dtype: 'f32', shape: [rows, 4], data: this.#ahead.slice(0, rows * 4) },
        yieldAhead: this.route.nextYield(this.place.distance, YIELD_SIGHT),
      },
      sensors,
      messages,
      events: this.events,
    };
  }

  /** The vehicle is written by the world, among all others. */
  save(writer: StateWriter): void {
    this.card.save(writer);
    writer.u32(this.standing);
    for (const value of [this.place.distance, this.place.offset, this.place.heading, this.place.laneIndex])
      writer.f64(value);
    writer.f64(this.lane ?? -1);
    for (const sensor of this.#objects.values()) sensor.save(writer);
  }

  /** After the vehicles; `this.vehicle` must be set. */
  load(reader: StateReader): void {
    this.card.load(reader);
    this.standing = reader.u32();
    this.place.distance = reader.f64();
    this.place.offset = reader.f64();
    this.place.heading = reader.f64();
    this.place.laneIndex = reader.f64();
    const lane = reader.f64();
    this.lane = lane < 0 ? null : lane;
    for (const sensor of this.#objects.values()) sensor.load(reader);
    this.events = [];
  }

  #clamped(action: CarAction): CarAction {
    const { maxSteeringAngle } = this.info.body;
    // MessagePack writes -0 as 0: adding 0 makes them one, so that a log replays to the same bits.
    const steering = clamp(action.steering, -maxSteeringAngle, maxSteeringAngle) + 0;
    const throttle = clamp(action.throttle, 0, 1) + 0;
    const brake = clamp(action.brake, 0, 1) + 0;
    for (const [name, given, used] of [
      ['steering', action.steering, steering],
      ['throttle', action.throttle, throttle],
      ['brake', action.brake, brake],
    ] as const) {
      if (given !== used) this.events.push({ kind: 'clamped', detail: `${name} ${given} was clamped to ${used}` });
    }
    return { steering, throttle, brake, gear: action.gear };
  }
}
