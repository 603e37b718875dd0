import { rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import type { McapTypes } from '@mcap/core';
import { createLogFile } from './file.ts';
import { RECOVERED_METADATA } from './header.ts';
import { salvage, type SalvagedMessage } from './salvage.ts';
import { LogWriter } from './writer.ts';

export interface Recovery {
  /** Ticks brought back, with their state hashes; the initial state is not counted. */
  readonly ticks: number;
  /** Whether the match's end was brought back too, so that nothing is missing. */
  readonly complete: boolean;
  /** What ended the file, or null when it was whole. */
  readonly damage: string | null;
}

/**
 * Writes a proper log of what can be read of one that was cut short. The original is only read; `to` appears when it is whole.
 * @throws GauntletError `invalid-log` when there is nothing to bring back, `already-exists` when there is a file `to`,
 * `log-not-written`.
 */
export async function recoverLog(from: string, to: string): Promise<Recovery> {
  if (await exists(to)) {
    throw new GauntletError('already-exists', `${to} exists already; remove it or choose another name`, {
      expected: 'a new file',
      actual: 'a file that exists',
    });
  }
  // The note of what ended the file stands before its messages, so the file is read twice: first to see how far it goes.
  let ticks = 0;
  let complete = false;
  const { damage } = await salvage(from, {
    header: () => undefined,
    message: ({ record }) => {
      if (record.topic === '/hash') ticks = record.tick;
      if (record.topic === '/score' && record.value.final) complete = true;
    },
  });

  const temporary = `${to}.part`;
  await rm(temporary, { force: true });
  const file = await createLogFile(temporary);
  const writer = new LogWriter(to, file);
  try {
    await copy(from, writer, complete ? null : { from: basename(from), damage: damage ?? 'the match was not ended' });
    await writer.end();
    await rename(temporary, to);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
  return { ticks, complete, damage };
}

async function copy(from: string, writer: LogWriter, note: { from: string; damage: string } | null): Promise<void> {
  await salvage(from, {
    async header(_header, metadata) {
      const records: McapTypes.Metadata[] = metadata.filter((record) => record.name !== RECOVERED_METADATA);
      if (note !== null) records.push({ name: RECOVERED_METADATA, metadata: new Map(Object.entries(note)) });
      await writer.start(records);
    },
    chunk: () => writer.closeChunk(),
    message: ({ record, data, logTime }: SalvagedMessage) => {
      writer.add(record.topic, logTime, data);
      return writer.settled();
    },
  });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
