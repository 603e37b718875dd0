import type { OwnState, SimObservation } from '../protocol/observation.ts';

/** A point of the route ahead, in the body frame: m, x forward, y left. */
export interface PathPoint {
  readonly x: number;
  readonly y: number;
  /** m along the route from where the seat is. */
  readonly distance: number;
  /** m/s */
  readonly speedLimit: number;
}

/** Where a point lies beside a path. */
export interface Projection {
  /** m along the path, as its points count it; less than the first for what lies behind. */
  readonly distance: number;
  /** m to the left of the path. */
  readonly offset: number;
  /** rad, the path's direction there, in the body frame. */
  readonly heading: number;
}

/** The columns of `route.ahead`: x, y (world), speed limit, distance ahead. */
const COLUMNS = 4;

/** `route.ahead` as points of the body frame, nearest first. */
export function pathAhead({ self, route }: Pick<SimObservation, 'self' | 'route'>): PathPoint[] {
  const { data } = route.ahead;
  const path: PathPoint[] = [];
  for (let at = 0; at + COLUMNS <= data.length; at += COLUMNS) {
    const [x, y] = toBody(self, data[at] as number, data[at + 1] as number);
    path.push({ x, y, speedLimit: data[at + 2] as number, distance: data[at + 3] as number });
  }
  return path;
}

/** A point of the world frame in the body frame of a pose, m. */
export function toBody(self: Pick<OwnState, 'position' | 'heading'>, x: number, y: number): [number, number] {
  const dx = x - self.position[0];
  const dy = y - self.position[1];
  const c = Math.cos(self.heading);
  const s = Math.sin(self.heading);
  return [dx * c + dy * s, dy * c - dx * s];
}

/** A point of the body frame of a pose in the world frame, m. */
export function toWorld(self: Pick<OwnState, 'position' | 'heading'>, x: number, y: number): [number, number] {
  const c = Math.cos(self.heading);
  const s = Math.sin(self.heading);
  return [self.position[0] + x * c - y * s, self.position[1] + x * s + y * c];
}

/**
 * The place of a path nearest to a point of the body frame, or null when the path has no two points. Before its first
 * and behind its last point the path goes on straight.
 */
export function project(path: readonly PathPoint[], x: number, y: number): Projection | null {
  let best: Projection | null = null;
  let nearest = Infinity;
  for (let i = 0; i + 1 < path.length; i++) {
    const a = path[i] as PathPoint;
    const b = path[i + 1] as PathPoint;
    const dx = b.x - a.x;
    const dy = b.y - a.y;
    const length = Math.sqrt(dx * dx + dy * dy);
    if (length === 0) continue;
    const along = ((x - a.x) * dx + (y - a.y) * dy) / length;
    const low = i === 0 ? -Infinity : 0;
    const high = i + 2 === path.length ? Infinity : length;
    const on = Math.max(low, Math.min(high, along));
    const px = x - a.x - (on * dx) / length;
    const py = y - a.y - (on * dy) / length;
    const distance = px * px + py * py;
    if (distance >= nearest) continue;
    nearest = distance;
    const side = dx * (y - a.y) - dy * (x - a.x) < 0 ? -1 : 1;
    best = { distance: a.distance + on, offset: side * Math.sqrt(distance), heading: Math.atan2(dy, dx) };
  }
  return best;
}

/**
 * Curvature of the path at each of its points, 1/m, positive to the left: Menger curvature (four times the triangle's
 * area over the product of its sides) over the points `reach` before and behind, which smooths what a polyline kinks.
 * The points at the ends have that of the nearest that has neighbours on both sides.
 */
export function curvatures(path: readonly PathPoint[], reach = 2): number[] {
  const last = path.length - 1;
  const span = Math.min(reach, Math.floor(last / 2));
  if (span < 1) return path.map(() => 0);
  return path.map((_, i) => {
    const middle = Math.max(span, Math.min(last - span, i));
    const a = path[middle - span] as PathPoint;
    const b = path[middle] as PathPoint;
    const c = path[middle + span] as PathPoint;
    const doubleArea = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    const sides =
      Math.hypot(b.x - a.x, b.y - a.y) * Math.hypot(c.x - b.x, c.y - b.y) * Math.hypot(c.x - a.x, c.y - a.y);
    return sides === 0 ? 0 : (2 * doubleArea) / sides;
  });
}
