import { LOG_FORMAT, type Briefing, type LogHeader, type Scene } from '@gauntlet/agents-sdk/protocol';
import type { Scenario, World } from '@gauntlet/sim';
import type { MatchSpec } from './interfaces.ts';

/** What is said of a match once, before its first tick: to its log, to those who watch, and to each agent. */
export interface Opening {
  readonly spec: MatchSpec;
  readonly world: World;
  readonly scenario: Pick<Scenario, 'title' | 'goal' | 'fallback'>;
  /** Of this match, which may be shorter than the scenario. */
  readonly maxTicks: number;
}

export function headerOf(opening: Opening, versions: Pick<LogHeader, 'build' | 'rapier' | 'node'>): LogHeader {
  const { spec, world, maxTicks } = opening;
  return {
    format: LOG_FORMAT,
    match: spec.id,
    ...versions,
    scenario: world.scenario,
    behaviorVersion: world.behaviorVersion,
    parameters: { ...world.parameters },
    seed: world.seed,
    clock: spec.clock,
    tickSeconds: world.tickSeconds,
    maxTicks,
    seats: world.seats.map(({ seat, team, body }, i) => ({ seat, team, body: body.body, agent: spec.agents[i] ?? '' })),
    startedAt: new Date().toISOString(),
  };
}

export function sceneOf({ spec, world, scenario, maxTicks }: Opening): Scene {
  return {
    match: spec.id,
    scenario: world.scenario,
    title: scenario.title,
    tickSeconds: world.tickSeconds,
    maxTicks,
    map: world.map,
    seats: world.seats.map(({ seat, team, entity, route }, i) => ({
      seat,
      team,
      agent: spec.agents[i] ?? '',
      entity,
      route: [...route.points],
    })),
    entities: world.entities(),
  };
}

/** What one seat is told: nothing of the seed, nor of what the other seats are told. */
export function briefingOf({ spec, world, scenario, maxTicks }: Opening, index: number): Briefing {
  const seat = world.seats[index];
  if (!seat) throw new RangeError(`expected a seat 0..${world.seats.length - 1}, got ${index}`);
  const { deadlineMs, bankMs, startupMs, missesInARow, missesInAll } = spec.limits;
  return {
    scenario: world.scenario,
    title: scenario.title,
    goal: scenario.goal,
    clock: spec.clock,
    seat: seat.seat,
    team: seat.team,
    body: seat.body,
    sensors: [...seat.sensors],
    map: world.map,
    route: { lanes: [...seat.route.lanes], length: seat.route.length },
    rules: {
      drivingSide: world.map.drivingSide,
      tickSeconds: world.tickSeconds,
      maxTicks,
      fallback: scenario.fallback,
      deadlineMs,
      // A world that does not wait has nothing to pay for.
      bankMs: spec.clock === 'realtime' ? 0 : bankMs,
      startupMs,
      missesInARow,
      missesInAll,
    },
  };
}
