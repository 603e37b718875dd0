import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { cos, sin } from '../../math.ts';
import { beside, joinLine, straightLine, type LinePoint } from '../../road/curves.ts';
import { MapBuilder } from '../../road/map-builder.ts';

export interface CrossroadsSpec {
  /** Whether those who turn left have a lane and a signal of their own. */
  readonly leftLanes?: boolean;
  readonly crosswalks?: boolean;
  readonly drivingSide?: 'right' | 'left';
  /** m/s */
  readonly speed?: number;
  /** Whether all vehicles' heads are one group. */
  readonly oneGroup?: boolean;
}

export interface Crossroads {
  readonly map: MapDescription;
  /** By arm, counter-clockwise from the east: lanes that lead to the junction, and lanes inside it by where they go. */
  readonly arms: readonly {
    readonly approach: readonly number[];
    readonly right: number;
    readonly straight: number;
    readonly left: number;
  }[];
}

/** m: from the middle to the junction's mouths; of an arm; of a lane; of a pavement. */
const MOUTH = 16;
const ARM = 80;
const LANE = 3.5;
const PAVEMENT = 3;
/** m from the mouth to the middle of the crosswalk and to the stop line. */
const CROSSWALK = 3;
const STOP_LINE = 6;

/**
 * Four arms at right angles, driven on the right unless told otherwise. Vehicles' groups: 10 + arm, left lanes 20 + arm; people's 30 + arm;
 * the junction is 0.
 */
export function crossroads(spec: CrossroadsSpec = {}): Crossroads {
  const { leftLanes = false, crosswalks = false, speed = 13.9, drivingSide = 'right' } = spec;
  const builder = new MapBuilder('crossroads');
  const inward = leftLanes ? 2 : 1;
  const lane = { width: LANE, speedLimit: speed };
  const pavement = { width: PAVEMENT, speedLimit: 2, kind: 'sidewalk' } as const;
  const bounds = [0, 1, 2, 3].map((arm) => {
    const axis = (arm * Math.PI) / 2;
    const out = (distance: number, left: number, heading: number): LinePoint => ({
      x: distance * cos(axis) - left * sin(axis),
      y: distance * sin(axis) + left * cos(axis),
      heading,
    });
    const to = builder.road(
      straightLine(out(MOUTH + ARM, 0, axis + Math.PI), ARM),
      [...Array.from({ length: inward }, () => lane), pavement],
      0,
    );
    const from = builder.road(straightLine(out(MOUTH, 0, axis), ARM), [lane, pavement], 0);
    const end = out(MOUTH, 0, axis + Math.PI);
    const begin = out(MOUTH, 0, axis);
    return { axis, to, from, end, begin, out };
  });
  const inside = (a: LinePoint, b: LinePoint): number =>
    builder.road(joinLine(a, b), [{ ...lane, junction: 0, leftMarking: 'none', rightMarking: 'none' }])[0]!;
  const arms = bounds.map(({ to, end }, arm) => {
    const approach = to.slice(0, inward);
    const exit = (turn: number) => bounds[(arm + turn) % 4]!;
    const middle = (index: number): number => -(index + 0.5) * LANE;
    const lead = (index: number, turn: number): number => {
      const target = exit(turn);
      const id = inside(beside(end, middle(index)), beside(target.begin, middle(0)));
      builder.link(approach[index]!, id);
      builder.link(id, target.from[0]!);
      return id;
    };
    // Where there is one lane, all turn from it.
    return { approach, right: lead(inward - 1, 1), straight: lead(inward - 1, 2), left: lead(0, 3) };
  });
  const map = builder.build();
  for (const { approach } of arms) for (const id of approach) map.lanes[id]!.stopLine = STOP_LINE;
  arms.forEach(({ right, straight, left }, arm) => {
    const { out, axis } = bounds[arm]!;
    const head = (kind: 'vehicle' | 'pedestrian', group: number): number => {
      const { x, y } = out(MOUTH, 4, 0);
      const id = map.signals.length;
      map.signals.push({
        id,
        kind,
        position: [x, y, 3],
        heading: axis + Math.PI,
        group,
        junction: 0,
        name: `${kind} ${group}`,
      });
      return id;
    };
    const main = head('vehicle', spec.oneGroup ? 10 : 10 + arm);
    const turning = leftLanes ? head('vehicle', 20 + arm) : main;
    for (const id of [right, straight]) map.lanes[id]!.signal = main;
    map.lanes[left]!.signal = turning;
    if (!crosswalks) return;
    const a = out(MOUTH + CROSSWALK, inward * LANE, 0);
    const b = out(MOUTH + CROSSWALK, -LANE, 0);
    const { to, from } = bounds[arm]!;
    const over = (id: number, s: number) => ({ lane: id, from: s - 2, to: s + 2 });
    map.crossings.push({
      id: arm,
      axis: [a.x, a.y, 0, b.x, b.y, 0],
      width: 4,
      lanes: [...to.slice(0, inward).map((id) => over(id, ARM - CROSSWALK)), over(from[0]!, CROSSWALK)],
      signal: head('pedestrian', 30 + arm),
    });
  });
  return { map: drivingSide === 'right' ? map : mirrored(map), arms };
}

/** The same map seen in a mirror: right becomes left. */
function mirrored(map: MapDescription): MapDescription {
  const flip = (line: readonly number[]): number[] => line.map((value, i) => (i % 3 === 1 ? -value : value));
  return {
    ...map,
    drivingSide: 'left',
    lanes: map.lanes.map((lane): MapLane => ({
      ...lane,
      centre: flip(lane.centre),
      left: flip(lane.right),
      right: flip(lane.left),
      leftNeighbour: lane.rightNeighbour,
      rightNeighbour: lane.leftNeighbour,
    })),
    signals: map.signals.map((signal) => ({
      ...signal,
      position: [signal.position[0], -signal.position[1], signal.position[2]],
      heading: -signal.heading,
    })),
    crossings: map.crossings.map((crossing) => ({ ...crossing, axis: flip(crossing.axis) })),
  };
}
