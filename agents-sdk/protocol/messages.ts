import { Type, type Static } from 'typebox';
import { CarAction, Draw } from './action.ts';
import { Briefing } from './briefing.ts';
import { SimObservation } from './observation.ts';
import { ErrorCode, Fallback, Outcome, SeatId, Strict, Tick, Words } from './vocabulary.ts';

// Agent -> arena -------------------------------------------------------------------------------------------------------

/** The first message of every connection. The token says which agent version this is, or which seat it was started for. */
export const Hello = Strict({
  type: Type.Literal('hello'),
  token: Type.String({ minLength: 1, maxLength: 256 }),
  match: Type.Optional(
    Type.String({ maxLength: 64, description: 'which match to join, when the agent waits in more than one' }),
  ),
  sdk: Strict({ name: Type.String({ maxLength: 64 }), version: Type.String({ maxLength: 32 }) }),
});

/** The agent has read its briefing and can decide. The match starts when all seats are ready. */
export const Ready = Strict({ type: Type.Literal('ready') });

/** The answer to the observation of `tick`. */
export const ActionMessage = Strict({
  type: Type.Literal('action'),
  tick: Tick,
  action: CarAction,
  draw: Type.Optional(Draw),
});

/** Echoes a ping at once. Times are the agent's own clock, ms, any origin: t1 when the ping came, t2 when this left. */
export const Pong = Strict({
  type: Type.Literal('pong'),
  id: Type.Integer({ minimum: 0 }),
  t1: Type.Number(),
  t2: Type.Number(),
});

export const AgentMessage = Type.Union([Hello, Ready, ActionMessage, Pong]);
export type Hello = Static<typeof Hello>;
export type Ready = Static<typeof Ready>;
export type ActionMessage = Static<typeof ActionMessage>;
export type Pong = Static<typeof Pong>;
export type AgentMessage = Static<typeof AgentMessage>;

// Arena -> agent -------------------------------------------------------------------------------------------------------

export const Welcome = Strict({
  type: Type.Literal('welcome'),
  protocol: Type.Integer(),
  match: Type.String(),
  seat: SeatId,
  /** True when the agent came back to a match that it is already in. */
  resumed: Type.Boolean(),
  briefing: Briefing,
});

export const ObservationMessage = Strict({
  type: Type.Literal('observation'),
  deadlineMs: Type.Number({ description: 'wall time for this decision' }),
  bankMs: Type.Number({ description: 'what is left of the time bank' }),
  observation: SimObservation,
});

export const Missed = Strict({
  type: Type.Literal('missed'),
  tick: Tick,
  why: Words(['deadline', 'invalid', 'disconnected', 'stale']),
  fallback: Fallback,
  missesInARow: Type.Integer(),
  missesInAll: Type.Integer(),
});

/** Clock synchronisation. `sentAt` is the arena's clock, ms. The estimate is from the pongs so far (minimum delay). */
export const Ping = Strict({
  type: Type.Literal('ping'),
  id: Type.Integer({ minimum: 0 }),
  sentAt: Type.Number(),
  estimate: Type.Union([
    Strict({
      offsetMs: Type.Number({ description: 'arena clock minus agent clock' }),
      boundMs: Type.Number({ description: 'the true offset lies within +- this' }),
      delayMs: Type.Number({ description: 'round trip' }),
    }),
    Type.Null(),
  ]),
});

export const SeatResult = Strict({
  seat: SeatId,
  agent: Type.String(),
  outcome: Outcome,
  reason: Type.String({ description: 'machine-readable: goal, time-limit, agent-exit, ...' }),
  score: Type.Number(),
});

export const End = Strict({
  type: Type.Literal('end'),
  outcome: Outcome,
  scores: Type.Array(SeatResult),
  log: Type.Union([Type.String(), Type.Null()], { description: 'path of the log on the arena, once it is served' }),
});

export const ErrorMessage = Strict({
  type: Type.Literal('error'),
  code: ErrorCode,
  message: Type.String(),
  path: Type.String({ description: 'JSON pointer to the field, or empty' }),
  expected: Type.String(),
  actual: Type.String(),
  /** Whether the connection is closed after this. */
  fatal: Type.Boolean(),
});

export const ArenaMessage = Type.Union([Welcome, ObservationMessage, Missed, Ping, End, ErrorMessage]);
export type Welcome = Static<typeof Welcome>;
export type ObservationMessage = Static<typeof ObservationMessage>;
export type Missed = Static<typeof Missed>;
export type Ping = Static<typeof Ping>;
export type SeatResult = Static<typeof SeatResult>;
export type End = Static<typeof End>;
export type ErrorMessage = Static<typeof ErrorMessage>;
export type ArenaMessage = Static<typeof ArenaMessage>;
