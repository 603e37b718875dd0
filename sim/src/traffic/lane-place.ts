import { clamp } from '../math.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { VehicleSpec } from '../vehicle/spec.ts';
import type { Surroundings } from './surroundings.ts';

/** m from the edge of a lane for cars that a bicycle keeps. */
const KERB = 0.7;
/** m/s to the side with which one makes way, and m/s from which on one does so as fast. */
const ASIDE = 0.6;
const FULL_PACE = 2;

/** Where in its lane a driver drives when it changes to no other: in the middle, or to one side of it. */
export class LanePlace implements Saved {
  /** m to the left of the lane's middle. */
  wanted = 0;
  /** m to the left: to let others by; as a story wants it, now and in the end; m/s between the two. */
  #aside = 0;
  #kept = 0;
  #keptEnd = 0;
  #keptRate = 0;

  /** Drives `offset` m to the left of the middle from now on, reached within `duration` s; 0 ends it. */
  keep(offset: number, duration: number): void {
    this.#keptEnd = offset;
    this.#keptRate = Math.abs(offset - this.#kept) / Math.max(duration, 0.1);
  }

  /** @param lane where it is, `s` m along it. @param aside m to the left where it would make way for others. */
  step(
    spec: VehicleSpec,
    lane: number,
    s: number,
    speed: number,
    aside: number,
    around: Surroundings,
    dt: number,
  ): void {
    const step = ASIDE * dt * clamp(speed / FULL_PACE, 0, 1);
    this.#aside += clamp(aside - this.#aside, -step, step);
    let place = this.#aside;
    const { graph, slowSide } = around;
    if (spec.class === 'bicycle' && graph.lanes[lane]?.kind === 'driving') {
      place = slowSide * Math.max(0, graph.width(lane, s) / 2 - spec.width / 2 - KERB);
    }
    const most = this.#keptRate * dt;
    this.#kept += clamp(this.#keptEnd - this.#kept, -most, most);
    this.wanted = this.#kept === 0 ? place : this.#kept;
  }

  save(writer: StateWriter): void {
    writer.f64(this.wanted);
    writer.f64(this.#aside);
    writer.f64(this.#kept);
    writer.f64(this.#keptEnd);
    writer.f64(this.#keptRate);
  }

  load(reader: StateReader): void {
    this.wanted = reader.f64();
    this.#aside = reader.f64();
    this.#kept = reader.f64();
    this.#keptEnd = reader.f64();
    this.#keptRate = reader.f64();
  }
}
