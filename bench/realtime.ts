import { createMatchHost } from '../server/match/host.ts';
import { DEFAULT_LIMITS } from '../server/match/interfaces.ts';
import type { BenchResult } from './result.ts';
import { playWired } from './wired-match.ts';

const MATCHES = 4;
const TICKS = 400;

/** Four matches of the highway scenario side by side, in realtime: how late their ticks begin. */
export async function realtimeBench(): Promise<BenchResult> {
  const host = createMatchHost();
  const start = performance.now();
  const before = process.cpuUsage();
  const results = await Promise.all(
    Array.from({ length: MATCHES }, (_, i) =>
      playWired(host, {
        id: `bench-${i}`,
        scenario: 'highway-cut-in-v1',
        parameters: {},
        seed: String(i),
        clock: 'realtime',
        ticks: TICKS,
        agents: ['bench', 'bench'],
        limits: DEFAULT_LIMITS,
        logFile: null,
      }),
    ),
  );
  const { user, system } = process.cpuUsage(before);
  const wall = performance.now() - start;
  await host.close('stopped');
  const worst = (read: (lateness: (typeof results)[number]['latenessMs']) => number): number =>
    Math.max(...results.map(({ latenessMs }) => read(latenessMs)));
  return {
    ratios: { processorTimeVsWallTime: (user + system) / 1000 / wall },
    figures: {
      matches: MATCHES,
      missed: results.reduce((sum, { seats }) => sum + seats.reduce((count, seat) => count + seat.missed, 0), 0),
      worstLatenessMsP50: worst(({ p50 }) => p50),
      worstLatenessMsP99: worst(({ p99 }) => p99),
      worstLatenessMsMax: worst(({ max }) => max),
    },
  };
}
