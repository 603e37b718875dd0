import type { MapDescription, MapLane, ParameterSpec } from '@gauntlet/agents-sdk/protocol';
import {
  cos,
  findRoute,
  LaneGraph,
  type ActorPlan,
  type DemandPlan,
  type PeoplePlan,
  type Random,
  type RoadMap,
  type RoamingPlan,
  type Scenario,
  type VehicleShare,
} from '@gauntlet/sim';
import { cars, DRIVERS, FRICTION, HUMANS, someone } from '../equipment.ts';
import { entrances, exits, leadsTo, lengthOf, reachable, sameRoad, widthAt, type Gate } from './gates.ts';

/** Other defaults for the scenario's parameters, by name. */
export type OpenTrafficOptions = Readonly<Partial<Record<keyof typeof PARAMETERS, number>>>;

const PARAMETERS = {
  demand: {
    default: 350,
    min: 0,
    max: 1500,
    unit: 'vehicles/h/lane',
    description:
      'traffic that enters by each lane at the edge of the map; in proportion less where the limit is below 90 km/h, 60 % of it by roads that lead to signals, 40 % by minor roads',
  },
  rush: {
    default: 1,
    min: 1,
    max: 3,
    unit: '1',
    description: 'times the demand that enters in the rush hour, from 15 to 30 minutes after the start',
  },
  density: {
    default: 8,
    min: 0,
    max: 40,
    unit: 'vehicles/km/lane',
    description: 'traffic on the road at the start, and all the time on a map without entrances',
  },
  people: { default: 6, min: 0, max: 60, unit: '1/km', description: 'people on foot along the pavements' },
  jaywalkers: {
    default: 0.02,
    min: 0,
    max: 1,
    unit: '1',
    description: 'share of them who cross where and when they please',
  },
  emergency: { default: 6, min: 0, max: 60, unit: 'vehicles/h', description: 'ambulances with blue lights, map-wide' },
  humans: HUMANS,
  friction: FRICTION,
} as const satisfies Readonly<Record<string, ParameterSpec>>;

/** Share of the demand that enters by a road that leads to signals, gives way to a faster one, or does neither. Own choice. */
const SHARE = { signals: 0.6, minor: 0.4, on: 1 };
/** m/s: the limit from which on a lane gets the whole demand, and up to which bicycles ride among cars. */
const FULL_DEMAND = 25;
const SLOW = 13.95;
/** s: from when to when the rush hour lasts, and how long it takes to build up. */
const RUSH = { from: 900, to: 1800, ramp: 300 };
/** Bicycles an hour by each lane of their own. */
const CYCLISTS = 60;
/** m at a lane's ends where nobody stands at the start; their speed as a share of the limit. */
const CLEAR = 10;
const START_SPEED = 0.6;
/** Vehicles on the road at the start, and people, at most. */
const MOST_VEHICLES = 150;
const MOST_PEOPLE = 120;
/** Share of people in groups. */
const GROUPS = 0.25;

/** m, and s of driving, for each change of lane that a route may begin with. */
const CHANGING = 20;
const CHANGING_TIME = 8;
/** m/s2 by which those who approach a junction at the start can halt before it; m of a lane's width that a vehicle needs. */
const HALTING = 2;
const WIDE_ENOUGH = 2.5;

/**
 * A scenario without seats that fills a map with traffic, to look at and to soak: between all places where roads cross the map's
 * edge, or round and round where none does; with people where there are pavements.
 */
export function openTraffic(road: RoadMap | MapDescription, options: OpenTrafficOptions = {}): Scenario {
  const map = 'map' in road ? road.map : road;
  const parameters: Record<string, ParameterSpec> = { ...PARAMETERS };
  for (const [name, value] of Object.entries(options)) {
    const spec = parameters[name];
    if (!spec) throw new RangeError(`open traffic: expected one of ${Object.keys(PARAMETERS).join(', ')}, got ${name}`);
    if (!(value >= spec.min && value <= spec.max)) {
      throw new RangeError(`open traffic: expected ${name} of ${spec.min}..${spec.max} ${spec.unit}, got ${value}`);
    }
    parameters[name] = { ...spec, default: value };
  }
  return {
    id: 'open-traffic-v1',
    title: `Open traffic: ${map.name}`,
    description: 'Traffic and people on a road map, and nobody who is tested.',
    goal: 'There are no seats: watch.',
    behaviorVersion: 2,
    maxSeconds: 3600,
    fallback: 'safe-stop',
    parameters,
    seats: [],
    build: (given, random) => {
      const { demand, rush, density, people, jaywalkers, emergency, humans, friction } = given as Record<
        keyof typeof PARAMETERS,
        number
      >;
      const pairs = ways(map);
      const total = pairs.reduce((sum, pair) => sum + pair.share * demand, 0);
      return {
        map,
        friction,
        seats: [],
        actors: starters(map, pairs, density, humans, random('traffic/start')),
        flows: [],
        demands: [
          ...pairs.map((pair) => trafficOf(pair, demand, rush, humans, total > 0 ? Math.min(1, emergency / total) : 0)),
          ...cyclists(map),
        ],
        roaming: pairs.length > 0 ? [] : roamers(map, density, humans, emergency),
        stories: [],
        people: walkers(map, people, jaywalkers),
      };
    },
  };
}

/** An entrance and an exit that traffic drives between. */
interface GatePair {
  readonly name: string;
  readonly entrance: Gate;
  readonly exit: Gate;
  /** Lanes' worth of the demand. */
  readonly share: number;
}

/** All pairs of an entrance and an exit that a route joins. More drive on in their direction than turn back. */
function ways(map: MapDescription): GatePair[] {
  const out = exits(map);
  return entrances(map)
    .filter(({ kind }) => kind === 'driving')
    .flatMap((entrance, i) => {
      const all = reachable(map, entrance, out);
      const others = all.filter((exit) => !sameRoad(entrance, exit));
      const to = others.length > 0 ? others : all;
      const weights = to.map(
        (exit) => exit.lanes.length * (0.3 + 0.7 * Math.max(0, cos(exit.heading - entrance.heading))),
      );
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const lanes =
        entrance.lanes.length * Math.min(1, entrance.speedLimit / FULL_DEMAND) * SHARE[leadsTo(map, entrance)];
      return to.map((exit, k) => ({
        name: `${i + 1}-${out.indexOf(exit) + 1}`,
        entrance,
        exit,
        share: (lanes * (weights[k] ?? 0)) / sum,
      }));
    });
}

/** @param emergency share of ambulances. */
function trafficOf(
  { name, entrance, exit, share }: GatePair,
  demand: number,
  rush: number,
  humans: number,
  emergency: number,
): DemandPlan {
  const rate = share * demand;
  const { from, to, ramp } = RUSH;
  return {
    name,
    from: entrance.lanes,
    to: exit.lanes,
    rate:
      rush === 1
        ? rate
        : [
            { at: from - ramp, rate },
            { at: from, rate: rate * rush },
            { at: to, rate: rate * rush },
            { at: to + ramp, rate },
          ],
    mix: [
      ...mixOf(entrance.speedLimit, humans).map((kind) => ({ ...kind, share: kind.share * (1 - emergency) })),
      ambulance(emergency),
    ],
  };
}

/** What drives on a road with a limit, m/s. Shares sum to 1. */
function mixOf(speedLimit: number, humans: number): VehicleShare[] {
  const town = speedLimit <= SLOW;
  return [
    ...cars(town ? 0.81 : 0.76, humans),
    { class: 'van', driver: DRIVERS.van, share: 0.1 },
    { class: 'truck', driver: DRIVERS.truck, share: town ? 0.03 : 0.12 },
    { class: 'bus', driver: DRIVERS.bus, share: town ? 0.04 : 0.02 },
    { class: 'bicycle', driver: DRIVERS.bicycle, share: town ? 0.02 : 0 },
  ];
}

function ambulance(share: number): VehicleShare {
  const driver = { ...DRIVERS.van, speedFactor: 1.2, headway: 1, acceleration: 1.8 };
  return { class: 'van', driver, share, emergency: true };
}

function cyclists(map: MapDescription): DemandPlan[] {
  const out = exits(map);
  return entrances(map)
    .filter(({ kind }) => kind === 'biking')
    .flatMap((entrance, i) =>
      reachable(map, entrance, out).map((exit, k) => ({
        name: `bicycles-${i + 1}-${k + 1}`,
        from: entrance.lanes,
        to: exit.lanes,
        rate: CYCLISTS,
        mix: [{ class: 'bicycle', driver: DRIVERS.bicycle, share: 1 }] as const,
      })),
    );
}

function roamers(map: MapDescription, density: number, humans: number, emergency: number): RoamingPlan[] {
  const lanes = map.lanes.filter(({ kind, junction }) => kind === 'driving' && junction === null);
  const count = Math.min(MOST_VEHICLES, Math.round((density * sum(lanes.map(lengthOf))) / 1000));
  const fastest = lanes.reduce((most, { speedLimit }) => Math.max(most, speedLimit), 0);
  return [
    { name: 'roaming', count, mix: mixOf(fastest, humans) },
    { name: 'ambulance', count: emergency > 0 ? 1 : 0, mix: [ambulance(1)] },
  ].filter((plan) => plan.count > 0);
}

/** Vehicles that are under way already, so that the road is not empty at first: on lanes outside of junctions, away from their ends. */
function starters(
  map: MapDescription,
  pairs: readonly GatePair[],
  density: number,
  humans: number,
  random: Random,
): ActorPlan[] {
  if (pairs.length === 0 || density === 0) return [];
  const graph = new LaneGraph(map);
  const spacing = 1000 / density;
  const actors: ActorPlan[] = [];
  let left = random.unit() * spacing;
  for (const lane of map.lanes) {
    if (lane.kind !== 'driving' || lane.junction !== null) continue;
    if (narrow(lane)) continue;
    const fastest = START_SPEED * lane.speedLimit;
    const approaches = lane.successors.some((next) => map.lanes[next]?.junction !== null);
    const halting = approaches ? lane.stopLine + (fastest * fastest) / (2 * HALTING) : 0;
    const last = graph.laneLength(lane.id) - CLEAR - halting;
    let s = CLEAR + left;
    for (; s < last; s += spacing) {
      const route = someRoute(graph, lane.id, s, fastest, pairs, random);
      const kind = draw(mixOf(lane.speedLimit, humans), random.unit());
      if (!route || actors.length >= MOST_VEHICLES) continue;
      const driver = someone(kind.driver, random);
      const speed = fastest * Math.min(1, driver.speedFactor);
      const name = `start-${actors.length + 1}`;
      actors.push({ name, class: kind.class, route, start: s, speed: speedOf(kind.class, speed), driver });
    }
    left = Math.max(0, s - Math.max(last, CLEAR));
  }
  return actors;
}

/** Whether a lane is about to begin or to end. */
function narrow(lane: MapLane): boolean {
  return Math.min(widthAt(lane, 'start'), widthAt(lane, 'end')) < WIDE_ENOUGH;
}

/** m/s that a vehicle has at the start; a cyclist rides no faster than 4. */
function speedOf(kind: VehicleShare['class'], speed: number): number {
  return kind === 'bicycle' ? Math.min(4, speed) : speed;
}

/** A route from a place on a lane to some exit, or null where none of those tried can be reached from there at a speed. */
function someRoute(
  graph: LaneGraph,
  lane: number,
  s: number,
  speed: number,
  pairs: readonly GatePair[],
  random: Random,
): number[] | null {
  for (let i = 0; i < 3; i++) {
    const pair = pairs[random.below(pairs.length)];
    const to = pair?.exit.lanes[random.below(pair.exit.lanes.length)] ?? lane;
    try {
      const route = findRoute(graph, lane, to);
      const changes = changesAtOnce(graph, route);
      if (changes * (CHANGING + CHANGING_TIME * speed) <= graph.laneLength(lane) - s) return route;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return null;
}

/** How many changes of lane a route begins with. */
function changesAtOnce({ lanes }: LaneGraph, route: readonly number[]): number {
  let changes = 0;
  while (changes + 1 < route.length) {
    const next = route[changes + 1] as number;
    if (lanes[route[changes] as number]?.successors.includes(next)) break;
    changes++;
  }
  return changes;
}

function draw(mix: readonly VehicleShare[], unit: number): VehicleShare {
  let left = unit * sum(mix.map(({ share }) => share));
  for (const kind of mix) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  return mix[0] as VehicleShare;
}

/** Nobody where there is no pavement to walk on. */
function walkers(map: MapDescription, people: number, jaywalkers: number): PeoplePlan {
  const pavements = map.lanes.filter(({ kind }) => kind === 'sidewalk');
  const count = Math.min(MOST_PEOPLE, Math.round((people * sum(pavements.map(lengthOf))) / 1000));
  return { count, groups: GROUPS, jaywalkers, walkers: [] };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
