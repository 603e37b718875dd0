import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import SqliteDatabase from 'better-sqlite3';

/**
 * Makes a data folder this process's own: a second arena on it would take the matches of the first for unfinished ones and end
 * them. The lock is one of SQLite's, which the system lets go of with the process, however that ends. Returns how to let go of it.
 * @throws GauntletError `store-unavailable` when another arena has the folder, or it cannot be written to.
 */
export function lockDataFolder(folder: string): () => void {
  let lock: SqliteDatabase.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    lock = new SqliteDatabase(join(folder, 'arena.lock'), { timeout: 0 });
    lock.exec('begin exclusive');
  } catch (error) {
    lock?.close();
    const { code, message } = error as NodeJS.ErrnoException;
    const busy = code?.startsWith('SQLITE_BUSY') === true;
    throw new GauntletError(
      'store-unavailable',
      busy
        ? `another arena uses the data folder ${folder}: end it, or give this one a folder of its own with --data`
        : `the data folder ${folder} cannot be used: ${message}; check that it may be written to, or choose another one with --data`,
      { path: '--data', expected: 'a folder of its own', actual: busy ? 'one that is in use' : (code ?? message) },
    );
  }
  const held = lock;
  return () => held.close();
}
