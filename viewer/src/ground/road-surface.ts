import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import type { Point } from './lane-shape.ts';

/** Side of the squares by which pieces of lanes are found, m. */
const CELL = 8;
/** Longest piece that is filed as one, m. */
const PIECE = 12;
/** x, y, z of a piece's four corners: left and right at its start, left and right at its end. */
const STRIDE = 12;

/** All lanes' surfaces, to be asked what lies at a point. */
export class RoadSurface {
  readonly #corners: number[] = [];
  readonly #lanes: number[] = [];
  readonly #cells = new Map<number, number[]>();

  constructor(lanes: readonly Pick<MapLane, 'id' | 'left' | 'right'>[]) {
    for (const lane of lanes) {
      const points = Math.min(lane.left.length, lane.right.length) / 3;
      for (let i = 1; i < points; i++) this.#addQuad(lane, i);
    }
  }

  /** Adds a piece that belongs to no lane, under a number of its own. */
  addTriangle(id: number, a: Point, b: Point, c: Point): void {
    const piece = this.#lanes.length;
    this.#lanes.push(id);
    this.#corners.push(...a, ...b, ...c, ...c);
    this.#file(piece);
  }

  /** Calls back for each lane whose surface has the point in plan, with its height there, m. */
  at(x: number, y: number, visit: (lane: number, z: number) => void): void {
    for (const piece of this.#cells.get(key(Math.floor(x / CELL), Math.floor(y / CELL))) ?? []) {
      const z = this.#height(piece * STRIDE, x, y);
      if (z !== null) visit(this.#lanes[piece]!, z);
    }
  }

  /** Whether a lane lies there within `reach` metres above and below `z`. */
  covers(x: number, y: number, z: number, reach: number): boolean {
    const pieces = this.#cells.get(key(Math.floor(x / CELL), Math.floor(y / CELL))) ?? [];
    return pieces.some((piece) => {
      const height = this.#height(piece * STRIDE, x, y);
      return height !== null && Math.abs(height - z) <= reach;
    });
  }

  /** The height there that is nearest to `z`, or null where no lane lies within `reach` metres above and below. */
  nearest(x: number, y: number, z: number, reach = Infinity): number | null {
    let best: number | null = null;
    this.at(x, y, (_, height) => {
      const away = Math.abs(height - z);
      if (away <= reach && (best === null || away < Math.abs(best - z))) best = height;
    });
    return best;
  }

  #addQuad({ id, left, right }: Pick<MapLane, 'id' | 'left' | 'right'>, i: number): void {
    const [a, b] = [3 * i - 3, 3 * i];
    const length = Math.max(
      Math.hypot(left[b]! - left[a]!, left[b + 1]! - left[a + 1]!),
      Math.hypot(right[b]! - right[a]!, right[b + 1]! - right[a + 1]!),
    );
    const pieces = Math.max(1, Math.ceil(length / PIECE));
    const corner = (line: readonly number[], t: number) => {
      for (let k = 0; k < 3; k++) this.#corners.push(line[a + k]! + (line[b + k]! - line[a + k]!) * t);
    };
    for (let n = 0; n < pieces; n++) {
      const piece = this.#lanes.length;
      this.#lanes.push(id);
      for (const t of [n / pieces, (n + 1) / pieces]) {
        corner(left, t);
        corner(right, t);
      }
      this.#file(piece);
    }
  }

  #file(piece: number): void {
    const at = piece * STRIDE;
    const c = this.#corners;
    const range = (k: number): [number, number] => {
      const values = [c[at + k]!, c[at + 3 + k]!, c[at + 6 + k]!, c[at + 9 + k]!];
      return [Math.floor(Math.min(...values) / CELL), Math.floor(Math.max(...values) / CELL)];
    };
    const [fromX, toX] = range(0);
    const [fromY, toY] = range(1);
    for (let cx = fromX; cx <= toX; cx++) {
      for (let cy = fromY; cy <= toY; cy++) {
        const cell = this.#cells.get(key(cx, cy));
        if (cell) cell.push(piece);
        else this.#cells.set(key(cx, cy), [piece]);
      }
    }
  }

  #height(at: number, x: number, y: number): number | null {
    return this.#inTriangle(at, at + 3, at + 6, x, y) ?? this.#inTriangle(at + 3, at + 9, at + 6, x, y);
  }

  /** Height of a point in a triangle by its barycentric coordinates, or null outside of it. */
  #inTriangle(a: number, b: number, d: number, x: number, y: number): number | null {
    const c = this.#corners;
    const [abx, aby] = [c[b]! - c[a]!, c[b + 1]! - c[a + 1]!];
    const [adx, ady] = [c[d]! - c[a]!, c[d + 1]! - c[a + 1]!];
    const area = abx * ady - aby * adx;
    if (Math.abs(area) < 1e-9) return null;
    const [px, py] = [x - c[a]!, y - c[a + 1]!];
    const u = (px * ady - py * adx) / area;
    const v = (abx * py - aby * px) / area;
    if (u < -1e-9 || v < -1e-9 || u + v > 1 + 1e-9) return null;
    return c[a + 2]! + u * (c[b + 2]! - c[a + 2]!) + v * (c[d + 2]! - c[a + 2]!);
  }
}

/** One number for a pair of cell numbers, each within a million of 0. */
function key(cx: number, cy: number): number {
  return (cx + 1e6) * 2 ** 21 + (cy + 1e6);
}
