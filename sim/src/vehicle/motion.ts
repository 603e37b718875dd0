import { asin, atan2, clamp } from '../math.ts';
import type { BodyState } from '../physics/rapier.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';

/** What a vehicle does now. World frame unless it says otherwise; velocities are those of the centre of mass. */
export interface VehicleState extends Readonly<BodyState> {
  /** rad, counter-clockwise from +x. */
  readonly heading: number;
  /** rad, positive is nose down. */
  readonly pitch: number;
  /** rad, positive is right side down. */
  readonly roll: number;
  /** m/s along the body, negative backwards. */
  readonly speed: number;
  /** m/s to the body's left. */
  readonly lateralSpeed: number;
  /** rad/s about the body's up. */
  readonly yawRate: number;
  /** m/s2 over the last substep, body frame: forward, left. */
  readonly ax: number;
  readonly ay: number;
  /** Mean angle of the front wheels now, rad, positive to the left. */
  readonly steering: number;
}

const SAVED = [
  ...(['x', 'y', 'z', 'qx', 'qy', 'qz', 'qw', 'vx', 'vy', 'vz', 'wx', 'wy', 'wz'] as const),
  ...(['ax', 'ay', 'steering'] as const),
] as const;

/** A body's state with what follows from it: axes, speeds in them, angles. */
export class Motion implements VehicleState, Saved {
  x = 0;
  y = 0;
  z = 0;
  qx = 0;
  qy = 0;
  qz = 0;
  qw = 1;
  vx = 0;
  vy = 0;
  vz = 0;
  wx = 0;
  wy = 0;
  wz = 0;
  ax = 0;
  ay = 0;
  steering = 0;
  speed = 0;
  lateralSpeed = 0;
  yawRate = 0;
  /** Unit vectors of the body's axes: forward, left, up. */
  forwardX = 1;
  forwardY = 0;
  forwardZ = 0;
  leftX = 0;
  leftY = 1;
  leftZ = 0;
  upX = 0;
  upY = 0;
  upZ = 1;
  // Angles cost more than all the rest and most substeps need none: computed when asked for. NaN: not yet.
  #heading = NaN;

  /** Computes all that follows from the fields of `BodyState`. */
  derive(): void {
    const { qx, qy, qz, qw } = this;
    this.forwardX = 1 - 2 * (qy * qy + qz * qz);
    this.forwardY = 2 * (qx * qy + qz * qw);
    this.forwardZ = 2 * (qx * qz - qy * qw);
    this.leftX = 2 * (qx * qy - qz * qw);
    this.leftY = 1 - 2 * (qx * qx + qz * qz);
    this.leftZ = 2 * (qy * qz + qx * qw);
    this.upX = 2 * (qx * qz + qy * qw);
    this.upY = 2 * (qy * qz - qx * qw);
    this.upZ = 1 - 2 * (qx * qx + qy * qy);
    this.speed = this.vx * this.forwardX + this.vy * this.forwardY + this.vz * this.forwardZ;
    this.lateralSpeed = this.vx * this.leftX + this.vy * this.leftY + this.vz * this.leftZ;
    this.yawRate = this.wx * this.upX + this.wy * this.upY + this.wz * this.upZ;
    this.#heading = NaN;
  }

  get heading(): number {
    if (Number.isNaN(this.#heading)) this.#heading = atan2(this.forwardY, this.forwardX);
    return this.#heading;
  }

  get pitch(): number {
    return -asin(clamp(this.forwardZ, -1, 1));
  }

  get roll(): number {
    return atan2(this.leftZ, this.upZ);
  }

  /** Body, acceleration, steering. */
  save(writer: StateWriter): void {
    for (const field of SAVED) writer.f64(this[field]);
  }

  load(reader: StateReader): void {
    for (const field of SAVED) this[field] = reader.f64();
    this.derive();
  }
}
