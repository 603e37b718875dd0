import { open as openHandle, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';

/** A file that is being written from its start to its end. Tests put failing ones in its place. */
export interface LogFile {
  /** Appends all of the bytes, or throws. */
  write(bytes: Uint8Array): Promise<void>;
  /** Returns once everything written would survive a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type CreateLogFile = (path: string) => Promise<LogFile>;

/**
 * Creates a file; never touches one that exists.
 * @throws GauntletError `already-exists`, `log-not-written`.
 */
export const createLogFile: CreateLogFile = async (path) => {
  const handle = await openHandle(path, 'wx').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new GauntletError('already-exists', `${path} exists already; remove it or choose another name`, {
        expected: 'a new file',
        actual: 'a file that exists',
      });
    }
    throw notWritten(path, error);
  });
  await syncFolder(dirname(path));
  return {
    write: (bytes) => writeAll(handle, bytes),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
};

/** A failure of the disk as the error that a person meets. */
export function notWritten(path: string, error: unknown): GauntletError {
  if (error instanceof GauntletError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const advice =
    code === 'ENOSPC'
      ? 'the disk is full: make room; what was written can be saved with `gauntlet replay recover`'
      : code === 'ENOENT'
        ? 'its folder does not exist'
        : 'what was written can be saved with `gauntlet replay recover`';
  return new GauntletError('log-not-written', `cannot write the log ${path}: ${message}; ${advice}`, {
    expected: 'a file that can be written',
    actual: code ?? message,
  });
}

/** A file's name survives a loss of power only once its folder is synced. Not every file system can. */
async function syncFolder(path: string): Promise<void> {
  const folder = await openHandle(path, 'r').catch(() => null);
  if (folder === null) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}

/** One `write` may take a part only, which is how a disk fills up. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
}
