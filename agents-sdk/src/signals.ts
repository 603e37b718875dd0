import type { Briefing } from '../protocol/briefing.ts';
import type { SignalState } from '../protocol/map.ts';
import type { SimObservation } from '../protocol/observation.ts';
import { pathAhead, project, toBody } from './path.ts';

/** A signal that governs the way ahead. */
export interface SignalAhead {
  /** m along the route from the middle of the body to the stop line; negative behind it. */
  readonly distance: number;
  /** The lane behind the line, inside the junction. */
  readonly lane: number;
  readonly state: SignalState;
  /** s from now: the state does not end before the first, and not after the second (null: not known). */
  readonly minEnd: number;
  readonly maxEnd: number | null;
}

/** A line on the route: the lane that it lets into, its place, and the signal group that is asked. */
interface Line {
  readonly lane: number;
  readonly group: number;
  readonly x: number;
  readonly y: number;
  readonly index: number;
}

/** m behind the line where it still counts as ahead: one who has begun to cross it is told so. */
const BEHIND = 3;

/** The signals along a route, as the SPaT messages of their junctions tell them. Call `next` every tick: it remembers what it heard. */
export class Signals {
  readonly #route: readonly number[];
  readonly #lines: readonly Line[];
  readonly #heard = new Map<number, { time: number; state: SignalState; minEnd: number; maxEnd: number | null }>();
  #at = 0;

  constructor({ map, route }: Pick<Briefing, 'map' | 'route'>) {
    this.#route = route.lanes;
    this.#lines = route.lanes.flatMap((id, index): Line[] => {
      const lane = map.lanes[id];
      const signal = lane && lane.signal !== null ? map.signals[lane.signal] : undefined;
      if (!lane || !signal) return [];
      const before = map.lanes[route.lanes[index - 1] ?? -1];
      const [ax, ay, , bx, by] = lane.centre as [number, number, number, number, number];
      const length = Math.hypot(bx - ax, by - ay) || 1;
      const back = before?.stopLine ?? 0;
      return [
        {
          lane: id,
          group: signal.group,
          x: ax - (back * (bx - ax)) / length,
          y: ay - (back * (by - ay)) / length,
          index,
        },
      ];
    });
  }

  /** The next signal on the route within sight of `route.ahead`, or null. One that nobody speaks of is `off`. */
  next(observation: Pick<SimObservation, 'self' | 'route' | 'messages' | 'time'>): SignalAhead | null {
    const { self, route, messages, time } = observation;
    for (const message of messages) {
      if (message.kind !== 'spat') continue;
      for (const { group, state, minEnd, maxEnd } of message.groups)
        this.#heard.set(group, { time, state, minEnd, maxEnd });
    }
    const here = this.#route.indexOf(route.lane ?? -1, this.#at);
    if (here >= 0 && here <= this.#at + 2) this.#at = here;
    const path = pathAhead({ self, route });
    for (const { lane, group, x, y, index } of this.#lines) {
      if (index < this.#at) continue;
      const [forward, left] = toBody(self, x, y);
      const place = project(path, forward, left);
      const end = path[path.length - 1]?.distance ?? 0;
      if (!place || place.distance > end) return null;
      if (place.distance < -BEHIND) continue;
      const heard = this.#heard.get(group);
      const age = heard ? time - heard.time : 0;
      return {
        distance: place.distance,
        lane,
        state: heard?.state ?? 'off',
        minEnd: Math.max(0, (heard?.minEnd ?? 0) - age),
        maxEnd: heard?.maxEnd == null ? null : Math.max(0, heard.maxEnd - age),
      };
    }
    return null;
  }
}
