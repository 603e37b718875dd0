import { CellTable } from './cell-table.ts';
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
  readonly #lanes: readonly LaneGeometry[];
  /** Records: lane, first segment, last segment. */
  readonly #table = new CellTable(CELL, 3);

  /** @param reach m beyond the surface of a lane. */
  constructor(lanes: readonly LaneGeometry[], reach: number) {
    this.#reach = reach;
    this.#lanes = lanes;
    for (const lane of lanes) {
      const margin = reach + lane.halfWidth;
      for (let i = 0; i + 1 < lane.x.length; i++) {
        this.#table.cover(lane.x[i]!, lane.y[i]!, lane.x[i + 1]!, lane.y[i + 1]!, margin, (column, row) => {
          if (!this.#table.amend(column, row, lane.id, 2, i)) this.#table.add(column, row, [lane.id, i, i]);
        });
      }
    }
    this.#table.seal();
  }

  /** Calls back, in order of id, with at least every lane whose surface comes within `reach` m of a place. */
  visit(x: number, y: number, reach: number, lane: (id: number, first: number, last: number) => void): void {
    if (reach > this.#reach) {
      for (const each of this.#lanes) if (each.mayBeWithin(x, y, reach)) lane(each.id, 0, EVERY);
      return;
    }
    const cell = this.#table.cellAt(x, y);
    if (cell < 0) return;
    const { starts, records } = this.#table;
    const end = starts[cell + 1]!;
    for (let i = starts[cell]!; i < end; i += 3) lane(records[i]!, records[i + 1]!, records[i + 2]!);
  }

  /**
   * Writes which segments of a lane come within reach of the cell that a place is in. Any other is farther from the place than
   * the reach and the lane's greatest half width.
   * @returns false when none does.
   */
  segments(x: number, y: number, lane: number, out: { first: number; last: number }): boolean {
    const cell = this.#table.cellAt(x, y);
    if (cell < 0) return false;
    const { starts, records } = this.#table;
    const end = starts[cell + 1]!;
    for (let i = starts[cell]!; i < end; i += 3) {
      if (records[i] !== lane) continue;
      out.first = records[i + 1]!;
      out.last = records[i + 2]!;
      return true;
    }
    return false;
  }
}
