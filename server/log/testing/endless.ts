import { createMcapRecorder } from '../recorder.ts';
import { fakeWorld } from './fake-world.ts';
import { recordMatch } from './record.ts';

/** A program that records a match without end into the file it is given, until it is killed. Prints ticks as they pass. */
const file = process.argv[2];
if (file === undefined) throw new Error('usage: endless.ts FILE');
await recordMatch(fakeWorld({ seed: '7', maxTicks: 1e9, goal: 1e9 }), createMcapRecorder(file), {
  onTick: async (tick) => {
    process.stdout.write(`${tick}\n`);
    await new Promise((next) => setTimeout(next, 2));
  },
});
