import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Store } from '../store/store.ts';

/** Makes a whole log of one that was cut short. `from` is left as it is. */
export type RecoverLog = (from: string, to: string) => Promise<{ ticks: number }>;

export interface RecoveryOptions {
  readonly store: Store;
  readonly logDir: string;
  readonly logger: Logger;
  readonly now: () => string;
  readonly recover: RecoverLog;
}

/**
 * Ends what the arena's last run left unfinished as `void` and makes the logs whole again. The log as it was cut short stays
 * beside the recovered one as `.cut`, so nothing that was written is lost.
 */
export async function recoverUnfinished({ store, logDir, logger, now, recover }: RecoveryOptions): Promise<void> {
  for (const match of await store.listUnfinished()) {
    const log = match.logFile === null ? null : join(logDir, match.logFile);
    let tick = 0;
    let recovered = false;
    if (log !== null && (existsSync(log) || existsSync(`${log}.cut`))) {
      try {
        // When an earlier start was itself ended at this point, the original already stands aside.
        if (existsSync(`${log}.cut`)) rmSync(log, { force: true });
        else renameSync(log, `${log}.cut`);
        tick = (await recover(`${log}.cut`, log)).ticks;
        recovered = true;
      } catch (err) {
        logger.warn({ err, match: match.id }, 'the log of an unfinished match could not be recovered');
      }
    }
    await store.finishMatch(match.id, {
      outcome: 'void',
      reason: 'arena-stopped',
      tick,
      finalHash: null,
      endedAt: now(),
      logFile: recovered ? match.logFile : null,
      verification: 'not-applicable',
      seats: match.seats.map(({ seat }) => ({
        seat,
        outcome: 'void',
        reason: 'arena-stopped',
        score: null,
        missed: 0,
        metrics: {},
        infractions: {},
      })),
    });
    logger.info({ match: match.id, ticks: tick, recovered }, 'a match that the last run left unfinished is void');
  }
}
