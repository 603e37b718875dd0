import { availableParallelism, cpus, totalmem } from 'node:os';
import { memoryBench } from './memory.ts';
import { netBench } from './net.ts';
import { realtimeBench } from './realtime.ts';
import { type BenchResult } from './result.ts';
import { simBench } from './sim.ts';
import { trafficBench } from './traffic.ts';

const BENCHES: Record<string, { what: string; run: () => Promise<BenchResult> }> = {
  sim: { what: 'a full tick beside bare Rapier stepping the same bodies', run: simBench },
  traffic: { what: '50 to 400 rule-driven vehicles and one contestant on the city map', run: trafficBench },
  net: { what: "the server's processor time a round trip beside a bare ws and msgpackr echo", run: netBench },
  memory: { what: 'memory over 400 matches created and ended in one process', run: memoryBench },
  realtime: { what: 'four realtime matches side by side: how late ticks begin', run: realtimeBench },
};

const [name, ...flags] = process.argv.slice(2).filter((argument) => argument !== '--');
const bench = name === undefined ? undefined : BENCHES[name];
if (!bench || flags.some((flag) => flag !== '--json')) {
  console.error(
    `usage: npm run bench -- NAME [--json]\n${Object.entries(BENCHES)
      .map(([each, { what }]) => `  ${each.padEnd(10)}${what}`)
      .join('\n')}`,
  );
  process.exit(2);
}
const { ratios, figures } = await bench.run();
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
if (flags.includes('--json')) {
  console.log(JSON.stringify({ bench: name, ratios, figures, machine }, null, 2));
} else {
  console.log(`${name}: ${bench.what}`);
  for (const [key, value] of [...Object.entries(ratios), ...Object.entries(figures)])
    console.log(`  ${key.padEnd(32)} ${round(value)}`);
  console.log(`  on ${machine.cores} x ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}`);
}
process.exit(0);

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
