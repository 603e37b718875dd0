import { createHash } from 'node:crypto';
import {
  encodeFrame,
  GauntletError,
  unpack,
  type Action,
  type ActionRecord,
  type HashRecord,
  type LogHeader,
  type MatchEvent,
  type Outcome,
  type ScoreRecord,
} from '@gauntlet/agents-sdk/protocol';
import type { SeatScore, StepResult, World } from '@gauntlet/sim';
import { readLog, type LogReader } from './reader.ts';

export interface VerifyOptions {
  /** The running build: its version and that of its physics engine, as its logs name them. */
  readonly build: string;
  readonly rapier: string;
  /** The world of a header at tick 0. It is freed here. @throws GauntletError when there is no such scenario. */
  readonly world: (header: LogHeader) => World;
  /** Called every tick. */
  readonly onProgress?: (tick: number, lastTick: number) => void;
}

export interface VerifyResult {
  /** Whether everything in the log follows from its seed and its actions. */
  readonly verified: boolean;
  /** Whether the log goes on to the match's end. False in one that was recovered: then its result proves nothing. */
  readonly complete: boolean;
  /** Ticks that agreed, the initial state not counted. */
  readonly ticks: number;
  /** The re-simulated state after the last of them. */
  readonly finalHash: string;
  readonly firstDivergentTick: number | null;
  /** What does not agree; empty when all does. */
  readonly reason: string;
}

/**
 * Runs a log's match again from its seed and actions and compares all that follows from them: every state hash, the chain, the
 * frames' poses and signals, the simulation's events, the scores. That the agents named in the header chose the actions, it cannot prove.
 * @throws GauntletError `invalid-log` for what cannot be read, `other-build` for what this build cannot judge,
 * `unknown-scenario`.
 */
export async function verifyLog(file: string, options: VerifyOptions): Promise<VerifyResult> {
  const log = await readLog(file);
  try {
    checkBuild(log, options);
    const world = options.world(log.header);
    try {
      checkWorld(log, world);
      return await replay(log, world, options.onProgress);
    } finally {
      world.free();
    }
  } finally {
    await log.close();
  }
}

/** All records of one tick. */
interface TickRecords {
  readonly tick: number;
  readonly actions: ActionRecord[];
  readonly hashes: HashRecord[];
  readonly frames: Uint8Array[];
  readonly events: MatchEvent[];
  readonly scores: ScoreRecord[];
}

/** A disagreement between the log and what was re-simulated. */
class Divergence extends Error {}

async function replay(log: LogReader, world: World, onProgress: VerifyOptions['onProgress']): Promise<VerifyResult> {
  const retired = world.seats.map(() => false);
  let ticks = -1;
  let finalHash = '';
  let chain = '';
  let actions: readonly ActionRecord[] = [];
  let complete = false;
  const result = (reason: string): VerifyResult => ({
    verified: reason === '',
    complete,
    ticks: Math.max(0, ticks),
    finalHash,
    firstDivergentTick: reason === '' ? null : ticks + 1,
    reason,
  });

  try {
    for await (const records of byTick(log)) {
      const tick = ticks + 1;
      // What was cut short may end in the middle of a tick.
      if (log.recovered !== null && records.hashes.length === 0 && records.tick === log.lastTick) break;
      if (complete) throw new Divergence(`records of tick ${records.tick} follow the final score`);
      if (records.tick !== tick)
        throw new Divergence(`tick ${tick} is missing; the next in the log is ${records.tick}`);
      const state = tick === 0 ? world.look() : step(world, actions, retired, tick);
      chain = compareHash(records, state, chain);
      compareFrame(records, state);
      compareEvents(records, state);
      complete = compareScores(records, world, retired, log.header);
      ({ actions } = records);
      ticks = tick;
      finalHash = state.hash;
      onProgress?.(tick, log.lastTick);
    }
    if (ticks < 0) throw new Divergence('the log has no tick at all: the match never began');
    if (!complete && log.recovered === null)
      throw new Divergence('the log ends without a final score: ticks were cut off');
    return result('');
  } catch (error) {
    if (error instanceof Divergence) return result(error.message);
    throw error;
  }
}

/** Groups records by tick. The reader gives them in order of time. */
async function* byTick(log: LogReader): AsyncGenerator<TickRecords, void, void> {
  const start = (tick: number): TickRecords => ({ tick, actions: [], hashes: [], frames: [], events: [], scores: [] });
  let group = start(0);
  for await (const record of log.records({ topics: ['/action', '/hash', '/frame', '/event', '/score'] })) {
    if (record.tick !== group.tick) {
      if (group.tick !== 0 || group.hashes.length > 0) yield group;
      group = start(record.tick);
    }
    if (record.topic === '/action') group.actions.push(record.value);
    else if (record.topic === '/hash') group.hashes.push(record.value);
    else if (record.topic === '/frame') group.frames.push(record.value);
    else if (record.topic === '/event') group.events.push(record.value);
    else group.scores.push(record.value);
  }
  if (group.tick !== 0 || group.hashes.length > 0) yield group;
}

/** Applies one tick's recorded actions as the match runner did. */
function step(world: World, records: readonly ActionRecord[], retired: boolean[], tick: number): StepResult {
  const before = `of tick ${tick - 1}`;
  if (records.length !== world.seats.length) {
    throw new Divergence(
      `${records.length} actions ${before}, one for each of the ${world.seats.length} seats expected`,
    );
  }
  const scores = world.scores();
  const actions = records.map((record, seat): Action | 'safe-stop' | null => {
    if (record.seat !== seat)
      throw new Divergence(`an action ${before} is for seat ${record.seat}, seat ${seat} expected`);
    if (record.source === 'agent' && record.action === null)
      throw new Divergence(`seat ${seat}'s agent has no action ${before}`);
    if (record.source === 'fallback') return record.action ?? 'safe-stop';
    if (record.source === 'agent') return record.action;
    if (record.action !== null) throw new Divergence(`seat ${seat} is out of the match ${before} and still acts`);
    // The simulation ends seats by itself; any other seat that nothing drives has forfeited at this tick.
    if (!retired[seat] && scores[seat]?.outcome === null) {
      world.retire(seat);
      retired[seat] = true;
    }
    return null;
  });
  if (world.done) throw new Divergence(`the simulation ended at tick ${tick - 1}, the log goes on`);
  return world.step(actions);
}

function compareHash({ hashes, tick }: TickRecords, state: StepResult, chain: string): string {
  const [record] = hashes;
  if (record === undefined || hashes.length !== 1)
    throw new Divergence(`${hashes.length} hashes of tick ${tick}, one expected`);
  if (record.hash !== state.hash) {
    throw new Divergence(
      `the state after tick ${tick} is another: hash ${record.hash} in the log, ${state.hash} re-simulated`,
    );
  }
  const expected = createHash('sha256')
    .update(chain + record.hash)
    .digest('hex');
  if (record.chain !== expected) {
    throw new Divergence(
      `the chain of hashes is broken at tick ${tick}: ${record.chain} in the log, ${expected} expected`,
    );
  }
  return expected;
}

function compareFrame({ frames, tick }: TickRecords, state: StepResult): void {
  const [bytes] = frames;
  if (bytes === undefined || frames.length !== 1)
    throw new Divergence(`${frames.length} frames of tick ${tick}, one expected`);
  const seats = state.frame.seats.map((seat) => ({ ...seat, draw: [], latencyMs: null, bankMs: 0 }));
  const simulated = visible(encodeFrame({ ...state.frame, seats, events: [...state.events] }));
  if (visible(bytes) !== simulated)
    throw new Divergence(`the frame of tick ${tick} shows another state than the simulation's`);
}

/** What the simulation decides of a packed frame, as text. */
function visible(bytes: Uint8Array): string {
  const { e, n, r, s, v, g } = unpack(bytes) as {
    e: Uint8Array;
    n: unknown;
    r: unknown;
    s: { seat: string; completion: number; score: number; lidar: Uint8Array | null }[];
    v: MatchEvent[];
    g: Uint8Array;
  };
  const hex = (data: Uint8Array): string => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
  const seats = s.map(({ seat, completion, score, lidar }) => [seat, completion, score, lidar && hex(lidar)]);
  return JSON.stringify([hex(e), n, r, seats, v.filter(ofSimulation), hex(g)]);
}

/** Kinds of event that the match runner adds to those of the simulation. */
const RUNNER_EVENTS: ReadonlySet<string> = new Set([
  'start',
  'connected',
  'disconnected',
  'missed',
  'forfeit',
  'outcome',
]);

function ofSimulation(event: MatchEvent): boolean {
  return !RUNNER_EVENTS.has(event.kind);
}

function compareEvents({ events, tick }: TickRecords, state: StepResult): void {
  const logged = JSON.stringify(events.filter(ofSimulation));
  const simulated = JSON.stringify(state.events);
  if (logged !== simulated) {
    throw new Divergence(
      `the events of tick ${tick} differ: ${brief(logged)} in the log, ${brief(simulated)} re-simulated`,
    );
  }
}

/** @returns whether the final score was among them. */
function compareScores(
  { scores, tick }: TickRecords,
  world: World,
  retired: readonly boolean[],
  header: LogHeader,
): boolean {
  const simulated = world.scores();
  const timeUp = tick >= header.maxTicks;
  for (const record of scores) {
    if (record.seats.length !== simulated.length) {
      throw new Divergence(`${record.seats.length} scores at tick ${tick}, ${simulated.length} expected`);
    }
    for (const [i, seat] of record.seats.entries()) {
      const expected = simulated[i] as SeatScore;
      compareScore(seat, expected, tick);
      // What the arena breaks is void for everyone, whatever the simulation says.
      if (!record.final || record.outcome !== 'void') compareEnd(seat, expected, record.final, timeUp && !retired[i]);
    }
  }
  const finals = scores.filter((record) => record.final);
  const [final] = finals;
  if (final === undefined) return false;
  if (finals.length > 1) throw new Divergence(`${finals.length} final scores at tick ${tick}`);
  if (final.outcome === 'void') return true;
  const ends: (Outcome | null)[] = final.seats.map((seat) => seat.outcome);
  const possible = ends.includes('finished') ? (['finished'] as const) : ends;
  if (!possible.some((outcome) => outcome === final.outcome)) {
    throw new Divergence(`the match ended as ${final.outcome} in the log, its seats as ${ends.join(', ')}`);
  }
  return true;
}

type SeatRecord = ScoreRecord['seats'][number];

function compareScore(record: SeatRecord, simulated: SeatScore, tick: number): void {
  const of = ({ seat, score, metrics, infractions }: SeatRecord | SeatScore): string =>
    canonical({ seat, score, metrics, infractions });
  if (of(record) === of(simulated)) return;
  throw new Divergence(
    `the score of ${simulated.seat} at tick ${tick} differs: ${of(record)} in the log, ${of(simulated)} re-simulated`,
  );
}

/** The simulation ends seats at their goal and when time is up; any other end is a forfeit, which is the arena's to say. */
function compareEnd(record: SeatRecord, simulated: SeatScore, final: boolean, timeUp: boolean): void {
  const { outcome, reason } = record;
  const agrees =
    simulated.outcome !== null
      ? outcome === simulated.outcome && reason === simulated.reason
      : outcome === null
        ? !final
        : outcome !== 'finished' || (final && timeUp && reason === 'time-limit');
  if (agrees) return;
  const ends = simulated.outcome === null ? 'as still driving' : `as ${simulated.outcome} (${simulated.reason})`;
  throw new Divergence(`${simulated.seat} ended as ${outcome} (${reason}) in the log, ${ends} re-simulated`);
}

function checkBuild({ header, file }: LogReader, { build, rapier }: VerifyOptions): void {
  if (header.build !== build) throw otherBuild(file, 'Gauntlet', header.build, build);
  if (header.rapier !== rapier) throw otherBuild(file, 'Rapier', header.rapier, rapier);
}

function checkWorld({ header, scene, file }: LogReader, world: World): void {
  if (header.behaviorVersion !== world.behaviorVersion) {
    throw otherBuild(
      file,
      `scenario ${header.scenario}`,
      `behaviour ${header.behaviorVersion}`,
      `behaviour ${world.behaviorVersion}`,
    );
  }
  const mismatch = (what: string, simulated: unknown, logged: unknown): void => {
    const found = difference(simulated, logged, `/${what}`);
    if (found === null) return;
    const { path, expected, actual } = found;
    throw new GauntletError(
      'invalid-log',
      `${file}: the ${what} of the log is not that of ${header.scenario}, at ${path}: expected ${expected}, got ${actual}; the log was altered, or the scenario was changed and kept its behaviorVersion`,
      found,
    );
  };
  mismatch('parameters', world.parameters, header.parameters);
  mismatch('tickSeconds', world.tickSeconds, header.tickSeconds);
  mismatch(
    'seats',
    world.seats.map(({ seat, team, body }) => ({ seat, team, body: body.body })),
    header.seats.map(({ seat, team, body }) => ({ seat, team, body })),
  );
  mismatch('map', world.map, scene.map);
}

function otherBuild(file: string, what: string, theirs: string, ours: string): GauntletError {
  return new GauntletError(
    'other-build',
    `${file} was written with ${what} ${theirs}, this is ${ours}: only the same build gives the same states, so verify it with that one`,
    {
      expected: `${what} ${ours}`,
      actual: `${what} ${theirs}`,
    },
  );
}

/** The first place at which two values that JSON can hold differ, or null. */
function difference(
  expected: unknown,
  actual: unknown,
  path: string,
): { path: string; expected: string; actual: string } | null {
  const nested = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!nested(expected) || !nested(actual)) {
    if (expected === actual) return null;
    return { path, expected: brief(String(JSON.stringify(expected))), actual: brief(String(JSON.stringify(actual))) };
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const found = difference(expected[key], actual[key], `${path}/${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** JSON with the keys of objects in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

function brief(text: string): string {
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
