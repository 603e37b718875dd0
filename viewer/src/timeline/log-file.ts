import { McapIndexedReader, McapStreamReader, type McapTypes } from '@mcap/core';
import { decompress } from 'fzstd';
import { BlobReadable, HttpReadable } from './readable.ts';

/** The part of an MCAP file that viewing needs, whether it has an index or was cut short. */
export interface LogFile {
  /** Fields of the metadata record `gauntlet`. */
  readonly header: ReadonlyMap<string, string>;
  /** The first message of `/scene`, as text; null when there is none. */
  readonly scene: string | null;
  /** Spans of time that can be read one by one, in order; ns. */
  readonly spans: readonly Span[];
  /** Messages of some topics in a span, in order of time. */
  read(span: Span, topics: readonly string[]): Promise<LogMessage[]>;
}

export interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

export interface LogMessage {
  readonly topic: string;
  /** ns. */
  readonly time: bigint;
  readonly data: Uint8Array;
}

const decompressHandlers: McapTypes.DecompressHandlers = {
  zstd: (bytes, size) => decompress(bytes, new Uint8Array(Number(size))),
};

/**
 * Opens a log at an address or in a file.
 * @throws Error in words for people when it is not a log that can be read.
 */
export async function openLogFile(from: string | Blob): Promise<LogFile> {
  const opened = typeof from === 'string' ? await HttpReadable.open(from) : new BlobReadable(from);
  const readable =
    opened instanceof Uint8Array ? new BlobReadable(new Blob([opened as Uint8Array<ArrayBuffer>])) : opened;
  const size = await readable.size();
  if (size < 8n || new DataView((await readable.read(0n, 8n)).buffer).getUint32(1) !== 0x4d434150) {
    throw new Error('This is not an MCAP file. Logs of Gauntlet end in .mcap.');
  }
  let reader: McapIndexedReader;
  try {
    reader = await McapIndexedReader.Initialize({
      readable,
      decompressHandlers,
      messageIndexCacheSizeBytes: 4 * 2 ** 20,
    });
  } catch {
    // No index at the end: the match was cut short. What is there is read from front to back.
    return streamed(await readable.read(0n, size));
  }
  if (reader.chunkIndexes.length === 0) return streamed(await readable.read(0n, size));
  return indexed(reader);
}

async function indexed(reader: McapIndexedReader): Promise<LogFile> {
  const header = new Map<string, string>();
  for await (const record of reader.readMetadata({ name: 'gauntlet' }))
    for (const entry of record.metadata) header.set(...entry);
  let scene: string | null = null;
  for await (const message of reader.readMessages({ topics: ['/scene'] })) {
    scene = new TextDecoder().decode(message.data);
    break;
  }
  const frames = new Set(
    [...reader.channelsById.values()].filter(({ topic }) => topic === '/frame').map(({ id }) => id),
  );
  const spans = reader.chunkIndexes
    .filter((chunk) => [...chunk.messageIndexOffsets.keys()].some((id) => frames.has(id)))
    .map((chunk) => ({ start: chunk.messageStartTime, end: chunk.messageEndTime }))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  return {
    header,
    scene,
    spans,
    async read(span, topics) {
      const messages: LogMessage[] = [];
      for await (const message of reader.readMessages({ topics, startTime: span.start, endTime: span.end })) {
        const topic = reader.channelsById.get(message.channelId)!.topic;
        messages.push({ topic, time: message.logTime, data: message.data });
      }
      return messages;
    },
  };
}

function streamed(bytes: Uint8Array): LogFile {
  const reader = new McapStreamReader({ decompressHandlers });
  const header = new Map<string, string>();
  const topics = new Map<number, string>();
  const messages: LogMessage[] = [];
  try {
    reader.append(bytes);
    for (let record; (record = reader.nextRecord());) {
      if (record.type === 'Channel') topics.set(record.id, record.topic);
      else if (record.type === 'Metadata' && record.name === 'gauntlet')
        for (const entry of record.metadata) header.set(...entry);
      else if (record.type === 'Message') {
        messages.push({ topic: topics.get(record.channelId) ?? '', time: record.logTime, data: record.data.slice() });
      }
    }
  } catch (error) {
    if (messages.length === 0)
      throw new Error(`This log cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const scene = messages.find(({ topic }) => topic === '/scene');
  const times = messages.filter(({ topic }) => topic === '/frame').map(({ time }) => time);
  return {
    header,
    scene: scene ? new TextDecoder().decode(scene.data) : null,
    spans: times.length === 0 ? [] : [{ start: times[0]!, end: times.at(-1)! }],
    read: (span, wanted) =>
      Promise.resolve(
        messages.filter(({ topic, time }) => wanted.includes(topic) && time >= span.start && time <= span.end),
      ),
  };
}
