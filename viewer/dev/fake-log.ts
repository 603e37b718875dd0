import { zstdCompressSync } from 'node:zlib';
import { McapWriter, TempBuffer } from '@mcap/core';
import { encodeFrame, LOG_FORMAT, LOG_TOPICS, type LogTopic } from '@gauntlet/agents-sdk/protocol';
import { FAKE_TICKS, fakeFrame, fakeScene } from './fake-match.ts';

/**
 * A log of the fake match, as the arena writes it.
 * @param end `cut` leaves out the index, as when the arena was killed.
 */
export async function fakeLog(
  match: string,
  ticks = FAKE_TICKS,
  end: 'whole' | 'cut' = 'whole',
): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = new TempBuffer();
  const writer = new McapWriter({
    writable: buffer,
    chunkSize: 24 * 1024,
    compressChunk: (data) => ({ compression: 'zstd', compressedData: zstdCompressSync(data) }),
  });
  await writer.start({ profile: 'gauntlet', library: 'gauntlet viewer test' });
  await writer.addMetadata({
    name: 'gauntlet',
    metadata: new Map([
      ['format', LOG_FORMAT],
      ['match', match],
      ['scenario', 'roundabout-v1'],
      ['seed', '7'],
    ]),
  });
  const channels = new Map<LogTopic, number>();
  for (const [topic, messageEncoding] of Object.entries(LOG_TOPICS) as [LogTopic, string][]) {
    const schemaId = await writer.registerSchema({ name: topic, encoding: '', data: new Uint8Array() });
    channels.set(topic, await writer.registerChannel({ schemaId, topic, messageEncoding, metadata: new Map() }));
  }
  let sequence = 0;
  const add = (topic: LogTopic, tick: number, data: Uint8Array) => {
    const time = BigInt(tick) * 50_000_000n;
    return writer.addMessage({
      channelId: channels.get(topic)!,
      sequence: sequence++,
      logTime: time,
      publishTime: time,
      data,
    });
  };
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  await add('/scene', 0, json(fakeScene(match)));
  for (let tick = 0; tick <= ticks; tick++) {
    const frame = fakeFrame(tick);
    await add('/frame', tick, encodeFrame(frame));
    for (const event of frame.events) await add('/event', tick, json(event));
  }
  const seats = fakeFrame(ticks).seats.map(({ seat, score }) => ({
    seat,
    score,
    outcome: 'finished',
    reason: 'goal',
    metrics: {},
    infractions: {},
  }));
  await add('/score', ticks, json({ tick: ticks, final: true, outcome: 'finished', seats }));
  if (end === 'whole') await writer.end();
  return new Uint8Array(buffer.get());
}
