import { Worker } from 'node:worker_threads';
import { GauntletError, type ErrorCode } from '@gauntlet/agents-sdk/protocol';
import type { VerifyResult } from './verify.ts';

/** What the thread says. An error crosses threads as its fields. */
export type FromVerifyWorker =
  | { readonly kind: 'progress'; readonly tick: number; readonly lastTick: number }
  | { readonly kind: 'result'; readonly result: VerifyResult }
  | {
      readonly kind: 'error';
      readonly code: ErrorCode;
      readonly message: string;
      readonly detail: { readonly path: string; readonly expected: string; readonly actual: string };
    };

/**
 * `verifyLog` with this build's simulation, in a thread of its own, so that whoever serves sockets is not held up.
 * @param onProgress called about once a second of match.
 * @throws GauntletError as `verifyLog` does.
 */
export function verifyInWorker(
  file: string,
  onProgress?: (tick: number, lastTick: number) => void,
): Promise<VerifyResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), { workerData: { file } });
    worker.on('message', (message: FromVerifyWorker) => {
      if (message.kind === 'progress') onProgress?.(message.tick, message.lastTick);
      else if (message.kind === 'result') resolve(message.result);
      else reject(new GauntletError(message.code, message.message, message.detail));
    });
    worker.on('error', reject);
    // After an answer this changes nothing.
    worker.on('exit', (code) => reject(new Error(`the thread that verified ${file} ended with ${code} and no answer`)));
  });
}
