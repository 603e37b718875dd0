import { hypot } from '../math.ts';
import type { TrafficVehicle } from './traffic-vehicle.ts';

/** m from the nearest seat within which a vehicle is a rigid body; sensors see 80 m. */
const NEAR = 110;
/** m from the nearest seat beyond which it moves kinematically again. */
const FAR = 140;
/** m between the boxes of two vehicles below which a rigid one stays rigid. */
const APART = 0.5;
/** m in height beyond which two vehicles are on different levels. */
const LEVEL = 3;

/** Where a seat's vehicle is. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A vehicle's box on the ground, m; `left` and `right` are the ends of its shadow on x, with room around. */
interface Box {
  left: number;
  right: number;
  x: number;
  y: number;
  z: number;
  dx: number;
  dy: number;
  halfLength: number;
  halfWidth: number;
  radius: number;
}

/**
 * Decides once a tick which vehicles are rigid bodies: those near a seat, with hysteresis, and those that touch another one, wherever
 * they are, since only bodies collide. It goes by the present places alone: nothing in it is state.
 */
export class DetailPolicy {
  readonly #boxes: Box[] = [];
  /** Indices of the boxes from left to right: another start only makes sorting slower. */
  readonly #order: number[] = [];
  /** By index: 0 apart from all others, 1 close to one, 2 touches one. */
  readonly #contact: number[] = [];

  /** Whether a vehicle that enters at a place starts as a rigid body. */
  wantsRigid(x: number, y: number, seats: readonly Place[]): boolean {
    return nearest(x, y, seats) <= NEAR * NEAR;
  }

  /**
   * Promotes and demotes, in the order of the list. Between the ticks' motion and the sensors, or before the next decisions.
   * @param vehicles all of them, in order of ids. @param pinned ids of those that stay rigid: the seats' own.
   */
  update(vehicles: readonly TrafficVehicle[], seats: readonly Place[], pinned: ReadonlySet<number>): void {
    this.#findContacts(vehicles);
    vehicles.forEach((vehicle, i) => {
      if (pinned.has(vehicle.id)) return;
      const distance = nearest(vehicle.state.x, vehicle.state.y, seats);
      const contact = this.#contact[i] as number;
      if (!vehicle.rigid) {
        if (distance <= NEAR * NEAR || contact === 2) vehicle.promote();
      } else if (distance > FAR * FAR && contact === 0) vehicle.demote();
    });
  }

  /** Sweeps over the boxes from left to right (Baraff, "Dynamic simulation of non-penetrating rigid bodies", 1992). */
  #findContacts(vehicles: readonly TrafficVehicle[]): void {
    const boxes = this.#boxes;
    const contact = this.#contact;
    boxes.length = Math.min(boxes.length, vehicles.length);
    vehicles.forEach((vehicle, i) => {
      contact[i] = 0;
      measure((boxes[i] ??= { ...NOWHERE }), vehicle);
    });
    const order = this.#sort();
    for (let i = 0; i < order.length; i++) {
      const first = order[i] as number;
      const a = boxes[first] as Box;
      for (let k = i + 1; k < order.length; k++) {
        const second = order[k] as number;
        const b = boxes[second] as Box;
        if (b.left > a.right) break;
        const found = contactOf(a, b);
        if (found > (contact[first] as number)) contact[first] = found;
        if (found > (contact[second] as number)) contact[second] = found;
      }
    }
  }

  /** The boxes' indices by their left ends. Those of the last tick are nearly in order: insertion is the quickest way to sort them. */
  #sort(): readonly number[] {
    const boxes = this.#boxes;
    const order = this.#order;
    const left = (index: number): number => (boxes[index] as Box).left;
    if (order.length !== boxes.length) {
      order.length = 0;
      boxes.forEach((_, i) => order.push(i));
      return order.sort((a, b) => left(a) - left(b) || a - b);
    }
    for (let i = 1; i < order.length; i++) {
      const index = order[i] as number;
      const key = left(index);
      let k = i;
      for (; k > 0; k--) {
        const before = order[k - 1] as number;
        if (left(before) < key || (left(before) === key && before < index)) break;
        order[k] = before;
      }
      order[k] = index;
    }
    return order;
  }
}

const NOWHERE: Box = { left: 0, right: 0, x: 0, y: 0, z: 0, dx: 1, dy: 0, halfLength: 0, halfWidth: 0, radius: 0 };

function measure(box: Box, { spec, state }: TrafficVehicle): void {
  const { qx, qy, qz, qw } = state;
  box.x = state.x;
  box.y = state.y;
  box.z = state.z;
  // Its forward axis, seen from above.
  const dx = 1 - 2 * (qy * qy + qz * qz);
  const dy = 2 * (qx * qy + qz * qw);
  const length = hypot(dx, dy);
  box.dx = length > 0 ? dx / length : 1;
  box.dy = length > 0 ? dy / length : 0;
  box.halfLength = spec.length / 2;
  box.halfWidth = spec.width / 2;
  box.radius = hypot(box.halfLength, box.halfWidth) + APART / 2;
  box.left = box.x - box.radius;
  box.right = box.x + box.radius;
}

/** 2 for boxes that overlap, 1 for boxes less than `APART` from it along one of their axes, else 0. */
function contactOf(a: Box, b: Box): 0 | 1 | 2 {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const reach = a.radius + b.radius;
  if (dx * dx + dy * dy > reach * reach || Math.abs(b.z - a.z) > LEVEL) return 0;
  const gap = Math.max(
    gapAlong(a, b, dx, dy, a.dx, a.dy),
    gapAlong(a, b, dx, dy, -a.dy, a.dx),
    gapAlong(a, b, dx, dy, b.dx, b.dy),
    gapAlong(a, b, dx, dy, -b.dy, b.dx),
  );
  return gap < 0 ? 2 : gap < APART ? 1 : 0;
}

/** m between the shadows of two boxes on an axis, negative where they overlap (separating axis theorem). */
function gapAlong(a: Box, b: Box, dx: number, dy: number, x: number, y: number): number {
  const apart = Math.abs(dx * x + dy * y);
  const ofA = Math.abs(a.dx * x + a.dy * y) * a.halfLength + Math.abs(a.dx * y - a.dy * x) * a.halfWidth;
  const ofB = Math.abs(b.dx * x + b.dy * y) * b.halfLength + Math.abs(b.dx * y - b.dy * x) * b.halfWidth;
  return apart - ofA - ofB;
}

/** m2, to the nearest of the places. */
function nearest(x: number, y: number, places: readonly Place[]): number {
  let least = Infinity;
  for (const place of places) {
    const dx = place.x - x;
    const dy = place.y - y;
    const distance = dx * dx + dy * dy;
    if (distance < least) least = distance;
  }
  return least;
}
