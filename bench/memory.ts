import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMatchHost } from '../server/match/host.ts';
import { DEFAULT_LIMITS } from '../server/match/interfaces.ts';
import type { BenchResult } from './result.ts';
import { playWired } from './wired-match.ts';

const MATCHES = 400;
const TICKS = 40;
const EVERY = 40;

/**
 * Memory of one process, worker threads included, while 400 matches are created and ended in it. The ratios compare the end with the
 * state after 200 of them, when caches and compiled code are there: resident memory, and the main thread's heap after a collection.
 */
export async function memoryBench(): Promise<BenchResult> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const host = createMatchHost({ workers: 1 });
  const figures: Record<string, number> = {};
  for (let i = 1; i <= MATCHES; i++) {
    const result = await playWired(host, {
      id: `bench-${i}`,
      scenario: i % 2 === 0 ? 'roundabout-v1' : 'highway-cut-in-v1',
      parameters: {},
      seed: String(i),
      clock: 'unpaced',
      ticks: TICKS,
      agents: ['bench', 'bench'],
      limits: DEFAULT_LIMITS,
      logFile: null,
    });
    if (result.ticks !== TICKS) throw new Error(`match ${i} ended after ${result.ticks} ticks: ${result.reason}`);
    if (i % EVERY !== 0) continue;
    collect();
    figures[`residentMiBAfter${i}`] = process.memoryUsage.rss() / 2 ** 20;
    figures[`heapMiBAfter${i}`] = process.memoryUsage().heapUsed / 2 ** 20;
  }
  await host.close('stopped');
  const growth = (what: string): number => figures[`${what}After${MATCHES}`]! / figures[`${what}After${MATCHES / 2}`]!;
  return { ratios: { memoryGrowth: growth('residentMiB'), heapGrowth: growth('heapMiB') }, figures };
}
