import type { DriverParameters } from '../scenario.ts';

/** What the Intelligent Driver Model needs of a driver. */
export type IdmParameters = Pick<DriverParameters, 'headway' | 'minGap' | 'acceleration' | 'braking'>;

/**
 * Wanted acceleration, m/s2, by the Intelligent Driver Model:
 * a [1 - (v / v0)^4 - (s* / s)^2] with s* = s0 + max(0, v T + v (v - vLeader) / (2 sqrt(a b))).
 * Source: Treiber, Hennecke, Helbing, Congested traffic states in empirical observations and microscopic simulations,
 * Phys. Rev. E 62, 1805 (2000).
 * @param speed own v, m/s, 0 or more. @param desired v0, m/s, positive.
 * @param gap s, m, bumper to bumper; Infinity on a free road. @param leaderSpeed m/s.
 */
export function idm(driver: IdmParameters, speed: number, desired: number, gap: number, leaderSpeed: number): number {
  const ratio = speed / desired;
  const free = ratio * ratio * ratio * ratio;
  if (gap === Infinity) return driver.acceleration * (1 - free);
  const interaction = idmGap(driver, speed, leaderSpeed) / Math.max(gap, 0.1);
  return driver.acceleration * (1 - free - interaction * interaction);
}

/** The gap s* that the model wants at this moment, m. */
export function idmGap(driver: IdmParameters, speed: number, leaderSpeed: number): number {
  const dynamic =
    speed * driver.headway + (speed * (speed - leaderSpeed)) / (2 * Math.sqrt(driver.acceleration * driver.braking));
  return driver.minGap + Math.max(0, dynamic);
}
