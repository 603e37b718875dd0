/** What lies side by side on a road. Widths in m. */

/** OpenDRIVE's types of lanes, those that our maps use. */
export type LaneType = 'driving' | 'shoulder' | 'sidewalk' | 'median' | 'biking' | 'roadWorks';

/** The line painted along a boundary, or a kerb there. */
export type Mark = 'none' | 'solid' | 'broken' | 'solid solid' | 'curb';

export interface LaneSpec {
  readonly type: LaneType;
  /** Its name among the lanes of its side, for one that is added between others. */
  readonly key?: string;
  /** m */
  readonly width: Measure;
  /** Along its outer boundary, the one away from lane 0. */
  readonly mark: Mark;
  /** km/h, where it is not that of the road. */
  readonly speed?: number;
  /** Tyre-road friction, where it is not that of the whole scenario. */
  readonly friction?: number;
}

/** A stretch of a road within which the number of lanes does not change. */
export interface LaneSection {
  /** m along the road where it begins. */
  readonly s: number;
  /** From lane 0 outwards: lanes 1, 2, ... and -1, -2, ... */
  readonly left: readonly LaneSpec[];
  readonly right: readonly LaneSpec[];
  /** On lane 0, between them. */
  readonly centre: Mark;
  /** m from the reference line to lane 0, to the left; or from the start to the end of the section. */
  readonly offset?: Measure;
}

/** A number; or what it is at the start and the end of a section, between which it changes smoothly. */
export type Measure = number | readonly [start: number, end: number];

/** The lane of an id, as OpenDRIVE counts them. */
export function laneOf(section: LaneSection, id: number): LaneSpec {
  const lane = id > 0 ? section.left[id - 1] : section.right[-id - 1];
  if (!lane) throw new RangeError(`there is no lane ${id} in the section at ${section.s} m`);
  return lane;
}

/** All lanes of one side with their ids, from lane 0 outwards. */
export function lanesOf(section: LaneSection, side: 'left' | 'right'): { id: number; lane: LaneSpec }[] {
  const sign = side === 'left' ? 1 : -1;
  return section[side].map((lane, i) => ({ id: sign * (i + 1), lane }));
}

/** m from the reference line, to the left, of a lane's inner edge at one end of its section. */
export function innerEdge(section: LaneSection, id: number, end: 'start' | 'end'): number {
  const within = (id > 0 ? section.left : section.right).slice(0, Math.abs(id) - 1);
  const offset = at(section.offset ?? 0, end);
  return offset + Math.sign(id) * within.reduce((sum, lane) => sum + widthAt(lane, end), 0);
}

export function outerEdge(section: LaneSection, id: number, end: 'start' | 'end'): number {
  return innerEdge(section, id, end) + Math.sign(id) * widthAt(laneOf(section, id), end);
}

export function widthAt({ width }: LaneSpec, end: 'start' | 'end'): number {
  return at(width, end);
}

function at(measure: Measure, end: 'start' | 'end'): number {
  return typeof measure === 'number' ? measure : measure[end === 'start' ? 0 : 1];
}

/**
 * The lane of another section that a lane goes on as: the one of its key; without one, of the same side and type, and as many of
 * that type further in. So a lane that is added or ends outside of the others leaves their links as they are. Null where it begins
 * or ends.
 */
export function counterpart(of: LaneSection, id: number, other: LaneSection): number | null {
  const side = id > 0 ? 'left' : 'right';
  const { type, key } = laneOf(of, id);
  const same = ({ lane }: { lane: LaneSpec }): boolean => lane.type === type && lane.key === key;
  const rank = lanesOf(of, side)
    .filter(same)
    .findIndex((entry) => entry.id === id);
  return lanesOf(other, side).filter(same)[rank]?.id ?? null;
}
