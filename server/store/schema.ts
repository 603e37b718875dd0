import type { Generated, Selectable } from 'kysely';

/**
 * The tables. `seq` numbers rows in the order of their making. Times are ISO 8601 text, JSON is text and truth is 0 or 1,
 * so that SQLite and PostgreSQL take the same queries.
 */
export interface Tables {
  agents: AgentTable;
  agent_versions: AgentVersionTable;
  matches: MatchTable;
  match_seats: MatchSeatTable;
  ratings: RatingTable;
  rating_points: RatingPointTable;
  settings: SettingTable;
}

interface AgentTable {
  name: string;
  kind: string;
  description: string;
  created_at: string;
}

interface AgentVersionTable {
  seq: Generated<number>;
  /** `agent@version`. */
  id: string;
  agent: string;
  version: string;
  token_hash: string | null;
  created_at: string;
}

interface MatchTable {
  seq: Generated<number>;
  id: string;
  scenario: string;
  behavior_version: number;
  /** JSON object of numbers. */
  parameters: string;
  clock: string;
  rated: number;
  seed: string;
  /** JSON of MatchLimits. */
  limits: string;
  log_file: string | null;
  status: string;
  outcome: string | null;
  reason: string | null;
  tick: number;
  max_ticks: number;
  tick_seconds: number;
  final_hash: string | null;
  verification: string;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  rated_at: string | null;
}

interface MatchSeatTable {
  match: string;
  /** Index in the scenario's order. */
  position: number;
  seat: string;
  team: string;
  agent_version: string;
  outcome: string | null;
  reason: string | null;
  score: number | null;
  missed: number;
  metrics: string;
  infractions: string;
  rating_before: number | null;
  rating_after: number | null;
}

interface RatingTable {
  agent_version: string;
  rating: number;
  games: number;
}

interface RatingPointTable {
  seq: Generated<number>;
  match: string;
  agent_version: string;
  at: string;
  before: number;
  after: number;
  score: number;
  place: number;
}

interface SettingTable {
  name: string;
  value: string;
}

export type MatchRow = Selectable<MatchTable>;
export type MatchSeatRow = Selectable<MatchSeatTable>;
