import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ArenaService } from './service.ts';

export interface DemoOptions {
  readonly arena: ArenaService;
  readonly logger: Logger;
  readonly dataDir: string;
  /** Takes turns through these. */
  readonly programme: readonly { readonly scenario: string; readonly agents: readonly string[] }[];
  /** So many logs of demonstration matches are kept. */
  readonly keepLogs: number;
}

/** Keeps one match between reference agents going, and removes the logs of old ones. Returns how to stop it. */
export function startDemo({ arena, logger, dataDir, programme, keepLogs }: DemoOptions): () => void {
  let turn = 0;
  let current: string | null = null;
  let stopped = false;
  let retry: NodeJS.Timeout | null = null;

  const next = async (): Promise<void> => {
    const entry = programme[turn++ % programme.length];
    if (stopped || !entry) return;
    try {
      current = (await arena.createMatch({ scenario: entry.scenario, agents: [...entry.agents] }, 'demo')).id;
      await prune();
    } catch (err) {
      logger.error({ err }, 'the demonstration match could not be started; the next try comes in 5 s');
      retry = setTimeout(() => void next(), 5000);
    }
  };

  const prune = async (): Promise<void> => {
    const { matches } = await arena.matches({ status: 'ended', limit: 100, offset: keepLogs });
    for (const match of matches) {
      if (!match.id.startsWith('demo-') || match.log === null) continue;
      rmSync(join(dataDir, 'logs', `${match.id}.mcap`), { force: true });
      rmSync(join(dataDir, 'logs', `${match.id}.mcap.cut`), { force: true });
      rmSync(join(dataDir, 'output', match.id), { force: true, recursive: true });
    }
  };

  const unsubscribe = arena.onMatch((match) => {
    if (match.id !== current || match.status !== 'ended') return;
    current = null;
    void next();
  });
  void next();
  return () => {
    stopped = true;
    if (retry) clearTimeout(retry);
    unsubscribe();
  };
}
