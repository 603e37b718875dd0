import { fork, type ChildProcess } from 'node:child_process';
import { median, type BenchResult } from './result.ts';
import { SEATS } from './net/still-world.ts';

const MATCHES = 4;
const TICKS = 3000;
const ROUNDS = 3;

/**
 * Processor time of the whole server process, user and system, for one observation out and one action in: the gateway with matches in
 * which nothing is simulated, beside a bare ws server that unpacks and packs the same messages for as many clients.
 */
export async function netBench(): Promise<BenchResult> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await measure('gauntlet'));
    bare.push(await measure('bare'));
  }
  return {
    ratios: { roundTripVsWs: median(ours) / median(bare) },
    figures: {
      connections: MATCHES * SEATS,
      serverMicrosecondsPerRoundTrip: median(ours),
      bareMicrosecondsPerRoundTrip: median(bare),
    },
  };
}

/** us of processor time a round trip. The first half of the round trips warms the server up and is not counted. */
async function measure(mode: 'gauntlet' | 'bare'): Promise<number> {
  const server = fork(new URL('./net/server.ts', import.meta.url), [mode, String(MATCHES), String(TICKS)]);
  try {
    const { port } = (await reply(server)) as { port: number };
    const clients = fork(new URL('./net/clients.ts', import.meta.url), [
      mode,
      String(port),
      String(MATCHES),
      String(TICKS),
    ]);
    await reply(clients);
    const before = await processorTime(server);
    await reply(clients);
    const after = await processorTime(server);
    return (after - before) / (MATCHES * SEATS * TICKS * 0.5);
  } finally {
    server.kill();
  }
}

async function processorTime(server: ChildProcess): Promise<number> {
  server.send('cpu');
  const { cpu } = (await reply(server)) as { cpu: NodeJS.CpuUsage };
  return cpu.user + cpu.system;
}

function reply(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
  });
}
