import { atan2, cos, hypot, sin } from '../math.ts';

/** A place on a reference line and its direction: m, m, rad. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
}

/** Points along a line that lanes are laid beside, in driving order. */
export type ReferenceLine = readonly LinePoint[];

/** m between points where the line bends, where it bends so widely that fewer do, and where it does not bend. */
const CURVE_SPACING = 1.5;
const WIDE_SPACING = 5;
const STRAIGHT_SPACING = 10;

/** @param length m, positive. */
export function straightLine(from: LinePoint, length: number): ReferenceLine {
  const parts = Math.max(1, Math.ceil(length / STRAIGHT_SPACING));
  const c = cos(from.heading);
  const s = sin(from.heading);
  return Array.from({ length: parts + 1 }, (_, i) => {
    const d = (length * i) / parts;
    return { x: from.x + d * c, y: from.y + d * s, heading: from.heading };
  });
}

/**
 * A circular arc.
 * @param radius m, positive turns left, negative right.
 * @param length m along the arc, positive.
 */
export function arcLine(from: LinePoint, radius: number, length: number): ReferenceLine {
  // A chord leaves its arc by spacing^2 / (8 radius): wide arcs need fewer points for the same 5 mm.
  const spacing = Math.max(CURVE_SPACING, Math.min(WIDE_SPACING, Math.sqrt(0.04 * Math.abs(radius))));
  const parts = Math.max(2, Math.ceil(length / spacing));
  const centreX = from.x - radius * sin(from.heading);
  const centreY = from.y + radius * cos(from.heading);
  return Array.from({ length: parts + 1 }, (_, i) => {
    const heading = from.heading + (length * i) / parts / radius;
    return { x: centreX + radius * sin(heading), y: centreY - radius * cos(heading), heading };
  });
}

/** A smooth curve from one pose to another: a cubic Hermite curve whose tangents are as long as the distance between them. */
export function joinLine(from: LinePoint, to: LinePoint): ReferenceLine {
  const chord = hypot(to.x - from.x, to.y - from.y);
  const parts = Math.max(4, Math.ceil(chord / CURVE_SPACING));
  const ax = chord * cos(from.heading);
  const ay = chord * sin(from.heading);
  const bx = chord * cos(to.heading);
  const by = chord * sin(to.heading);
  return Array.from({ length: parts + 1 }, (_, i) => {
    if (i === 0) return from;
    if (i === parts) return to;
    const t = i / parts;
    const u = 1 - t;
    const p0 = (1 + 2 * t) * u * u;
    const p1 = t * t * (3 - 2 * t);
    const m0 = t * u * u;
    const m1 = -t * t * u;
    const d = 6 * t * u;
    const d0 = u * (1 - 3 * t);
    const d1 = t * (3 * t - 2);
    return {
      x: p0 * from.x + p1 * to.x + m0 * ax + m1 * bx,
      y: p0 * from.y + p1 * to.y + m0 * ay + m1 * by,
      heading: atan2(d * (to.y - from.y) + d0 * ay + d1 * by, d * (to.x - from.x) + d0 * ax + d1 * bx),
    };
  });
}

/** The last point of a line. */
export function endOf(line: ReferenceLine): LinePoint {
  const end = line[line.length - 1];
  if (!end) throw new RangeError('a reference line needs points: it has none');
  return end;
}

/** The point beside a place, `left` m to its left, with the same direction. */
export function beside(point: LinePoint, left: number): LinePoint {
  return {
    x: point.x - left * sin(point.heading),
    y: point.y + left * cos(point.heading),
    heading: point.heading,
  };
}
