import { cos, sin, tan } from '../math.ts';
import { GRAVITY } from '../physics/rapier.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import { setAttitude } from './attitude.ts';
import { loadCommand, saveCommand, steer, within, type CarCommand } from './command.ts';
import { airDrag, driveForce } from './drivetrain.ts';
import { Footing } from './footing.ts';
import type { Ground } from './ground.ts';
import type { Motion } from './motion.ts';
import type { AxleSpec, VehicleSpec } from './spec.ts';
import { leanOf, steadySlip, type Lean } from './steady-slip.ts';

/** s: how fast the body leans on its springs; about a quarter of a period of pitch or roll. */
const LEANING = 0.15;
/** Of the friction circle that is left for the force across. */
const ACROSS = 0.97;

/** Numbers that it keeps beside the motion. */
const SAVED = ['heading', 'speed', 'yawRate', 'slide', 'pitch', 'roll', 'heave', 'grade', 'bank'] as const;

/**
 * A vehicle without a body: the kinematic bicycle about the rear axle (Rajamani, "Vehicle Dynamics and Control", 2nd ed., ch. 2.2) with
 * the slip angles of steady cornering, so that it drives the same bends, stops in the same distance and leans as the rigid one does
 * with the same command. It passes through others. One update a tick.
 */
export class KinematicVehicle implements Saved {
  readonly spec: VehicleSpec;
  readonly motion: Motion;
  command: CarCommand;
  /** rad; m/s along the body, over the ground; rad/s; m/s of the rear axle to the left. */
  heading = 0;
  speed = 0;
  yawRate = 0;
  slide = 0;
  /** Of the body against the ground: rad nose down, rad right side down, m up. */
  pitch = 0;
  roll = 0;
  heave = 0;
  /** Rise of the ground along and to the left of the body, per metre driven: sines. */
  grade = 0;
  bank = 0;
  readonly #lean: Lean;
  readonly #footing = new Footing();

  /** @param motion what it goes on with; it writes to it. */
  constructor(spec: VehicleSpec, motion: Motion, command: CarCommand) {
    this.spec = spec;
    this.motion = motion;
    this.command = command;
    this.#lean = leanOf(spec, GRAVITY);
  }

  /** Takes over from what `motion` says now, wherever that came from. */
  takeOver(ground: Ground): void {
    const { motion, spec } = this;
    const { normal } = this.#footing;
    this.heading = motion.heading;
    const middle = this.#stand(ground, cos(this.heading), sin(this.heading));
    const { x: nx, y: ny, z: nz } = normal;
    const nose = motion.forwardX * nx + motion.forwardY * ny + motion.forwardZ * nz;
    const lift = motion.vx * nx + motion.vy * ny + motion.vz * nz;
    this.pitch = -nose;
    this.roll = motion.leftX * nx + motion.leftY * ny + motion.leftZ * nz;
    this.heave = (motion.z - middle) * nz - spec.height / 2;
    this.speed = (motion.speed - nose * lift) / Math.sqrt(1 - nose * nose);
    this.yawRate = motion.yawRate;
    this.slide = motion.lateralSpeed - motion.yawRate * (spec.cgX - spec.rear.x);
  }

  /** One tick of `dt` seconds. */
  advance(dt: number, ground: Ground): void {
    const { spec, motion } = this;
    const { front, rear } = spec;
    const wheelbase = front.x - rear.x;
    const lever = spec.cgX - rear.x;
    const before = this.speed;
    const size = before < 0 ? -before : before;
    const friction = ground.friction(motion.x, motion.y, motion.z - spec.height / 2);
    const grip = friction * GRAVITY;

    const angle = motion.steering;
    motion.steering = steer(spec, angle, this.command.steering, dt);
    const turned = (angle + motion.steering) / 2;

    // Across: what of the grip the bend takes, the slip angles that go with it, and the yaw rate that the wheels then give.
    const lateral = within((before * this.yawRate + GRAVITY * this.bank) / grip, -ACROSS, ACROSS);
    const frontSlip = steadySlip(front, friction, lateral);
    const rearSlip = steadySlip(rear, friction, lateral);
    const tangent = tan(turned - (before < 0 ? -1 : 1) * (frontSlip - rearSlip));
    const most = (ACROSS * grip) / Math.max(size, 0.1);
    const wanted = within((before * tangent) / wheelbase, -most, most);
    const settling = dt / (dt + settlingTime(spec, size));
    const yawBefore = this.yawRate;
    const slideBefore = this.slide;
    this.yawRate += (wanted - yawBefore) * settling;
    this.slide += (-rearSlip * size - slideBefore) * settling;

    this.#drive(dt, friction, lateral, turned);

    const yaw = (yawBefore + this.yawRate) / 2;
    const along = ((before + this.speed) / 2) * Math.sqrt(1 - this.grade * this.grade);
    const across = (slideBefore + this.slide) / 2 - yaw * rear.x;
    const half = this.heading + (yaw * dt) / 2;
    const [c, s] = [cos(half), sin(half)];
    motion.x += (along * c - across * s) * dt;
    motion.y += (along * s + across * c) * dt;
    this.heading += yaw * dt;
    if (this.heading > Math.PI) this.heading -= 2 * Math.PI;
    else if (this.heading < -Math.PI) this.heading += 2 * Math.PI;

    const acceleration = (this.speed - before) / dt;
    const sideways = this.slide + this.yawRate * lever;
    motion.ax = acceleration - this.yawRate * sideways;
    motion.ay = (sideways - slideBefore - yawBefore * lever) / dt + this.speed * this.yawRate;
    this.#settleBody(dt, motion.ax + GRAVITY * this.grade + (airDrag(spec, size) * before) / spec.mass);
    this.#pose(ground);
  }

  /** How far its tyres would be stretched, m: across in front and behind, and along, where brakes hold. */
  tyres(ground: Ground): { front: number; rear: number; held: number } {
    const { spec, motion, speed, command } = this;
    const friction = ground.friction(motion.x, motion.y, motion.z - spec.height / 2);
    const lateral = (speed * this.yawRate + GRAVITY * this.bank) / (friction * GRAVITY);
    const brakes = within(command.brake, 0, 1) * (spec.front.brakeForce + spec.rear.brakeForce);
    const holding = Math.min(brakes / (spec.mass * GRAVITY) + spec.rollingResistance, friction);
    const drive = driveForce(spec, command.gear, within(command.throttle, 0, 1), speed) / (spec.mass * GRAVITY);
    const needed = speed === 0 ? within(drive - this.grade, -holding, holding) : speed < 0 ? -holding : holding;
    return {
      front: -steadySlip(spec.front, friction, lateral) * spec.relaxationY,
      rear: -steadySlip(spec.rear, friction, lateral) * spec.relaxationY,
      held: (needed * spec.relaxationX) / spec.slipStiffness,
    };
  }

  save(writer: StateWriter): void {
    this.motion.save(writer);
    for (const field of SAVED) writer.f64(this[field]);
    saveCommand(this.command, writer);
  }

  load(reader: StateReader): void {
    this.motion.load(reader);
    for (const field of SAVED) this[field] = reader.f64();
    this.command = loadCommand(reader);
  }

  /** Drive, drag, weight and the bend change the speed; then brakes and rolling resistance take of it what is there. */
  #drive(dt: number, friction: number, lateral: number, turned: number): void {
    const { spec, motion, command, grade } = this;
    const { front, rear, mass } = spec;
    const wheelbase = front.x - rear.x;
    const speed = this.speed;
    const size = speed < 0 ? -speed : speed;
    const weight = mass * GRAVITY;
    // What the road pushes moves load from the front axle to the rear one; a bend leaves the rest of the friction circle.
    const pushed = motion.ax + GRAVITY * grade + (airDrag(spec, size) * speed) / mass;
    const frontLoad = (weight * (spec.cgX - rear.x) - mass * pushed * spec.cgHeight) / wheelbase;
    const rearLoad = weight - frontLoad;
    const left = friction * Math.sqrt(1 - lateral * lateral);

    const throttle = within(command.throttle, 0, 1);
    let drive = throttle > 0 ? driveForce(spec, command.gear, throttle, speed) : 0;
    const most = left * (front.driveShare * frontLoad + rear.driveShare * rearLoad);
    drive = within(drive, -most, most);
    // The front wheels' force across points backwards by the steering angle; what turns the body's motion into it is gained.
    const sideways = this.slide + this.yawRate * (spec.cgX - rear.x);
    const bend =
      this.yawRate * sideways - ((spec.cgX - rear.x) / wheelbase) * lateral * friction * GRAVITY * sin(turned);
    const free = speed + (drive / mass - (airDrag(spec, size) * speed) / mass - GRAVITY * grade + bend) * dt;
    const brake = within(command.brake, 0, 1);
    const hold = this.#hold(front, brake, frontLoad, left) + this.#hold(rear, brake, rearLoad, left);
    const loss = (hold / mass) * dt;
    this.speed = free > loss ? free - loss : free < -loss ? free + loss : 0;
  }

  #hold(axle: AxleSpec, brake: number, load: number, grip: number): number {
    return Math.min(brake * axle.brakeForce + this.spec.rollingResistance * load, grip * load);
  }

  /** @param ahead m/s2: what the road pushes it by, along. */
  #settleBody(dt: number, ahead: number): void {
    const share = dt / (dt + LEANING);
    const aside = this.speed * this.yawRate + GRAVITY * this.bank;
    this.pitch += (this.#lean.pitch * ahead - this.pitch) * share;
    this.heave += (this.#lean.heave * ahead - this.heave) * share;
    this.roll += (this.#lean.roll * aside - this.roll) * share;
  }

  /** The motion that follows from where it is, its speeds and how it leans. */
  #pose(ground: Ground): void {
    const { spec, motion } = this;
    const { normal } = this.#footing;
    const aheadX = cos(this.heading);
    const aheadY = sin(this.heading);
    const middle = this.#stand(ground, aheadX, aheadY);
    motion.z = middle + (spec.height / 2 + this.heave) / normal.z;
    setAttitude(motion, aheadX, aheadY, normal, this.pitch, this.roll);
    // In the plane of the ground: ahead, and to the left.
    const flat = Math.sqrt(1 - this.grade * this.grade);
    const fx = aheadX * flat;
    const fy = aheadY * flat;
    const fz = this.grade;
    const sideways = this.slide + this.yawRate * (spec.cgX - spec.rear.x);
    motion.vx = this.speed * fx + sideways * (normal.y * fz - normal.z * fy);
    motion.vy = this.speed * fy + sideways * (normal.z * fx - normal.x * fz);
    motion.vz = this.speed * fz + sideways * (normal.x * fy - normal.y * fx);
    motion.wx = this.yawRate * normal.x;
    motion.wy = this.yawRate * normal.y;
    motion.wz = this.yawRate * normal.z;
    motion.derive();
  }

  /** Finds the plane under its wheels, and returns the plane's height under the middle of the body, m. */
  #stand(ground: Ground, aheadX: number, aheadY: number): number {
    const { spec, motion } = this;
    const { front, rear } = spec;
    const low = motion.z - spec.height / 2;
    this.grade = 0;
    this.bank = 0;
    if (ground.level) return ground.height(motion.x, motion.y, low);
    const footing = this.#footing;
    for (let i = 0; i < 4; i++) {
      const axle = i < 2 ? front : rear;
      const aside = (i % 2 === 0 ? 0.5 : -0.5) * axle.track;
      footing.x[i] = motion.x + axle.x * aheadX - aside * aheadY;
      footing.y[i] = motion.y + axle.x * aheadY + aside * aheadX;
    }
    footing.stand(ground, low);
    const { z, normal } = footing;
    this.grade = -(normal.x * aheadX + normal.y * aheadY);
    this.bank = normal.x * aheadY - normal.y * aheadX;
    const share = front.x / (front.x - rear.x);
    return ((z[2]! + z[3]!) / 2) * share + ((z[0]! + z[1]!) / 2) * (1 - share);
  }
}

/** s in which yaw rate and sideslip follow the steering: yaw inertia over the tyres' damping, and the roll-up of the tyre. */
function settlingTime(spec: VehicleSpec, speed: number): number {
  const { front, rear, cgX, mass, inertia } = spec;
  const a = front.x - cgX;
  const b = cgX - rear.x;
  const load = (mass * GRAVITY) / (front.x - rear.x);
  const damping = load * a * b * (front.corneringStiffness * a + rear.corneringStiffness * b);
  return (inertia[2] * speed) / damping + spec.relaxationY / Math.max(speed, 5);
}
