import { cos, sin } from '../../../math.ts';
import { straightLine } from '../../../road/curves.ts';
import { MapBuilder, type LaneSpec } from '../../../road/map-builder.ts';
import type { DemandPlan, DriverParameters, ScenarioPlan, VehicleShare } from '../../../scenario.ts';

/** m, m/s, m/s, rad. */
const WIDTH = 3.75;
const FAST = 33.3;
const SLOW = 22.2;
const RAMP_ANGLE = 0.06;
/** m: where the acceleration lane ends, and where the two lanes have become one. */
export const RAMP_END = 850;
export const BOTTLENECK = 3600;

export const CAR: DriverParameters = {
  speedFactor: 0.95,
  headway: 1.3,
  minGap: 2,
  acceleration: 1.6,
  braking: 2,
  criticalGap: 4,
  laneChange: { politeness: 0.1, threshold: 0.2, bias: 0.3, safeBraking: 4 },
};
export const LORRY: DriverParameters = {
  speedFactor: 0.8,
  headway: 1.8,
  minGap: 3,
  acceleration: 0.7,
  braking: 1.5,
  criticalGap: 5.5,
  laneChange: { politeness: 0.3, threshold: 0.4, bias: 0.5, safeBraking: 2 },
};

/** Vehicles an hour that drive through, that come by the ramp, and that leave by the exit. */
export interface MotorwayDemand {
  readonly through: number;
  readonly on: number;
  readonly off: number;
}

/**
 * 4.1 km of motorway to the east, two lanes: an on-ramp with an acceleration lane of 250 m, an exit with a lane of 250 m, and a work zone
 * where the right lane ends.
 */
export function motorway({ through, on, off }: MotorwayDemand, mix: readonly VehicleShare[]): ScenarioPlan {
  const builder = new MapBuilder('motorway');
  const lane = (speedLimit: number): LaneSpec => ({ width: WIDTH, speedLimit });
  let x = 0;
  const section = (lanes: number, length: number, limit = FAST): number[] => {
    const ids = builder.road(
      straightLine({ x, y: 0, heading: 0 }, length),
      Array.from({ length: lanes }, () => lane(limit)),
      WIDTH,
    );
    x += length;
    return ids;
  };
  const sections = [
    section(2, 600),
    section(3, 250),
    section(2, 1500),
    section(3, 250),
    section(2, 600),
    section(2, 400, SLOW),
  ];
  const last = section(1, 500, SLOW);
  const beside = -1.5 * WIDTH;
  const start = { x: 600 - 300 * cos(RAMP_ANGLE), y: beside - 300 * sin(RAMP_ANGLE), heading: RAMP_ANGLE };
  const ramp = builder.road(straightLine(start, 300), [lane(SLOW)]);
  const exit = builder.road(straightLine({ x: 2600, y: beside, heading: -RAMP_ANGLE }, 250), [lane(SLOW)]);
  for (let i = 0; i + 1 < sections.length; i++) builder.linkAll(sections[i]!.slice(0, 2), sections[i + 1]!.slice(0, 2));
  builder.link(ramp[0]!, sections[1]![2]!);
  builder.link(sections[3]![2]!, exit[0]!);
  builder.link(sections[5]![0]!, last[0]!);
  const demand = (name: string, from: readonly number[], to: readonly number[], rate: number): DemandPlan => ({
    name,
    from,
    to,
    rate,
    mix,
  });
  return {
    map: builder.build(),
    friction: 0.9,
    seats: [],
    actors: [],
    flows: [],
    stories: [],
    demands: [
      demand('through', sections[0]!, last, through),
      demand('on', ramp, last, on),
      demand('off', sections[0]!, exit, off),
    ],
  };
}
