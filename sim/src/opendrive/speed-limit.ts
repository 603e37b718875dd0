import type { Reader } from './attributes.ts';
import type { Findings } from './findings.ts';
import type { Piece } from './piece.ts';

/** m/s per unit. */
const UNITS: Readonly<Record<string, number>> = { 'm/s': 1, 'km/h': 1 / 3.6, mph: 0.44704 };

/** m/s: a limit beyond it is taken for a mistake (360 km/h). */
const HIGHEST = 100;

/** m/s where a road has no limit: the advisory speed of motorways, 130 km/h. */
const UNLIMITED = 130 / 3.6;

/** m/s by type of road, where the file gives none. Own choice, near what European road laws say. */
const BY_TYPE: Readonly<Record<string, number>> = {
  motorway: UNLIMITED,
  rural: 100 / 3.6,
  town: 50 / 3.6,
  townExpressway: 80 / 3.6,
  townCollector: 50 / 3.6,
  townArterial: 50 / 3.6,
  townLocal: 30 / 3.6,
  townPlayStreet: 10 / 3.6,
  townPrivate: 20 / 3.6,
  lowSpeed: 10 / 3.6,
  pedestrian: 10 / 3.6,
  bicycle: 20 / 3.6,
};

/** m/s on a road of a type, or of none that says how fast. */
export function usualSpeed(type: string): number {
  return BY_TYPE[type] ?? 50 / 3.6;
}

/** m/s that a `speed` element states, or null where it states none that can be used. */
export function readSpeed(reader: Reader): number | null {
  const text = reader.text('max');
  if (text === 'no limit' || text === 'undefined') return text === 'no limit' ? UNLIMITED : null;
  const max = reader.optionalNumber('max');
  if (max === null) return null;
  return toSpeed(reader, max, reader.text('unit') ?? 'm/s');
}

/** m/s for a value in a unit, or null, with a warning, where that cannot be a speed limit. */
export function toSpeed(reader: Reader, value: number, unit: string): number | null {
  const factor = UNITS[unit.trim()];
  if (factor === undefined) {
    reader.warn(`the speed limit is left out: expected the unit m/s, km/h or mph, got "${unit}"`);
    return null;
  }
  const speed = value * factor;
  if (speed > 0 && speed <= HIGHEST) return speed;
  reader.warn(`the speed limit is left out: expected more than 0 and at most ${HIGHEST} m/s, got ${speed} m/s`);
  return null;
}

/**
 * The limit of lanes for which the file says none: connecting roads are driven as fast as what leads into them, or else as what they
 * lead to; others as is usual in towns.
 */
export function fillSpeeds(lanes: readonly Piece[], findings: Findings): void {
  const open = lanes.filter(({ speed }) => speed === null);
  const slowest = (pieces: readonly Piece[]): number | null =>
    pieces.reduce<number | null>(
      (least, { speed }) => (speed === null ? least : Math.min(least ?? Infinity, speed)),
      null,
    );
  // A connecting road of several pieces is filled from its first on, against the order of the file if its lanes run against it.
  for (const pass of [open, [...open].reverse()]) for (const piece of pass) piece.speed ??= slowest(piece.predecessors);
  for (const pass of [open, [...open].reverse()]) for (const piece of pass) piece.speed ??= slowest(piece.successors);
  for (const piece of open) {
    if (piece.speed === null && piece.kind === 'driving' && piece.junction === null)
      findings.gather(piece.lane.reader.place, 'a lane without a speed limit gets 50 km/h');
    piece.speed ??= usualSpeed('town');
  }
}
