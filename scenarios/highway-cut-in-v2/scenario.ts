import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import {
  findRoute,
  LaneGraph,
  PROFILES,
  readOpenDrive,
  type ActorPlan,
  type DemandPlan,
  type DriverParameters,
  type Random,
  type Scenario,
  type TrafficClass,
  type VehicleShare,
} from '@gauntlet/sim';
import { CUT_IN_PARAMETERS, cutInActors, cutInStories, isKeptFree, LEFT, RIGHT, SEATS } from '../cut-in.ts';
import { CAR_SENSORS, cars, DRIVERS, FRICTION, HUMANS, someone } from '../equipment.ts';
import { motorwayMap } from '../maps/motorway.ts';
import { entrances, exits, type Gate } from '../open-traffic/gates.ts';

/** m along the carriageway where the goal is: beyond the nose of the off-ramp. */
const GOAL = 1230;
/** m along the first stretch where other traffic starts. */
const TRAFFIC = { from: 10, to: 820 };
/** Of the traffic that comes in behind: the share that leaves by the ramp. As much comes in by the next one. */
const BY_RAMP = 0.2;
/** Traffic of the other carriageway as a share of that of this one. */
const OPPOSITE = 0.5;

export const scenario: Scenario = {
  id: 'highway-cut-in-v2',
  title: 'Motorway cut-in',
  description:
    'Three lanes of busy motorway that overtake, change lanes and leave by a ramp. Somewhere on the way a slower car in the next lane ' +
    'pulls out ahead of you and brakes hard. Keep your speed, keep your distance, and do not be the one who runs into it.',
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
      default: 1500,
      min: 0,
      max: 4500,
      unit: 'vehicles/h',
      description: 'traffic that comes in behind, all lanes together',
    },
    speedLimit: { default: 27.8, min: 16, max: 36, unit: 'm/s', description: 'limit of the carriageways' },
    ...CUT_IN_PARAMETERS,
    humans: HUMANS,
    friction: FRICTION,
  },
  seats: SEATS.map(({ seat }) => ({ seat, team: 'blue', body: 'car', sensors: CAR_SENSORS })),

  build(parameters, random) {
    const limit = parameters.speedLimit ?? 0;
    const humans = parameters.humans ?? 0;
    const map = withLimit(readOpenDrive(motorwayMap(), 'motorway').map, limit);
    const graph = new LaneGraph(map);
    const gates = gatesOf(map);
    const along = (lane: number): number[] => straightOn(map, gates.here.lanes[lane] ?? -1);
    const seats = SEATS.map(({ lane, start }) => {
      return { ...upTo(graph, along(lane), GOAL), start, speed: 0.9 * limit };
    });
    return {
      map,
      friction: parameters.friction ?? 0,
      seats,
      actors: [
        ...cutInActors(limit, along),
        ...traffic(graph, gates, parameters.density ?? 0, limit, humans, random('traffic/start')),
      ],
      flows: [],
      demands: demands(gates, parameters.flow ?? 0, humans),
      stories: cutInStories(parameters, limit),
    };
  },
};

/** Where traffic of the contestants' carriageway and of the other one enters and leaves. */
interface Gates {
  readonly here: Gate;
  readonly there: Gate;
  readonly offRamp: Gate;
  readonly onRamp: Gate;
  readonly opposite: { readonly from: Gate; readonly to: Gate };
}

function gatesOf(map: MapDescription): Gates {
  const [into, out] = [entrances(map), exits(map)];
  const wide = (gate: Gate): boolean => gate.lanes.length === 3;
  // The contestants drive east, by the southern carriageway.
  const east = (gate: Gate): boolean => Math.abs(gate.heading) < 1.5;
  const find = (gates: readonly Gate[], is: (gate: Gate) => boolean): Gate => {
    const found = gates.find(is);
    if (!found) throw new RangeError('motorway: expected two carriageways of three lanes, each with two ramps');
    return found;
  };
  return {
    here: find(into, (gate) => wide(gate) && east(gate)),
    there: find(out, (gate) => wide(gate) && east(gate)),
    offRamp: find(out, (gate) => !wide(gate) && east(gate)),
    onRamp: find(into, (gate) => !wide(gate) && east(gate)),
    opposite: {
      from: find(into, (gate) => wide(gate) && !east(gate)),
      to: find(out, (gate) => wide(gate) && !east(gate)),
    },
  };
}

/** The map with another limit on its carriageways; ramps keep theirs where it is lower. */
function withLimit(map: MapDescription, limit: number): MapDescription {
  const usual = map.lanes.reduce((most, { speedLimit }) => Math.max(most, speedLimit), 0);
  const limitOf = (own: number): number => (own === usual ? limit : Math.min(own, limit));
  return { ...map, lanes: map.lanes.map((lane) => ({ ...lane, speedLimit: limitOf(lane.speedLimit) })) };
}

/** The lanes from one on to the edge of the map, without changing lane. */
function straightOn(map: MapDescription, lane: number): number[] {
  const route = [lane];
  for (let next = map.lanes[lane]?.successors[0]; next !== undefined; next = map.lanes[next]?.successors[0]) {
    route.push(next);
  }
  return route;
}

/** The lanes of a route as far as some metres along it, and the metres along the last of them. */
function upTo(graph: LaneGraph, route: readonly number[], distance: number): { route: number[]; goal: number } {
  let goal = distance;
  let count = 0;
  while (count + 1 < route.length && goal > graph.laneLength(route[count] ?? -1)) {
    goal -= graph.laneLength(route[count] ?? -1);
    count++;
  }
  return { route: route.slice(0, count + 1), goal };
}

/** Vehicles all along the road, evenly spaced but for a little chance, each lane with a temper of its own. */
function traffic(
  graph: LaneGraph,
  { here, there, offRamp }: Gates,
  density: number,
  limit: number,
  humans: number,
  random: Random,
): ActorPlan[] {
  const actors: ActorPlan[] = [];
  const spacing = 1000 / density;
  here.lanes.forEach((from, lane) => {
    for (let slot = TRAFFIC.from + spacing * 0.3 * (lane + 1); slot < TRAFFIC.to; slot += spacing) {
      const start = slot + spacing * random.between(-0.15, 0.15);
      const kind = kindFor(lane, random.unit());
      const driver = someone(driverFor(kind, humans, random), random);
      const leaves = lane === RIGHT && random.unit() < BY_RAMP;
      if (start < 8 || isKeptFree(lane, start)) continue;
      // On the road at tick 0 everyone drives as fast as the lane does, so that no queue has to form first.
      const speed = limit * (lane === RIGHT ? 0.72 : Math.min(driver.speedFactor, 0.88));
      const route = findRoute(graph, from, (leaves ? offRamp.lanes[0] : there.lanes[lane]) ?? -1);
      actors.push({ name: `${kind}-${actors.length + 1}`, class: kind, route, start, speed, driver });
    }
  });
  return actors;
}

function kindFor(lane: number, unit: number): TrafficClass {
  if (lane === RIGHT && unit < 0.35) return unit < 0.3 ? 'truck' : 'bus';
  return lane !== LEFT && unit > 0.8 ? 'van' : 'car';
}

function driverFor(kind: TrafficClass, humans: number, random: Random): DriverParameters {
  const tempers = Object.values(PROFILES);
  const draw = random.unit();
  const which = random.below(tempers.length);
  return kind === 'car' && draw < humans ? (tempers[which] ?? DRIVERS.car) : DRIVERS[kind];
}

function demands({ here, there, offRamp, onRamp, opposite }: Gates, flow: number, humans: number): DemandPlan[] {
  const mix: VehicleShare[] = [
    ...cars(0.75, humans),
    { class: 'van', driver: DRIVERS.van, share: 0.1 },
    { class: 'truck', driver: DRIVERS.truck, share: 0.12 },
    { class: 'bus', driver: DRIVERS.bus, share: 0.03 },
  ];
  const demand = (name: string, from: Gate, to: Gate, rate: number): DemandPlan => ({
    name,
    from: from.lanes,
    to: to.lanes,
    rate,
    mix,
  });
  return [
    demand('behind', here, there, (1 - BY_RAMP) * flow),
    demand('leaving', here, offRamp, BY_RAMP * flow),
    demand('entering', onRamp, there, BY_RAMP * flow),
    demand('opposite', opposite.from, opposite.to, OPPOSITE * flow),
  ];
}
