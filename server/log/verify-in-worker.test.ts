import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCENARIOS } from '@gauntlet/scenarios';
import { createWorld, loadPhysics, rapierVersion } from '@gauntlet/sim';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BUILD } from '../build.ts';
import { createMcapRecorder } from './recorder.ts';
import { recordMatch, type RecordOptions } from './testing/record.ts';
import { thisSimulation } from './simulation.ts';
import { rewrite } from './testing/rewrite.ts';
import { verifyInWorker } from './verify-in-worker.ts';
import { verifyLog, type VerifyResult } from './verify.ts';

// Threads and processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let count = 0;
const fresh = (): string => join(folder, `${count++}.mcap`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gauntlet-verify-worker-'));
  await loadPhysics();
});
afterAll(() => rm(folder, { recursive: true }));

test('[L18] a thread of its own gives refusals as the same errors', async () => {
  await expect(verifyInWorker(join(folder, 'none.mcap'))).rejects.toMatchObject({
    name: 'GauntletError',
    code: 'invalid-log',
    actual: 'ENOENT',
  });
});

/** In this thread, as starting another takes longer than these matches. */
const verify = async (file: string): Promise<VerifyResult> => verifyLog(file, await thisSimulation());

describe.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))('%s', (_id, scenario) => {
  /** A short match in the real world, with its final hash. */
  async function record(options: RecordOptions): Promise<{ file: string; hash: string; ticks: number }> {
    const file = fresh();
    const world = createWorld(scenario, {}, '18446744073709551615');
    const recorder = createMcapRecorder(file);
    await recordMatch(world, recorder, { limit: 60, versions: { build: BUILD, rapier: rapierVersion() }, ...options });
    await recorder.close();
    const { tick: ticks } = world;
    const hash = world.hash();
    world.free();
    return { file, hash, ticks };
  }

  test('[L20] a log of the real simulation verifies in another thread, and not with one action changed', async () => {
    const { file, hash } = await record({});
    const progress: number[] = [];
    const result = await verifyInWorker(file, (tick) => progress.push(tick));
    expect(result).toEqual({
      verified: true,
      complete: true,
      ticks: 60,
      finalHash: hash,
      firstDivergentTick: null,
      reason: '',
    });
    expect(progress).toEqual([0, 20, 40, 60]);

    const changed = fresh();
    await rewrite(file, changed, {
      messages: (list) => {
        const action = list.find(({ topic, tick }) => topic === '/action' && tick === 30);
        if (action) action.value.action.steering += 1e-3;
        return list;
      },
    });
    expect(await verify(changed)).toMatchObject({ verified: false, firstDivergentTick: 31 });
  });

  test('[L21] forfeits in mid-match verify', async () => {
    const { file, ticks } = await record({
      decide: (tick, seat) =>
        seat === 0 && tick >= 25
          ? { source: 'none', action: null }
          : {
              source: 'fallback',
              action: seat === 1 && tick > 10 ? { steering: 0, throttle: 0.3, brake: 0, gear: 'forward' } : null,
            },
    });
    expect(await verify(file)).toMatchObject({ verified: true, ticks, reason: '' });
  });

  test('[L24] an unknown scenario and parameters out of range are refused', async () => {
    const { file } = await record({ limit: 2 });
    const unknown = fresh();
    await rewrite(file, unknown, { header: (fields) => fields.set('scenario', 'nowhere-v1') });
    await expect(verify(unknown)).rejects.toMatchObject({ code: 'unknown-scenario' });
    const wild = fresh();
    await rewrite(file, wild, { header: (fields) => fields.set('parameters', '{"no-such-parameter":1}') });
    await expect(verify(wild)).rejects.toMatchObject({
      code: 'invalid-parameters',
      path: '/parameters/no-such-parameter',
    });
  });
});
