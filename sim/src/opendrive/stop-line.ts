import { APPROACH, lastOnRoad, pieceAt } from './halt.ts';
import type { Lane } from './lane-section.ts';
import { endS, type Piece, type RoadPieces } from './piece.ts';
import type { PaintedStopLine } from './road-object.ts';
import type { RoadSignal } from './road-signal.ts';
import { lanesOf } from './validity.ts';

/** Traffic that waits at the end of a piece for a light or sign. */
export interface Wait {
  readonly piece: Piece;
  readonly signal: RoadSignal;
  /** m along the road from where the signal holds to the end of the piece; null where it holds on another road. */
  readonly before: number | null;
}

/** Where traffic stands that waits: at the painted line, and where none is painted, at the light or sign itself. */
export function applyStopLines(roads: ReadonlyMap<string, RoadPieces>, waits: readonly Wait[]): void {
  for (const road of roads.values()) {
    for (const sign of road.road.signals.signals)
      if (sign.role === 'stop-line') for (const lane of lanesOf(road.road, sign)) setStopLine(road, lane, sign.s);
    for (const line of road.road.objects.stopLines)
      for (const lane of lanesUnder(road, line)) setStopLine(road, lane, line.s);
  }
  for (const { piece, signal, before } of waits) {
    if (piece.stopLine !== null || !piece.stretch.road.signals.signals.includes(signal)) continue;
    const distance = before ?? Math.abs(endS(piece) - signal.s);
    if (distance <= APPROACH) piece.stopLine = toLane(piece, distance);
  }
}

/** m along a lane for m along its road. */
function toLane(piece: Piece, distance: number): number {
  const { from, to } = piece.stretch;
  // Not quite to its start, where the last bit of its length could be missing elsewhere.
  return piece.length * Math.min(1 - 1e-9, distance / (to - from));
}

function setStopLine(road: RoadPieces, lane: Lane, s: number): void {
  const last = lastOnRoad(road, pieceAt(road, lane, s));
  if (!last) return;
  const distance = Math.abs(endS(last) - s);
  if (distance > APPROACH) return;
  const at = toLane(last, distance);
  last.stopLine = Math.min(last.stopLine ?? Infinity, at);
}

function lanesUnder(road: RoadPieces, { s, fromT, toT, orientation }: PaintedStopLine): Lane[] {
  const stretch = road.stretches.find(({ to }) => s <= to) ?? road.stretches[road.stretches.length - 1];
  if (!stretch) return [];
  const edges = [...stretch.across.edges(Math.min(s, stretch.to))];
  return stretch.across.lanes.filter((lane, i) => {
    const [left, right] = [edges[i] as number, edges[i + 1] as number];
    const facing = orientation === 'none' || lane.forward === (orientation === '+');
    const middle = (left + right) / 2;
    return facing && ((fromT <= middle && middle <= toT) || (fromT >= right && toT <= left));
  });
}
