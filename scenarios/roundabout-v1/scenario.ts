import { findRoute, LaneGraph, roundabout, type ActorPlan, type FlowPlan, type Scenario } from '@gauntlet/sim';
import { CAR_SENSORS, DRIVERS, FRICTION, someone } from '../equipment.ts';

/** The arms, counter-clockwise. */
const ARMS = ['east', 'north', 'west', 'south'] as const;
const EAST = 0;
const WEST = 2;

/** Each contestant comes by one arm and leaves by the one across: the same way for both, turned by half a circle. */
const SEATS = [
  { seat: 'blue-1', from: EAST, to: WEST },
  { seat: 'blue-2', from: WEST, to: EAST },
] as const;
/** m along an approach: the contestants, and who else is there at the start. */
const SEAT_START = 30;
const QUEUE_START = [105, 72] as const;
/** m before the outer end of an arm where the goal is. */
const GOAL_FROM_END = 15;

const GEOMETRY = {
  name: 'roundabout',
  radius: 24, // m
  reach: 190, // m
  laneWidth: 3.5, // m
  ringWidth: 5, // m
  armSpeed: 13.9, // m/s, 50 km/h
  ringSpeed: 8.3, // m/s, 30 km/h
};

export const scenario: Scenario = {
  id: 'roundabout-v1',
  title: 'Roundabout',
  description:
    'Four arms, one circulating lane, and a steady stream from everywhere. Those on the ring go first: find your gap, take it, and ' +
    'leave by the arm across. Waiting for ever is as bad as pushing in.',
  goal: 'Enter the roundabout, give way to circulating traffic, and leave by the arm across without touching anyone.',
  behaviorVersion: 3,
  maxSeconds: 90,
  fallback: 'safe-stop',
  parameters: {
    demand: { default: 300, min: 0, max: 700, unit: 'vehicles/h', description: 'traffic that comes in by each arm' },
    speedFactor: {
      default: 0.95,
      min: 0.6,
      max: 1.15,
      unit: '1',
      description: 'speed of other traffic as a share of the limit',
    },
    criticalGap: {
      default: 4,
      min: 2.5,
      max: 7,
      unit: 's',
      description: 'gap in the circulating traffic that others accept',
    },
    friction: FRICTION,
  },
  seats: SEATS.map(({ seat }) => ({ seat, team: 'blue', body: 'car', sensors: CAR_SENSORS })),

  build(parameters, random) {
    const { map, arms } = roundabout(GEOMETRY);
    const graph = new LaneGraph(map);
    const way = (from: number, to: number): number[] => {
      const [entry, exit] = [arms[from % 4], arms[to % 4]];
      if (!entry || !exit) throw new RangeError(`roundabout: expected arms, got ${from} and ${to}`);
      return findRoute(graph, entry.approach, exit.exit);
    };
    const draw = random('traffic/start');
    const temper = { speedFactor: parameters.speedFactor ?? 0, criticalGap: parameters.criticalGap ?? 0 };
    const driver = { ...DRIVERS.car, ...temper };

    const actors: ActorPlan[] = [];
    ARMS.forEach((name, arm) => {
      QUEUE_START.forEach((start, i) => {
        const route = way(arm, arm + 1 + draw.below(3));
        actors.push({ name: `${name}-${i + 1}`, class: 'car', route, start, speed: 9, driver: someone(driver, draw) });
      });
      // One on the ring, before the next arm: from there on it is on the way from this arm to the one across.
      const across = way(arm, arm + 2);
      const ring = across.findIndex((lane) => graph.lanes[lane]?.yields) + 3;
      actors.push({
        name: `ring-${name}`,
        class: 'car',
        route: across.slice(ring),
        start: 8,
        speed: 6,
        driver: someone(driver, draw),
      });
    });

    const flows = ARMS.flatMap((name, arm): FlowPlan[] => {
      const routes = [way(arm, arm + 1), way(arm, arm + 2), way(arm, arm + 2), way(arm, arm + 3)];
      const rate = parameters.demand ?? 0;
      return [
        { name: `from-${name}`, rate: 0.85 * rate, routes, class: 'car', driver },
        { name: `vans-${name}`, rate: 0.15 * rate, routes, class: 'van', driver: { ...DRIVERS.van, ...temper } },
      ];
    });

    return {
      map,
      friction: parameters.friction ?? 0,
      seats: SEATS.map(({ from, to }) => {
        const route = way(from, to);
        const goal = graph.laneLength(route[route.length - 1] ?? 0) - GOAL_FROM_END;
        return { route, start: SEAT_START, goal, speed: 10 };
      }),
      actors,
      flows,
      stories: [],
    };
  },
};
