import { createHash } from 'node:crypto';
import {
  encodeFrame,
  LOG_FORMAT,
  type ActionRecord,
  type LogHeader,
  type Outcome,
  type Scene,
  type ScoreRecord,
} from '@gauntlet/agents-sdk/protocol';
import type { World } from '@gauntlet/sim';
import type { Recorder } from '../../match/interfaces.ts';

/** What the seats did in a tick: an action, a fallback, or `none` from the tick at which a seat forfeits. */
export type Decide = (tick: number, seat: number) => Pick<ActionRecord, 'source' | 'action'>;

export const drive: Decide = (tick, seat) => ({
  source: 'agent',
  action: {
    steering: 0,
    throttle: ((tick * 7 + seat * 3) % 10) / 10,
    brake: tick % 25 === 24 ? 1 : 0,
    gear: 'forward',
  },
});

export const BUILD = { build: '0.1.0-test', rapier: '0.0.0-test' };

export function headerOf(world: World): LogHeader {
  return {
    format: LOG_FORMAT,
    match: 'm1',
    ...BUILD,
    scenario: world.scenario,
    behaviorVersion: world.behaviorVersion,
    parameters: { ...world.parameters },
    seed: world.seed,
    clock: 'unpaced',
    tickSeconds: world.tickSeconds,
    maxTicks: world.maxTicks,
    seats: world.seats.map(({ seat, team, body }) => ({ seat, team, body: body.body, agent: `${seat}@1` })),
    node: process.version,
    startedAt: '2026-01-01T00:00:00.000Z',
  };
}

export function sceneOf(world: World): Scene {
  return {
    match: 'm1',
    scenario: world.scenario,
    title: 'Two cars on a line',
    tickSeconds: world.tickSeconds,
    maxTicks: world.maxTicks,
    map: world.map,
    seats: world.seats.map(({ seat, team, entity, route }) => ({
      seat,
      team,
      agent: `${seat}@1`,
      entity,
      route: [...route.points],
    })),
    entities: world.entities(),
  };
}

export interface RecordOptions {
  readonly decide?: Decide;
  /** Stops after so many ticks, as when the arena is stopped. */
  readonly ticks?: number;
  /** The match's declared length. */
  readonly limit?: number;
  /** The outcome in the final score; null leaves it out. */
  readonly end?: Outcome | null;
  /** What the header says of the build. */
  readonly versions?: Pick<LogHeader, 'build' | 'rapier'>;
  readonly onTick?: (tick: number) => Promise<void>;
}

/** Runs a world and records it in the order of the match runner's journal. Leaves closing to the caller. */
export async function recordMatch(world: World, recorder: Recorder, options: RecordOptions = {}): Promise<void> {
  const {
    decide = drive,
    ticks = Infinity,
    limit = world.maxTicks,
    end = 'finished',
    versions = BUILD,
    onTick,
  } = options;
  await recorder.open({ ...headerOf(world), ...versions, maxTicks: limit }, sceneOf(world));
  const forfeited = world.seats.map(() => false);
  let chain = '';
  let state = world.look();

  const score = (final: boolean): void => {
    const seats = world.scores().map((seat, i): ScoreRecord['seats'][number] => {
      const metrics = { ...seat.metrics };
      const infractions = { ...seat.infractions };
      if (final && end === 'void') return { ...seat, metrics, infractions, outcome: 'void', reason: 'stopped' };
      if (forfeited[i]) return { ...seat, metrics, infractions, outcome: 'timeout', reason: 'misses' };
      if (final && seat.outcome === null)
        return { ...seat, metrics, infractions, outcome: 'finished', reason: 'time-limit' };
      return { ...seat, metrics, infractions };
    });
    const outcome = end === 'void' || seats.some((seat) => seat.outcome === 'finished') ? end : 'timeout';
    recorder.score({ tick: state.tick, final, outcome: final ? outcome : null, seats });
  };

  for (let actions: ActionRecord[] = []; ;) {
    const { tick, hash, frame, events } = state;
    chain = createHash('sha256')
      .update(chain + hash)
      .digest('hex');
    for (const action of actions) recorder.action(action);
    recorder.hash({ tick, hash, chain });
    for (const event of events) recorder.event(event);
    const seats = frame.seats.map((seat) => ({ ...seat, draw: [], latencyMs: 1.5, bankMs: 2000 }));
    recorder.frame(tick, encodeFrame({ ...frame, events: [...events], seats }));
    if (tick % 100 === 0) recorder.keyframe({ tick, state: world.keyframe() });
    if (tick % 20 === 0) score(false);
    await recorder.tickEnd(tick);
    await onTick?.(tick);
    if (state.done || tick >= ticks || tick >= limit) break;

    const scores = world.scores();
    actions = world.seats.map((_, seat) => {
      const out = scores[seat]?.outcome !== null || forfeited[seat];
      const decided = out ? { source: 'none' as const, action: null } : decide(tick, seat);
      if (decided.source === 'none' && !out) {
        world.retire(seat);
        forfeited[seat] = true;
      }
      return { tick, seat, ...decided, latencyMs: null, cpuMs: null };
    });
    // The last seats that forfeit end the match where it stands.
    if (world.scores().every((seat, i) => seat.outcome !== null || forfeited[i])) break;
    state = world.step(actions.map(({ source, action }) => action ?? (source === 'fallback' ? 'safe-stop' : null)));
  }
  if (end !== null) score(true);
  await recorder.tickEnd(state.tick);
}
