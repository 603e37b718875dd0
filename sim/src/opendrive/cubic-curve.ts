import { atan2 } from '../math.ts';
import { NODES, WEIGHTS, type LinePose } from './clothoid.ts';

/** a + b p + c p^2 + d p^3 */
export type Cubic = readonly [a: number, b: number, c: number, d: number];

/**
 * A plane curve whose coordinates u and v are cubic polynomials of a parameter p from 0 to `end`, by arc length. The arc length is
 * integrated over panels of some 2 m with five points each; its inverse is found by Newton's method inside a panel.
 */
export class CubicCurve {
  readonly #u: Cubic;
  readonly #v: Cubic;
  readonly #panel: number;
  /** m along the curve where each panel begins, and where the last one ends. */
  readonly #lengths: Float64Array;

  /** @param size m, roughly how long it is. */
  constructor(u: Cubic, v: Cubic, end: number, size: number) {
    this.#u = u;
    this.#v = v;
    const panels = Math.max(8, Math.min(64, Math.ceil(size / 2)));
    this.#panel = end / panels;
    this.#lengths = new Float64Array(panels + 1);
    for (let i = 0; i < panels; i++)
      this.#lengths[i + 1] = (this.#lengths[i] as number) + this.#arc(i * this.#panel, (i + 1) * this.#panel);
  }

  /** m, of the whole curve. */
  get length(): number {
    return this.#lengths[this.#lengths.length - 1] as number;
  }

  /** @param s m along the curve. @param out in the curve's own coordinates u, v. */
  at(s: number, out: LinePose): void {
    const p = this.#parameter(s);
    out.x = value(this.#u, p);
    out.y = value(this.#v, p);
    out.heading = atan2(slope(this.#v, p), slope(this.#u, p));
  }

  #parameter(s: number): number {
    let low = 0;
    let high = this.#lengths.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lengths[middle] as number) <= s) low = middle;
      else high = middle - 1;
    }
    const from = low * this.#panel;
    const before = this.#lengths[low] as number;
    const panelLength = (this.#lengths[low + 1] as number) - before;
    if (!(panelLength > 0)) return from;
    let p = from + (this.#panel * (s - before)) / panelLength;
    for (let i = 0; i < 8; i++) {
      const error = before + this.#arc(from, p) - s;
      const speed = this.#speed(p);
      if (Math.abs(error) < 1e-10 || !(speed > 0)) break;
      const next = p - error / speed;
      p = Math.min(from + 1.5 * this.#panel, Math.max(from - 0.5 * this.#panel, next));
    }
    return p;
  }

  #arc(from: number, to: number): number {
    const half = (to - from) / 2;
    let sum = 0;
    for (let i = 0; i < 5; i++)
      sum += (WEIGHTS[i] as number) * this.#speed((from + to) / 2 + half * (NODES[i] as number));
    return half * sum;
  }

  /** |d(u, v)/dp| */
  #speed(p: number): number {
    const du = slope(this.#u, p);
    const dv = slope(this.#v, p);
    return Math.sqrt(du * du + dv * dv);
  }
}

function value([a, b, c, d]: Cubic, p: number): number {
  return a + p * (b + p * (c + p * d));
}

function slope([, b, c, d]: Cubic, p: number): number {
  return b + p * (2 * c + p * 3 * d);
}

/**
 * Where the curve (u, a + b u + c u^2 + d u^3) has come `length` m from its start, as u. Newton's method: the arc length grows by
 * sqrt(1 + v'^2) with u, so never slower than u itself, and u is at most `length`.
 */
export function parameterAtLength(v: Cubic, length: number): number {
  let u = length;
  for (let i = 0; i < 50; i++) {
    const error = new CubicCurve(STRAIGHT, v, u, length).length - length;
    if (Math.abs(error) < 1e-9 * length) break;
    const dv = slope(v, u);
    u = Math.min(length, Math.max(u / 2, u - error / Math.sqrt(1 + dv * dv)));
  }
  return u;
}

/** u = p */
export const STRAIGHT: Cubic = [0, 1, 0, 0];
