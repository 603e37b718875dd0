import { cos } from '../../math.ts';
import type { TransitionDynamics } from '../../story-plan.ts';

/** m/s2 of a step, which no vehicle can follow: it does what it can. */
const STEP_RATE = 20;

/** A change of speed over time. Source: ASAM OpenSCENARIO XML 1.2, TransitionDynamics. */
export interface SpeedProfile {
  readonly from: number;
  readonly to: number;
  /** s; m/s2, the steepest. */
  readonly duration: number;
  readonly rate: number;
  readonly shape: TransitionDynamics['shape'];
}

/** @param from m/s. @param to m/s. */
export function speedProfile(from: number, to: number, { shape, dimension, value }: TransitionDynamics): SpeedProfile {
  const change = Math.abs(to - from);
  if (shape === 'step' || change === 0) return { from, to, duration: 0, rate: STEP_RATE, shape: 'step' };
  // The steepest slope of a shape over its mean slope.
  const steepness = shape === 'cubic' ? 1.5 : shape === 'sinusoidal' ? Math.PI / 2 : 1;
  const duration =
    dimension === 'time'
      ? value
      : dimension === 'rate'
        ? (steepness * change) / value
        : // All shapes are symmetric, so that the mean speed is that of the two.
          (2 * value) / (from + to);
  return { from, to, duration, rate: (steepness * change) / duration, shape };
}

/** m/s `time` s after it began. */
export function speedAt({ from, to, duration, shape }: SpeedProfile, time: number): number {
  if (shape === 'step' || time >= duration) return to;
  const t = Math.max(0, time / duration);
  const share = shape === 'linear' ? t : shape === 'cubic' ? t * t * (3 - 2 * t) : (1 - cos(Math.PI * t)) / 2;
  return from + (to - from) * share;
}
