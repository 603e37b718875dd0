import { hypot } from '../math.ts';

/** A place beside a line. */
export interface LinePlace {
  /** m along it, 0..length; m to its left. */
  s: number;
  offset: number;
  /** Index of the segment. */
  segment: number;
}

/** A line that people walk along, either way. */
export class WalkLine {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly length: number;
  readonly #s: Float64Array;

  /** @param points flat [x0, y0, z0, x1, ...], m, at least two of them apart from one another. */
  constructor(points: readonly number[]) {
    const kept: number[] = [];
    for (let i = 0; i < points.length; i += 3) {
      const [x, y, z] = [points[i] as number, points[i + 1] as number, points[i + 2] as number];
      const last = kept.length - 3;
      if (last >= 0 && hypot(x - (kept[last] as number), y - (kept[last + 1] as number)) < 1e-3) continue;
      kept.push(x, y, z);
    }
    const count = kept.length / 3;
    if (count < 2) throw new RangeError(`a line to walk along: expected two or more points apart, got ${count}`);
    const axis = (k: number): Float64Array => Float64Array.from({ length: count }, (_, i) => kept[3 * i + k] as number);
    this.x = axis(0);
    this.y = axis(1);
    this.z = axis(2);
    this.#s = new Float64Array(count);
    for (let i = 1; i < count; i++) this.#s[i] = at(this.#s, i - 1) + this.#chord(i - 1);
    this.length = at(this.#s, count - 1);
  }

  /** The nearest place; looked for from segment `near` on, as long as it gets nearer, or everywhere when that is negative. */
  project(px: number, py: number, out: LinePlace, near = -1): LinePlace {
    const last = this.x.length - 2;
    let best = this.#nearest(Math.min(Math.max(near, 0), last), px, py, Infinity, out);
    if (near < 0) {
      for (let i = 1; i <= last; i++) best = this.#nearest(i, px, py, best, out);
      return out;
    }
    const start = out.segment;
    for (let i = start + 1; i <= last && i <= start + 3; i++) best = this.#nearest(i, px, py, best, out);
    for (let i = start - 1; i >= 0 && i >= start - 3; i--) best = this.#nearest(i, px, py, best, out);
    return out;
  }

  /** Writes the place `s` m along the line (kept within it) and `left` m to its left. @returns the segment. */
  place(s: number, left: number, out: { x: number; y: number; z: number }): number {
    let low = 0;
    let high = this.x.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (at(this.#s, middle) <= s) low = middle;
      else high = middle - 1;
    }
    const chord = this.#chord(low);
    const t = Math.min(1, Math.max(0, (s - at(this.#s, low)) / chord));
    const dx = at(this.x, low + 1) - at(this.x, low);
    const dy = at(this.y, low + 1) - at(this.y, low);
    out.x = at(this.x, low) + t * dx - (left * dy) / chord;
    out.y = at(this.y, low) + t * dy + (left * dx) / chord;
    out.z = at(this.z, low) + t * (at(this.z, low + 1) - at(this.z, low));
    return low;
  }

  /** m, of a place that was found on the line. */
  height({ s, segment }: LinePlace): number {
    const t = (s - at(this.#s, segment)) / this.#chord(segment);
    return at(this.z, segment) + t * (at(this.z, segment + 1) - at(this.z, segment));
  }

  #chord(i: number): number {
    return hypot(at(this.x, i + 1) - at(this.x, i), at(this.y, i + 1) - at(this.y, i));
  }

  /** Takes the nearest place of one segment when it is nearer than `best`, m2. */
  #nearest(i: number, px: number, py: number, best: number, out: LinePlace): number {
    const ax = at(this.x, i);
    const ay = at(this.y, i);
    const dx = at(this.x, i + 1) - ax;
    const dy = at(this.y, i + 1) - ay;
    const chord = dx * dx + dy * dy;
    const t = Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / chord));
    const ex = px - ax - t * dx;
    const ey = py - ay - t * dy;
    const distance = ex * ex + ey * ey;
    if (distance >= best) return best;
    const length = Math.sqrt(chord);
    out.segment = i;
    out.s = at(this.#s, i) + t * length;
    out.offset = (dx * (py - ay) - dy * (px - ax)) / length;
    return distance;
  }
}

function at(values: Float64Array, i: number): number {
  return values[i] as number;
}
