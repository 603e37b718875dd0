import { get } from 'node:http';
import { connect } from 'node:net';
import {
  ErrorBody,
  checker,
  GauntletError,
  MAX_AGENT_MESSAGE_BYTES,
  pack,
  unpack,
} from '@gauntlet/agents-sdk/protocol';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createGateway, type Gateway } from './gateway.ts';
import type { GatewayLimits } from './limits.ts';
import { AgentClient, hello } from './testing/agent-client.ts';
import { FakeArena, FakeMatch, matchResource, TOKENS } from './testing/fake-arena.ts';

const logger = pino({ level: 'silent' });
let arena: FakeArena;
let match: FakeMatch;
let gateway: Gateway;
let url: string;

/** Starts the gateway that a test talks to. */
async function start(limits: Partial<GatewayLimits> = {}): Promise<void> {
  gateway = createGateway({ arena, logger, viewerDir: null, limits: { closeGraceMs: 200, ...limits } });
  ({ url } = await gateway.listen({ host: '127.0.0.1', port: 0 }));
}

beforeEach(() => {
  arena = new FakeArena();
  match = new FakeMatch('m1');
  arena.add(matchResource('m1'), match);
});
afterEach(() => gateway.close());

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${url}/api/metrics`)).text();
  return Number(new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1]);
}

describe('a seat is taken', () => {
  test.each(['gauntlet.v1.msgpack', 'gauntlet.v1.json'] as const)(
    'by a hello over %s, and bytes go through in both directions',
    async (subprotocol) => {
      await start();
      match.echo = true;
      const client = await AgentClient.connect(url, subprotocol);
      expect(client.socket.protocol).toBe(subprotocol);
      client.send(hello({ match: 'm1' }));
      expect(await client.next()).toBe(subprotocol === 'gauntlet.v1.json' ? 'welcome' : 'hi');
      expect(arena.hellos).toEqual([hello({ match: 'm1' })]);
      client.send({ type: 'ready' });
      expect(await client.next()).toEqual({ type: 'ready' });
      // What stands in it is for the match to judge: the gateway does not look.
      client.send({ any: ['thing'] });
      expect(await client.next()).toEqual({ any: ['thing'] });
      expect(match.received).toHaveLength(2);
      expect(match.received.every((data) => (typeof data === 'string') === (subprotocol === 'gauntlet.v1.json'))).toBe(
        true,
      );
    },
  );

  test('and its bytes can be copied and moved to another thread, as matches do', async () => {
    await start();
    const client = await AgentClient.seated(url);
    for (let i = 0; i < 20; i++) client.send(`message ${i}`);
    await vi.waitFor(() => expect(match.received).toHaveLength(20));
    const moved = match.received.map((data) => {
      // A Buffer's slice is a view: moving it would take the memory of the other messages along.
      const copy = (data as Uint8Array<ArrayBuffer>).slice();
      return structuredClone(copy, { transfer: [copy.buffer] });
    });
    expect(moved.map((data) => unpack(data))).toEqual(Array.from({ length: 20 }, (_, i) => `message ${i}`));
  });

  test('MessagePack is chosen when both are offered', async () => {
    await start();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/agent`, [
      'gauntlet.v1.json',
      'chat',
      'gauntlet.v1.msgpack',
    ]);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe('gauntlet.v1.msgpack');
    expect(socket.extensions).toBe('');
    socket.terminate();
  });

  test('by one connection at a time, and again once the first is gone', async () => {
    await start();
    const first = await AgentClient.seated(url);
    const second = await AgentClient.connect(url);
    second.send(hello());
    expect(await second.refusal()).toMatchObject({
      error: { type: 'error', code: 'seat-taken', fatal: true },
      code: 1008,
      reason: 'seat-taken',
    });
    // The first one is none the wiser.
    match.echo = true;
    first.send('still here');
    expect(await first.next()).toBe('still here');
    first.socket.close();
    await vi.waitFor(() => expect(match.closed).toBe(1));
    await AgentClient.seated(url);
    expect(match.wires).toHaveLength(2);
  });

  test('until the match closes the wire, with its code and reason', async () => {
    await start();
    const client = await AgentClient.seated(url);
    match.wires[0]?.close(1000, `the match is over ${'é'.repeat(100)}`);
    const { code, reason } = await client.closed;
    expect(code).toBe(1000);
    expect(reason).toMatch(/^the match is over é+$/);
    expect(match.closed).toBe(1);
  });

  test('until the match is over, when it lost its connections', async () => {
    await start();
    const client = await AgentClient.seated(url);
    match.end();
    expect(await client.closed).toEqual({ code: 1000, reason: 'match-over' });
  });
});

describe('a hello that is not one is refused, in the encoding of the connection', () => {
  test.each(['gauntlet.v1.msgpack', 'gauntlet.v1.json'] as const)('%s', async (subprotocol) => {
    await start();
    const cases: [unknown, string, string][] = [
      [hello({ token: 'gnt_wrong' }), 'invalid-token', ''],
      [hello({ token: '' }), 'invalid-message', '/token'],
      [{ type: 'hello', sdk: { name: 'test', version: '1' } }, 'invalid-message', '/token'],
      [hello({ match: 'm9' }), 'no-match', ''],
      [hello({ colour: 'red' }), 'invalid-message', '/colour'],
      [hello({ token: 7 }), 'invalid-message', '/token'],
      [hello({ sdk: { name: 'test', version: Number.NaN } }), 'invalid-message', '/sdk/version'],
      [hello({ sdk: { name: Number.POSITIVE_INFINITY, version: '1' } }), 'invalid-message', '/sdk/name'],
      [{ type: 'action', tick: 1 }, 'unexpected-message', '/type'],
      [{ type: 'goodbye' }, 'unexpected-message', '/type'],
      [{ type: 7 }, 'invalid-message', ''],
      [null, 'invalid-message', ''],
      ['hello', 'invalid-message', ''],
    ];
    for (const [message, code, path] of cases) {
      const client = await AgentClient.connect(url, subprotocol);
      client.send(message);
      const { error, ...close } = await client.refusal();
      expect([error?.code, close.code, close.reason], JSON.stringify(message)).toEqual([code, 1008, code]);
      if (path !== '') expect(error?.path).toBe(path);
      expect(error?.fatal).toBe(true);
    }
    expect(match.wires).toHaveLength(0);
    const invalid = cases.filter(([, code]) => code === 'invalid-message').length;
    expect(await metric('gauntlet_agent_refused_total{code="invalid-message"}')).toBe(invalid);
  });

  test('broken bytes, and text where bytes are due', async () => {
    await start();
    const cases: [Buffer | string, 'gauntlet.v1.msgpack' | 'gauntlet.v1.json'][] = [
      [Buffer.from([0xc1]), 'gauntlet.v1.msgpack'],
      [Buffer.from(pack(hello())).subarray(0, 20), 'gauntlet.v1.msgpack'],
      [Buffer.concat([pack(hello()), pack(1)]), 'gauntlet.v1.msgpack'],
      [Buffer.alloc(0), 'gauntlet.v1.msgpack'],
      [JSON.stringify(hello()), 'gauntlet.v1.msgpack'],
      ['{"type":"hello"', 'gauntlet.v1.json'],
      ['', 'gauntlet.v1.json'],
      [Buffer.from(pack(hello())), 'gauntlet.v1.json'],
    ];
    for (const [bytes, subprotocol] of cases) {
      const client = await AgentClient.connect(url, subprotocol);
      client.socket.send(bytes);
      expect(await client.refusal(), String(bytes)).toMatchObject({
        error: { code: 'bad-message' },
        code: 1008,
        reason: 'bad-message',
      });
    }
  });

  test('one that never comes', async () => {
    await start({ helloMs: 50 });
    const client = await AgentClient.connect(url);
    expect(await client.refusal()).toMatchObject({
      error: { code: 'hello-timeout' },
      code: 1008,
      reason: 'hello-timeout',
    });
    const seated = await AgentClient.seated(url);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(seated.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('one that is followed by more before the welcome', async () => {
    await start();
    let answer: () => void = () => undefined;
    const seatFor = arena.seatFor.bind(arena);
    arena.seatFor = async (message) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return seatFor(message);
    };
    const client = await AgentClient.connect(url);
    client.send(hello());
    client.send({ type: 'ready' });
    expect(await client.refusal()).toMatchObject({
      error: { code: 'unexpected-message' },
      reason: 'unexpected-message',
    });
    answer();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(match.wires).toHaveLength(0);
  });
});

describe('a connection is refused with an HTTP error', () => {
  test.each([[[]], [['chat']], [['gauntlet.v2.msgpack', 'GAUNTLET.V1.JSON']]])(
    'when it asks for no subprotocol of ours: %j',
    async (protocols) => {
      await start();
      const { status, body } = await handshake(protocols);
      expect([status, body.error.code, body.error.actual]).toEqual([
        400,
        'unsupported-protocol',
        protocols.join(', ') || 'none',
      ]);
    },
  );

  test('when it knocks elsewhere', async () => {
    await start();
    for (const path of ['/', '/agents', '/agent/', '/api/health']) {
      const { status, body } = await handshake(['gauntlet.v1.json'], path);
      expect([status, body.error.code, body.error.expected], path).toEqual([404, 'not-found', '/agent']);
    }
  });

  test('when too many have not said hello yet; those with a seat do not count', async () => {
    await start({ strangersPerAddress: 2 });
    await AgentClient.seated(url);
    const waiting = [await AgentClient.connect(url), await AgentClient.connect(url)];
    const { status, body } = await handshake(['gauntlet.v1.json']);
    expect([status, body.error.code]).toEqual([503, 'overloaded']);
    waiting[0]?.socket.terminate();
    await vi.waitFor(async () => expect((await AgentClient.connect(url)).socket.readyState).toBe(WebSocket.OPEN));
  });

  async function handshake(protocols: string[], path = '/agent'): Promise<{ status: number; body: ErrorBody }> {
    return new Promise((resolve, reject) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...(protocols.length > 0 ? { 'sec-websocket-protocol': protocols.join(', ') } : {}),
      };
      get(`${url}${path}`, { headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: checker(ErrorBody)(JSON.parse(text)) }),
        );
      }).on('error', reject);
    });
  }
});

describe('whatever an agent does to its connection, the others go on', () => {
  let other: AgentClient;
  beforeEach(async () => {
    await start({ agentBacklogBytes: 64 * 1024, heartbeatMs: 40, strangersPerAddress: 1000 });
    const second = new FakeMatch('m2');
    second.echo = true;
    arena.add(matchResource('m2'), second);
    other = await AgentClient.connect(url);
    other.send(hello({ match: 'm2' }));
    await other.next();
  });
  afterEach(async () => {
    other.send('ping');
    expect(await other.next()).toBe('ping');
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  });

  test('a message of the limit goes through, one byte more closes with the reason', async () => {
    const client = await AgentClient.seated(url);
    client.socket.send(Buffer.alloc(MAX_AGENT_MESSAGE_BYTES, 1));
    await vi.waitFor(() => expect(match.received).toHaveLength(1));
    client.socket.send(Buffer.alloc(MAX_AGENT_MESSAGE_BYTES + 1, 1));
    expect(await client.refusal()).toMatchObject({
      error: { code: 'message-too-large' },
      code: 1009,
      reason: 'message-too-large',
    });
    expect(match.received).toHaveLength(1);
    expect(match.closed).toBe(1);
  });

  test('a message that is too large before the hello', async () => {
    const client = await AgentClient.connect(url);
    client.socket.send(Buffer.alloc(10 * MAX_AGENT_MESSAGE_BYTES));
    expect(await client.refusal()).toMatchObject({
      error: { code: 'message-too-large' },
      code: 1009,
      reason: 'message-too-large',
    });
  });

  test('frames that are not WebSocket, and text that is not UTF-8', async () => {
    for (const bytes of [
      // Reserved bits set; unmasked; a text frame, masked with zeros, of one byte that UTF-8 cannot begin with.
      [0xf2, 0x80, 0, 0, 0, 0],
      [0x82, 0x01, 0x00],
      [0x81, 0x81, 0, 0, 0, 0, 0xff],
    ]) {
      const client = await AgentClient.seated(url);
      (client.socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(Buffer.from(bytes));
      expect(await client.refusal()).toMatchObject({
        error: { code: 'bad-message' },
        code: 1008,
        reason: 'bad-message',
      });
      await vi.waitFor(() => expect(match.connected()).toBe(false));
    }
  });

  test('one that never reads is closed and its seat is free at once', async () => {
    const client = await AgentClient.seated(url);
    client.socket.pause();
    const observation = pack(new Uint8Array(16 * 1024));
    let sent = 0;
    while (match.closed === 0 && sent < 2000) {
      match.wires[0]?.send(observation);
      sent++;
      if (sent % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(match.closed).toBe(1);
    expect(await metric('gauntlet_agent_refused_total{code="slow-reader"}')).toBe(1);
    // It never answers the close, and is ended all the same.
    await vi.waitFor(async () => expect(await metric('gauntlet_agent_connections')).toBe(1));
    match.wires[0]?.send(observation);
    client.socket.resume();
    expect((await client.closed).code).not.toBe(1000);
  });

  test('one that vanishes is noticed', async () => {
    const client = await AgentClient.seated(url);
    (client.socket as unknown as { _socket: { destroy(): void } })._socket.destroy();
    await vi.waitFor(() => expect(match.closed).toBe(1));
  });

  test('one that is half gone, and answers nothing, is noticed', async () => {
    const client = await AgentClient.seated(url);
    client.socket.pause();
    await vi.waitFor(() => expect(match.closed).toBe(1), { timeout: 5000 });
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('one that hangs up while its seat is looked for takes none', async () => {
    const seatFor = arena.seatFor.bind(arena);
    let answer: () => void = () => undefined;
    arena.seatFor = async (message) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return seatFor(message);
    };
    const client = await AgentClient.connect(url);
    client.send(hello());
    await vi.waitFor(() => expect(answer.name).not.toBe('answer'));
    client.socket.terminate();
    await vi.waitFor(async () => expect(await metric('gauntlet_agent_connections')).toBe(1));
    answer();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(match.wires).toHaveLength(0);
  });

  test('a mistake of the arena is told as an id only', async () => {
    const client = await AgentClient.seated(url);
    match.broken = true;
    client.send({ type: 'ready' });
    const { error, code, reason } = await client.refusal();
    expect([error?.code, code, reason]).toEqual(['internal', 1011, 'internal']);
    expect(JSON.stringify(error)).not.toContain('secret');
    expect(match.closed).toBe(1);
  });

  test('one that asks for an upgrade and resets the connection', async () => {
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(
        `GET /agent HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${i % 2 ? 'Sec-WebSocket-Protocol: gauntlet.v1.json\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' : ''}\r\n`,
      );
      socket.resetAndDestroy();
    }
    await vi.waitFor(async () => expect(await metric('gauntlet_agent_connections')).toBe(1));
  });
});

describe('the port', () => {
  test('taken by another program: the error names it and says what to do', async () => {
    await start();
    const port = Number(new URL(url).port);
    const second = createGateway({ arena, logger, viewerDir: null });
    const error = await second.listen({ host: '127.0.0.1', port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GauntletError);
    expect(error).toMatchObject({
      code: 'cannot-listen',
      message: expect.stringMatching(new RegExp(`127.0.0.1:${port}: .*taken.*choose another port`)),
    });
    await second.close();
  });

  test('of a host that is not of this machine', async () => {
    await start();
    const second = createGateway({ arena, logger, viewerDir: null });
    await expect(second.listen({ host: '192.0.2.1', port: 0 })).rejects.toMatchObject({ code: 'cannot-listen' });
    await second.close();
  });

  test('closing tells the agents and lets go of everything', async () => {
    await start();
    const client = await AgentClient.seated(url);
    await gateway.close();
    expect(await client.refusal()).toMatchObject({
      error: { code: 'shutting-down' },
      code: 1001,
      reason: 'shutting-down',
    });
    expect(match.closed).toBe(1);
    expect(arena.listeners.size).toBe(0);
    await expect(fetch(`${url}/api/health`)).rejects.toThrow();
  });

  test('what is not HTTP is answered with an error', async () => {
    await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (data) => (text += data.toString())).on('close', () => resolve(text));
    });
    socket.write('hello\r\n\r\n');
    const [head, body = ''] = (await answer).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 400 /);
    expect(checker(ErrorBody)(JSON.parse(body)).error.code).toBe('invalid-request');
  });
});

test('a token never stands in an error', async () => {
  await start();
  const client = await AgentClient.connect(url);
  client.send(hello({ token: `${TOKENS.agent}-secret`, colour: 'red' }));
  expect(JSON.stringify(await client.refusal())).not.toContain('secret');
});
