import {
  GauntletError,
  type AgentResource,
  type AgentVersionResource,
  type RatingPoint,
  type RatingResource,
  type Verification,
} from '@gauntlet/agents-sdk/protocol';
import type { Kysely, Transaction } from 'kysely';
import { loadAgents, selectVersions, toVersion } from './agent-rows.ts';
import { loadMatch, loadMatches, matchRow, seatRow } from './match-rows.ts';
import type { Tables } from './schema.ts';
import type {
  FinishedMatch,
  MatchChange,
  MatchQuery,
  NewAgent,
  NewMatch,
  NewVersion,
  RatingChange,
  SettingName,
  Store,
  StoredMatch,
  StoredVersion,
} from './store.ts';

/** What differs between databases, beyond what Kysely hides. */
export interface Dialect {
  /** Which constraint an error says was violated, if any. */
  constraint(error: unknown): 'unique' | 'foreign-key' | null;
  /** The error to tell the caller: `store-unavailable` for a locked or full database, the error itself otherwise. */
  explain(error: unknown): unknown;
}

/** The store on any database that Kysely speaks to. */
export class SqlStore implements Store {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;

  constructor(db: Kysely<Tables>, dialect: Dialect) {
    this.#db = db;
    this.#dialect = dialect;
  }

  createAgent(agent: NewAgent, version: NewVersion): Promise<AgentResource> {
    return this.#write(async (db) => {
      await this.#unique(
        `an agent named ${agent.name} exists already`,
        'a new name',
        agent.name,
        db
          .insertInto('agents')
          .values({ name: agent.name, kind: agent.kind, description: agent.description, created_at: agent.createdAt })
          .execute(),
      );
      return { ...agent, versions: [await this.#insertVersion(db, agent.name, version)] };
    });
  }

  addVersion(agent: string, version: NewVersion): Promise<AgentVersionResource> {
    return this.#write(async (db) => {
      const found = await db.selectFrom('agents').select('name').where('name', '=', agent).executeTakeFirst();
      if (!found)
        throw new GauntletError('unknown-agent', `there is no agent named ${agent}`, {
          expected: 'the name of an agent',
          actual: agent,
        });
      return this.#insertVersion(db, agent, version);
    });
  }

  async #insertVersion(db: Transaction<Tables>, agent: string, version: NewVersion): Promise<AgentVersionResource> {
    const id = `${agent}@${version.version}`;
    const row = { id, agent, version: version.version, token_hash: version.tokenHash, created_at: version.createdAt };
    await this.#unique(
      `the version ${id}, or its token, exists already: versions never change, add a new one`,
      'a new version',
      id,
      db.insertInto('agent_versions').values(row).execute(),
    );
    return { id, agent, version: version.version, createdAt: version.createdAt, rating: null, games: 0 };
  }

  listAgents(): Promise<AgentResource[]> {
    return this.#read((db) => loadAgents(db));
  }

  getAgent(name: string): Promise<AgentResource | null> {
    return this.#read(async (db) => (await loadAgents(db, name))[0] ?? null);
  }

  getVersion(id: string): Promise<StoredVersion | null> {
    return this.#read(async (db) =>
      toVersion(await selectVersions(db).where('agent_versions.id', '=', id).executeTakeFirst()),
    );
  }

  findVersionByTokenHash(hash: string): Promise<StoredVersion | null> {
    return this.#read(async (db) =>
      toVersion(await selectVersions(db).where('token_hash', '=', hash).executeTakeFirst()),
    );
  }

  createMatch(match: NewMatch): Promise<StoredMatch> {
    return this.#write(async (db) => {
      await this.#unique(
        `a match ${match.id} exists already`,
        'a new id',
        match.id,
        db.insertInto('matches').values(matchRow(match)).execute(),
      );
      for (const [position, seat] of match.seats.entries()) {
        try {
          await db
            .insertInto('match_seats')
            .values(seatRow(match.id, position, seat))
            .execute();
        } catch (error) {
          if (this.#dialect.constraint(error) !== 'foreign-key') throw error;
          throw new GauntletError('unknown-agent', `there is no agent version ${seat.agent}`, {
            path: `/seats/${position}/agent`,
            expected: 'the id of an agent version',
            actual: seat.agent,
          });
        }
      }
      return loadMatch(db, match.id);
    });
  }

  getMatch(id: string): Promise<StoredMatch | null> {
    return this.#read(async (db) => (await loadMatches(db, (query) => query.where('id', '=', id)))[0] ?? null);
  }

  updateMatch(id: string, change: MatchChange): Promise<StoredMatch> {
    return this.#write(async (db) => {
      const { status, tick, startedAt } = change;
      const row = {
        ...(status === undefined ? {} : { status }),
        ...(tick === undefined ? {} : { tick }),
        ...(startedAt === undefined ? {} : { started_at: startedAt }),
      };
      const before = await loadMatch(db, id);
      if (before.status === 'ended') throw matchOver(before);
      if (Object.keys(row).length === 0) return before;
      await db.updateTable('matches').set(row).where('id', '=', id).execute();
      return loadMatch(db, id);
    });
  }

  finishMatch(id: string, result: FinishedMatch): Promise<StoredMatch> {
    return this.#write(async (db) => {
      const before = await loadMatch(db, id);
      const seats = before.seats.map(({ seat }) => seat);
      const given = result.seats.map(({ seat }) => seat);
      if ([...seats].sort().join() !== [...given].sort().join()) {
        throw new GauntletError('invalid-seats', `the results are not of the seats of match ${id}`, {
          path: '/seats',
          expected: seats.join(),
          actual: given.join(),
        });
      }
      const { outcome, reason, tick, verification } = result;
      const ended = await db
        .updateTable('matches')
        .set({
          status: 'ended',
          outcome,
          reason,
          tick,
          verification,
          final_hash: result.finalHash,
          ended_at: result.endedAt,
          log_file: result.logFile,
        })
        .where('id', '=', id)
        .where('status', '!=', 'ended')
        .executeTakeFirst();
      if (ended.numUpdatedRows === 0n) throw matchOver(before);
      for (const end of result.seats) {
        await db
          .updateTable('match_seats')
          .set({
            outcome: end.outcome,
            reason: end.reason,
            score: end.score,
            missed: end.missed,
            metrics: JSON.stringify(end.metrics),
            infractions: JSON.stringify(end.infractions),
          })
          .where('match', '=', id)
          .where('seat', '=', end.seat)
          .execute();
      }
      return loadMatch(db, id);
    });
  }

  setVerification(id: string, verification: Verification): Promise<StoredMatch> {
    return this.#write(async (db) => {
      const before = await loadMatch(db, id);
      if (before.status !== 'ended') {
        throw new GauntletError('invalid-request', `match ${id} has not ended, so its log cannot be verified`, {
          expected: 'an ended match',
          actual: before.status,
        });
      }
      await db.updateTable('matches').set({ verification }).where('id', '=', id).execute();
      return { ...before, verification };
    });
  }

  listMatches(query: MatchQuery): Promise<{ matches: StoredMatch[]; total: number }> {
    return this.#read(async (db) => {
      let fitting = db.selectFrom('matches');
      if (query.status !== undefined) fitting = fitting.where('status', '=', query.status);
      const { agent } = query;
      if (agent !== undefined) {
        fitting = fitting.where('id', 'in', (expression) =>
          expression
            .selectFrom('match_seats')
            .innerJoin('agent_versions', 'agent_versions.id', 'match_seats.agent_version')
            .select('match_seats.match')
            .where((or) => or.or([or('agent_versions.agent', '=', agent), or('agent_versions.id', '=', agent)])),
        );
      }
      const count = await fitting
        .select((expression) => expression.fn.countAll<number | string>().as('total'))
        .executeTakeFirstOrThrow();
      const page = await fitting.select('id').orderBy('seq', 'desc').limit(query.limit).offset(query.offset).execute();
      const ids = page.map(({ id }) => id);
      const matches =
        ids.length === 0 ? [] : await loadMatches(db, (rows) => rows.where('id', 'in', ids).orderBy('seq', 'desc'));
      return { matches, total: Number(count.total) };
    });
  }

  listUnfinished(): Promise<StoredMatch[]> {
    return this.#read((db) => loadMatches(db, (query) => query.where('status', '!=', 'ended').orderBy('seq')));
  }

  listUnverified(): Promise<StoredMatch[]> {
    return this.#read((db) =>
      loadMatches(db, (query) =>
        query.where('status', '=', 'ended').where('verification', '=', 'pending').orderBy('seq'),
      ),
    );
  }

  listUnrated(): Promise<StoredMatch[]> {
    return this.#read((db) =>
      loadMatches(db, (query) =>
        query
          .where('verification', '=', 'verified')
          .where('rated', '=', 1)
          .where('rated_at', 'is', null)
          .orderBy('seq'),
      ),
    );
  }

  async applyRatings(
    match: string,
    at: string,
    changes: readonly RatingChange[],
  ): Promise<'applied' | 'already-rated' | 'stale'> {
    try {
      return await this.#write(async (db) => {
        const { seats } = await loadMatch(db, match);
        const stranger = changes.findIndex(({ agentVersion }) => !seats.some((seat) => seat.agent === agentVersion));
        if (stranger >= 0) {
          const actual = changes[stranger]?.agentVersion ?? '';
          const expected = seats.map(({ agent }) => agent).join();
          throw new GauntletError('invalid-seats', `${actual} holds no seat in match ${match}`, {
            path: `/${stranger}/agentVersion`,
            expected,
            actual,
          });
        }
        const marked = await db
          .updateTable('matches')
          .set({ rated_at: at })
          .where('id', '=', match)
          .where('rated_at', 'is', null)
          .executeTakeFirst();
        if (marked.numUpdatedRows === 0n) return 'already-rated';
        for (const change of changes) await this.#rate(db, match, at, change);
        return 'applied';
      });
    } catch (error) {
      if (error instanceof StaleRating) return 'stale';
      throw error;
    }
  }

  async #rate(db: Transaction<Tables>, match: string, at: string, change: RatingChange): Promise<void> {
    const { agentVersion, before, after, score, place } = change;
    const current = await db
      .selectFrom('ratings')
      .select('rating')
      .where('agent_version', '=', agentVersion)
      .executeTakeFirst();
    if (!current) {
      await db.insertInto('ratings').values({ agent_version: agentVersion, rating: after, games: 1 }).execute();
    } else {
      const moved = await db
        .updateTable('ratings')
        .set((row) => ({ rating: after, games: row('games', '+', 1) }))
        .where('agent_version', '=', agentVersion)
        .where('rating', '=', before)
        .executeTakeFirst();
      // Thrown, so that what was written of this match is rolled back.
      if (moved.numUpdatedRows === 0n) throw new StaleRating();
    }
    await db
      .insertInto('rating_points')
      .values({ match, agent_version: agentVersion, at, before, after, score, place })
      .execute();
    await db
      .updateTable('match_seats')
      .set({ rating_before: before, rating_after: after })
      .where('match', '=', match)
      .where('agent_version', '=', agentVersion)
      .execute();
  }

  ratingsOf(versions: readonly string[]): Promise<Map<string, { rating: number; games: number }>> {
    return this.#read(async (db) => {
      if (versions.length === 0) return new Map();
      const rows = await db.selectFrom('ratings').selectAll().where('agent_version', 'in', versions).execute();
      return new Map(rows.map(({ agent_version, rating, games }) => [agent_version, { rating, games }]));
    });
  }

  ratings(): Promise<RatingResource[]> {
    return this.#read(async (db) => {
      const rows = await db
        .selectFrom('ratings')
        .innerJoin('agent_versions', 'agent_versions.id', 'ratings.agent_version')
        .leftJoin('rating_points as last', (join) =>
          join.on('last.seq', '=', (expression) =>
            expression
              .selectFrom('rating_points')
              .select((point) => point.fn.max('rating_points.seq').as('seq'))
              .whereRef('rating_points.agent_version', '=', 'ratings.agent_version'),
          ),
        )
        .select(['agent_versions.id', 'agent', 'version', 'rating', 'games', 'last.before', 'last.after'])
        .orderBy('rating', 'desc')
        .orderBy('agent_versions.id')
        .execute();
      return rows.map(({ id, agent, version, rating, games, before, after }) => ({
        rank: 1 + rows.findIndex((row) => row.rating === rating),
        agentVersion: id,
        agent,
        version,
        rating,
        games,
        lastDelta: before === null || after === null ? null : after - before,
      }));
    });
  }

  ratingHistory(version: string): Promise<RatingPoint[]> {
    return this.#read(async (db) => {
      if (!(await selectVersions(db).where('agent_versions.id', '=', version).executeTakeFirst())) {
        throw new GauntletError('unknown-agent', `there is no agent version ${version}`, {
          expected: 'the id of an agent version, such as name@1',
          actual: version,
        });
      }
      return db
        .selectFrom('rating_points')
        .innerJoin('matches', 'matches.id', 'rating_points.match')
        .select(['match', 'scenario', 'at', 'before', 'after', 'score', 'place'])
        .where('agent_version', '=', version)
        .orderBy('rating_points.seq')
        .execute();
    });
  }

  getSetting(name: SettingName): Promise<string | null> {
    return this.#read(
      async (db) =>
        (await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst())?.value ?? null,
    );
  }

  setSetting(name: SettingName, value: string): Promise<void> {
    return this.#write(async (db) => {
      await db
        .insertInto('settings')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    });
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }

  async #read<T>(work: (db: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#transaction(this.#db.transaction().setAccessMode('read only').execute(work));
  }

  async #write<T>(work: (db: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#transaction(this.#db.transaction().execute(work));
  }

  async #transaction<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      throw this.#dialect.explain(error);
    }
  }

  async #unique(message: string, expected: string, actual: string, insert: Promise<unknown>): Promise<void> {
    try {
      await insert;
    } catch (error) {
      if (this.#dialect.constraint(error) !== 'unique') throw error;
      throw new GauntletError('already-exists', message, { expected, actual });
    }
  }
}

class StaleRating extends Error {}

function matchOver(match: StoredMatch): GauntletError {
  return new GauntletError('match-over', `match ${match.id} has ended`, {
    expected: 'a match that has not',
    actual: `${match.outcome} at ${match.endedAt}`,
  });
}
