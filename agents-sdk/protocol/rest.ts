import { Type, type Static } from 'typebox';
import { Body, ClockMode, ErrorCode, Name, Outcome, SeatId, Strict, Team, Words } from './vocabulary.ts';

const OrNull = <const T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Time = Type.String({ description: 'ISO 8601, UTC' });

/** The body of every error answer. */
export const ErrorBody = Strict({
  error: Strict({
    code: ErrorCode,
    message: Type.String(),
    path: Type.String(),
    expected: Type.String(),
    actual: Type.String(),
  }),
});
export type ErrorBody = Static<typeof ErrorBody>;

export const ParameterSpec = Strict({
  default: Type.Number(),
  min: Type.Number(),
  max: Type.Number(),
  unit: Type.String(),
  description: Type.String(),
});
export type ParameterSpec = Static<typeof ParameterSpec>;

export const ScenarioResource = Strict({
  id: Type.String(),
  title: Type.String(),
  description: Type.String(),
  behaviorVersion: Type.Integer(),
  maxTicks: Type.Integer(),
  tickSeconds: Type.Number(),
  seats: Type.Array(Strict({ seat: SeatId, team: Team, body: Body })),
  parameters: Type.Record(Type.String(), ParameterSpec),
});
export type ScenarioResource = Static<typeof ScenarioResource>;

/** `builtin` agents are started by the arena, `remote` ones connect by themselves with their token. */
export const AgentKind = Words(['builtin', 'remote']);
export type AgentKind = Static<typeof AgentKind>;

export const AgentVersionResource = Strict({
  id: Type.String({ description: 'agent@version' }),
  agent: Name,
  version: Name,
  createdAt: Time,
  rating: OrNull(Type.Number()),
  games: Type.Integer(),
});
export type AgentVersionResource = Static<typeof AgentVersionResource>;

export const AgentResource = Strict({
  name: Name,
  kind: AgentKind,
  description: Type.String(),
  createdAt: Time,
  versions: Type.Array(AgentVersionResource),
});
export type AgentResource = Static<typeof AgentResource>;

export const CreateAgent = Strict({
  name: Name,
  description: Type.Optional(Type.String({ maxLength: 500 })),
  version: Type.Optional(Name),
});
export type CreateAgent = Static<typeof CreateAgent>;
export const CreateAgentVersion = Strict({ version: Name });
export type CreateAgentVersion = Static<typeof CreateAgentVersion>;

/** A new agent version and its token, which is told this once and stored only as a hash. */
export const CreatedAgentVersion = Strict({ version: AgentVersionResource, token: Type.String() });
export type CreatedAgentVersion = Static<typeof CreatedAgentVersion>;

/** `waiting`: for agents to connect. `interrupted` ends as outcome `void`. */
export const MatchStatus = Words(['queued', 'waiting', 'running', 'ended']);
export type MatchStatus = Static<typeof MatchStatus>;

/** Whether the log was re-simulated and agreed. */
export const Verification = Words(['pending', 'verified', 'failed', 'not-applicable']);
export type Verification = Static<typeof Verification>;

export const MatchSeatResource = Strict({
  seat: SeatId,
  team: Team,
  agent: Type.String({ description: 'agent version id' }),
  outcome: OrNull(Outcome),
  reason: OrNull(Type.String()),
  score: OrNull(Type.Number()),
  missed: Type.Integer(),
  metrics: Type.Record(Type.String(), Type.Number()),
  infractions: Type.Record(Type.String(), Type.Integer()),
  ratingBefore: OrNull(Type.Number()),
  ratingAfter: OrNull(Type.Number()),
});
export type MatchSeatResource = Static<typeof MatchSeatResource>;

export const MatchResource = Strict({
  id: Type.String(),
  scenario: Type.String(),
  behaviorVersion: Type.Integer(),
  parameters: Type.Record(Type.String(), Type.Number()),
  clock: ClockMode,
  rated: Type.Boolean(),
  status: MatchStatus,
  outcome: OrNull(Outcome),
  reason: OrNull(Type.String()),
  tick: Type.Integer(),
  maxTicks: Type.Integer(),
  tickSeconds: Type.Number(),
  createdAt: Time,
  startedAt: OrNull(Time),
  endedAt: OrNull(Time),
  seats: Type.Array(MatchSeatResource),
  /** Only once the match has ended. */
  seed: OrNull(Type.String()),
  finalHash: OrNull(Type.String()),
  verification: Verification,
  /** Address of the log, once the match has ended and left one. */
  log: OrNull(Type.String()),
});
export type MatchResource = Static<typeof MatchResource>;

export const MatchList = Strict({ matches: Type.Array(MatchResource), total: Type.Integer() });
export type MatchList = Static<typeof MatchList>;

/** Seats are filled in order, blue then red, with agent names (newest version) or version ids. */
export const CreateMatch = Strict({
  scenario: Type.String({ maxLength: 64 }),
  agents: Type.Array(Type.String({ maxLength: 130 }), { minItems: 1, maxItems: 32 }),
  parameters: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Number())),
  seed: Type.Optional(Type.String({ pattern: '^[0-9]{1,20}$' })),
  clock: Type.Optional(ClockMode),
  rated: Type.Optional(Type.Boolean()),
});
export type CreateMatch = Static<typeof CreateMatch>;

export const RatingResource = Strict({
  rank: Type.Integer(),
  agentVersion: Type.String(),
  agent: Name,
  version: Name,
  rating: Type.Number(),
  games: Type.Integer(),
  lastDelta: OrNull(Type.Number()),
});
export type RatingResource = Static<typeof RatingResource>;

export const RatingPoint = Strict({
  match: Type.String(),
  scenario: Type.String(),
  at: Time,
  before: Type.Number(),
  after: Type.Number(),
  score: Type.Number(),
  place: Type.Integer({ description: '1 is best; equals share a place' }),
});
export type RatingPoint = Static<typeof RatingPoint>;
