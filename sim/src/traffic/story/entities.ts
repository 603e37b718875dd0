import type { ScenarioPlan } from '../../scenario.ts';
import type { LaneGraph } from '../../road/lane-graph.ts';
import { cos, hypot, sin } from '../../math.ts';
import type { Saved, StateReader, StateWriter } from '../../state.ts';
import type { RoadUser } from '../road-user.ts';
import { RoadDistance, type RoadOffset } from './road-distance.ts';
import type { ScriptedDriver, ScriptedWalker } from './scripted.ts';

/** Who a storyboard acts on; undefined for those who are not, or no longer, in the world. */
export interface Cast {
  driver(name: string): ScriptedDriver | undefined;
  walker(name: string): ScriptedWalker | undefined;
}

/** The name of any seat, and what the names of single ones begin with. */
export const ANY_SEAT = 'seat';
export const SEAT_PREFIX = 'seat-';

/** Everyone whom stories name, as they are at the moment. */
export class Entities implements Saved {
  readonly roads: RoadDistance;
  readonly #seats: number;
  /** Ids of the seats' vehicles, in the plan's order. */
  #seatIds: number[] = [];
  #users: readonly RoadUser[] = [];
  #cast: Cast = { driver: () => undefined, walker: () => undefined };

  constructor(plan: ScenarioPlan, graph: LaneGraph) {
    this.roads = new RoadDistance(graph);
    this.#seats = plan.seats.length;
  }

  /** @param users in the order of ids. */
  update(users: readonly RoadUser[], cast: Cast): void {
    this.#users = users;
    this.#cast = cast;
    if (this.#seatIds.length === 0 && this.#seats > 0) {
      this.#seatIds = users.filter(({ seat }) => seat).map(({ id }) => id);
    }
  }

  driver(name: string): ScriptedDriver | undefined {
    return this.#cast.driver(name);
  }

  walker(name: string): ScriptedWalker | undefined {
    return this.#cast.walker(name);
  }

  /** Those that a reference may mean: one at most, but for any seat. Empty when they have left. */
  of(reference: string): RoadUser[] {
    const ids =
      reference === ANY_SEAT
        ? this.#seatIds
        : reference.startsWith(SEAT_PREFIX)
          ? [this.#seatIds[Number(reference.slice(SEAT_PREFIX.length)) - 1]]
          : [(this.driver(reference) ?? this.walker(reference))?.id];
    return ids.map((id) => this.#user(id)).filter((user) => user !== undefined);
  }

  /** The one that a reference means; of any seat, the one nearest to an actor. */
  one(reference: string, actor: string): RoadUser | undefined {
    const found = this.of(reference);
    const self = found.length > 1 ? this.of(actor)[0] : undefined;
    if (!self) return found[0];
    return found.reduce((best, each) => (straight(self, each) < straight(self, best) ? each : best));
  }

  /** Where one is along the road as seen from another. @param horizon m. */
  along(from: RoadUser, to: RoadUser, horizon: number): RoadOffset | null {
    return this.roads.between(this.#spot(from), this.#spot(to), horizon);
  }

  save(writer: StateWriter): void {
    writer.u32(this.#seatIds.length);
    for (const id of this.#seatIds) writer.u32(id);
  }

  load(reader: StateReader): void {
    this.#seatIds = Array.from({ length: reader.u32() }, () => reader.u32());
  }

  #spot({ x, y }: RoadUser): { x: number; y: number; lane: number } {
    return { x, y, lane: -1 };
  }

  #user(id: number | undefined): RoadUser | undefined {
    if (id === undefined) return undefined;
    let low = 0;
    let high = this.#users.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#users[middle] as RoadUser).id < id) low = middle + 1;
      else high = middle;
    }
    const found = this.#users[low];
    return found?.id === id ? found : undefined;
  }
}

/** m between the middles of two. */
export function straight(a: RoadUser, b: RoadUser): number {
  return hypot(a.x - b.x, a.y - b.y);
}

/** m between the bodies of two, seen from above: the least distance of a corner of one to the box of the other; 0 where they overlap. */
export function clearance(a: RoadUser, b: RoadUser): number {
  return Math.min(cornersTo(a, b), cornersTo(b, a));
}

function cornersTo(a: RoadUser, b: RoadUser): number {
  const [c, s] = [cos(a.heading), sin(a.heading)];
  const [cb, sb] = [cos(b.heading), sin(b.heading)];
  let least = Infinity;
  for (const [i, j] of [
    [0.5, 0.5],
    [0.5, -0.5],
    [-0.5, 0.5],
    [-0.5, -0.5],
  ] as const) {
    const dx = a.x + i * a.length * c - j * a.width * s - b.x;
    const dy = a.y + i * a.length * s + j * a.width * c - b.y;
    const along = Math.max(0, Math.abs(dx * cb + dy * sb) - b.length / 2);
    const aside = Math.max(0, Math.abs(dy * cb - dx * sb) - b.width / 2);
    least = Math.min(least, hypot(along, aside));
  }
  return least;
}
