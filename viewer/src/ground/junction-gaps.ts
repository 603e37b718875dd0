import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import type { Point } from './lane-shape.ts';
import type { RoadSurface } from './road-surface.ts';

export type Triangle = readonly [Point, Point, Point];

/** Side of the squares that a junction is looked at in, m. */
const CELL = 0.3;
/** A gap larger than this is an island, not a gap, m2. */
const LARGEST = 60;
/** Junctions larger than this are left alone, m. */
const LARGEST_JUNCTION = 120;

/** The small places between the lanes of a junction that no lane covers, though lanes lie all around: paved as well. In triangles. */
export function junctionGaps(map: MapDescription, surface: RoadSurface): Triangle[] {
  const boxes = new Map<number, { minX: number; minY: number; maxX: number; maxY: number; z: number }>();
  for (const { junction, left, right, kind } of map.lanes) {
    if (junction === null || kind !== 'driving') continue;
    const box = boxes.get(junction) ?? { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity, z: 0 };
    for (const line of [left, right]) {
      for (let i = 0; i < line.length; i += 3) {
        box.minX = Math.min(box.minX, line[i]!);
        box.maxX = Math.max(box.maxX, line[i]!);
        box.minY = Math.min(box.minY, line[i + 1]!);
        box.maxY = Math.max(box.maxY, line[i + 1]!);
      }
    }
    box.z = left[2] ?? 0;
    boxes.set(junction, box);
  }
  const triangles: Triangle[] = [];
  for (const { minX, minY, maxX, maxY, z } of boxes.values()) {
    if (Math.max(maxX - minX, maxY - minY) > LARGEST_JUNCTION) continue;
    const columns = Math.ceil((maxX - minX) / CELL) + 2;
    const rows = Math.ceil((maxY - minY) / CELL) + 2;
    const at = (i: number): readonly [number, number] => [
      minX + ((i % columns) - 0.5) * CELL,
      minY + (Math.floor(i / columns) - 0.5) * CELL,
    ];
    /** 1: a lane lies there; 2: seen. */
    const state = new Uint8Array(columns * rows);
    for (let i = 0; i < state.length; i++) if (surface.covers(...at(i), z, 8)) state[i] = 1;
    for (let start = 0; start < state.length; start++) {
      if (state[start] !== 0) continue;
      const gap = flood(state, start, columns, rows);
      if (gap) for (const i of gap) triangles.push(...square(...at(i), z, surface));
    }
  }
  return triangles;
}

/** The cells that hang together with a free one, or null when they reach the border or are too many. */
function flood(state: Uint8Array, start: number, columns: number, rows: number): number[] | null {
  const found = [start];
  let closed = true;
  state[start] = 2;
  for (let n = 0; n < found.length; n++) {
    const i = found[n]!;
    const [column, row] = [i % columns, Math.floor(i / columns)];
    if (column === 0 || row === 0 || column === columns - 1 || row === rows - 1) closed = false;
    for (const [dc, dr] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      if (column + dc < 0 || column + dc >= columns || row + dr < 0 || row + dr >= rows) continue;
      const to = i + dc + dr * columns;
      if (state[to] !== 0) continue;
      state[to] = 2;
      found.push(to);
    }
  }
  return closed && found.length * CELL * CELL <= LARGEST ? found : null;
}

/** A little larger than its cell, so that it reaches under the lanes beside it, and a little lower. */
function square(x: number, y: number, z: number, surface: RoadSurface): Triangle[] {
  const half = CELL;
  const height = (px: number, py: number): number => {
    for (const away of [0, 1, 2, 4])
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const found = surface.nearest(px + dx * away, py + dy * away, z, 8);
        if (found !== null) return found;
      }
    return z;
  };
  const corner = (dx: number, dy: number): Point => [x + dx, y + dy, height(x + dx, y + dy) - 0.005];
  const [a, b, c, d] = [corner(-half, -half), corner(half, -half), corner(half, half), corner(-half, half)];
  return [
    [a, b, c],
    [a, c, d],
  ];
}
