import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import type { LaneGraph } from '../../road/lane-graph.ts';
import type { Conflicts, Zone } from './conflicts.ts';
import type { Size } from './swath.ts';
import type { Passage, Passages } from './passage.ts';

/** m before a zone where a vehicle stands that has to wait for it. */
export const BEFORE_ZONE = 0.5;
/** m of lanes before a junction on which those are looked for who drive by no rules of ours. */
const REACH = 110;

/** A lane that leads to a junction. */
export interface Feeder {
  readonly lane: number;
  /** The last lane before the junction. */
  readonly approach: number;
  /** m from the start of the lane to that of the junction. */
  readonly distance: number;
}

/** What does not change about a junction's ways: where one waits, whom one may meet. Each is worked out once. */
export class Approaches {
  readonly #graph: LaneGraph;
  readonly #passages: Passages;
  readonly #conflicts: Conflicts;
  readonly #lines = new Map<number, number>();
  readonly #zones = new Map<number, number>();
  readonly #meets = new Map<number, boolean>();
  readonly #feeders = new Map<number, readonly Feeder[]>();
  readonly #lanes = new Map<number, readonly number[]>();
  readonly #signed = new Map<number, boolean>();
  readonly #allStop = new Map<number, boolean>();

  constructor(graph: LaneGraph, passages: Passages, conflicts: Conflicts) {
    this.#graph = graph;
    this.#passages = passages;
    this.#conflicts = conflicts;
  }

  /** Whether anything on a passage can make one wait: a signal, or a zone shared with traffic from elsewhere. */
  matters(passage: Passage): boolean {
    let meets = this.#meets.get(passage.id);
    if (meets === undefined) {
      meets = passage.signal !== null || this.#first(passage, 2, 2) !== Infinity;
      this.#meets.set(passage.id, meets);
    }
    return meets;
  }

  /**
   * m along a passage where its first zone begins that is shared with cars from elsewhere; Infinity when there is none. Where
   * lorries sweep over more of it, one waits further back only when one comes.
   */
  firstZone(passage: Passage, size: Size): number {
    const key = passage.id * 3 + size;
    let first = this.#zones.get(key);
    if (first === undefined) {
      first = this.#first(passage, size, 1);
      this.#zones.set(key, first);
    }
    return first;
  }

  #first(passage: Passage, size: Size, otherSize: Size): number {
    let first = Infinity;
    for (const other of this.#passages.ofJunction(passage.junction)) {
      const zone = this.#conflicts.between(passage, size, other, otherSize);
      if (contested(zone)) first = Math.min(first, zone.own[0]);
    }
    return first;
  }

  /**
   * m along a passage where one stands who is not let in: at the stop line, not in the first zone; in a ring, before that zone.
   * At most as far back as the track reaches.
   */
  line(passage: Passage, size: Size): number {
    const key = passage.id * 3 + size;
    let line = this.#lines.get(key);
    if (line === undefined) {
      const zone = this.firstZone(passage, size) - BEFORE_ZONE;
      const atStart = passage.approach >= 0 && (!passage.inside || passage.signal !== null);
      line = Math.min(zone, atStart ? -passage.stopLine : passage.length);
      this.#lines.set(key, line);
    }
    return line;
  }

  /** Whether a passage is on the way that goes first by signs: in a ring, or where others have to yield. */
  isMajor(passage: Passage): boolean {
    if (passage.inside) return true;
    if (passage.sign !== 'none') return false;
    let signed = this.#signed.get(passage.junction);
    if (signed === undefined) {
      signed = this.#passages.ofJunction(passage.junction).some(({ sign }) => sign !== 'none');
      this.#signed.set(passage.junction, signed);
    }
    return signed;
  }

  /** Whether everybody has to stop at a junction's lines. */
  allStop(junction: number): boolean {
    let all = this.#allStop.get(junction);
    if (all === undefined) {
      all = this.#passages.ofJunction(junction).every(({ sign }) => sign === 'stop');
      this.#allStop.set(junction, all);
    }
    return all;
  }

  /** The lanes of a junction. */
  lanes(junction: number): readonly number[] {
    let lanes = this.#lanes.get(junction);
    if (!lanes) {
      lanes = this.#graph.lanes.filter((lane) => lane.junction === junction).map(({ id }) => id);
      this.#lanes.set(junction, lanes);
    }
    return lanes;
  }

  /** The lanes outside of a junction that lead to it. */
  feeders(junction: number): readonly Feeder[] {
    let found = this.#feeders.get(junction);
    if (!found) {
      found = this.#findFeeders(junction);
      this.#feeders.set(junction, found);
    }
    return found;
  }

  #findFeeders(junction: number): Feeder[] {
    const { lanes } = this.#graph;
    const found: Feeder[] = [];
    const add = (lane: number, approach: number, after: number): void => {
      if (found.some((known) => known.lane === lane && known.approach === approach)) return;
      const distance = after + this.#graph.laneLength(lane);
      found.push({ lane, approach, distance });
      if (distance > REACH) return;
      for (const before of (lanes[lane] as MapLane).predecessors) {
        if (lanes[before]?.junction !== junction) add(before, approach, distance);
      }
    };
    for (const inside of this.lanes(junction)) {
      for (const before of (lanes[inside] as MapLane).predecessors) {
        if (lanes[before]?.junction !== junction) add(before, before, 0);
      }
    }
    return found;
  }
}

/** Whether the zone makes one of the two wait for the other. */
export function contested(zone: Zone | null): zone is Zone {
  return zone !== null && zone.kind !== 'diverging';
}
