import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * How the database came to be what it is, in order of the names. A migration that has been released is never changed:
 * the database records by name what it has been through. They must not depend on `schema.ts`, which is about today.
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first-tables': { up: firstTables },
};

async function firstTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agents')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('agent_versions')
    .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('agent', 'text', (column) => column.notNull().references('agents.name'))
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.unique())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('agent_versions_agent').on('agent_versions').column('agent').execute();
  await db.schema
    .createTable('matches')
    .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('scenario', 'text', (column) => column.notNull())
    .addColumn('behavior_version', 'integer', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('clock', 'text', (column) => column.notNull())
    .addColumn('rated', 'integer', (column) => column.notNull())
    .addColumn('seed', 'text', (column) => column.notNull())
    .addColumn('limits', 'text', (column) => column.notNull())
    .addColumn('log_file', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('reason', 'text')
    .addColumn('tick', 'integer', (column) => column.notNull())
    .addColumn('max_ticks', 'integer', (column) => column.notNull())
    .addColumn('tick_seconds', 'double precision', (column) => column.notNull())
    .addColumn('final_hash', 'text')
    .addColumn('verification', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('rated_at', 'text')
    .execute();
  await db.schema.createIndex('matches_status').on('matches').columns(['status', 'seq']).execute();
  await db.schema
    .createTable('match_seats')
    .addColumn('match', 'text', (column) => column.notNull().references('matches.id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('seat', 'text', (column) => column.notNull())
    .addColumn('team', 'text', (column) => column.notNull())
    .addColumn('agent_version', 'text', (column) => column.notNull().references('agent_versions.id'))
    .addColumn('outcome', 'text')
    .addColumn('reason', 'text')
    .addColumn('score', 'double precision')
    .addColumn('missed', 'integer', (column) => column.notNull())
    .addColumn('metrics', 'text', (column) => column.notNull())
    .addColumn('infractions', 'text', (column) => column.notNull())
    .addColumn('rating_before', 'double precision')
    .addColumn('rating_after', 'double precision')
    .addPrimaryKeyConstraint('match_seats_key', ['match', 'position'])
    .addUniqueConstraint('match_seats_seat', ['match', 'seat'])
    .execute();
  await db.schema.createIndex('match_seats_agent').on('match_seats').columns(['agent_version', 'match']).execute();
  await db.schema
    .createTable('ratings')
    .addColumn('agent_version', 'text', (column) => column.primaryKey().references('agent_versions.id'))
    .addColumn('rating', 'double precision', (column) => column.notNull())
    .addColumn('games', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('rating_points')
    .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('match', 'text', (column) => column.notNull().references('matches.id'))
    .addColumn('agent_version', 'text', (column) => column.notNull().references('agent_versions.id'))
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('before', 'double precision', (column) => column.notNull())
    .addColumn('after', 'double precision', (column) => column.notNull())
    .addColumn('score', 'double precision', (column) => column.notNull())
    .addColumn('place', 'integer', (column) => column.notNull())
    .addUniqueConstraint('rating_points_once', ['match', 'agent_version'])
    .execute();
  await db.schema.createIndex('rating_points_version').on('rating_points').columns(['agent_version', 'seq']).execute();
  await db.schema
    .createTable('settings')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}
