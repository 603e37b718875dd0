import type { LogHeader, LogTopic } from '@gauntlet/agents-sdk/protocol';
import type { Recorder } from '../match/interfaces.ts';
import { createLogFile, type CreateLogFile } from './file.ts';
import { encodeHeader, HEADER_METADATA } from './header.ts';
import { encodeRecord, tickTime } from './topics.ts';
import { LogWriter } from './writer.ts';

/** s of match in one chunk: what a crash loses at most. */
const CHUNK_SECONDS = 1;

/** A chunk of larger records closes sooner, bytes. */
const MAX_CHUNK_BYTES = 8 * 1024 * 1024;

/**
 * Records a match into a new MCAP file. Header and scene are on the disk when `open` resolves, every second of match soon
 * after its last tick. Until `close` the file has no footer, which is how a log that was cut short is told from a whole one.
 * Failures of the disk surface from `open`, `tickEnd` and `close` as GauntletError `log-not-written`.
 */
export function createMcapRecorder(file: string, create: CreateLogFile = createLogFile): Recorder {
  let state: { writer: LogWriter; header: LogHeader; chunkTicks: number; chunkEnd: number } | null = null;

  function add(topic: LogTopic, tick: number, bytes: Uint8Array): void {
    if (state === null) throw new Error('the recorder is not open');
    state.writer.add(topic, tickTime(tick, state.header.tickSeconds), bytes);
  }

  return {
    async open(header, scene) {
      if (state !== null) throw new Error('the recorder is open already');
      const writer = new LogWriter(file, await create(file));
      const chunkTicks = Math.max(1, Math.floor(CHUNK_SECONDS / header.tickSeconds + 1e-9));
      state = { writer, header, chunkTicks, chunkEnd: chunkTicks };
      try {
        await writer.start([{ name: HEADER_METADATA, metadata: encodeHeader(header) }]);
        add('/scene', 0, encodeRecord('/scene', scene));
        writer.closeChunk();
        await writer.flush();
      } catch (error) {
        state = null;
        await writer.end().catch(() => undefined);
        throw error;
      }
    },
    action: (record) => add('/action', record.tick, encodeRecord('/action', record)),
    hash: (record) => add('/hash', record.tick, encodeRecord('/hash', record)),
    frame: (tick, bytes) => add('/frame', tick, bytes),
    event: (event) => add('/event', event.tick, encodeRecord('/event', event)),
    keyframe: (record) => add('/keyframe', record.tick, encodeRecord('/keyframe', record)),
    score: (record) => add('/score', record.tick, encodeRecord('/score', record)),
    tickEnd(tick) {
      if (state === null) throw new Error('the recorder is not open');
      if (tick >= state.chunkEnd || state.writer.openBytes >= MAX_CHUNK_BYTES) {
        state.writer.closeChunk();
        state.chunkEnd = tick + state.chunkTicks;
      }
      return state.writer.settled();
    },
    async close() {
      if (state === null) return;
      const { writer } = state;
      state = null;
      await writer.end();
    },
  };
}
