import { cos, sin, tan } from '../math.ts';
import { GRAVITY, type Physics, type PhysicsBody } from '../physics/rapier.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import { loadCommand, saveCommand, within, type CarCommand } from './command.ts';
export type { CarCommand } from './command.ts';
import { driveForce } from './drivetrain.ts';
import type { Ground } from './ground.ts';
import { pushHull } from './hull.ts';
import { Motion, type VehicleState } from './motion.ts';
import type { VehicleSpec } from './spec.ts';
import { Wheels, type WheelControls } from './wheels.ts';

/** kg/m3, at sea level and 20 degrees. */
const AIR_DENSITY = 1.2;

/** Cosine of the tilt from which on the bodywork may touch the ground. */
const TIPPING = 0.9;

/** Of bodywork against bodywork. */
const BODY_FRICTION = 0.4;
const BODY_RESTITUTION = 0.1;

export interface VehicleStart {
  /** Middle of the body, m. */
  readonly x: number;
  readonly y: number;
  /** rad. */
  readonly heading: number;
  /** m/s along the body. */
  readonly speed: number;
}

/**
 * A vehicle on four wheels: a rigid body in Rapier, with our own forces at the wheels, drag and weight. Each substep:
 * `applyForces`, `Physics.step`, `refresh`. All forces follow from the state at the start of the substep.
 */
export class Vehicle implements Saved {
  readonly id: number;
  readonly spec: VehicleSpec;
  command: CarCommand = { steering: 0, throttle: 0, brake: 0, gear: 'forward' };
  readonly #motion = new Motion();
  readonly #physics: Physics;
  readonly #body: PhysicsBody;
  readonly #wheels: Wheels;
  readonly #controls: WheelControls = { steering: 0, drive: 0, brake: 0, dt: 0 };
  /** Force (N) and torque about the centre of mass (N m), world frame. */
  readonly #wrench = new Float64Array(6);

  /**
   * @param start where it stands on its wheels, in equilibrium, rolling. Null for a vehicle whose body came back with a keyframe
   * of `physics`: call `load` next.
   */
  constructor(physics: Physics, id: number, spec: VehicleSpec, start: VehicleStart | null, ground: Ground) {
    this.id = id;
    this.spec = spec;
    this.#physics = physics;
    this.#wheels = new Wheels(spec);
    if (start) this.#body = place(physics, id, spec, start, ground);
    else this.#body = physics.body(id);
    this.#body.read(this.#motion);
    this.#motion.derive();
  }

  get state(): VehicleState {
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
    const drag = -0.5 * AIR_DENSITY * spec.dragArea * Math.sqrt(vx * vx + vy * vy + vz * vz);
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
    const m = this.#motion;
    for (const value of [m.x, m.y, m.z, m.qx, m.qy, m.qz, m.qw, m.vx, m.vy, m.vz, m.wx, m.wy, m.wz]) writer.f64(value);
    for (const value of [m.ax, m.ay, m.steering]) writer.f64(value);
    this.#wheels.save(writer);
    saveCommand(this.command, writer);
  }

  load(reader: StateReader): void {
    const m = this.#motion;
    m.x = reader.f64();
    m.y = reader.f64();
    m.z = reader.f64();
    m.qx = reader.f64();
    m.qy = reader.f64();
    m.qz = reader.f64();
    m.qw = reader.f64();
    m.vx = reader.f64();
    m.vy = reader.f64();
    m.vz = reader.f64();
    m.wx = reader.f64();
    m.wy = reader.f64();
    m.wz = reader.f64();
    m.ax = reader.f64();
    m.ay = reader.f64();
    m.steering = reader.f64();
    m.derive();
    this.#controls.steering = tan(m.steering);
    this.#wheels.load(reader);
    this.command = loadCommand(reader);
  }

  /** Takes the body out of the world. Nothing may be called after it. */
  remove(): void {
    this.#physics.remove(this.#body);
  }

  /** The wheels turn towards the wanted angle as fast as the steering can. */
  #steer(): void {
    const { maxSteeringAngle, maxSteeringRate } = this.spec;
    const motion = this.#motion;
    const dt = this.#controls.dt;
    const wanted = within(this.command.steering, -maxSteeringAngle, maxSteeringAngle);
    const step = within(wanted - motion.steering, -maxSteeringRate * dt, maxSteeringRate * dt);
    if (step === 0) return;
    motion.steering += step;
    this.#controls.steering = tan(motion.steering);
  }
}

function place(physics: Physics, id: number, spec: VehicleSpec, start: VehicleStart, ground: Ground): PhysicsBody {
  const { x, y, heading, speed } = start;
  const body = physics.addDynamicBox(id, {
    halfExtents: [spec.length / 2, spec.width / 2, (spec.height - spec.clearance) / 2],
    offset: [0, 0, spec.clearance / 2],
    pose: { x, y, z: ground.height(x, y) + spec.height / 2, heading },
    friction: BODY_FRICTION,
    restitution: BODY_RESTITUTION,
    mass: spec.mass,
    inertia: spec.inertia,
    centreOfMass: [spec.cgX, 0, spec.cgHeight - spec.height / 2],
    gravity: false,
  });
  body.setVelocity(speed * cos(heading), speed * sin(heading), 0, 0, 0, 0);
  return body;
}
