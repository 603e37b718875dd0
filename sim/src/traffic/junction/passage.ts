import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { hypot, wrapAngle } from '../../math.ts';
import type { LaneGraph, Pose } from '../../road/lane-graph.ts';

/** What stands at the end of the lane that leads to a passage. */
export type Sign = 'none' | 'yield' | 'stop';

/**
 * A way through a junction as far as it needs one permission: lanes of the junction in a row, up to where they leave it or join
 * another of its lanes. Lengths in m, measured from the start of its first lane; angles in rad.
 */
export interface Passage {
  readonly id: number;
  readonly junction: number;
  /** The lane that leads to it, or -1 when it begins where a road user already is. */
  readonly approach: number;
  readonly lanes: readonly number[];
  readonly bases: readonly number[];
  readonly length: number;
  /** Whether it begins inside of its junction: such traffic goes before what enters. */
  readonly inside: boolean;
  readonly sign: Sign;
  /** m before its start where vehicles stand that have to wait. */
  readonly stopLine: number;
  /** The signal that governs it, or null. */
  readonly signal: number | null;
  /** Direction of travel at its start, and how far it turns, positive to the left. */
  readonly heading: number;
  readonly turn: number;
  /** m/s: the limit there and before it, and speeds in its tightest bend that are brisk and that are careful. */
  readonly limit: number;
  readonly brisk: number;
  readonly careful: number;
  /** Points along it for the search of conflicts. */
  readonly track: Track;
}

/** Points along a passage and some way before and behind it, every `STEP` m. */
export interface Track {
  readonly count: number;
  /** m along the passage; negative on its approach, more than its length behind it. */
  readonly s: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly heading: Float64Array;
  /** 1/m, positive turns left; measured over a few metres. */
  readonly curvature: Float64Array;
}

/** m between the points of a track, and m of the lanes before and behind the passage that belong to it. */
export const STEP = 0.5;
const BEFORE = 5;
const BEHIND = 6;
/** m before and behind a point over which its curvature is measured, for surveyed lanes have kinks that no vehicle feels. */
const WINDOW = 2;
/** m/s2 sideways of a brisk and of a careful driver; m/s that no bend asks to go below. */
const BRISK = 3.5;
const CAREFUL = 1.6;
const LEAST_SPEED = 2.5;

interface Node {
  passage: Passage | null;
  readonly next: Map<number, Node>;
}

/** The passages of a map, each made when it is first driven. They follow from the map alone: not state. */
export class Passages {
  readonly #graph: LaneGraph;
  readonly #root: Node = { passage: null, next: new Map() };
  readonly #from = new Map<number, readonly Passage[]>();
  readonly #on = new Map<number, readonly Passage[]>();
  readonly #leading = new Map<number, readonly number[]>();
  readonly #ofJunction = new Map<number, readonly Passage[]>();
  #count = 0;

  constructor(graph: LaneGraph) {
    this.#graph = graph;
  }

  /** Whether a passage begins with a lane that is driven into from another. */
  begins(before: number, lane: number): boolean {
    const { lanes } = this.#graph;
    const entered = lanes[lane] as MapLane;
    if (entered.junction === null) return false;
    const left = lanes[before];
    if (left?.junction !== entered.junction || left.yields || entered.signal !== null) return true;
    return entered.predecessors.length > 1;
  }

  /**
   * The passage that begins with `path[index]`, a lane of a junction.
   * @param approach the lane before it, or -1.
   */
  of(approach: number, path: readonly number[], index: number): Passage {
    const { lanes } = this.#graph;
    const first = path[index] as number;
    const junction = (lanes[first] as MapLane).junction;
    let node = descend(descend(this.#root, approach), first);
    let end = index + 1;
    for (; end < path.length; end++) {
      const lane = path[end] as number;
      if (lanes[lane]?.junction !== junction || this.begins(path[end - 1] as number, lane)) break;
      node = descend(node, lane);
    }
    return (node.passage ??= this.#make(approach, path.slice(index, end)));
  }

  /** The lanes of a passage before one of its lanes: there is one way only to have come to it, unless it begins there. */
  leadingTo(lane: number): readonly number[] {
    let row = this.#leading.get(lane);
    if (!row) {
      const found: number[] = [];
      for (let at = lane; ;) {
        const before = this.#graph.lanes[at]?.predecessors[0];
        if (before === undefined || this.begins(before, at) || found.includes(before) || before === lane) break;
        found.unshift(before);
        at = before;
      }
      row = found;
      this.#leading.set(lane, row);
    }
    return row;
  }

  /** Every passage that may be driven into from the end of a lane. */
  from(lane: number): readonly Passage[] {
    return this.#all(this.#from, lane, (grow) => {
      for (const next of (this.#graph.lanes[lane] as MapLane).successors)
        if (this.begins(lane, next)) grow(lane, [next]);
    });
  }

  /** Every passage that a road user of unknown way may be on who is on a lane of a junction. */
  on(lane: number): readonly Passage[] {
    return this.#all(this.#on, lane, (grow) => grow(-1, [...this.leadingTo(lane), lane]));
  }

  #all(
    known: Map<number, readonly Passage[]>,
    lane: number,
    start: (grow: (approach: number, row: readonly number[]) => void) => void,
  ): readonly Passage[] {
    const listed = known.get(lane);
    if (listed) return listed;
    const { lanes } = this.#graph;
    const found: Passage[] = [];
    const grow = (approach: number, row: readonly number[]): void => {
      const last = row[row.length - 1] as number;
      const on = (lanes[last] as MapLane).successors.filter(
        (next) => lanes[next]?.junction === lanes[last]?.junction && !this.begins(last, next) && !row.includes(next),
      );
      if (on.length === 0) found.push(this.of(approach, row, 0));
      else for (const next of on) grow(approach, [...row, next]);
    };
    start(grow);
    known.set(lane, found);
    return found;
  }

  /** Every passage of a junction that begins with the lane that is driven into. */
  ofJunction(junction: number): readonly Passage[] {
    let all = this.#ofJunction.get(junction);
    if (!all) {
      const found: Passage[] = [];
      for (const lane of this.#graph.lanes) {
        if (lane.junction !== junction) continue;
        for (const before of lane.predecessors) {
          if (!this.begins(before, lane.id)) continue;
          for (const passage of this.from(before)) if (passage.lanes[0] === lane.id) found.push(passage);
        }
      }
      all = found;
      this.#ofJunction.set(junction, all);
    }
    return all;
  }

  #make(approach: number, row: readonly number[]): Passage {
    const graph = this.#graph;
    const { lanes } = graph;
    const first = lanes[row[0] as number] as MapLane;
    const before = lanes[approach];
    const bases: number[] = [];
    let length = 0;
    let limit = before?.speedLimit ?? 0;
    for (const lane of row) {
      bases.push(length);
      length += graph.laneLength(lane);
      limit = Math.max(limit, (lanes[lane] as MapLane).speedLimit);
    }
    const track = this.#track(approach, row, bases, length);
    let [tightest, turn] = [1e-6, 0];
    for (let i = 0; i < track.count; i++) {
      if ((track.s[i] as number) < 0 || (track.s[i] as number) > length) continue;
      tightest = Math.max(tightest, Math.abs(track.curvature[i] as number));
      if (i > 0) turn += wrapAngle((track.heading[i] as number) - (track.heading[i - 1] as number));
    }
    return {
      id: this.#count++,
      junction: first.junction as number,
      approach,
      lanes: row,
      bases,
      length,
      inside: before === undefined || before.junction === first.junction,
      sign: before?.stops ? 'stop' : before?.yields ? 'yield' : 'none',
      stopLine: before?.stopLine ?? 0,
      signal: first.signal,
      heading: graph.pose(row[0] as number, 0).heading,
      turn,
      limit,
      brisk: Math.max(LEAST_SPEED, Math.sqrt(BRISK / tightest)),
      careful: Math.max(LEAST_SPEED, Math.sqrt(CAREFUL / tightest)),
      track,
    };
  }

  #track(approach: number, row: readonly number[], bases: readonly number[], length: number): Track {
    const graph = this.#graph;
    const from = approach < 0 ? 0 : -Math.min(BEFORE, graph.laneLength(approach));
    const last = graph.lanes[row[row.length - 1] as number] as MapLane;
    const exit = last.successors.find((lane) => graph.lanes[lane]?.junction !== last.junction);
    const to = length + (exit === undefined ? 0 : Math.min(BEHIND, graph.laneLength(exit)));
    const count = Math.max(2, Math.ceil((to - from) / STEP) + 1);
    const track = {
      count,
      s: new Float64Array(count),
      x: new Float64Array(count),
      y: new Float64Array(count),
      z: new Float64Array(count),
      heading: new Float64Array(count),
      curvature: new Float64Array(count),
    };
    const pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };
    let k = 0;
    for (let i = 0; i < count; i++) {
      const s = from + ((to - from) * i) / (count - 1);
      while (k + 1 < row.length && s >= (bases[k + 1] as number)) k++;
      if (s < 0) graph.pose(approach, graph.laneLength(approach) + s, 0, pose);
      else if (s > length && exit !== undefined) graph.pose(exit, s - length, 0, pose);
      else graph.pose(row[k] as number, s - (bases[k] as number), 0, pose);
      track.s[i] = s;
      track.x[i] = pose.x;
      track.y[i] = pose.y;
      track.z[i] = pose.z;
      track.heading[i] = pose.heading;
    }
    const reach = Math.round(WINDOW / STEP);
    for (let i = 0; i < count; i++) {
      const a = Math.max(0, Math.min(count - 1 - reach, i) - reach);
      const b = Math.min(count - 1, Math.max(reach, i) + reach);
      const turn = wrapAngle((track.heading[b] as number) - (track.heading[a] as number));
      const chord = hypot(
        (track.x[b] as number) - (track.x[a] as number),
        (track.y[b] as number) - (track.y[a] as number),
      );
      track.curvature[i] = turn / Math.max(chord, STEP);
    }
    return track;
  }
}

function descend(node: Node, lane: number): Node {
  let next = node.next.get(lane);
  if (!next) {
    next = { passage: null, next: new Map() };
    node.next.set(lane, next);
  }
  return next;
}
