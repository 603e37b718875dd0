import type { AxleSpec, VehicleSpec } from './spec.ts';

/** Of the grip: beyond it the slip of the brush model goes out of bounds. */
const MOST = 0.95;

/**
 * The slip angle of an axle's tyres over the stiffness that they have when they do not slide, rad: the brush model's
 * F = mu Fz (1 - (1 - s)^3) turned round, s = 1 - (1 - q)^(1/3), by the first terms of its series.
 * @param q lateral force over mu times load.
 */
export function steadySlip(axle: AxleSpec, friction: number, q: number): number {
  const size = q < 0 ? -q : q;
  const a = size > MOST ? MOST : size;
  const s = a * (1 / 3 + a * (1 / 9 + a * (5 / 81 + a * (10 / 243 + a * (22 / 729 + a * (154 / 6561))))));
  const slip = (3 * friction * s) / axle.corneringStiffness;
  return q < 0 ? -slip : slip;
}

/** How a body leans on its springs in steady motion, for forces of the road of 1 m/s2 times its mass. */
export interface Lean {
  /** rad, nose down, and m, up, for a force ahead. */
  readonly pitch: number;
  readonly heave: number;
  /** rad, right side down, for a force to the left. */
  readonly roll: number;
}

/** Equilibrium of springs, anti-roll bars and the weight that leans over (Gillespie, "Fundamentals of Vehicle Dynamics", ch. 1, 6). */
export function leanOf(spec: VehicleSpec, gravity: number): Lean {
  const { front, rear, mass, cgHeight } = spec;
  const wheelbase = front.x - rear.x;
  // A force ahead of 1 N/kg moves this much load from the front axle to the rear one.
  const moved = (mass * cgHeight) / wheelbase;
  const frontDrop = -moved / (2 * front.stiffness);
  const rearDrop = moved / (2 * rear.stiffness);
  const pitch = (frontDrop - rearDrop) / wheelbase;
  const rollStiffness = (axle: AxleSpec): number =>
    ((axle.stiffness + 2 * axle.antiRoll) * axle.track * axle.track) / 2;
  const stiffness = rollStiffness(front) + rollStiffness(rear) - mass * gravity * cgHeight;
  return { pitch, heave: front.x * pitch - frontDrop, roll: (mass * cgHeight) / stiffness };
}
