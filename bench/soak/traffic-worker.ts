import { parentPort, workerData } from 'node:worker_threads';
import { runTraffic, type TrafficRun } from './traffic-run.ts';

const result = await runTraffic(workerData as TrafficRun);
parentPort?.postMessage(result);
