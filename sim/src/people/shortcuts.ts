import { cos, hypot, sin } from '../math.ts';
import type { LaneGraph } from '../road/lane-graph.ts';
import type { Pavements } from './pavements.ts';

/** A straight way over a road from pavement to pavement, and the lanes it leads over. */
export interface Shortcut {
  readonly a: { readonly lane: number; readonly s: number };
  readonly b: { readonly lane: number; readonly s: number };
  readonly lanes: readonly { readonly lane: number; readonly from: number; readonly to: number }[];
}

/** m: between two shortcuts; from the ends of a pavement; widest road; from any crossing. */
const SPACING = 20;
const ENDS = 15;
const WIDEST = 28;
const FROM_CROSSING = 15;
/** m/s: on faster roads nobody walks across. */
const FASTEST = 17;
/** m along the way between the places looked at; m beside it that count as crossed. */
const STEP = 0.5;
const BESIDE = 1;

/** Where people may be tempted to walk straight over a road. */
export function shortcuts(graph: LaneGraph, pavements: Pavements): Shortcut[] {
  const found: Shortcut[] = [];
  for (const lane of pavements.lanes) {
    const length = graph.laneLength(lane);
    for (let s = ENDS; s < length - ENDS; s += SPACING) {
      for (const side of [1, -1] as const) {
        const shortcut = across(graph, pavements, lane, s, side);
        // Each is found from both sides.
        if (shortcut && shortcut.b.lane > lane) found.push(shortcut);
      }
    }
  }
  return found;
}

function across(graph: LaneGraph, pavements: Pavements, lane: number, s: number, side: 1 | -1): Shortcut | null {
  const start = graph.pose(lane, s);
  const dx = -side * sin(start.heading);
  const dy = side * cos(start.heading);
  const edge = graph.width(lane, s) / 2;
  const lanes = new Map<number, { lane: number; from: number; to: number }>();
  let refused = false;
  for (let d = edge; d < WIDEST; d += STEP) {
    const [x, y] = [start.x + d * dx, start.y + d * dy];
    if (nearCrossing(graph, x, y)) return null;
    const onRoad = graph.contains(x, y);
    const [other] = onRoad ? [] : pavements.near(x, y, 3, lane);
    if (other && other.distance <= graph.width(other.lane, other.s) / 2) {
      if (lanes.size === 0 || refused) return null;
      return { a: { lane, s }, b: { lane: other.lane, s: other.s }, lanes: [...lanes.values()] };
    }
    if (onRoad)
      graph.touching(x, y, 0, (id, point) => {
        const { junction, speedLimit, tunnel } = graph.lanes[id] as LaneGraph['lanes'][number];
        refused ||= junction !== null || tunnel || speedLimit > FASTEST;
        const known = lanes.get(id);
        const [from, to] = [point.s - BESIDE, point.s + BESIDE];
        lanes.set(id, { lane: id, from: Math.min(from, known?.from ?? from), to: Math.max(to, known?.to ?? to) });
      });
    // Away from the road, or behind it without a pavement.
    if (refused || (lanes.size === 0 && d > edge + 6)) return null;
  }
  return null;
}

function nearCrossing(graph: LaneGraph, x: number, y: number): boolean {
  return graph.map.crossings.some(({ axis }) => {
    const [ax = 0, ay = 0, , bx = 0, by = 0] = axis;
    const [ux, uy] = [bx - ax, by - ay];
    const t = Math.min(1, Math.max(0, ((x - ax) * ux + (y - ay) * uy) / Math.max(1e-9, ux * ux + uy * uy)));
    return hypot(x - ax - t * ux, y - ay - t * uy) < FROM_CROSSING;
  });
}
