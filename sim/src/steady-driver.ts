import type { CarAction, SimObservation } from '@gauntlet/agents-sdk/protocol';
import { clamp } from './math.ts';

/** m/s that it holds, and m/s2 of full throttle and brake as it believes. */
const SPEED = 9;

/**
 * Drives a seat along its route by proportional steering, in plain arithmetic, so that its actions are the same bits on every
 * engine. It minds no one else. Golden hashes, the sync test and benchmarks are driven by it; it is no opponent.
 */
export function steadyDriver(observation: SimObservation): CarAction {
  const { self, route } = observation;
  const slower = route.remaining < 30 ? SPEED / 2 : SPEED;
  const wanted = clamp((slower - self.speed) * 0.4, -1, 1);
  return {
    steering: clamp(-(route.headingError * 0.9 + route.offset * 0.12), -0.5, 0.5),
    throttle: Math.max(0, wanted),
    brake: Math.max(0, -wanted),
    gear: 'forward',
  };
}
