import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';

/** Heights that differ by less than this, such as kerbs, make no hills, m. */
const LEVEL = 0.4;
/** How far the ground stays below a road on it, m. */
const BELOW = 0.2;
/** Width of the fine grid around the lanes, m. */
const MARGIN = 120;
/** Distances from the fine grid's border of the few points beyond it, m. */
const FAR = [80, 260, 900, 2600];
/** Points of the fine grid, about. */
const POINTS = 36_000;
const [MIN_CELL, MAX_CELL] = [3, 14];
/** On level ground, m: the depth of triangles that reach from the eye to the horizon would not be exact close by. */
const LEVEL_CELL = 60;
/** Rounds in which the land between roads is smoothed. */
const SMOOTHING = 120;

/** The lie of the land: a grid of heights that passes below every road and runs smoothly between them. */
export class Terrain {
  /** Coordinates of the grid's columns and rows, rising, m. Not evenly spaced at the rim. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  /** m, row by row. */
  readonly heights: Float32Array;
  /** Whether it is one plane. */
  readonly level: boolean;

  constructor(map: Pick<MapDescription, 'lanes'>) {
    const { minX, maxX, minY, maxY, minZ, maxZ } = extent(map.lanes);
    this.level = maxZ - minZ < LEVEL;
    if (this.level) {
      this.xs = axis(minX - MARGIN, maxX + MARGIN, LEVEL_CELL);
      this.ys = axis(minY - MARGIN, maxY + MARGIN, LEVEL_CELL);
      this.heights = new Float32Array(this.xs.length * this.ys.length).fill(minZ);
      return;
    }
    const area = (maxX - minX + 2 * MARGIN) * (maxY - minY + 2 * MARGIN);
    const cell = Math.min(MAX_CELL, Math.max(MIN_CELL, Math.sqrt(area / POINTS)));
    this.xs = axis(minX - MARGIN, maxX + MARGIN, cell);
    this.ys = axis(minY - MARGIN, maxY + MARGIN, cell);
    this.heights = new Float32Array(this.xs.length * this.ys.length).fill(NaN);
    this.#pressUnder(map.lanes, cell);
    this.#fill();
  }

  /** Height of the ground at a point, m. */
  at(x: number, y: number): number {
    const { xs, ys, heights } = this;
    const [i, j] = [place(xs, x), place(ys, y)];
    const u = Math.max(0, Math.min(1, (x - xs[i]!) / (xs[i + 1]! - xs[i]!)));
    const v = Math.max(0, Math.min(1, (y - ys[j]!) / (ys[j + 1]! - ys[j]!)));
    const [h00, h10] = [heights[j * xs.length + i]!, heights[j * xs.length + i + 1]!];
    const [h01, h11] = [heights[(j + 1) * xs.length + i]!, heights[(j + 1) * xs.length + i + 1]!];
    // As the two triangles of the square that is drawn, whose common edge runs from its first corner to its last.
    return u > v ? h00 + u * (h10 - h00) + v * (h11 - h10) : h00 + v * (h01 - h00) + u * (h11 - h01);
  }

  /**
   * Lowers every point near a lane below that lane: as the points of every square that a road touches lie below it there, so does
   * the square. Where roads cross above each other the ground lies under the lowest.
   */
  #pressUnder(lanes: readonly MapLane[], cell: number): void {
    const { xs, ys, heights } = this;
    const reach = 1.5 * cell;
    const press = (x: number, y: number, z: number): void => {
      for (let j = place(ys, y - reach) + 1; j < ys.length && ys[j]! <= y + reach; j++) {
        for (let i = place(xs, x - reach) + 1; i < xs.length && xs[i]! <= x + reach; i++) {
          const at = j * xs.length + i;
          // NaN is no number to be compared with: the first one counts.
          if (!(heights[at]! <= z - BELOW)) heights[at] = z - BELOW;
        }
      }
    };
    for (const { left, right } of lanes) {
      for (let i = 3; i < Math.min(left.length, right.length); i += 3) {
        const along = Math.hypot(left[i]! - left[i - 3]!, left[i + 1]! - left[i - 2]!);
        const across = Math.hypot(right[i]! - left[i]!, right[i + 1]! - left[i + 1]!);
        const steps = Math.max(1, Math.ceil((2 * along) / cell));
        const rows = Math.max(1, Math.ceil((2 * across) / cell));
        for (let a = i === 3 ? 0 : 1; a <= steps; a++) {
          for (let b = 0; b <= rows; b++) {
            const at = (k: number): number => {
              const from = left[i - 3 + k]! + (right[i - 3 + k]! - left[i - 3 + k]!) * (b / rows);
              const to = left[i + k]! + (right[i + k]! - left[i + k]!) * (b / rows);
              return from + (to - from) * (a / steps);
            };
            press(at(0), at(1), at(2));
          }
        }
      }
    }
  }

  /** Gives heights to the points that no road has settled: first by spreading, then by smoothing. */
  #fill(): void {
    const { xs, ys, heights } = this;
    const [columns, rows] = [xs.length, ys.length];
    const settled = heights.map((height) => (Number.isNaN(height) ? 0 : 1));
    const known = heights.filter((height) => !Number.isNaN(height)).sort();
    const usual = known[known.length >> 1] ?? 0;
    let front: number[] = [];
    for (let at = 0; at < heights.length; at++) if (settled[at]) front.push(at);
    // Far away all is level.
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        if (i > 0 && j > 0 && i < columns - 1 && j < rows - 1) continue;
        heights[j * columns + i] = usual;
        settled[j * columns + i] = 1;
      }
    }
    while (front.length > 0) {
      const next: number[] = [];
      for (const at of front) {
        for (const to of [at - 1, at + 1, at - columns, at + columns]) {
          if (to < 0 || to >= heights.length || !Number.isNaN(heights[to]!)) continue;
          heights[to] = heights[at]!;
          next.push(to);
        }
      }
      front = next;
    }
    for (let round = 0; round < SMOOTHING; round++) {
      for (let j = 1; j < rows - 1; j++) {
        for (let i = 1; i < columns - 1; i++) {
          const at = j * columns + i;
          if (settled[at]) continue;
          heights[at] = (heights[at - 1]! + heights[at + 1]! + heights[at - columns]! + heights[at + columns]!) / 4;
        }
      }
    }
  }
}

function extent(lanes: readonly MapLane[]) {
  const box = { minX: Infinity, maxX: -Infinity, minY: Infinity, maxY: -Infinity, minZ: Infinity, maxZ: -Infinity };
  for (const { left, right } of lanes) {
    for (const line of [left, right]) {
      for (let i = 0; i < line.length; i += 3) {
        box.minX = Math.min(box.minX, line[i]!);
        box.maxX = Math.max(box.maxX, line[i]!);
        box.minY = Math.min(box.minY, line[i + 1]!);
        box.maxY = Math.max(box.maxY, line[i + 1]!);
        box.minZ = Math.min(box.minZ, line[i + 2]!);
        box.maxZ = Math.max(box.maxZ, line[i + 2]!);
      }
    }
  }
  return box.minX <= box.maxX ? box : { minX: -50, maxX: 50, minY: -50, maxY: 50, minZ: 0, maxZ: 0 };
}

function axis(from: number, to: number, cell: number): number[] {
  const steps = Math.ceil((to - from) / cell);
  const fine = Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
  return [...FAR.toReversed().map((far) => from - far), ...fine, ...FAR.map((far) => to + far)];
}

/** Index of the last value not above `value` that has one after it. */
function place(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
