import {
  atan2,
  findRoute,
  LaneGraph,
  readOpenDrive,
  wrapAngle,
  type ActorPlan,
  type DemandPlan,
  type DriverParameters,
  type Scenario,
} from '@gauntlet/sim';
import { CAR_SENSORS, cars, DRIVERS, FRICTION, HUMANS, someone } from '../equipment.ts';
import { roundaboutMap } from '../maps/roundabout.ts';
import { entrances, exits, type Gate } from '../open-traffic/gates.ts';

/** The arms, counter-clockwise. */
const ARMS = ['east', 'north', 'west', 'south'] as const;
const EAST = 0;
const WEST = 2;

/** Each contestant comes by one arm and leaves by the one across: the same way for both, turned by half a circle. */
const SEATS = [
  { seat: 'blue-1', from: EAST, to: WEST },
  { seat: 'blue-2', from: WEST, to: EAST },
] as const;
/** Lanes of an arm, each way. */
const LEFT = 0;
const RIGHT = 1;
/** m along an approach: the contestants, who keep to the right lane, and who else is there at the start. */
const SEAT_START = 30;
const QUEUE = [
  { lane: RIGHT, start: 105 },
  { lane: LEFT, start: 72 },
] as const;
/** m along the stretch of the ring after an arm, where one is at the start. */
const ON_RING = 8;
/** m before the outer end of an arm where the goal is. */
const GOAL_FROM_END = 15;
/** Of those who come in by an arm: the share that takes the first arm, the one across, and the last. */
const TURNS = [0.25, 0.5, 0.25] as const;

const DEFAULTS = { speedFactor: 0.95, criticalGap: 4 };

export const scenario: Scenario = {
  id: 'roundabout-v2',
  title: 'Roundabout, two lanes',
  description:
    'Four arms, two circulating lanes, and a steady stream of cars, vans, lorries and buses, some of them with a human at the wheel. ' +
    'Those on the ring go first: find your gap, take it, and leave by the arm across.',
  goal: 'Enter the roundabout, give way to circulating traffic, and leave by the arm across without touching anyone.',
  behaviorVersion: 2,
  maxSeconds: 90,
  fallback: 'safe-stop',
  parameters: {
    demand: { default: 500, min: 0, max: 1200, unit: 'vehicles/h', description: 'traffic that comes in by each arm' },
    speedFactor: {
      default: DEFAULTS.speedFactor,
      min: 0.6,
      max: 1.15,
      unit: '1',
      description: 'speed of cars as a share of the limit; of other traffic in proportion',
    },
    criticalGap: {
      default: DEFAULTS.criticalGap,
      min: 2.5,
      max: 7,
      unit: 's',
      description: 'gap in the circulating traffic that cars accept; others in proportion',
    },
    humans: HUMANS,
    people: {
      default: 0,
      min: 0,
      max: 40,
      unit: 'people',
      description: 'people on foot, who go first on the crossings',
    },
    friction: FRICTION,
  },
  seats: SEATS.map(({ seat }) => ({ seat, team: 'blue', body: 'car', sensors: CAR_SENSORS })),

  build(parameters, random) {
    const { map } = readOpenDrive(roundaboutMap(), 'roundabout');
    const graph = new LaneGraph(map);
    const arms = armsOf(entrances(map), exits(map));
    const way = (from: number, to: number, fromLane: number, toLane: number): number[] =>
      findRoute(graph, arms[from % 4]?.approach.lanes[fromLane] ?? -1, arms[to % 4]?.exit.lanes[toLane] ?? -1);
    const draw = random('traffic/start');
    const temper = temperOf(parameters.speedFactor ?? 0, parameters.criticalGap ?? 0);

    const actors: ActorPlan[] = [];
    ARMS.forEach((name, arm) => {
      QUEUE.forEach(({ lane, start }, i) => {
        const route = way(arm, arm + 1 + (lane === RIGHT ? draw.below(2) : 1 + draw.below(2)), lane, lane);
        const driver = temper(someone(DRIVERS.car, draw));
        actors.push({ name: `${name}-${i + 1}`, class: 'car', route, start, speed: 9, driver });
      });
      // One on the ring, before the next arm: from there on it is on the way from this arm to the one across.
      const across = way(arm, arm + 2, RIGHT, RIGHT);
      const ring = across.findIndex((lane) => map.lanes[lane]?.yields) + 2;
      const driver = temper(someone(DRIVERS.car, draw));
      actors.push({
        name: `ring-${name}`,
        class: 'car',
        route: across.slice(ring),
        start: ON_RING,
        speed: 6,
        driver,
      });
    });

    const mix = [
      ...cars(0.82, parameters.humans ?? 0),
      { class: 'van', driver: DRIVERS.van, share: 0.1 } as const,
      { class: 'truck', driver: DRIVERS.truck, share: 0.04 } as const,
      { class: 'bus', driver: DRIVERS.bus, share: 0.04 } as const,
    ].map((kind) => ({ ...kind, driver: temper(kind.driver) }));
    const demands = ARMS.flatMap((name, arm) =>
      TURNS.map((share, turn): DemandPlan => ({
        name: `${name}-${ARMS[(arm + 1 + turn) % 4] ?? ''}`,
        from: arms[arm]?.approach.lanes ?? [],
        to: arms[(arm + 1 + turn) % 4]?.exit.lanes ?? [],
        rate: share * (parameters.demand ?? 0),
        mix,
      })),
    );

    return {
      map,
      friction: parameters.friction ?? 0,
      seats: SEATS.map(({ from, to }) => {
        const route = way(from, to, RIGHT, RIGHT);
        const goal = graph.laneLength(route[route.length - 1] ?? 0) - GOAL_FROM_END;
        return { route, start: SEAT_START, goal, speed: 10 };
      }),
      actors,
      flows: [],
      demands,
      stories: [],
      people: { count: parameters.people ?? 0, groups: 0.25, jaywalkers: 0, walkers: [] },
    };
  },
};

/** The gates of each arm, counter-clockwise from the east. */
function armsOf(approaches: readonly Gate[], out: readonly Gate[]): { approach: Gate; exit: Gate }[] {
  const at = (gates: readonly Gate[], arm: number): Gate => {
    const found = gates.find(({ x, y }) => Math.abs(wrapAngle(atan2(y, x) - (arm * Math.PI) / 2)) < Math.PI / 4);
    if (!found) throw new RangeError(`roundabout: expected a gate in the ${ARMS[arm] ?? arm}, found none`);
    return found;
  };
  return ARMS.map((_, arm) => ({ approach: at(approaches, arm), exit: at(out, arm) }));
}

/** Makes drivers as much faster and bolder as the parameters say of cars. */
function temperOf(speedFactor: number, criticalGap: number): (driver: DriverParameters) => DriverParameters {
  return (driver) => ({
    ...driver,
    speedFactor: (driver.speedFactor * speedFactor) / DEFAULTS.speedFactor,
    criticalGap: (driver.criticalGap * criticalGap) / DEFAULTS.criticalGap,
  });
}
