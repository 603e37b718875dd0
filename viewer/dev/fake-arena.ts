import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import {
  encodeFrame,
  type ArenaToSpectator,
  type MatchResource,
  type RatingPoint,
  type RatingResource,
  type SpectatorToArena,
} from '@gauntlet/agents-sdk/protocol';
import { Server as SocketServer } from 'socket.io';
import { fakeLog } from './fake-log.ts';
import { FAKE_TICKS, fakeFrame, fakeScene } from './fake-match.ts';
import { TOWN_TICKS, townFrame, townScene } from './fake-town.ts';

const TOWN = 'map-town';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** An arena without a simulation: the fake match live, its log, and a few results, so that pages can be seen and tested. */
export interface FakeArena {
  readonly url: string;
  /** Ends the live match. */
  endLive(): void;
  /** Cuts the connections of all who watch, as an arena does that shuts down. */
  dropSpectators(): void;
  close(): Promise<void>;
}

export async function startFakeArena(
  dist: string,
  options: { empty?: boolean; port?: number; startTick?: number } = {},
): Promise<FakeArena> {
  const log = await fakeLog('m-0007');
  let tick = options.startTick ?? 0;
  let townTick = tick;
  let ended = false;

  const live = () => fakeResource('m-live', ended ? 'ended' : 'running', tick);
  /** A map with traffic and no contestants. */
  const town = (): MatchResource => ({
    ...fakeResource(TOWN, 'running', 0),
    tick: townTick,
    maxTicks: TOWN_TICKS,
    scenario: 'open-traffic',
    rated: false,
    seats: [],
  });
  const next = () => fakeResource('m-next', 'running', Math.max(0, tick - 40));
  const matches = (): MatchResource[] =>
    options.empty
      ? []
      : [
          live(),
          town(),
          ...(ended ? [next()] : []),
          ...[7, 6, 5, 4].map((n) => fakeResource(`m-000${n}`, 'ended', FAKE_TICKS)),
        ];

  const http: Server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const sockets = new SocketServer<SpectatorToArena, ArenaToSpectator>(http);
  sockets.on('connection', (socket) => {
    socket.on('watch', (id, reply) => {
      const match = matches().find((candidate) => candidate.id === id);
      if (!match) return reply({ ok: false, code: 'unknown-match', message: `There is no match ${id}.` });
      if (match.status === 'running') void socket.join(id);
      const scene = id === TOWN ? townScene(id) : fakeScene(id, tick);
      reply({ ok: true, scene: match.status === 'running' ? scene : null, match });
    });
    socket.on('unwatch', (id) => void socket.leave(id));
    socket.on('lobby', (reply) => {
      void socket.join('lobby');
      reply(matches());
    });
  });
  const timer = setInterval(() => {
    townTick++;
    sockets.to(TOWN).volatile.emit('frame', TOWN, encodeFrame(townFrame(townTick)));
    tick++;
    const bytes = encodeFrame(fakeFrame(tick));
    for (const id of [ended ? 'm-next' : 'm-live']) sockets.to(id).volatile.emit('frame', id, bytes);
  }, 50);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const unknown = (code: string, message: string) =>
      json({ error: { code, message, path: '', expected: '', actual: '' } }, 404);
    if (url.pathname === '/api/matches') {
      const status = url.searchParams.get('status');
      const agent = url.searchParams.get('agent');
      const found = matches().filter(
        (match) =>
          (!status || match.status === status) && (!agent || match.seats.some((seat) => seat.agent.startsWith(agent))),
      );
      return void json({ matches: found.slice(0, Number(url.searchParams.get('limit') ?? 50)), total: found.length });
    }
    if (url.pathname === '/api/scenarios') return void json([{ id: 'roundabout-v1', title: 'Roundabout' }]);
    if (url.pathname === '/api/ratings') return void json(options.empty ? [] : RATINGS);
    const history = /^\/api\/ratings\/(.+)\/history$/.exec(url.pathname);
    if (history) return void json(HISTORY);
    const one = /^\/api\/matches\/([^/]+)(\/log)?$/.exec(url.pathname);
    if (one) {
      const match = matches().find(({ id }) => id === one[1]);
      if (!match) return void unknown('unknown-match', `There is no match ${one[1]}.`);
      if (!one[2]) return void json(match);
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      if (!range) return void response.writeHead(200).end(log);
      const [from, to] = [Number(range[1]), Math.min(log.length - 1, Number(range[2]))];
      response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${log.length}` }).end(log.subarray(from, to + 1));
      return;
    }
    if (url.pathname.startsWith('/api/')) return void unknown('not-found', 'There is nothing at this address.');
    await serveFile(url.pathname, response);
  }

  async function serveFile(path: string, response: ServerResponse): Promise<void> {
    const file = TYPES[extname(path)] ? normalize(path) : 'index.html';
    const body = await readFile(join(dist, file)).catch(() => null);
    if (!body) return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': "default-src 'self'",
    });
    response.end(body);
  }

  await new Promise<void>((resolve) => http.listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    dropSpectators: () => void sockets.disconnectSockets(true),
    endLive() {
      ended = true;
      sockets.to('lobby').emit('match', live());
      sockets.to('lobby').emit('match', next());
    },
    async close() {
      clearInterval(timer);
      await sockets.close();
      http.closeAllConnections();
    },
  };
}

function fakeResource(id: string, status: MatchResource['status'], tick: number): MatchResource {
  const ended = status === 'ended';
  const started = Date.now() - tick * 50;
  const frame = fakeFrame(ended ? FAKE_TICKS : tick);
  return {
    id,
    scenario: 'roundabout-v1',
    behaviorVersion: 1,
    parameters: { friction: 0.9 },
    clock: 'lockstep',
    rated: true,
    status,
    outcome: ended ? 'finished' : null,
    reason: ended ? 'all-done' : null,
    tick: ended ? FAKE_TICKS : tick,
    maxTicks: FAKE_TICKS,
    tickSeconds: 0.05,
    createdAt: new Date(started - 3000).toISOString(),
    startedAt: new Date(started).toISOString(),
    endedAt: ended ? new Date(Date.now() - 60_000 * (Number(id.slice(-1)) || 1)).toISOString() : null,
    seats: fakeScene(id).seats.map(({ seat, team, agent }, i) => ({
      seat,
      team,
      agent,
      outcome: ended ? 'finished' : null,
      reason: ended ? (i === 2 ? 'time-limit' : 'goal') : null,
      score: frame.seats[i]!.score,
      missed: i,
      metrics: {},
      infractions: i === 2 && ended ? { collision: 1 } : {},
      ratingBefore: ended ? 1500 : null,
      ratingAfter: ended ? 1500 + [14.2, 3.1, -17.3][i]! : null,
    })),
    seed: ended ? '7' : null,
    finalHash: ended ? 'c0ffee'.repeat(10) : null,
    verification: ended ? (id.endsWith('5') ? 'pending' : id.endsWith('4') ? 'failed' : 'verified') : 'pending',
    log: ended ? `/api/matches/${id}/log` : null,
  };
}

const RATINGS: RatingResource[] = [
  {
    rank: 1,
    agentVersion: 'lane-keeper@1.2.0',
    agent: 'lane-keeper',
    version: '1.2.0',
    rating: 1587.3,
    games: 42,
    lastDelta: 14.2,
  },
  {
    rank: 2,
    agentVersion: 'cautious@0.4.1',
    agent: 'cautious',
    version: '0.4.1',
    rating: 1512.9,
    games: 40,
    lastDelta: 3.1,
  },
  {
    rank: 3,
    agentVersion: 'lane-keeper@1.1.0',
    agent: 'lane-keeper',
    version: '1.1.0',
    rating: 1498,
    games: 12,
    lastDelta: null,
  },
  {
    rank: 4,
    agentVersion: 'tailgater@2.0.0',
    agent: 'tailgater',
    version: '2.0.0',
    rating: 1401.8,
    games: 38,
    lastDelta: -17.3,
  },
];

const HISTORY: RatingPoint[] = Array.from({ length: 40 }, (_, i) => {
  const rating = (n: number) => 1500 + 60 * Math.sin(n / 7) + n * 2;
  return {
    match: `m-000${4 + (i % 4)}`,
    scenario: i % 3 ? 'roundabout-v1' : 'highway-cut-in-v1',
    at: new Date(Date.UTC(2025, 0, 1, 12, i * 7)).toISOString(),
    before: rating(i - 1),
    after: rating(i),
    score: 60 + ((i * 37) % 40),
    place: 1 + (i % 3),
  };
});
