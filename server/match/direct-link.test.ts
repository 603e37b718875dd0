import { decodeArenaMessage, encodeArenaMessage, SUBPROTOCOLS, type ActionRecord } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, it } from 'vitest';
import { asOnWire, DirectLink, type DirectAgent } from './direct-link.ts';
import { DEFAULT_LIMITS, type MatchResult } from './interfaces.ts';
import { runMatch } from './runner.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { memoryRecorder, recorded } from './testing/memory-recorder.ts';
import { drive, ToyMatch, toySpec } from './testing/toy-match.ts';
import { TOY_SCENARIO, ToyWorld } from './testing/toy-world.ts';

/** Plays agents of this process against each other in the toy world, on a clock that goes on only while they wait. */
async function play(
  agents: readonly DirectAgent[],
  deadlineMs = 200,
  clock = new ManualClock(),
): Promise<{ result: MatchResult; actions: ActionRecord[]; errors: unknown[] }> {
  const world = new ToyWorld({ seats: agents.length, maxTicks: 10 });
  const recorder = memoryRecorder();
  const errors: unknown[] = [];
  const limits = { ...DEFAULT_LIMITS, deadlineMs, bankMs: 0 };
  let result: MatchResult | null = null;
  void runMatch(toySpec({ clock: 'unpaced', limits }), {
    clock,
    world,
    scenario: TOY_SCENARIO,
    links: agents.map((agent) => new DirectLink(agent, (error) => errors.push(error))),
    recorder,
    listener: {
      scene: () => undefined,
      frame: () => undefined,
      status: () => undefined,
      fault: (error) => errors.push(error),
    },
    signal: new AbortController().signal,
    versions: { build: 'test', rapier: 'none', node: 'none' },
  }).then((ended) => (result = ended));
  while (!result) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(1);
  }
  return { result, actions: recorded<ActionRecord>(recorder, 'action'), errors };
}

const steady: DirectAgent = () => () => drive(0.1);

describe('an agent in this process', () => {
  it('ends with the hash of the same agent over a wire, in either subprotocol', async () => {
    // What it does depends on every number that it is told, down to the sign of zero.
    const mind = (observation: Parameters<ReturnType<DirectAgent>>[0]): number => {
      const { ahead } = observation.route;
      const sum = [...observation.self.position, ...ahead.data].reduce(
        (total, x) => total + x + (Object.is(x, -0) ? 0.01 : 0),
        0,
      );
      return (Math.abs(sum) % 1) + 0.001;
    };
    const agent: DirectAgent = () => (observation) => drive(mind(observation));
    const direct = await play([agent, async_(agent)]);
    expect(direct.result.seats.map(({ missed }) => missed)).toEqual([0, 0]);
    for (const subprotocol of SUBPROTOCOLS) {
      const match = new ToyMatch({ clock: 'unpaced', toy: { maxTicks: 10 }, subprotocols: [subprotocol, subprotocol] });
      for (const seat of [0, 1]) {
        match.connect(seat, ({ observation }, wire) =>
          wire.say({ type: 'action', tick: observation.tick, action: drive(mind(observation)) }),
        );
      }
      expect((await match.finish()).finalHash, subprotocol).toBe(direct.result.finalHash);
    }
  });

  it('is told what the codec would tell it', () => {
    const observation = new ToyWorld().look().observations[0]!;
    const message = { type: 'observation', deadlineMs: 200, bankMs: -0, observation } as const;
    for (const subprotocol of SUBPROTOCOLS) {
      const wire = decodeArenaMessage(encodeArenaMessage(message, subprotocol), subprotocol);
      expect(asOnWire(message)).toStrictEqual(wire);
    }
    expect(Object.is(asOnWire(observation).self.position[1], 0)).toBe(true);
    expect(asOnWire(observation).route.ahead.data).not.toBe(observation.route.ahead.data);
  });

  it('cannot change what the world or another agent sees', async () => {
    const vandal: DirectAgent = () => (observation) => {
      observation.route.ahead.data.fill(9);
      observation.self.position[0] = 99;
      return drive(0.1);
    };
    const [spoiled, clean] = await Promise.all([play([vandal, steady]), play([steady, steady])]);
    expect(spoiled.result.finalHash).toBe(clean.result.finalHash);
  });

  it('[M14] an action that is not valid is a miss, and what is wrong with it is told', async () => {
    const { result, actions, errors } = await play([
      () =>
        ({ tick }) =>
          tick === 3 ? { ...drive(NaN) } : drive(0.1),
    ]);
    expect(result.seats[0]).toMatchObject({ outcome: 'finished', missed: 1 });
    expect(actions[3]).toMatchObject({ source: 'fallback' });
    expect(String(errors[0])).toMatch(/throttle/);
  });

  it('[M11] one that throws or does not answer misses the tick; one whose decision takes too long is late', async () => {
    const agent: DirectAgent =
      () =>
      ({ tick }) => {
        if (tick === 2) throw new Error('cannot decide');
        if (tick === 4) return new Promise<never>(() => undefined);
        return drive(0.1);
      };
    const { result, errors } = await play([agent, steady], 30);
    // After the decision that never ends it decides no more.
    expect(result.seats.map(({ missed }) => missed)).toEqual([7, 0]);
    expect(errors.map(String)).toEqual(['Error: cannot decide']);
  });

  it('[M11] one whose decision takes too long is late, and costs nobody else any time', async () => {
    const clock = new ManualClock();
    const slow: DirectAgent =
      () =>
      ({ tick }) => {
        if (tick === 1) clock.jump(60);
        return drive(0.1);
      };
    const { result } = await play([slow, steady], 40, clock);
    expect(result.seats.map(({ missed }) => missed)).toEqual([1, 0]);
  });

  it('[M19] one that fails at its briefing ends its seat as crashed', async () => {
    const broken: DirectAgent = () => {
      throw new Error('no map');
    };
    const { result, errors } = await play([broken, steady]);
    expect(result.seats[0]).toMatchObject({ outcome: 'crashed', reason: 'agent-error' });
    expect(result.seats[1]).toMatchObject({ outcome: 'finished', missed: 0 });
    expect(String(errors[0])).toMatch(/no map/);
  });
});

/** The same agent, deciding asynchronously. */
function async_(agent: DirectAgent): DirectAgent {
  return (briefing) => {
    const act = agent(briefing);
    return async (observation, context) => {
      await new Promise((resolve) => setImmediate(resolve));
      return act(observation, context);
    };
  };
}
