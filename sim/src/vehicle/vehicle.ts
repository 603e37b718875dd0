import { tan } from '../math.ts';
import { GRAVITY, type Physics, type PhysicsBody } from '../physics/rapier.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import { loadCommand, saveCommand, steer, within, type CarCommand } from './command.ts';
export type { CarCommand } from './command.ts';
export type { VehicleStart } from './start.ts';
import { airDrag, driveForce } from './drivetrain.ts';
import type { Ground } from './ground.ts';
import { pushHull } from './hull.ts';
import { Motion, type VehicleState } from './motion.ts';
import type { VehicleSpec } from './spec.ts';
import { placeOn, type VehicleStart } from './start.ts';
import { Wheels, type WheelControls } from './wheels.ts';

/** Cosine of the tilt from which on the bodywork may touch the ground. */
const TIPPING = 0.9;

/** Of bodywork against bodywork. */
const BODY_FRICTION = 0.4;
const BODY_RESTITUTION = 0.1;

/**
 * A vehicle on four wheels: a rigid body in Rapier, with our own forces at the wheels, drag and weight. Each substep:
 * `applyForces`, `Physics.step`, `refresh`. All forces follow from the state at the start of the substep.
 */
export class Vehicle implements Saved {
  readonly id: number;
  readonly spec: VehicleSpec;
  command: CarCommand = { steering: 0, throttle: 0, brake: 0, gear: 'forward' };
  readonly #motion: Motion;
  readonly #physics: Physics;
  readonly #body: PhysicsBody;
  readonly #wheels: Wheels;
  readonly #controls: WheelControls = { steering: 0, drive: 0, brake: 0, dt: 0 };
  /** Force (N) and torque about the centre of mass (N m), world frame. */
  readonly #wrench = new Float64Array(6);

  /**
   * @param start where it stands on its wheels, in equilibrium, rolling; or the motion that it goes on with, whose object it takes
   * over. Null for a vehicle whose body came back with a keyframe of `physics`: call `load` next.
   */
  constructor(physics: Physics, id: number, spec: VehicleSpec, start: VehicleStart | Motion | null, ground: Ground) {
    this.id = id;
    this.spec = spec;
    this.#physics = physics;
    this.#wheels = new Wheels(spec);
    this.#motion = start instanceof Motion ? start : new Motion();
    if (start === null) this.#body = physics.body(id);
    else {
      if (!(start instanceof Motion)) placeOn(this.#motion, spec, start, ground);
      this.#body = makeBody(physics, id, spec, this.#motion);
      this.#controls.steering = tan(this.#motion.steering);
    }
    this.#body.read(this.#motion);
    this.#motion.derive();
  }

  /** Stretches the tyres as they are in steady motion, m: across at front and rear wheels, and along, where brakes hold. */
  settle(front: number, rear: number, held: number): void {
    this.#wheels.settle(front, rear, held);
  }

  get state(): VehicleState {
    return this.#motion;
  }

  /** The state as the object that another model of the same vehicle may take over. */
  get motion(): Motion {
    return this.#motion;
  }

  /** Moves the steering, then gives the body its forces for the next `dt` seconds. */
  applyForces(dt: number, ground: Ground): void {
    const { spec, command } = this;
    const motion = this.#motion;
    const wrench = this.#wrench;
    const controls = this.#controls;
    controls.dt = dt;
    this.#steer();
    const throttle = within(command.throttle, 0, 1);
    controls.brake = within(command.brake, 0, 1);
    controls.drive = throttle > 0 ? driveForce(spec, command.gear, throttle, motion.speed) : 0;

    // Weight and drag act at the centre of mass.
    const { vx, vy, vz } = motion;
    const drag = -airDrag(spec, Math.sqrt(vx * vx + vy * vy + vz * vz));
    wrench[0] = drag * vx;
    wrench[1] = drag * vy;
    wrench[2] = drag * vz - spec.mass * GRAVITY;
    wrench[3] = 0;
    wrench[4] = 0;
    wrench[5] = 0;

    this.#wheels.push(motion, controls, ground, wrench);
    if (motion.upZ < TIPPING) pushHull(spec, motion, ground, wrench);

    this.#body.push(wrench[0] * dt, wrench[1] * dt, wrench[2] * dt, wrench[3] * dt, wrench[4] * dt, wrench[5] * dt);
  }

  /** Takes over what the last `Physics.step`, of `dt` seconds, did. */
  refresh(dt: number): void {
    const motion = this.#motion;
    const { vx, vy, vz } = motion;
    this.#body.read(motion);
    motion.derive();
    const ax = (motion.vx - vx) / dt;
    const ay = (motion.vy - vy) / dt;
    const az = (motion.vz - vz) / dt;
    motion.ax = ax * motion.forwardX + ay * motion.forwardY + az * motion.forwardZ;
    motion.ay = ax * motion.leftX + ay * motion.leftY + az * motion.leftZ;
  }

  /** The whole state, body's included, so that its hash sees the motion too. */
  save(writer: StateWriter): void {
    this.#motion.save(writer);
    this.#wheels.save(writer);
    saveCommand(this.command, writer);
  }

  load(reader: StateReader): void {
    this.#motion.load(reader);
    this.#controls.steering = tan(this.#motion.steering);
    this.#wheels.load(reader);
    this.command = loadCommand(reader);
  }

  /** Takes the body out of the world. Nothing may be called after it. */
  remove(): void {
    this.#physics.remove(this.#body);
  }

  /** The wheels turn towards the wanted angle as fast as the steering can. */
  #steer(): void {
    const motion = this.#motion;
    const before = motion.steering;
    motion.steering = steer(this.spec, before, this.command.steering, this.#controls.dt);
    if (motion.steering !== before) this.#controls.steering = tan(motion.steering);
  }
}

/** The body that is where a motion says. */
function makeBody(physics: Physics, id: number, spec: VehicleSpec, motion: Motion): PhysicsBody {
  const { x, y, z, qx, qy, qz, qw } = motion;
  const body = physics.addDynamicBox(id, {
    halfExtents: [spec.length / 2, spec.width / 2, (spec.height - spec.clearance) / 2],
    offset: [0, 0, spec.clearance / 2],
    pose: { x, y, z, heading: 0, rotation: [qx, qy, qz, qw] },
    friction: BODY_FRICTION,
    restitution: BODY_RESTITUTION,
    mass: spec.mass,
    inertia: spec.inertia,
    centreOfMass: [spec.cgX, 0, spec.cgHeight - spec.height / 2],
    gravity: false,
  });
  body.setVelocity(motion.vx, motion.vy, motion.vz, motion.wx, motion.wy, motion.wz);
  return body;
}
