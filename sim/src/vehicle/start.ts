import { cos, sin } from '../math.ts';
import { setAttitude } from './attitude.ts';
import type { Ground, Normal } from './ground.ts';
import type { Motion } from './motion.ts';
import type { VehicleSpec } from './spec.ts';

/** Where a vehicle enters. */
export interface VehicleStart {
  /** Middle of the body, m. */
  readonly x: number;
  readonly y: number;
  /** m: near which surface, where several lie over each other; the highest without it. */
  readonly z?: number;
  /** rad. */
  readonly heading: number;
  /** m/s along the body. */
  readonly speed: number;
}

/** Sets a motion to that of a vehicle which stands on its wheels and rolls at the start's speed. */
export function placeOn(motion: Motion, spec: VehicleSpec, start: VehicleStart, ground: Ground): void {
  const { x, y, heading, speed } = start;
  const normal: Normal = { x: 0, y: 0, z: 1 };
  if (!ground.level) ground.normal(x, y, normal, start.z);
  motion.x = x;
  motion.y = y;
  motion.z = ground.height(x, y, start.z) + spec.height / 2 / normal.z;
  setAttitude(motion, cos(heading), sin(heading), normal, 0, 0);
  motion.derive();
  motion.vx = speed * motion.forwardX;
  motion.vy = speed * motion.forwardY;
  motion.vz = speed * motion.forwardZ;
  motion.derive();
}
