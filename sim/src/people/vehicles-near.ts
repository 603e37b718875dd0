import { atan2, cos, hypot, sin, wrapAngle } from '../math.ts';
import type { RoadUser } from '../traffic/road-user.ts';
import { Neighbours } from './neighbours.ts';
import { BODY, obstacleForce, RADIUS, type Force } from './social-force.ts';

/** m: vehicles whose middle is further away are not felt. */
const REACH = 16;
/** m from the surface of a vehicle where its force ends. */
const FELT = 1.5;
/** m/s below which a vehicle is walked round; above which it is got out of the way of. */
const STANDING = 0.5;
/** m/s up to which people beside a vehicle step aside from it, as from a bus whose corner sweeps over the kerb; m/s of that; m kept. */
const SLOW = 5;
const STEP_ASIDE = 2;
const AIR = 0.15;
/** m from its side within which one whom its front would hit still steps aside. */
const CORNER = 0.7;
/** m ahead that a way round a standing vehicle is looked for, and m that it keeps from it. */
const AHEAD = 3;
const ROUND = 0.6;
/** m beside a vehicle that it needs as well; s that one looks ahead; m/s2 that a driver is trusted to brake with by now. */
const BESIDE = 0.5;
const HORIZON = 4;
const BRAKING = 4;

interface Seen {
  /** m ahead of the middle of the vehicle, and to its left. */
  along: number;
  across: number;
  cos: number;
  sin: number;
  halfLength: number;
  halfWidth: number;
}

/** The vehicles around people: what keeps the ones out of the way of the others. */
export class VehiclesNear {
  readonly #grid = new Neighbours(REACH);
  readonly #vehicles: RoadUser[] = [];
  readonly #seen: Seen = { along: 0, across: 0, cos: 1, sin: 0, halfLength: 0, halfWidth: 0 };
  readonly #near: RoadUser[] = [];

  fill(users: readonly RoadUser[]): void {
    this.#vehicles.length = 0;
    for (const user of users) if (user.kind !== 'pedestrian') this.#vehicles.push(user);
    this.#grid.fill(this.#vehicles);
  }

  /** The vehicles within reach of a place. Valid until the next call. */
  near(x: number, y: number): readonly RoadUser[] {
    const near = this.#near;
    near.length = 0;
    if (this.#vehicles.length === 0) return near;
    const count = this.#grid.look(x, y);
    for (let i = 0; i < count; i++) {
      const vehicle = this.#vehicles[this.#grid.found[i] as number] as RoadUser;
      const [dx, dy] = [vehicle.x - x, vehicle.y - y];
      const reach = vehicle.length / 2 + AHEAD + 1;
      if (dx * dx + dy * dy < reach * reach) near.push(vehicle);
    }
    return near;
  }

  /** Adds the force that keeps somebody away from the surface of a vehicle, m/s2. */
  addForce(vehicle: RoadUser, x: number, y: number, out: Force): void {
    const { along, across, cos: c, sin: s, halfLength, halfWidth } = this.#look(vehicle, x, y);
    const beyond = Math.max(0, Math.abs(along) - halfLength) * Math.sign(along);
    const beside = Math.max(0, Math.abs(across) - halfWidth) * Math.sign(across);
    const distance = hypot(beyond, beside);
    if (distance > FELT || distance < 1e-6) return;
    const force = obstacleForce(distance, RADIUS) / distance;
    out.x += force * (beyond * c - beside * s);
    out.y += force * (beyond * s + beside * c);
  }

  /**
   * Moves somebody who would stand in a vehicle that hardly moves out of it, and one who is beside a slow one out of its way, as fast
   * as people step aside; and takes the speed towards it away. What comes straight at somebody is not got out of the way of.
   */
  keepOut(vehicle: RoadUser, body: { x: number; y: number; vx: number; vy: number }, dt: number): void {
    const pace = Math.abs(vehicle.speed);
    if (pace > SLOW) return;
    const creeps = pace <= 2 * STANDING;
    const reach = creeps ? BODY : BODY + AIR;
    const { along, across, cos: c, sin: s, halfLength, halfWidth } = this.#look(vehicle, body.x, body.y);
    const ahead = halfLength + reach - Math.abs(along);
    const aside = halfWidth + reach - Math.abs(across);
    if (ahead <= 0 || aside <= 0 || (!creeps && aside > Math.max(ahead, CORNER))) return;
    const [nx, ny, depth] =
      aside < ahead || !creeps
        ? [across < 0 ? s : -s, across < 0 ? -c : c, aside]
        : [along < 0 ? -c : c, along < 0 ? -s : s, ahead];
    const step = creeps ? depth : Math.min(depth, STEP_ASIDE * dt);
    body.x += step * nx;
    body.y += step * ny;
    const inward = Math.min(0, body.vx * nx + body.vy * ny);
    body.vx -= inward * nx;
    body.vy -= inward * ny;
  }

  /** Turns a wanted direction (a unit vector) towards the nearer corner of a standing vehicle that is in the way. */
  steerRound(vehicle: RoadUser, x: number, y: number, direction: Force): void {
    if (Math.abs(vehicle.speed) > STANDING) return;
    const { along, across, cos: c, sin: s, halfLength, halfWidth } = this.#look(vehicle, x, y);
    const [l, w] = [halfLength + ROUND, halfWidth + ROUND];
    const dx = direction.x * c + direction.y * s;
    const dy = direction.y * c - direction.x * s;
    if (Math.abs(along) < l && Math.abs(across) < w) return;
    if (!entersBox(along, across, dx, dy, l, w)) return;
    const wanted = atan2(dy, dx);
    let [left, right] = [0, 0];
    // The silhouette: the corners furthest to either side of the wanted direction.
    for (let k = 0; k < 4; k++) {
      const angle = wrapAngle(atan2((k < 2 ? w : -w) - across, (k % 2 === 0 ? l : -l) - along) - wanted);
      left = Math.max(left, angle);
      right = Math.min(right, angle);
    }
    const turned = wanted + (left < -right ? left : right);
    const [tx, ty] = [cos(turned), sin(turned)];
    direction.x = tx * c - ty * s;
    direction.y = tx * s + ty * c;
  }

  /**
   * Whether somebody on the road has to let a vehicle pass that comes too fast to stop for it.
   * @param ux direction that it wants to walk. @param speed m/s that it wants to walk.
   */
  mustHalt(x: number, y: number, ux: number, uy: number, speed: number): boolean {
    for (const vehicle of this.#vehicles) {
      const pace = Math.abs(vehicle.speed);
      const [dx, dy] = [x - vehicle.x, y - vehicle.y];
      const reach = pace * HORIZON + vehicle.length;
      if (pace < STANDING || dx * dx + dy * dy > reach * reach) continue;
      const { along, across, cos: c, sin: s, halfLength, halfWidth } = this.#look(vehicle, x, y);
      const forward = vehicle.speed < 0 ? -1 : 1;
      const ahead = forward * along - halfLength;
      const corridor = halfWidth + BESIDE;
      const sideways = speed * (uy * c - ux * s);
      if (ahead < -2 * halfLength || Math.abs(across) < corridor || sideways * across >= 0) continue;
      const enter = (Math.abs(across) - corridor) / Math.abs(sideways);
      const leave = (Math.abs(across) + corridor) / Math.abs(sideways);
      if (Math.max(0, ahead) / pace > leave || (ahead + 2 * halfLength) / pace < enter || enter > HORIZON) continue;
      if (ahead < 1 || (pace * pace) / (2 * (ahead - 0.9)) > BRAKING) return true;
    }
    return false;
  }

  #look(vehicle: RoadUser, x: number, y: number): Seen {
    const seen = this.#seen;
    const [dx, dy] = [x - vehicle.x, y - vehicle.y];
    seen.cos = cos(vehicle.heading);
    seen.sin = sin(vehicle.heading);
    seen.along = dx * seen.cos + dy * seen.sin;
    seen.across = dy * seen.cos - dx * seen.sin;
    seen.halfLength = vehicle.length / 2;
    seen.halfWidth = vehicle.width / 2;
    return seen;
  }
}

/** Whether a ray from a place outside meets a box around the origin within `AHEAD` m. */
function entersBox(x: number, y: number, dx: number, dy: number, l: number, w: number): boolean {
  let [enter, leave] = [0, AHEAD];
  for (const [p, d, half] of [
    [x, dx, l],
    [y, dy, w],
  ] as const) {
    if (Math.abs(d) < 1e-9) {
      if (Math.abs(p) >= half) return false;
      continue;
    }
    const [a, b] = [(-half - p) / d, (half - p) / d];
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  }
  return enter < leave;
}
