import { promisify } from 'node:util';
import { crc32, zstdCompress } from 'node:zlib';
import { LOG_TOPICS, type LogTopic } from '@gauntlet/agents-sdk/protocol';
import { LIBRARY_IDENTIFIER, McapChunkBuilder, McapRecordBuilder, Opcode, type McapTypes } from '@mcap/core';
import { notWritten, type LogFile } from './file.ts';
import { PROFILE } from './header.ts';
import { TOPICS, topicSchema } from './topics.ts';

const compress = promisify(zstdCompress) as (
  data: Uint8Array,
  options: { pledgedSrcSize: number },
) => Promise<Uint8Array>;

/** Bytes that may wait for the disk before `settled` asks the match to wait too. */
const MAX_BACKLOG = 32 * 1024 * 1024;

/** One closed chunk on its way to the disk. */
interface Chunk {
  readonly records: Uint8Array;
  readonly start: bigint;
  readonly end: bigint;
  readonly indexes: readonly McapTypes.MessageIndex[];
}

/**
 * Writes an MCAP file of the log's channels. Messages are gathered in memory; compression and the disk work behind, chunk
 * after chunk. `McapWriter` closes chunks by size and inside `addMessage`; a log closes them by time and never waits there.
 */
export class LogWriter {
  readonly #path: string;
  readonly #file: LogFile;
  readonly #chunk = new McapChunkBuilder({ useMessageIndex: true });
  readonly #queue: Chunk[] = [];
  readonly #chunkIndexes: McapTypes.ChunkIndex[] = [];
  readonly #metadataIndexes: McapTypes.MetadataIndex[] = [];
  /** Messages by channel id. */
  readonly #counts = new Map<number, bigint>();
  #times: { start: bigint; end: bigint } | null = null;
  #position = 0;
  /** Of everything before the summary. */
  #crc = 0;
  #backlog = 0;
  #working: Promise<void> | null = null;
  #failure: Error | null = null;

  /** @param path names the file in errors. */
  constructor(path: string, file: LogFile) {
    this.#path = path;
    this.#file = file;
    for (const [i, topic] of TOPICS.entries()) {
      this.#chunk.addSchema({ id: i + 1, ...topicSchema(topic) });
      this.#chunk.addChannel(channel(topic));
    }
  }

  /** Writes the opening and the metadata records, in order. */
  async start(metadata: readonly McapTypes.Metadata[]): Promise<void> {
    const builder = new McapRecordBuilder();
    builder.writeMagic();
    builder.writeHeader({ profile: PROFILE, library: `gauntlet ${LIBRARY_IDENTIFIER}` });
    for (const record of metadata) {
      const offset = BigInt(builder.length);
      this.#metadataIndexes.push({ name: record.name, offset, length: builder.writeMetadata(record) });
    }
    await this.#guard(async () => {
      await this.#write(builder.buffer);
      await this.#file.sync();
    });
  }

  /** Adds a message to the open chunk. Its bytes are copied. @param time ns of simulation. */
  add(topic: LogTopic, time: bigint, data: Uint8Array): void {
    const channelId = channel(topic).id;
    const sequence = this.#counts.get(channelId) ?? 0n;
    this.#counts.set(channelId, sequence + 1n);
    this.#times = {
      start: this.#times === null || time < this.#times.start ? time : this.#times.start,
      end: this.#times === null || time > this.#times.end ? time : this.#times.end,
    };
    this.#chunk.addMessage({ channelId, sequence: Number(sequence), logTime: time, publishTime: time, data });
  }

  /** Bytes in the open chunk. */
  get openBytes(): number {
    return this.#chunk.byteLength;
  }

  /** Closes the open chunk and hands it to the disk. After a failure it is dropped, so that memory stays bounded. */
  closeChunk(): void {
    if (this.#chunk.numMessages === 0) return;
    const chunk: Chunk = {
      records: this.#chunk.buffer,
      start: this.#chunk.messageStartTime,
      end: this.#chunk.messageEndTime,
      indexes: [...this.#chunk.indices],
    };
    this.#chunk.reset();
    if (this.#failure !== null) return;
    this.#queue.push(chunk);
    this.#backlog += chunk.records.length;
    this.#working ??= this.#work();
  }

  /**
   * Nothing while the disk keeps up; a promise of having caught up when far behind.
   * @throws GauntletError `log-not-written` once a write has failed.
   */
  settled(): Promise<void> | undefined {
    if (this.#failure !== null) throw this.#failure;
    return this.#backlog > MAX_BACKLOG ? this.flush() : undefined;
  }

  /** Resolves once all closed chunks are on the disk. @throws GauntletError `log-not-written`. */
  async flush(): Promise<void> {
    await this.#working;
    if (this.#failure !== null) throw this.#failure;
  }

  /**
   * Writes what is left and the summary, and closes the file, whatever happened.
   * @throws GauntletError `log-not-written`; the file can then be recovered as far as it goes.
   */
  async end(): Promise<void> {
    this.closeChunk();
    try {
      await this.flush();
      await this.#guard(async () => {
        const builder = new McapRecordBuilder();
        builder.writeDataEnd({ dataSectionCrc: this.#crc });
        await this.#write(builder.buffer);
        await this.#write(this.#summary());
        await this.#file.sync();
      });
    } finally {
      await this.#file.close();
    }
  }

  async #work(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        // Whatever has gathered while the disk was busy is synced at once.
        for (const chunk of this.#queue.splice(0)) {
          await this.#writeChunk(chunk);
          this.#backlog -= chunk.records.length;
        }
        await this.#file.sync();
      }
    } catch (error) {
      this.#failure = notWritten(this.#path, error);
      this.#queue.length = 0;
      this.#backlog = 0;
    }
    this.#working = null;
  }

  async #writeChunk({ records, start, end, indexes }: Chunk): Promise<void> {
    const compressed = await compress(records, { pledgedSrcSize: records.length });
    const builder = new McapRecordBuilder();
    const chunkLength = builder.writeChunk({
      messageStartTime: start,
      messageEndTime: end,
      uncompressedSize: BigInt(records.length),
      uncompressedCrc: crc32(records),
      compression: 'zstd',
      records: compressed,
    });
    const messageIndexOffsets = new Map<number, bigint>();
    for (const index of indexes) {
      if (index.records.length === 0) continue;
      messageIndexOffsets.set(index.channelId, BigInt(this.#position + builder.length));
      builder.writeMessageIndex(index);
    }
    this.#chunkIndexes.push({
      messageStartTime: start,
      messageEndTime: end,
      chunkStartOffset: BigInt(this.#position),
      chunkLength,
      messageIndexOffsets,
      messageIndexLength: BigInt(builder.length) - chunkLength,
      compression: 'zstd',
      compressedSize: BigInt(compressed.length),
      uncompressedSize: BigInt(records.length),
    });
    // One write: a file cut inside it loses this chunk and no other.
    await this.#write(builder.buffer);
  }

  /** Summary, summary offsets, footer and closing magic. */
  #summary(): Uint8Array {
    const start = this.#position;
    const builder = new McapRecordBuilder();
    const groups: McapTypes.SummaryOffset[] = [];
    const group = (groupOpcode: Opcode, write: () => void): void => {
      const groupStart = builder.length;
      write();
      const groupLength = BigInt(builder.length - groupStart);
      if (groupLength > 0n) groups.push({ groupOpcode, groupStart: BigInt(start + groupStart), groupLength });
    };
    group(Opcode.SCHEMA, () => TOPICS.forEach((topic, i) => builder.writeSchema({ id: i + 1, ...topicSchema(topic) })));
    group(Opcode.CHANNEL, () => TOPICS.forEach((topic) => builder.writeChannel(channel(topic))));
    group(Opcode.STATISTICS, () => builder.writeStatistics(this.#statistics()));
    group(Opcode.METADATA_INDEX, () => this.#metadataIndexes.forEach((index) => builder.writeMetadataIndex(index)));
    group(Opcode.CHUNK_INDEX, () => this.#chunkIndexes.forEach((index) => builder.writeChunkIndex(index)));
    const summaryOffsetStart = BigInt(start + builder.length);
    for (const offset of groups) builder.writeSummaryOffset(offset);

    // The summary's CRC covers the footer too, up to the CRC itself: opcode, length and two offsets.
    const footer = { summaryStart: BigInt(start), summaryOffsetStart, summaryCrc: 0 };
    const draft = new McapRecordBuilder();
    draft.writeFooter(footer);
    const summaryCrc = crc32(draft.buffer.subarray(0, 1 + 8 + 8 + 8), crc32(builder.buffer));
    builder.writeFooter({ ...footer, summaryCrc });
    builder.writeMagic();
    return builder.buffer;
  }

  #statistics(): McapTypes.Statistics {
    return {
      messageCount: [...this.#counts.values()].reduce((sum, count) => sum + count, 0n),
      schemaCount: TOPICS.length,
      channelCount: TOPICS.length,
      attachmentCount: 0,
      metadataCount: this.#metadataIndexes.length,
      chunkCount: this.#chunkIndexes.length,
      messageStartTime: this.#times?.start ?? 0n,
      messageEndTime: this.#times?.end ?? 0n,
      channelMessageCounts: this.#counts,
    };
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#position += bytes.length;
    this.#crc = crc32(bytes, this.#crc);
    await this.#file.write(bytes);
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure = notWritten(this.#path, error);
      throw this.#failure;
    }
  }
}

function channel(topic: LogTopic): McapTypes.Channel {
  const id = TOPICS.indexOf(topic) + 1;
  return { id, schemaId: id, topic, messageEncoding: LOG_TOPICS[topic], metadata: new Map() };
}
