import { randomInt } from 'node:crypto';
import { ErrorCode, pack, SUBPROTOCOLS, type ErrorMessage } from '@gauntlet/agents-sdk/protocol';
import { pino } from 'pino';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGateway } from './gateway.ts';
import { AgentClient, hello } from './testing/agent-client.ts';
import { FakeArena, FakeMatch, matchResource } from './testing/fake-arena.ts';

const RUNS = 250;
const SEED = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));

const leaf = fc.oneof(
  fc.anything({ maxDepth: 1, withBigInt: false }),
  fc.constantFrom(Number.NaN, Infinity, -0, 2 ** 53, '', '\u0000', '__proto__'),
);
/** A hello with one field changed, removed or added. */
const nearHello = fc
  .tuple(fc.constantFrom('type', 'token', 'sdk', 'match', 'colour', '__proto__'), leaf)
  .map(([field, value]) => hello({ [field]: value }));
/** Well-formed messages, so that some garbage follows the path of real ones to its end. */
const whole = fc.constantFrom(
  hello(),
  hello({ match: 'm1' }),
  hello({ match: 'm9' }),
  { type: 'ready' },
  { type: 'pong', id: 1, t1: 0, t2: 0 },
);
const bytes = (value: unknown): Buffer => {
  try {
    return Buffer.from(pack(value));
  } catch {
    return Buffer.from([0xc1]);
  }
};
const text = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? 'undefined';
/** Whole messages, messages with a flipped byte or cut short, and noise; as bytes and as text. */
const payload: fc.Arbitrary<Buffer | string> = fc.oneof(
  whole.map(bytes),
  whole.map(text),
  nearHello.map(bytes),
  nearHello.map(text),
  fc.tuple(nearHello, fc.nat(), fc.nat({ max: 255 })).map(([value, at, byte]) => {
    const damaged = bytes(value);
    damaged[at % damaged.length] = byte;
    return damaged;
  }),
  fc.tuple(nearHello, fc.nat({ max: 60 })).map(([value, length]) => bytes(value).subarray(0, length)),
  fc.tuple(nearHello, fc.nat({ max: 60 })).map(([value, length]) => text(value).slice(0, length)),
  fc.uint8Array({ maxLength: 200 }).map((noise) => Buffer.from(noise)),
  fc.string({ maxLength: 200 }),
  leaf.map(bytes),
  leaf.map(text),
);

test(`whatever comes first over a real connection is answered with an error or a seat (FUZZ_SEED=${SEED})`, async () => {
  const arena = new FakeArena();
  const bystander = new FakeMatch('m2');
  bystander.echo = true;
  arena.add(matchResource('m2'), bystander);
  const gateway = createGateway({
    arena,
    logger: pino({ level: 'silent' }),
    viewerDir: null,
    limits: { helloMs: 60_000 },
  });
  const { url } = await gateway.listen({ host: '127.0.0.1', port: 0 });
  const other = await AgentClient.connect(url);
  other.send(hello({ match: 'm2' }));
  await other.next();

  const answers = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...SUBPROTOCOLS), payload, async (subprotocol, data) => {
      arena.handles.set('m1', new FakeMatch('m1'));
      const client = await AgentClient.connect(url, subprotocol);
      client.socket.send(data);
      const answer = await client.next();
      const code = typeof answer === 'string' ? 'seated' : (answer as ErrorMessage).code;
      answers.set(code, (answers.get(code) ?? 0) + 1);
      if (code === 'seated') client.socket.terminate();
      else expect(await client.closed).toEqual({ code: 1008, reason: code });
      expect(code).not.toBe('internal');
      other.send('ping');
      expect(await other.next()).toBe('ping');
    }),
    { seed: SEED, numRuns: RUNS },
  );

  // Proof that the garbage got as far as it should: through the decoder, through the schema, and sometimes to the arena.
  for (const code of ['bad-message', 'invalid-message', 'unexpected-message', 'seated'] as const) {
    expect(answers.get(code), `${code} among ${JSON.stringify([...answers])}, FUZZ_SEED=${SEED}`).toBeGreaterThan(0);
  }
  expect(
    [...answers.keys()]
      .filter((code) => code !== 'seated')
      .every((code) => JSON.stringify(ErrorCode).includes(`"${code}"`)),
  ).toBe(true);
  const metrics = await (await fetch(`${url}/api/metrics`)).text();
  for (const [code, count] of answers) {
    if (code !== 'seated') expect(metrics).toContain(`gauntlet_agent_refused_total{code="${code}"} ${count}\n`);
  }
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  await gateway.close();
});
