import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeArenaMessage, decodeValue, encodeAgentMessage } from '../protocol/codec.ts';
import type { AgentMessage, ArenaMessage, Ping } from '../protocol/messages.ts';
import { AgentMessage as AgentSchema, ArenaMessage as ArenaSchema } from '../protocol/messages.ts';
import { checker } from '../protocol/validate.ts';
import { SUBPROTOCOLS, type Subprotocol } from '../protocol/version.ts';
import { arenaTime, connect, type ActContext, type CarAction } from '../src/index.ts';
import { FakeArena, type Peer } from '../src/testing/fake-arena.ts';
import { observation, ping, welcome } from '../src/testing/samples.ts';

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as T;
}

interface MessageCase<T> {
  name: string;
  json: T;
  msgpack: string[];
}
const messages = read<{
  arena: MessageCase<ArenaMessage>[];
  agent: MessageCase<AgentMessage>[];
  refused: { name: string; subprotocol: Subprotocol; hex?: string; text?: string }[];
}>('messages.json');
const checkAgent = checker(AgentSchema);
const checkArena = checker(ArenaSchema);

/** As a program holds it: arrays are Float32Array, and "-0" is -0. */
function held(message: ArenaMessage): ArenaMessage {
  return JSON.parse(JSON.stringify(message), (key, value: unknown) =>
    key === 'data' && Array.isArray(value) ? Float32Array.from(value as (number | string)[], Number) : value,
  ) as ArenaMessage;
}

describe('messages', () => {
  test.each(messages.arena)('arena: $name', ({ json, msgpack }) => {
    const value = held(json);
    checkArena(value);
    expect(decodeArenaMessage(JSON.stringify(json).replaceAll('"-0"', '-0'), 'gauntlet.v1.json')).toEqual(value);
    for (const hex of msgpack)
      expect(decodeArenaMessage(Buffer.from(hex, 'hex'), 'gauntlet.v1.msgpack')).toEqual(value);
  });

  test.each(messages.agent)('agent: $name', ({ json, msgpack }) => {
    expect(checkAgent(json)).toBe(json);
    for (const hex of msgpack) expect(decodeValue(Buffer.from(hex, 'hex'), 'gauntlet.v1.msgpack')).toEqual(json);
    for (const subprotocol of SUBPROTOCOLS)
      expect(decodeValue(encodeAgentMessage(json, subprotocol), subprotocol)).toEqual(json);
  });

  test.each(messages.refused)('refused: $name', ({ subprotocol, hex, text }) => {
    expect(() => decodeValue(text ?? Buffer.from(hex ?? '', 'hex'), subprotocol)).toThrow(
      expect.objectContaining({ code: 'bad-message' }) as Error,
    );
  });

  test('every message of the protocol has a case', () => {
    const types = (schema: object): string[] =>
      (schema as { anyOf: { properties: { type: { const: string } } }[] }).anyOf.map(
        ({ properties }) => properties.type.const,
      );
    expect([...new Set(messages.arena.map(({ json }) => json.type))].sort()).toEqual(types(ArenaSchema).sort());
    expect([...new Set(messages.agent.map(({ json }) => json.type))].sort()).toEqual(types(AgentSchema).sort());
  });
});

const CLOCK = read<{
  cases: { name: string; estimates: Ping['estimate'][]; agentMs: number; arenaMs: number | null }[];
}>('clock.json').cases;

describe('clock', () => {
  test.each(CLOCK)('$name', async ({ estimates, agentMs, arenaMs }) => {
    const arena = await FakeArena.open();
    let context: ActContext | undefined;
    const played = connect({
      url: arena.url,
      token: 't',
      act: (_, given): CarAction => {
        context = given;
        return { steering: 0, throttle: 0, brake: 0, gear: 'forward' };
      },
    });
    const peer = await arena.peer();
    peer.send(welcome(), ...estimates.map((estimate, i) => ping(i, estimate)), observation(0));
    while ((await peer.next()).type !== 'action');
    expect(context?.clock && arenaTime(context.clock, agentMs)).toBe(arenaMs);
    peer.send({ type: 'end', outcome: 'finished', scores: [], log: null });
    await played;
    await arena.close();
  });
});

type Step =
  | { arena: ArenaMessage }
  | { agent: unknown }
  | { silent: number }
  | { decide: true }
  | { break: true }
  | { connect: true };
interface Sequence {
  name: string;
  slow?: boolean;
  steps: Step[];
  end: string;
}
const SEQUENCES = read<{ cases: Sequence[] }>('sequences.json').cases;

describe.each(SUBPROTOCOLS)('sequences over %s', (subprotocol) => {
  test.each(SEQUENCES)('$name', async ({ steps, slow, end }) => {
    const arena = await FakeArena.open();
    const decisions: (() => void)[] = [];
    let wanted: (() => void) | null = null;
    const played = connect({
      url: arena.url,
      token: 'secret',
      subprotocol,
      log: () => {},
      act: ({ self }) => {
        const action: CarAction = { steering: self.speed / 100, throttle: 0.5, brake: 0, gear: 'forward' };
        if (!slow) return action;
        return new Promise<CarAction>((resolve) => {
          decisions.push(() => resolve(action));
          wanted?.();
        });
      },
    }).then(
      () => 'ok',
      (error: { code: string }) => error.code,
    );
    let peer: Peer = await arena.peer();
    for (const step of steps) {
      if ('arena' in step) peer.send(held(step.arena));
      else if ('agent' in step) expect(await peer.next()).toEqual(matching(step.agent));
      else if ('silent' in step) {
        peer.send(ping(step.silent));
        expect(await peer.next()).toMatchObject({ type: 'pong', id: step.silent });
      } else if ('decide' in step) {
        if (decisions.length === 0) await new Promise<void>((resolve) => (wanted = resolve));
        decisions.shift()?.();
      } else if ('break' in step) peer.break();
      else peer = await arena.peer();
    }
    expect(await played).toBe(end);
    expect(peer.unread).toBe(0);
    await arena.close();
  });
});

/** "*string" and "*number" stand for any. */
function matching(pattern: unknown): unknown {
  if (pattern === '*string') return expect.any(String);
  if (pattern === '*number') return expect.any(Number);
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) return pattern;
  return Object.fromEntries(Object.entries(pattern).map(([name, value]) => [name, matching(value)]));
}
