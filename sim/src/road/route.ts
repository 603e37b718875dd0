import { clamp, cos, hypot, sin, wrapAngle } from '../math.ts';
import { type LaneGraph, type Pose } from './lane-graph.ts';

/** A place in the coordinates of a route. */
export interface RoutePoint {
  /** m along the route from its start, 0..length. */
  distance: number;
  /** m to the left of the route's path. */
  offset: number;
  /** rad, the direction of the path there. */
  heading: number;
  /** Index into the route's lanes of the one that the path runs in there. */
  laneIndex: number;
}

/** m between the points that a route keeps of its path. */
const SPACING = 1;

/**
 * A way over the lanes of a map. Its path follows the centres of the lanes; where two lanes in a row are neighbours, it moves over
 * smoothly on the length of the first. Distances are metres along the path.
 */
export class Route {
  readonly lanes: readonly number[];
  /** m along the first lane where it starts, m along the last where it ends. */
  readonly start: number;
  readonly goal: number;
  /** m */
  readonly length: number;
  /** m along the path where each lane's `s = 0` lies; before the route's start, and so negative, for a first lane joined midway. */
  readonly bases: Float64Array;
  /** The path every `spacing` m: m, m, m, rad (not wrapped), 1/m, m/s, index into `lanes`. */
  readonly spacing: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly heading: Float64Array;
  readonly curvature: Float64Array;
  readonly limit: Float64Array;
  readonly laneIndex: Int32Array;
  /** m along the path of each give-way line. */
  readonly #yields: Float64Array;

  /**
   * @param lanes ids in driving order, each a successor or a neighbour of the one before.
   * @param start m along the first lane. @param goal m along the last lane.
   * @throws RangeError when a lane does not follow the one before, or start and goal leave nothing between them.
   */
  constructor(graph: LaneGraph, lanes: readonly number[], start = 0, goal = Infinity) {
    const last = lanes[lanes.length - 1];
    if (lanes[0] === undefined || last === undefined) throw new RangeError('a route needs lanes: it has none');
    this.lanes = [...lanes];
    this.start = clamp(start, 0, graph.laneLength(lanes[0]));
    this.goal = clamp(goal, 0, graph.laneLength(last));

    const path = trace(graph, lanes, this.start, this.goal);
    this.length = path.length;
    this.bases = path.bases;
    const count = Math.max(2, Math.ceil(path.length / SPACING) + 1);
    this.spacing = path.length / (count - 1);
    this.x = new Float64Array(count);
    this.y = new Float64Array(count);
    this.z = new Float64Array(count);
    this.heading = new Float64Array(count);
    this.curvature = new Float64Array(count);
    this.limit = new Float64Array(count);
    this.laneIndex = new Int32Array(count);
    const pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };
    for (let i = 0; i < count; i++) {
      const index = path.pose(i === count - 1 ? path.length : i * this.spacing, pose);
      this.x[i] = pose.x;
      this.y[i] = pose.y;
      this.z[i] = pose.z;
      const before = i === 0 ? pose.heading : (this.heading[i - 1] as number);
      this.heading[i] = before + wrapAngle(pose.heading - before);
      this.laneIndex[i] = index;
      this.limit[i] = graph.lanes[lanes[index] ?? 0]?.speedLimit ?? 0;
    }
    for (let i = 0; i < count; i++) {
      const low = Math.max(0, i - 1);
      const high = Math.min(count - 1, i + 1);
      this.curvature[i] =
        ((this.heading[high] as number) - (this.heading[low] as number)) / ((high - low) * this.spacing);
    }
    const lines: number[] = [];
    lanes.forEach((lane, i) => {
      const line = (this.bases[i] ?? 0) + graph.laneLength(lane);
      if (graph.lanes[lane]?.yields && i + 1 < lanes.length && line > 0) lines.push(line);
    });
    this.#yields = Float64Array.from(lines);
  }

  /** The pose at a distance, `left` m to the left of the path. Before its start and behind its end the path goes on straight. */
  pose(distance: number, left = 0, out: Pose = { x: 0, y: 0, z: 0, heading: 0 }): Pose {
    const i = this.#index(distance);
    const t = clamp(distance / this.spacing - i, 0, 1);
    const heading = mix(this.heading, i, t);
    const beyond = distance < 0 ? distance : distance > this.length ? distance - this.length : 0;
    const c = cos(heading);
    const s = sin(heading);
    out.x = mix(this.x, i, t) + beyond * c - left * s;
    out.y = mix(this.y, i, t) + beyond * s + left * c;
    out.z = mix(this.z, i, t);
    out.heading = wrapAngle(heading);
    return out;
  }

  /**
   * The place of the path nearest to a point, looked for downhill from `hint` m (where the vehicle was a moment ago), or on the
   * whole path when there is no hint.
   */
  project(
    x: number,
    y: number,
    hint = -1,
    out: RoutePoint = { distance: 0, offset: 0, heading: 0, laneIndex: 0 },
  ): RoutePoint {
    const last = this.x.length - 1;
    let best = hint < 0 ? 0 : Math.round(clamp(hint, 0, this.length) / this.spacing);
    let nearest = this.#squared(best, x, y);
    if (hint < 0) {
      for (let i = 1; i <= last; i++) {
        const distance = this.#squared(i, x, y);
        if (distance < nearest) [best, nearest] = [i, distance];
      }
    } else {
      for (let step = 1; step >= -1; step -= 2) {
        for (let i = best + step; i >= 0 && i <= last; i += step) {
          const distance = this.#squared(i, x, y);
          if (distance > nearest) break;
          best = i;
          nearest = distance;
        }
      }
    }
    // Along the tangent of the nearest kept point: off by less than a millimetre within half a spacing of it.
    const direction = this.heading[best] as number;
    const c = cos(direction);
    const s = sin(direction);
    const dx = x - (this.x[best] as number);
    const dy = y - (this.y[best] as number);
    const along = dx * c + dy * s;
    out.distance = clamp(best * this.spacing + along, 0, this.length);
    const bend = this.curvature[best] as number;
    const beside = clamp(along, -this.spacing, this.spacing);
    out.offset = dy * c - dx * s - (bend * beside * beside) / 2;
    out.heading = wrapAngle(direction + bend * beside);
    out.laneIndex = this.laneIndex[best] as number;
    return out;
  }

  /** m/s at a distance. */
  speedLimit(distance: number): number {
    return this.limit[this.#index(distance)] as number;
  }

  /** m from `distance` to the next give-way line on the route, or null when none is within `within` m. */
  nextYield(distance: number, within: number): number | null {
    for (const line of this.#yields) {
      if (line < distance) continue;
      return line - distance <= within ? line - distance : null;
    }
    return null;
  }

  /**
   * Writes rows of x, y (m), speed limit (m/s) and distance ahead (m), one every `step` m from `distance` on, at most `count` of
   * them and none behind the end of the route.
   * @returns the number of rows.
   */
  sample(distance: number, step: number, count: number, out: Float32Array): number {
    for (let row = 0; row < count; row++) {
      const at = distance + row * step;
      if (at > this.length) return row;
      const i = this.#index(at);
      const t = clamp(at / this.spacing - i, 0, 1);
      out[4 * row] = mix(this.x, i, t);
      out[4 * row + 1] = mix(this.y, i, t);
      out[4 * row + 2] = this.limit[i] as number;
      out[4 * row + 3] = row * step;
    }
    return count;
  }

  /** Index of the kept point at or before a distance, the last but one at most. */
  #index(distance: number): number {
    const i = Math.floor(distance / this.spacing);
    return i < 0 ? 0 : i > this.x.length - 2 ? this.x.length - 2 : i;
  }

  #squared(i: number, x: number, y: number): number {
    const dx = x - (this.x[i] as number);
    const dy = y - (this.y[i] as number);
    return dx * dx + dy * dy;
  }
}

interface Path {
  length: number;
  bases: Float64Array;
  /** Writes the pose at a distance and returns the index of the lane there. */
  pose(distance: number, out: Pose): number;
}

/** A stretch of the path: one lane, or lanes side by side from the first of which it moves over to the last. */
interface Stretch {
  first: number;
  last: number;
  /** m along the path; shares 0..1 of the lanes' lengths. */
  from: number;
  length: number;
  share: number;
  shareEnd: number;
}

function trace(graph: LaneGraph, lanes: readonly number[], start: number, goal: number): Path {
  const stretches: Stretch[] = [];
  const bases = new Float64Array(lanes.length);
  let from = 0;
  for (let first = 0; first < lanes.length;) {
    let last = first;
    while (last + 1 < lanes.length && areNeighbours(graph, lanes[last], lanes[last + 1])) last++;
    const next = lanes[last + 1];
    if (next !== undefined && !graph.lanes[lanes[last] as number]?.successors.includes(next)) {
      throw new RangeError(`route: lane ${next} neither follows lane ${lanes[last]} nor lies beside it`);
    }
    const lengths = lanes.slice(first, last + 1).map((lane) => graph.laneLength(lane));
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    const share = first === 0 ? start / (lengths[0] as number) : 0;
    const shareEnd = last === lanes.length - 1 ? goal / (lengths[lengths.length - 1] as number) : 1;
    const length = (shareEnd - share) * mean;
    if (length <= 0)
      throw new RangeError(
        `route: its goal, ${goal} m along lane ${lanes[last]}, is not ahead of its start, ${start} m`,
      );
    for (let i = first; i <= last; i++) bases[i] = from - share * mean;
    stretches.push({ first, last, from, length, share, shareEnd });
    from += length;
    first = last + 1;
  }

  const a: Pose = { x: 0, y: 0, z: 0, heading: 0 };
  const b: Pose = { x: 0, y: 0, z: 0, heading: 0 };
  const pose = (distance: number, out: Pose): number => {
    const stretch = stretches.findLast((candidate) => candidate.from <= distance) ?? (stretches[0] as Stretch);
    const t = (distance - stretch.from) / stretch.length;
    const share = stretch.share + t * (stretch.shareEnd - stretch.share);
    const at = (index: number, into: Pose): Pose => {
      const lane = lanes[index] as number;
      return graph.pose(lane, share * graph.laneLength(lane), 0, into);
    };
    const over = (stretch.last - stretch.first) * t * t * (3 - 2 * t);
    const index = Math.min(stretch.last - 1, stretch.first + Math.floor(over));
    if (stretch.first === stretch.last) {
      at(stretch.first, out);
      return stretch.first;
    }
    const weight = over - (index - stretch.first);
    at(index, a);
    at(index + 1, b);
    const across = (stretch.last - stretch.first) * 6 * t * (1 - t) * hypot(b.x - a.x, b.y - a.y);
    const left = cos(a.heading) * (b.y - a.y) - sin(a.heading) * (b.x - a.x) > 0 ? 1 : -1;
    out.x = a.x + weight * (b.x - a.x);
    out.y = a.y + weight * (b.y - a.y);
    out.z = a.z + weight * (b.z - a.z);
    // The slope of a small sideways speed is its own angle to 1 %.
    out.heading = a.heading + weight * wrapAngle(b.heading - a.heading) + (left * across) / stretch.length;
    return weight < 0.5 ? index : index + 1;
  };
  return { length: from, bases, pose };
}

function areNeighbours(graph: LaneGraph, a: number | undefined, b: number | undefined): boolean {
  const lane = graph.lanes[a ?? -1];
  return b !== undefined && (lane?.leftNeighbour === b || lane?.rightNeighbour === b);
}

function mix(values: Float64Array, i: number, t: number): number {
  const from = values[i] as number;
  return from + t * ((values[i + 1] as number) - from);
}
