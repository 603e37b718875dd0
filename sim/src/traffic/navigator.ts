import type { LaneKind, MapLane } from '@gauntlet/agents-sdk/protocol';
import type { LaneGraph } from '../road/lane-graph.ts';
import type { TrafficClass } from '../scenario.ts';
import { LaneQueue } from './lane-queue.ts';

/** m that a change of lane costs beside the length driven; more on a short lane, where there is little room for one. Own choice. */
const CHANGE_COST = 20;
const CHANGE_ROOM = 600;
/** A bicycle's metre on a lane for cars, in metres on a lane of its own. Own choice. */
const AMONG_CARS = 2;
/** m ahead for which the need to change lane is worked out. */
const FORESIGHT = 2000;
/** m, and factor on the length, that a lane costs which a prescribed route does not mention. */
const ASTRAY = 500;
const ASTRAY_FACTOR = 4;
/** How many destinations' ways are kept. */
const KEPT = 400;

const NONE: readonly number[] = [];

/** How to get to a set of lanes from every lane of the map. Arrays by lane id. Worked out from the map alone: not state. */
export interface Way {
  /** Lanes at whose end it ends, by id. */
  readonly destinations: readonly number[];
  /** m from the start of the lane to the end of a destination, changes of lane included as metres; Infinity where none leads there. */
  readonly cost: Float64Array;
  /** The lane that follows on the best way from the lane's end; -1 at a destination, and where only a change of lane leads on. */
  readonly successor: Int32Array;
  /** The neighbour to change into because the way through it is better (or the only one); -1 where it is best to stay. */
  readonly change: Int32Array;
  /**
   * The next change of lane that the way needs if one starts on the lane and stays as long as one can: 1 to the left, -1 to the
   * right, 0 none within sight; how many in a row; m from the start of the lane to where the last of them has to be over; and m
   * of detour if it does not come to pass (Infinity: there is no other way).
   */
  readonly side: Int8Array;
  readonly changes: Uint8Array;
  readonly room: Float64Array;
  readonly detour: Float64Array;
}

/** Which lanes a class of vehicle may use. */
export function mayDrive(kind: LaneKind, vehicle: TrafficClass): boolean {
  return kind === 'driving' || (kind === 'biking' && vehicle === 'bicycle');
}

/** Finds ways over a map: one search from a set of destinations back serves all who drive there. */
export class Navigator {
  readonly #graph: LaneGraph;
  readonly #sources: readonly string[];
  readonly #queue: LaneQueue;
  readonly #known = new Map<string, Way>();
  #exits: readonly number[] | null = null;

  /** @param sources where lanes come from, by id, for error messages. */
  constructor(graph: LaneGraph, sources: readonly string[] = []) {
    this.#graph = graph;
    this.#sources = sources;
    this.#queue = new LaneQueue(graph.lanes.length);
  }

  /**
   * The way to the end of any of some lanes.
   * @param along lanes of a route to keep to, as long as possible; those beside them count as well. None: the shortest way.
   * @throws RangeError for no lanes, an unknown one, or one that vehicles of the class may not use.
   */
  way(destinations: readonly number[], vehicle: TrafficClass, along: readonly number[] = NONE): Way {
    const sorted = [...new Set(destinations)].sort((a, b) => a - b);
    const bicycle = vehicle === 'bicycle';
    const key = `${bicycle ? 'b' : 'm'} ${sorted.join(' ')} ${along.length > 0 ? `along ${along.join(' ')}` : ''}`;
    const known = this.#known.get(key);
    if (known) return known;
    if (sorted.length === 0) throw new RangeError('a way: expected lanes to go to, got none');
    for (const lane of sorted) this.#check(lane, vehicle);
    for (const lane of along) this.#check(lane, vehicle);
    const way = this.#search(sorted, vehicle, along);
    const oldest = this.#known.size >= KEPT ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, way);
    return way;
  }

  /**
   * @param part what of the plan asks for the way, for the error message.
   * @throws RangeError that names both places when no way leads from the lane to any of the others.
   */
  mustReach(
    part: string,
    from: number,
    to: readonly number[],
    vehicle: TrafficClass,
    along: readonly number[] = NONE,
  ): void {
    let way: Way;
    try {
      this.#check(from, vehicle);
      way = this.way(to, vehicle, along);
    } catch (error) {
      throw new RangeError(`${part}: ${(error as Error).message}`, { cause: error });
    }
    if (way.cost[from] !== Infinity) return;
    const ends = to.map((lane) => this.place(lane)).join(' or ');
    throw new RangeError(
      `${part}: expected a way for a ${vehicle} from ${this.place(from)} to ${ends}, but there is none`,
    );
  }

  /** The lanes by which vehicles leave the map: those that lead nowhere, and have nothing beside them that leads on. By id. */
  get exits(): readonly number[] {
    const { lanes } = this.#graph;
    const ends = (lane: number): boolean => lanes[lane]?.successors.length === 0;
    this.#exits ??= lanes
      .filter(({ id, kind }) => kind === 'driving' && lanesBeside(this.#graph, id).every(ends))
      .map(({ id }) => id);
    return this.#exits;
  }

  /** A lane as people are told of it. */
  place(lane: number): string {
    const source = this.#sources[lane];
    return source ? `lane ${lane} (${source})` : `lane ${lane}`;
  }

  #check(lane: number, vehicle: TrafficClass): void {
    const found = this.#graph.lanes[lane];
    if (!found) {
      const { length } = this.#graph.lanes;
      throw new RangeError(`map ${this.#graph.map.name}: expected a lane of 0..${length - 1}, got ${lane}`);
    }
    if (!mayDrive(found.kind, vehicle)) {
      throw new RangeError(`expected a lane for a ${vehicle}, got ${this.place(lane)}, which is ${found.kind}`);
    }
  }

  /** Dijkstra from the destinations back over successors and neighbours; of equal ways the one over lower ids. */
  #search(destinations: readonly number[], vehicle: TrafficClass, along: readonly number[]): Way {
    const graph = this.#graph;
    const { lanes } = graph;
    const count = lanes.length;
    const bicycle = vehicle === 'bicycle';
    const length = this.#lengths(bicycle, along);
    const cost = new Float64Array(count).fill(Infinity);
    const queue = this.#queue;
    queue.clear();
    for (const lane of destinations) {
      cost[lane] = length(lane);
      queue.push(lane, cost[lane] as number);
    }
    for (let lane = queue.pop(); lane >= 0; lane = queue.pop()) {
      const here = cost[lane] as number;
      const { predecessors } = lanes[lane] as MapLane;
      for (const before of predecessors) {
        if (!mayDrive((lanes[before] as MapLane).kind, vehicle)) continue;
        const total = here + length(before);
        if (total >= (cost[before] as number)) continue;
        cost[before] = total;
        queue.push(before, total);
      }
      for (const beside of this.#intoLane(lane)) {
        if (!mayDrive((lanes[beside] as MapLane).kind, vehicle)) continue;
        const total = here + changeCost(graph.laneLength(beside));
        if (total >= (cost[beside] as number)) continue;
        cost[beside] = total;
        queue.push(beside, total);
      }
    }
    return this.#explain(destinations, cost, length);
  }

  /** What a lane costs, m. */
  #lengths(bicycle: boolean, along: readonly number[]): (lane: number) => number {
    const graph = this.#graph;
    const plain = (lane: number): number =>
      graph.laneLength(lane) * (bicycle && (graph.lanes[lane] as MapLane).kind === 'driving' ? AMONG_CARS : 1);
    if (along.length === 0) return plain;
    const mentioned = new Set(along.flatMap((lane) => lanesBeside(graph, lane)));
    return (lane) => (mentioned.has(lane) ? plain(lane) : ASTRAY + ASTRAY_FACTOR * plain(lane));
  }

  /** The lanes from which one may change into a lane: its neighbours, as far as they know it as theirs. */
  #intoLane(lane: number): number[] {
    const { lanes } = this.#graph;
    const { leftNeighbour, rightNeighbour } = lanes[lane] as MapLane;
    return [leftNeighbour, rightNeighbour].filter(
      (beside): beside is number =>
        beside !== null && (lanes[beside]?.rightNeighbour === lane || lanes[beside]?.leftNeighbour === lane),
    );
  }

  #explain(destinations: readonly number[], cost: Float64Array, length: (lane: number) => number): Way {
    const { lanes } = this.#graph;
    const count = lanes.length;
    const successor = new Int32Array(count).fill(-1);
    const change = new Int32Array(count).fill(-1);
    const detour = new Float64Array(count);
    const ends = new Uint8Array(count);
    for (const lane of destinations) ends[lane] = 1;
    for (let lane = 0; lane < count; lane++) {
      if (cost[lane] === Infinity) continue;
      const { successors, leftNeighbour, rightNeighbour } = lanes[lane] as MapLane;
      let stay = ends[lane] === 1 ? length(lane) : Infinity;
      if (ends[lane] === 0) {
        for (const next of successors) {
          const total = length(lane) + (cost[next] as number);
          if (total >= stay) continue;
          stay = total;
          successor[lane] = next;
        }
      }
      const room = changeCost(this.#graph.laneLength(lane));
      let best = stay;
      for (const beside of [leftNeighbour, rightNeighbour]) {
        if (beside === null || room + (cost[beside] as number) >= best) continue;
        best = room + (cost[beside] as number);
        change[lane] = beside;
      }
      detour[lane] = stay - best;
    }
    return this.#foresee({ destinations, cost, successor, change, detour });
  }

  /** Tells each lane of the change that lies ahead of it. */
  #foresee(found: Pick<Way, 'destinations' | 'cost' | 'successor' | 'change' | 'detour'>): Way {
    const graph = this.#graph;
    const count = graph.lanes.length;
    const { successor, change } = found;
    const sideOf = (lane: number): number => {
      const to = change[lane] as number;
      return to < 0 ? 0 : graph.lanes[lane]?.leftNeighbour === to ? 1 : -1;
    };
    const side = new Int8Array(count);
    const changes = new Uint8Array(count);
    const room = new Float64Array(count).fill(Infinity);
    const detour = new Float64Array(count);
    for (let lane = 0; lane < count; lane++) {
      if (found.cost[lane] === Infinity) continue;
      let at = lane;
      let passed = 0;
      while (at >= 0 && sideOf(at) === 0 && passed < FORESIGHT) {
        passed += graph.laneLength(at);
        at = successor[at] as number;
      }
      if (at < 0 || sideOf(at) === 0) continue;
      const wanted = sideOf(at);
      side[lane] = wanted;
      for (let beside = at; beside >= 0 && sideOf(beside) === wanted && (changes[lane] as number) < 9;) {
        changes[lane] = (changes[lane] as number) + 1;
        beside = change[beside] as number;
      }
      // As long as the lane ahead still has the neighbour that leads on, there is more room.
      let last = at;
      while (at >= 0 && sideOf(at) === wanted && passed < FORESIGHT) {
        passed += graph.laneLength(at);
        last = at;
        at = successor[at] as number;
        if (at >= 0 && (graph.lanes[at]?.junction ?? null) !== null) break;
      }
      room[lane] = passed;
      detour[lane] = found.detour[last] as number;
    }
    return { ...found, side, changes, room, detour };
  }
}

/** A lane and all those of its direction beside it that can be changed into, by id. */
export function lanesBeside(graph: LaneGraph, lane: number): number[] {
  const found = [lane];
  for (const each of found) {
    const { leftNeighbour, rightNeighbour } = graph.lanes[each] ?? { leftNeighbour: null, rightNeighbour: null };
    for (const beside of [leftNeighbour, rightNeighbour]) {
      if (beside !== null && !found.includes(beside)) found.push(beside);
    }
  }
  return found.sort((a, b) => a - b);
}

function changeCost(length: number): number {
  return CHANGE_COST + CHANGE_ROOM / Math.max(length, 1);
}
