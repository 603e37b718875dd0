import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import type { Normal } from '../vehicle/ground.ts';
import { CellTable } from './cell-table.ts';
import { newLanePoint, type LaneGeometry, type LanePoint } from './lane-geometry.ts';
import type { LaneGrid } from './lane-grid.ts';
import { Terrain } from './terrain.ts';

/** m: the side of a cell. */
const CELL = 4;
/** m by which a place may miss a lane's surface and still be on it: lanes meet within as much. */
const SLACK = 0.02;
/** m beside a lane within which its edge goes on level, and at which the terrain has taken over. */
const VERGE = 2;
const OUTSIDE = 6;
/** m in height between a place and a lane beyond which the lane is on another level. */
const LEVEL = 3;
/** m over which the slope beside lanes is taken. */
const STEP = 0.5;

/**
 * The ground as the lanes' own surfaces make it: between two cross-sections of a lane, heights go evenly along it and, on either side of
 * the centre, across it. Lanes of one road share the lines of their cross-sections, so that their surfaces meet in their seams. Where
 * several lie over each other, the one nearest in height to the given z is meant. Beside the lanes the nearest edge goes on level for
 * 2 m and passes into a coarse terrain until 6 m.
 */
export class Surface {
  readonly #lanes: readonly LaneGeometry[];
  readonly #grid: LaneGrid;
  readonly #terrain: Terrain;
  readonly #friction: number;
  /** By vertex of all lanes, one after another: edges and centre, m, and the unit vector along the lane. */
  readonly #rightX: Float64Array;
  readonly #rightY: Float64Array;
  readonly #rightZ: Float64Array;
  readonly #leftX: Float64Array;
  readonly #leftY: Float64Array;
  readonly #leftZ: Float64Array;
  readonly #centreZ: Float64Array;
  readonly #alongX: Float64Array;
  readonly #alongY: Float64Array;
  /** By lane: its first vertex, and its friction. */
  readonly #first: Int32Array;
  readonly #frictions: Float64Array;
  /** By vertex: its lane. */
  readonly #laneOf: Int32Array;
  /** Records: the first vertex of each segment that comes into the cell. */
  readonly #table = new CellTable(CELL, 1);
  readonly #point: LanePoint = newLanePoint();
  // What the last question was, and its answer: height and friction are mostly asked of one place.
  #x = NaN;
  #y = NaN;
  #z = NaN;
  #height = 0;
  /** First vertex of the segment, or -1 beside the lanes; shares 0..1 along it and from right to left; the lane. */
  #vertex = -1;
  #along = 0;
  #across = 0;
  #lane = -1;

  /** @param friction tyre-road friction coefficient where a lane has none of its own. */
  constructor(lanes: readonly MapLane[], geometry: readonly LaneGeometry[], grid: LaneGrid, friction: number) {
    this.#lanes = geometry;
    this.#grid = grid;
    this.#friction = friction;
    this.#terrain = new Terrain(lanes);
    this.#frictions = Float64Array.from(lanes, (lane) => lane.friction ?? friction);
    this.#first = new Int32Array(lanes.length);
    let count = 0;
    lanes.forEach((lane, i) => {
      this.#first[i] = count;
      count += lane.centre.length / 3;
    });
    this.#laneOf = new Int32Array(count);
    const make = (): Float64Array => new Float64Array(count);
    [this.#rightX, this.#rightY, this.#rightZ, this.#leftX] = [make(), make(), make(), make()];
    [this.#leftY, this.#leftZ, this.#centreZ, this.#alongX, this.#alongY] = [make(), make(), make(), make(), make()];
    lanes.forEach((lane, i) => this.#enter(lane, i));
    this.#table.seal();
  }

  /** m */
  height(x: number, y: number, z: number): number {
    this.#find(x, y, z);
    return this.#height;
  }

  /** Tyre-road friction coefficient. */
  friction(x: number, y: number, z: number): number {
    this.#find(x, y, z);
    return this.#lane < 0 ? this.#friction : this.#frictions[this.#lane]!;
  }

  /** Writes the unit normal. */
  normal(x: number, y: number, into: Normal, z: number): void {
    this.#find(x, y, z);
    if (this.#vertex < 0) {
      const rise = (this.height(x + STEP, y, z) - this.height(x - STEP, y, z)) / (2 * STEP);
      const left = (this.height(x, y + STEP, z) - this.height(x, y - STEP, z)) / (2 * STEP);
      write(into, -rise, -left, 1);
      return;
    }
    const i = this.#vertex;
    const u = this.#across;
    const v = 1 - u;
    // Along the lane at this share of its width, and across it.
    const ax = v * (this.#rightX[i + 1]! - this.#rightX[i]!) + u * (this.#leftX[i + 1]! - this.#leftX[i]!);
    const ay = v * (this.#rightY[i + 1]! - this.#rightY[i]!) + u * (this.#leftY[i + 1]! - this.#leftY[i]!);
    const az = this.#heightAt(i, 1, u) - this.#heightAt(i, 0, u);
    const t = this.#along;
    const cx = mix(this.#leftX, i, t) - mix(this.#rightX, i, t);
    const cy = mix(this.#leftY, i, t) - mix(this.#rightY, i, t);
    const middle = mix(this.#centreZ, i, t);
    const cz = u < 0.5 ? 2 * (middle - mix(this.#rightZ, i, t)) : 2 * (mix(this.#leftZ, i, t) - middle);
    write(into, ay * cz - az * cy, az * cx - ax * cz, ax * cy - ay * cx);
  }

  #find(x: number, y: number, z: number): void {
    if (x === this.#x && y === this.#y && z === this.#z) return;
    this.#x = x;
    this.#y = y;
    this.#z = z;
    const cell = this.#table.cellAt(x, y);
    this.#vertex = -1;
    let best = Infinity;
    if (cell >= 0) {
      const { starts, records } = this.#table;
      const end = starts[cell + 1]!;
      for (let k = starts[cell]!; k < end; k++) {
        const i = records[k]!;
        const before = (x - this.#rightX[i]!) * this.#alongX[i]! + (y - this.#rightY[i]!) * this.#alongY[i]!;
        if (before < -SLACK) continue;
        const j = i + 1;
        const after = (x - this.#rightX[j]!) * this.#alongX[j]! + (y - this.#rightY[j]!) * this.#alongY[j]!;
        if (after > SLACK || before - after <= 0) continue;
        const t = before / (before - after);
        const rx = mix(this.#rightX, i, t);
        const ry = mix(this.#rightY, i, t);
        const wx = mix(this.#leftX, i, t) - rx;
        const wy = mix(this.#leftY, i, t) - ry;
        const width2 = wx * wx + wy * wy;
        const across = (x - rx) * wx + (y - ry) * wy;
        const slack = SLACK * Math.sqrt(width2);
        if (across < -slack || across > width2 + slack || width2 === 0) continue;
        const height = this.#heightAt(i, t, across / width2);
        const off = height > z ? height - z : z - height;
        if (off >= best) continue;
        best = off;
        this.#vertex = i;
        this.#along = t;
        this.#across = across / width2;
        this.#height = height;
      }
    }
    if (this.#vertex < 0) this.#besideLanes(x, y, z);
    else this.#lane = this.#laneOf[this.#vertex]!;
  }

  /** Height and lane of a place that no lane's surface is at. */
  #besideLanes(x: number, y: number, z: number): void {
    const point = this.#point;
    let least = Infinity;
    let edge = 0;
    this.#lane = -1;
    this.#grid.visit(x, y, OUTSIDE, (id, first, last) => {
      const lane = this.#lanes[id]!;
      lane.project(x, y, point, first, last);
      const half = lane.widthThere() / 2;
      const outside = Math.max(0, point.distance - half);
      if (outside > OUTSIDE) return;
      const aside = point.offset > half ? half : point.offset < -half ? -half : point.offset;
      const height = lane.height(point.s) + aside * lane.crossSlope(point.s);
      // One on another level counts only where there is no other.
      const off = Math.abs(height - z) > LEVEL ? outside + OUTSIDE : outside;
      if (off >= least) return;
      least = off;
      edge = height;
      this.#lane = id;
    });
    if (this.#lane < 0) {
      this.#height = this.#terrain.height(x, y);
      return;
    }
    const outside = least > OUTSIDE ? least - OUTSIDE : least;
    const t = outside <= VERGE ? 0 : (outside - VERGE) / (OUTSIDE - VERGE);
    this.#height = t === 0 ? edge : edge + t * t * (3 - 2 * t) * (this.#terrain.height(x, y) - edge);
  }

  /** m, on the segment from vertex i on, at shares along it and from right to left. */
  #heightAt(i: number, t: number, u: number): number {
    const middle = mix(this.#centreZ, i, t);
    if (u < 0.5) {
      const right = mix(this.#rightZ, i, t);
      return right + 2 * u * (middle - right);
    }
    return middle + (2 * u - 1) * (mix(this.#leftZ, i, t) - middle);
  }

  #enter(lane: MapLane, id: number): void {
    const { centre, left, right } = lane;
    const geometry = this.#lanes[id]!;
    const from = this.#first[id]!;
    const count = centre.length / 3;
    for (let k = 0; k < count; k++) {
      const i = from + k;
      this.#laneOf[i] = id;
      this.#rightX[i] = right[3 * k]!;
      this.#rightY[i] = right[3 * k + 1]!;
      this.#rightZ[i] = right[3 * k + 2]!;
      this.#leftX[i] = left[3 * k]!;
      this.#leftY[i] = left[3 * k + 1]!;
      this.#leftZ[i] = left[3 * k + 2]!;
      this.#centreZ[i] = centre[3 * k + 2]!;
      const wx = this.#leftX[i]! - this.#rightX[i]!;
      const wy = this.#leftY[i]! - this.#rightY[i]!;
      const width = Math.sqrt(wx * wx + wy * wy);
      // A lane that begins without width has no cross-section there but the one that its direction gives it.
      this.#alongX[i] = width > 0.01 ? wy / width : geometry.tangentX[k]!;
      this.#alongY[i] = width > 0.01 ? -wx / width : geometry.tangentY[k]!;
      if (k === 0) continue;
      const margin = geometry.halfWidth + SLACK;
      const [x0, y0, x1, y1] = [geometry.x[k - 1]!, geometry.y[k - 1]!, geometry.x[k]!, geometry.y[k]!];
      this.#table.cover(x0, y0, x1, y1, margin, (column, row) => this.#table.add(column, row, [i - 1]));
    }
  }
}

function mix(values: Float64Array, i: number, t: number): number {
  const from = values[i]!;
  return from + t * (values[i + 1]! - from);
}

function write(into: Normal, x: number, y: number, z: number): void {
  const scale = 1 / Math.sqrt(x * x + y * y + z * z);
  into.x = x * scale;
  into.y = y * scale;
  into.z = z * scale;
}
