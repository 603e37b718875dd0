// A thread with nothing but a timer of 20 Hz: how late it is says how noisy the machine is. Answers a message with its percentiles.
import { parentPort } from 'node:worker_threads';
import { percentile } from '../server/match/percentile.ts';

const PERIOD_MS = 50;
const late: number[] = [];
let next = performance.now() + PERIOD_MS;

function tick(): void {
  late.push(performance.now() - next);
  next += PERIOD_MS;
  setTimeout(tick, Math.max(0, next - performance.now()));
}

setTimeout(tick, PERIOD_MS);
parentPort!.on('message', () => {
  parentPort!.postMessage({ p50: percentile(late, 50), p99: percentile(late, 99), max: Math.max(...late) });
});
