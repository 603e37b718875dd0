import { cos, sin, tan } from '../math.ts';
import { valueAt } from './along.ts';
import type { LinePose } from './clothoid.ts';
import type { Lane } from './lane-section.ts';
import { LIMITS } from './limits.ts';
import type { Profile } from './profile.ts';
import type { Road } from './road.ts';

/** The lanes of a road side by side, and where their edges run. */
export class CrossSection {
  readonly road: Road;
  /** From left to right, in the direction of the road. */
  readonly lanes: readonly Lane[];
  /** How many of them are on the left of the centre lane. */
  readonly leftCount: number;
  readonly #pose: LinePose = { x: 0, y: 0, heading: 0 };
  readonly #edges: Float64Array;

  /** @param left @param right from the middle outwards. */
  constructor(road: Road, left: readonly Lane[], right: readonly Lane[]) {
    this.road = road;
    this.lanes = [...left].reverse().concat(right);
    this.leftCount = left.length;
    this.#edges = new Float64Array(this.lanes.length + 1);
  }

  /** m to the left of the reference line, for each edge from left to right: one more than lanes. The array is used again. */
  edges(s: number): Float64Array {
    const { lanes, leftCount } = this;
    const edges = this.#edges;
    const middle = this.road.laneOffset.at(s);
    edges[leftCount] = middle;
    for (let i = leftCount - 1; i >= 0; i--)
      edges[i] = middle + outer(lanes[i] as Lane, s, (edges[i + 1] as number) - middle);
    for (let i = leftCount; i < lanes.length; i++)
      edges[i + 1] = middle - outer(lanes[i] as Lane, s, middle - (edges[i] as number));
    return edges;
  }

  /** m, the width of a lane. */
  width(lane: number, s: number): number {
    const profile = this.lanes[lane]?.width;
    if (profile) return Math.max(0, profile.at(s));
    const edges = this.edges(s);
    return (edges[lane] as number) - (edges[lane + 1] as number);
  }

  /**
   * Writes the left and the right edge of lanes at `s`: x, y, z, x, y, z of each. The road's surface is turned about the reference
   * line by the superelevation and falls off to its sides by the crossfall.
   * @param which indices of lanes.
   */
  write(s: number, which: readonly number[], out: Float64Array): void {
    const { road, lanes, leftCount } = this;
    const edges = this.edges(s);
    const pose = this.#pose;
    road.plan.at(s, pose);
    const z = road.elevation.at(s);
    const roll = road.superelevation.at(s);
    const directionX = -sin(pose.heading);
    const directionY = cos(pose.heading);
    const cosRoll = roll === 0 ? 1 : cos(roll);
    const sinRoll = roll === 0 ? 0 : sin(roll);
    const fallLeft = falling(road.crossfall.left, s);
    const fallRight = falling(road.crossfall.right, s);
    for (let k = 0; k < which.length; k++) {
      const i = which[k] as number;
      const width = (edges[i] as number) - (edges[i + 1] as number);
      if (!(width <= LIMITS.laneWidth)) tooWide(lanes[i] as Lane, s, width);
      const height = valueAt((lanes[i] as Lane).heights, s, null);
      for (let side = 0; side < 2; side++) {
        const t = edges[i + side] as number;
        const inner = (side === 0) === i >= leftCount;
        const lift =
          (height === null ? 0 : inner ? height.inner : height.outer) - Math.abs(t) * (t > 0 ? fallLeft : fallRight);
        const across = t * cosRoll - lift * sinRoll;
        const at = 6 * k + 3 * side;
        out[at] = pose.x + across * directionX;
        out[at + 1] = pose.y + across * directionY;
        out[at + 2] = z + t * sinRoll + lift * cosRoll;
      }
    }
  }
}

function tooWide({ reader }: Lane, s: number, width: number): never {
  return reader.fail(`a lane at most ${LIMITS.laneWidth} m wide`, `${width} m at s = ${s} m`);
}

/** m by which a side of a road falls off for each metre from the reference line. */
function falling(crossfall: Profile, s: number): number {
  return crossfall.records.length === 0 ? 0 : tan(crossfall.at(s));
}

/** m from the centre lane to the outer edge of a lane, never less than its inner edge has. */
function outer(lane: Lane, s: number, inner: number): number {
  if (lane.border) return Math.max(inner, Math.abs(lane.border.at(s)));
  return inner + Math.max(0, lane.width?.at(s) ?? 0);
}

/** A place beside a road: m along it, m to the left, m above its surface. Heading is that of the road. */
export function roadPoint(
  road: Road,
  s: number,
  t: number,
  above: number,
): { x: number; y: number; z: number; heading: number } {
  const pose: LinePose = { x: 0, y: 0, heading: 0 };
  road.plan.at(s, pose);
  const roll = road.superelevation.at(s);
  const lift = above - Math.abs(t) * falling(t > 0 ? road.crossfall.left : road.crossfall.right, s);
  const across = t * cos(roll) - lift * sin(roll);
  return {
    x: pose.x - across * sin(pose.heading),
    y: pose.y + across * cos(pose.heading),
    z: road.elevation.at(s) + t * sin(roll) + lift * cos(roll),
    heading: pose.heading,
  };
}
