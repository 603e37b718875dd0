import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { REFERENCE_AGENTS } from '../agents-sdk/agents/index.ts';
import { pino, type Logger } from 'pino';
import { lockDataFolder } from './arena/data-folder.ts';
import { startDemo } from './arena/demo.ts';
import { startMapView } from './arena/map-view.ts';
import { ArenaService } from './arena/service.ts';
import { BUILD } from './build.ts';
import { createGateway } from './gateway/gateway.ts';
import { recoverLog } from './log/recover.ts';
import { verifyInWorker } from './log/verify-in-worker.ts';
import { createMatchHost } from './match/host.ts';
import type { MapFile } from './match/interfaces.ts';
import { createProcessSandbox } from './sandbox/process.ts';
import { openSqliteStore } from './store/sqlite.ts';

/** What the demonstration plays, in turn. */
const PROGRAMME = [
  { scenario: 'highway-cut-in-v2', agents: ['lane-keeper', 'cautious'] },
  { scenario: 'roundabout-v2', agents: ['cautious', 'lane-keeper'] },
] as const;

export interface ArenaServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly dataDir: string;
  readonly demo: boolean;
  /** A map to show with traffic and no contestants, or null. */
  readonly map: MapFile | null;
  readonly logger: Logger;
}

export interface ArenaServer {
  readonly url: string;
  /** Address of the page that shows the map, or null when there is none. */
  readonly mapUrl: string | null;
  /** The organiser's token when it was made by this start. */
  readonly newOrganiserToken: string | null;
  /** Ends matches as void, closes logs, agents, sockets and the store. */
  close(): Promise<void>;
}

/**
 * Wires the arena together: store, match host, sandbox, arena, gateway.
 * @throws GauntletError `store-unavailable`, `cannot-listen`; MapError for a map that cannot be read.
 */
export async function startArenaServer({
  host,
  port,
  dataDir,
  demo,
  map,
  logger,
}: ArenaServerOptions): Promise<ArenaServer> {
  // Ends what has begun, the newest first.
  const endings: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (let end = endings.pop(); end; end = endings.pop()) await end();
  };
  try {
    endings.push(lockDataFolder(dataDir));
    const store = await openSqliteStore(join(dataDir, 'gauntlet.sqlite'));
    endings.push(() => store.close());
    const matchHost = createMatchHost({ workers: Math.max(2, availableParallelism()), logger });
    let agentUrl = '';
    const arena = await ArenaService.open({
      build: BUILD,
      store,
      host: matchHost,
      sandbox: createProcessSandbox(searchPath()),
      logger,
      dataDir,
      agentUrl: () => agentUrl,
      builtins: REFERENCE_AGENTS,
      verify: verifyInWorker,
      recover: recoverLog,
      maxRunning: Math.max(4, 2 * availableParallelism()),
      maxQueued: 1000,
    });
    const viewer = resolve(import.meta.dirname, '..', 'viewer', 'dist');
    const gateway = createGateway({ arena, logger, viewerDir: existsSync(join(viewer, 'index.html')) ? viewer : null });
    // Matches end before the sockets close, so that agents are told how.
    endings.push(
      () => gateway.close(),
      () => matchHost.close('arena-stopped'),
      () => arena.close(),
    );
    const { url } = await gateway.listen({ host, port });
    // Agents of the arena's own run on this machine, and connect where it listens.
    const { hostname, port: chosen } = new URL(url);
    agentUrl = `ws://${hostname === 'localhost' ? '127.0.0.1' : hostname}:${chosen}/agent`;
    // Not before the arena stands: a token that is made and not told would be lost.
    const newOrganiserToken = await arena.makeOrganiserToken();
    if (demo) endings.push(startDemo({ arena, logger, dataDir, programme: PROGRAMME, keepLogs: 50 }));
    let mapUrl = null;
    if (map) {
      const view = await startMapView({ arena, logger, map });
      endings.push(view.stop);
      mapUrl = `${url}/matches/${view.match}`;
    }
    return { url, mapUrl, newOrganiserToken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where agents that are commands find their programs. */
export function searchPath(): { path?: string } {
  const path = process.env['PATH'];
  return path === undefined ? {} : { path };
}

/** The arena's own log, as configured by the environment. */
export function createLogger(): Logger {
  return pino({
    level: process.env['GAUNTLET_LOG_LEVEL'] ?? 'info',
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}
