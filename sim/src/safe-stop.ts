import type { CarAction } from '@gauntlet/agents-sdk/protocol';
import { clamp, cos, sin } from './math.ts';
import type { Route } from './road/route.ts';

/** m/s2 at which a seat without a driver comes to rest, as a share of full brake, and m ahead at which it steers. */
const BRAKE = 0.35;
const LOOK_AHEAD = 6;

/** Brings a vehicle to rest on its route's lane, where its driver gives no more actions: pure pursuit and steady braking. */
export function safeStop(
  state: { x: number; y: number; heading: number; speed: number },
  route: Route,
  distance: number,
  wheelbase: number,
): CarAction {
  const ahead = LOOK_AHEAD + 0.5 * Math.abs(state.speed);
  const point = route.pose(distance + ahead);
  const dx = point.x - state.x;
  const dy = point.y - state.y;
  const aside = dy * cos(state.heading) - dx * sin(state.heading);
  // Small angles: the curvature of pure pursuit, 2 y / l^2, times the wheelbase.
  const steering = clamp((2 * aside * wheelbase) / (dx * dx + dy * dy + 1), -0.5, 0.5);
  return { steering, throttle: 0, brake: BRAKE, gear: 'forward' };
}
