import { Worker } from 'node:worker_threads';
import { createMatchHost } from '../server/match/host.ts';
import { DEFAULT_LIMITS, type MatchHost, type MatchResult } from '../server/match/interfaces.ts';
import type { BenchResult } from './result.ts';
import { playWired } from './wired-match.ts';

const MATCHES = 4;
const WARM_TICKS = 300;
const TICKS = 600;

/**
 * Four matches of the highway scenario (some twenty vehicles each) side by side, in realtime: how late their ticks begin. Four more
 * before them, not counted, warm the threads up. Beside them a thread with nothing but a timer says what the machine itself is late.
 */
export async function realtimeBench(): Promise<BenchResult> {
  const host = createMatchHost();
  await playSideBySide(host, WARM_TICKS);
  const timer = new Worker(new URL('./bare-timer.ts', import.meta.url));
  const start = performance.now();
  const before = process.cpuUsage();
  const results = await playSideBySide(host, TICKS);
  const { user, system } = process.cpuUsage(before);
  const wall = performance.now() - start;
  const bare = new Promise<MatchResult['latenessMs']>((resolve) => timer.once('message', resolve));
  timer.postMessage('tell');
  const bareTimer = await bare;
  await timer.terminate();
  await host.close('stopped');
  const worst = (read: (lateness: (typeof results)[number]['latenessMs']) => number): number =>
    Math.max(...results.map(({ latenessMs }) => read(latenessMs)));
  return {
    ratios: {
      latenessP99VsBareTimer: worst(({ p99 }) => p99) / bareTimer.p99,
      processorTimeVsWallTime: (user + system) / 1000 / wall,
    },
    figures: {
      matches: MATCHES,
      missed: results.reduce((sum, { seats }) => sum + seats.reduce((count, seat) => count + seat.missed, 0), 0),
      worstLatenessMsP50: worst(({ p50 }) => p50),
      worstLatenessMsP99: worst(({ p99 }) => p99),
      worstLatenessMsMax: worst(({ max }) => max),
      bareTimerMsP50: bareTimer.p50,
      bareTimerMsP99: bareTimer.p99,
      bareTimerMsMax: bareTimer.max,
    },
  };
}

function playSideBySide(host: MatchHost, ticks: number): Promise<MatchResult[]> {
  return Promise.all(
    Array.from({ length: MATCHES }, (_, i) =>
      playWired(host, {
        id: `bench-${i}`,
        scenario: 'highway-cut-in-v1',
        parameters: {},
        seed: String(i),
        clock: 'realtime',
        ticks,
        agents: ['bench', 'bench'],
        limits: DEFAULT_LIMITS,
        logFile: null,
      }),
    ),
  );
}
