import type { BodyDescription } from '../protocol/briefing.ts';
import type { SensedObject, SimObservation } from '../protocol/observation.ts';
import { project, type PathPoint } from './path.ts';

/** What one must not run into on the own path. */
export interface Leader {
  /** From the own front bumper to its nearest part along the path, m; negative when it overlaps. */
  readonly gap: number;
  /** Along the path, m/s. */
  readonly speed: number;
  readonly object: SensedObject;
}

export interface LeaderOptions {
  /** m to be kept free on either side of the own body. */
  readonly margin: number;
  /** s: what goes the same way and will come into the path within this time, as it moves now, is a leader already. */
  readonly anticipation: number;
}

/** Cosine of the angle to the path within which something goes the same way. */
const SAME_WAY = 0.5;

const AHEAD: LeaderOptions = { margin: 0.4, anticipation: 0 };

/** The objects that a seat's sensors list, or none. */
export function sensedObjects(observation: Pick<SimObservation, 'sensors'>): readonly SensedObject[] {
  for (const reading of Object.values(observation.sensors)) if (reading.kind === 'objects') return reading.objects;
  return [];
}

/** The nearest object in the corridor that the own body sweeps along the path, or null. */
export function leaderOnPath(
  path: readonly PathPoint[],
  objects: readonly SensedObject[],
  body: Pick<BodyDescription, 'length' | 'width'>,
  { margin, anticipation }: LeaderOptions = AHEAD,
): Leader | null {
  let leader: Leader | null = null;
  for (const object of objects) {
    const at = project(path, object.position[0], object.position[1]);
    // What is level with the own middle or behind it is not ahead.
    if (!at || at.distance <= 0) continue;
    const turn = object.heading - at.heading;
    const along = Math.abs(Math.cos(turn));
    const across = Math.abs(Math.sin(turn));
    const halfAlong = (along * object.length + across * object.width) / 2;
    const halfAcross = (across * object.length + along * object.width) / 2;
    const c = Math.cos(at.heading);
    const s = Math.sin(at.heading);
    const sideways = object.velocity[1] * c - object.velocity[0] * s;
    // The nearest to the path that it comes within the time. Oncoming traffic in a bend only seems to come across.
    const sameWay = Math.cos(turn) > SAME_WAY;
    const drift = !sameWay ? 0 : at.offset > 0 ? Math.min(0, sideways) : Math.max(0, sideways);
    const then = at.offset + drift * anticipation;
    const nearest = then * at.offset < 0 ? 0 : Math.min(Math.abs(at.offset), Math.abs(then));
    if (nearest - halfAcross > body.width / 2 + margin) continue;
    const gap = at.distance - halfAlong - body.length / 2;
    if (leader && leader.gap <= gap) continue;
    leader = { gap, speed: object.velocity[0] * c + object.velocity[1] * s, object };
  }
  return leader;
}
