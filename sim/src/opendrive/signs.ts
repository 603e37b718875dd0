import { APPROACH, haltsOf, referencesById } from './halt.ts';
import type { Junction } from './junction.ts';
import type { Piece, RoadPieces } from './piece.ts';
import type { Wait } from './stop-line.ts';
import { lanesAt } from './validity.ts';

/**
 * Stop and yield signs, for the lanes that lead to where they hold.
 * @param waits those who have to wait at a sign are added.
 */
export function applySigns(roads: ReadonlyMap<string, RoadPieces>, waits: Wait[]): void {
  const references = referencesById(roads);
  for (const road of roads.values()) {
    for (const sign of road.road.signals.signals) {
      if (sign.role !== 'stop' && sign.role !== 'yield') continue;
      const halts = haltsOf(road, sign, references);
      const found = halts.flatMap(({ approaches, before }) =>
        approaches.map((piece) => ({ piece, signal: sign, before })),
      );
      if (found.length === 0)
        sign.reader.warn(`the ${sign.role} sign holds for no lane: no junction follows within ${APPROACH} m`);
      for (const { piece } of found) {
        piece.yields = true;
        piece.stops ||= sign.role === 'stop';
      }
      waits.push(...found);
    }
  }
}

/**
 * The priorities that junctions record, as give-way lines. Who comes by a road that is `low` to one who is `high` gives way, save
 * where the other also gives way to him for another turn (he turns left before the other's straight way): that is a matter of the
 * turn and not of the approach.
 */
export function applyPriorities(junctions: readonly Junction[], roads: ReadonlyMap<string, RoadPieces>): void {
  for (const { id, priorities } of junctions) {
    const lower = new Set<string>();
    const pairs: [low: string, high: string][] = [];
    for (const { high, low } of priorities) {
      const [a, b] = [approachOf(low, roads), approachOf(high, roads)];
      if (a === null || b === null || a === b) continue;
      pairs.push([a, b]);
      lower.add(`${a} ${b}`);
    }
    const yielding = new Set(pairs.filter(([a, b]) => !lower.has(`${b} ${a}`)).map(([a]) => a));
    if (yielding.size === 0) continue;
    for (const key of yielding) {
      const [roadId = '', end] = key.split('\n');
      const road = roads.get(roadId);
      if (road?.road.links[end === 'end' ? 'end' : 'start']?.id !== id) continue;
      const last = (end === 'end' ? road.pieces[road.pieces.length - 1] : road.pieces[0]) ?? new Map<number, Piece>();
      for (const piece of last.values())
        if (piece.kind === 'driving' && piece.lane.forward === (end === 'end')) piece.yields = true;
    }
  }
}

/** The road, and which end of it, by which traffic comes to a connecting road; for an incoming road itself. */
function approachOf(roadId: string, roads: ReadonlyMap<string, RoadPieces>): string | null {
  const road = roads.get(roadId)?.road;
  if (!road) return null;
  if (road.junction === null) {
    const end = road.links.end?.kind === 'junction' ? 'end' : 'start';
    return `${road.id}\n${end}`;
  }
  const lane = lanesAt(road, road.length / 2).find(({ kind }) => kind === 'driving');
  const link = lane && road.links[lane.forward ? 'start' : 'end'];
  return link?.kind === 'road' && link.contact !== null ? `${link.id}\n${link.contact}` : null;
}
