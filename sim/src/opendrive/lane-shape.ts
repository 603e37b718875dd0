import { hypot } from '../math.ts';
import { firstAfter } from './along.ts';
import type { CrossSection } from './cross-section.ts';
import type { Effort } from './effort.ts';
import { LIMITS } from './limits.ts';
import type { CubicRecord } from './profile.ts';
import type { Stretch } from './stretch.ts';

/** Flat polylines x, y, z, in the direction of the road; `left` is the edge on the left of that direction. */
export interface LaneShape {
  readonly centre: number[];
  readonly left: number[];
  readonly right: number[];
  /** Whether the lane bends more tightly than it is wide, so that its middle runs backwards somewhere. */
  readonly folds: boolean;
}

/** m by which a polyline leaves the curve it stands for at most (5 mm are promised). */
const CHORD_ERROR = 0.004;
/** m between points: on level road, and where its height changes. */
const LEVEL_STEP = 10;
const SLOPE_STEP = 5;
/** m: nothing is divided into shorter steps, and what the file divides more finely is taken together. */
const LEAST_STEP = 0.05;
/** m between points of a lane's middle. */
const LEAST_POINT = 1e-3;
/** m by which a middle runs backwards before that is worth a warning. */
const FOLD = 0.02;

/**
 * Where lanes of a stretch run.
 * @param which indices of lanes in its cross-section.
 * @returns for each its shape, or null where it has no length.
 */
export function layOut(stretch: Stretch, which: readonly number[], effort: Effort): (LaneShape | null)[] {
  if (which.length === 0) return [];
  const rows = sample(stretch, which, effort);
  return which.map((_, k) => shapeOf(rows, k));
}

type Row = Float64Array;

function sample(stretch: Stretch, which: readonly number[], effort: Effort): Row[] {
  const { across, from } = stretch;
  const row = (s: number): Row => {
    effort.spendPoints(across.lanes.length + ROW_COST, across.road.reader);
    const values = new Float64Array(6 * which.length);
    across.write(s, which, values);
    if (!values.every((value) => Math.abs(value) <= LIMITS.extent))
      across.road.reader.fail(`lanes within ${LIMITS.extent} m of the origin`, `a point beyond at s = ${s} m`);
    return values;
  };
  const step = level(across) ? LEVEL_STEP : SLOPE_STEP;
  const rows = [row(from)];
  /** Adds rows up to `b`, so many that chords between them leave the lanes' edges by no more than they may. */
  const refine = (a: number, b: number, after: Row): void => {
    const before = rows[rows.length - 1] as Row;
    const error = Math.max(...SHARES.map((share) => apart(row(a + share * (b - a)), before, after, share)));
    // The error of a chord goes with the square of its length.
    const parts = Math.min(MOST_PARTS, Math.ceil(Math.sqrt(error / CHORD_ERROR)), Math.floor((b - a) / LEAST_STEP));
    if (parts <= 1) rows.push(after);
    else divide(a, b, after, parts);
  };
  const divide = (a: number, b: number, after: Row, parts: number): void => {
    for (let k = 1; k <= parts; k++) {
      const end = k === parts ? b : a + ((b - a) * k) / parts;
      refine(a + ((b - a) * (k - 1)) / parts, end, k === parts ? after : row(end));
    }
  };
  const ends = breaks(stretch, which);
  for (let i = 0; i + 1 < ends.length; i++) {
    const [begin, end] = [ends[i] as number, ends[i + 1] as number];
    divide(begin, end, row(end), Math.ceil((end - begin) / step));
  }
  return rows;
}

/** What a row costs beside its lanes, in their points. */
const ROW_COST = 8;

/** Where between two rows their chords are compared with the lanes' edges. */
const SHARES = [0.25, 0.5, 0.75] as const;
/** Into how many parts a step is divided at once: no more, for an estimate from afar may be wrong. */
const MOST_PARTS = 16;

function level({ road }: CrossSection): boolean {
  return road.elevation.constant && road.superelevation.zero && road.crossfall.left.zero && road.crossfall.right.zero;
}

/** m, at most, between the points of a row and those on the chords between two others. */
function apart(row: Row, before: Row, after: Row, share: number): number {
  let most = 0;
  for (let i = 0; i < row.length; i += 3) {
    const dx = off(row, before, after, share, i);
    const dy = off(row, before, after, share, i + 1);
    const dz = off(row, before, after, share, i + 2);
    most = Math.max(most, dx * dx + dy * dy + dz * dz);
  }
  return Math.sqrt(most);
}

function off(row: Row, before: Row, after: Row, share: number, i: number): number {
  const a = before[i] as number;
  return (row[i] as number) - a - share * ((after[i] as number) - a);
}

/** m along the road: where the stretch begins and ends, and between where the formula of anything that shapes it changes. */
function breaks({ across, from, to }: Stretch, which: readonly number[]): number[] {
  const { road, lanes, leftCount } = across;
  const found: number[] = [];
  const add = (records: readonly { readonly s: number }[]): void => {
    for (let i = firstAfter(records, from); i < records.length; i++) {
      const { s } = records[i] as CubicRecord;
      if (s >= to) break;
      found.push(s);
    }
  };
  for (const { records } of [
    road.elevation,
    road.superelevation,
    road.crossfall.left,
    road.crossfall.right,
    road.laneOffset,
  ])
    add(records);
  add(road.plan.breaks);
  // The edges of a lane depend on every lane between it and the middle.
  const first = Math.min(leftCount, ...which);
  const last = Math.max(leftCount - 1, ...which);
  for (let i = first; i <= last; i++) {
    const lane = lanes[i];
    add(lane?.width?.records ?? []);
    add(lane?.border?.records ?? []);
    add(lane?.heights ?? []);
  }
  found.sort((a, b) => a - b);
  const ends = [from];
  for (const s of found) if (s - (ends[ends.length - 1] as number) > LEAST_STEP && to - s > LEAST_STEP) ends.push(s);
  ends.push(to);
  return ends;
}

function shapeOf(rows: readonly Row[], k: number): LaneShape | null {
  const last = rows[rows.length - 1] as Row;
  const kept: Row[] = [];
  let folds = false;
  // Where the middle would run backwards, in a bend tighter than the lane is wide, it goes straight on instead.
  const follows = (before: Row, row: Row): boolean => {
    const back = backwards(before, row, k);
    folds ||= back && distance(before, row, k) > FOLD;
    return !back && distance(before, row, k) >= LEAST_POINT;
  };
  for (const row of rows) {
    const before = kept[kept.length - 1];
    if (!before || follows(before, row)) kept.push(row);
  }
  // What follows begins at the last row: it takes the place of those that are in its way.
  if (kept[kept.length - 1] !== last) {
    while (kept.length > 1 && !follows(kept[kept.length - 1] as Row, last)) kept.pop();
    if (distance(kept[0] as Row, last, k) < LEAST_POINT) return null;
    kept.push(last);
  }
  const shape = { centre: [] as number[], left: [] as number[], right: [] as number[] };
  for (const row of kept) {
    for (let i = 0; i < 3; i++) {
      shape.left.push(row[6 * k + i] as number);
      shape.right.push(row[6 * k + 3 + i] as number);
      shape.centre.push(middle(row, k, i));
    }
  }
  return { ...shape, folds };
}

/** m in the plane between the middles of a lane in two rows. */
function distance(a: Row, b: Row, k: number): number {
  return hypot(middle(b, k, 0) - middle(a, k, 0), middle(b, k, 1) - middle(a, k, 1));
}

/** Whether the middle of a lane goes from one row to the next against the direction that its cross-section says. */
function backwards(before: Row, row: Row, k: number): boolean {
  const toLeftX = (row[6 * k] as number) - (row[6 * k + 3] as number);
  const toLeftY = (row[6 * k + 1] as number) - (row[6 * k + 4] as number);
  const dx = middle(row, k, 0) - middle(before, k, 0);
  const dy = middle(row, k, 1) - middle(before, k, 1);
  return dx * toLeftY - dy * toLeftX < 0;
}

function middle(row: Row, k: number, axis: number): number {
  return ((row[6 * k + axis] as number) + (row[6 * k + 3 + axis] as number)) / 2;
}
