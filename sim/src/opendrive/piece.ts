import type { LaneKind, LaneMarking } from '@gauntlet/agents-sdk/protocol';
import { valueAt } from './along.ts';
import type { Lane } from './lane-section.ts';
import type { Effort } from './effort.ts';
import { layOut, type LaneShape } from './lane-shape.ts';
import { backward, lengthOf } from './polyline.ts';
import { UNMARKED } from './road-mark.ts';
import type { Road, RoadEnd } from './road.ts';
import { speedSigns, type SpeedSigns } from './speed-sign.ts';
import { stretchesOf, type Stretch } from './stretch.ts';

/** A lane along one stretch of road: what becomes a lane of the map. */
export interface Piece {
  /** Its position among all pieces. */
  readonly index: number;
  readonly stretch: Stretch;
  readonly lane: Lane;
  readonly kind: LaneKind;
  /** In its driving direction; null for one that has no length and is only passed through. */
  readonly shape: LaneShape | null;
  /** m along its middle. */
  readonly length: number;
  /** m/s; null where neither its road nor the lane says. */
  speed: number | null;
  readonly friction: number | null;
  readonly tunnel: boolean;
  leftNeighbour: Piece | null;
  rightNeighbour: Piece | null;
  readonly leftMarking: LaneMarking;
  readonly rightMarking: LaneMarking;
  successors: Piece[];
  predecessors: Piece[];
  /** Index of the junction it lies in. */
  readonly junction: number | null;
  yields: boolean;
  stops: boolean;
  /** m before its end. */
  stopLine: number | null;
  /** Index of the signal that governs driving into it. */
  signal: number | null;
}

/** A road as pieces: its stretches, and by stretch and lane id the pieces. */
export interface RoadPieces {
  readonly road: Road;
  readonly stretches: readonly Stretch[];
  readonly pieces: readonly ReadonlyMap<number, Piece>[];
}

/** m: a stretch that is shorter has no surface; what follows it begins where it began. */
const SHORTEST = 0.01;

/**
 * Divides a road and lays out its lanes.
 * @param all every piece of the map so far; those of this road are added.
 * @param lights m along the road, where traffic halts for a light in the middle of it.
 * @throws MapError where the map takes too much.
 */
export function readPieces(
  road: Road,
  junction: number | null,
  lights: readonly number[],
  all: Piece[],
  effort: Effort,
): RoadPieces {
  const stretches = stretchesOf(road, lights, effort);
  if (stretches.length === 0) road.reader.fail('a lane section that has a length', 'none');
  const signs = speedSigns(road);
  const pieces = stretches.map((stretch) => {
    const made = piecesOf(stretch, junction, signs, all.length, effort);
    all.push(...made);
    return new Map(made.map((piece) => [piece.lane.id, piece]));
  });
  return { road, stretches, pieces };
}

function piecesOf(
  stretch: Stretch,
  junction: number | null,
  signs: SpeedSigns,
  first: number,
  effort: Effort,
): Piece[] {
  const { road, across, kinds, from, to } = stretch;
  const which = across.lanes.flatMap((_, i) => (kinds[i] === null ? [] : [i]));
  const short = to - from < SHORTEST;
  const shapes = short ? which.map(() => null) : layOut(stretch, which, effort);
  const middle = (from + to) / 2;
  const tunnel = road.objects.tunnels.some((span) => span.from < to && span.to > from);
  const pieces: Piece[] = [];
  which.forEach((i, k) => {
    const lane = across.lanes[i] as Lane;
    const [left, right] = marks(stretch, i, lane.forward);
    const shape = shapes[k] ?? null;
    if (shape === null && !short) lane.reader.gather('a lane has no length and is left out');
    if (shape?.folds && kinds[i] === 'driving')
      lane.reader.warn('the lane bends more tightly than it is wide: its middle runs backwards there');
    const length = shape ? lengthOf(shape.centre) : 0;
    effort.spendLength(length, road.reader);
    pieces.push({
      index: first + pieces.length,
      stretch,
      lane,
      kind: kinds[i] as LaneKind,
      shape: shape && (lane.forward ? shape : reversed(shape)),
      length,
      speed: valueAt(lane.speeds, middle, null) ?? signs(lane, middle) ?? statedSpeed(road, middle),
      friction: valueAt(lane.frictions, middle, null),
      tunnel,
      leftNeighbour: null,
      rightNeighbour: null,
      leftMarking: left,
      rightMarking: right,
      successors: [],
      predecessors: [],
      junction,
      yields: false,
      stops: false,
      stopLine: null,
      signal: null,
    });
  });
  if (!short) setNeighbours(stretch, which, pieces);
  return pieces;
}

/** Connecting roads that state no speed are driven as the roads they connect: theirs is found later. */
function statedSpeed(road: Road, s: number): number | null {
  return road.statesSpeed || road.junction === null ? valueAt(road.speeds, s, null) : null;
}

/** The paint on the left and the right of a lane, as seen from it in its driving direction. */
function marks({ marks: all }: Stretch, lane: number, forward: boolean): [LaneMarking, LaneMarking] {
  const onLeft = (all[lane] ?? UNMARKED).right;
  const onRight = (all[lane + 1] ?? UNMARKED).left;
  return forward ? [onLeft, onRight] : [onRight, onLeft];
}

function setNeighbours({ marks: all }: Stretch, which: readonly number[], pieces: readonly Piece[]): void {
  for (let k = 0; k + 1 < which.length; k++) {
    const [left, right] = [pieces[k] as Piece, pieces[k + 1] as Piece];
    const [i, j] = [which[k] as number, which[k + 1] as number];
    if (j !== i + 1 || !left.shape || !right.shape) continue;
    if (left.kind !== 'driving' || right.kind !== 'driving' || left.lane.forward !== right.lane.forward) continue;
    const mark = all[j] ?? UNMARKED;
    const { forward } = left.lane;
    if (mark.increase) right[forward ? 'leftNeighbour' : 'rightNeighbour'] = left;
    if (mark.decrease) left[forward ? 'rightNeighbour' : 'leftNeighbour'] = right;
  }
}

function reversed({ centre, left, right, folds }: LaneShape): LaneShape {
  return { centre: backward(centre), left: backward(right), right: backward(left), folds };
}

/** The end of its road at which a piece's traffic leaves it, or comes in. */
export function leaves(piece: Piece): RoadEnd {
  return piece.lane.forward ? 'end' : 'start';
}

export function enters(piece: Piece): RoadEnd {
  return piece.lane.forward ? 'start' : 'end';
}

/** m along the road where a piece begins for its traffic. */
export function beginS({ stretch, lane }: Piece): number {
  return lane.forward ? stretch.from : stretch.to;
}

export function endS({ stretch, lane }: Piece): number {
  return lane.forward ? stretch.to : stretch.from;
}

/** `road 5, lane section 1, lane -2 (line 123)` */
export function placeOf({ lane }: Piece): string {
  return lane.reader.place;
}
