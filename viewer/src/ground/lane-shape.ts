import type { MapLane } from '@gauntlet/agents-sdk/protocol';

export type Point = readonly [number, number, number];

/** The points of a lane's two boundaries at one place along it. */
export interface CrossSection {
  readonly left: Point;
  readonly right: Point;
}

/** Length of a lane's centre line in the plane, m. */
export function laneLength({ centre }: Pick<MapLane, 'centre'>): number {
  let length = 0;
  for (let i = 3; i < centre.length; i += 3)
    length += Math.hypot(centre[i]! - centre[i - 3]!, centre[i + 1]! - centre[i - 2]!);
  return length;
}

/** The cross-section `s` metres along a lane's centre, held at its ends. Null for a lane without points. */
export function crossSection(lane: Pick<MapLane, 'centre' | 'left' | 'right'>, s: number): CrossSection | null {
  const { centre } = lane;
  const points = centre.length / 3;
  if (points < 2) return null;
  let left = Math.max(0, s);
  for (let i = 1; i < points; i++) {
    const length = Math.hypot(centre[3 * i]! - centre[3 * i - 3]!, centre[3 * i + 1]! - centre[3 * i - 2]!);
    if (left <= length || i === points - 1) {
      const t = length > 0 ? Math.min(1, left / length) : 0;
      return { left: between(lane.left, i, t), right: between(lane.right, i, t) };
    }
    left -= length;
  }
  return null;
}

/** The point at share `t` of the piece of a polyline that ends with point `i`. */
function between(line: readonly number[], i: number, t: number): Point {
  const at = (k: number): number => line[3 * i - 3 + k]! + (line[3 * i + k]! - line[3 * i - 3 + k]!) * t;
  return [at(0), at(1), at(2)];
}
