import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { cos, sin } from '../../../math.ts';
import { arcLine, joinLine, straightLine, type LinePoint } from '../../../road/curves.ts';
import { MapBuilder, type LaneSpec } from '../../../road/map-builder.ts';

const QUARTER = Math.PI / 2;
/** m: middle of the ring's two lanes, their width, from the centre to the arms' mouths; rad to either side of an arm. */
const RADIUS = 28;
const RING_WIDTH = 4.5;
const MOUTH = 38;
const HALF = QUARTER / 3;
const ARM: LaneSpec = { width: 3.5, speedLimit: 13.9 };
const RING: LaneSpec = { width: RING_WIDTH, speedLimit: 8.3 };

export interface DoubleRing {
  readonly map: MapDescription;
  /** From the edge of the map over one arm to the edge over another, all in the left or all in the right lane. */
  way(from: number, to: number, side: 'left' | 'right'): number[];
}

/** A roundabout with two lanes, and one small junction at each of its four arms: 0 to 3, counter-clockwise from the east. */
export function doubleRing(length = 120): DoubleRing {
  const builder = new MapBuilder('double ring');
  const at = (angle: number, radius: number): LinePoint => ({
    x: radius * cos(angle),
    y: radius * sin(angle),
    heading: angle + QUARTER,
  });
  const onArm = (arm: number, out: number, left: number, turn: number): LinePoint => {
    const axis = arm * QUARTER;
    return { x: out * cos(axis) - left * sin(axis), y: out * sin(axis) + left * cos(axis), heading: axis + turn };
  };
  const arms = [0, 1, 2, 3];
  const ringBetween = arms.map((k) =>
    builder.road(arcLine(at(k * QUARTER + HALF, RADIUS), RADIUS, RADIUS * (QUARTER - 2 * HALF)), [RING, RING]),
  );
  const approach = arms.map((k) =>
    builder.road(straightLine(onArm(k, MOUTH + length, 5.5, Math.PI), length), [
      { ...ARM, yields: true },
      { ...ARM, yields: true },
    ]),
  );
  const exits = arms.map((k) => builder.road(straightLine(onArm(k, MOUTH, -5.5, 0), length), [ARM, ARM]));
  const before = arms.map((k) => ringBetween[(k + 3) % 4] as number[]);
  const through = arms.map((k) => {
    const lanes = builder.road(arcLine(at(k * QUARTER - HALF, RADIUS), RADIUS, 2 * RADIUS * HALF), [
      { ...RING, junction: k },
      { ...RING, junction: k },
    ]);
    builder.linkAll(before[k] as number[], lanes);
    builder.linkAll(lanes, ringBetween[k] as number[]);
    return lanes;
  });
  const narrow = { ...RING, width: 3.5 };
  const entering = arms.map((k) =>
    [0, 1].map((lane) => {
      const from = onArm(k, MOUTH, 5.5 + (lane === 0 ? -1.75 : 1.75), Math.PI);
      const to = at(k * QUARTER + HALF, RADIUS + (lane === 0 ? -1 : 1) * (RING_WIDTH / 2));
      const [id] = builder.road(joinLine(from, to), [{ ...narrow, junction: k }]);
      builder.link((approach[k] as number[])[lane] as number, id as number);
      builder.link(id as number, (ringBetween[k] as number[])[lane] as number);
      return id as number;
    }),
  );
  const leaving = arms.map((k) =>
    [0, 1].map((lane) => {
      const from = at(k * QUARTER - HALF, RADIUS + (lane === 0 ? -1 : 1) * (RING_WIDTH / 2));
      const to = onArm(k, MOUTH, -5.5 + (lane === 0 ? 1.75 : -1.75), 0);
      const [id] = builder.road(joinLine(from, to), [{ ...narrow, junction: k }]);
      builder.link((before[k] as number[])[lane] as number, id as number);
      builder.link(id as number, (exits[k] as number[])[lane] as number);
      return id as number;
    }),
  );
  return {
    map: builder.build(),
    way: (from, to, side) => {
      const lane = side === 'left' ? 0 : 1;
      const pick = (rows: readonly (readonly number[])[], k: number): number =>
        (rows[k % 4] as number[])[lane] as number;
      const lanes = [pick(approach, from), pick(entering, from)];
      const turns = (to - from + 4) % 4 || 4;
      for (let k = 0; k < turns; k++) {
        lanes.push(pick(ringBetween, from + k));
        if (k + 1 < turns) lanes.push(pick(through, from + k + 1));
      }
      return [...lanes, pick(leaving, to), pick(exits, to)];
    },
  };
}
