import { parentPort, workerData } from 'node:worker_threads';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import { thisSimulation } from './simulation.ts';
import type { FromVerifyWorker } from './verify-in-worker.ts';
import { verifyLog } from './verify.ts';

/** Ticks between two reports of progress. */
const PROGRESS_TICKS = 20;

/** The thread of `verifyInWorker`: verifies one log and ends. */
async function run(): Promise<void> {
  const tell = (message: FromVerifyWorker): void => parentPort?.postMessage(message);
  const { file } = workerData as { file: string };
  try {
    const result = await verifyLog(file, {
      ...(await thisSimulation()),
      onProgress: (tick, lastTick) => {
        if (tick % PROGRESS_TICKS === 0) tell({ kind: 'progress', tick, lastTick });
      },
    });
    tell({ kind: 'result', result });
  } catch (error) {
    if (!(error instanceof GauntletError)) throw error;
    const { code, message, path, expected, actual } = error;
    tell({ kind: 'error', code, message, detail: { path, expected, actual } });
  }
}

await run();
