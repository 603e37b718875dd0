import { basename } from 'node:path';
import { readFileSync } from 'node:fs';
import { openTraffic, OWN_MAPS } from '@gauntlet/scenarios';
import { createWorld, loadPhysics, readOpenDrive } from '@gauntlet/sim';
import { TrafficWatcher, type Findings } from './watcher.ts';

/** One world to let run: a map of our own by name, or a file. */
export interface TrafficRun {
  readonly map: string;
  readonly seed: string;
  readonly minutes: number;
  /** Parameters of the open-traffic scenario that differ from its defaults. */
  readonly parameters: Readonly<Record<string, number>>;
}

export interface TrafficRunResult extends TrafficRun {
  readonly findings: Findings;
  /** Simulated over real time. */
  readonly realTimeFactor: number;
}

/** Lets traffic without contestants run on a map and watches it. @param onMinute is told each simulated minute that is done. */
export async function runTraffic(run: TrafficRun, onMinute?: (minute: number) => void): Promise<TrafficRunResult> {
  await loadPhysics();
  const own = (OWN_MAPS as Readonly<Record<string, (() => string) | undefined>>)[run.map];
  const name = basename(run.map, '.xodr');
  const scenario = openTraffic(readOpenDrive(own ? own() : readFileSync(run.map, 'utf8'), name));
  const world = createWorld(scenario, run.parameters, run.seed);
  const started = performance.now();
  try {
    const watcher = new TrafficWatcher(world.map, world.entities(), world.tickSeconds);
    const perMinute = Math.round(60 / world.tickSeconds);
    const ticks = Math.min(world.maxTicks, Math.round(run.minutes * perMinute));
    for (let tick = 1; tick <= ticks; tick++) {
      watcher.see(world.step([]).frame);
      if (tick % perMinute === 0) onMinute?.(tick / perMinute);
    }
    const seconds = (performance.now() - started) / 1000;
    return { ...run, findings: watcher.findings, realTimeFactor: (ticks * world.tickSeconds) / seconds };
  } finally {
    world.free();
  }
}
