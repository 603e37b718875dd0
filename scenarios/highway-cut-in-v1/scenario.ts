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
} from '@gauntlet/sim';
import { CUT_IN_PARAMETERS, cutInActors, cutInStories, isKeptFree, LEFT, MIDDLE, RIGHT, SEATS } from '../cut-in.ts';
import { CAR_SENSORS, DRIVERS, FRICTION, someone, staying } from '../equipment.ts';

const LANE_WIDTH = 3.75; // m
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
  behaviorVersion: 3,
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
    ...CUT_IN_PARAMETERS,
    friction: FRICTION,
  },
  seats: SEATS.map(({ seat }) => ({ seat, team: 'blue', body: 'car', sensors: CAR_SENSORS })),

  build(parameters, random) {
    const limit = parameters.speedLimit ?? 0;
    const { map, stretches, lastLength } = highway(limit);
    // The first lane of a stretch is a shoulder.
    const along = (lane: number): number[] => stretches.map((stretch) => stretch[lane + 1] as number);
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
      stories: cutInStories(parameters, limit),
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

/** Vehicles all along the road, evenly spaced but for a little chance, each lane with a temper of its own. */
function traffic(density: number, limit: number, along: (lane: number) => number[], random: Random): ActorPlan[] {
  const actors: ActorPlan[] = [];
  const spacing = 1000 / density;
  for (const lane of [LEFT, MIDDLE, RIGHT]) {
    for (let slot = TRAFFIC_FROM + spacing * 0.3 * (lane + 1); slot < TRAFFIC_TO; slot += spacing) {
      const start = slot + spacing * random.between(-0.15, 0.15);
      const draw = random.unit();
      const kind = lane === RIGHT && draw < 0.35 ? 'truck' : lane !== LEFT && draw > 0.8 ? 'van' : 'car';
      const driver = someone(staying(DRIVERS[kind]), random);
      if (start < 8 || isKeptFree(lane, start)) continue;
      // On the road at tick 0 everyone drives as fast as the lane does, so that no queue has to form first.
      const speed = limit * (lane === RIGHT ? 0.72 : Math.min(driver.speedFactor, 0.88));
      const place =
        start < FIRST ? { route: along(lane), start } : { route: along(lane).slice(1), start: start - FIRST };
      actors.push({ name: `${kind}-${actors.length + 1}`, class: kind, ...place, speed, driver });
    }
  }
  return actors;
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
