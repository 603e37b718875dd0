import type { LaneGraph } from '../../road/lane-graph.ts';
import type { CrossingView, Motorist } from '../contract.ts';
import type { Occupancy } from '../occupancy.ts';
import { stoppingDistance } from './travel.ts';

/** m before a crossing where vehicles stand. */
const BEFORE = 1;
/** m/s2 with which one stops for somebody who is about to cross. */
const BRAKING = 4;
/** m to the vehicle ahead in a queue; m/s below which it counts as one. */
const QUEUE_GAP = 2;
const QUEUE = 1.5;

interface Stripe {
  readonly crossing: number;
  readonly from: number;
  readonly to: number;
}

const NONE: readonly Stripe[] = [];

/** Keeps vehicles before crossings that somebody uses, and off those on which they would have to stand. */
export class CrossingStops {
  readonly #graph: LaneGraph;
  readonly #occupancy: Occupancy;
  readonly #view: CrossingView;
  readonly #stripes: (Stripe[] | undefined)[];

  constructor(graph: LaneGraph, occupancy: Occupancy, view: CrossingView) {
    this.#graph = graph;
    this.#occupancy = occupancy;
    this.#view = view;
    this.#stripes = graph.lanes.map(() => undefined);
    for (const { id, lanes } of graph.map.crossings) {
      for (const { lane, from, to } of lanes) (this.#stripes[lane] ??= []).push({ crossing: id, from, to });
    }
    for (const list of this.#stripes) list?.sort((a, b) => a.from - b.from);
  }

  /**
   * m from the front to where a motorist has to stand because of crossings.
   * @param stop m from the front to where it has to stand for other reasons: not on a crossing. @param horizon m.
   */
  stop(motorist: Motorist, stop: number, horizon: number): number {
    const { path, speed, spec } = motorist;
    const enough = stoppingDistance(speed, BRAKING);
    let best = stop;
    let base = -motorist.s - spec.length / 2;
    for (let i = 0; i < path.length && base < horizon; i++) {
      const lane = path[i] as number;
      for (const { crossing, from, to } of this.#stripes[lane] ?? NONE) {
        const start = base + from - BEFORE;
        if (start > horizon) break;
        // Whoever has its front on it, or cannot stop any more, drives on.
        if (start < -BEFORE || start < enough - BEFORE - 0.5) continue;
        if (this.#view.claimed(crossing)) best = Math.min(best, Math.max(0, start));
        else if (this.#wouldStand(motorist, i, base, from, to, best)) best = Math.min(best, Math.max(0, start));
        if (best <= start) return best;
      }
      base += this.#graph.laneLength(lane);
    }
    return best;
  }

  /** m behind the start of a lane where a crossing near it ends, if a vehicle of a length would stand on it otherwise; else 0. */
  clearOf(lane: number, length: number): number {
    for (const { from, to } of this.#stripes[lane] ?? NONE) if (from < length + QUEUE_GAP) return to;
    return 0;
  }

  /** Whether somebody claims a crossing on a lane, from one place to another. */
  claimed(lane: number, from: number, to: number): boolean {
    for (const stripe of this.#stripes[lane] ?? NONE) {
      if (stripe.to > from && stripe.from < to && this.#view.claimed(stripe.crossing)) return true;
    }
    return false;
  }

  /** Whether there are crossings on a lane. */
  any(lane: number): boolean {
    return this.#stripes[lane] !== undefined;
  }

  /** Whether a motorist that drove on would come to stand on a crossing. @param base m from its front to the lane's start. */
  #wouldStand(motorist: Motorist, index: number, base: number, from: number, to: number, stop: number): boolean {
    const end = base + to;
    const { length } = motorist.spec;
    if (stop > base + from - BEFORE && stop < end + length) return true;
    let ahead = base;
    for (let i = index; i < motorist.path.length && ahead < end + length + QUEUE_GAP; i++) {
      const lane = motorist.path[i] as number;
      const list = this.#occupancy.on(lane);
      for (let k = this.#occupancy.indexFrom(lane, i === index ? from : 0); k < list.length; k++) {
        const other = list[k];
        if (!other || !other.inside || other.user.id === motorist.id || other.user.kind === 'pedestrian') continue;
        const rear = ahead + other.s - other.halfLength;
        if (rear > end + length + QUEUE_GAP) return false;
        return other.along < QUEUE && rear > base + from - BEFORE;
      }
      ahead += this.#graph.laneLength(lane);
    }
    return false;
  }
}
