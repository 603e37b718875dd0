/**
 * s to cover a distance from a speed with a constant acceleration up to a fastest speed (or at the speed one has, where that is
 * more). Infinity for who stands and does not accelerate.
 * @param distance m. @param speed, fastest m/s. @param acceleration m/s2, 0 or more.
 */
export function travelTime(distance: number, speed: number, acceleration: number, fastest: number): number {
  if (distance <= 0) return 0;
  if (speed >= fastest || acceleration <= 0) return speed > 0 ? distance / speed : Infinity;
  const rising = (fastest * fastest - speed * speed) / (2 * acceleration);
  if (rising >= distance) return (Math.sqrt(speed * speed + 2 * acceleration * distance) - speed) / acceleration;
  return (fastest - speed) / acceleration + (distance - rising) / fastest;
}

/** m/s after that. */
export function speedAfter(distance: number, speed: number, acceleration: number, fastest: number): number {
  if (distance <= 0 || speed >= fastest) return speed;
  return Math.min(fastest, Math.sqrt(speed * speed + 2 * acceleration * distance));
}

/** m that it takes to stop with a constant deceleration, m/s2. */
export function stoppingDistance(speed: number, deceleration: number): number {
  return (speed * speed) / (2 * deceleration);
}
