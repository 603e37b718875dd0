import { cos, hypot, sin, tan, wrapAngle } from '@gauntlet/sim';

/** A place and a direction in the plane: m, m, rad. */
export interface PlanPose {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
}

/** A piece of a reference line: OpenDRIVE's `<geometry>`. Lengths in m, curvatures in 1/m, positive to the left. */
export type PlanElement = { readonly s: number; readonly start: PlanPose; readonly length: number } & (
  | { readonly kind: 'line' }
  | { readonly kind: 'arc'; readonly curvature: number }
  /** A clothoid: its curvature changes evenly. */
  | { readonly kind: 'spiral'; readonly from: number; readonly to: number }
  /** Cubic polynomials of p = 0..1 in the frame of its start. */
  | { readonly kind: 'paramPoly3'; readonly u: Cubic; readonly v: Cubic }
);

/** a + b p + c p^2 + d p^3 */
export type Cubic = readonly [number, number, number, number];

/** m: what is shorter is left out of a line; m and rad: poses closer than that are the same direction. */
const NOTHING = 1e-6;
/** rad: directions closer than that are joined like parallel ones, by an S; m of straight that is worth an element of its own. */
const PARALLEL = 0.05;
const WORTH = 0.2;

/** A reference line, laid piece by piece from a start. Every piece begins where and as the one before ends. */
export class PlanView {
  readonly start: PlanPose;
  readonly elements: PlanElement[] = [];
  #end: PlanPose;
  #length = 0;

  constructor(start: PlanPose) {
    this.start = start;
    this.#end = start;
  }

  get end(): PlanPose {
    return this.#end;
  }

  /** m */
  get length(): number {
    return this.#length;
  }

  line(length: number): this {
    if (length < NOTHING) return this;
    const { x, y, heading } = this.#end;
    this.#add({ kind: 'line', ...this.#place(length) }, ahead(x, y, heading, length));
    return this;
  }

  /** @param curvature 1/m, positive to the left. */
  arc(length: number, curvature: number): this {
    this.#add({ kind: 'arc', curvature, ...this.#place(length) }, clothoidEnd(this.#end, length, curvature, curvature));
    return this;
  }

  /** A clothoid from one curvature to another, 1/m. */
  spiral(length: number, from: number, to: number): this {
    this.#add({ kind: 'spiral', from, to, ...this.#place(length) }, clothoidEnd(this.#end, length, from, to));
    return this;
  }

  /**
   * A bend as roads have it: clothoid, arc, clothoid.
   * @param radius m. @param angle rad, all in all, positive to the left. @param clothoid m, each.
   */
  bend(radius: number, angle: number, clothoid: number): this {
    const curvature = Math.sign(angle) / radius;
    const arc = Math.abs(angle) * radius - clothoid;
    if (arc < 0)
      throw new RangeError(`a bend of ${angle} rad and ${radius} m has no room for clothoids of ${clothoid} m`);
    return this.spiral(clothoid, 0, curvature).arc(arc, curvature).spiral(clothoid, curvature, 0);
  }

  /**
   * On to a pose: straight where that lies ahead; where it points elsewhere as near to an arc as a cubic can be, with a straight
   * before or after it; where it is parallel by an S.
   */
  to(pose: PlanPose): this {
    const { x, y, heading } = this.#end;
    const u = (pose.x - x) * cos(heading) + (pose.y - y) * sin(heading);
    const v = (pose.y - y) * cos(heading) - (pose.x - x) * sin(heading);
    const turn = wrapAngle(pose.heading - heading);
    if (Math.abs(turn) < NOTHING && Math.abs(v) < NOTHING) return this.line(u);
    if (Math.abs(turn) < PARALLEL) {
      const handle = hypot(u, v) * 0.4;
      return this.#curve(pose, u, v, turn, handle);
    }
    // The tangents meet `before` m ahead of here and `after` m before the pose.
    const after = v / sin(turn);
    const before = u - after * cos(turn);
    if (before <= 0 || after <= 0)
      throw new RangeError(`no single bend leads from ${where(this.#end)} to ${where(pose)}`);
    if (before - after > WORTH) return this.line(before - after).to(pose);
    if (after - before > WORTH) {
      const straight = after - before;
      const bent = ahead(pose.x, pose.y, pose.heading, -straight);
      return this.to(bent).line(straight);
    }
    // Control points of the Bezier curve nearest to an arc lie this far along the tangents.
    const handle = (((4 / 3) * tan(turn / 4)) / tan(turn / 2)) * Math.min(before, after);
    return this.#curve(pose, u, v, turn, handle);
  }

  #curve(to: PlanPose, u: number, v: number, turn: number, handle: number): this {
    const cubicU = bezier(handle, u - handle * cos(turn), u);
    const cubicV = bezier(0, v - handle * sin(turn), v);
    const length = integrate(0, 1, 32, (p) => hypot(slope(cubicU, p), slope(cubicV, p)));
    this.#add({ kind: 'paramPoly3', u: cubicU, v: cubicV, ...this.#place(length) }, to);
    return this;
  }

  #place(length: number) {
    if (!(length > 0 && length < Infinity))
      throw new RangeError(`expected a positive length of a piece of road, got ${length}`);
    return { s: this.#length, start: this.#end, length };
  }

  #add(piece: PlanElement, end: PlanPose): void {
    this.elements.push(piece);
    this.#length += piece.length;
    this.#end = end;
  }
}

/** The point `distance` m ahead. */
function ahead(x: number, y: number, heading: number, distance: number): PlanPose {
  return { x: x + distance * cos(heading), y: y + distance * sin(heading), heading };
}

/** The pose `left` m to the left of another. */
export function beside({ x, y, heading }: PlanPose, left: number): PlanPose {
  return { x: x - left * sin(heading), y: y + left * cos(heading), heading };
}

/** The same place, seen the other way. */
export function turned({ x, y, heading }: PlanPose): PlanPose {
  return { x, y, heading: wrapAngle(heading + Math.PI) };
}

function clothoidEnd({ x, y, heading }: PlanPose, length: number, from: number, to: number): PlanPose {
  const direction = (s: number): number => heading + from * s + ((to - from) * s * s) / (2 * length);
  const parts = Math.ceil(length / 5);
  return {
    x: x + integrate(0, length, parts, (s) => cos(direction(s))),
    y: y + integrate(0, length, parts, (s) => sin(direction(s))),
    heading: direction(length),
  };
}

/** Of a Bezier curve whose first control point is 0. */
function bezier(first: number, second: number, end: number): Cubic {
  return [0, 3 * first, 3 * (second - 2 * first), end - 3 * second + 3 * first];
}

function slope([, b, c, d]: Cubic, p: number): number {
  return b + 2 * c * p + 3 * d * p * p;
}

/** Gauss-Legendre with three points a part: exact to a micrometre for what a road is made of. */
function integrate(from: number, to: number, parts: number, f: (x: number) => number): number {
  const half = (to - from) / parts / 2;
  const reach = half * Math.sqrt(0.6);
  let sum = 0;
  for (let i = 0; i < parts; i++) {
    const middle = from + (2 * i + 1) * half;
    sum += (half * (5 * f(middle - reach) + 8 * f(middle) + 5 * f(middle + reach))) / 9;
  }
  return sum;
}

function where({ x, y, heading }: PlanPose): string {
  return `(${x.toFixed(1)}, ${y.toFixed(1)}) towards ${heading.toFixed(2)} rad`;
}
