import type { Lane } from './lane-section.ts';
import { beginS, endS, type Piece, type RoadPieces } from './piece.ts';
import type { RoadSignal, SignalReference, Validity } from './road-signal.ts';
import type { Road } from './road.ts';
import { lanesOf } from './validity.ts';

/** m before a junction, within which signs and lights are for that junction. */
export const APPROACH = 40;
/** m between where a road was divided for a light and where the light stands. */
const AT_THE_CUT = 2;

/**
 * m along a road: where traffic halts for lights in the middle of it, so that the road is divided there.
 * @param lights by id: the signals of the map that are lights for vehicles.
 */
export function lightsBetween(road: Road, lights: ReadonlyMap<string, RoadSignal>): number[] {
  if (road.junction !== null) return [];
  const { signals, references } = road.signals;
  const validities: Validity[] = [
    ...signals.filter(({ role }) => role === 'light'),
    ...references.filter(({ id }) => lights.has(id)),
  ];
  return validities
    .filter((validity) => lanesOf(road, validity).some((lane) => !atJunction(road, lane, validity.s)))
    .map(({ s }) => s);
}

/** Whether a place on a road belongs to the junction that traffic of a lane comes to next. */
function atJunction(road: Road, lane: Lane, s: number): boolean {
  const link = road.links[lane.forward ? 'end' : 'start'];
  return link?.kind === 'junction' && (lane.forward ? road.length - s : s) <= APPROACH;
}

/** Where a signal halts traffic: the pieces that are entered there, and those that lead to them. */
interface Halt {
  readonly entries: readonly Piece[];
  readonly approaches: readonly Piece[];
  /** m along the road from the signal to the end of the approach; null where the signal stands elsewhere. */
  readonly before: number | null;
}

function haltsAt(road: RoadPieces, validity: Validity): Halt[] {
  return lanesOf(road.road, validity).flatMap((lane): Halt[] => {
    if (road.road.junction !== null) {
      const entry = road.pieces[lane.forward ? 0 : road.pieces.length - 1]?.get(lane.id);
      return entry ? [{ entries: [entry], approaches: entry.predecessors, before: null }] : [];
    }
    if (atJunction(road.road, lane, validity.s)) {
      const last = lastOnRoad(road, pieceAt(road, lane, validity.s));
      return last ? [{ entries: last.successors, approaches: [last], before: Math.abs(endS(last) - validity.s) }] : [];
    }
    const entry = road.pieces
      .map((stretch) => stretch.get(lane.id))
      .find((piece) => piece && Math.abs(beginS(piece) - validity.s) < AT_THE_CUT);
    return entry ? [{ entries: [entry], approaches: entry.predecessors, before: 0 }] : [];
  });
}

export function pieceAt(road: RoadPieces, lane: Lane, s: number): Piece | undefined {
  const k = road.stretches.findIndex(({ to }) => s <= to);
  return road.pieces[k < 0 ? road.pieces.length - 1 : k]?.get(lane.id);
}

/** The last piece of the same road that a piece leads to before traffic is halted or leaves the road. */
export function lastOnRoad(road: RoadPieces, from: Piece | undefined): Piece | undefined {
  let piece = from;
  for (let i = 0; piece && i < road.stretches.length; i++) {
    const next: Piece | undefined = piece.successors.find(
      (each) => each.stretch.road === road.road && each.signal === null,
    );
    if (!next) return piece;
    piece = next;
  }
  return piece;
}

/** Everywhere that a signal halts traffic: where it stands itself, and where it is referred to. */
export function haltsOf(road: RoadPieces, signal: RoadSignal, references: References): Halt[] {
  const halts = haltsAt(road, signal);
  for (const { road: other, reference } of references.get(signal.id) ?? []) halts.push(...haltsAt(other, reference));
  return halts;
}

/** By id of a signal: the other places where it holds. */
type References = ReadonlyMap<string, readonly { road: RoadPieces; reference: SignalReference }[]>;

export function referencesById(roads: ReadonlyMap<string, RoadPieces>): References {
  const byId = new Map<string, { road: RoadPieces; reference: SignalReference }[]>();
  for (const road of roads.values()) {
    for (const reference of road.road.signals.references) {
      const known = byId.get(reference.id);
      if (known) known.push({ road, reference });
      else byId.set(reference.id, [{ road, reference }]);
    }
  }
  return byId;
}
