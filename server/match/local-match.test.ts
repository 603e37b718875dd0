import { SCENARIOS } from '@gauntlet/scenarios';
import { afterAll, describe, expect, it } from 'vitest';
import type { DirectAgent } from './direct-link.ts';
import { createMatchHost } from './host.ts';
import { DEFAULT_LIMITS, type MatchSpec } from './interfaces.ts';
import { runLocalMatch } from './local-match.ts';
import { FakeWire } from './testing/fake-wire.ts';

/** Steers along its lane at some speed: enough to make every sensor and message matter. */
const agent: DirectAgent = () => decide;
const decide = (observation: Parameters<ReturnType<DirectAgent>>[0]) => ({
  steering: -0.05 * observation.route.offset - 0.5 * observation.route.headingError,
  throttle: observation.self.speed < 12 ? 0.5 : 0,
  brake: 0,
  gear: 'forward' as const,
});

const host = createMatchHost({ workers: 1 });
afterAll(() => host.close('test over'));

describe.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))('%s', (id, scenario) => {
  it('[M1] ends with the same hash in this process and in a worker behind a wire', async () => {
    const spec: MatchSpec = {
      id: 'm',
      scenario: id,
      parameters: {},
      seed: '7',
      clock: 'unpaced',
      ticks: 60,
      agents: scenario.seats.map(() => 'a@1'),
      // So that a busy machine makes no seat miss a tick.
      limits: { ...DEFAULT_LIMITS, deadlineMs: 10_000 },
      logFile: null,
    };
    const errors: unknown[] = [];
    const local = await runLocalMatch(
      spec,
      scenario.seats.map(() => agent),
      { onAgentError: (_, error) => errors.push(error), listener: { fault: (error) => errors.push(error) } },
    );
    expect(errors).toEqual([]);
    expect(local).toMatchObject({ outcome: 'finished', ticks: 60 });

    const match = host.start(spec);
    scenario.seats.forEach(({ seat }, i) => {
      const wire = new FakeWire(i % 2 === 0 ? 'gauntlet.v1.msgpack' : 'gauntlet.v1.json');
      wire.onMessage = (message) => {
        if (message.type === 'welcome') setImmediate(() => wire.say({ type: 'ready' }));
        if (message.type === 'observation') {
          wire.say({ type: 'action', tick: message.observation.tick, action: decide(message.observation) });
        }
      };
      wire.attachment = match.attach(seat, wire);
    });
    expect(await match.result).toMatchObject({ outcome: 'finished', finalHash: local.finalHash });
  }, 60_000);
});

it('[M29] an unknown scenario is a void match, not a crash', async () => {
  const spec = { id: 'm', scenario: 'nowhere-v1', parameters: {}, seed: '7', clock: 'unpaced' as const };
  const faults: unknown[] = [];
  const result = await runLocalMatch({ ...spec, agents: [], limits: DEFAULT_LIMITS, logFile: null }, [], {
    listener: { fault: (error) => faults.push(error) },
  });
  expect(result).toMatchObject({ outcome: 'void', reason: 'internal', seats: [] });
  expect(faults).toMatchObject([{ code: 'unknown-scenario' }]);
});
