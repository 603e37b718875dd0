import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import type { RoadSurface } from './road-surface.ts';

/** Longest distance of two points of an edge, m: it is compared with the land between them. */
const SPACING = 6;
/** How far outside of a boundary one looks for the next lane, m. */
const PROBE = 0.35;
/** Surfaces farther apart in height than this do not join, m. */
const STEP = 1.5;

/** One boundary of a lane, and what lies beyond it. */
export interface LaneEdge {
  readonly lane: MapLane;
  readonly side: 'left' | 'right';
  /** The boundary, flat [x, y, z, ...], in the lane's direction, in steps of a few metres at most. */
  readonly line: readonly number[];
  /** Unit vectors away from the lane at each point, flat [x, y, ...]. */
  readonly outward: readonly number[];
  /** Lane id at each point, or -1 where there is none. */
  readonly beyond: readonly number[];
}

/** Both boundaries of every lane. */
export function laneEdges(map: MapDescription, surface: RoadSurface): LaneEdge[] {
  return map.lanes.flatMap((lane) => [edge(lane, 'left', surface), edge(lane, 'right', surface)]);
}

function edge(lane: MapLane, side: 'left' | 'right', surface: RoadSurface): LaneEdge {
  const line = subdivide(lane[side]);
  const outward: number[] = [];
  const beyond: number[] = [];
  const points = line.length / 3;
  for (let i = 0; i < points; i++) {
    const a = 3 * Math.max(0, i - 1);
    const b = 3 * Math.min(points - 1, i + 1);
    const [dx, dy] = [line[b]! - line[a]!, line[b + 1]! - line[a + 1]!];
    const length = Math.hypot(dx, dy) || 1;
    const sign = side === 'left' ? 1 : -1;
    const [nx, ny] = [(-dy / length) * sign, (dx / length) * sign];
    outward.push(nx, ny);
    // The end points lie on seams with what comes before and after: looked at a little inside.
    const inset = i === 0 ? 0.05 : i === points - 1 ? -0.05 : 0;
    const x = line[3 * i]! + nx * PROBE + (dx / length) * inset;
    const y = line[3 * i + 1]! + ny * PROBE + (dy / length) * inset;
    let found = -1;
    surface.at(x, y, (id, z) => {
      if (id !== lane.id && found < 0 && Math.abs(z - line[3 * i + 2]!) < STEP) found = id;
    });
    beyond.push(found);
  }
  return { lane, side, line, outward, beyond };
}

/** The pieces of an edge, at least two points long, whose points all fit. A piece reaches from point `from` to `to`, both included. */
export function runs(edge: LaneEdge, fits: (beyond: number, i: number) => boolean): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = -1;
  for (let i = 0; i <= edge.beyond.length; i++) {
    const inside = i < edge.beyond.length && fits(edge.beyond[i]!, i);
    if (inside && from < 0) from = i;
    if (inside || from < 0) continue;
    if (i - from > 1) found.push({ from, to: i - 1 });
    from = -1;
  }
  return found;
}

/** The points of an edge from one to another, moved outwards and up, m. */
export function piece(edge: LaneEdge, from: number, to: number, out: number, up: number): number[] {
  const points: number[] = [];
  for (let i = from; i <= to; i++) {
    points.push(
      edge.line[3 * i]! + edge.outward[2 * i]! * out,
      edge.line[3 * i + 1]! + edge.outward[2 * i + 1]! * out,
      edge.line[3 * i + 2]! + up,
    );
  }
  return points;
}

/** The same polyline with points added where two are far apart. */
function subdivide(line: readonly number[]): number[] {
  const points = line.slice(0, 3);
  for (let i = 3; i < line.length; i += 3) {
    const steps = Math.ceil(Math.hypot(line[i]! - line[i - 3]!, line[i + 1]! - line[i - 2]!) / SPACING) || 1;
    for (let n = 1; n <= steps; n++)
      for (let k = 0; k < 3; k++) points.push(line[i - 3 + k]! + ((line[i + k]! - line[i - 3 + k]!) * n) / steps);
  }
  return points;
}
