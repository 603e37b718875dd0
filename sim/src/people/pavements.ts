import { hypot } from '../math.ts';
import { newLanePoint, type LaneGraph } from '../road/lane-graph.ts';

/** m: the side of a cell. */
const CELL = 20;
/** m between the places of a straight way that are looked at. */
const STEP = 0.25;

/** A place on a pavement: m along the lane, m from its middle. */
export interface PavementPlace {
  readonly lane: number;
  readonly s: number;
  readonly distance: number;
}

/** The pavements of a map, to be found by place. */
export class Pavements {
  /** Ids of the lanes, in order. */
  readonly lanes: readonly number[];
  readonly #graph: LaneGraph;
  /** Lanes by cell; only looked up. */
  readonly #cells = new Map<string, number[]>();

  constructor(graph: LaneGraph) {
    this.#graph = graph;
    this.lanes = graph.lanes.filter(({ kind }) => kind === 'sidewalk').map(({ id }) => id);
    for (const lane of this.lanes) {
      const length = graph.laneLength(lane);
      for (let s = 0; s <= length + CELL / 4; s += CELL / 4) {
        const { x, y } = graph.pose(lane, Math.min(s, length));
        const cell = key(Math.floor(x / CELL), Math.floor(y / CELL));
        const list = this.#cells.get(cell);
        if (!list) this.#cells.set(cell, [lane]);
        else if (list[list.length - 1] !== lane) list.push(lane);
      }
    }
  }

  /** Pavements whose middle comes within `reach` m (at most 12) of a place, by distance, then by id; `except` is left out. */
  near(x: number, y: number, reach: number, except = -1): PavementPlace[] {
    const lanes = new Set<number>();
    const [column, row] = [Math.floor(x / CELL), Math.floor(y / CELL)];
    for (let j = row - 1; j <= row + 1; j++)
      for (let i = column - 1; i <= column + 1; i++)
        for (const lane of this.#cells.get(key(i, j)) ?? []) if (lane !== except) lanes.add(lane);
    const point = newLanePoint();
    const found: PavementPlace[] = [];
    for (const lane of [...lanes].sort((a, b) => a - b)) {
      this.#graph.project(lane, x, y, point);
      if (point.distance <= reach) found.push({ lane, s: point.s, distance: point.distance });
    }
    return found.sort((a, b) => a.distance - b.distance || a.lane - b.lane);
  }

  /** Whether the straight way between two places, less `skip` m at its start, leads over no lane made for wheels. */
  isClear(x: number, y: number, u: number, v: number, skip = 0): boolean {
    const length = hypot(u - x, v - y);
    for (let d = skip; d < length; d += STEP) {
      const t = d / length;
      if (this.#graph.contains(x + t * (u - x), y + t * (v - y))) return false;
    }
    return true;
  }
}

function key(column: number, row: number): string {
  return `${column}/${row}`;
}
