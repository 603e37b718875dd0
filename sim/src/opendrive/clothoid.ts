import { cos, sin } from '../math.ts';

/** m, m, rad. */
export interface LinePose {
  x: number;
  y: number;
  heading: number;
}

/** rad by which a panel of the quadrature turns at most. */
const PANEL_TURN = 0.5;

/** Gauss-Legendre quadrature with five points (Abramowitz and Stegun, table 25.4): exact for polynomials of degree 9. */
export const NODES = [-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664] as const;
export const WEIGHTS = [
  0.23692688505618908, 0.47862867049936647, 0.5688888888888889, 0.47862867049936647, 0.23692688505618908,
] as const;

/**
 * A clothoid: its curvature changes evenly along its length. x(s) is the integral of cos(heading), y(s) that of sin(heading), with
 * heading(s) = heading + k0 s + (k1 - k0) s^2 / (2 L). They are integrated over panels that turn by at most half a radian, where
 * the error of the quadrature is below 1e-12 of a panel's length.
 */
export class Clothoid {
  readonly #start: LinePose;
  readonly #curvature: number;
  /** 1/m^2, how fast the curvature changes. */
  readonly #sharpness: number;
  readonly #panel: number;
  /** m, relative to the start, where each panel begins. */
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  /** @param startCurvature 1/m, positive turns left. */
  constructor(start: LinePose, length: number, startCurvature: number, endCurvature: number) {
    this.#start = start;
    this.#curvature = startCurvature;
    this.#sharpness = (endCurvature - startCurvature) / length;
    const turn = length * Math.max(Math.abs(startCurvature), Math.abs(endCurvature));
    const panels = Math.max(1, Math.ceil(turn / PANEL_TURN));
    this.#panel = length / panels;
    this.#x = new Float64Array(panels);
    this.#y = new Float64Array(panels);
    const step = { x: 0, y: 0 };
    for (let i = 1; i < panels; i++) {
      this.#integrate((i - 1) * this.#panel, i * this.#panel, step);
      this.#x[i] = (this.#x[i - 1] as number) + step.x;
      this.#y[i] = (this.#y[i - 1] as number) + step.y;
    }
  }

  /** @param s m along it. */
  at(s: number, out: LinePose): void {
    const panel = Math.min(this.#x.length - 1, Math.max(0, Math.floor(s / this.#panel)));
    this.#integrate(panel * this.#panel, s, out);
    out.x += this.#start.x + (this.#x[panel] as number);
    out.y += this.#start.y + (this.#y[panel] as number);
    out.heading = this.#heading(s);
  }

  #heading(s: number): number {
    return this.#start.heading + s * (this.#curvature + (s * this.#sharpness) / 2);
  }

  #integrate(from: number, to: number, out: { x: number; y: number }): void {
    const half = (to - from) / 2;
    const middle = (to + from) / 2;
    let x = 0;
    let y = 0;
    for (let i = 0; i < 5; i++) {
      const heading = this.#heading(middle + half * (NODES[i] as number));
      x += (WEIGHTS[i] as number) * cos(heading);
      y += (WEIGHTS[i] as number) * sin(heading);
    }
    out.x = half * x;
    out.y = half * y;
  }
}
