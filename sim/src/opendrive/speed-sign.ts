import type { Lane } from './lane-section.ts';
import type { Road } from './road.ts';
import { lanesOf } from './validity.ts';

/** m/s that signs say for a lane at `s`, m along its road; null where none does. */
export type SpeedSigns = (lane: Lane, s: number) => number | null;

/** What the speed limit signs of a road say: each holds from its place on, until the next one of the same road. */
export function speedSigns(road: Road): SpeedSigns {
  const signs = road.signals.signals
    .filter(({ role, speed }) => role === 'speed' && speed !== null)
    .map((sign) => ({ s: sign.s, speed: sign.speed, ids: new Set(lanesOf(road, sign).map(({ id }) => id)) }));
  if (signs.length === 0) return () => null;
  return ({ id, forward }, s) => {
    let speed: number | null = null;
    let passed = -Infinity;
    for (const sign of signs) {
      const along = forward ? sign.s : -sign.s;
      if (!sign.ids.has(id) || along > (forward ? s : -s) || along < passed) continue;
      passed = along;
      speed = sign.speed;
    }
    return speed;
  };
}
