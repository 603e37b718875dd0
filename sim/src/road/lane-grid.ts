import type { LaneGeometry } from './lane-geometry.ts';

/** Stands for the last segment of any lane. */
const EVERY = 0x3fffffff;
/** m: the side of a cell. */
const CELL = 12;

/**
 * Finds the lanes near a place. Each cell lists, in order of id, the lanes whose surface comes within reach of any place in it, and
 * which of their segments do.
 */
export class LaneGrid {
  readonly #reach: number;
  readonly #count: number;
  readonly #left: number;
  readonly #bottom: number;
  readonly #columns: number;
  readonly #rows: number;
  /** Cell i lists `#entries` from `#starts[i]` up to, not including, `#starts[i + 1]`: lane, first segment, last segment. */
  readonly #starts: Int32Array;
  readonly #entries: Int32Array;

  /** @param reach m beyond the surface of a lane. */
  constructor(lanes: readonly LaneGeometry[], reach: number) {
    this.#reach = reach;
    this.#count = lanes.length;
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const lane of lanes) {
      const margin = reach + lane.halfWidth;
      for (const x of lane.x) [left, right] = [Math.min(left, x - margin), Math.max(right, x + margin)];
      for (const y of lane.y) [bottom, top] = [Math.min(bottom, y - margin), Math.max(top, y + margin)];
    }
    this.#left = left;
    this.#bottom = bottom;
    this.#columns = Math.max(1, Math.ceil((right - left) / CELL));
    this.#rows = Math.max(1, Math.ceil((top - bottom) / CELL));

    const cells: number[][] = Array.from({ length: this.#columns * this.#rows }, () => []);
    for (const lane of lanes) this.#enter(lane, cells);
    this.#starts = new Int32Array(cells.length + 1);
    cells.forEach((cell, i) => (this.#starts[i + 1] = (this.#starts[i] ?? 0) + cell.length));
    this.#entries = Int32Array.from(cells.flat());
  }

  /** Calls back, in order of id, with at least every lane whose surface comes within `reach` m of a place. */
  visit(x: number, y: number, reach: number, lane: (id: number, first: number, last: number) => void): void {
    if (reach > this.#reach) {
      for (let id = 0; id < this.#count; id++) lane(id, 0, EVERY);
      return;
    }
    const column = Math.floor((x - this.#left) / CELL);
    const row = Math.floor((y - this.#bottom) / CELL);
    if (column < 0 || row < 0 || column >= this.#columns || row >= this.#rows) return;
    const cell = row * this.#columns + column;
    const end = this.#starts[cell + 1] ?? 0;
    for (let i = this.#starts[cell] ?? 0; i < end; i += 3) {
      lane(this.#entries[i] as number, this.#entries[i + 1] as number, this.#entries[i + 2] as number);
    }
  }

  #enter(lane: LaneGeometry, cells: number[][]): void {
    const margin = this.#reach + lane.halfWidth;
    for (let i = 0; i + 1 < lane.x.length; i++) {
      const [x0, x1] = [lane.x[i] ?? 0, lane.x[i + 1] ?? 0];
      const [y0, y1] = [lane.y[i] ?? 0, lane.y[i + 1] ?? 0];
      const last = (value: number, count: number): number => Math.min(count - 1, Math.floor(value / CELL));
      const lastRow = last(Math.max(y0, y1) + margin - this.#bottom, this.#rows);
      const lastColumn = last(Math.max(x0, x1) + margin - this.#left, this.#columns);
      for (let row = Math.floor((Math.min(y0, y1) - margin - this.#bottom) / CELL); row <= lastRow; row++) {
        for (let column = Math.floor((Math.min(x0, x1) - margin - this.#left) / CELL); column <= lastColumn; column++) {
          const cell = cells[row * this.#columns + column];
          if (!cell) continue;
          if (cell[cell.length - 3] === lane.id) cell[cell.length - 1] = i;
          else cell.push(lane.id, i, i);
        }
      }
    }
  }
}
