import { parentPort } from 'node:worker_threads';
import { createMcapRecorder } from '../../server/log/recorder.ts';
import { systemClock } from '../../server/match/system-clock.ts';
import { serveMatches } from '../../server/match/worker-loop.ts';
import { SEATS, stillWorlds } from './still-world.ts';

/** The worker of a match host whose matches are all still. */
const seats = Array.from({ length: SEATS }, (_, i) => ({
  seat: `blue-${i + 1}`,
  team: 'blue' as const,
  body: 'car' as const,
  sensors: [],
}));
const makeWorld = await stillWorlds();
serveMatches(
  parentPort!,
  {
    scenario: () => ({ title: 'Still', goal: 'None.', fallback: 'hold', seats }),
    world: (spec) => makeWorld(spec.ticks ?? 1000),
    recorder: (file) => createMcapRecorder(file),
    versions: { build: 'bench', rapier: '', node: process.version },
  },
  systemClock,
);
