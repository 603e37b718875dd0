import { parentPort } from 'node:worker_threads';
import { realStage } from './real-stage.ts';
import { systemClock } from './system-clock.ts';
import { serveMatches } from './worker-loop.ts';

// The entry of a match host's worker threads. Messages that come while the physics load wait in the port.
if (!parentPort) throw new Error('worker.ts is the entry of a worker thread; start it with createMatchHost');
serveMatches(parentPort, await realStage(), systemClock);
