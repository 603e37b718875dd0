import { GauntletError, type MatchSeatResource } from '@gauntlet/agents-sdk/protocol';
import type { Insertable, Kysely, SelectQueryBuilder } from 'kysely';
import type { MatchRow, MatchSeatRow, Tables } from './schema.ts';
import type { NewMatch, StoredMatch } from './store.ts';

type MatchSelection = SelectQueryBuilder<Tables, 'matches', MatchRow>;

/** The matches that the query selects, in its order. */
export async function loadMatches(
  db: Kysely<Tables>,
  query: (rows: MatchSelection) => MatchSelection,
): Promise<StoredMatch[]> {
  const rows = await query(db.selectFrom('matches').selectAll()).execute();
  const seats = new Map<string, MatchSeatResource[]>(rows.map(({ id }) => [id, []]));
  // Databases limit the number of parameters of one query.
  for (let from = 0; from < rows.length; from += 500) {
    const ids = rows.slice(from, from + 500).map(({ id }) => id);
    const seatRows = await db
      .selectFrom('match_seats')
      .selectAll()
      .where('match', 'in', ids)
      .orderBy('position')
      .execute();
    for (const row of seatRows) seats.get(row.match)?.push(toSeat(row));
  }
  return rows.map((row) => toMatch(row, seats.get(row.id) ?? []));
}

/** @throws GauntletError `unknown-match`. */
export async function loadMatch(db: Kysely<Tables>, id: string): Promise<StoredMatch> {
  const [match] = await loadMatches(db, (query) => query.where('id', '=', id));
  if (!match)
    throw new GauntletError('unknown-match', `there is no match ${id}`, { expected: 'the id of a match', actual: id });
  return match;
}

export function matchRow(match: NewMatch): Insertable<Tables['matches']> {
  return {
    id: match.id,
    scenario: match.scenario,
    behavior_version: match.behaviorVersion,
    parameters: JSON.stringify(match.parameters),
    clock: match.clock,
    rated: match.rated ? 1 : 0,
    seed: match.seed,
    limits: JSON.stringify(match.limits),
    log_file: match.logFile,
    status: 'queued',
    tick: 0,
    max_ticks: match.maxTicks,
    tick_seconds: match.tickSeconds,
    verification: 'pending',
    created_at: match.createdAt,
  };
}

export function seatRow(
  match: string,
  position: number,
  seat: NewMatch['seats'][number],
): Insertable<Tables['match_seats']> {
  return {
    match,
    position,
    seat: seat.seat,
    team: seat.team,
    agent_version: seat.agent,
    missed: 0,
    metrics: '{}',
    infractions: '{}',
  };
}

function toMatch(row: MatchRow, seats: MatchSeatResource[]): StoredMatch {
  return {
    id: row.id,
    scenario: row.scenario,
    behaviorVersion: row.behavior_version,
    parameters: JSON.parse(row.parameters) as StoredMatch['parameters'],
    clock: row.clock as StoredMatch['clock'],
    rated: row.rated === 1,
    status: row.status as StoredMatch['status'],
    outcome: row.outcome as StoredMatch['outcome'],
    reason: row.reason,
    tick: row.tick,
    maxTicks: row.max_ticks,
    tickSeconds: row.tick_seconds,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    seats,
    seed: row.seed,
    limits: JSON.parse(row.limits) as StoredMatch['limits'],
    logFile: row.log_file,
    finalHash: row.final_hash,
    verification: row.verification as StoredMatch['verification'],
    ratedAt: row.rated_at,
  };
}

function toSeat(row: MatchSeatRow): MatchSeatResource {
  return {
    seat: row.seat,
    team: row.team as MatchSeatResource['team'],
    agent: row.agent_version,
    outcome: row.outcome as MatchSeatResource['outcome'],
    reason: row.reason,
    score: row.score,
    missed: row.missed,
    metrics: JSON.parse(row.metrics) as MatchSeatResource['metrics'],
    infractions: JSON.parse(row.infractions) as MatchSeatResource['infractions'],
    ratingBefore: row.rating_before,
    ratingAfter: row.rating_after,
  };
}
