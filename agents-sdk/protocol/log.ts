import { Type, type Static } from 'typebox';
import { CarAction } from './action.ts';
import { Body, ClockMode, Outcome, SeatId, Strict, Team, Tick, Words } from './vocabulary.ts';

/** The version of the log's form, in its `gauntlet` metadata record. */
export const LOG_FORMAT = '1';

/** Topics of a log and how their messages are encoded. `/frame` holds `encodeFrame`'s bytes, the rest the records below. */
export const LOG_TOPICS = {
  '/scene': 'json',
  '/action': 'msgpack',
  '/hash': 'msgpack',
  '/frame': 'msgpack',
  '/event': 'json',
  '/keyframe': 'msgpack',
  '/score': 'json',
} as const;
export type LogTopic = keyof typeof LOG_TOPICS;

/** The metadata record `gauntlet`: all that is needed to run the match again, but the actions. MCAP holds it as strings. */
export const LogHeader = Strict({
  format: Type.Literal(LOG_FORMAT),
  match: Type.String(),
  build: Type.String({ description: 'version of Gauntlet' }),
  scenario: Type.String(),
  behaviorVersion: Type.Integer({ minimum: 1 }),
  parameters: Type.Record(Type.String(), Type.Number()),
  seed: Type.String({ pattern: '^[0-9]{1,20}$', description: 'unsigned 64-bit, decimal' }),
  clock: ClockMode,
  tickSeconds: Type.Number(),
  maxTicks: Type.Integer(),
  seats: Type.Array(Strict({ seat: SeatId, team: Team, body: Body, agent: Type.String() })),
  rapier: Type.String(),
  node: Type.String(),
  startedAt: Type.String({ description: 'ISO 8601, UTC' }),
});
export type LogHeader = Static<typeof LogHeader>;

/** One applied action. `action` is null when the seat is out of the match and nothing drives it. */
export const ActionRecord = Strict({
  tick: Tick,
  seat: Type.Integer({ minimum: 0, description: 'index of the seat' }),
  source: Words(['agent', 'fallback', 'none']),
  action: Type.Union([CarAction, Type.Null()]),
  latencyMs: Type.Union([Type.Number(), Type.Null()]),
  cpuMs: Type.Union([Type.Number(), Type.Null()]),
});
export type ActionRecord = Static<typeof ActionRecord>;

/** The state after the step that led to `tick`; tick 0 is the initial state. chain(n) = sha256(chain(n - 1) + hash(n)), over hex text. */
export const HashRecord = Strict({ tick: Tick, hash: Type.String(), chain: Type.String() });
export type HashRecord = Static<typeof HashRecord>;

/** A world that can be restored bit for bit. */
export interface KeyframeRecord {
  tick: number;
  state: Uint8Array;
}

/** Scores of all seats, about once a second of match and at its end. */
export const ScoreRecord = Strict({
  tick: Tick,
  final: Type.Boolean(),
  outcome: Type.Union([Outcome, Type.Null()], { description: "the match's, in the final record" }),
  seats: Type.Array(
    Strict({
      seat: SeatId,
      score: Type.Number(),
      outcome: Type.Union([Outcome, Type.Null()]),
      reason: Type.String(),
      metrics: Type.Record(Type.String(), Type.Number()),
      infractions: Type.Record(Type.String(), Type.Integer()),
    }),
  ),
});
export type ScoreRecord = Static<typeof ScoreRecord>;
