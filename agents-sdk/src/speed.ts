import type { BodyDescription } from '../protocol/briefing.ts';
import { curvatures, type PathPoint } from './path.ts';

export interface SpeedPlanOptions {
  /** Share of the speed limit that is driven at. */
  readonly limitShare: number;
  /** Lateral acceleration in bends, m/s2. */
  readonly lateral: number;
  /** Braking before bends and lower limits, m/s2. */
  readonly braking: number;
  /** s that pass before the braking begins to work. */
  readonly reaction: number;
}

/**
 * The speed to drive at now, m/s, so that every point ahead can be passed at its limit and in its bend:
 * the least of sqrt(v_i^2 + 2 b d_i) with v_i = min(limit, sqrt(a_lat / |curvature|)), from v^2 = v0^2 + 2 a s and
 * a = v^2 / R. 0 when there is no path.
 */
export function plannedSpeed(path: readonly PathPoint[], speed: number, options: SpeedPlanOptions): number {
  const bends = curvatures(path);
  let planned = path.length === 0 ? 0 : Infinity;
  path.forEach((point, i) => {
    const bend = Math.abs(bends[i] as number);
    const there = Math.min(options.limitShare * point.speedLimit, Math.sqrt(options.lateral / Math.max(bend, 1e-9)));
    const room = Math.max(0, point.distance - options.reaction * Math.max(0, speed));
    planned = Math.min(planned, Math.sqrt(there * there + 2 * options.braking * room));
  });
  return planned;
}

/** Throttle and brake for a wanted acceleration, m/s2, forward positive: its share of the body's largest, 0..1 each. */
export function pedals(
  acceleration: number,
  body: Pick<BodyDescription, 'maxAcceleration' | 'maxBraking'>,
): { throttle: number; brake: number } {
  return {
    throttle: Math.max(0, Math.min(1, acceleration / body.maxAcceleration)),
    brake: Math.max(0, Math.min(1, -acceleration / body.maxBraking)),
  };
}
