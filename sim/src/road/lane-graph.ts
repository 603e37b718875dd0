import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { cos, sin } from '../math.ts';
import { checkLengths, checkMap } from './check-map.ts';
import { LaneGeometry, newLanePoint, type LanePoint } from './lane-geometry.ts';
import { LaneGrid } from './lane-grid.ts';
import { Surface } from './surface.ts';
import type { Ground, Normal } from '../vehicle/ground.ts';
export { newLanePoint } from './lane-geometry.ts';

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
 * m: a lane is on the level of a place when its surface lies at most so far below the place, or above it. A place is given by any
 * point of what stands there, up to the middle of a bus; bridges are more than 4 m apart.
 */
const BELOW = 4;
const ABOVE = 2;

const UP: Readonly<Normal> = { x: 0, y: 0, z: 1 };

/** Stands for a z above everything: the highest of several surfaces. */
const SKY = 1e9;

/**
 * The road network of a map: where lanes run, which lane a place is in, how lanes follow one another. It is also the ground
 * that vehicles stand on. Ids are those of the map. Nothing in it changes once it is made.
 *
 * Questions about a place may be asked with its height z, m: then only what is on its level is meant. Without it, lanes of all levels
 * are, and of several surfaces the highest.
 */
export class LaneGraph implements Ground {
  readonly map: MapDescription;
  readonly lanes: readonly MapLane[];
  /**
   * Whether all lanes made for wheels lie in one horizontal plane and have no friction of their own. Then `ground` is that plane,
   * also on pavements, whose kerbs wheels do not feel.
   */
  readonly level: boolean;
  /** What vehicles stand on. */
  readonly ground: Ground;
  readonly #geometry: readonly LaneGeometry[];
  readonly #grid: LaneGrid;
  /** Null when everything lies in one plane, pavements too. */
  readonly #surface: Surface | null;
  readonly #planeHeight: number;
  readonly #friction: number;
  readonly #point: LanePoint = newLanePoint();
  readonly #nearest: LanePoint = newLanePoint();
  readonly #range = { first: 0, last: 0 };

  /**
   * @param friction tyre-road friction coefficient where a lane has none of its own.
   * @throws RangeError that names the lane and field of a map that contradicts itself.
   */
  constructor(map: MapDescription, friction = 0.9) {
    checkMap(map);
    this.map = map;
    this.lanes = map.lanes;
    this.#geometry = map.lanes.map((lane) => new LaneGeometry(lane));
    checkLengths(map, (lane) => this.laneLength(lane));
    this.#grid = new LaneGrid(this.#geometry, REACH);
    this.#friction = friction;
    const wheels = map.lanes.filter(isForWheels);
    this.#planeHeight = (wheels[0] ?? map.lanes[0])?.centre[2] ?? 0;
    const isPlain = (lane: MapLane): boolean => lane.friction === null && isLevel(lane, this.#planeHeight);
    this.level = wheels.every(isPlain);
    this.ground = this.level ? plane(this.#planeHeight, friction) : this;
    const plain = this.level && map.lanes.every(isPlain);
    this.#surface = plain ? null : new Surface(map.lanes, this.#geometry, this.#grid, friction);
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
    const geometry = this.#of(lane);
    geometry.pose(s, out);
    if (offset !== 0) {
      out.x -= offset * sin(out.heading);
      out.y += offset * cos(out.heading);
      if (!this.level) out.z += offset * geometry.crossSlope(s);
    }
    return out;
  }

  /**
   * The place of the lane's centre nearest to a point: m along it, m to the left of it, and m between them.
   * `distance` exceeds |offset| where the point lies beyond an end.
   */
  project(lane: number, x: number, y: number, out: LanePoint = newLanePoint()): LanePoint {
    const geometry = this.#of(lane);
    const range = this.#range;
    if (this.#grid.segments(x, y, lane, range)) {
      geometry.project(x, y, out, range.first, range.last);
      if (out.distance <= REACH + geometry.halfWidth) return out;
    }
    return geometry.project(x, y, out);
  }

  /**
   * The driving lane whose surface a point lies on, or is nearest to within `maxDistance` m of it. Where surfaces overlap,
   * `hint` wins when it is one of them, then the lane whose centre is nearer, then the lower id.
   */
  nearest(x: number, y: number, maxDistance: number, hint = -1, z?: number): LaneProjection | null {
    let best = -1;
    let bestOutside = maxDistance;
    const point = this.#point;
    const nearest = this.#nearest;
    this.#grid.visit(x, y, maxDistance, (lane, first, last) => {
      if (this.lanes[lane]?.kind !== 'driving') return;
      const geometry = this.#of(lane);
      geometry.project(x, y, point, first, last);
      const outside = Math.max(0, point.distance - geometry.widthThere() / 2);
      if (outside > bestOutside || !this.#isAt(geometry, point, z)) return;
      const tie = best >= 0 && outside === bestOutside;
      if (tie && (best === hint || (lane !== hint && point.distance >= nearest.distance))) return;
      bestOutside = outside;
      best = lane;
      nearest.s = point.s;
      nearest.offset = point.offset;
      nearest.distance = point.distance;
      nearest.overshoot = point.overshoot;
    });
    return best < 0 ? null : { lane: best, ...nearest };
  }

  /** Whether a point lies on any lane that is made for wheels: driving, biking, parking or shoulder. */
  contains(x: number, y: number, z?: number): boolean {
    let found = false;
    const point = this.#point;
    this.#grid.visit(x, y, 0, (lane, first, last) => {
      if (found || !isForWheels(this.lanes[lane] as MapLane)) return;
      const geometry = this.#of(lane);
      geometry.project(x, y, point, first, last);
      found =
        point.overshoot < 0.05 && Math.abs(point.offset) <= geometry.widthThere() / 2 && this.#isAt(geometry, point, z);
    });
    return found;
  }

  /**
   * Calls back, in order of id, with every lane of traffic (driving or biking) whose surface is within `reach` m (at most `REACH`)
   * of a point. The point handed over is used again for the next.
   */
  touching(
    x: number,
    y: number,
    reach: number,
    visit: (lane: number, point: Readonly<LanePoint>) => void,
    z?: number,
  ): void {
    const point = this.#point;
    this.#grid.visit(x, y, reach, (lane, first, last) => {
      const kind = this.lanes[lane]?.kind;
      if (kind !== 'driving' && kind !== 'biking') return;
      const geometry = this.#of(lane);
      geometry.project(x, y, point, first, last);
      if (point.distance > geometry.widthThere() / 2 + reach || !this.#isAt(geometry, point, z)) return;
      visit(lane, point);
    });
  }

  /**
   * m, the surface at a point. Beside the lanes the nearest edge goes on level for 2 m, then passes into a coarse terrain that
   * follows the lanes around; see `Surface`.
   */
  height(x: number, y: number, z = SKY): number {
    return this.#surface ? this.#surface.height(x, y, z) : this.#planeHeight;
  }

  /** Tyre-road friction coefficient at a point. */
  friction(x: number, y: number, z = SKY): number {
    return this.#surface ? this.#surface.friction(x, y, z) : this.#friction;
  }

  /** Writes the unit normal of the surface at a point. */
  normal(x: number, y: number, into: Normal, z = SKY): void {
    if (this.#surface) {
      this.#surface.normal(x, y, into, z);
      return;
    }
    Object.assign(into, UP);
  }

  /** Whether a lane is on the level of a place, at what is nearest to the place. */
  #isAt(geometry: LaneGeometry, point: LanePoint, z: number | undefined): boolean {
    if (z === undefined || this.level) return true;
    const height = geometry.height(point.s);
    return height >= z - BELOW && height <= z + ABOVE;
  }

  #of(lane: number): LaneGeometry {
    const geometry = this.#geometry[lane];
    if (!geometry)
      throw new RangeError(`map ${this.map.name}: expected a lane of 0..${this.lanes.length - 1}, got ${lane}`);
    return geometry;
  }
}

function isForWheels({ kind }: MapLane): boolean {
  return kind !== 'sidewalk' && kind !== 'median';
}

function plane(height: number, friction: number): Ground {
  return {
    level: true,
    height: () => height,
    friction: () => friction,
    normal: (_x, _y, into) => void Object.assign(into, UP),
  };
}

function isLevel({ centre, left, right }: MapLane, height: number): boolean {
  for (let i = 2; i < centre.length; i += 3) {
    if (centre[i] !== height || left[i] !== height || right[i] !== height) return false;
  }
  return true;
}
