import { stat } from 'node:fs/promises';
import type { LogHeader, LogTopic, Outcome, ScoreRecord } from '@gauntlet/agents-sdk/protocol';
import { salvage } from './salvage.ts';
import { TOPICS } from './topics.ts';

/** What a log holds, for people. */
export interface LogInfo {
  readonly file: string;
  /** Of the whole file. */
  readonly bytes: number;
  readonly header: LogHeader;
  /** The last tick whose state hash is there; -1 when there is none. */
  readonly lastTick: number;
  /** s of simulation up to that tick. */
  readonly simSeconds: number;
  /** Whether the log goes on to the match's end and the file is whole. */
  readonly complete: boolean;
  /** What ended the file, or null when it is whole. */
  readonly damage: string | null;
  /** The match's, or null when it has no end. */
  readonly outcome: Outcome | null;
  readonly finalHash: string | null;
  /** The last scores, final ones in a complete log. */
  readonly seats: readonly ScoreRecord['seats'][number][];
  /** How many events of each kind. */
  readonly events: Readonly<Record<string, number>>;
  /** How many events that cost score, by seat. */
  readonly infractions: Readonly<Record<string, number>>;
  /** Records and their bytes before compression. */
  readonly topics: Readonly<Record<LogTopic, { readonly records: number; readonly bytes: number }>>;
  readonly chunks: number;
}

/**
 * Reads all of a log, whole or cut short, and sums it up.
 * @throws GauntletError `invalid-log` for what is not a log at all.
 */
export async function logInfo(file: string): Promise<LogInfo> {
  let header: LogHeader | null = null;
  let lastTick = -1;
  let finalHash: string | null = null;
  let score: ScoreRecord | null = null;
  let chunks = 0;
  const events: Record<string, number> = {};
  const infractions: Record<string, number> = {};
  const topics = Object.fromEntries(TOPICS.map((topic) => [topic, { records: 0, bytes: 0 }])) as Record<
    LogTopic,
    { records: number; bytes: number }
  >;

  const { damage } = await salvage(file, {
    header: (found) => {
      header = found;
    },
    chunk: () => {
      chunks++;
    },
    message: ({ record, data }) => {
      topics[record.topic].records++;
      topics[record.topic].bytes += data.length;
      if (record.topic === '/hash') {
        lastTick = record.tick;
        finalHash = record.value.hash;
      } else if (record.topic === '/score') {
        score = record.value;
      } else if (record.topic === '/event') {
        const { kind, infraction, seat } = record.value;
        events[kind] = (events[kind] ?? 0) + 1;
        if (infraction) infractions[seat ?? ''] = (infractions[seat ?? ''] ?? 0) + 1;
      }
    },
  });

  const { tickSeconds } = header as unknown as LogHeader;
  const last = score as ScoreRecord | null;
  const final = last?.final === true;
  return {
    file,
    bytes: (await stat(file)).size,
    header: header as unknown as LogHeader,
    lastTick,
    simSeconds: Math.max(0, lastTick) * tickSeconds,
    complete: final && damage === null,
    damage,
    outcome: final ? last.outcome : null,
    finalHash,
    seats: last?.seats ?? [],
    events,
    infractions,
    topics,
    chunks,
  };
}
