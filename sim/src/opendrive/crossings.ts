import type { MapCrossing, MapSignal } from '@gauntlet/agents-sdk/protocol';
import { cos, hypot, sin } from '../math.ts';
import { roadPoint } from './cross-section.ts';
import type { Piece } from './piece.ts';
import type { Crosswalk } from './road-object.ts';
import type { Road } from './road.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle: `along` is the direction that people walk in. */
interface Rectangle {
  readonly middle: Point;
  /** Unit vector. */
  readonly along: Point;
  /** m */
  readonly length: number;
  readonly width: number;
  readonly z: number;
}

/** m: what is smaller or larger is a mistake of the file. */
const LEAST_SIDE = 0.1;
const MOST_SIDE = 200;
/** A lane for vehicles, and the box that its middle lies in: x and y, least and most, m. */
interface WheelLane {
  readonly lane: number;
  readonly centre: readonly number[];
  readonly bounds: readonly [minX: number, minY: number, maxX: number, maxY: number];
}

/** @param lanes the pieces of the map, in the order of their ids. */
export function wheelLanes(lanes: readonly Piece[]): WheelLane[] {
  return lanes.flatMap(({ kind, shape }, lane): WheelLane[] => {
    if (!shape || (kind !== 'driving' && kind !== 'biking')) return [];
    const { centre } = shape;
    const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < centre.length; i += 3) {
      const x = centre[i] as number;
      const y = centre[i + 1] as number;
      bounds[0] = Math.min(bounds[0], x);
      bounds[1] = Math.min(bounds[1], y);
      bounds[2] = Math.max(bounds[2], x);
      bounds[3] = Math.max(bounds[3], y);
    }
    return [{ lane, centre, bounds }];
  });
}

function isNear([minX, minY, maxX, maxY]: WheelLane['bounds'], { middle, length, width }: Rectangle): boolean {
  const radius = hypot(length, width) / 2;
  return (
    middle.x >= minX - radius && middle.x <= maxX + radius && middle.y >= minY - radius && middle.y <= maxY + radius
  );
}

/** m of height within which a lane is on the level of a crosswalk and not on a bridge over it. */
const LEVEL = 3;
/** m from an end of a crosswalk within which the heads for its walkers stand. */
const SIGNAL_REACH = 5;

/**
 * A crosswalk as people and vehicles see it: the line that people walk along, and where each lane for wheels passes it.
 * @param lanes of the map. @param signals of the map.
 * @returns null, with a warning, where it crosses no lane.
 */
export function crossingOf(
  road: Road,
  crosswalk: Crosswalk,
  id: number,
  lanes: readonly WheelLane[],
  signals: readonly MapSignal[],
): MapCrossing | null {
  const { reader } = crosswalk;
  const corners = cornersOf(road, crosswalk);
  const z = roadPoint(road, clampS(road, crosswalk), crosswalk.t, 0).z;
  const edge = longestEdge(corners);
  if (!edge) {
    reader.warn('the crosswalk is left out: its corners all lie at one place');
    return null;
  }
  const [one, other] = [rectangleOf(corners, edge, z), rectangleOf(corners, { x: -edge.y, y: edge.x }, z)];
  const sides = [one.length, one.width];
  if (!sides.every((side) => side > LEAST_SIDE && side < MOST_SIDE)) {
    const size = sides.map((side) => `${side.toFixed(2)} m`).join(' by ');
    reader.warn(`the crosswalk is left out: expected sides of ${LEAST_SIDE} to ${MOST_SIDE} m, got ${size}`);
    return null;
  }
  const passed = lanes.flatMap(({ lane, centre, bounds }) => {
    const span = isNear(bounds, one) ? passing(centre, one) : null;
    return span ? [{ lane, ...span }] : [];
  });
  if (passed.length === 0) {
    reader.warn('the crosswalk is left out: it crosses no lane for vehicles');
    return null;
  }
  // People walk across the lanes, so along that side of the rectangle which is the less parallel to them.
  const parallel = (direction: Point): number =>
    passed.reduce((sum, { direction: lane }) => sum + Math.abs(lane.x * direction.x + lane.y * direction.y), 0);
  const rectangle = parallel(one.along) <= parallel(other.along) ? one : other;
  const axis = [...end(rectangle, -0.5), ...end(rectangle, 0.5)];
  return {
    id,
    axis,
    width: rectangle.width,
    lanes: passed.map(({ lane, from, to }) => ({ lane, from, to })),
    signal: signalAt(axis, signals),
  };
}

function clampS(road: Road, { s }: Crosswalk): number {
  return Math.min(road.length, Math.max(0, s));
}

function cornersOf(road: Road, crosswalk: Crosswalk): Point[] {
  if (crosswalk.road.length >= 3) return crosswalk.road.map(({ s, t }) => roadPoint(road, s, t, 0));
  const origin = roadPoint(road, clampS(road, crosswalk), crosswalk.t, 0);
  const heading = origin.heading + crosswalk.heading;
  const [c, s] = [cos(heading), sin(heading)];
  return crosswalk.local.map(({ u, v }) => ({ x: origin.x + u * c - v * s, y: origin.y + u * s + v * c }));
}

/** The direction of the longest side of a polygon. */
function longestEdge(corners: readonly Point[]): Point | null {
  let best: Point | null = null;
  let most = 1e-6;
  corners.forEach((corner, i) => {
    const next = corners[(i + 1) % corners.length] as Point;
    const length = hypot(next.x - corner.x, next.y - corner.y);
    if (!(length > most)) return;
    most = length;
    best = { x: (next.x - corner.x) / length, y: (next.y - corner.y) / length };
  });
  return best;
}

/** The smallest rectangle of a direction that holds all corners. */
function rectangleOf(corners: readonly Point[], along: Point, z: number): Rectangle {
  const [first] = corners as [Point];
  let [minA, maxA, minB, maxB] = [0, 0, 0, 0];
  for (const { x, y } of corners) {
    const a = (x - first.x) * along.x + (y - first.y) * along.y;
    const b = (y - first.y) * along.x - (x - first.x) * along.y;
    [minA, maxA] = [Math.min(minA, a), Math.max(maxA, a)];
    [minB, maxB] = [Math.min(minB, b), Math.max(maxB, b)];
  }
  const [a, b] = [(minA + maxA) / 2, (minB + maxB) / 2];
  const middle = { x: first.x + a * along.x - b * along.y, y: first.y + a * along.y + b * along.x };
  return { middle, along, length: maxA - minA, width: maxB - minB, z };
}

function end({ middle, along, length, z }: Rectangle, share: number): [number, number, number] {
  return [middle.x + share * length * along.x, middle.y + share * length * along.y, z];
}

/** From where to where, m along it, the middle of a lane lies in a rectangle, and which way it goes there. */
function passing(
  centre: readonly number[],
  rectangle: Rectangle,
): { from: number; to: number; direction: Point } | null {
  const { middle, along, length, width, z } = rectangle;
  let done = 0;
  let from = Infinity;
  let to = -Infinity;
  let direction: Point = { x: 0, y: 0 };
  for (let i = 3; i < centre.length; i += 3) {
    const dx = (centre[i] as number) - (centre[i - 3] as number);
    const dy = (centre[i + 1] as number) - (centre[i - 2] as number);
    const step = hypot(dx, dy);
    if (Math.abs((centre[i - 1] as number) - z) <= LEVEL) {
      const px = (centre[i - 3] as number) - middle.x;
      const py = (centre[i - 2] as number) - middle.y;
      const inside = clip(
        [px * along.x + py * along.y, dx * along.x + dy * along.y, length / 2],
        [py * along.x - px * along.y, dy * along.x - dx * along.y, width / 2],
      );
      if (inside) {
        from = Math.min(from, done + inside[0] * step);
        to = Math.max(to, done + inside[1] * step);
        direction = { x: dx / step, y: dy / step };
      }
    }
    done += step;
  }
  return to > from ? { from, to, direction } : null;
}

/** Which part of a segment, 0..1, lies within a rectangle. Each axis: where it begins, how far it goes, half the side. */
function clip(...axes: readonly (readonly [start: number, delta: number, half: number])[]): [number, number] | null {
  let [low, high] = [0, 1];
  for (const [start, delta, half] of axes) {
    if (delta === 0) {
      if (Math.abs(start) > half) return null;
      continue;
    }
    const [a, b] = [(-half - start) / delta, (half - start) / delta];
    low = Math.max(low, Math.min(a, b));
    high = Math.min(high, Math.max(a, b));
  }
  return low < high ? [low, high] : null;
}

/** The pedestrians' head that is nearest to an end of a crosswalk. */
function signalAt(axis: readonly number[], signals: readonly MapSignal[]): number | null {
  let best: number | null = null;
  let least = SIGNAL_REACH;
  for (const { id, kind, position } of signals) {
    if (kind !== 'pedestrian') continue;
    for (const i of [0, 3]) {
      const distance = hypot(position[0] - (axis[i] as number), position[1] - (axis[i + 1] as number));
      if (distance >= least) continue;
      least = distance;
      best = id;
    }
  }
  return best;
}
