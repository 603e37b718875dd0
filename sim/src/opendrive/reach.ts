import type { Findings } from './findings.ts';
import { beginS, endS, placeOf, type Piece } from './piece.ts';

/**
 * Warns of driving lanes that no traffic can get to, and of those that it cannot get out of.
 *
 * A driving lane can be reached when traffic comes into it from another that can be reached (as its successor, or by a change of
 * lane), when it is an entrance of the map, or when it lies on a ring. An entrance begins at an end of a road that the file links to
 * nothing. So what cannot be reached begins in the middle of the network, at a place that no lane leads to.
 */
export function checkReach(lanes: readonly Piece[], findings: Findings): void {
  const driving = lanes.filter(({ kind }) => kind === 'driving');
  for (const piece of unreached(driving))
    findings.warn(
      placeOf(piece),
      `no traffic can get to this lane (from s = ${beginS(piece).toFixed(2)} m of its road on)`,
    );
  for (const piece of driving)
    if (isDeadEnd(piece))
      findings.warn(
        placeOf(piece),
        `traffic cannot leave this lane: nothing follows it at s = ${endS(piece).toFixed(2)} m of its road`,
      );
}

/** What remains when, again and again, lanes that nothing leads to are taken away. */
function unreached(driving: readonly Piece[]): Piece[] {
  const rows = sideBySide(driving);
  const rowOf = new Map<Piece, number>();
  rows.forEach((row, index) => row.forEach((piece) => rowOf.set(piece, index)));
  const ways = rows.map((row, index) =>
    row.flatMap((piece) => {
      const beside = [piece.leftNeighbour, piece.rightNeighbour].filter((next) => next && rowOf.get(next) !== index);
      return [...piece.successors, ...beside].flatMap((next) => (next && rowOf.get(next)) ?? []);
    }),
  );
  const into = rows.map(() => 0);
  for (const next of ways.flat()) into[next] = (into[next] ?? 0) + 1;
  const isLost = (row: number): boolean => into[row] === 0 && !rows[row]?.some(isEntrance);
  const lost = rows.flatMap((_, row) => (isLost(row) ? [row] : []));
  for (let i = 0; i < lost.length; i++) {
    for (const next of ways[lost[i] as number] ?? []) {
      into[next] = (into[next] ?? 0) - 1;
      if (isLost(next)) lost.push(next);
    }
  }
  return lost.flatMap((row) => rows[row] ?? []).sort((a, b) => a.index - b.index);
}

/** Lanes between which one may change both ways: who is in one of them gets to all. */
function sideBySide(driving: readonly Piece[]): Piece[][] {
  const seen = new Set<Piece>();
  return driving.flatMap((first) => {
    if (seen.has(first)) return [];
    seen.add(first);
    const row = [first];
    for (let i = 0; i < row.length; i++) {
      const piece = row[i] as Piece;
      for (const next of [piece.leftNeighbour, piece.rightNeighbour]) {
        if (!next || seen.has(next) || (next.leftNeighbour !== piece && next.rightNeighbour !== piece)) continue;
        seen.add(next);
        row.push(next);
      }
    }
    return [row];
  });
}

function isEntrance(piece: Piece): boolean {
  const { stretch, lane } = piece;
  const { road } = stretch;
  return lane.forward
    ? stretch.from === 0 && road.links.start === null
    : stretch.to === road.length && road.links.end === null;
}

function isDeadEnd(piece: Piece): boolean {
  const { stretch, lane, successors, leftNeighbour, rightNeighbour } = piece;
  if (successors.length > 0 || leftNeighbour || rightNeighbour) return false;
  const { road } = stretch;
  return lane.forward
    ? stretch.to < road.length || road.links.end !== null
    : stretch.from > 0 || road.links.start !== null;
}
