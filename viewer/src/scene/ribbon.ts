import { BufferAttribute, BufferGeometry, DynamicDrawUsage } from 'three';

/** Strips between polylines of one length, flat [x, y, z, ...], as positions, normals and triangle indices. */
export class StripBuilder {
  readonly #positions: number[] = [];
  readonly #normals: number[] = [];
  readonly #indices: number[] = [];

  get empty(): boolean {
    return this.#indices.length === 0;
  }

  /** @param raise m above the polylines. */
  strip(left: readonly number[], right: readonly number[], raise = 0): void {
    const points = Math.min(left.length, right.length) / 3;
    const base = this.#positions.length / 3;
    for (let i = 0; i < points; i++) {
      for (const side of [left, right]) this.#positions.push(side[3 * i]!, side[3 * i + 1]!, side[3 * i + 2]! + raise);
      this.#addNormal(left, right, i, points);
      if (i > 0) {
        const at = base + 2 * i;
        this.#indices.push(at - 2, at - 1, at, at - 1, at + 1, at);
      }
    }
  }

  /** A strip of constant width along a polyline. */
  along(path: readonly number[], width: number, raise = 0): void {
    this.strip(beside(path, width / 2), beside(path, -width / 2), raise);
  }

  triangle(...points: readonly [readonly number[], readonly number[], readonly number[]]): void {
    const base = this.#positions.length / 3;
    for (const [x, y, z] of points) {
      this.#positions.push(x!, y!, z!);
      this.#normals.push(0, 0, 1);
    }
    this.#indices.push(base, base + 1, base + 2);
  }

  geometry(): BufferGeometry {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(new Float32Array(this.#positions), 3));
    geometry.setAttribute('normal', new BufferAttribute(new Float32Array(this.#normals), 3));
    geometry.setIndex(this.#indices);
    return geometry;
  }

  /** Along the strip times across it, from right to left: up, for what lies, whichever way the triangles turn. */
  #addNormal(left: readonly number[], right: readonly number[], i: number, points: number): void {
    const a = 3 * Math.max(0, i - 1);
    const b = 3 * Math.min(points - 1, i + 1);
    const along = [0, 1, 2].map((k) => left[b + k]! + right[b + k]! - left[a + k]! - right[a + k]!);
    const across = [0, 1, 2].map((k) => left[3 * i + k]! - right[3 * i + k]!);
    let x = along[1]! * across[2]! - along[2]! * across[1]!;
    let y = along[2]! * across[0]! - along[0]! * across[2]!;
    let z = along[0]! * across[1]! - along[1]! * across[0]!;
    const length = Math.hypot(x, y, z);
    if (length < 1e-9) [x, y, z] = [0, 0, 1];
    else [x, y, z] = [x / length, y / length, z / length];
    this.#normals.push(x, y, z, x, y, z);
  }
}

/** A polyline moved to its left by `offset` metres in the plane. */
function beside(path: readonly number[], offset: number): number[] {
  const points = path.length / 3;
  const result: number[] = [];
  for (let i = 0; i < points; i++) {
    const a = 3 * Math.max(0, i - 1);
    const b = 3 * Math.min(points - 1, i + 1);
    const dx = path[b]! - path[a]!;
    const dy = path[b + 1]! - path[a + 1]!;
    const length = Math.hypot(dx, dy) || 1;
    result.push(path[3 * i]! - (dy / length) * offset, path[3 * i + 1]! + (dx / length) * offset, path[3 * i + 2]!);
  }
  return result;
}

/** Pieces of a polyline: `dash` metres drawn, `gap` metres not. */
export function dashes(path: readonly number[], dash: number, gap: number): number[][] {
  const pieces: number[][] = [];
  let current: number[] = [];
  let drawn = true;
  let left = dash;
  const points = path.length / 3;
  if (points > 0) current.push(path[0]!, path[1]!, path[2]!);
  for (let i = 1; i < points; i++) {
    let [x, y, z] = [path[3 * i - 3]!, path[3 * i - 2]!, path[3 * i - 1]!];
    const [ex, ey, ez] = [path[3 * i]!, path[3 * i + 1]!, path[3 * i + 2]!];
    for (let rest = Math.hypot(ex - x, ey - y); rest > 0; rest = Math.hypot(ex - x, ey - y)) {
      const step = Math.min(rest, left);
      const t = step / rest;
      [x, y, z] = step === rest ? [ex, ey, ez] : [x + (ex - x) * t, y + (ey - y) * t, z + (ez - z) * t];
      left -= step;
      if (drawn) current.push(x, y, z);
      if (left > 1e-9) continue;
      if (drawn) pieces.push(current);
      drawn = !drawn;
      left = drawn ? dash : gap;
      current = drawn ? [x, y, z] : [];
    }
  }
  if (drawn && current.length > 3) pieces.push(current);
  return pieces;
}

/** Triangles that are made anew again and again, with colour and opacity at each corner. */
export class LiveTriangles {
  readonly geometry = new BufferGeometry();
  #positions: Float32Array;
  #colours: Float32Array;
  #count = 0;

  constructor(triangles = 256) {
    this.#positions = new Float32Array(triangles * 9);
    this.#colours = new Float32Array(triangles * 12);
    this.#attach();
  }

  clear(): void {
    this.#count = 0;
  }

  corner(x: number, y: number, z: number, r: number, g: number, b: number, a: number): void {
    if (3 * this.#count >= this.#positions.length) this.#grow();
    this.#positions.set([x, y, z], 3 * this.#count);
    this.#colours.set([r, g, b, a], 4 * this.#count);
    this.#count++;
  }

  commit(): void {
    this.geometry.setDrawRange(0, this.#count);
    this.geometry.getAttribute('position').needsUpdate = true;
    this.geometry.getAttribute('color').needsUpdate = true;
  }

  #grow(): void {
    const [positions, colours] = [this.#positions, this.#colours];
    this.#positions = new Float32Array(positions.length * 2);
    this.#positions.set(positions);
    this.#colours = new Float32Array(colours.length * 2);
    this.#colours.set(colours);
    // Buffers on the card cannot grow: they are let go and made anew.
    this.geometry.dispose();
    this.#attach();
  }

  #attach(): void {
    this.geometry.setAttribute('position', new BufferAttribute(this.#positions, 3).setUsage(DynamicDrawUsage));
    this.geometry.setAttribute('color', new BufferAttribute(this.#colours, 4).setUsage(DynamicDrawUsage));
  }
}
