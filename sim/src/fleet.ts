import type { EntityDescription, FrameEntity } from '@gauntlet/agents-sdk/protocol';
import type { Physics } from './physics/rapier.ts';
import type { LaneGraph } from './road/lane-graph.ts';
import { readTarget, type Target } from './sensor/targets.ts';
import type { Saved, StateReader, StateWriter } from './state.ts';
import type { RoadUser } from './traffic/road-user.ts';
import { DetailPolicy } from './vehicle/detail.ts';
import type { VehicleState } from './vehicle/motion.ts';
import { describeEntity, SPECS, type VehicleSpec } from './vehicle/spec.ts';
import { TrafficVehicle } from './vehicle/traffic-vehicle.ts';
import type { VehicleStart } from './vehicle/vehicle.ts';

/** Bits of `lights` in the protocol's frames. */
const LIGHT = { brake: 1, left: 2, right: 4, reverse: 8, emergency: 16 } as const;
/** Share of full brake from which brake lights shine. */
const BRAKE_LIGHT = 0.02;

/** All vehicles of a world, in the order of their ids: bodies where an agent is near, kinematic elsewhere. */
export class Fleet implements Saved {
  readonly #physics: Physics;
  readonly #graph: LaneGraph;
  readonly #detail: DetailPolicy | null;
  #vehicles: TrafficVehicle[] = [];
  readonly #byId = new Map<number, TrafficVehicle>();
  readonly #targets = new Map<number, Target>();
  /** Ids of the vehicles that agents drive. */
  readonly #seats = new Set<number>();

  /** @param everywhere whether every vehicle is a rigid body all the time. */
  constructor(physics: Physics, graph: LaneGraph, everywhere: boolean) {
    this.#physics = physics;
    this.#graph = graph;
    this.#detail = everywhere ? null : new DetailPolicy();
  }

  get vehicles(): readonly TrafficVehicle[] {
    return this.#vehicles;
  }

  find(id: number): TrafficVehicle | undefined {
    return this.#byId.get(id);
  }

  /** @throws RangeError when there is none. */
  get(id: number): TrafficVehicle {
    const vehicle = this.#byId.get(id);
    if (!vehicle) throw new RangeError(`there is no vehicle ${id}`);
    return vehicle;
  }

  /** @param seat whether an agent drives it. @param id above all ids before it. */
  spawn(id: number, spec: VehicleSpec, start: VehicleStart, seat: boolean): TrafficVehicle {
    const rigid = seat || this.#detail === null || this.#detail.wantsRigid(start.x, start.y, this.#places());
    const vehicle = new TrafficVehicle(this.#physics, id, spec, start, this.#graph.ground, rigid);
    this.#add(vehicle);
    if (seat) this.#seats.add(id);
    return vehicle;
  }

  remove(vehicle: TrafficVehicle): void {
    vehicle.remove();
    this.#vehicles = this.#vehicles.filter((each) => each !== vehicle);
    this.#seats.delete(vehicle.id);
    this.#byId.delete(vehicle.id);
    this.#targets.delete(vehicle.id);
  }

  applyForces(dt: number): void {
    for (const vehicle of this.#vehicles) vehicle.applyForces(dt);
  }

  refresh(dt: number): void {
    for (const vehicle of this.#vehicles) vehicle.refresh(dt);
  }

  /** After the substeps of a tick of `dt` s: kinematic vehicles move, and vehicles change their kind where agents come near or leave. */
  advance(dt: number): void {
    for (const vehicle of this.#vehicles) vehicle.advance(dt);
    this.#detail?.update(this.#vehicles, this.#places(), this.#seats);
  }

  /** @param emergency whether it drives with blue lights. */
  user(vehicle: TrafficVehicle, emergency: boolean): RoadUser {
    const { id, spec, state } = vehicle;
    return {
      id,
      kind: spec.class,
      x: state.x,
      y: state.y,
      z: state.z - spec.height / 2,
      heading: state.heading,
      speed: state.speed,
      length: spec.length,
      width: spec.width,
      seat: this.#seats.has(id),
      emergency,
    };
  }

  describe(vehicle: TrafficVehicle, seat: EntityDescription['seat']): EntityDescription {
    return { id: vehicle.id, seat, ...describeEntity(vehicle.spec) };
  }

  /** What sensors see of the vehicles at this moment, in their order. */
  targets(): Target[] {
    return this.#vehicles.map((vehicle) => {
      const target = readTarget(vehicle, this.#targets.get(vehicle.id));
      this.#targets.set(vehicle.id, target);
      return target;
    });
  }

  save(writer: StateWriter): void {
    writer.u32(this.#vehicles.length);
    for (const vehicle of this.#vehicles) {
      writer.u32(vehicle.id);
      writer.text(vehicle.spec.class);
      vehicle.save(writer);
    }
    writer.u32(this.#seats.size);
    for (const id of this.#seats) writer.u32(id);
  }

  /** After `Physics.load`. */
  load(reader: StateReader): void {
    this.#vehicles = [];
    this.#byId.clear();
    this.#targets.clear();
    for (let count = reader.u32(); count > 0; count--) {
      const id = reader.u32();
      const spec = SPECS[reader.text() as keyof typeof SPECS];
      const vehicle = new TrafficVehicle(this.#physics, id, spec, null, this.#graph.ground, false);
      vehicle.load(reader);
      this.#add(vehicle);
    }
    this.#seats.clear();
    for (let count = reader.u32(); count > 0; count--) this.#seats.add(reader.u32());
  }

  #places(): VehicleState[] {
    return Array.from(this.#seats, (id) => this.get(id).state);
  }

  #add(vehicle: TrafficVehicle): void {
    this.#vehicles.push(vehicle);
    this.#byId.set(vehicle.id, vehicle);
  }
}

/** A vehicle as watchers see it. @param indicator 1 left, -1 right, 0 neither. */
export function frameVehicle(
  { id, state, command }: TrafficVehicle,
  indicator: number,
  emergency: boolean,
): FrameEntity {
  const braking = command.brake > BRAKE_LIGHT ? LIGHT.brake : 0;
  const turning = indicator > 0 ? LIGHT.left : indicator < 0 ? LIGHT.right : 0;
  const reversing = command.gear === 'reverse' ? LIGHT.reverse : 0;
  return {
    id,
    x: state.x,
    y: state.y,
    z: state.z,
    yaw: state.heading,
    pitch: state.pitch,
    roll: state.roll,
    speed: state.speed,
    steering: state.steering,
    lights: braking | turning | reversing | (emergency ? LIGHT.emergency : 0),
  };
}
