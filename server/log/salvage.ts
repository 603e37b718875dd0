import { McapStreamReader, type McapTypes } from '@mcap/core';
import { LOG_TOPICS, type LogHeader, type LogTopic } from '@gauntlet/agents-sdk/protocol';
import { decodeHeader, HEADER_METADATA, PROFILE, RECOVERED_METADATA } from './header.ts';
import { checkMagic, DECOMPRESS, invalid, openFile } from './reader.ts';
import { decodeRecord, type LogRecord } from './topics.ts';

/** Bytes read at once. */
const READ_BYTES = 1024 * 1024;

/** One message of a log, as it stands in the file. */
export interface SalvagedMessage {
  readonly record: LogRecord;
  readonly data: Uint8Array;
  readonly logTime: bigint;
}

/** What `salvage` tells while it reads. */
export interface Salvage {
  /** Once, before the messages. */
  header(header: LogHeader, metadata: readonly McapTypes.Metadata[]): Promise<void> | void;
  message(message: SalvagedMessage): Promise<void> | void;
  chunk?(chunk: McapTypes.Chunk): void;
}

/**
 * Reads a log from its start as far as it goes: chunks that are whole and whose checksum is right, in the order of the file.
 * Needs no footer and no index.
 * @returns null when the file is whole, or what ended it.
 * @throws GauntletError `invalid-log` when not even the header can be read, or a record in a sound chunk is wrong.
 */
export async function salvage(file: string, into: Salvage): Promise<{ damage: string | null }> {
  const handle = await openFile(file);
  try {
    await checkMagic(file, handle);
    const reader = new McapStreamReader({ decompressHandlers: DECOMPRESS, includeChunks: true });
    const metadata: McapTypes.Metadata[] = [];
    const topics = new Map<number, LogTopic>();
    const buffer = Buffer.alloc(READ_BYTES);
    let header: LogHeader | null = null;
    let damage: string | null = null;
    let at = 0;
    while (damage === null && !reader.done()) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) {
        damage = `cut short at byte ${at}, ${reader.bytesRemaining()} bytes into an unfinished record`;
        break;
      }
      at += bytesRead;
      try {
        reader.append(buffer.subarray(0, bytesRead));
      } catch (error) {
        damage = (error as Error).message;
        break;
      }
      for (;;) {
        let record: McapTypes.TypedMcapRecord | undefined;
        try {
          record = reader.nextRecord();
        } catch (error) {
          damage = `${(error as Error).message}, before byte ${at}`;
          break;
        }
        if (record === undefined) break;
        if (record.type === 'Header' && record.profile !== PROFILE) {
          throw invalid(
            `${file} is an MCAP file, but not a log of Gauntlet`,
            `profile ${PROFILE}`,
            `profile ${record.profile || '(none)'}`,
          );
        } else if (record.type === 'Metadata') {
          metadata.push({ name: record.name, metadata: record.metadata });
        } else if (record.type === 'Channel' && record.topic in LOG_TOPICS) {
          topics.set(record.id, record.topic as LogTopic);
        } else if (record.type === 'Chunk') {
          header ??= await opened(file, metadata, into);
          into.chunk?.(record);
        } else if (record.type === 'Message') {
          const topic = topics.get(record.channelId);
          if (topic === undefined) continue;
          const checked = decodeRecord(topic, record.data, `${file}: ${topic} record ${record.sequence}`);
          await into.message({ record: checked, data: record.data, logTime: record.logTime });
        }
      }
    }
    // A log may end before its first chunk.
    header ??= await opened(file, metadata, into);
    return { damage };
  } finally {
    await handle.close();
  }
}

async function opened(file: string, metadata: readonly McapTypes.Metadata[], into: Salvage): Promise<LogHeader> {
  const fields = metadata.find((record) => record.name === HEADER_METADATA);
  if (fields === undefined) {
    throw invalid(
      `${file} has no metadata record ${HEADER_METADATA}: it ends before a match began, so there is nothing to bring back`,
      HEADER_METADATA,
      'none',
    );
  }
  const header = decodeHeader(fields.metadata, file);
  await into.header(
    header,
    metadata.filter((record) => record.name === HEADER_METADATA || record.name === RECOVERED_METADATA),
  );
  return header;
}
