import { parentPort } from 'node:worker_threads';
import type { Stage } from '../stage.ts';
import { systemClock } from '../system-clock.ts';
import { serveMatches } from '../worker-loop.ts';
import { memoryRecorder } from './memory-recorder.ts';
import { TOY_SCENARIO, ToyWorld } from './toy-world.ts';

// A worker thread with the toy world. Its scenarios: `toy`; `toy-throws`, whose world breaks at tick 3; `toy-exits`, which takes
// the thread with it; `toy-none`, whose world cannot be made.
const stage: Stage = {
  scenario: () => TOY_SCENARIO,
  world: (spec) => {
    if (spec.scenario === 'toy-none') throw new Error('no such toy');
    const world = new ToyWorld({ maxTicks: 1000, ...(spec.scenario === 'toy-throws' && { failAt: 3 }) });
    if (spec.scenario !== 'toy-exits') return world;
    const step = world.step.bind(world);
    world.step = (actions) => (world.tick === 2 ? process.exit(1) : step(actions));
    return world;
  },
  recorder: () => memoryRecorder({ tickEnd: 2 }),
  versions: { build: 'test', rapier: 'none', node: 'none' },
};

if (!parentPort) throw new Error('the entry of a worker thread');
serveMatches(parentPort, stage, systemClock);
