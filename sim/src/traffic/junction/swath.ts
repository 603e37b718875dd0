import { atan2, clamp, cos, hypot, sin, tan } from '../../math.ts';
import type { Pose } from '../../road/lane-graph.ts';
import { SPECS, type VehicleSpec } from '../../vehicle/spec.ts';
import { cutBend, lookAhead, pursue } from '../steering.ts';
import type { Passage, Track } from './passage.ts';

/** Which swath of road a vehicle needs: bicycles; cars and vans; lorries and buses. */
export type Size = 0 | 1 | 2;

/** The largest of each size. */
const BODIES = [SPECS.bicycle, SPECS.van, SPECS.bus] as const;
/** m that a bicycle may keep to the side of its lane. */
const ASIDE = [0.4, 0, 0] as const;
/** m of straight road before the track; m between steps; m/s of a slow driver, for those in bends are faster. */
const RUN_UP = 8;
const STEP = 0.4;
const SLOW = 3;
/** Where points of a body's sides are looked at, in halves of its length from its middle. */
const PLACES = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1] as const;
/** How many points of a track are looked at around the expected one. */
const AROUND = 5;

/** How far vehicles reach to either side along a track, m, with the box around all of it, and the track's direction. */
export interface Swath {
  readonly toLeft: Float64Array;
  readonly toRight: Float64Array;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

export function sizeOf(spec: Pick<VehicleSpec, 'length' | 'width'>): Size {
  return spec.width <= 1 ? 0 : spec.length <= 6.5 ? 1 : 2;
}

/** The swept path of the largest vehicle of a size, found as road designers do: by driving it along the track, slow and brisk. */
export function sweep(passage: Passage, size: Size): Swath {
  const { track } = passage;
  const { count, x, y, heading } = track;
  const spec = BODIES[size];
  const half = spec.width / 2 + ASIDE[size];
  const toLeft = new Float64Array(count).fill(half);
  const toRight = new Float64Array(count).fill(half);
  const run = new Run(track, spec, toLeft, toRight);
  run.drive(SLOW, true);
  run.drive(Math.max(SLOW, passage.careful), true);
  run.drive(Math.max(SLOW, passage.brisk), false);
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const reach = Math.max(toLeft[i] as number, toRight[i] as number);
    left = Math.min(left, (x[i] as number) - reach);
    right = Math.max(right, (x[i] as number) + reach);
    bottom = Math.min(bottom, (y[i] as number) - reach);
    top = Math.max(top, (y[i] as number) + reach);
  }
  return {
    toLeft,
    toRight,
    cos: heading.map((h) => cos(h)),
    sin: heading.map((h) => sin(h)),
    left,
    right,
    bottom,
    top,
  };
}

/** A kinematic bicycle that is steered along a track as drivers steer, and widens the swath by what its body covers. */
class Run {
  readonly #track: Track;
  readonly #spec: VehicleSpec;
  readonly #toLeft: Float64Array;
  readonly #toRight: Float64Array;
  readonly #spacing: number;
  readonly #pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };
  readonly #target: Pose = { x: 0, y: 0, z: 0, heading: 0 };

  constructor(track: Track, spec: VehicleSpec, toLeft: Float64Array, toRight: Float64Array) {
    this.#track = track;
    this.#spec = spec;
    this.#toLeft = toLeft;
    this.#toRight = toRight;
    this.#spacing = (track.s[1] as number) - (track.s[0] as number);
  }

  /** @param speed m/s. @param cuts whether it cuts bends. */
  drive(speed: number, cuts: boolean): void {
    const spec = this.#spec;
    const pose = this.#pose;
    const end = (this.#track.count - 1) * this.#spacing;
    const ahead = lookAhead(spec, speed);
    const wheelbase = spec.front.x - spec.rear.x;
    const turnable = (spec.maxSteeringRate * STEP) / speed;
    let wheels = 0;
    this.#at(-RUN_UP, 0, pose);
    for (let along = -RUN_UP; along < end;) {
      const bend = cuts ? this.#sharpest(along - spec.length / 2, along + ahead) : 0;
      this.#at(along + ahead, bend === 0 ? 0 : cutBend(spec, bend), this.#target);
      wheels += clamp(pursue(spec, pose, this.#target) - wheels, -turnable, turnable);
      const rearX = pose.x + (spec.rear.x + STEP) * cos(pose.heading);
      const rearY = pose.y + (spec.rear.x + STEP) * sin(pose.heading);
      pose.heading += (STEP * tan(wheels)) / wheelbase;
      pose.x = rearX - spec.rear.x * cos(pose.heading);
      pose.y = rearY - spec.rear.x * sin(pose.heading);
      along = this.#locate(pose.x, pose.y, along);
      this.#cover(along);
    }
  }

  /** m along the track, from its first point, of a place that was at `along` one step before. */
  #locate(px: number, py: number, along: number): number {
    const near = this.#at(along + STEP, 0, this.#target);
    const gain = (px - near.x) * cos(near.heading) + (py - near.y) * sin(near.heading);
    return along + STEP + clamp(gain, -STEP / 2, STEP / 2);
  }

  #cover(along: number): void {
    const { x, y, heading } = this.#pose;
    const [c, s] = [cos(heading), sin(heading)];
    const half = this.#spec.length / 2;
    for (const place of PLACES) {
      const [px, py] = [x + place * half * c, y + place * half * s];
      for (let side = -1; side <= 1; side += 2) {
        const beside = (side * this.#spec.width) / 2;
        this.#widen(px - beside * s, py + beside * c, Math.round((along + place * half) / this.#spacing));
      }
    }
  }

  /** Makes the swath reach a place beside one of the points around the expected one. */
  #widen(px: number, py: number, expected: number): void {
    const { count, x, y, heading } = this.#track;
    let best = -1;
    let nearest = Infinity;
    for (let i = Math.max(0, expected - AROUND); i <= Math.min(count - 1, expected + AROUND); i++) {
      const distance = hypot(px - (x[i] as number), py - (y[i] as number));
      if (distance >= nearest) continue;
      nearest = distance;
      best = i;
    }
    if (best < 0) return;
    const direction = heading[best] as number;
    const aside = (py - (y[best] as number)) * cos(direction) - (px - (x[best] as number)) * sin(direction);
    const reach = aside > 0 ? this.#toLeft : this.#toRight;
    for (let i = Math.max(0, best - 1); i <= Math.min(count - 1, best + 1); i++) {
      reach[i] = Math.max(reach[i] as number, Math.abs(aside));
    }
  }

  #sharpest(from: number, to: number): number {
    const { count, curvature } = this.#track;
    let sharpest = 0;
    const last = Math.min(count - 1, Math.ceil(to / this.#spacing));
    for (let i = Math.max(0, Math.floor(from / this.#spacing)); i <= last; i++) {
      if (Math.abs(curvature[i] as number) > Math.abs(sharpest)) sharpest = curvature[i] as number;
    }
    return sharpest;
  }

  /** The pose so many m along the track from its first point, straight on beyond its ends. */
  #at(along: number, left: number, out: Pose): Pose {
    const { count, x, y, heading } = this.#track;
    const place = along / this.#spacing;
    const i = clamp(Math.floor(place), 0, count - 2);
    const beyond = place < 0 ? along : Math.max(0, along - (count - 1) * this.#spacing);
    const share = clamp(place - i, 0, 1);
    const [x0, y0] = [x[i] as number, y[i] as number];
    const [dx, dy] = [(x[i + 1] as number) - x0, (y[i + 1] as number) - y0];
    out.heading = beyond === 0 ? atan2(dy, dx) : (heading[place < 0 ? 0 : count - 1] as number);
    out.x = x0 + share * dx + beyond * cos(out.heading) - left * sin(out.heading);
    out.y = y0 + share * dy + beyond * sin(out.heading) + left * cos(out.heading);
    return out;
  }
}
