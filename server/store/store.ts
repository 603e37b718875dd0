import type {
  AgentKind,
  AgentResource,
  AgentVersionResource,
  MatchResource,
  MatchSeatResource,
  MatchStatus,
  Outcome,
  RatingPoint,
  RatingResource,
  SeatId,
  Team,
  Verification,
} from '@gauntlet/agents-sdk/protocol';
import type { MatchLimits } from '../match/interfaces.ts';

/**
 * What the arena remembers. Each call is one transaction: it happens as a whole and is on the disk when its promise
 * resolves, or nothing of it happened. Times are ISO 8601 in UTC and come from the caller: a store has no clock.
 *
 * Any call can fail with a GauntletError `store-unavailable` while another process keeps the database locked, or when the
 * disk is full.
 */
export interface Store {
  /**
   * An agent with its first version.
   * @throws GauntletError `already-exists` when the name or the token hash is taken.
   */
  createAgent(agent: NewAgent, version: NewVersion): Promise<AgentResource>;
  /**
   * One more, immutable version of an agent.
   * @throws GauntletError `unknown-agent`; `already-exists` when the version or the token hash is taken.
   */
  addVersion(agent: string, version: NewVersion): Promise<AgentVersionResource>;
  /** By name. */
  listAgents(): Promise<AgentResource[]>;
  /** With its versions, newest first. */
  getAgent(name: string): Promise<AgentResource | null>;
  /** @param id `agent@version`. */
  getVersion(id: string): Promise<StoredVersion | null>;
  findVersionByTokenHash(hash: string): Promise<StoredVersion | null>;

  /**
   * A match, `queued`, with its seats.
   * @throws GauntletError `already-exists` when the id is taken, `unknown-agent` when a seat's agent version is not there.
   */
  createMatch(match: NewMatch): Promise<StoredMatch>;
  getMatch(id: string): Promise<StoredMatch | null>;
  /** @throws GauntletError `unknown-match`; `match-over` when it has ended. */
  updateMatch(id: string, change: MatchChange): Promise<StoredMatch>;
  /**
   * The match's end with the results of all its seats. The first end counts.
   * @throws GauntletError `unknown-match`; `match-over` when it had ended before; `invalid-seats` when a result names a seat
   * that the match does not have, or a seat has no result.
   */
  finishMatch(id: string, result: FinishedMatch): Promise<StoredMatch>;
  /** @throws GauntletError `unknown-match`; `invalid-request` while it has not ended. */
  setVerification(id: string, verification: Verification): Promise<StoredMatch>;
  /** Newest first, with the number of all that fit the query. */
  listMatches(query: MatchQuery): Promise<{ matches: StoredMatch[]; total: number }>;
  /** Not ended, oldest first: after a start, what the last run of the arena left behind. */
  listUnfinished(): Promise<StoredMatch[]>;
  /** Ended and still to be verified, oldest first. */
  listUnverified(): Promise<StoredMatch[]>;
  /** Verified, to be rated, and not rated yet, oldest first. */
  listUnrated(): Promise<StoredMatch[]>;

  /**
   * Moves the ratings of a match's agent versions, adds to their histories and notes the change at the match's seats.
   * A match is rated at most once. An agent version that holds several seats has one change.
   * @returns `applied`; `already-rated`, and nothing happened; `stale` when a rating is no longer what `before` says, and
   * nothing happened: read the ratings again and repeat.
   * @throws GauntletError `unknown-match`; `invalid-seats` when a change is for a version that holds no seat.
   */
  applyRatings(
    match: string,
    at: string,
    changes: readonly RatingChange[],
  ): Promise<'applied' | 'already-rated' | 'stale'>;
  /** The current rating of those of these versions that have one. */
  ratingsOf(versions: readonly string[]): Promise<Map<string, { rating: number; games: number }>>;
  /** Every rated version, best first. Equal ratings share a rank. */
  ratings(): Promise<RatingResource[]>;
  /** Oldest first. @throws GauntletError `unknown-agent` when there is no such version. */
  ratingHistory(version: string): Promise<RatingPoint[]>;

  getSetting(name: SettingName): Promise<string | null>;
  setSetting(name: SettingName, value: string): Promise<void>;

  close(): Promise<void>;
}

/** `organiser-token-hash`: what `hashToken` makes of the organiser's token. */
export type SettingName = 'organiser-token-hash';

export interface NewAgent {
  readonly name: string;
  readonly kind: AgentKind;
  readonly description: string;
  readonly createdAt: string;
}

export interface NewVersion {
  readonly version: string;
  /** Null for a version that never connects by itself, such as a built-in agent. */
  readonly tokenHash: string | null;
  readonly createdAt: string;
}

export interface StoredVersion extends AgentVersionResource {
  readonly kind: AgentKind;
}

export interface NewMatch {
  readonly id: string;
  readonly scenario: string;
  readonly behaviorVersion: number;
  readonly parameters: Readonly<Record<string, number>>;
  readonly clock: MatchResource['clock'];
  readonly rated: boolean;
  /** Unsigned 64-bit, decimal. */
  readonly seed: string;
  readonly limits: MatchLimits;
  /** File name of the log, without a folder; null when none is kept. */
  readonly logFile: string | null;
  readonly maxTicks: number;
  readonly tickSeconds: number;
  readonly createdAt: string;
  /** In the order of the scenario's seats. `agent` is a version id. */
  readonly seats: readonly { readonly seat: SeatId; readonly team: Team; readonly agent: string }[];
}

/** A match with what must not be told before its end, such as the seed. */
export interface StoredMatch extends Omit<MatchResource, 'seed' | 'log'> {
  readonly seed: string;
  readonly limits: MatchLimits;
  readonly logFile: string | null;
  /** When its ratings were applied. */
  readonly ratedAt: string | null;
}

export interface MatchChange {
  readonly status?: Exclude<MatchStatus, 'ended'>;
  readonly tick?: number;
  readonly startedAt?: string;
}

export interface FinishedMatch {
  readonly outcome: Outcome;
  readonly reason: string;
  /** The last tick. */
  readonly tick: number;
  /** Null when it never ran. */
  readonly finalHash: string | null;
  readonly endedAt: string;
  /** Null when it left no log. */
  readonly logFile: string | null;
  readonly verification: Verification;
  /** Every seat of the match, in any order. */
  readonly seats: readonly SeatEnd[];
}

export type SeatEnd = Pick<MatchSeatResource, 'seat' | 'outcome' | 'reason' | 'score' | 'missed'> & {
  readonly metrics: Readonly<Record<string, number>>;
  readonly infractions: Readonly<Record<string, number>>;
};

export interface MatchQuery {
  readonly status?: MatchStatus;
  /** An agent's name or a version id. */
  readonly agent?: string;
  readonly limit: number;
  readonly offset: number;
}

export interface RatingChange {
  /** `agent@version`. */
  readonly agentVersion: string;
  /** What the rating was when this was worked out; the start rating for a version that had none. */
  readonly before: number;
  readonly after: number;
  readonly score: number;
  /** 1 is best; equals share a place. */
  readonly place: number;
}
