import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import {
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type TransactionSettings,
} from 'kysely';
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from './migrations.ts';
import type { Tables } from './schema.ts';
import { SqlStore, type Dialect } from './sql-store.ts';
import type { Store } from './store.ts';

export interface SqliteOptions {
  /** ms that a call waits, and with it the thread, while another process writes. */
  readonly busyTimeoutMs?: number;
  /** Pages of 4096 bytes that the file may grow to, as if the disk were full after them. */
  readonly maxPages?: number;
}

/**
 * A store in one SQLite file, made with its folder when there is none and brought up to date, or in memory (`:memory:`).
 * @throws GauntletError `store-unavailable` when the file is locked, not a database, or of a newer Gauntlet.
 */
export async function openSqliteStore(file: string, options: SqliteOptions = {}): Promise<Store> {
  const { busyTimeoutMs = 1000, maxPages } = options;
  const dialect: Dialect = { constraint, explain: (error) => explain(error, file, busyTimeoutMs) };
  let connection: SqliteDatabase.Database | undefined;
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    connection = new SqliteDatabase(file, { timeout: busyTimeoutMs });
    connection.pragma('journal_mode = WAL');
    // The default of many builds is NORMAL in WAL, which can lose the last commits when the machine loses power.
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    if (maxPages !== undefined) connection.pragma(`max_page_count = ${maxPages}`);
    const db = new Kysely<Tables>({ dialect: new WalDialect(connection) });
    await migrate(db);
    return new SqlStore(db, dialect);
  } catch (error) {
    connection?.close();
    throw dialect.explain(error);
  }
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Error && /previously executed migration .* is missing/.test(error.message)) {
    throw new GauntletError('store-unavailable', `the database is of a newer version of Gauntlet: ${error.message}`, {
      expected: `migrations up to ${Object.keys(MIGRATIONS).at(-1)}`,
      actual: error.message,
    });
  }
  throw error;
}

class WalDialect extends SqliteDialect {
  readonly #connection: SqliteDatabase.Database;

  constructor(connection: SqliteDatabase.Database) {
    super({ database: connection });
    this.#connection = connection;
  }

  override createDriver(): SqliteDriver {
    return new WalDriver(this.#connection);
  }

  override createAdapter(): SqliteAdapter {
    return new WalAdapter();
  }
}

class WalAdapter extends SqliteAdapter {
  /** So all migrations happen, or none. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class WalDriver extends SqliteDriver {
  readonly #connection: SqliteDatabase.Database;

  constructor(connection: SqliteDatabase.Database) {
    super({ database: connection });
    this.#connection = connection;
  }

  /**
   * Takes the write lock at once. A deferred transaction that reads and then writes fails without waiting when another
   * process wrote in between.
   */
  override async beginTransaction(_: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    this.#connection.exec(settings?.accessMode === 'read only' ? 'begin' : 'begin immediate');
  }

  /** After a full disk SQLite may have rolled back by itself, and a second rollback would hide the first error. */
  override async rollbackTransaction(): Promise<void> {
    if (this.#connection.inTransaction) this.#connection.exec('rollback');
  }
}

function constraint(error: unknown): 'unique' | 'foreign-key' | null {
  if (!(error instanceof SqliteDatabase.SqliteError)) return null;
  if (error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY') return 'unique';
  return error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY' ? 'foreign-key' : null;
}

/** SQLite's result codes (https://www.sqlite.org/rescode.html) that a person can do something about. */
function explain(error: unknown, file: string, busyTimeoutMs: number): unknown {
  if (!(error instanceof SqliteDatabase.SqliteError)) return error;
  const unavailable = (message: string, expected: string): GauntletError =>
    new GauntletError('store-unavailable', message, { expected, actual: `${error.code}: ${error.message}` });
  const { code } = error;
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return unavailable(
      `another program has kept the database ${file} locked for more than ${busyTimeoutMs} ms: end it, or let it finish, and try again`,
      'a database that nobody else writes to',
    );
  }
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR')) {
    return unavailable(
      `cannot write the database ${file}: make room on its disk and try again`,
      'room on a healthy disk',
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return unavailable(
      `cannot open the database ${file} for writing: check that the folder and the file may be written to`,
      'a file that may be written to',
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return unavailable(
      `${file} is not a database, or it is damaged: move it away, or restore a copy`,
      'an SQLite database',
    );
  }
  return error;
}
