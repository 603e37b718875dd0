import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { wrapAngle } from '../state/pose.ts';

export type Turn = 'left' | 'straight' | 'right';

/** Change of direction from which on a way counts as a turn, rad. */
const TURN = 0.6;

/** Which way one turns who drives a lane of a junction from end to end. */
export function turnOf({ centre }: Pick<MapLane, 'centre'>): Turn {
  const end = centre.length - 3;
  const heading = (from: number): number =>
    Math.atan2(centre[from + 4]! - centre[from + 1]!, centre[from + 3]! - centre[from]!);
  const change = end < 3 ? 0 : wrapAngle(heading(end - 3) - heading(0));
  return change > TURN ? 'left' : change < -TURN ? 'right' : 'straight';
}

/** A place where vehicles wait before a junction. */
export interface Approach {
  readonly lane: MapLane;
  /** m along the lane where they stand. */
  readonly stop: number;
  /** Signals of the lanes behind the line, from the left turn to the right turn, each once. */
  readonly signals: readonly number[];
  /** Ways that lead on, from left to right, each once. */
  readonly turns: readonly Turn[];
}

/** The lanes at whose end one may have to wait: at a signal, a stop sign, a give-way line. */
export function approaches(map: MapDescription, lengthOf: (lane: MapLane) => number): Approach[] {
  return map.lanes.flatMap((lane) => {
    const ways = lane.successors.flatMap((id) => map.lanes[id] ?? []);
    const sorted = [...ways].sort((a, b) => ORDER[turnOf(a)] - ORDER[turnOf(b)]);
    const signals = [...new Set(sorted.flatMap(({ signal }) => signal ?? []))];
    if (signals.length === 0 && !lane.yields && !lane.stops) return [];
    const stop = Math.max(0, lengthOf(lane) - lane.stopLine);
    return [{ lane, stop, signals, turns: [...new Set(sorted.map(turnOf))] }];
  });
}

const ORDER: Record<Turn, number> = { left: 0, straight: 1, right: 2 };
