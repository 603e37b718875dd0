import type { LaneMarking, MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { hypot } from '../math.ts';
import { beside, type ReferenceLine } from './curves.ts';

/** One lane of a stretch of road, as a builder is told of it. */
export interface LaneSpec {
  /** m, at the start and, where it differs, at the end. */
  readonly width: number;
  readonly endWidth?: number;
  /** m/s */
  readonly speedLimit: number;
  readonly kind?: MapLane['kind'];
  readonly leftMarking?: LaneMarking;
  readonly rightMarking?: LaneMarking;
  readonly junction?: number;
  /** A give-way line stands at its end. */
  readonly yields?: boolean;
}

/** Lays out a map in code: stretches of road beside reference lines, then links between their lanes. */
export class MapBuilder {
  readonly #name: string;
  readonly #lanes: MapLane[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * A stretch of one-way road. Driving lanes that lie side by side become neighbours.
   * @param lanes from left to right, all of the direction of the line.
   * @param leftEdge m from the line to the left edge of the first lane; without it the line is the middle of the road.
   * @returns the lanes' ids, from left to right.
   */
  road(line: ReferenceLine, lanes: readonly LaneSpec[], leftEdge?: number): number[] {
    const at = fractions(line);
    const first = this.#lanes.length;
    const edges = line.map((_, i) => {
      const t = at[i] ?? 0;
      const widths = lanes.map(
        (lane) => lane.width + ((lane.endWidth ?? lane.width) - lane.width) * t * t * (3 - 2 * t),
      );
      const offsets = [leftEdge ?? widths.reduce((sum, width) => sum + width, 0) / 2];
      for (const width of widths) offsets.push((offsets[offsets.length - 1] ?? 0) - width);
      return offsets;
    });
    lanes.forEach((spec, k) => {
      const driving = (other: LaneSpec | undefined): boolean =>
        other !== undefined && (other.kind ?? 'driving') === 'driving' && (spec.kind ?? 'driving') === 'driving';
      const polyline = (offset: (row: readonly number[]) => number): number[] =>
        line.flatMap((point, i) => {
          const { x, y } = beside(point, offset(edges[i] ?? []));
          return [x, y, 0];
        });
      this.#lanes.push({
        id: first + k,
        kind: spec.kind ?? 'driving',
        centre: polyline((row) => ((row[k] ?? 0) + (row[k + 1] ?? 0)) / 2),
        left: polyline((row) => row[k] ?? 0),
        right: polyline((row) => row[k + 1] ?? 0),
        speedLimit: spec.speedLimit,
        successors: [],
        predecessors: [],
        leftNeighbour: driving(lanes[k - 1]) ? first + k - 1 : null,
        rightNeighbour: driving(lanes[k + 1]) ? first + k + 1 : null,
        junction: spec.junction ?? null,
        leftMarking: spec.leftMarking ?? 'solid',
        rightMarking: spec.rightMarking ?? 'solid',
        yields: spec.yields ?? false,
        stops: false,
        stopLine: 0,
        signal: null,
        tunnel: false,
        friction: null,
      });
    });
    return lanes.map((_, k) => first + k);
  }

  /** Lets traffic drive from the end of one lane into the start of another. */
  link(from: number, to: number): void {
    this.#lane(from).successors.push(to);
    this.#lane(to).predecessors.push(from);
  }

  /** Links the lanes of two stretches one to one, from left to right. */
  linkAll(from: readonly number[], to: readonly number[]): void {
    from.forEach((lane, k) => {
      const next = to[k];
      if (next !== undefined) this.link(lane, next);
    });
  }

  build(): MapDescription {
    return { name: this.#name, drivingSide: 'right', lanes: this.#lanes, signals: [], crossings: [] };
  }

  #lane(id: number): MapLane {
    const lane = this.#lanes[id];
    if (!lane) throw new RangeError(`map ${this.#name}: expected a lane of 0..${this.#lanes.length - 1}, got ${id}`);
    return lane;
  }
}

/** How far along the line each of its points is, 0..1. */
function fractions(line: ReferenceLine): number[] {
  let sum = 0;
  const lengths = line.map((point, i) => {
    const before = line[i - 1];
    if (before) sum += hypot(point.x - before.x, point.y - before.y);
    return sum;
  });
  return lengths.map((length) => length / sum);
}
