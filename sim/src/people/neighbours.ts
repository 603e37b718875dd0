/** Finds points near a place: a hash of square cells, filled anew every tick. Nothing in it is state. */
export class Neighbours {
  /** What `look` found last. */
  found = new Int32Array(64);
  readonly #cell: number;
  readonly #heads = new Int32Array(BUCKETS);
  #next = new Int32Array(64);
  #columns = new Int32Array(64);
  #rows = new Int32Array(64);

  /** @param cell m: the side of a cell, the reach of `visit`. */
  constructor(cell: number) {
    this.#cell = cell;
  }

  fill(points: readonly { readonly x: number; readonly y: number }[]): void {
    if (this.#next.length < points.length) {
      this.found = new Int32Array(2 * points.length);
      this.#next = new Int32Array(2 * points.length);
      this.#columns = new Int32Array(2 * points.length);
      this.#rows = new Int32Array(2 * points.length);
    }
    this.#heads.fill(-1);
    // From the last to the first, so that each cell lists them in their order.
    for (let i = points.length - 1; i >= 0; i--) {
      const { x, y } = points[i] as { x: number; y: number };
      const column = Math.floor(x / this.#cell);
      const row = Math.floor(y / this.#cell);
      const key = hash(column, row);
      this.#columns[i] = column;
      this.#rows[i] = row;
      this.#next[i] = this.#heads[key] as number;
      this.#heads[key] = i;
    }
  }

  /**
   * Writes the index of at least every point within a cell's side of a place to `found`, each once, in a fixed order.
   * @returns how many.
   */
  look(x: number, y: number): number {
    let count = 0;
    const column = Math.floor(x / this.#cell);
    const row = Math.floor(y / this.#cell);
    for (let j = row - 1; j <= row + 1; j++) {
      for (let i = column - 1; i <= column + 1; i++) {
        for (let k = this.#heads[hash(i, j)] as number; k >= 0; k = this.#next[k] as number) {
          if (this.#columns[k] === i && this.#rows[k] === j) this.found[count++] = k;
        }
      }
    }
    return count;
  }
}

const BUCKETS = 1024;

function hash(column: number, row: number): number {
  return (Math.imul(column, 73856093) ^ Math.imul(row, 19349663)) & (BUCKETS - 1);
}
