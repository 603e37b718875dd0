/** Places of a table at the start; it doubles when it is three quarters full. A power of two. */
const CAPACITY = 1 << 12;

type CellVisitor = (column: number, row: number) => void;

/**
 * A sparse grid of square cells over the plane: each cell lists records of whole numbers, in the order in which they were added.
 * Its memory goes with what is in it, not with how far it stretches.
 */
export class CellTable {
  readonly #size: number;
  readonly #stride: number;
  /** Open addressing: the number of the cell in a place of the table, or -1. */
  #places = new Int32Array(CAPACITY).fill(-1);
  #columns: number[] = [];
  #rows: number[] = [];
  /** While it is filled: records of `stride` numbers each, the cell of each, and the last record of each cell. */
  #records: number[] = [];
  #cells: number[] = [];
  readonly #last: number[] = [];
  /** Records of cell i: those from `starts[i]` up to, not including, `starts[i + 1]`, in units of numbers of `records`. */
  #starts = new Int32Array(1);
  #sorted = new Int32Array(0);

  /** @param size side of a cell, m. @param stride numbers to a record. */
  constructor(size: number, stride: number) {
    this.#size = size;
    this.#stride = stride;
  }

  /** Where the records of cells begin; valid once `seal` was called. */
  get starts(): Int32Array {
    return this.#starts;
  }

  get records(): Int32Array {
    return this.#sorted;
  }

  /** The number of the cell at a place, or -1 when nothing was ever added there. */
  cellAt(x: number, y: number): number {
    return this.#find(Math.floor(x / this.#size), Math.floor(y / this.#size));
  }

  /** Adds a record to a cell. */
  add(column: number, row: number, record: readonly number[]): void {
    const cell = this.#make(column, row);
    this.#last[cell] = this.#records.length;
    this.#cells.push(cell);
    for (let i = 0; i < this.#stride; i++) this.#records.push(record[i] as number);
  }

  /** Replaces number `field` of the cell's last record when its first number is `first`. @returns whether it was. */
  amend(column: number, row: number, first: number, field: number, value: number): boolean {
    const cell = this.#find(column, row);
    if (cell < 0) return false;
    const last = this.#last[cell] as number;
    if (this.#records[last] !== first) return false;
    this.#records[last + field] = value;
    return true;
  }

  /** Ends filling. */
  seal(): void {
    const stride = this.#stride;
    const count = this.#columns.length;
    const starts = new Int32Array(count + 1);
    for (const cell of this.#cells) starts[cell + 1]! += stride;
    for (let i = 0; i < count; i++) starts[i + 1]! += starts[i]!;
    const next = starts.slice();
    const sorted = new Int32Array(this.#records.length);
    this.#cells.forEach((cell, i) => {
      const to = next[cell]!;
      for (let k = 0; k < stride; k++) sorted[to + k] = this.#records[i * stride + k]!;
      next[cell] = to + stride;
    });
    this.#starts = starts;
    this.#sorted = sorted;
    this.#records = [];
    this.#cells = [];
    this.#last.length = 0;
  }

  /** Calls back with every cell that the line from (x0, y0) to (x1, y1), thickened by `margin` m to all sides, comes into. */
  cover(x0: number, y0: number, x1: number, y1: number, margin: number, visit: CellVisitor): void {
    const size = this.#size;
    const dx = x1 - x0;
    const dy = y1 - y0;
    const lastRow = Math.floor((Math.max(y0, y1) + margin) / size);
    for (let row = Math.floor((Math.min(y0, y1) - margin) / size); row <= lastRow; row++) {
      // The part of the line within reach of this row, so that a long slanting line does not fill its whole bounding box.
      let from = 0;
      let to = 1;
      if (dy !== 0) {
        const a = (row * size - margin - y0) / dy;
        const b = ((row + 1) * size + margin - y0) / dy;
        from = Math.max(0, Math.min(a, b));
        to = Math.min(1, Math.max(a, b));
      }
      const a = x0 + from * dx;
      const b = x0 + to * dx;
      const last = Math.floor((Math.max(a, b) + margin) / size);
      for (let column = Math.floor((Math.min(a, b) - margin) / size); column <= last; column++) visit(column, row);
    }
  }

  #find(column: number, row: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = hash(column, row) & mask; ; at = (at + 1) & mask) {
      const cell = places[at]!;
      if (cell < 0 || (this.#columns[cell] === column && this.#rows[cell] === row)) return cell;
    }
  }

  #make(column: number, row: number): number {
    const known = this.#find(column, row);
    if (known >= 0) return known;
    const cell = this.#columns.length;
    this.#columns.push(column);
    this.#rows.push(row);
    if (4 * this.#columns.length > 3 * this.#places.length) {
      this.#places = new Int32Array(2 * this.#places.length).fill(-1);
      for (let i = 0; i <= cell; i++) this.#enter(i);
    } else this.#enter(cell);
    return cell;
  }

  #enter(cell: number): void {
    const mask = this.#places.length - 1;
    let at = hash(this.#columns[cell]!, this.#rows[cell]!) & mask;
    while (this.#places[at]! >= 0) at = (at + 1) & mask;
    this.#places[at] = cell;
  }
}

/** Teschner et al., "Optimized Spatial Hashing for Collision Detection of Deformable Objects", VMV 2003; then mixed downwards. */
function hash(column: number, row: number): number {
  const mixed = Math.imul(column, 73856093) ^ Math.imul(row, 19349663);
  return mixed ^ (mixed >>> 15);
}
