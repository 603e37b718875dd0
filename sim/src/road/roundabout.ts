import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { cos, sin } from '../math.ts';
import { arcLine, endOf, joinLine, straightLine, type LinePoint, type ReferenceLine } from './curves.ts';
import { MapBuilder, type LaneSpec } from './map-builder.ts';

/** A roundabout with one circulating lane, driven counter-clockwise, and four arms of one lane each way. */
export interface RoundaboutSpec {
  readonly name: string;
  /** m, the middle of the circulating lane; 20 or more leaves room between an entry and the next exit. */
  readonly radius: number;
  /** m, from the centre to the outer end of each arm. */
  readonly reach: number;
  /** m */
  readonly laneWidth: number;
  readonly ringWidth: number;
  /** m/s on the arms and on the ring. */
  readonly armSpeed: number;
  readonly ringSpeed: number;
}

export interface Roundabout {
  readonly map: MapDescription;
  /** Counter-clockwise from the east: the lane in which traffic comes from each arm, and the one in which it leaves by it. */
  readonly arms: readonly { readonly approach: number; readonly exit: number }[];
}

const QUARTER = Math.PI / 2;
/** rad from an arm's axis: where its entry joins the ring and its exit leaves it; where its give-way line stands. */
const JOIN = 0.62;
const LINE = 0.25;
/** rad by which an approach is turned out of the arm's axis at its give-way line, so that it meets the ring at some 45 degrees. */
const DEFLECTION = 0.42;
/** m from the ring's edge to the middle of the give-way line; from the arm's axis to the middle of either lane; over which lanes bend. */
const SETBACK = 2.8;
const FROM_AXIS = 2.75;
const BEND = 34;

/** All of the junction's lanes carry junction 0; traffic on the ring goes first. */
export function roundabout(spec: RoundaboutSpec): Roundabout {
  const builder = new MapBuilder(spec.name);
  const { radius, reach } = spec;
  const arm: LaneSpec = {
    width: spec.laneWidth,
    speedLimit: spec.armSpeed,
    leftMarking: 'solid',
    rightMarking: 'solid',
  };
  const ring: LaneSpec = {
    width: spec.ringWidth,
    speedLimit: spec.ringSpeed,
    junction: 0,
    leftMarking: 'solid',
    rightMarking: 'none',
  };
  const bare = { leftMarking: 'none', rightMarking: 'none' } as const;
  const lineRadius = radius + spec.ringWidth / 2 + SETBACK;
  const bendStart = lineRadius + BEND;

  const lay = (line: ReferenceLine, lane: LaneSpec): number => builder.road(line, [lane])[0] as number;
  const arms = [0, 1, 2, 3].map((k) => {
    const axis = k * QUARTER;
    const outer = along(axis, reach, FROM_AXIS, axis + Math.PI);
    const bend = along(axis, bendStart, FROM_AXIS, axis + Math.PI);
    const line = onCircle(axis + LINE, lineRadius, axis + Math.PI - DEFLECTION);
    const join = onCircle(axis + JOIN, radius, axis + JOIN + QUARTER);
    const leave = onCircle(axis - JOIN, radius, axis - JOIN + QUARTER);
    const free = onCircle(axis - LINE, lineRadius, axis + DEFLECTION);
    const away = along(axis, bendStart, -FROM_AXIS, axis);

    const approach = lay(straightLine(outer, reach - bendStart), arm);
    const curve = lay(joinLine(bend, line), { ...arm, yields: true });
    const entry = lay(joinLine(line, join), {
      ...arm,
      ...bare,
      endWidth: spec.ringWidth,
      speedLimit: spec.ringSpeed,
      junction: 0,
    });
    const across = arcLine(leave, radius, 2 * JOIN * radius);
    const beforeEntry = lay(across, ring);
    const beforeExit = lay(arcLine(endOf(across), radius, (QUARTER - 2 * JOIN) * radius), ring);
    const exit = lay(joinLine(leave, free), {
      ...arm,
      ...bare,
      width: spec.ringWidth,
      endWidth: spec.laneWidth,
      speedLimit: spec.ringSpeed,
      junction: 0,
    });
    const exitCurve = lay(joinLine(free, away), arm);
    const exitArm = lay(straightLine(away, reach - bendStart), arm);
    builder.link(approach, curve);
    builder.link(curve, entry);
    builder.link(entry, beforeExit);
    builder.link(beforeEntry, beforeExit);
    builder.link(exit, exitCurve);
    builder.link(exitCurve, exitArm);
    return { approach, exit: exitArm, beforeEntry, beforeExit, leave: exit };
  });
  arms.forEach(({ beforeExit }, k) => {
    const next = arms[(k + 1) % 4];
    if (!next) return;
    builder.link(beforeExit, next.beforeEntry);
    builder.link(beforeExit, next.leave);
  });
  return { map: builder.build(), arms: arms.map(({ approach, exit }) => ({ approach, exit })) };
}

/** A pose `out` m along an axis through the centre and `left` m to its left. */
function along(axis: number, out: number, left: number, heading: number): LinePoint {
  return { x: out * cos(axis) - left * sin(axis), y: out * sin(axis) + left * cos(axis), heading };
}

function onCircle(angle: number, radius: number, heading: number): LinePoint {
  return { x: radius * cos(angle), y: radius * sin(angle), heading };
}
