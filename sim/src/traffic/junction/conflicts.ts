import type { LaneGraph } from '../../road/lane-graph.ts';
import { STEP, type Passage, type Track } from './passage.ts';
import { sweep, type Size, type Swath } from './swath.ts';

/** m left between two swaths. */
const MARGIN = 0.35;
/** m between two levels of a road. */
const LEVELS = 3;

/**
 * Where the swaths of two passages overlap: m along the one and along the other. `crossing`: one has to have left it before the
 * other comes. `merging`: they lead into one lane; the second follows the first. `diverging`: they start together; the first is
 * ahead of the second from the start.
 */
export interface Zone {
  readonly kind: 'crossing' | 'merging' | 'diverging';
  readonly own: readonly [number, number];
  readonly other: readonly [number, number];
}

/** Finds the zones between passages, each once. They follow from the map alone: not state. */
export class Conflicts {
  readonly #graph: LaneGraph;
  /** By passage, then by the other one and both sizes. */
  readonly #zones: Map<number, Zone | null>[] = [];
  readonly #swaths = new Map<number, Swath>();

  constructor(graph: LaneGraph) {
    this.#graph = graph;
  }

  /** The zone that two passages of one junction share, or null. Works out its mirror image at once. */
  between(own: Passage, ownSize: Size, other: Passage, otherSize: Size): Zone | null {
    const row = (this.#zones[own.id] ??= new Map());
    const key = 9 * other.id + 3 * otherSize + ownSize;
    const known = row.get(key);
    if (known !== undefined) return known;
    const zone = this.#find(own, ownSize, other, otherSize);
    row.set(key, zone);
    const mirror = zone && { kind: zone.kind, own: zone.other, other: zone.own };
    (this.#zones[other.id] ??= new Map()).set(9 * own.id + 3 * ownSize + otherSize, mirror);
    return zone;
  }

  #find(own: Passage, ownSize: Size, other: Passage, otherSize: Size): Zone | null {
    if (own === other || own.junction !== other.junction || this.#inRow(own, other)) return null;
    const a = this.#swath(own, ownSize);
    const b = this.#swath(other, otherSize);
    if (Math.max(a.left, b.left) > Math.min(a.right, b.right) + MARGIN) return null;
    if (Math.max(a.bottom, b.bottom) > Math.min(a.top, b.top) + MARGIN) return null;
    const shift = shiftBetween(own, other);
    if (shift !== null) return this.#fork(own, a, other, b, shift);
    const zone = overlap(own.track, a, other.track, b);
    if (!zone) return null;
    const merging = this.#join(own, other);
    if (!merging) return { kind: 'crossing', ...zone };
    return {
      kind: 'merging',
      own: [zone.own[0], own.length],
      other: [zone.other[0], other.length],
    };
  }

  /** Whether one goes on where the other ends. */
  #inRow(a: Passage, b: Passage): boolean {
    const follows = (first: Passage, then: Passage): boolean =>
      this.#graph.lanes[last(first)]?.successors.includes(then.lanes[0] as number) ?? false;
    return shiftBetween(a, b) === null && (follows(a, b) || follows(b, a));
  }

  /** Whether both lead into one lane. */
  #join(a: Passage, b: Passage): boolean {
    if (last(a) === last(b)) return true;
    const to = this.#graph.lanes[last(b)]?.successors ?? [];
    return this.#graph.lanes[last(a)]?.successors.some((lane) => to.includes(lane)) ?? false;
  }

  /** Passages of one stream overlap up to where their ways have forked. */
  #fork(own: Passage, a: Swath, other: Passage, b: Swath, shift: number): Zone | null {
    if (this.#join(own, other)) return { kind: 'diverging', own: [0, own.length], other: [0, other.length] };
    const k = Math.max(0, own.lanes.indexOf(other.lanes[0] as number));
    const j = Math.max(0, other.lanes.indexOf(own.lanes[0] as number));
    let shared = Math.max(0, shift);
    for (let i = 0; k + i < own.lanes.length && own.lanes[k + i] === other.lanes[j + i]; i++) {
      shared = own.bases[k + i + 1] ?? own.length;
    }
    const zone = overlap(own.track, a, other.track, b, shared, shared - shift);
    return {
      kind: 'diverging',
      own: [0, Math.max(shared, zone?.own[1] ?? 0)],
      other: [0, Math.max(shared - shift, zone?.other[1] ?? 0)],
    };
  }

  #swath(passage: Passage, size: Size): Swath {
    const key = passage.id * 3 + size;
    let swath = this.#swaths.get(key);
    if (!swath) {
      swath = sweep(passage, size);
      this.#swaths.set(key, swath);
    }
    return swath;
  }
}

/**
 * m to be added to a place along the second passage to get the same place along the first, when their vehicles come one behind the
 * other: from one approach, or because one begins in a lane of the other; else null.
 */
export function shiftBetween(a: Passage, b: Passage): number | null {
  const inA = a.lanes.indexOf(b.lanes[0] as number);
  if (inA >= 0) return a.bases[inA] as number;
  const inB = b.lanes.indexOf(a.lanes[0] as number);
  if (inB >= 0) return -(b.bases[inB] as number);
  return a.approach >= 0 && a.approach === b.approach ? 0 : null;
}

function last(passage: Passage): number {
  return passage.lanes[passage.lanes.length - 1] as number;
}

/**
 * The stretches over which two swaths overlap.
 * @param aFrom, bFrom for tracks that fork: from where on; the search ends where they have come apart. Else all of them counts.
 */
function overlap(
  a: Track,
  aSwath: Swath,
  b: Track,
  bSwath: Swath,
  aFrom = -Infinity,
  bFrom = -Infinity,
): { own: [number, number]; other: [number, number] } | null {
  const own: [number, number] = [Infinity, -Infinity];
  const other: [number, number] = [Infinity, -Infinity];
  const forks = aFrom > -Infinity;
  for (let i = 0; i < a.count; i++) {
    const [s, x, y, z] = [a.s[i] as number, a.x[i] as number, a.y[i] as number, a.z[i] as number];
    if (s < aFrom) continue;
    if (forks && s > Math.max(own[1], aFrom) + 2 * STEP) break;
    for (let j = 0; j < b.count; j++) {
      const t = b.s[j] as number;
      if (t < bFrom) continue;
      const dx = (b.x[j] as number) - x;
      const dy = (b.y[j] as number) - y;
      const apart = dx * dx + dy * dy;
      if (apart > 64 || Math.abs((b.z[j] as number) - z) > LEVELS) continue;
      const otherIsLeft = dy * (aSwath.cos[i] as number) - dx * (aSwath.sin[i] as number) > 0;
      const ownIsLeft = dx * (bSwath.sin[j] as number) - dy * (bSwath.cos[j] as number) > 0;
      const reach =
        ((otherIsLeft ? aSwath.toLeft[i] : aSwath.toRight[i]) as number) +
        ((ownIsLeft ? bSwath.toLeft[j] : bSwath.toRight[j]) as number) +
        MARGIN;
      if (apart >= reach * reach) continue;
      if (s < own[0]) own[0] = s;
      if (s > own[1]) own[1] = s;
      if (t < other[0]) other[0] = t;
      if (t > other[1]) other[1] = t;
    }
  }
  return own[1] >= own[0] ? { own, other } : null;
}
