import type { DriverParameters, TrafficClass } from '../scenario.ts';
import type { VehicleSpec } from '../vehicle/spec.ts';
import { bendSpeed, type LaneProfiles } from './lane-profile.ts';
import type { LanePath } from './lane-path.ts';

/** s by which drivers are ahead of the place where they are: as long as they take to get rid of a speed that is too high. */
export const AHEAD = 0.8;
/** m/s that vehicles of a class do not exceed: lorries by their limiter, buses by law, bicycles by their riders. */
const TOP_SPEED: Readonly<Record<TrafficClass, number>> = {
  car: Infinity,
  van: Infinity,
  truck: 25,
  bus: 27.8,
  bicycle: 5.5,
};
/** Share of a car's speed in bends: high vehicles lean, and buses have people who stand. Own choice. */
const IN_BENDS: Readonly<Record<TrafficClass, number>> = { car: 1, van: 0.95, truck: 0.85, bus: 0.85, bicycle: 1 };

interface Traveller {
  readonly spec: VehicleSpec;
  readonly parameters: DriverParameters;
  readonly speed: number;
  /** m along the first lane of its path. */
  readonly s: number;
}

/** m/s at which a driver goes if nobody is ahead: limit, vehicle, bends, and gentle braking before what is slower on its path. */
export function freeSpeed(me: Traveller, path: LanePath, profiles: LaneProfiles): number {
  const { spec, speed } = me;
  const { speedFactor } = me.parameters;
  const { lanes, bases } = path;
  const top = TOP_SPEED[spec.class];
  const share = IN_BENDS[spec.class];
  const at = me.s + AHEAD * speed;
  const { braking } = profiles;
  const here = profiles.of(lanes[0] as number);
  let free = Math.min(top, here.limit * speedFactor, share * bendSpeed(here, me.s));
  const far = at + (speed * speed) / (2 * braking);
  for (let i = 0; i < lanes.length; i++) {
    const base = bases[i] as number;
    if (base > far) break;
    const profile = profiles.of(lanes[i] as number);
    if (base + profile.length < at) continue;
    if (base <= at) {
      free = Math.min(free, profile.limit * speedFactor, share * bendSpeed(profile, at - base));
    } else {
      const entry = Math.min(profile.limit * speedFactor, share * (profile.bend[0] as number));
      if (entry < free) free = Math.min(free, Math.sqrt(entry * entry + 2 * braking * (base - at)));
    }
  }
  return free;
}
