import type { Briefing } from '../protocol/briefing.ts';
import type { SensedObject, SimObservation } from '../protocol/observation.ts';
import { LaneIndex } from './lanes.ts';
import { toWorld } from './path.ts';

/** A vehicle that has priority at the next give-way line. */
export interface Priority {
  /** m from its front to where the ways meet; 0 or less when it is there. */
  readonly distance: number;
  /** m/s along its lane. */
  readonly speed: number;
  readonly object: SensedObject;
}

export interface GiveWay {
  /** m from the line on to where the own way meets the others'. */
  readonly beyond: number;
  readonly priorities: readonly Priority[];
}

/** Where one give-way line's traffic comes from: lanes, and how far from each one's start it is to where the ways meet, m. */
interface Line {
  readonly beyond: number;
  readonly upstream: ReadonlyMap<number, number>;
}

/** m behind the line within which ways are looked for that join, and m up those ways. */
const JOINS_WITHIN = 45;
const UPSTREAM = 90;

/**
 * Who goes first at the give-way lines of a route. A line stands at the end of a route lane with `yields`; what has priority
 * there are the lanes that join the route behind it, as far up as no give-way line of their own stops their traffic.
 */
export class RightOfWay {
  readonly #lanes: LaneIndex;
  readonly #route: readonly number[];
  readonly #lines: ReadonlyMap<number, Line>;
  #at = 0;

  constructor({ map, route }: Pick<Briefing, 'map' | 'route'>) {
    this.#lanes = new LaneIndex(map);
    this.#route = route.lanes;
    this.#lines = new Map(
      route.lanes.flatMap((id, i) => (this.#lanes.lane(id)?.yields ? [[i, this.#line(i)] as const] : [])),
    );
  }

  /** The next line on the route and the listed objects that go first there, or null when no line is ahead. Call it every tick. */
  next({ self, route }: Pick<SimObservation, 'self' | 'route'>, objects: readonly SensedObject[]): GiveWay | null {
    // The seat never drives back along its route, and is for moments in no lane or in one beside it.
    const here = this.#route.indexOf(route.lane ?? -1, this.#at);
    if (here >= 0 && here <= this.#at + 2) this.#at = here;
    let index = this.#at;
    while (index < this.#route.length && !this.#lines.has(index)) index++;
    const line = this.#lines.get(index);
    if (!line) return null;
    const priorities: Priority[] = [];
    for (const object of objects) {
      const [x, y] = toWorld(self, object.position[0], object.position[1]);
      const place = this.#lanes.locate(x, y, self.heading + object.heading);
      const fromStart = place && line.upstream.get(place.lane);
      if (!place || fromStart === null || fromStart === undefined) continue;
      const speed = Math.cos(object.heading) * object.velocity[0] + Math.sin(object.heading) * object.velocity[1];
      priorities.push({ distance: fromStart - place.along - object.length / 2, speed, object });
    }
    return { beyond: line.beyond, priorities };
  }

  #line(index: number): Line {
    let beyond = 0;
    for (let i = index + 1; i < this.#route.length && beyond < JOINS_WITHIN; i++) {
      const own = this.#route[i - 1] as number;
      const joining = (this.#lanes.lane(this.#route[i] as number)?.predecessors ?? []).filter((id) => id !== own);
      if (joining.length > 0) return { beyond, upstream: this.#upstream(joining) };
      beyond += this.#lanes.length(this.#route[i] as number);
    }
    return { beyond: 0, upstream: new Map() };
  }

  #upstream(joining: readonly number[]): Map<number, number> {
    const found = new Map<number, number>();
    const open = joining.map((id) => ({ id, toMeeting: 0 }));
    for (let next = open.pop(); next; next = open.pop()) {
      const fromStart = next.toMeeting + this.#lanes.length(next.id);
      if (fromStart >= (found.get(next.id) ?? Infinity)) continue;
      found.set(next.id, fromStart);
      if (fromStart >= UPSTREAM) continue;
      for (const id of this.#lanes.lane(next.id)?.predecessors ?? []) {
        if (!this.#lanes.lane(id)?.yields) open.push({ id, toMeeting: fromStart });
      }
    }
    return found;
  }
}
