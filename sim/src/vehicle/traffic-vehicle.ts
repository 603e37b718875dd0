import type { Physics } from '../physics/rapier.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { CarCommand } from './command.ts';
import type { Ground } from './ground.ts';
import { KinematicVehicle } from './kinematic.ts';
import { Motion, type VehicleState } from './motion.ts';
import type { VehicleSpec } from './spec.ts';
import { placeOn } from './start.ts';
import { Vehicle, type VehicleStart } from './vehicle.ts';

/**
 * A vehicle that is a rigid body where somebody is near, and moves kinematically where nobody is: `promote` and `demote` change
 * between the two without a jump. Each substep: `applyForces`, `Physics.step`, `refresh`, which do nothing while it is kinematic;
 * each tick, after its substeps: `advance`, which does nothing while it is rigid.
 */
export class TrafficVehicle implements Saved {
  readonly id: number;
  readonly spec: VehicleSpec;
  readonly #physics: Physics;
  readonly #ground: Ground;
  #rigid: Vehicle | null = null;
  #kinematic: KinematicVehicle | null = null;

  /**
   * @param start null for one that comes back with a keyframe: call `load` next, after `Physics.load`.
   * @param rigid whether it starts as a body of `physics`.
   */
  constructor(
    physics: Physics,
    id: number,
    spec: VehicleSpec,
    start: VehicleStart | null,
    ground: Ground,
    rigid: boolean,
  ) {
    this.id = id;
    this.spec = spec;
    this.#physics = physics;
    this.#ground = ground;
    if (start === null) return;
    if (rigid) this.#rigid = new Vehicle(physics, id, spec, start, ground);
    else {
      const motion = new Motion();
      placeOn(motion, spec, start, ground);
      this.#kinematic = new KinematicVehicle(spec, motion, standing());
      this.#kinematic.takeOver(ground);
    }
  }

  get state(): VehicleState {
    return this.#model.motion;
  }

  get command(): CarCommand {
    return this.#model.command;
  }

  set command(command: CarCommand) {
    this.#model.command = command;
  }

  /** Whether it is a body of the physics world now. */
  get rigid(): boolean {
    return this.#rigid !== null;
  }

  /** @param dt length of the substep, s. */
  applyForces(dt: number): void {
    this.#rigid?.applyForces(dt, this.#ground);
  }

  /** Takes over what the last `Physics.step`, of `dt` seconds, did. */
  refresh(dt: number): void {
    this.#rigid?.refresh(dt);
  }

  /** @param dt length of the tick, s. */
  advance(dt: number): void {
    this.#kinematic?.advance(dt, this.#ground);
  }

  /** Becomes a rigid body, rolling on as it was: springs and tyres are what steady motion makes of them. */
  promote(): void {
    const kinematic = this.#kinematic;
    if (!kinematic) return;
    const { motion, command } = kinematic;
    const { front, rear, held } = kinematic.tyres(this.#ground);
    const vehicle = new Vehicle(this.#physics, this.id, this.spec, motion, this.#ground);
    vehicle.command = command;
    vehicle.settle(front, rear, held);
    this.#rigid = vehicle;
    this.#kinematic = null;
  }

  /** Gives its body away and rolls on. */
  demote(): void {
    const vehicle = this.#rigid;
    if (!vehicle) return;
    vehicle.remove();
    this.#kinematic = new KinematicVehicle(this.spec, vehicle.motion, vehicle.command);
    this.#kinematic.takeOver(this.#ground);
    this.#rigid = null;
  }

  save(writer: StateWriter): void {
    writer.bool(this.rigid);
    this.#model.save(writer);
  }

  /** After `Physics.load`, with which its body came back if it had one. */
  load(reader: StateReader): void {
    const rigid = reader.bool();
    this.#rigid = rigid ? new Vehicle(this.#physics, this.id, this.spec, null, this.#ground) : null;
    this.#kinematic = rigid ? null : new KinematicVehicle(this.spec, new Motion(), standing());
    this.#model.load(reader);
  }

  /** Takes it out of the world. Nothing may be called after it. */
  remove(): void {
    this.#rigid?.remove();
  }

  get #model(): Vehicle | KinematicVehicle {
    const model = this.#rigid ?? this.#kinematic;
    if (!model) throw new Error(`vehicle ${this.id} has neither been placed nor loaded`);
    return model;
  }
}

function standing(): CarCommand {
  return { steering: 0, throttle: 0, brake: 0, gear: 'forward' };
}
