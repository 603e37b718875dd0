import type { Briefing } from '@gauntlet/agents-sdk/protocol';
import { openTraffic, OWN_MAPS } from '@gauntlet/scenarios';
import {
  createWorld,
  findRoute,
  LaneGraph,
  loadPhysics,
  readOpenDrive,
  type RoadMap,
  type Scenario,
  type World,
} from '@gauntlet/sim';
import { driver } from '../agents-sdk/agents/driver.ts';
import { CAR_SENSORS, DRIVERS } from '../scenarios/equipment.ts';
import { median, type BenchResult } from './result.ts';

const COUNTS = [50, 100, 200, 400] as const;
const ROUNDS = 5;
const WARM_TICKS = 300;
const TICKS = 500;

/**
 * A full tick of the city map with rule-driven vehicles that drive about and one contestant among them (a reference driver, whose
 * decisions are not counted): how much faster than real time with 100 vehicles, and what each vehicle costs with 50 to 400. Rounds
 * of all sizes alternate. The limit beside it is real time itself.
 */
export async function trafficBench(): Promise<BenchResult> {
  await loadPhysics();
  const road = readOpenDrive(OWN_MAPS.city(), 'city');
  const perTick = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const count of COUNTS) {
      const world = createWorld(scenarioOf(road.map, count), {}, String(round + 1));
      const spent = run(world);
      world.free();
      // The first round warms the compiler up.
      if (round > 0) perTick.get(count)?.push(spent);
    }
  }
  const micros = (count: number): number => median(perTick.get(count) ?? []);
  const loads = loading();
  return {
    ratios: { perVehicle400Vs50: micros(400) / 400 / (micros(50) / 50) },
    figures: {
      realTimeFactor100: 50_000 / micros(100),
      ...Object.fromEntries(COUNTS.map((count) => [`microsecondsPerTick${count}`, micros(count)])),
      ...Object.fromEntries(COUNTS.map((count) => [`microsecondsPerVehicle${count}`, micros(count) / count])),
      ...loads,
    },
  };
}

/** ms to read each of our own maps and to make its lane graph. */
function loading(): Record<string, number> {
  return Object.fromEntries(
    Object.entries(OWN_MAPS).map(([name, write]) => {
      const text = write();
      const started = performance.now();
      new LaneGraph(readOpenDrive(text, name).map);
      return [`loadMs_${name}`, performance.now() - started];
    }),
  );
}

function scenarioOf(map: RoadMap['map'], count: number): Scenario {
  const graph = new LaneGraph(map);
  const route = across(graph);
  const open = openTraffic(map);
  return {
    ...open,
    id: 'bench-traffic-v1',
    seats: [{ seat: 'blue-1', team: 'blue', body: 'car', sensors: CAR_SENSORS }],
    parameters: {},
    build: () => ({
      map,
      friction: 0.9,
      seats: [{ route, start: 10, goal: Infinity, speed: 5 }],
      actors: [],
      flows: [],
      roaming: [
        {
          name: 'cars',
          count,
          mix: [
            { class: 'car', driver: DRIVERS.car, share: 8 },
            { class: 'van', driver: DRIVERS.van, share: 1 },
            { class: 'truck', driver: DRIVERS.truck, share: 1 },
          ],
        },
      ],
      stories: [],
    }),
  };
}

/** The longest of the shortest ways between lanes at the edge of the map. */
function across(graph: LaneGraph): number[] {
  const driving = graph.lanes.filter(({ kind, junction }) => kind === 'driving' && junction === null);
  const from = driving.filter(({ predecessors }) => predecessors.length === 0).slice(0, 6);
  const to = driving.filter(({ successors }) => successors.length === 0);
  let best: number[] = [];
  let longest = 0;
  for (const start of from) {
    for (const end of to) {
      try {
        const way = findRoute(graph, start.id, end.id);
        const length = way.reduce((sum, lane) => sum + graph.laneLength(lane), 0);
        if (length <= longest) continue;
        longest = length;
        best = way;
      } catch {
        // No way between these two.
      }
    }
  }
  return best;
}

/** Mean time of a step, us. */
function run(world: World): number {
  const seat = world.seats[0];
  if (!seat) throw new Error('the bench world has no seat');
  const briefing = { map: world.map, route: seat.route, body: seat.body, sensors: seat.sensors } as unknown as Briefing;
  const act = driver(briefing, {
    idm: { headway: 1.2, minGap: 2.5, acceleration: 2, braking: 2.5 },
    plan: { limitShare: 1, lateral: 2.5, braking: 2, reaction: 0.4 },
    leader: { margin: 0.35, anticipation: 1 },
    timeGap: 2,
  });
  let last = world.look();
  let spent = 0;
  for (let tick = 0; tick < WARM_TICKS + TICKS; tick++) {
    const [observation] = last.observations;
    const action = observation ? (act(observation, {} as never) as Parameters<World['step']>[0][number]) : null;
    const started = performance.now();
    last = world.step([action]);
    if (tick >= WARM_TICKS) spent += performance.now() - started;
  }
  return (spent * 1000) / TICKS;
}
