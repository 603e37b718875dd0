import type { LaneMarking, MapCrossing, MapDescription } from '@gauntlet/agents-sdk/protocol';
import type { Ground } from '../ground/ground.ts';
import { crossSection, type CrossSection } from '../ground/lane-shape.ts';
import type { RoadSurface } from '../ground/road-surface.ts';
import type { Approach, Turn } from '../ground/turns.ts';
import { dashes, StripBuilder } from './ribbon.ts';

const LINE_WIDTH = 0.15;
const DASH = 3;
const GAP = 5;
/** m above the road. */
const RAISE = 0.015;
/** Depth of a stop line along the road, m. */
const STOP_LINE = 0.4;
/** Width of a zebra crossing's bars and of what lies between two of them, m. */
const BAR = 0.5;
/** m from the stop line back to the middle of an arrow. */
const ARROW_BACK = 7;

/** All that is painted white: lines, stop and give-way lines, crossings, arrows. */
export function paintMarkings({ map, surface, approaches }: Ground): StripBuilder {
  const paint = new StripBuilder();
  const painted = new Set<string>();
  for (const lane of map.lanes) {
    paintLine(paint, painted, lane.left, lane.leftMarking);
    paintLine(paint, painted, lane.right, lane.rightMarking);
  }
  for (const approach of approaches) {
    const section = crossSection(approach.lane, approach.stop);
    if (!section) continue;
    if (approach.signals.length > 0 || approach.lane.stops) paintStopLine(paint, section);
    else paintGiveWay(paint, section);
    const { leftNeighbour, rightNeighbour } = approach.lane;
    if ((leftNeighbour !== null || rightNeighbour !== null) && approach.stop > 2 * ARROW_BACK)
      paintArrow(paint, approach);
  }
  for (const crossing of map.crossings) paintZebra(paint, crossing, surface, map.lanes);
  return paint;
}

/** Neighbours share a boundary: it is painted once, or the dashes of opposite lanes would fill each other's gaps. */
function paintLine(paint: StripBuilder, painted: Set<string>, boundary: readonly number[], marking: LaneMarking): void {
  const points = boundary.length / 3;
  if (marking === 'none' || points < 2) return;
  const round = (x: number, y: number): string => `${Math.round(x * 4)} ${Math.round(y * 4)}`;
  const at = (i: number): string => round(boundary[3 * i]!, boundary[3 * i + 1]!);
  const [low, high] = [Math.floor((points - 1) / 2), Math.ceil((points - 1) / 2)];
  const middle = round(
    (boundary[3 * low]! + boundary[3 * high]!) / 2,
    (boundary[3 * low + 1]! + boundary[3 * high + 1]!) / 2,
  );
  const key = [...[at(0), at(points - 1)].sort(), middle].join('|');
  if (painted.has(key)) return;
  painted.add(key);
  const pieces = marking === 'solid' ? [boundary] : dashes(boundary, DASH, GAP);
  for (const piece of pieces) paint.along(piece, LINE_WIDTH, RAISE);
}

/** The axes of a cross-section in the plane: across from right to left, ahead along the lane. */
function axes({ left, right }: CrossSection): { width: number; across: readonly number[]; ahead: readonly number[] } {
  const width = Math.hypot(left[0] - right[0], left[1] - right[1]);
  const across = [(left[0] - right[0]) / (width || 1), (left[1] - right[1]) / (width || 1)];
  return { width, across, ahead: [across[1]!, -across[0]!] };
}

/** A bar that begins where vehicles stand. */
function paintStopLine(paint: StripBuilder, section: CrossSection): void {
  const { left, right } = section;
  const { width, ahead } = axes(section);
  if (width < 1) return;
  const moved = ([x, y, z]: readonly [number, number, number], by: number) => [
    x + ahead[0]! * by,
    y + ahead[1]! * by,
    z,
  ];
  paint.strip([...moved(left, 0), ...moved(left, STOP_LINE)], [...moved(right, 0), ...moved(right, STOP_LINE)], RAISE);
}

/** A row of triangles across the lane, pointing at who comes. */
function paintGiveWay(paint: StripBuilder, section: CrossSection): void {
  const { right: from, left: to } = section;
  const { width, across, ahead } = axes(section);
  if (width < 1) return;
  const teeth = Math.floor((width - 0.4) / 0.75);
  for (let i = 0; i < teeth; i++) {
    const start = (width - teeth * 0.75) / 2 + i * 0.75 + 0.12;
    const at = (along: number, behind: number) => [
      from[0] + across[0]! * along - ahead[0]! * behind,
      from[1] + across[1]! * along - ahead[1]! * behind,
      from[2] + ((to[2] - from[2]) * along) / width + RAISE,
    ];
    paint.triangle(at(start, 0.1), at(start + 0.5, 0.1), at(start + 0.25, 0.75));
  }
}

/** Outlines of arrows, in m to the front and to the left of their middle. */
const SHAFT = { straight: [-1.6, 1], left: [-1.6, 0.4], right: [-1.6, 0.4] } as const;

function paintArrow(paint: StripBuilder, { lane, stop, turns }: Approach): void {
  const section = crossSection(lane, stop - ARROW_BACK);
  if (!section) return;
  const { left, right } = section;
  const { ahead, across } = axes(section);
  const middle = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2, (left[2] + right[2]) / 2];
  const next = crossSection(lane, stop - ARROW_BACK + 2);
  const rise = next ? ((next.left[2] + next.right[2]) / 2 - middle[2]!) / 2 : 0;
  const at = (x: number, y: number) => [
    middle[0]! + ahead[0]! * x + across[0]! * y,
    middle[1]! + ahead[1]! * x + across[1]! * y,
    middle[2]! + rise * x + RAISE,
  ];
  const quad = (a: number[], b: number[], c: number[], d: number[]) => {
    paint.triangle(a, b, c);
    paint.triangle(a, c, d);
  };
  for (const turn of turns) {
    const [from, to] = SHAFT[turn];
    quad(at(from, 0.1), at(from, -0.1), at(to, -0.1), at(to, 0.1));
    if (turn === 'straight') paint.triangle(at(1, 0.32), at(1, -0.32), at(2.2, 0));
    else paintHook(turn, at, quad, paint);
  }
}

/** The bent end of an arrow to the side. */
function paintHook(
  turn: Exclude<Turn, 'straight'>,
  at: (x: number, y: number) => number[],
  quad: (a: number[], b: number[], c: number[], d: number[]) => void,
  paint: StripBuilder,
): void {
  const side = turn === 'left' ? 1 : -1;
  quad(at(0.4, 0.1 * side), at(0.4, -0.1 * side), at(0.85, 0.55 * side), at(0.65, 0.7 * side));
  paint.triangle(at(1.1, 0.45 * side), at(0.35, 0.75 * side), at(1.15, 1.15 * side));
}

/** Bars in the direction of the road, side by side along the way of those who cross; none on a refuge between carriageways. */
function paintZebra(
  paint: StripBuilder,
  { axis, width }: MapCrossing,
  surface: RoadSurface,
  lanes: MapDescription['lanes'],
): void {
  const [x, y, z, ex, ey, ez] = axis as [number, number, number, number, number, number];
  const length = Math.hypot(ex - x, ey - y);
  if (length < BAR) return;
  const [ax, ay] = [(ex - x) / length, (ey - y) / length];
  const bars = Math.max(1, Math.floor((length + BAR) / (2 * BAR)));
  const first = (length - (2 * bars - 1) * BAR) / 2;
  const point = (along: number, out: number): number[] => {
    const [px, py] = [x + ax * along - ay * out, y + ay * along + ax * out];
    const straight = z + ((ez - z) * along) / length;
    return [px, py, surface.nearest(px, py, straight, 2) ?? straight];
  };
  for (let i = 0; i < bars; i++) {
    const from = first + 2 * BAR * i;
    const [mx, my] = point(from + BAR / 2, 0) as [number, number];
    let refuge = false;
    surface.at(mx, my, (lane) => (refuge ||= lanes[lane]?.kind === 'median'));
    if (refuge) continue;
    const side = (along: number) => [-0.5, 0, 0.5].flatMap((share) => point(along, share * width));
    paint.strip(side(from), side(from + BAR), RAISE + 0.005);
  }
}
