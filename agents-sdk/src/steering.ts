import type { BodyDescription } from '../protocol/briefing.ts';
import type { PathPoint } from './path.ts';

export interface PurePursuitOptions {
  /** Look-ahead distance as time at the present speed, s. */
  readonly lookaheadSeconds: number;
  /** m */
  readonly minLookahead: number;
  readonly maxLookahead: number;
}

const PURE_PURSUIT: PurePursuitOptions = { lookaheadSeconds: 0.7, minLookahead: 5, maxLookahead: 28 };

/**
 * Front wheel angle, rad, positive left, that leads the rear axle on a circle through the path's point at the look-ahead
 * distance l: atan(2 L sin(alpha) / l), with L the wheelbase and alpha the point's bearing from the rear axle
 * (Coulter 1992, "Implementation of the Pure Pursuit Path Tracking Algorithm"; Snider 2009, CMU-RI-TR-09-08, section 2.2).
 * Clamped to what the body can steer. 0 when there is no path.
 */
export function purePursuit(
  path: readonly PathPoint[],
  speed: number,
  body: Pick<BodyDescription, 'wheelbase' | 'rearAxle' | 'maxSteeringAngle'>,
  options: PurePursuitOptions = PURE_PURSUIT,
): number {
  const wanted = Math.max(
    options.minLookahead,
    Math.min(options.maxLookahead, options.lookaheadSeconds * Math.abs(speed)),
  );
  let previous: { x: number; y: number; range: number } | null = null;
  for (const point of path) {
    const x = point.x + body.rearAxle;
    const range = Math.hypot(x, point.y);
    const here = { x, y: point.y, range };
    if (range >= wanted && x > 0)
      return clampAngle(towards(previous, here, wanted), body.maxSteeringAngle, body.wheelbase);
    previous = here;
  }
  return previous === null || previous.range === 0 ? 0 : clampAngle(previous, body.maxSteeringAngle, body.wheelbase);
}

interface Goal {
  readonly x: number;
  readonly y: number;
  readonly range: number;
}

/** The point between two at about the wanted range: the goal must not jump from point to point of the path. */
function towards(near: Goal | null, far: Goal, wanted: number): Goal {
  if (!near || near.range >= wanted || far.range === near.range) return far;
  const t = (wanted - near.range) / (far.range - near.range);
  const x = near.x + t * (far.x - near.x);
  const y = near.y + t * (far.y - near.y);
  return { x, y, range: Math.hypot(x, y) };
}

function clampAngle({ y, range }: Goal, limit: number, wheelbase: number): number {
  // sin(alpha) is y / range.
  const angle = Math.atan((2 * wheelbase * y) / (range * range));
  return Math.max(-limit, Math.min(limit, angle));
}
