import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { cos, sin } from '../math.ts';
import { checkMap } from './check-map.ts';
import { LaneGeometry, type LanePoint } from './lane-geometry.ts';
import { LaneGrid } from './lane-grid.ts';

/** m, m, m, rad. */
export interface Pose {
  x: number;
  y: number;
  z: number;
  heading: number;
}

/** A place as seen from a lane. */
export interface LaneProjection extends LanePoint {
  lane: number;
}

/** m: how far from a lane's surface places are still found by `touching`. */
export const REACH = 6;

/**
 * The road network of a map: where lanes run, which lane a place is in, how lanes follow one another. It is also the ground
 * that vehicles stand on. Ids are those of the map. Nothing in it changes once it is made.
 */
export class LaneGraph {
  readonly map: MapDescription;
  readonly lanes: readonly MapLane[];
  readonly #geometry: readonly LaneGeometry[];
  readonly #grid: LaneGrid;
  readonly #friction: number;
  readonly #point: LanePoint = { s: 0, offset: 0, distance: 0, overshoot: 0 };

  /**
   * @param friction tyre-road friction coefficient of the whole surface.
   * @throws RangeError that names the lane and field of a map that contradicts itself.
   */
  constructor(map: MapDescription, friction = 0.9) {
    checkMap(map);
    this.map = map;
    this.lanes = map.lanes;
    this.#geometry = map.lanes.map((lane) => new LaneGeometry(lane));
    this.#grid = new LaneGrid(this.#geometry, REACH);
    this.#friction = friction;
  }

  /** m along the centre. */
  laneLength(lane: number): number {
    return this.#of(lane).length;
  }

  /** m, across the lane at `s`. */
  width(lane: number, s: number): number {
    return this.#of(lane).width(s);
  }

  /** 1/m at `s`, positive turns left. */
  curvature(lane: number, s: number): number {
    return this.#of(lane).curvature(s);
  }

  /** The pose `s` m along a lane and `offset` m to the left of its centre. Beyond its ends the lane goes on straight. */
  pose(lane: number, s: number, offset = 0, out: Pose = { x: 0, y: 0, z: 0, heading: 0 }): Pose {
    this.#of(lane).pose(s, out);
    if (offset !== 0) {
      out.x -= offset * sin(out.heading);
      out.y += offset * cos(out.heading);
    }
    return out;
  }

  /**
   * The place of the lane's centre nearest to a point: m along it, m to the left of it, and m between them.
   * `distance` exceeds |offset| where the point lies beyond an end.
   */
  project(lane: number, x: number, y: number, out: LanePoint = newLanePoint()): LanePoint {
    return this.#of(lane).project(x, y, out);
  }

  /**
   * The driving lane whose surface a point lies on, or is nearest to within `maxDistance` m of it. Where surfaces overlap,
   * `hint` wins when it is one of them, then the lane whose centre is nearer, then the lower id.
   */
  nearest(x: number, y: number, maxDistance: number, hint = -1): LaneProjection | null {
    let best: LaneProjection | null = null;
    let bestOutside = maxDistance;
    const point = this.#point;
    this.#grid.visit(x, y, maxDistance, (lane, first, last) => {
      if (this.lanes[lane]?.kind !== 'driving') return;
      const geometry = this.#of(lane);
      geometry.project(x, y, point, first, last);
      const outside = Math.max(0, point.distance - geometry.width(point.s) / 2);
      if (outside > bestOutside) return;
      const tie = best !== null && outside === bestOutside;
      if (tie && best && (best.lane === hint || (lane !== hint && point.distance >= best.distance))) return;
      bestOutside = outside;
      best = { lane, ...point };
    });
    return best;
  }

  /** Whether a point lies on any lane that is made for wheels: driving or shoulder. */
  contains(x: number, y: number): boolean {
    let found = false;
    const point = this.#point;
    this.#grid.visit(x, y, 0, (lane, first, last) => {
      const kind = this.lanes[lane]?.kind;
      if (found || (kind !== 'driving' && kind !== 'shoulder')) return;
      const geometry = this.#of(lane);
      geometry.project(x, y, point, first, last);
      found = point.overshoot < 0.05 && Math.abs(point.offset) <= geometry.width(point.s) / 2;
    });
    return found;
  }

  /**
   * Calls back, in order of id, with every driving lane whose surface is within `reach` m (at most `REACH`) of a point. The point
   * handed over is used again for the next.
   */
  touching(x: number, y: number, reach: number, visit: (lane: number, point: Readonly<LanePoint>) => void): void {
    const point = this.#point;
    this.#grid.visit(x, y, reach, (lane, first, last) => {
      if (this.lanes[lane]?.kind !== 'driving') return;
      const geometry = this.#of(lane);
      geometry.project(x, y, point, first, last);
      if (point.distance <= geometry.width(point.s) / 2 + reach) visit(lane, point);
    });
  }

  /** m, the surface below a point. */
  height(_x: number, _y: number): number {
    return 0;
  }

  /** Tyre-road friction coefficient at a point. */
  friction(_x: number, _y: number): number {
    return this.#friction;
  }

  #of(lane: number): LaneGeometry {
    const geometry = this.#geometry[lane];
    if (!geometry)
      throw new RangeError(`map ${this.map.name}: expected a lane of 0..${this.lanes.length - 1}, got ${lane}`);
    return geometry;
  }
}

/** A lane point to be written to. */
export function newLanePoint(): LanePoint {
  return { s: 0, offset: 0, distance: 0, overshoot: 0 };
}
