import type { LaneKind } from '@gauntlet/agents-sdk/protocol';
import { firstAfter, valueAt, type Along } from './along.ts';
import { CrossSection } from './cross-section.ts';
import type { Effort } from './effort.ts';
import type { Lane, LaneSection } from './lane-section.ts';
import { UNMARKED, type RoadMark } from './road-mark.ts';
import type { Road } from './road.ts';

/** Part of a road along which its lanes stay the same in everything but their shape. */
export interface Stretch {
  readonly road: Road;
  /** Its position among the stretches of the road. */
  readonly index: number;
  /** The lane section it is part of, by its position in ascending order of s. */
  readonly section: number;
  /** m along the road. */
  readonly from: number;
  readonly to: number;
  readonly across: CrossSection;
  /** What each lane of `across` is here; null where nobody moves or the lane has no width. */
  readonly kinds: readonly (LaneKind | null)[];
  /** By edge of `across`: the paint on it. */
  readonly marks: readonly RoadMark[];
}

/** m: lanes that taper below this are not driven on any more, and a car stands in what is left beside them. Own choice. */
const USABLE_WIDTH = 2;
/** m: a lane that comes down to this ends there. */
const NO_WIDTH = 0.1;
/** m: less is no surface. */
const LEAST_WIDTH = 0.02;
/** m between places where a road is divided, other than at its lane sections. */
const LEAST_PIECE = 1;

/**
 * Divides a road at its lane sections and wherever something changes that a lane of the map has only one of.
 * @param lights m along the road, where traffic halts for a light far from the road's ends.
 * @throws MapError where the map takes too much.
 */
export function stretchesOf(road: Road, lights: readonly number[], effort: Effort): Stretch[] {
  const stretches: Stretch[] = [];
  const everywhere = alongTheRoad(road, lights);
  let left: readonly Lane[] = [];
  let right: readonly Lane[] = [];
  road.sections.forEach((section, i) => {
    left = section.left ?? left;
    right = section.right ?? right;
    const from = i === 0 ? 0 : Math.max(0, section.s);
    const to = Math.min(road.length, road.sections[i + 1]?.s ?? road.length);
    if (to <= from) {
      section.reader.warn(`it is left out: it goes from ${from} m to ${to} m of a road of ${road.length} m`);
      return;
    }
    const across = new CrossSection(road, left, right);
    const narrow = across.lanes.map((lane, k) =>
      lane.kind === 'driving' ? narrowRuns(across, k, from, to, effort) : [],
    );
    const cuts = places(section, across, narrow);
    for (let k = firstAfter(everywhere, from); k < everywhere.length && (everywhere[k] as { s: number }).s < to; k++)
      cuts.push((everywhere[k] as { s: number }).s);
    cuts.sort((a, b) => a - b);
    const ends = [from];
    for (const cut of cuts)
      if (cut - (ends[ends.length - 1] as number) >= LEAST_PIECE && to - cut >= LEAST_PIECE) ends.push(cut);
    ends.push(to);
    effort.spendLanes(across.lanes.length * (ends.length - 1), road.reader);
    const marks = marksOf(section, across);
    for (let k = 0; k + 1 < ends.length; k++) {
      const [begin, end] = [ends[k] as number, ends[k + 1] as number];
      const middle = (begin + end) / 2;
      stretches.push({
        road,
        index: stretches.length,
        section: i,
        from: begin,
        to: end,
        across,
        kinds: across.lanes.map((lane, each) => kindAt(across, each, narrow[each] ?? [], [begin, middle, end], lane)),
        marks: marks.map((each) => valueAt(each, middle, UNMARKED)),
      });
    }
  });
  return stretches;
}

type Run = readonly [from: number, to: number];

function kindAt(
  across: CrossSection,
  lane: number,
  narrow: readonly Run[],
  at: readonly number[],
  { kind }: Lane,
): LaneKind | null {
  if (kind === null || at.every((s) => across.width(lane, s) < LEAST_WIDTH)) return null;
  const middle = at[1] as number;
  return narrow.some(([from, to]) => from <= middle && middle <= to) ? 'shoulder' : kind;
}

/** By edge from left to right: the road marks on it. */
function marksOf(section: LaneSection, across: CrossSection): (readonly Along<RoadMark>[])[] {
  const { lanes, leftCount } = across;
  return Array.from({ length: lanes.length + 1 }, (_, edge) => {
    if (edge === leftCount) return section.marks;
    return (edge < leftCount ? lanes[edge] : lanes[edge - 1])?.marks ?? [];
  });
}

/** Where a road has to be divided, whatever its lanes: in ascending order of `s`, m along it. */
function alongTheRoad(road: Road, lights: readonly number[]): { s: number }[] {
  const found = [...lights, ...changes(road.speeds, Object.is)];
  // A ring is divided, so that no lane follows itself.
  const { start, end } = road.links;
  if ([start, end].some((link) => link?.kind === 'road' && link.id === road.id)) found.push(road.length / 2);
  for (const { from, to } of road.objects.tunnels) found.push(from, to);
  for (const sign of road.signals.signals) if (sign.role === 'speed' && sign.speed !== null) found.push(sign.s);
  return found.sort((a, b) => a - b).map((s) => ({ s }));
}

/** m along the road, where a lane section has to be divided. */
function places(section: LaneSection, across: CrossSection, narrow: readonly (readonly Run[])[]): number[] {
  const { lanes } = across;
  const found: number[] = [];
  for (const lane of lanes)
    if (lane.kind === 'driving') found.push(...changes(lane.speeds, Object.is), ...changes(lane.frictions, Object.is));
  marksOf(section, across).forEach((marks, edge) => {
    const [a, b] = [lanes[edge - 1], lanes[edge]];
    if (a?.kind === 'driving' && b?.kind === 'driving' && a.forward === b.forward)
      found.push(...changes(marks, sameMark));
  });
  for (const runs of narrow) for (const run of runs) found.push(...run);
  return found;
}

function changes<T>(values: readonly Along<T>[], same: (a: T, b: T) => boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const { s, value } = values[i] as Along<T>;
    if (i === 0 || !same((values[i - 1] as Along<T>).value, value)) found.push(s);
  }
  return found;
}

function sameMark(a: RoadMark, b: RoadMark): boolean {
  return a.left === b.left && a.right === b.right && a.increase === b.increase && a.decrease === b.decrease;
}

/** m between the places where a lane's width is looked at, and how many they are at most. */
const WIDTH_STEP = 1;
const WIDTH_STEPS = 500;

/** Where a lane is too narrow to be driven because it ends or begins there. */
function narrowRuns(across: CrossSection, lane: number, from: number, to: number, effort: Effort): Run[] {
  const profile = across.lanes[lane]?.width;
  if (profile?.constant && profile.records.every(({ a }) => a >= USABLE_WIDTH)) return [];
  const step = Math.max(WIDTH_STEP, (to - from) / WIDTH_STEPS);
  const at = [from, to];
  for (let s = from + step; s < to; s += step) at.push(s);
  for (const { s } of profile?.records ?? []) if (s > from && s < to) at.push(s);
  at.sort((a, b) => a - b);
  effort.spendPoints(at.length * (profile ? 1 : across.lanes.length), across.road.reader);
  const runs: Run[] = [];
  let begin: number | null = null;
  let closed = false;
  at.forEach((s, i) => {
    const width = across.width(lane, s);
    if (width < USABLE_WIDTH) {
      begin ??= i === 0 ? from : crossing(across, lane, at[i - 1] as number, s);
      closed ||= width < NO_WIDTH;
    } else if (begin !== null) {
      if (closed) runs.push([begin, crossing(across, lane, at[i - 1] as number, s)]);
      begin = null;
      closed = false;
    }
  });
  if (begin !== null && closed) runs.push([begin, to]);
  // A run may itself hold a part without any width, which ends where the lane begins to widen.
  return runs.flatMap((run) => splitAtZero(profile?.records ?? [], run));
}

/** Where a lane passes the usable width between two places on different sides of it, by bisection to a millimetre. */
function crossing(across: CrossSection, lane: number, a: number, b: number): number {
  const narrowAtStart = across.width(lane, a) < USABLE_WIDTH;
  let [low, high] = [a, b];
  while (high - low > 1e-3) {
    const middle = (low + high) / 2;
    if (across.width(lane, middle) < USABLE_WIDTH === narrowAtStart) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function splitAtZero(
  records: readonly { s: number; a: number; b: number; c: number; d: number }[],
  [from, to]: Run,
): Run[] {
  const ends = [from];
  records.forEach(({ s, a, b, c, d }, i) => {
    if (a !== 0 || b !== 0 || c !== 0 || d !== 0) return;
    for (const end of [s, records[i + 1]?.s ?? to])
      if (end > (ends[ends.length - 1] as number) && end < to) ends.push(end);
  });
  ends.push(to);
  return ends.slice(1).map((end, i) => [ends[i] as number, end]);
}
