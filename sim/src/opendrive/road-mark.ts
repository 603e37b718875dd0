import type { LaneMarking } from '@gauntlet/agents-sdk/protocol';
import { sorted, type Along } from './along.ts';
import type { Reader } from './attributes.ts';

/** The paint on the boundary between two lanes. */
export interface RoadMark {
  /** As seen from the lane on the left of it, in the direction of the road, and from the one on its right. */
  readonly left: LaneMarking;
  readonly right: LaneMarking;
  /** Whether one may change over it towards higher lane ids (to the left), and towards lower ones. */
  readonly increase: boolean;
  readonly decrease: boolean;
}

export const UNMARKED: RoadMark = { left: 'none', right: 'none', increase: true, decrease: true };

/** What a word of a road mark's type paints, and whether it may be crossed. */
const PAINT: Readonly<Record<string, { marking: LaneMarking; crossable: boolean }>> = {
  none: { marking: 'none', crossable: true },
  solid: { marking: 'solid', crossable: false },
  broken: { marking: 'broken', crossable: true },
  'botts dots': { marking: 'broken', crossable: true },
  curb: { marking: 'none', crossable: false },
  grass: { marking: 'none', crossable: false },
  edge: { marking: 'none', crossable: false },
};

const CHANGES: Readonly<Record<string, { increase: boolean; decrease: boolean }>> = {
  both: { increase: true, decrease: true },
  increase: { increase: true, decrease: false },
  decrease: { increase: false, decrease: true },
  none: { increase: false, decrease: false },
};

/** The road marks of a lane. @param from m along the road, where its lane section begins. */
export function readRoadMarks(lane: Reader, laneId: number, from: number): Along<RoadMark>[] {
  return sorted(
    lane.children('roadMark').map((element) => {
      const reader = lane.at(element, 'road mark');
      return { s: from + reader.number('sOffset', { missing: 0 }), value: readRoadMark(reader, laneId) };
    }),
  );
}

function readRoadMark(reader: Reader, laneId: number): RoadMark {
  const type = reader.text('type') ?? 'none';
  // "solid broken" goes from the inside to the outside of the road, on the centre lane from left to right.
  const words = PAINT[type] ? [type] : type.split(' ');
  const [inner, outer = inner] = words.map((word) => PAINT[word]);
  if (!inner || !outer || words.length > 2) {
    reader.gather(`a road mark of type "${type}" is taken as a solid line`);
    return { left: 'solid', right: 'solid', increase: false, decrease: false };
  }
  const [left, right] = laneId > 0 ? [outer, inner] : [inner, outer];
  const stated = reader.text('laneChange');
  const change = stated === undefined ? undefined : CHANGES[stated];
  if (stated !== undefined && !change)
    reader.warn(`laneChange is left out: expected ${Object.keys(CHANGES).join(', ')}, got "${stated}"`);
  return {
    left: left.marking,
    right: right.marking,
    // Who is on the right of the line crosses it to the left, towards higher ids, past the line's right half.
    ...(change ?? { increase: right.crossable, decrease: left.crossable }),
  };
}
