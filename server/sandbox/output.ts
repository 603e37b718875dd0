import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Of what a program printed last, kept for its exit reason, bytes. */
const TAIL_BYTES = 2048;

/** What a program prints. */
interface Output {
  /** The end of it so far. */
  tail(): string;
  /** Resolves once the program and all that hold its output have closed it and the file is written. */
  readonly closed: Promise<void>;
}

/** Creates the file for a program's output, for its owner alone. Throws when it cannot be created. */
export async function openOutput(path: string | null): Promise<FileHandle | null> {
  if (path === null) return null;
  const file = await open(path, 'w', 0o600);
  // The mode above counts only for a new file.
  await file.chmod(0o600);
  return file;
}

/**
 * Copies a program's output into a file, up to so many bytes, and says there where it cut. What comes after is read and dropped, so
 * that the program never blocks on it. A file that cannot be written, such as on a full disk, ends the copy and nothing else.
 */
export function capture(stream: Readable, file: FileHandle | null, limit: number): Output {
  let tail = Buffer.alloc(0);
  let written = 0;
  let whole = true;
  let writing: Promise<unknown> = Promise.resolve();

  const write = (bytes: Uint8Array): void => {
    writing = writing.then(() => file?.writeFile(bytes)).catch(() => undefined);
  };
  stream.on('data', (data: Buffer) => {
    tail = Buffer.concat([tail, data]).subarray(-TAIL_BYTES);
    if (file === null || !whole) return;
    const room = limit - written;
    written += data.length;
    if (data.length <= room) return write(data);
    whole = false;
    write(data.subarray(0, room));
    write(Buffer.from(`\n[output cut here: at most ${limit} bytes are kept]\n`));
  });
  const closed = new Promise<void>((resolve) => {
    stream.once('close', () => {
      void writing.then(() => file?.close()).then(resolve, () => resolve());
    });
  });
  // A reset by the other end is an end like any other.
  stream.on('error', () => undefined);
  return { tail: () => tail.toString('utf8').trimEnd(), closed };
}
