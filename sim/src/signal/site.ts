import type { MapSignal } from '@gauntlet/agents-sdk/protocol';
import { hypot } from '../math.ts';
import type { LaneGraph } from '../road/lane-graph.ts';
import { blocks, meeting, movementsOf, sameArm, turnsAcross, type Movement } from './movement.ts';

/** Signals that always show the same, and what they let go. */
export interface SignalGroup {
  /** Its number in the map. */
  readonly group: number;
  readonly signals: readonly number[];
  /** Lanes that vehicles are let into; empty for people alone. */
  readonly lanes: readonly number[];
  readonly movements: readonly Movement[];
  readonly crossings: readonly number[];
  /** s; 0 for people. */
  readonly amber: number;
}

/** Signals that one controller switches. */
export interface Site {
  /** Null for signals that stand by no junction. */
  readonly junction: number | null;
  readonly groups: readonly SignalGroup[];
  /**
   * By index of the group that ends and of the one that begins: s from the end of amber (for people: of green) to the other's green
   * that clear what both use; 0 where they may be green together.
   */
  readonly clearance: readonly (readonly number[])[];
  /** Why it cannot be run, or null. */
  readonly trouble: string | null;
}

/** m/s at which people are taken to walk when a signal is laid out (RiLSA 2015, 2.5: 1.2). */
const WALKING = 1.2;
/**
 * RiLSA 2015, 2.5: vehicles clear a junction at 10 m/s, in turns at 7 m/s, and are clear when their 6 m have passed; those who enter
 * do it at 40 km/h.
 */
const CLEARING = 10;
const CLEARING_TURN = 7;
const VEHICLE_LENGTH = 6;
const ENTERING = 40 / 3.6;
/** s, own choice: the bounds of a clearance time. */
const LEAST_CLEARANCE = 1;
const MOST_CLEARANCE = 6;

/** s of amber at a limit of so many m/s (RiLSA 2015, 2.4: 3 s up to 50 km/h, 4 s up to 60 and 70, 5 s above). */
export function amberSeconds(speedLimit: number): number {
  if (speedLimit <= 50.5 / 3.6) return 3;
  return speedLimit <= 70.5 / 3.6 ? 4 : 5;
}

/** Which signals of a map belong together. @param warn takes a sentence for each signal that is left out. */
export function findSites(graph: LaneGraph, warn: (text: string) => void): Site[] {
  const { signals } = graph.map;
  const heads = new Map<string, MapSignal[]>();
  for (const signal of signals) {
    const key = `${signal.junction ?? ''}/${signal.group}`;
    const list = heads.get(key);
    if (list) list.push(signal);
    else heads.set(key, [signal]);
  }
  const governed: number[][] = signals.map(() => []);
  for (const lane of graph.lanes) if (lane.signal !== null) governed[lane.signal]?.push(lane.id);

  const members: { junction: number | null; group: SignalGroup }[] = [];
  for (const list of heads.values()) {
    const group = layOut(graph, list, governed);
    if (group.lanes.length === 0 && group.crossings.length === 0) {
      warn(`${nameGroup(list)}: expected a lane or a crossing that it governs, found none: it stays off`);
      continue;
    }
    const inside = group.lanes.map((lane) => graph.lanes[lane]?.junction ?? null).find((junction) => junction !== null);
    members.push({ junction: list[0]?.junction ?? inside ?? null, group });
  }

  const parts = new Map<number, SignalGroup[]>();
  for (const { junction, group } of members) {
    if (junction === null) continue;
    const part = parts.get(junction);
    if (part) part.push(group);
    else parts.set(junction, [group]);
  }
  const loose: SignalGroup[][] = [];
  for (const { junction, group } of members) {
    if (junction !== null) continue;
    const meets = (other: SignalGroup): boolean =>
      clearanceOf(graph, group, other) > 0 || clearanceOf(graph, other, group) > 0;
    const near = [...parts.values()].filter((part) => part.some(meets));
    if (near.length > 1) {
      warn(
        `signals of group ${group.group}: expected one junction that they belong to, found ${near.length}: they stay off`,
      );
    } else if (near[0]) {
      near[0].push(group);
    } else {
      const touched = loose.filter((part) => part.some(meets));
      for (const part of touched) loose.splice(loose.indexOf(part), 1);
      loose.push([...touched.flat(), group]);
    }
  }
  const byJunction = [...parts.entries()].sort((a, b) => a[0] - b[0]);
  return [
    ...byJunction.map(([junction, groups]) => siteOf(graph, junction, groups)),
    ...loose.map((groups) => siteOf(graph, null, groups)),
  ];
}

function nameGroup(list: readonly MapSignal[]): string {
  return `signal ${list.map(({ id, name }) => name || String(id)).join(', ')}`;
}

function layOut(graph: LaneGraph, heads: readonly MapSignal[], governed: readonly (readonly number[])[]): SignalGroup {
  const signals = heads.map(({ id }) => id);
  const lanes = signals.flatMap((id) => governed[id] ?? []).sort((a, b) => a - b);
  const movements = lanes.flatMap((lane) => movementsOf(graph, lane));
  const crossings = graph.map.crossings.filter(({ signal }) => signal !== null && signals.includes(signal));
  const speed = movements.reduce((most, movement) => Math.max(most, movement.speedLimit), 0);
  return {
    group: heads[0]?.group ?? 0,
    signals,
    lanes,
    movements,
    crossings: crossings.map(({ id }) => id),
    amber: lanes.length > 0 ? amberSeconds(speed) : 0,
  };
}

function axisLength(axis: readonly number[]): number {
  return hypot((axis[3] ?? 0) - (axis[0] ?? 0), (axis[4] ?? 0) - (axis[1] ?? 0));
}

function siteOf(graph: LaneGraph, junction: number | null, unsorted: readonly SignalGroup[]): Site {
  const groups = [...unsorted].sort((a, b) => a.group - b.group || (a.signals[0] ?? 0) - (b.signals[0] ?? 0));
  const clearance = groups.map((a) => groups.map((b) => (a === b ? 0 : clearanceOf(graph, a, b))));
  // Who must not go together must not do so in either order.
  for (let i = 0; i < groups.length; i++) {
    for (let k = 0; k < groups.length; k++) {
      const row = clearance[i] as number[];
      if (row[k] === 0 && (clearance[k]?.[i] ?? 0) > 0) row[k] = LEAST_CLEARANCE;
    }
  }
  const crossed = groups.find((group) => crossesItself(graph, group));
  const trouble = crossed ? `its group ${crossed.group} lets in lanes that cross one another` : null;
  return { junction, groups, clearance, trouble };
}

/** s from the end of one group's amber (or people's green) to the other's green; 0 where they do not conflict. */
function clearanceOf(graph: LaneGraph, ends: SignalGroup, begins: SignalGroup): number {
  const { crossings, drivingSide } = graph.map;
  let least = 0;
  for (const a of ends.movements) {
    for (const b of begins.movements) {
      const meet = meeting(a, b, drivingSide);
      if (!meet) continue;
      const alone = turnsAlone(ends, a, drivingSide) || turnsAlone(begins, b, drivingSide);
      if (meet.oncoming && !alone) continue;
      least = Math.max(least, bounded((meet.end + VEHICLE_LENGTH) / clearing(a) - meet.otherStart / ENTERING));
    }
    for (const id of begins.crossings) {
      const far = blocks(a, crossings[id] as (typeof crossings)[number], !turnsAlone(ends, a, drivingSide));
      if (far !== null) least = Math.max(least, bounded((far + VEHICLE_LENGTH) / clearing(a)));
    }
  }
  for (const id of ends.crossings) {
    const crossing = crossings[id] as (typeof crossings)[number];
    if (begins.movements.some((b) => blocks(b, crossing, !turnsAlone(begins, b, drivingSide)) !== null))
      least = Math.max(least, roundUp(axisLength(crossing.axis) / WALKING));
  }
  return least;
}

function clearing({ turn, speedLimit }: Movement): number {
  return Math.min(Math.abs(turn) > 0.7 ? CLEARING_TURN : CLEARING, speedLimit);
}

function bounded(seconds: number): number {
  return roundUp(Math.min(MOST_CLEARANCE, Math.max(LEAST_CLEARANCE, seconds)));
}

/** To the tenth of a second above. */
function roundUp(seconds: number): number {
  return Math.ceil(seconds * 10 - 1e-6) / 10;
}

/**
 * Whether a signal lets in none but those who turn across oncoming traffic from an arm: that promises them a free way. Where it lets
 * in the lanes beside theirs too, they give way to oncoming traffic and to people by themselves.
 */
function turnsAlone(group: SignalGroup, movement: Movement, side: 'left' | 'right'): boolean {
  return (
    turnsAcross(movement, side) &&
    group.movements.every((other) => !sameArm(movement, other) || turnsAcross(other, side))
  );
}

function crossesItself(graph: LaneGraph, group: SignalGroup): boolean {
  const { crossings, drivingSide } = graph.map;
  return group.movements.some(
    (a, i) =>
      group.movements.slice(i + 1).some((b) => {
        const meet = meeting(a, b, drivingSide);
        return meet !== null && !meet.oncoming;
      }) || group.crossings.some((id) => blocks(a, crossings[id] as (typeof crossings)[number], true) !== null),
  );
}
