import { GRAVITY } from '../physics/rapier.ts';
import type { Ground } from './ground.ts';
import type { Motion } from './motion.ts';
import type { VehicleSpec } from './spec.ts';

/** m: how far a corner sinks in when it carries the whole weight. Soft enough that a step of 1/60 s stays stable in roll. */
const SINK = 0.05;
/** s: damping of a corner over its stiffness. */
const DAMPING = 0.02;
/** Coulomb coefficient of bodywork on the road. */
const SLIDING = 0.5;
/** m/s below which sliding friction fades to nothing. */
const SLOW = 0.4;

/**
 * Forces of the ground on the corners of the body, for a vehicle that is about to lie on its side or roof: springs that only push,
 * and sliding friction. Level ground under each corner is assumed.
 * @param wrench force (N) and torque about the centre of mass (N m), world frame, added to.
 */
export function pushHull(spec: VehicleSpec, motion: Motion, ground: Ground, wrench: Float64Array): void {
  const stiffness = (spec.mass * GRAVITY) / SINK;
  const comX = spec.cgX;
  const comZ = spec.cgHeight - spec.height / 2;
  for (let corner = 0; corner < 8; corner++) {
    const bx = (corner & 1 ? 0.5 : -0.5) * spec.length;
    const by = (corner & 2 ? 0.5 : -0.5) * spec.width;
    const bz = corner & 4 ? spec.height / 2 : spec.clearance - spec.height / 2;
    const px = bx * motion.forwardX + by * motion.leftX + bz * motion.upX;
    const py = bx * motion.forwardY + by * motion.leftY + bz * motion.upY;
    const pz = bx * motion.forwardZ + by * motion.leftZ + bz * motion.upZ;
    const depth = ground.height(motion.x + px, motion.y + py, motion.z + pz) - motion.z - pz;
    if (depth <= 0) continue;
    const rx = px - comX * motion.forwardX - comZ * motion.upX;
    const ry = py - comX * motion.forwardY - comZ * motion.upY;
    const rz = pz - comX * motion.forwardZ - comZ * motion.upZ;
    const vx = motion.vx + motion.wy * rz - motion.wz * ry;
    const vy = motion.vy + motion.wz * rx - motion.wx * rz;
    const vz = motion.vz + motion.wx * ry - motion.wy * rx;
    const normal = Math.max(0, stiffness * (depth - DAMPING * vz));
    const friction = (-SLIDING * normal) / Math.max(SLOW, Math.sqrt(vx * vx + vy * vy));
    const fx = friction * vx;
    const fy = friction * vy;
    wrench[0]! += fx;
    wrench[1]! += fy;
    wrench[2]! += normal;
    wrench[3]! += ry * normal - rz * fy;
    wrench[4]! += rz * fx - rx * normal;
    wrench[5]! += rx * fy - ry * fx;
  }
}
