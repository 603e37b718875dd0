import {
  arcLine,
  endOf,
  MapBuilder,
  straightLine,
  type ActorPlan,
  type FlowPlan,
  type LaneSpec,
  type Random,
  type Scenario,
  type StoryPlan,
} from '@gauntlet/sim';
import { CAR_SENSORS, DRIVERS, FRICTION, someone, staying } from '../equipment.ts';

/** Lanes of the carriageway from left to right, by their place in a stretch of road (shoulders at both ends). */
const LEFT = 1;
const MIDDLE = 2;
const RIGHT = 3;
const LANE_WIDTH = 3.75; // m

/** Where those who matter start, m along the first stretch. Each contestant has one car that will cut in ahead of it. */
const SEATS = [
  { seat: 'blue-1', lane: MIDDLE, start: 180 },
  { seat: 'blue-2', lane: LEFT, start: 60 },
] as const;
const CUT_IN = [
  { name: 'cut-in-1', lane: RIGHT, start: 260 },
  { name: 'cut-in-2', lane: MIDDLE, start: 135 },
] as const;
/** m from a contestant back, and from its cut-in ahead, that are kept free of other traffic at the start. */
const CLEAR_BEHIND = 30;
const CLEAR_AHEAD = 55;
/** m: the first stretch. */
const FIRST = 350;
/** m along the first two stretches where other traffic starts, and m before the end of the road where the goal is. */
const TRAFFIC_FROM = 10;
const TRAFFIC_TO = 740;
const GOAL_FROM_END = 60;

export const scenario: Scenario = {
  id: 'highway-cut-in-v1',
  title: 'Highway cut-in',
  description:
    'Three lanes of busy highway and a gentle bend. Somewhere on the way a slower car in the next lane pulls out ahead of you and ' +
    'brakes hard. Keep your speed, keep your distance, and do not be the one who runs into it.',
  goal: 'Follow your lane to the end of the route without touching anyone. Expect a car to cut in ahead of you and brake.',
  behaviorVersion: 2,
  maxSeconds: 90,
  fallback: 'safe-stop',
  parameters: {
    density: {
      default: 10,
      min: 6,
      max: 20,
      unit: 'vehicles/km/lane',
      description: 'other traffic on the road at the start',
    },
    flow: {
      default: 1200,
      min: 0,
      max: 3600,
      unit: 'vehicles/h',
      description: 'traffic that comes in behind, all lanes together',
    },
    speedLimit: { default: 27.8, min: 16, max: 36, unit: 'm/s', description: 'limit of all lanes' },
    cutInGap: {
      default: 25,
      min: 8,
      max: 60,
      unit: 'm',
      description: 'gap to the contestant behind at which a car cuts in',
    },
    cutInTime: { default: 2.5, min: 1.5, max: 6, unit: 's', description: 'how long the change of lane takes' },
    cutInBraking: {
      default: 4,
      min: 1,
      max: 7,
      unit: 'm/s2',
      description: 'how hard it then brakes, to less than half the limit',
    },
    friction: FRICTION,
  },
  seats: SEATS.map(({ seat }) => ({ seat, team: 'blue', body: 'car', sensors: CAR_SENSORS })),

  build(parameters, random) {
    const limit = parameters.speedLimit ?? 0;
    const { map, stretches, lastLength } = highway(limit);
    const along = (lane: number): number[] => stretches.map((stretch) => stretch[lane] as number);
    return {
      map,
      friction: parameters.friction ?? 0,
      seats: SEATS.map(({ lane, start }) => ({
        route: along(lane),
        start,
        goal: lastLength - GOAL_FROM_END,
        speed: 0.9 * limit,
      })),
      actors: [
        ...cutInActors(limit, along),
        ...traffic(parameters.density ?? 0, limit, along, random('traffic/start')),
      ],
      flows: flows(parameters.flow ?? 0, along),
      stories: CUT_IN.map(({ name }): StoryPlan => ({
        name: `${name} cuts in`,
        actor: name,
        events: [
          {
            name: 'change lane',
            when: [
              {
                kind: 'relative-distance',
                to: 'seat',
                axis: 'longitudinal',
                freespace: true,
                side: 'behind',
                rule: 'lessOrEqual',
                value: parameters.cutInGap ?? 0,
              },
            ],
            actions: [
              {
                kind: 'lane-change',
                target: { lanesLeft: 1 },
                dynamics: { shape: 'sinusoidal', dimension: 'time', value: parameters.cutInTime ?? 0 },
              },
            ],
          },
          {
            name: 'brake',
            when: [{ kind: 'storyboard-element-state', event: 'change lane', state: 'complete' }],
            actions: [
              {
                kind: 'speed',
                target: 0.45 * limit,
                dynamics: { shape: 'linear', dimension: 'rate', value: parameters.cutInBraking ?? 0 },
              },
            ],
          },
          {
            name: 'drive on',
            when: [{ kind: 'storyboard-element-state', event: 'brake', state: 'complete', delay: 2 }],
            actions: [{ kind: 'activate-controller' }],
          },
        ],
      })),
    };
  },
};

/** 1.2 km: straight, a bend to the left, straight. */
function highway(speedLimit: number) {
  const lane: LaneSpec = { width: LANE_WIDTH, speedLimit, leftMarking: 'broken', rightMarking: 'broken' };
  const section: LaneSpec[] = [
    { ...lane, width: 1, kind: 'shoulder', leftMarking: 'none', rightMarking: 'solid' },
    { ...lane, leftMarking: 'solid' },
    lane,
    { ...lane, rightMarking: 'solid' },
    { ...lane, width: 2.5, kind: 'shoulder', leftMarking: 'solid', rightMarking: 'none' },
  ];
  const first = straightLine({ x: 0, y: 0, heading: 0 }, FIRST);
  const bend = arcLine(endOf(first), 700, 400);
  const lastLength = 450;
  const builder = new MapBuilder('highway');
  const stretches = [first, bend, straightLine(endOf(bend), lastLength)].map((line) => builder.road(line, section));
  for (let i = 0; i + 1 < stretches.length; i++) builder.linkAll(stretches[i] ?? [], stretches[i + 1] ?? []);
  return { map: builder.build(), stretches, lastLength };
}

function cutInActors(limit: number, along: (lane: number) => number[]): ActorPlan[] {
  return CUT_IN.map(({ name, lane, start }) => ({
    name,
    class: 'car',
    route: along(lane),
    start,
    speed: 0.72 * limit,
    driver: { ...staying(DRIVERS.car), speedFactor: 0.72 },
  }));
}

/** Vehicles all along the road, evenly spaced but for a little chance, each lane with a temper of its own. */
function traffic(density: number, limit: number, along: (lane: number) => number[], random: Random): ActorPlan[] {
  const actors: ActorPlan[] = [];
  const spacing = 1000 / density;
  for (const lane of [LEFT, MIDDLE, RIGHT]) {
    for (let slot = TRAFFIC_FROM + spacing * 0.3 * lane; slot < TRAFFIC_TO; slot += spacing) {
      const start = slot + spacing * random.between(-0.15, 0.15);
      const draw = random.unit();
      const kind = lane === RIGHT && draw < 0.35 ? 'truck' : lane !== LEFT && draw > 0.8 ? 'van' : 'car';
      const driver = someone(staying(DRIVERS[kind]), random);
      if (start < 8 || SEATS.some((seat, i) => inTheWay(lane, start, seat, CUT_IN[i]))) continue;
      // On the road at tick 0 everyone drives as fast as the lane does, so that no queue has to form first.
      const speed = limit * (lane === RIGHT ? 0.72 : Math.min(driver.speedFactor, 0.88));
      const place =
        start < FIRST ? { route: along(lane), start } : { route: along(lane).slice(1), start: start - FIRST };
      actors.push({ name: `${kind}-${actors.length + 1}`, class: kind, ...place, speed, driver });
    }
  }
  return actors;
}

interface Place {
  readonly lane: number;
  readonly start: number;
}

function inTheWay(lane: number, start: number, seat: Place, cutIn: Place | undefined): boolean {
  if (!cutIn || (lane !== seat.lane && lane !== cutIn.lane)) return false;
  return (
    start > Math.min(seat.start, cutIn.start) - CLEAR_BEHIND && start < Math.max(seat.start, cutIn.start) + CLEAR_AHEAD
  );
}

function flows(total: number, along: (lane: number) => number[]): FlowPlan[] {
  return [
    {
      name: 'left',
      rate: total * 0.3,
      routes: [along(LEFT)],
      class: 'car',
      driver: { ...staying(DRIVERS.car), speedFactor: 1.02 },
    },
    { name: 'middle', rate: total * 0.35, routes: [along(MIDDLE)], class: 'car', driver: staying(DRIVERS.car) },
    { name: 'right', rate: total * 0.2, routes: [along(RIGHT)], class: 'van', driver: staying(DRIVERS.van) },
    { name: 'lorries', rate: total * 0.15, routes: [along(RIGHT)], class: 'truck', driver: staying(DRIVERS.truck) },
  ];
}
