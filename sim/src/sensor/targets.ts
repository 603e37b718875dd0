import type { EntityClass } from '@gauntlet/agents-sdk/protocol';
import { cos, sin } from '../math.ts';

/** An oriented box on the ground, as sensors see things from above. Metres, world frame. */
export interface Target {
  /** Entity id. */
  id: number;
  class: EntityClass;
  x: number;
  y: number;
  /** Middle of the body. */
  z: number;
  /** Unit vector of its heading. */
  dx: number;
  dy: number;
  heading: number;
  /** Rise of its forward axis, m for each m ahead. */
  rise: number;
  /** m/s, world frame. */
  vx: number;
  vy: number;
  halfLength: number;
  halfWidth: number;
}

/** Where a sensor stands: at the middle of the body's height, looking along the body. */
export interface Viewpoint {
  /** The entity that carries it, which it does not see. */
  id: number;
  x: number;
  y: number;
  z: number;
  dx: number;
  dy: number;
  rise: number;
}

/** m: what is more than this above or below a sensor is on another level: on a bridge, or under it. */
const LEVEL = 3;

/** What of a body a target is made of. */
export interface TargetBody {
  readonly id: number;
  readonly spec: { readonly class: EntityClass; readonly length: number; readonly width: number };
  readonly state: {
    readonly x: number;
    readonly y: number;
    readonly z: number;
    readonly heading: number;
    /** rad, positive is nose down. */
    readonly pitch: number;
    readonly vx: number;
    readonly vy: number;
  };
}

/** Refreshes a target from its body, reusing the object. */
export function readTarget(body: TargetBody, into?: Target): Target {
  const { spec, state } = body;
  const target =
    into ?? ({ id: body.id, class: spec.class, halfLength: spec.length / 2, halfWidth: spec.width / 2 } as Target);
  target.x = state.x;
  target.y = state.y;
  target.z = state.z;
  // Of a small angle the tangent is the angle.
  target.rise = -state.pitch;
  target.heading = state.heading;
  target.dx = cos(state.heading);
  target.dy = sin(state.heading);
  target.vx = state.vx;
  target.vy = state.vy;
  return target;
}

/** The viewpoint of a sensor mounted at (mountX, mountY) on a body, m forward and left of its middle. */
export function viewpoint(target: Target, mountX: number, mountY: number): Viewpoint {
  return {
    id: target.id,
    x: target.x + target.dx * mountX - target.dy * mountY,
    y: target.y + target.dy * mountX + target.dx * mountY,
    z: target.z + target.rise * mountX,
    dx: target.dx,
    dy: target.dy,
    rise: target.rise,
  };
}

/**
 * Whether a target is on the level of a sensor: about as high, or, on a slope, about in the plane that the sensor's body lies in.
 */
export function sameLevel(from: Viewpoint, target: Target): boolean {
  const dz = target.z - from.z;
  if (dz >= -LEVEL && dz <= LEVEL) return true;
  const off = dz - from.rise * ((target.x - from.x) * from.dx + (target.y - from.y) * from.dy);
  return off >= -LEVEL && off <= LEVEL;
}

/**
 * Distance along the ray (ox, oy) + t (rx, ry) at which it enters the box, by the slab method; Infinity where it misses,
 * 0 where it starts inside. (rx, ry) need not be of unit length: the answer is t.
 */
export function rayEnters(box: Target, ox: number, oy: number, rx: number, ry: number): number {
  const px = ox - box.x;
  const py = oy - box.y;
  // Into the axes of the box.
  const x = px * box.dx + py * box.dy;
  const y = py * box.dx - px * box.dy;
  const u = rx * box.dx + ry * box.dy;
  const v = ry * box.dx - rx * box.dy;
  let near = 0;
  let far = Infinity;
  if (u === 0) {
    if (x < -box.halfLength || x > box.halfLength) return Infinity;
  } else {
    const a = (-box.halfLength - x) / u;
    const b = (box.halfLength - x) / u;
    near = Math.max(near, Math.min(a, b));
    far = Math.min(far, Math.max(a, b));
  }
  if (v === 0) {
    if (y < -box.halfWidth || y > box.halfWidth) return Infinity;
  } else {
    const a = (-box.halfWidth - y) / v;
    const b = (box.halfWidth - y) / v;
    near = Math.max(near, Math.min(a, b));
    far = Math.min(far, Math.max(a, b));
  }
  return near <= far ? near : Infinity;
}
