import type { LogHeader, SeatId } from '@gauntlet/agents-sdk/protocol';
import type { Scenario, World } from '@gauntlet/sim';
import type { Clock, MatchResult, MatchSpec, Recorder } from './interfaces.ts';
import type { AgentLink } from './link.ts';
import { runMatch, type RunnerListener } from './runner.ts';
import { voidResult } from './void-result.ts';

/** Where matches get their worlds and their logs from. */
export interface Stage {
  /** @throws GauntletError when there is no such scenario, or it does not take the parameters. */
  scenario(spec: MatchSpec): Pick<Scenario, 'title' | 'goal' | 'fallback' | 'seats'>;
  /** A world at tick 0. */
  world(spec: MatchSpec): World;
  recorder(file: string): Recorder;
  readonly versions: Pick<LogHeader, 'build' | 'rapier' | 'node'>;
}

export interface StagedMatch {
  readonly clock: Clock;
  /** Called once for each seat, in order. */
  link(seat: SeatId): AgentLink;
  readonly listener: RunnerListener;
  readonly signal: AbortSignal;
}

/** Makes a match's world, runs the match, frees the world. Never rejects: what fails is outcome `void`, reason `internal`. */
export async function stageMatch(spec: MatchSpec, stage: Stage, match: StagedMatch): Promise<MatchResult> {
  const { clock, listener, signal } = match;
  let seats: Scenario['seats'] = [];
  let world: World | null = null;
  try {
    const scenario = stage.scenario(spec);
    seats = scenario.seats;
    world = stage.world(spec);
    const links = world.seats.map(({ seat }) => match.link(seat));
    const recorder = spec.logFile === null ? null : stage.recorder(spec.logFile);
    return await runMatch(spec, {
      clock,
      world,
      scenario,
      links,
      recorder,
      listener,
      signal,
      versions: stage.versions,
    });
  } catch (error) {
    listener.fault(error);
    return voidResult(spec, seats, 'internal');
  } finally {
    world?.free();
  }
}
