/** How much stiffer the bump stop is than the spring. */
const BUMP_STIFFNESS = 6;

/**
 * Force of spring, damper and bump stop at one wheel, N, without the anti-roll bar. May be negative: a wheel cannot pull,
 * so that the caller takes at least 0.
 * @param compression of the spring, m. @param rate its change, m/s. @param stop compression at which the stop begins, m.
 */
export function strutForce(
  compression: number,
  rate: number,
  stiffness: number,
  damping: number,
  stop: number,
): number {
  const beyond = compression > stop ? compression - stop : 0;
  return stiffness * (compression + BUMP_STIFFNESS * beyond) + damping * rate;
}
