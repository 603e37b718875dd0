import type { AddressInfo } from 'node:net';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import type { Logger } from 'pino';
import { AgentSocket, refuseUpgrade } from './agent-socket.ts';
import { createApp } from './app.ts';
import type { Arena } from './arena.ts';
import { DEFAULT_GATEWAY_LIMITS, type GatewayLimits } from './limits.ts';
import { Metrics } from './metrics.ts';
import { Spectators } from './spectators.ts';

export interface GatewayOptions {
  readonly arena: Arena;
  readonly logger: Logger;
  /** The built viewer, or null when there is none. */
  readonly viewerDir: string | null;
  readonly limits?: Partial<GatewayLimits>;
}

/** The arena's edge: HTTP for organisers and pages, WebSockets for agents, socket.io for spectators, on one port. */
export interface Gateway {
  /**
   * @param address port 0 lets the system choose.
   * @throws GauntletError `cannot-listen` when the port is taken or not allowed.
   */
  listen(address: { host: string; port: number }): Promise<{ url: string }>;
  /** Tells the agents, closes every connection and the port. The matches are the arena's to end before. */
  close(): Promise<void>;
}

export function createGateway({ arena, logger, viewerDir, limits: changed = {} }: GatewayOptions): Gateway {
  const limits = { ...DEFAULT_GATEWAY_LIMITS, ...changed };
  const metrics = new Metrics();
  const app = createApp({ arena, metrics, viewerDir }, logger, limits);
  const agents = new AgentSocket({ arena, logger, metrics, limits });
  const spectators = new Spectators(app.server, { arena, logger, metrics, limits });
  const forget = arena.onMatch((match) => {
    metrics.match(match);
    spectators.match(match);
  });
  app.server.on('upgrade', (request, socket, head) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (path === '/agent') agents.upgrade(request, socket, head);
    else if (!path.startsWith('/socket.io/'))
      refuseUpgrade(
        socket,
        new GauntletError('not-found', 'agents connect to /agent', { expected: '/agent', actual: path }),
      );
  });

  return {
    async listen({ host, port }) {
      try {
        // For `localhost` fastify opens a second server, of which socket.io would not know.
        await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
      } catch (error) {
        throw explainListen(error, host, port);
      }
      const { port: chosen } = app.server.address() as AddressInfo;
      return { url: `http://${hostInUrl(host)}:${chosen}` };
    },
    async close() {
      forget();
      await agents.close();
      spectators.close();
      await app.close();
    },
  };
}

/** A host as one would type it; those that mean every address become this machine. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function explainListen(error: unknown, host: string, port: number): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const advice = {
    EADDRINUSE: `port ${port} is taken by another program, perhaps another arena: end it, or choose another port with --port`,
    EACCES: `port ${port} is not for everyone: choose one above 1023 with --port`,
    EADDRNOTAVAIL: `${host} is no address of this machine: choose another one`,
    ENOTFOUND: `${host} is no address of this machine: choose another one`,
  }[code ?? ''];
  if (advice === undefined) return error;
  return new GauntletError('cannot-listen', `cannot listen on ${host}:${port}: ${advice}`, {
    expected: 'a free port',
    actual: message,
  });
}
