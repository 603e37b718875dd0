import type { Pose } from '../road/lane-graph.ts';
import { roomBeside, type Looker } from './following.ts';
import type { LanePath } from './lane-path.ts';
import type { Drivable } from './driver.ts';
import type { Shift } from './shift.ts';
import { cutBend, lookAhead, pursue, sharpestBend } from './steering.ts';
import type { Surroundings } from './surroundings.ts';

/** m/s that one who changes lane is reckoned to drive at least, when it looks ahead. */
const LEAST_PACE = 3;

/** Where to a driver steers: along its path, over to the next lane, or to the inside of a bend, as far as there is room beside it. */
export class SteerControl {
  readonly #around: Surroundings;
  readonly #path: LanePath;
  readonly #shift: Shift;
  readonly #target: Pose = { x: 0, y: 0, z: 0, heading: 0 };

  constructor(around: Surroundings, path: LanePath, shift: Shift) {
    this.#around = around;
    this.#path = path;
    this.#shift = shift;
  }

  /** rad of the front wheels. */
  steering(me: Looker, { state, spec }: Drivable): number {
    const ahead = lookAhead(spec, state.speed);
    const offset = this.#shift.active ? this.#shiftOffset(me, ahead / Math.max(state.speed, LEAST_PACE)) : me.wanted;
    const cut = me.swing > 0 ? this.#cut(me, spec, ahead) : 0;
    return pursue(spec, state, this.#path.pose(me.s + ahead, offset + cut, this.#target));
  }

  /** m to the left of its new lane's middle where it wants to be `later` s from now. */
  #shiftOffset(me: Looker, later: number): number {
    const wanted = this.#shift.offset(later);
    if (this.#shift.regardless) return wanted;
    const side = Math.sign(wanted - me.offset);
    return me.offset + side * this.#room(me, side, Math.abs(wanted - me.offset));
  }

  /** m to the left that it cuts the bend ahead. */
  #cut(me: Looker, spec: Drivable['spec'], ahead: number): number {
    // Until its rear is out of the bend: straightened up earlier, its front would still point to the other side of the road.
    const half = spec.length / 2;
    const bend = sharpestBend(this.#path, this.#around.profiles, Math.max(0, me.s - half), ahead + half);
    const cut = cutBend(spec, bend);
    return Math.sign(cut) * this.#room(me, Math.sign(cut), Math.abs(cut));
  }

  #room(me: Looker, side: number, wanted: number): number {
    return roomBeside(me, this.#path.lanes[0] as number, this.#around.occupancy, side, wanted);
  }
}
