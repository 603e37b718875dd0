import { clamp, hypot } from '../math.ts';
import type { MapLane } from '@gauntlet/agents-sdk/protocol';

/** m between nodes, at least, and how many of them to a side, at most. */
const SPACING = 20;
const NODES = 256;
/** m around the lanes that the lattice reaches; beyond, the ground goes on level. */
const MARGIN = 60;
/** m by which a lane must lie below another one to be what the ground follows there. */
const BELOW = 3;

/**
 * The ground far from any lane, coarsely: a lattice of heights, evenly interpolated. A node near a lane has the lane's height, that of
 * the lower one where two lie over each other; the others that of the nearest such node.
 */
export class Terrain {
  readonly #left: number;
  readonly #bottom: number;
  readonly #spacing: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #z: Float64Array;

  constructor(lanes: readonly MapLane[]) {
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const { centre } of lanes) {
      for (let i = 0; i < centre.length; i += 3) {
        left = Math.min(left, centre[i]! - MARGIN);
        right = Math.max(right, centre[i]! + MARGIN);
        bottom = Math.min(bottom, centre[i + 1]! - MARGIN);
        top = Math.max(top, centre[i + 1]! + MARGIN);
      }
    }
    this.#left = left;
    this.#bottom = bottom;
    this.#spacing = Math.max(SPACING, Math.max(right - left, top - bottom) / (NODES - 2));
    this.#columns = Math.ceil((right - left) / this.#spacing) + 1;
    this.#rows = Math.ceil((top - bottom) / this.#spacing) + 1;
    this.#z = new Float64Array(this.#columns * this.#rows).fill(NaN);
    this.#takeLanes(lanes);
    this.#spread();
  }

  /** m */
  height(x: number, y: number): number {
    const column = clamp((x - this.#left) / this.#spacing, 0, this.#columns - 1.001);
    const row = clamp((y - this.#bottom) / this.#spacing, 0, this.#rows - 1.001);
    const i = Math.floor(row) * this.#columns + Math.floor(column);
    const t = column - Math.floor(column);
    const z = this.#z;
    const below = z[i]! + t * (z[i + 1]! - z[i]!);
    const above = z[i + this.#columns]! + t * (z[i + this.#columns + 1]! - z[i + this.#columns]!);
    return below + (row - Math.floor(row)) * (above - below);
  }

  /** Gives the nodes around each lane the height of the nearest of its points. */
  #takeLanes(lanes: readonly MapLane[]): void {
    const nearest = new Float64Array(this.#z.length).fill(Infinity);
    const take = (x: number, y: number, z: number): void => {
      const column = Math.floor((x - this.#left) / this.#spacing);
      const row = Math.floor((y - this.#bottom) / this.#spacing);
      for (let k = 0; k < 4; k++) {
        const c = column + (k & 1);
        const r = row + (k >> 1);
        const i = r * this.#columns + c;
        const distance = hypot(x - this.#left - c * this.#spacing, y - this.#bottom - r * this.#spacing);
        const known = this.#z[i]!;
        const takes = Number.isNaN(known) || z < known - BELOW || (z < known + BELOW && distance < nearest[i]!);
        if (!takes) continue;
        nearest[i] = distance;
        this.#z[i] = z;
      }
    };
    for (const { centre } of lanes) {
      for (let i = 0; i + 3 < centre.length; i += 3) {
        const [x, y, z] = [centre[i]!, centre[i + 1]!, centre[i + 2]!];
        const [dx, dy, dz] = [centre[i + 3]! - x, centre[i + 4]! - y, centre[i + 5]! - z];
        const steps = Math.max(1, Math.ceil((2 * hypot(dx, dy)) / this.#spacing));
        for (let k = 0; k <= steps; k++) take(x + (k / steps) * dx, y + (k / steps) * dy, z + (k / steps) * dz);
      }
    }
  }

  /** Spreads the known heights over the other nodes, ring by ring. */
  #spread(): void {
    let ring: number[] = [];
    this.#z.forEach((z, i) => {
      if (!Number.isNaN(z)) ring.push(i);
    });
    while (ring.length > 0) {
      const next: number[] = [];
      for (const i of ring) {
        const column = i % this.#columns;
        for (const [beside, inside] of [
          [i - 1, column > 0],
          [i + 1, column < this.#columns - 1],
          [i - this.#columns, i >= this.#columns],
          [i + this.#columns, i < this.#z.length - this.#columns],
        ] as const) {
          if (!inside || !Number.isNaN(this.#z[beside]!)) continue;
          this.#z[beside] = this.#z[i]!;
          next.push(beside);
        }
      }
      ring = next;
    }
  }
}
