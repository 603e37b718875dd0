import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { atan2, cos, hypot, sin, wrapAngle } from '../math.ts';
import type { Pose } from './lane-graph.ts';

/** A place in the coordinates of a lane. */
export interface LanePoint {
  /** m along the centre, 0..length. */
  s: number;
  /** m to the left of the centre. */
  offset: number;
  /** m to the nearest point of the centre. */
  distance: number;
  /** m by which the place lies before the start or behind the end. */
  overshoot: number;
}

/** A lane point to be written to. */
export function newLanePoint(): LanePoint {
  return { s: 0, offset: 0, distance: 0, overshoot: 0 };
}

/** Segments that share a bounding box. */
const CHUNK = 16;

/** The centre of one lane as arrays by vertex, for quick look-up. */
export class LaneGeometry {
  readonly id: number;
  readonly length: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly halfWidth: number;
  readonly #z: Float64Array;
  readonly #s: Float64Array;
  /** rad at the vertices, not wrapped, so that it can be interpolated. */
  readonly #heading: Float64Array;
  /** Unit vector of the lane's direction at the vertices. */
  readonly tangentX: Float64Array;
  readonly tangentY: Float64Array;
  readonly #curvature: Float64Array;
  readonly #width: Float64Array;
  /** Rise to the left over width at the vertices; null for a lane that is level across everywhere. */
  readonly #crossSlope: Float64Array | null;
  /** Least x, greatest x, least y, greatest y of each chunk of segments. */
  readonly #boxes: Float64Array;
  /** What `project` has found so far. */
  readonly #found = new Float64Array(3);

  constructor(lane: MapLane) {
    const { centre, left, right } = lane;
    const count = centre.length / 3;
    const axis = (line: readonly number[], k: number): Float64Array =>
      Float64Array.from({ length: count }, (_, i) => line[3 * i + k] ?? 0);
    this.id = lane.id;
    this.x = axis(centre, 0);
    this.y = axis(centre, 1);
    this.#z = axis(centre, 2);
    const [lx, ly, rx, ry] = [axis(left, 0), axis(left, 1), axis(right, 0), axis(right, 1)];
    this.#width = this.x.map((_, i) => hypot(at(lx, i) - at(rx, i), at(ly, i) - at(ry, i)));
    this.halfWidth = this.#width.reduce((most, width) => Math.max(most, width), 0) / 2;
    const banked = this.x.some((_, i) => left[3 * i + 2] !== right[3 * i + 2]);
    this.#crossSlope = banked
      ? this.#width.map((width, i) => (width > 0 ? ((left[3 * i + 2] ?? 0) - (right[3 * i + 2] ?? 0)) / width : 0))
      : null;
    this.#boxes = chunkBoxes(this.x, this.y);

    const chord = new Float64Array(count - 1);
    const direction = new Float64Array(count - 1);
    this.#s = new Float64Array(count);
    for (let i = 0; i + 1 < count; i++) {
      const dx = at(this.x, i + 1) - at(this.x, i);
      const dy = at(this.y, i + 1) - at(this.y, i);
      chord[i] = hypot(dx, dy);
      const angle = atan2(dy, dx);
      direction[i] = i === 0 ? angle : at(direction, i - 1) + wrapAngle(angle - at(direction, i - 1));
      this.#s[i + 1] = at(this.#s, i) + at(chord, i);
    }
    this.length = at(this.#s, count - 1);
    this.#heading = new Float64Array(count);
    this.#curvature = new Float64Array(count);
    // The tangent and curvature of the circle through three vertices; the ends go on as their neighbours do.
    for (let i = 1; i + 1 < count; i++) {
      const [before, after] = [at(chord, i - 1), at(chord, i)];
      const turn = at(direction, i) - at(direction, i - 1);
      this.#heading[i] = at(direction, i - 1) + (turn * before) / (before + after);
      this.#curvature[i] = (2 * turn) / (before + after);
    }
    this.#heading[0] = count > 2 ? 2 * at(direction, 0) - at(this.#heading, 1) : at(direction, 0);
    this.#heading[count - 1] =
      count > 2 ? 2 * at(direction, count - 2) - at(this.#heading, count - 2) : at(direction, 0);
    this.#curvature[0] = count > 2 ? at(this.#curvature, 1) : 0;
    this.#curvature[count - 1] = count > 2 ? at(this.#curvature, count - 2) : 0;
    this.tangentX = this.#heading.map((heading) => cos(heading));
    this.tangentY = this.#heading.map((heading) => sin(heading));
  }

  /** Between vertices the centre is a cubic Hermite curve: a polyline's kinks would look like sharp bends to a driver. */
  pose(s: number, out: Pose): void {
    const i = this.#segment(s);
    const t = this.#share(i, s);
    const inside = t < 0 ? 0 : t > 1 ? 1 : t;
    const rest = 1 - inside;
    const chord = at(this.#s, i + 1) - at(this.#s, i);
    const leave = chord * inside * rest * rest;
    const arrive = -chord * inside * inside * rest;
    const smooth = inside * inside * (3 - 2 * inside);
    out.heading = wrapAngle(mix(this.#heading, i, inside));
    out.x = mix(this.x, i, smooth) + leave * at(this.tangentX, i) + arrive * at(this.tangentX, i + 1);
    out.y = mix(this.y, i, smooth) + leave * at(this.tangentY, i) + arrive * at(this.tangentY, i + 1);
    out.z = mix(this.#z, i, inside);
    if (inside === t) return;
    const beyond = s < 0 ? s : s - this.length;
    out.x += beyond * cos(out.heading);
    out.y += beyond * sin(out.heading);
  }

  width(s: number): number {
    return this.#value(this.#width, s);
  }

  /** m, at the place that `project` found last: sooner had than by `width`. */
  widthThere(): number {
    const share = at(this.#found, 2);
    return mix(this.#width, at(this.#found, 1), share < 0 ? 0 : share > 1 ? 1 : share);
  }

  /** m, of the centre. */
  height(s: number): number {
    return this.#value(this.#z, s);
  }

  /** Rise to the left over width. */
  crossSlope(s: number): number {
    return this.#crossSlope ? this.#value(this.#crossSlope, s) : 0;
  }

  /** Whether any of its surface may be within `reach` m of a place: true for all that are, and for some that are not. */
  mayBeWithin(px: number, py: number, reach: number): boolean {
    const margin = reach + this.halfWidth;
    const boxes = this.#boxes;
    for (let i = 0; i < boxes.length; i += 4) if (boxDistance(boxes, i, px, py) <= margin * margin) return true;
    return false;
  }

  curvature(s: number): number {
    return this.#value(this.#curvature, s);
  }

  /** @param first index of the first segment looked at. @param final of the last one. */
  project(px: number, py: number, out: LanePoint, first = 0, final = this.x.length - 2): LanePoint {
    const { x, y } = this;
    const last = x.length - 2;
    const end = final < last ? final : last;
    const found = this.#found;
    found[0] = Infinity;
    found[1] = first;
    if (end - first <= 2 * CHUNK) this.#scan(px, py, first, end);
    else this.#scanChunks(px, py, first, end);
    const [best, segment, share] = [at(found, 0), at(found, 1), at(found, 2)];
    const length = at(this.#s, segment + 1) - at(this.#s, segment);
    const dx = at(x, segment + 1) - at(x, segment);
    const dy = at(y, segment + 1) - at(y, segment);
    out.s = at(this.#s, segment) + length * (share < 0 ? 0 : share > 1 ? 1 : share);
    out.offset = (dx * (py - at(y, segment)) - dy * (px - at(x, segment))) / length;
    out.overshoot =
      segment === 0 && share < 0 ? -share * length : segment === last && share > 1 ? (share - 1) * length : 0;
    out.distance = Math.sqrt(best);
    // In the wedge outside a vertex neither segment's normal passes through the point.
    if (out.overshoot === 0) out.offset = out.offset < 0 ? -out.distance : out.distance;
    return out;
  }

  /** The same as `#scan`, chunk by chunk, without those whose box is farther away than what was found. */
  #scanChunks(px: number, py: number, first: number, end: number): void {
    const boxes = this.#boxes;
    const firstChunk = Math.floor(first / CHUNK);
    const lastChunk = Math.floor(end / CHUNK);
    let nearest = firstChunk;
    for (let k = firstChunk + 1; k <= lastChunk; k++) {
      if (boxDistance(boxes, 4 * k, px, py) < boxDistance(boxes, 4 * nearest, px, py)) nearest = k;
    }
    const scan = (k: number): void =>
      this.#scan(px, py, Math.max(first, k * CHUNK), Math.min(end, (k + 1) * CHUNK - 1));
    scan(nearest);
    for (let k = firstChunk; k <= lastChunk; k++) {
      if (k !== nearest && boxDistance(boxes, 4 * k, px, py) <= at(this.#found, 0)) scan(k);
    }
  }

  /** Writes squared distance, segment and share of the segment nearest to a point, if it is nearer than what was found before. */
  #scan(px: number, py: number, first: number, end: number): void {
    const { x, y } = this;
    const found = this.#found;
    let best = at(found, 0);
    let segment = at(found, 1);
    let share = at(found, 2);
    for (let i = first; i <= end; i++) {
      const ax = x[i] as number;
      const ay = y[i] as number;
      const dx = (x[i + 1] as number) - ax;
      const dy = (y[i + 1] as number) - ay;
      const t = ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy);
      const inside = t < 0 ? 0 : t > 1 ? 1 : t;
      const ex = px - ax - inside * dx;
      const ey = py - ay - inside * dy;
      const distance = ex * ex + ey * ey;
      // Of equally near segments the first one, in whatever order they are looked at.
      if (distance > best || (distance === best && i > segment)) continue;
      best = distance;
      segment = i;
      share = t;
    }
    found[0] = best;
    found[1] = segment;
    found[2] = share;
  }

  #value(values: Float64Array, s: number): number {
    const i = this.#segment(s);
    const t = this.#share(i, s);
    return mix(values, i, t < 0 ? 0 : t > 1 ? 1 : t);
  }

  #share(i: number, s: number): number {
    const from = at(this.#s, i);
    return (s - from) / (at(this.#s, i + 1) - from);
  }

  /** The index of the segment that holds `s`, by bisection. */
  #segment(s: number): number {
    let low = 0;
    let high = this.#s.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (at(this.#s, middle) <= s) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function chunkBoxes(x: Float64Array, y: Float64Array): Float64Array {
  const segments = x.length - 1;
  const boxes = new Float64Array(4 * Math.ceil(segments / CHUNK));
  for (let k = 0; 4 * k < boxes.length; k++) {
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = k * CHUNK; i <= Math.min(segments, (k + 1) * CHUNK); i++) {
      left = Math.min(left, at(x, i));
      right = Math.max(right, at(x, i));
      bottom = Math.min(bottom, at(y, i));
      top = Math.max(top, at(y, i));
    }
    boxes.set([left, right, bottom, top], 4 * k);
  }
  return boxes;
}

/** m2, from a place to the box that begins at `i`. */
function boxDistance(boxes: Float64Array, i: number, px: number, py: number): number {
  const left = (boxes[i] as number) - px;
  const right = px - (boxes[i + 1] as number);
  const bottom = (boxes[i + 2] as number) - py;
  const top = py - (boxes[i + 3] as number);
  const dx = left > 0 ? left : right > 0 ? right : 0;
  const dy = bottom > 0 ? bottom : top > 0 ? top : 0;
  return dx * dx + dy * dy;
}

function at(values: Float64Array, i: number): number {
  return values[i] as number;
}

function mix(values: Float64Array, i: number, t: number): number {
  const from = values[i] as number;
  return from + t * ((values[i + 1] as number) - from);
}
