import { GRAVITY } from '../physics/rapier.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import { Footing } from './footing.ts';
import type { Ground } from './ground.ts';
import type { Motion } from './motion.ts';
import type { AxleSpec, VehicleSpec } from './spec.ts';
import { strutForce } from './suspension.ts';
import { damped, deflectHeld, deflectLateral, gain, slipFor } from './tyre.ts';

/** m: as good as in the air. */
const FAR = 10;

/** Cosine of the angle between body and ground beyond which tyres do not touch it. */
const UPRIGHT = 0.4;

/** What all wheels are told. */
export interface WheelControls {
  /** Tangent of the steering angle at the middle of the axle. */
  steering: number;
  /** On all wheels together, N, positive forward. */
  drive: number;
  /** 0..1. */
  brake: number;
  /** s. */
  dt: number;
}

/** A wheel's own data, and where it stands in this substep. */
interface Wheel {
  readonly axle: AxleSpec;
  /** Centre of the wheel at rest from the centre of mass, body frame, m. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Compression of the spring under the weight alone, and where the bump stop begins, m. */
  readonly rest: number;
  readonly stop: number;
  /** Of the spring, m; 0 in the air. */
  compression: number;
  /** Contact point from the centre of mass, world frame, m. */
  rx: number;
  ry: number;
  rz: number;
  /** Deflections of the tyre, m: along while held, and across. */
  held: number;
  across: number;
}

/**
 * The four wheels of a vehicle: struts, tyres, and the points where they stand. One loop for all four, in one function: this is the
 * innermost loop of the simulation, and numbers handed to functions too large to be inlined are boxed.
 */
export class Wheels implements Saved {
  readonly #spec: VehicleSpec;
  /** Front left, front right, rear left, rear right. */
  readonly #wheels: readonly Wheel[];
  readonly #wheelbase: number;
  readonly #footing = new Footing();

  constructor(spec: VehicleSpec) {
    this.#spec = spec;
    this.#wheelbase = spec.front.x - spec.rear.x;
    this.#wheels = [
      makeWheel(spec, spec.front, 1),
      makeWheel(spec, spec.front, -1),
      makeWheel(spec, spec.rear, 1),
      makeWheel(spec, spec.rear, -1),
    ];
  }

  /**
   * Adds the forces of the ground on the wheels, for the next `dt`.
   * @param wrench force (N) and torque about the centre of mass (N m), world frame.
   */
  push(motion: Motion, controls: WheelControls, ground: Ground, wrench: Float64Array): void {
    const spec = this.#spec;
    const wheels = this.#wheels;
    const footing = this.#footing;
    const n = footing.normal;
    const level = ground.level;
    const { forwardX, forwardY, forwardZ, leftX, leftY, leftZ, upX, upY, upZ, vx, vy, vz, wx, wy, wz } = motion;
    const { steering, drive, brake, dt } = controls;
    const cgX = spec.cgX;
    const cgZ = spec.cgHeight - spec.height / 2;
    const comX = motion.x + cgX * forwardX + cgZ * upX;
    const comY = motion.y + cgX * forwardY + cgZ * upY;
    const comZ = motion.z + cgX * forwardZ + cgZ * upZ;

    if (!level) this.#stand(motion, ground, comX, comY, comZ);

    // Where each one stands comes first, since an anti-roll bar couples two.
    for (let i = 0; i < 4; i++) {
      const wheel = wheels[i] as Wheel;
      const rx = wheel.x * forwardX + wheel.y * leftX + wheel.z * upX;
      const ry = wheel.x * forwardY + wheel.y * leftY + wheel.z * upY;
      const rz = wheel.x * forwardZ + wheel.y * leftZ + wheel.z * upZ;
      const lean = upX * n.x + upY * n.y + upZ * n.z;
      const height = level ? ground.height(comX + rx, comY + ry) : (footing.z[i] as number);
      // Along the body's down to the plane under the wheel; a vehicle on its side does not stand on its wheels.
      const distance = lean > UPRIGHT ? ((comZ + rz - height) * n.z) / lean : FAR;
      const compression = wheel.rest + spec.wheelRadius - distance;
      wheel.compression = compression > 0 ? compression : 0;
      wheel.rx = rx - upX * distance;
      wheel.ry = ry - upY * distance;
      wheel.rz = rz - upZ * distance;
    }

    let forceX = 0;
    let forceY = 0;
    let forceZ = 0;
    let torqueX = 0;
    let torqueY = 0;
    let torqueZ = 0;
    for (let i = 0; i < 4; i++) {
      const wheel = wheels[i] as Wheel;
      const { axle, rx, ry, rz, compression } = wheel;
      const nx = n.x;
      const ny = n.y;
      const nz = n.z;
      // Velocity of the body's point at the contact.
      const px = vx + wy * rz - wz * ry;
      const py = vy + wz * rx - wx * rz;
      const pz = vz + wx * ry - wy * rx;

      const closing = -(px * nx + py * ny + pz * nz);
      const load =
        compression > 0
          ? strutForce(compression, closing, axle.stiffness, axle.damping, wheel.stop) +
            axle.antiRoll * (compression - (wheels[i ^ 1] as Wheel).compression)
          : 0;
      if (load <= 0) {
        wheel.held = 0;
        wheel.across = 0;
        continue;
      }

      // The wheel's own axes in the plane of the ground.
      let dx = forwardX;
      let dy = forwardY;
      let dz = forwardZ;
      if (axle.steered) {
        // Ackermann: the axes of all wheels meet in one point.
        const tangent = steering / (1 - (steering * wheel.y) / this.#wheelbase);
        dx += tangent * leftX;
        dy += tangent * leftY;
        dz += tangent * leftZ;
      }
      const out = dx * nx + dy * ny + dz * nz;
      dx -= out * nx;
      dy -= out * ny;
      dz -= out * nz;
      const scale = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
      dx *= scale;
      dy *= scale;
      dz *= scale;
      const lx = ny * dz - nz * dy;
      const ly = nz * dx - nx * dz;
      const lz = nx * dy - ny * dx;
      const along = px * dx + py * dy + pz * dz;
      const across = px * lx + py * ly + pz * lz;

      const friction = level ? ground.friction(comX + rx, comY + ry) : (footing.friction[i] as number);
      const grip = friction * load;

      // Brake and rolling resistance hold the tyre to the road as far as they go.
      const brakes = 0.5 * brake * axle.brakeForce + spec.rollingResistance * load;
      const holding = brakes < grip ? brakes : grip;
      const stiffness = (spec.slipStiffness * load) / spec.relaxationX;
      const heldBefore = wheel.held;
      const heldAfter = deflectHeld(heldBefore, along, holding / stiffness, dt);
      wheel.held = heldAfter;
      const hold = stiffness * damped(heldBefore, heldAfter, dt);
      const held = hold > holding ? holding : hold < -holding ? -holding : hold;

      const sliding = (3 * friction * spec.relaxationY) / axle.corneringStiffness;
      const acrossBefore = wheel.across;
      const acrossAfter = deflectLateral(acrossBefore, across, along, spec.relaxationY, sliding, dt);
      wheel.across = acrossAfter;

      const sy = damped(acrossBefore, acrossAfter, dt) / sliding;
      const sx = slipFor((0.5 * axle.driveShare * drive - held) / grip, sy);
      const pull = grip * gain(Math.sqrt(sx * sx + sy * sy));
      const alongForce = pull * sx;
      const acrossForce = -pull * sy;

      const fx = load * nx + alongForce * dx + acrossForce * lx;
      const fy = load * ny + alongForce * dy + acrossForce * ly;
      const fz = load * nz + alongForce * dz + acrossForce * lz;
      forceX += fx;
      forceY += fy;
      forceZ += fz;
      torqueX += ry * fz - rz * fy;
      torqueY += rz * fx - rx * fz;
      torqueZ += rx * fy - ry * fx;
    }
    wrench[0]! += forceX;
    wrench[1]! += forceY;
    wrench[2]! += forceZ;
    wrench[3]! += torqueX;
    wrench[4]! += torqueY;
    wrench[5]! += torqueZ;
  }

  /**
   * Stretches the tyres as they are in steady motion.
   * @param front across, m, at the front wheels. @param rear at the rear wheels. @param held m, along, as far as brakes hold.
   */
  settle(front: number, rear: number, held: number): void {
    for (const wheel of this.#wheels) {
      wheel.across = wheel.axle === this.#spec.front ? front : rear;
      wheel.held = held;
    }
  }

  save(writer: StateWriter): void {
    for (const wheel of this.#wheels) {
      writer.f64(wheel.held);
      writer.f64(wheel.across);
    }
  }

  load(reader: StateReader): void {
    for (const wheel of this.#wheels) {
      wheel.held = reader.f64();
      wheel.across = reader.f64();
    }
  }

  /** Finds the ground under each wheel, and the plane of all four. */
  #stand(motion: Motion, ground: Ground, comX: number, comY: number, comZ: number): void {
    const footing = this.#footing;
    for (let i = 0; i < 4; i++) {
      const { x, y, z } = this.#wheels[i] as Wheel;
      const low = z - this.#spec.wheelRadius;
      footing.x[i] = comX + x * motion.forwardX + y * motion.leftX + z * motion.upX;
      footing.y[i] = comY + x * motion.forwardY + y * motion.leftY + z * motion.upY;
      footing.z[i] = comZ + x * motion.forwardZ + y * motion.leftZ + low * motion.upZ;
    }
    footing.stand(ground, null);
  }
}

/** @param side 1 for left, -1 for right. */
function makeWheel(spec: VehicleSpec, axle: AxleSpec, side: 1 | -1): Wheel {
  const other = axle === spec.front ? spec.rear : spec.front;
  const load = (0.5 * spec.mass * GRAVITY * (spec.cgX - other.x)) / (axle.x - other.x);
  const rest = load / axle.stiffness;
  return {
    axle,
    x: axle.x - spec.cgX,
    y: (side * axle.track) / 2,
    z: spec.wheelRadius - spec.cgHeight,
    rest,
    stop: rest + spec.bumpTravel,
    compression: 0,
    rx: 0,
    ry: 0,
    rz: 0,
    held: 0,
    across: 0,
  };
}
