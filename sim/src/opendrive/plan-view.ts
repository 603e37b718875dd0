import { cos, hypot, sin, wrapAngle } from '../math.ts';
import { firstAfter } from './along.ts';
import type { Reader } from './attributes.ts';
import { Clothoid, type LinePose } from './clothoid.ts';
import { CubicCurve, parameterAtLength, STRAIGHT, type Cubic } from './cubic-curve.ts';
import { LIMITS } from './limits.ts';
import type { XmlElement } from './xml.ts';

/** One piece of a road's reference line. */
interface Geometry {
  /** m, where it begins along the road. */
  readonly s: number;
  /** m, as the file states it. */
  readonly length: number;
  /** m, as its shape gives it. */
  readonly measured: number;
  readonly reader: Reader;
  at(ds: number, out: LinePose): void;
}

/** A road's reference line, seen from above. */
export class PlanView {
  readonly #geometries: readonly Geometry[];

  constructor(geometries: readonly Geometry[]) {
    this.#geometries = geometries;
  }

  /** The place `s` m along the road. Beyond its ends the first and the last piece go on. */
  at(s: number, out: LinePose): void {
    const geometry = this.#geometries[Math.max(0, firstAfter(this.#geometries, s) - 1)] as Geometry;
    geometry.at(s - geometry.s, out);
  }

  /** Where its pieces begin: `s`, m along the road, in ascending order. */
  get breaks(): readonly { readonly s: number }[] {
    return this.#geometries;
  }

  /**
   * Whether the pieces are as long as the file states, begin where the ones before end, and add up to the road.
   * @param road m, its stated length.
   */
  check(road: Reader, roadLength: number): void {
    const end: LinePose = { x: 0, y: 0, heading: 0 };
    const start: LinePose = { x: 0, y: 0, heading: 0 };
    let sum = 0;
    let previous: Geometry | null = null;
    for (const geometry of this.#geometries) {
      const { s, length, measured, reader } = geometry;
      if (Math.abs(measured - length) > tolerance(length))
        reader.warn(`it is ${metres(measured)} long by its shape, the file states ${metres(length)}`);
      if (Math.abs(s - sum) > tolerance(sum))
        reader.warn(`it begins at s = ${metres(s)}, those before end at ${metres(sum)}`);
      if (previous) {
        previous.at(previous.length, end);
        geometry.at(0, start);
        const gap = hypot(start.x - end.x, start.y - end.y);
        if (gap > GAP) reader.warn(`it begins ${metres(gap)} away from where the one before ends`);
        const kink = Math.abs(wrapAngle(start.heading - end.heading));
        if (kink > KINK) reader.warn(`it turns by ${kink.toFixed(3)} rad at once from the one before`);
      }
      sum += length;
      previous = geometry;
    }
    if (Math.abs(sum - roadLength) > tolerance(roadLength))
      road.warn(`its geometries add up to ${metres(sum)}, the file states a length of ${metres(roadLength)}`);
  }
}

/** m, by which pieces may miss each other; rad, by which they may bend. */
const GAP = 0.01;
const KINK = 0.02;

/** m: 1 cm in 100 m, and never less than a millimetre. */
function tolerance(length: number): number {
  return Math.max(1e-3, 1e-4 * length);
}

function metres(length: number): string {
  return `${length.toFixed(3)} m`;
}

/** m: shorter pieces are left out, they have no direction. */
const SHORTEST = 1e-6;

/** @param origin m, what the file's coordinates are moved by. @throws MapError */
export function readPlanView(road: Reader, origin: { x: number; y: number }): PlanView {
  const geometries: Geometry[] = [];
  for (const [i, element] of road.listed('planView', 'geometry').entries()) {
    const reader = road.at(element, `geometry ${i}`);
    const s = reader.number('s', { min: -1, max: LIMITS.roadLength });
    const length = reader.number('length', { min: 0, max: LIMITS.roadLength });
    const start = {
      x: reader.number('x') - origin.x,
      y: reader.number('y') - origin.y,
      heading: wrapAngle(reader.number('hdg')),
    };
    if (length < SHORTEST) {
      reader.warn('it has no length and is left out');
      continue;
    }
    const shape = readShape(reader, start, length);
    geometries.push({ s, length, reader, ...shape });
  }
  if (geometries.length === 0) road.fail('a planView with a geometry that has a length', 'none');
  return new PlanView(geometries.sort((a, b) => a.s - b.s));
}

type Shape = Pick<Geometry, 'measured' | 'at'>;

function readShape(reader: Reader, start: LinePose, length: number): Shape {
  const kinds = reader.element.children.filter(({ name }) => SHAPES.includes(name));
  const [element] = kinds;
  if (!element || kinds.length > 1)
    reader.fail(
      `one of ${SHAPES.join(', ')}`,
      kinds.length === 0 ? 'none' : kinds.map(({ name }) => name).join(' and '),
    );
  const shape = reader.at(element, element.name);
  switch (element.name) {
    case 'line':
      return line(start, length);
    case 'arc': {
      const curvature = shape.number('curvature');
      limitTurn(shape, length * Math.abs(curvature));
      return arc(start, length, curvature);
    }
    case 'spiral': {
      const [from, to] = [shape.number('curvStart'), shape.number('curvEnd')];
      limitTurn(shape, length * Math.max(Math.abs(from), Math.abs(to)));
      const clothoid = new Clothoid(start, length, from, to);
      return { measured: length, at: (ds, out) => clothoid.at(ds, out) };
    }
    case 'poly3': {
      const v = cubic(shape, 'a', 'b', 'c', 'd');
      return curve(shape, start, length, new CubicCurve(STRAIGHT, v, parameterAtLength(v, length), length));
    }
    default: {
      const range = shape.text('pRange') ?? 'normalized';
      if (range !== 'arcLength' && range !== 'normalized')
        shape.warn(`expected pRange to be arcLength or normalized, got "${range}": normalized is taken`);
      const u = cubic(shape, 'aU', 'bU', 'cU', 'dU');
      const v = cubic(shape, 'aV', 'bV', 'cV', 'dV');
      return curve(shape, start, length, new CubicCurve(u, v, range === 'arcLength' ? length : 1, length));
    }
  }
}

const SHAPES = ['line', 'arc', 'spiral', 'poly3', 'paramPoly3'];

function limitTurn(reader: Reader, turn: number): void {
  if (turn > LIMITS.turn) reader.fail(`a turn by at most ${LIMITS.turn} rad over its length`, `${turn.toFixed(0)} rad`);
}

function cubic(reader: Reader, ...names: [string, string, string, string]): Cubic {
  const [a, b, c, d] = names.map((name) => reader.number(name)) as [number, number, number, number];
  return [a, b, c, d];
}

function line(start: LinePose, length: number): Shape {
  const c = cos(start.heading);
  const s = sin(start.heading);
  return {
    measured: length,
    at(ds, out) {
      out.x = start.x + ds * c;
      out.y = start.y + ds * s;
      out.heading = start.heading;
    },
  };
}

function arc(start: LinePose, length: number, curvature: number): Shape {
  return {
    measured: length,
    at(ds, out) {
      const half = (ds * curvature) / 2;
      // sin(u)/u, whose series avoids dividing by zero on arcs that are all but straight.
      const chord = ds * (Math.abs(half) < 1e-4 ? 1 - (half * half) / 6 : sin(half) / half);
      out.x = start.x + chord * cos(start.heading + half);
      out.y = start.y + chord * sin(start.heading + half);
      out.heading = start.heading + 2 * half;
    },
  };
}

/** A cubic curve in the frame of the geometry. Places along it go by its own arc length, stretched to the stated one. */
function curve(reader: Reader, start: LinePose, length: number, cubicCurve: CubicCurve): Shape {
  const measured = cubicCurve.length;
  if (!(measured > SHORTEST && measured < LIMITS.roadLength))
    reader.fail(`a curve of up to ${LIMITS.roadLength} m`, `one of ${measured} m`);
  const stretch = measured / length;
  const c = cos(start.heading);
  const s = sin(start.heading);
  return {
    measured,
    at(ds, out) {
      cubicCurve.at(ds * stretch, out);
      const { x, y } = out;
      out.x = start.x + x * c - y * s;
      out.y = start.y + x * s + y * c;
      out.heading += start.heading;
    },
  };
}

/** How many pieces of plan view a file holds. */
export function countGeometries(roads: readonly XmlElement[]): number {
  let count = 0;
  for (const road of roads)
    for (const child of road.children) if (child.name === 'planView') count += child.children.length;
  return count;
}
