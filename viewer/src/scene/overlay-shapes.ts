import type { LiveTriangles } from './ribbon.ts';

/** Two points across a band, and how opaque it is there. */
export interface Edge {
  readonly lx: number;
  readonly ly: number;
  readonly rx: number;
  readonly ry: number;
  readonly z: number;
  readonly alpha: number;
}

/** A piece of a band. */
export function quad(out: LiveTriangles, a: Edge, b: Edge, r: number, g: number, blue: number): void {
  out.corner(a.lx, a.ly, a.z, r, g, blue, a.alpha);
  out.corner(a.rx, a.ry, a.z, r, g, blue, a.alpha);
  out.corner(b.lx, b.ly, b.z, r, g, blue, b.alpha);
  out.corner(a.rx, a.ry, a.z, r, g, blue, a.alpha);
  out.corner(b.rx, b.ry, b.z, r, g, blue, b.alpha);
  out.corner(b.lx, b.ly, b.z, r, g, blue, b.alpha);
}

/** A line of constant width at one height. */
export function polyline(
  out: LiveTriangles,
  points: readonly (readonly number[])[],
  z: number,
  width: number,
  r: number,
  g: number,
  b: number,
): void {
  for (let i = 1; i < points.length; i++) {
    const [ax, ay] = points[i - 1] as [number, number];
    const [bx, by] = points[i] as [number, number];
    const length = Math.hypot(bx - ax, by - ay);
    if (length < 1e-6) continue;
    const [px, py] = [(-(by - ay) / length) * (width / 2), ((bx - ax) / length) * (width / 2)];
    quad(
      out,
      { lx: ax + px, ly: ay + py, rx: ax - px, ry: ay - py, z, alpha: 0.9 },
      { lx: bx + px, ly: by + py, rx: bx - px, ry: by - py, z, alpha: 0.9 },
      r,
      g,
      b,
    );
  }
}

/** A small cross of two upright squares: seen from any side. */
export function upright(
  out: LiveTriangles,
  x: number,
  y: number,
  z: number,
  half: number,
  r: number,
  g: number,
  b: number,
): void {
  for (const [dx, dy] of [
    [half, 0],
    [0, half],
  ] as const) {
    out.corner(x - dx, y - dy, z - half, r, g, b, 0.9);
    out.corner(x + dx, y + dy, z - half, r, g, b, 0.9);
    out.corner(x + dx, y + dy, z + half, r, g, b, 0.9);
    out.corner(x - dx, y - dy, z - half, r, g, b, 0.9);
    out.corner(x + dx, y + dy, z + half, r, g, b, 0.9);
    out.corner(x - dx, y - dy, z + half, r, g, b, 0.9);
  }
}
