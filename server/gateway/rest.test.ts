import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checker, ErrorBody, GauntletError, MatchResource } from '@gauntlet/agents-sdk/protocol';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp, type App } from './app.ts';
import { DEFAULT_GATEWAY_LIMITS } from './limits.ts';
import { Metrics } from './metrics.ts';
import { FakeArena, matchResource, TOKENS } from './testing/fake-arena.ts';

const checkError = checker(ErrorBody);
const arena = new FakeArena();
const metrics = new Metrics();
const logged: string[] = [];
let folder: string;
let app: App;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gauntlet-gateway-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<title>Gauntlet</title>');
  writeFileSync(join(folder, 'assets', 'index-Ab12Cd34.js'), 'console.log(1)');
  writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  app = createApp({ arena, metrics, viewerDir: folder }, logger, DEFAULT_GATEWAY_LIMITS);
});
beforeEach(() => arena.reset());
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every form
  json: any;
}

async function request(
  method: 'GET' | 'POST' | 'HEAD' | 'PUT',
  url: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { token, body, headers = {} } = options;
  const response = await app.inject({
    method,
    url,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(body === undefined ? {} : { payload: body as object | string }),
  });
  const isJson = String(response.headers['content-type']).includes('json') && response.body !== '';
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json: isJson ? response.json() : null,
  };
}

/** The error of an answer, which must be of the declared form. */
async function refused(...parameters: Parameters<typeof request>): Promise<[number, string, string]> {
  const { status, json } = await request(...parameters);
  const { error } = checkError(json);
  return [status, error.code, error.path];
}

describe('what can be read', () => {
  test('health, scenarios, agents, matches, ratings and histories answer as their schemas say', async () => {
    arena.add(matchResource('m1'));
    expect((await request('GET', '/api/health')).json).toMatchObject({ status: 'ok', build: '0.0.0-test' });
    expect((await request('GET', '/api/scenarios')).json).toEqual(arena.scenarios());
    expect((await request('GET', '/api/scenarios/roundabout-v1')).json).toEqual(arena.scenarios()[0]);
    expect((await request('GET', '/api/agents')).json).toEqual(await arena.agents());
    expect((await request('GET', '/api/agents/ant')).json).toEqual(await arena.agent('ant'));
    expect((await request('GET', '/api/matches')).json).toEqual({ matches: [matchResource('m1')], total: 1 });
    expect((await request('GET', '/api/matches/m1')).json).toEqual(matchResource('m1'));
    expect((await request('GET', '/api/ratings')).json).toEqual(await arena.ratings());
    expect((await request('GET', '/api/ratings/ant@1/history')).json).toEqual(await arena.ratingHistory('ant@1'));
    expect((await request('GET', `/api/ratings/${encodeURIComponent('ant@1')}/history`)).status).toBe(200);
  });

  test('the query of a list reaches the arena, with defaults for what is not given', async () => {
    await request('GET', '/api/matches?status=running&agent=ant&limit=7&offset=3');
    expect(arena.lastQuery).toEqual({ status: 'running', agent: 'ant', limit: 7, offset: 3 });
    await request('GET', '/api/matches');
    expect(arena.lastQuery).toEqual({ limit: 50, offset: 0 });
  });

  test('the gateway tells nothing of a match that its schema does not have, such as a seed that slipped in', async () => {
    const leaky = {
      ...matchResource('m1'),
      matchSeed: '4711',
      seats: matchResource('m1').seats.map((seat) => ({ ...seat, secret: '4711' })),
    };
    arena.add(leaky);
    const { text, json } = await request('GET', '/api/matches/m1');
    expect(text).not.toContain('4711');
    expect(checker(MatchResource)(json)).toEqual(matchResource('m1'));
    expect(json.seed).toBeNull();
  });

  test('a match of a running state keeps its log', async () => {
    arena.add(matchResource('m1'));
    expect(await refused('GET', '/api/matches/m1/log')).toEqual([409, 'log-not-ready', '']);
  });

  test('metrics are in the text format of Prometheus and count matches once each', async () => {
    metrics.match(matchResource('m1', { status: 'waiting' }));
    metrics.match(matchResource('m2', { status: 'running' }));
    for (const verification of ['pending', 'verified'] as const)
      metrics.match(matchResource('m2', { status: 'ended', outcome: 'finished', verification }));
    metrics.agentMessagesIn += 5;
    const first = await request('GET', '/api/metrics');
    const { text, headers } = await request('GET', '/api/metrics');
    expect(first.status).toBe(200);
    expect(headers['content-type']).toContain('text/plain');
    expect(text).toContain('gauntlet_matches{status="waiting"} 1\n');
    expect(text).toContain('gauntlet_matches{status="running"} 0\n');
    expect(text).toContain('gauntlet_matches_ended_total{outcome="finished"} 1\n');
    expect(text).toContain('gauntlet_agent_messages_in_total 5\n');
    expect(text).toMatch(/process_cpu_seconds_total \d/);
  });

  test('every route is described, with its answers and its errors', async () => {
    const { json } = await request('GET', '/api/openapi.json');
    expect(json.openapi).toBe('3.1.0');
    expect(Object.keys(json.paths).sort()).toEqual([
      '/api/agents',
      '/api/agents/{name}',
      '/api/agents/{name}/versions',
      '/api/health',
      '/api/matches',
      '/api/matches/{id}',
      '/api/matches/{id}/log',
      '/api/matches/{id}/stop',
      '/api/metrics',
      '/api/ratings',
      '/api/ratings/{agentVersion}/history',
      '/api/scenarios',
      '/api/scenarios/{id}',
      '/api/schemas',
      '/api/schemas/{name}',
    ]);
    for (const [path, methods] of Object.entries<Record<string, Answer['json']>>(json.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        expect(operation.summary, `${method} ${path}`).toBeTruthy();
        const statuses = Object.keys(operation.responses);
        expect(statuses, `${method} ${path}`).toEqual(expect.arrayContaining(['4XX', '5XX']));
        expect(operation.security, `${method} ${path}`).toEqual(method === 'post' ? [{ organiser: [] }] : undefined);
      }
    }
    expect(
      json.paths['/api/matches/{id}'].get.responses['200'].content['application/json'].schema.properties.seats.type,
    ).toBe('array');
  });

  test('the published schemas can be listed and read, and nothing else of the disk', async () => {
    const { json: names } = await request('GET', '/api/schemas');
    expect(Array.isArray(names)).toBe(true);
    for (const name of names) expect((await request('GET', `/api/schemas/${name}`)).json).toBeTypeOf('object');
    for (const name of ['none', '..%2F..%2Fpackage', '%2Fetc%2Fpasswd'])
      expect((await refused('GET', `/api/schemas/${name}`))[1]).toBe('not-found');
  });
});

describe('what changes things', () => {
  const agent = { name: 'cat' };
  const match = { scenario: 'roundabout-v1', agents: ['ant'] };
  const routes = [
    ['/api/agents', agent],
    ['/api/agents/ant/versions', { version: '2' }],
    ['/api/matches', match],
    ['/api/matches/m1/stop', undefined],
  ] as const;

  test.each(routes)('POST %s is for the organiser alone', async (url, body) => {
    expect(await refused('POST', url, { body })).toEqual([401, 'missing-token', '/headers/authorization']);
    expect((await request('POST', url, { body })).headers['www-authenticate']).toBe('Bearer');
    expect(await refused('POST', url, { body, headers: { authorization: 'Basic b3JnOm9yZw==' } })).toEqual([
      401,
      'missing-token',
      '/headers/authorization',
    ]);
    expect(await refused('POST', url, { body, token: 'gnt_nobody' })).toEqual([
      401,
      'invalid-token',
      '/headers/authorization',
    ]);
    expect(await refused('POST', url, { body, token: TOKENS.agent })).toEqual([
      403,
      'forbidden',
      '/headers/authorization',
    ]);
    expect(await refused('POST', url, { body, token: TOKENS.seat })).toEqual([
      403,
      'forbidden',
      '/headers/authorization',
    ]);
    // Whoever may not post is told so before the body is looked at.
    expect(await refused('POST', url, { body: '{"broken', headers: { 'content-type': 'application/json' } })).toEqual([
      401,
      'missing-token',
      '/headers/authorization',
    ]);
  });

  test('the organiser adds agents, versions and matches, and stops matches', async () => {
    const token = TOKENS.organiser;
    const created = await request('POST', '/api/agents', { token, body: agent });
    expect([created.status, created.headers['location'], created.json.token]).toEqual([
      201,
      '/api/agents/cat',
      'gnt_new',
    ]);
    expect((await request('POST', '/api/agents/cat/versions', { token, body: { version: '2' } })).json.version.id).toBe(
      'cat@2',
    );
    const started = await request('POST', '/api/matches', {
      token,
      body: { ...match, parameters: { friction: 0.5 }, seed: '7' },
    });
    expect([started.status, started.headers['location']]).toEqual([201, '/api/matches/new']);
    expect(arena.created).toEqual([{ ...match, parameters: { friction: 0.5 }, seed: '7' }]);
    arena.add(matchResource('m1'));
    expect((await request('POST', '/api/matches/m1/stop', { token })).json.outcome).toBe('void');
    expect(
      (await request('POST', '/api/matches/m1/stop', { token, headers: { authorization: `bearer ${token}` } })).status,
    ).toBe(200);
  });

  test('an agent cannot be added twice', async () => {
    expect(await refused('POST', '/api/agents', { token: TOKENS.organiser, body: { name: 'ant' } })).toEqual([
      409,
      'already-exists',
      '',
    ]);
  });

  test.each<[string, unknown, string]>([
    ['a missing field', { agents: ['ant'] }, '/scenario'],
    ['an unknown field', { ...match, speed: 3 }, '/speed'],
    ['a wrong type', { ...match, agents: 'ant' }, '/agents'],
    ['a wrong type, deep', { ...match, parameters: { friction: 'wet' } }, '/parameters/friction'],
    [
      'a number as text, which bodies do not convert',
      { ...match, parameters: { friction: '0.5' } },
      '/parameters/friction',
    ],
    ['too few agents', { ...match, agents: [] }, '/agents'],
    ['a seed that is no number', { ...match, seed: 'lucky' }, '/seed'],
    ['a clock that there is not', { ...match, clock: 'sundial' }, '/clock'],
    ['an array', [match], ''],
    [
      'infinity, as JSON can say it',
      '{"scenario":"roundabout-v1","agents":["ant"],"parameters":{"friction":1e999}}',
      '/parameters/friction',
    ],
  ])('a body with %s is refused by the name of the field', async (_, body, path) => {
    const headers = { 'content-type': 'application/json' };
    expect(
      await refused('POST', '/api/matches', {
        token: TOKENS.organiser,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers,
      }),
    ).toEqual([400, 'invalid-request', path]);
    expect(arena.created).toEqual([]);
  });

  test('an error says what was expected and what came', async () => {
    const { json } = await request('POST', '/api/matches', {
      token: TOKENS.organiser,
      body: { ...match, clock: 'sundial' },
    });
    expect(json.error).toMatchObject({ expected: '"lockstep" or "realtime" or "unpaced"', actual: '"sundial"' });
  });
});

describe('what is not there, or is not right, is answered with an error of the declared form', () => {
  test.each<[string, 'GET' | 'POST' | 'PUT', string, number, string]>([
    ['an address', 'GET', '/api/nothing', 404, 'not-found'],
    ['an address outside the API', 'GET', '/nothing.js', 404, 'not-found'],
    ['a method', 'PUT', '/api/matches', 404, 'not-found'],
    ['a scenario', 'GET', '/api/scenarios/moon-v1', 404, 'unknown-scenario'],
    ['an agent', 'GET', '/api/agents/cat', 404, 'unknown-agent'],
    ['an agent version', 'GET', '/api/ratings/cat@1/history', 404, 'unknown-agent'],
    ['a match', 'GET', '/api/matches/m9', 404, 'unknown-match'],
    ['the log of a match', 'GET', '/api/matches/m9/log', 404, 'unknown-match'],
    ['a limit', 'GET', '/api/matches?limit=0', 400, 'invalid-request'],
    ['a limit that is infinite', 'GET', '/api/matches?limit=Infinity', 400, 'invalid-request'],
    ['a status', 'GET', '/api/matches?status=lost', 400, 'invalid-request'],
    ['a field of the query', 'GET', '/api/matches?colour=red', 400, 'invalid-request'],
    ['a percent sign', 'GET', '/api/matches/%zz', 400, 'invalid-request'],
    ['a name of any length', 'GET', `/api/agents/${'a'.repeat(500)}`, 404, 'not-found'],
  ])('%s', async (_, method, url, status, code) => {
    expect((await refused(method, url)).slice(0, 2)).toEqual([status, code]);
  });

  test('bodies that are too large, of another type, broken, empty or poisonous', async () => {
    const token = TOKENS.organiser;
    const json = { 'content-type': 'application/json' };
    const post = (body: string, headers: Record<string, string>) =>
      refused('POST', '/api/matches', { token, body, headers });
    expect(await post(JSON.stringify({ x: 'x'.repeat(70_000) }), json)).toEqual([413, 'message-too-large', '']);
    expect(await post('<a/>', { 'content-type': 'text/xml' })).toEqual([415, 'invalid-request', '']);
    expect(await post('{"scenario":', json)).toEqual([400, 'invalid-request', '']);
    expect(await post('', json)).toEqual([400, 'invalid-request', '']);
    expect(await post('{"__proto__":{"admin":true}}', json)).toEqual([400, 'invalid-request', '']);
  });

  test('a mistake of the arena is told as an id only, and logged under it with the stack', async () => {
    arena.failure = new TypeError('secret detail');
    const { status, json, text } = await request('GET', '/api/agents');
    expect([status, json.error.code]).toEqual([500, 'internal']);
    expect(text).not.toContain('secret');
    const entry = logged
      .map((line) => JSON.parse(line) as { id?: string; err?: { stack: string } })
      .find(({ id }) => id === json.error.actual);
    expect(entry?.err?.stack).toContain('secret detail');
  });

  test('a locked database is told as such, with when to try again', async () => {
    arena.failure = new GauntletError('store-unavailable', 'locked');
    const { status, json, headers } = await request('GET', '/api/agents');
    expect([status, json.error.code, headers['retry-after']]).toEqual([503, 'store-unavailable', '5']);
  });
});

describe('the log of an ended match', () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
  const url = '/api/matches/m1/log';
  const get = (headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    app.inject({ method, url, headers });

  beforeEach(() => {
    arena.add(matchResource('m1', { status: 'ended', outcome: 'finished', seed: '7', scenario: 'a/../"b' }));
    writeFileSync(join(folder, 'some.mcap'), bytes);
    arena.logs.set('m1', join(folder, 'some.mcap'));
  });

  test('comes whole, as a download with a harmless name', async () => {
    const { statusCode, headers, rawPayload } = await get();
    expect(statusCode).toBe(200);
    expect(rawPayload.equals(bytes)).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'application/mcap',
      'content-length': '100000',
      'accept-ranges': 'bytes',
    });
    expect(headers['content-disposition']).toBe('attachment; filename="a_.._b-m1.mcap"');
  });

  test('comes in ranges', async () => {
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 0],
      ['bytes=100-299', 100, 299],
      ['bytes=-10', 99_990, 99_999],
      ['bytes=99990-200000', 99_990, 99_999],
    ] as const) {
      const { statusCode, headers, rawPayload } = await get({ range });
      expect([statusCode, headers['content-range']]).toEqual([206, `bytes ${start}-${end}/100000`]);
      expect(rawPayload.equals(bytes.subarray(start, end + 1))).toBe(true);
    }
  });

  test('a range past the end is refused with the size, another unit is ignored', async () => {
    const past = await get({ range: 'bytes=100000-' });
    expect([past.statusCode, past.headers['content-range']]).toEqual([416, 'bytes */100000']);
    expect(checkError(past.json()).error.path).toBe('/headers/range');
    expect((await get({ range: 'lines=1-2' })).statusCode).toBe(200);
  });

  test('If-Range continues a download only of the same file', async () => {
    const { etag, 'last-modified': modified } = (await get()).headers as { etag: string; 'last-modified': string };
    expect((await get({ range: 'bytes=5-9', 'if-range': etag })).statusCode).toBe(206);
    expect((await get({ range: 'bytes=5-9', 'if-range': modified })).statusCode).toBe(206);
    const other = await get({ range: 'bytes=5-9', 'if-range': '"other"' });
    expect([other.statusCode, other.rawPayload.length]).toEqual([200, 100_000]);
    const known = await get({ 'if-none-match': etag });
    expect([known.statusCode, known.rawPayload.length]).toEqual([304, 0]);
  });

  test('HEAD tells the size and sends nothing', async () => {
    const { statusCode, headers, rawPayload } = await get({}, 'HEAD');
    expect([statusCode, headers['content-length'], rawPayload.length]).toEqual([200, '100000', 0]);
    expect((await get({ range: 'bytes=0-9' }, 'HEAD')).headers['content-length']).toBe('10');
  });

  test('a match that left no log, or whose file is gone, has none to give', async () => {
    arena.logs.set('m1', join(folder, 'gone.mcap'));
    expect((await refused('GET', url)).slice(0, 2)).toEqual([404, 'not-found']);
    arena.logs.delete('m1');
    expect((await refused('GET', url)).slice(0, 2)).toEqual([404, 'not-found']);
  });

  test.each(['..%2F..%2Fetc%2Fpasswd', '%2e%2e%2fsome.mcap', 'some.mcap', '%00'])(
    'no address reaches the file system: %s',
    async (id) => {
      expect((await refused('GET', `/api/matches/${id}/log`))[1]).toBe('unknown-match');
    },
  );
});

describe('the viewer', () => {
  test.each(['/', '/ranking', '/matches', '/matches/m1', '/agents/ant', '/matches/m1?tick=9'])(
    '%s is the page',
    async (url) => {
      const { status, text, headers } = await request('GET', url);
      expect([status, text]).toEqual([200, '<title>Gauntlet</title>']);
      expect(headers['cache-control']).toBe('no-cache');
      expect(headers['content-security-policy']).toMatch(/default-src 'self'/);
      expect(headers['content-security-policy']).not.toMatch(/https?:|\*|'unsafe-eval'/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  test('files whose names hold a hash are kept for good, others are asked for again', async () => {
    expect((await request('GET', '/assets/index-Ab12Cd34.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    );
    expect((await request('GET', '/favicon.svg')).headers['cache-control']).toBe('no-cache');
  });

  test.each(['/../secret', '/..%2fsecret', '/assets/..%2f..%2fsecret', '/.env', '/assets/none-Ab12Cd34.js'])(
    'nothing outside its folder: %s',
    async (url) => {
      writeFileSync(join(folder, '.env'), 'secret');
      const { status, json } = await request('GET', url);
      expect(status).toBeGreaterThanOrEqual(400);
      checkError(json);
    },
  );

  test('without a built viewer the page says how to build one, and the API works', async () => {
    const bare = createApp({ arena, metrics, viewerDir: null }, pino({ level: 'silent' }), DEFAULT_GATEWAY_LIMITS);
    const page = await bare.inject('/');
    expect([page.statusCode, checkError(page.json()).error.message]).toEqual([
      404,
      expect.stringContaining('npm start'),
    ]);
    expect((await bare.inject('/api/health')).statusCode).toBe(200);
    await bare.close();
  });
});
