import type { MapDescription, MapLane } from '../protocol/map.ts';

/** A place on a lane. */
export interface LanePlace {
  readonly lane: number;
  /** m along the lane's centre. */
  readonly along: number;
  /** m beside it, absolute. */
  readonly offset: number;
}

interface IndexedLane {
  readonly lane: MapLane;
  readonly length: number;
  readonly box: { readonly minX: number; readonly maxX: number; readonly minY: number; readonly maxY: number };
}

/** m beside a centre line that still count as on the lane. */
const REACH = 3;
/** What a difference in heading weighs against an offset: opposite directions are as far as this many metres. */
const HEADING_WEIGHT = 8;

/** The driving lanes of a briefing's map, to be asked where things are. World frame. */
export class LaneIndex {
  readonly #lanes: IndexedLane[];
  readonly #byId = new Map<number, IndexedLane>();

  constructor(map: MapDescription) {
    this.#lanes = map.lanes.filter(({ kind }) => kind === 'driving').map(index);
    for (const each of this.#lanes) this.#byId.set(each.lane.id, each);
  }

  lane(id: number): MapLane | undefined {
    return this.#byId.get(id)?.lane;
  }

  /** m along the centre; 0 for an unknown lane. */
  length(id: number): number {
    return this.#byId.get(id)?.length ?? 0;
  }

  /** The lane that something at a place with a heading (rad) most likely drives in, or null when none is within 3 m. */
  locate(x: number, y: number, heading: number): LanePlace | null {
    let best: LanePlace | null = null;
    let least = Infinity;
    const hx = Math.cos(heading);
    const hy = Math.sin(heading);
    for (const { lane, box } of this.#lanes) {
      if (x < box.minX - REACH || x > box.maxX + REACH || y < box.minY - REACH || y > box.maxY + REACH) continue;
      const { centre } = lane;
      let before = 0;
      for (let i = 0; i + 5 < centre.length; i += 3) {
        const ax = centre[i] as number;
        const ay = centre[i + 1] as number;
        const dx = (centre[i + 3] as number) - ax;
        const dy = (centre[i + 4] as number) - ay;
        const length = Math.hypot(dx, dy);
        if (length === 0) continue;
        const on = Math.max(0, Math.min(length, ((x - ax) * dx + (y - ay) * dy) / length));
        const offset = Math.hypot(x - ax - (on * dx) / length, y - ay - (on * dy) / length);
        const cost = offset + (HEADING_WEIGHT / 2) * (1 - (hx * dx + hy * dy) / length);
        if (offset <= REACH && cost < least) {
          least = cost;
          best = { lane: lane.id, along: before + on, offset };
        }
        before += length;
      }
    }
    return best;
  }
}

function index(lane: MapLane): IndexedLane {
  const { centre } = lane;
  const box = { minX: Infinity, maxX: -Infinity, minY: Infinity, maxY: -Infinity };
  let length = 0;
  for (let i = 0; i + 2 < centre.length; i += 3) {
    const x = centre[i] as number;
    const y = centre[i + 1] as number;
    box.minX = Math.min(box.minX, x);
    box.maxX = Math.max(box.maxX, x);
    box.minY = Math.min(box.minY, y);
    box.maxY = Math.max(box.maxY, y);
    if (i > 0) length += Math.hypot(x - (centre[i - 3] as number), y - (centre[i - 2] as number));
  }
  return { lane, length, box };
}
