import { readFile, writeFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { pack, unpack, type LogTopic } from '@gauntlet/agents-sdk/protocol';
import { McapStreamReader, McapWriter } from '@mcap/core';

/** A message as a forger sees it. */
export interface Message {
  topic: LogTopic;
  tick: number;
  logTime: bigint;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a forger changes whatever it likes
  value: any;
}

/**
 * Writes a log anew with something changed, by plain MCAP tools: checksums, index and numbering of the result are right, so that
 * only the content can give it away.
 */
export async function rewrite(
  from: string,
  to: string,
  change: {
    header?: (fields: Map<string, string>) => Map<string, string> | null;
    messages?: (messages: Message[]) => Message[];
    profile?: string;
  },
): Promise<void> {
  const reader = new McapStreamReader({ decompressHandlers: { zstd: (bytes) => zstdDecompressSync(bytes) } });
  reader.append(await readFile(from));
  const topics = new Map<number, { topic: LogTopic; encoding: string }>();
  let fields: Map<string, string> | null = null;
  let messages: Message[] = [];
  for (let record; (record = reader.nextRecord());) {
    if (record.type === 'Metadata') fields = record.metadata;
    if (record.type === 'Channel')
      topics.set(record.id, { topic: record.topic as LogTopic, encoding: record.messageEncoding });
    if (record.type === 'Message') {
      const { topic, encoding } = topics.get(record.channelId) ?? { topic: '/scene' as const, encoding: 'json' };
      const value = encoding === 'json' ? JSON.parse(new TextDecoder().decode(record.data)) : unpack(record.data);
      messages.push({ topic, tick: Math.round(Number(record.logTime) / 5e7), logTime: record.logTime, value });
    }
  }
  if (change.messages) messages = change.messages(messages);
  if (change.header && fields) fields = change.header(fields);

  const parts: Uint8Array[] = [];
  let length = 0n;
  const writer = new McapWriter({
    writable: {
      position: () => length,
      write: (bytes) => {
        parts.push(Uint8Array.from(bytes));
        length += BigInt(bytes.length);
        return Promise.resolve();
      },
    },
  });
  await writer.start({ profile: change.profile ?? 'gauntlet', library: 'forger' });
  if (fields) await writer.addMetadata({ name: 'gauntlet', metadata: fields });
  const channels = new Map<string, { id: number; encoding: string; count: number }>();
  for (const { topic, encoding } of topics.values()) {
    channels.set(topic, {
      id: await writer.registerChannel({ topic, schemaId: 0, messageEncoding: encoding, metadata: new Map() }),
      encoding,
      count: 0,
    });
  }
  for (const { topic, logTime, value } of messages) {
    const channel = channels.get(topic);
    if (!channel) throw new Error(`no channel ${topic}`);
    const data = channel.encoding === 'json' ? new TextEncoder().encode(JSON.stringify(value)) : pack(value);
    await writer.addMessage({ channelId: channel.id, sequence: channel.count++, logTime, publishTime: logTime, data });
  }
  await writer.end();
  await writeFile(to, Buffer.concat(parts));
}
