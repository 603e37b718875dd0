import type { Normal } from './ground.ts';
import type { Motion } from './motion.ts';

/**
 * Turns a vehicle so that it stands on a plane and looks along (ahead x, ahead y), then by pitch and roll against that plane: small
 * angles, rad, positive is nose down and right side down. Writes the orientation only: `derive` comes next.
 */
export function setAttitude(
  motion: Motion,
  aheadX: number,
  aheadY: number,
  { x: nx, y: ny, z: nz }: Normal,
  pitch: number,
  roll: number,
): void {
  // Into the plane: the horizontal direction stays.
  let fx = aheadX;
  let fy = aheadY;
  let fz = -(aheadX * nx + aheadY * ny) / nz;
  const scale = 1 / Math.sqrt(fx * fx + fy * fy + fz * fz);
  fx *= scale;
  fy *= scale;
  fz *= scale;
  const lx = ny * fz - nz * fy;
  const ly = nz * fx - nx * fz;
  const lz = nx * fy - ny * fx;
  // The sine of a small angle, held below 1.
  const sp = pitch > 0.5 ? 0.5 : pitch < -0.5 ? -0.5 : pitch;
  const cp = Math.sqrt(1 - sp * sp);
  const bx = cp * fx - sp * nx;
  const by = cp * fy - sp * ny;
  const bz = cp * fz - sp * nz;
  const ux = cp * nx + sp * fx;
  const uy = cp * ny + sp * fy;
  const uz = cp * nz + sp * fz;
  const sr = roll > 0.5 ? 0.5 : roll < -0.5 ? -0.5 : roll;
  const cr = Math.sqrt(1 - sr * sr);
  const ax = cr * lx + sr * ux;
  const ay = cr * ly + sr * uy;
  const az = cr * lz + sr * uz;
  writeQuaternion(motion, bx, by, bz, ax, ay, az, cr * ux - sr * lx, cr * uy - sr * ly, cr * uz - sr * lz);
}

/** The quaternion of three axes: forward, left, up (Shepperd, "Quaternion from rotation matrix", J. Guidance and Control 1, 1978). */
function writeQuaternion(
  q: Motion,
  fx: number,
  fy: number,
  fz: number,
  lx: number,
  ly: number,
  lz: number,
  ux: number,
  uy: number,
  uz: number,
): void {
  const trace = fx + ly + uz;
  if (trace > 0) {
    const s = 2 * Math.sqrt(1 + trace);
    q.qw = s / 4;
    q.qx = (lz - uy) / s;
    q.qy = (ux - fz) / s;
    q.qz = (fy - lx) / s;
  } else if (uz > fx && uz > ly) {
    const s = 2 * Math.sqrt(1 + uz - fx - ly);
    q.qw = (fy - lx) / s;
    q.qx = (ux + fz) / s;
    q.qy = (lz + uy) / s;
    q.qz = s / 4;
  } else if (fx > ly) {
    const s = 2 * Math.sqrt(1 + fx - ly - uz);
    q.qw = (lz - uy) / s;
    q.qx = s / 4;
    q.qy = (fy + lx) / s;
    q.qz = (ux + fz) / s;
  } else {
    const s = 2 * Math.sqrt(1 + ly - fx - uz);
    q.qw = (ux - fz) / s;
    q.qx = (fy + lx) / s;
    q.qy = s / 4;
    q.qz = (lz + uy) / s;
  }
}
