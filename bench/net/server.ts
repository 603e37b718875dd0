// A server process of the net benchmark: `gauntlet` (agent gateway, match host, sessions) or `bare` (ws and msgpackr alone).
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SimObservation } from '@gauntlet/agents-sdk/protocol';
import { Packr } from 'msgpackr';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import { AgentSocket } from '../../server/gateway/agent-socket.ts';
import { DEFAULT_GATEWAY_LIMITS } from '../../server/gateway/limits.ts';
import { Metrics } from '../../server/gateway/metrics.ts';
import { createMatchHost } from '../../server/match/host.ts';
import { DEFAULT_LIMITS, type MatchHandle } from '../../server/match/interfaces.ts';
import { SEATS, stillWorlds } from './still-world.ts';

const [mode, matchCount, ticks] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const http = createServer();

if (mode === 'bare') {
  const packr = new Packr({ useRecords: false });
  const observation = (await stillWorlds())(1).look().observations[0]!;
  const message = { type: 'observation', deadlineMs: 200, bankMs: 2000, observation: binary(observation) };
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      packr.unpack(data);
      socket.send(packr.pack(message));
    }),
  );
} else {
  const logger = pino({ level: 'error' });
  const host = createMatchHost({ workers: 1, logger, entry: new URL('./worker.ts', import.meta.url) });
  const matches: MatchHandle[] = Array.from({ length: matchCount }, (_, i) =>
    host.start({
      id: `bench-${i}`,
      scenario: 'still-v1',
      parameters: {},
      seed: '1',
      clock: 'unpaced',
      ticks,
      agents: Array.from({ length: SEATS }, () => 'bench'),
      limits: { ...DEFAULT_LIMITS, deadlineMs: 10_000 },
      logFile: null,
    }),
  );
  const door = new AgentSocket({
    arena: {
      seatFor: async ({ token }) => {
        const [match, seat] = token.split('/');
        return { match: matches[Number(match)]!, seat: `blue-${Number(seat)}` };
      },
    },
    logger,
    metrics: new Metrics(),
    limits: DEFAULT_GATEWAY_LIMITS,
  });
  http.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head));
}

/** The observation with its arrays as the bytes that go over the socket. */
function binary(observation: SimObservation): unknown {
  return JSON.parse(JSON.stringify(observation), (key, value: unknown) => {
    if (key !== 'data') return value;
    return new Uint8Array(Float32Array.from(Object.values(value as Record<string, number>)).buffer);
  });
}

http.listen(0, '127.0.0.1', () => process.send!({ port: (http.address() as AddressInfo).port }));
// The parent asks when the load begins and when it is over.
process.on('message', () => process.send!({ cpu: process.cpuUsage() }));
