import type { EntityClass } from '@gauntlet/agents-sdk/protocol';

/** The infractions that are counted so far, and their coefficients in the driving score (CARLA Leaderboard 2.1). */
export const COEFFICIENTS = { 'collision-pedestrian': 1.0, 'collision-vehicle': 0.7, 'collision-static': 0.6 } as const;
export type Infraction = keyof typeof COEFFICIENTS;

/** Coefficient of driving slower than the traffic around, for each part of its speed that is missing (CARLA Leaderboard 2.1). */
const MINIMUM_SPEED = 0.4;

/** Which infraction a collision with a thing of this class is. */
export function collisionWith(other: EntityClass): Infraction {
  if (other === 'pedestrian') return 'collision-pedestrian';
  return other === 'static' ? 'collision-static' : 'collision-vehicle';
}

/**
 * The driving score 2.1 of the CARLA Leaderboard, 0..100: route completion x 1 / (1 + sum of the coefficients) x (1 - share of
 * the driven route that was out of lane).
 * @param completion 0..1. @param outOfLane 0..1. @param speedShare 0..1, own speed over that of the traffic around.
 */
export function drivingScore(
  completion: number,
  infractions: Readonly<Record<Infraction, number>>,
  outOfLane: number,
  speedShare: number,
): number {
  let sum = MINIMUM_SPEED * (1 - speedShare);
  for (const name of Object.keys(COEFFICIENTS) as Infraction[]) sum += COEFFICIENTS[name] * infractions[name];
  return (100 * completion * (1 - outOfLane)) / (1 + sum);
}
