import { connect, type Act, type End } from '@gauntlet/agents-sdk';
import type { ArenaMessage, MatchResource, MatchSeatResource, ObservationMessage } from '@gauntlet/agents-sdk/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import laneKeeper from '../../agents-sdk/agents/lane-keeper.ts';
import { AgentClient, hello } from '../gateway/testing/agent-client.ts';
import { Arena } from './testing/arena.ts';
import { temporaryFolder } from './testing/folder.ts';

const folder = temporaryFolder();
let arena: Arena;
let good: string;
let bad: string;

beforeAll(async () => {
  arena = await Arena.start(folder.path);
  good = await arena.createAgent({ name: 'good' });
  bad = await arena.createAgent({ name: 'bad' });
});
afterAll(async () => {
  await arena?.end('SIGKILL');
  folder.remove();
});

const STEADY = { steering: 0, throttle: 0.3, brake: 0, gear: 'forward' };

/** A match of the bad agent, whose client is handed to `abuse`, beside a good one that plays to the end. */
async function matchWith(
  abuse: (client: BadAgent, match: string) => Promise<void>,
): Promise<{ bad: MatchSeatResource; good: MatchSeatResource; match: MatchResource; end: End }> {
  const { id } = await arena.createMatch({
    scenario: 'highway-cut-in-v1',
    agents: ['bad', 'good'],
    clock: 'unpaced',
    rated: false,
    seed: '11',
  });
  await arena.matchWhen(id, 'no longer queued', ({ status }) => status !== 'queued');
  let act: Act | null = null;
  const end = connect({
    url: `${arena.url.replace('http', 'ws')}/agent`,
    token: good,
    match: id,
    onBriefing: (briefing) => {
      act = laneKeeper(briefing);
    },
    act: (observation, context) => (act as Act)(observation, context),
  });
  await Promise.all([end, abuse(await BadAgent.join(id), id)]);
  const match = await arena.matchWhen(id, 'ended', ({ status }) => status === 'ended');
  const [first, second] = match.seats;
  if (!first || !second) throw new Error(`expected two seats, got ${match.seats.length}`);
  return { bad: first, good: second, match, end: await end };
}

/** A client that can do everything that the SDK would not. */
class BadAgent {
  readonly errors: { code: string; path: string }[] = [];
  readonly client: AgentClient;

  private constructor(client: AgentClient) {
    this.client = client;
  }

  static async join(match: string, token = bad): Promise<BadAgent> {
    const agent = new BadAgent(await AgentClient.connect(arena.url));
    agent.client.send(hello({ token, match }));
    return agent;
  }

  /** The next message; pings are answered. Null when the connection is gone. */
  async next(): Promise<ArenaMessage | null> {
    for (;;) {
      const message = (await Promise.race([
        this.client.next(),
        this.client.closed.then(() => null),
      ])) as ArenaMessage | null;
      if (message?.type === 'ping') this.client.send({ type: 'pong', id: message.id, t1: 0, t2: 0 });
      else if (message?.type === 'error') this.errors.push({ code: message.code, path: message.path });
      else return message;
    }
  }

  /** Plays to the end of the match or of the connection. `decide` returns false to leave. */
  async play(decide: (tick: number, message: ObservationMessage) => boolean | void): Promise<void> {
    for (;;) {
      const message = await this.next();
      if (message === null || message.type === 'end') return;
      if (message.type === 'welcome') this.client.send({ type: 'ready' });
      if (message.type === 'observation' && decide(message.observation.tick, message) === false) return;
    }
  }

  act(tick: number, change: Record<string, unknown> = {}): void {
    this.client.send({ type: 'action', tick, action: { ...STEADY, ...change } });
  }
}

/** How a hello is refused. */
async function refusal(change: Record<string, unknown>): Promise<string | undefined> {
  const client = await AgentClient.connect(arena.url);
  client.send(hello(change));
  return (await client.refusal()).error?.code;
}

const FINISHED = { outcome: 'finished', missed: 0 };

test.concurrent(
  '[M3][M14] garbage, impossible actions and wrong ticks are answered one by one and cost only what they say',
  async () => {
    const seen: unknown[] = [];
    const {
      bad: seat,
      good: other,
      end,
    } = await matchWith(async (agent, match) => {
      await agent.play((tick) => {
        const { socket } = agent.client;
        if (tick === 10) socket.send(Buffer.from([0xc1, 0xff, 0x00, 0x93]));
        if (tick === 11) agent.client.send('an action');
        if (tick === 12) agent.client.send({ type: 'action', tick: 'now', action: STEADY });
        if (tick === 13) agent.act(tick, { steering: NaN });
        if (tick === 14) agent.act(tick, { throttle: Infinity });
        if (tick === 15) agent.act(tick, { warp: 9 });
        if (tick === 16) agent.act(tick, { gear: 'fifth' });
        if (tick === 17) agent.act(tick - 5);
        if (tick === 18) agent.act(tick + 5);
        if (tick === 19) agent.client.send({ type: 'ready' });
        if (tick === 20) agent.client.send(hello({ token: bad, match }));
        agent.act(tick);
        if (tick === 21) agent.act(tick);
      });
      seen.push(...agent.errors.map(({ code, path }) => `${code} ${path}`));
    });
    // An action that cannot be read is the answer to its tick; the right one that follows comes too late.
    const missed = (path: string): string[] => [`invalid-message ${path}`, 'wrong-tick /tick'];
    expect(seen).toEqual([
      'bad-message ',
      expect.stringMatching(/^invalid-message/),
      ...missed('/tick'),
      ...missed('/action/steering'),
      ...missed('/action/throttle'),
      ...missed('/action/warp'),
      ...missed('/action/gear'),
      'wrong-tick /tick',
      'wrong-tick /tick',
      'unexpected-message /type',
      'unexpected-message /type',
      'duplicate-action /tick',
    ]);
    expect(seat).toMatchObject({ outcome: 'finished', missed: 5 });
    expect(other.outcome).toBe('finished');
    expect(end.outcome).toBe('finished');
  },
);

test.concurrent(
  '[M24] a second connection for a seat, wrong tokens and unknown matches are refused, and disturb no match',
  async () => {
    const codes: (string | undefined)[] = [];
    const { bad: seat, good: other } = await matchWith(async (agent, match) => {
      const intruders: Promise<unknown>[] = [];
      await agent.play((tick) => {
        if (tick === 20) {
          intruders.push(
            (async () => {
              codes.push(await refusal({ token: bad, match }));
              codes.push(await refusal({ token: good, match }));
              codes.push(await refusal({ token: 'gnt_wrong', match }));
              codes.push(await refusal({ token: arena.token }));
              codes.push(await refusal({ token: bad, match: 'm-none' }));
              codes.push(await refusal({ token: '' }));
            })(),
          );
        }
        agent.act(tick);
      });
      await Promise.all(intruders);
      codes.push(await refusal({ token: bad, match }));
    });
    expect(codes).toEqual([
      'seat-taken',
      'seat-taken',
      'invalid-token',
      'invalid-token',
      'no-match',
      'invalid-message',
      'match-over',
    ]);
    expect(seat).toMatchObject(FINISHED);
    expect(other.outcome).toBe('finished');
  },
);

test.concurrent('[M30] a flood closes the connection and ends its seat; the other seat finishes', async () => {
  let closed: { code: number; reason: string } | null = null;
  const { bad: seat, good: other } = await matchWith(async (agent) => {
    await agent.play((tick) => {
      if (tick === 30) for (let i = 0; i < 2000; i++) agent.act(tick);
      else agent.act(tick);
    });
    closed = await agent.client.closed;
    expect(agent.errors.at(-1)?.code).toBe('flood');
  });
  expect(closed).toMatchObject({ code: 1008, reason: 'flood' });
  expect(seat).toMatchObject({ outcome: 'invalid', reason: 'flood' });
  expect(other.outcome).toBe('finished');
});

test.concurrent('[M11][M17] a client that stops reading misses until it is out; the other seat finishes', async () => {
  const { bad: seat, good: other } = await matchWith(async (agent) => {
    await agent.play((tick) => {
      agent.act(tick);
      if (tick < 30) return true;
      agent.client.socket.pause();
      return false;
    });
  });
  expect(seat).toMatchObject({ outcome: 'timeout', reason: 'misses' });
  expect(other.outcome).toBe('finished');
});

test.concurrent(
  '[M18][M24] a client that vanishes may come back once and again; when it stays away it is out, and the other seat finishes',
  async () => {
    const resumed: (boolean | undefined)[] = [];
    const { bad: seat, good: other } = await matchWith(async (agent, match) => {
      let current = agent;
      for (const until of [20, 40, 60]) {
        const welcome = await current.next();
        resumed.push(welcome?.type === 'welcome' ? welcome.resumed : undefined);
        current.client.send({ type: 'ready' });
        await current.play((tick) => {
          if (tick >= until) return false;
          current.act(tick);
          return true;
        });
        // Without a word: no close frame.
        current.client.socket.terminate();
        await current.client.closed;
        if (until < 60) current = await BadAgent.join(match);
      }
    });
    expect(resumed).toEqual([false, true, true]);
    expect(seat).toMatchObject({ outcome: 'disconnected', reason: 'connection-lost' });
    expect(other.outcome).toBe('finished');
  },
);

test.concurrent(
  'a message beyond the limit closes its connection; the agent comes back and both seats finish',
  async () => {
    const { bad: seat, good: other } = await matchWith(async (agent, match) => {
      await agent.play((tick) => {
        if (tick < 20) agent.act(tick);
        else agent.client.send({ type: 'action', tick, action: STEADY, draw: 'x'.repeat(200_000) });
      });
      expect(agent.errors.at(-1)?.code).toBe('message-too-large');
      expect(await agent.client.closed).toMatchObject({ code: 1009 });
      const again = await BadAgent.join(match);
      await again.play((tick) => again.act(tick));
      expect(again.errors).toEqual([]);
    });
    expect(seat).toMatchObject({ outcome: 'finished' });
    expect(other.outcome).toBe('finished');
  },
);

test.concurrent('HTTP that is wrong is answered with an error body, and no match notices', async () => {
  const answers = await Promise.all(
    [
      ['/api/matches/none', {}],
      ['/api/matches?limit=zero', {}],
      ['/api/nothing', {}],
      [
        '/api/agents',
        {
          method: 'POST',
          body: '{"name":',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${arena.token}` },
        },
      ],
      [
        '/api/agents',
        {
          method: 'POST',
          body: '{"name":"../../etc"}',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${arena.token}` },
        },
      ],
      [
        '/api/agents',
        {
          method: 'POST',
          body: '{"name":"good"}',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${arena.token}` },
        },
      ],
      [
        '/api/matches',
        {
          method: 'POST',
          body: '{"scenario":"moon-v1","agents":["good"]}',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${arena.token}` },
        },
      ],
      [
        '/api/matches',
        {
          method: 'POST',
          body: '{"scenario":"roundabout-v1","agents":["good","nobody"]}',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${arena.token}` },
        },
      ],
      [
        '/api/matches',
        {
          method: 'POST',
          body: '{"scenario":"roundabout-v1","agents":["good"]}',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${arena.token}` },
        },
      ],
    ].map(async ([path, init]) => {
      const response = await fetch(`${arena.url}${path as string}`, init as RequestInit);
      const { error } = (await response.json()) as { error: { code: string } };
      return `${response.status} ${error.code}`;
    }),
  );
  expect(answers).toEqual([
    '404 unknown-match',
    '400 invalid-request',
    '404 not-found',
    '400 invalid-request',
    '400 invalid-request',
    '409 already-exists',
    expect.stringMatching(/^4\d\d unknown-scenario/),
    expect.stringMatching(/^4\d\d unknown-agent/),
    expect.stringMatching(/^4\d\d invalid-seats/),
  ]);
});
