import { open as openHandle, type FileHandle } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { GauntletError, LOG_TOPICS, type LogHeader, type LogTopic, type Scene } from '@gauntlet/agents-sdk/protocol';
import { McapIndexedReader, MCAP_MAGIC, type McapTypes } from '@mcap/core';
import { decodeHeader, HEADER_METADATA, PROFILE, RECOVERED_METADATA, type RecoveredNote } from './header.ts';
import { decodeRecord, tickTime, type LogRecord } from './topics.ts';

/** The largest chunk that is unpacked, bytes: a forged size must not fill the memory. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

export const DECOMPRESS: McapTypes.DecompressHandlers = {
  zstd: (bytes, size) => {
    if (size > BigInt(MAX_UNPACKED_BYTES))
      throw new Error(`a chunk of ${size} bytes is larger than the ${MAX_UNPACKED_BYTES} that are read`);
    return zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, Number(size)) });
  },
};

/** An open log. Must be closed. */
export interface LogReader {
  readonly file: string;
  readonly header: LogHeader;
  readonly scene: Scene;
  /** Set in what `recover` wrote: the log ends where the file was cut. */
  readonly recovered: RecoveredNote | null;
  /** The tick of the last record. */
  readonly lastTick: number;
  /**
   * Records by tick, those of one tick in the order they were written; seeks to `from` without reading what is before it.
   * Each is checked against its schema, each topic for records that are missing.
   * @throws GauntletError `invalid-log`, with the place.
   */
  records<T extends LogTopic = LogTopic>(range?: {
    topics?: readonly T[];
    /** First and last tick, both included. */
    from?: number;
    to?: number;
  }): AsyncGenerator<Extract<LogRecord, { topic: T }>, void, void>;
  close(): Promise<void>;
}

/**
 * Opens a whole log.
 * @throws GauntletError `invalid-log` for what is not a log, is cut short, has another format, or lacks header or scene.
 */
export async function readLog(file: string): Promise<LogReader> {
  const handle = await openFile(file);
  try {
    return await open(file, handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Opens a file for reading. @throws GauntletError `invalid-log` when there is none. */
export async function openFile(file: string): Promise<FileHandle> {
  try {
    return await openHandle(file, 'r');
  } catch (error) {
    throw invalid(
      `cannot open ${file}: ${(error as Error).message}`,
      'a file that can be read',
      (error as NodeJS.ErrnoException).code ?? 'an error',
    );
  }
}

/** Checks that a file begins as every MCAP file does. @throws GauntletError `invalid-log`. */
export async function checkMagic(file: string, handle: FileHandle): Promise<void> {
  const { bytesRead, buffer } = await handle
    .read(Buffer.alloc(MCAP_MAGIC.length), 0, MCAP_MAGIC.length, 0)
    .catch((error: unknown) => {
      throw invalid(`cannot read ${file}: ${(error as Error).message}`, 'a file', 'something else');
    });
  const found = buffer.subarray(0, bytesRead);
  if (MCAP_MAGIC.every((byte, i) => byte === found[i])) return;
  throw invalid(
    `${file} is not a log: it does not begin as an MCAP file does`,
    hex(Uint8Array.from(MCAP_MAGIC)),
    bytesRead === 0 ? 'an empty file' : hex(found),
  );
}

async function open(file: string, handle: FileHandle): Promise<LogReader> {
  await checkMagic(file, handle);
  const { size } = await handle.stat();
  const tail = await read(file, handle, size, Math.max(0, size - MCAP_MAGIC.length), Math.min(size, MCAP_MAGIC.length));
  if (!MCAP_MAGIC.every((byte, i) => byte === tail[i]) || size < 2 * MCAP_MAGIC.length) {
    throw invalid(
      `${file} is cut short: it has no end at byte ${size}; \`gauntlet replay recover\` brings back what is there`,
      'the footer of an MCAP file',
      'something else',
    );
  }
  const readable: McapTypes.IReadable = {
    size: () => Promise.resolve(BigInt(size)),
    read: (offset, length) => read(file, handle, size, Number(offset), Number(length)),
  };
  const mcap = await McapIndexedReader.Initialize({ readable, decompressHandlers: DECOMPRESS }).catch(
    (error: unknown) => {
      throw damaged(file, error);
    },
  );
  if (mcap.header.profile !== PROFILE) {
    throw invalid(
      `${file} is an MCAP file, but not a log of Gauntlet`,
      `profile ${PROFILE}`,
      `profile ${mcap.header.profile || '(none)'}`,
    );
  }

  const metadata = new Map<string, Map<string, string>>();
  try {
    for await (const record of mcap.readMetadata()) metadata.set(record.name, record.metadata);
  } catch (error) {
    throw damaged(file, error);
  }
  const fields = metadata.get(HEADER_METADATA);
  if (fields === undefined) {
    throw invalid(
      `${file} has no metadata record ${HEADER_METADATA}, so nothing says what match it is of`,
      HEADER_METADATA,
      [...metadata.keys()].join(', ') || 'no metadata',
    );
  }
  const header = decodeHeader(fields, file);
  const note = metadata.get(RECOVERED_METADATA);

  const topics = new Map<number, LogTopic>();
  for (const channel of mcap.channelsById.values()) {
    const encoding = (LOG_TOPICS as Record<string, string>)[channel.topic];
    // Topics that are not ours may be added by other tools; they are passed over.
    if (encoding === undefined) continue;
    if (channel.messageEncoding !== encoding) {
      throw invalid(`${file}: channel ${channel.topic} is of another encoding`, encoding, channel.messageEncoding);
    }
    topics.set(channel.id, channel.topic as LogTopic);
  }

  async function* records(
    range: { topics?: readonly LogTopic[]; from?: number; to?: number } = {},
  ): AsyncGenerator<LogRecord, void, void> {
    const wanted = range.topics ?? [...topics.values()];
    const next = new Map<number, number>();
    const messages = mcap.readMessages({
      topics: wanted,
      ...(range.from === undefined ? {} : { startTime: tickTime(range.from, header.tickSeconds) }),
      ...(range.to === undefined ? {} : { endTime: tickTime(range.to, header.tickSeconds) }),
    });
    for (;;) {
      const step = await messages.next().catch((error: unknown) => {
        throw damaged(file, error);
      });
      if (step.done === true) return;
      const message = step.value;
      const topic = topics.get(message.channelId) as LogTopic;
      const what = `${file}: ${topic} record ${message.sequence}`;
      const expected = next.get(message.channelId) ?? (range.from === undefined ? 0 : message.sequence);
      if (message.sequence !== expected) {
        throw invalid(
          `${what}: records before it are missing or in another order`,
          `record ${expected}`,
          `record ${message.sequence}`,
        );
      }
      next.set(message.channelId, expected + 1);
      const record = decodeRecord(topic, message.data, what);
      if (message.logTime !== tickTime(record.tick, header.tickSeconds)) {
        throw invalid(
          `${what}: its time is not that of its tick ${record.tick}`,
          `${tickTime(record.tick, header.tickSeconds)} ns`,
          `${message.logTime} ns`,
        );
      }
      yield record;
    }
  }

  let scene: Scene | undefined;
  for await (const record of records({ topics: ['/scene'] })) {
    if (record.topic !== '/scene') continue;
    scene = record.value;
    break;
  }
  if (scene === undefined) throw invalid(`${file} has no /scene record`, 'one', 'none');

  const lastTime = mcap.chunkIndexes.reduce(
    (last, chunk) => (chunk.messageEndTime > last ? chunk.messageEndTime : last),
    0n,
  );
  return {
    file,
    header,
    scene,
    recovered: note === undefined ? null : { from: note.get('from') ?? '', damage: note.get('damage') ?? '' },
    lastTick: Math.round(Number(lastTime) / 1e9 / header.tickSeconds),
    records: records as LogReader['records'],
    close: () => handle.close(),
  };
}

async function read(
  file: string,
  handle: FileHandle,
  size: number,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  if (offset + length > size) {
    throw invalid(
      `${file} points past its own end: byte ${offset + length} of ${size}`,
      `at most byte ${size}`,
      `byte ${offset + length}`,
    );
  }
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await handle.read(bytes, at, length - at, offset + at);
    if (bytesRead === 0)
      throw invalid(`${file} ended while it was read, at byte ${offset + at}`, `${length} bytes`, `${at} bytes`);
    at += bytesRead;
  }
  return bytes;
}

/** What the MCAP reader says of a damaged file, as an error of ours. */
function damaged(file: string, error: unknown): GauntletError {
  if (error instanceof GauntletError) return error;
  const message = (error as Error).message;
  return invalid(
    `${file} is damaged: ${message}; \`gauntlet replay recover\` brings back what is before the damage`,
    'an undamaged file',
    message,
  );
}

export function invalid(message: string, expected: string, actual: string): GauntletError {
  return new GauntletError('invalid-log', message, { expected, actual });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
