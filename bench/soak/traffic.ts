import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { OWN_MAPS } from '@gauntlet/scenarios';
import type { TrafficRun, TrafficRunResult } from './traffic-run.ts';

export interface TrafficSoak {
  readonly minutes: number;
  readonly seeds: number;
  /** Names of own maps, or files; all own maps and, where the data folder is there, Town01 when it is empty. */
  readonly maps: readonly string[];
  readonly parameters: Readonly<Record<string, number>>;
}

/** Every map with every seed, as many at a time as there are processors. @param onResult is told of each as it ends. */
export async function soakTraffic(
  { minutes, seeds, maps, parameters }: TrafficSoak,
  onResult: (result: TrafficRunResult) => void,
): Promise<TrafficRunResult[]> {
  const chosen = maps.length > 0 ? maps : [...Object.keys(OWN_MAPS), ...town()];
  const runs = chosen.flatMap((map) =>
    Array.from({ length: seeds }, (_, i): TrafficRun => ({ map, seed: String(i + 1), minutes, parameters })),
  );
  const results: TrafficRunResult[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < runs.length; index = next++) {
      const result = await inWorker(runs[index] as TrafficRun);
      results[index] = result;
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(runs.length, availableParallelism()) }, work));
  return results;
}

/** Whether a run shows nothing that must not happen. */
export function isClean({ findings }: TrafficRunResult): boolean {
  const { collisions, redLights, stuck, jumps, peopleHit } = findings;
  return collisions + redLights + stuck + jumps + peopleHit === 0;
}

function inWorker(run: TrafficRun): Promise<TrafficRunResult> {
  return new Promise((done, fail) => {
    const worker = new Worker(new URL('./traffic-worker.ts', import.meta.url), { workerData: run });
    worker.once('message', done);
    worker.once('error', fail);
  });
}

function town(): string[] {
  const data = process.env['GAUNTLET_DATA'] ?? resolve(import.meta.dirname, '..', '..', '..', 'shared', 'data');
  const file = join(data, 'opendrive', 'Town01.xodr');
  return existsSync(file) ? [file] : [];
}
