import { clamp } from '../../math.ts';
import type { VehicleSpec } from '../../vehicle/spec.ts';
import type { LaneUser } from './lane-user.ts';

/** Room for each change of lane, m and s of driving, at which a driver begins to look for a gap, and at which it takes any. */
const EARLY = 150;
const EARLY_TIME = 10;
const LATE = 20;
const LATE_TIME = 3;
/** m of detour that nobody hurries for: the next chance is as good. */
const TRIFLE = 100;
/**
 * s that a change of lane takes, and more for each m/s, at most; share of it in urgency, and for long vehicles. Measured ones take 3..8 s,
 * 5 on average (Toledo, Zohar, Modeling duration of lane changes, Transportation Research Record 1999 (2007) 71-78).
 */
const DURATION = 3;
const DURATION_PER_SPEED = 0.075;
const LONGEST = 5;
const URGENT = 0.9;
const LONG_VEHICLE = 1.4;
/** m: longer vehicles take longer. */
const LONG = 7;

/** m before the end of a lane from which on those who queue in it and beside it take turns. Own choice. */
export const ZIP_ROOM = 70;

/** How pressing the changes of lane are that a driver's way demands: 0 not yet, 1 now or never. */
export function urgencyOf(me: LaneUser): number {
  const { changes, room, detour } = me.need;
  if (changes === 0 || detour < TRIFLE) return 0;
  const count = Math.abs(changes);
  // Who stands in a queue still knows how fast the road is.
  const speed = Math.max(me.speed, 0.5 * me.desired);
  const early = count * (EARLY + EARLY_TIME * speed);
  const late = count * (LATE + LATE_TIME * me.speed);
  return clamp((early - room) / Math.max(1, early - late), 0, 1);
}

/** s for a change of lane. @param speed m/s. */
export function durationOf(spec: VehicleSpec, speed: number, urgency: number): number {
  const duration = Math.min(LONGEST, DURATION + DURATION_PER_SPEED * speed) * (1 + urgency * (URGENT - 1));
  return spec.length > LONG ? LONG_VEHICLE * duration : duration;
}

/** m before the end of a lane at which one waits who could not leave it: enough to swing out of it from a standstill. */
export function waitingRoom(spec: VehicleSpec): number {
  return 6 + 1.2 * spec.length;
}
