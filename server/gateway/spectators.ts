import type { Server as HttpServer } from 'node:http';
import type {
  ArenaToSpectator,
  MatchResource,
  Scene,
  SpectatorToArena,
  WatchAnswer,
} from '@gauntlet/agents-sdk/protocol';
import type { Logger } from 'pino';
import { Server, type Socket } from 'socket.io';
import type { Arena } from './arena.ts';
import { publicError } from './errors.ts';
import type { GatewayLimits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import { findMatch } from './routes/matches.ts';
import { WatchedMatch } from './watched-match.ts';

export interface SpectatorOptions {
  readonly arena: Arena;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly limits: GatewayLimits;
}

interface SpectatorData {
  /** Matches that are watched, or asked for and not yet answered. */
  watching: Set<string>;
  /** Requests since `windowStart`, ms. */
  requests: number;
  windowStart: number;
}

type Internal = Record<string, never>;
type Spectator = Socket<SpectatorToArena, ArenaToSpectator, Internal, SpectatorData>;

const LOBBY = 'lobby';
const WINDOW_MS = 10_000;
/** How many matches a newcomer to the lobby is told of. */
const LOBBY_MATCHES = 50;

/** Where people watch: socket.io, one room a match. Nothing that a spectator sends can reach a match. */
export class Spectators {
  readonly #io: Server<SpectatorToArena, ArenaToSpectator, Internal, SpectatorData>;
  readonly #options: SpectatorOptions;
  readonly #watched = new Map<string, WatchedMatch>();

  constructor(server: HttpServer, options: SpectatorOptions) {
    const { metrics, limits } = options;
    this.#options = options;
    this.#io = new Server(server, {
      path: '/socket.io',
      serveClient: false,
      transports: ['websocket', 'polling'],
      // Agents' connections are not for socket.io to end.
      destroyUpgrade: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: 16 * 1024,
      connectTimeout: limits.helloMs,
      allowRequest: (_, answer) => {
        const full = this.#io.engine.clientsCount >= limits.spectators;
        answer(full ? 'overloaded' : null, !full);
      },
    });
    this.#io.on('connection', (socket) => {
      metrics.spectators++;
      socket.data = { watching: new Set(), requests: 0, windowStart: performance.now() };
      socket.use((_, next) => this.#admit(socket, next));
      // What comes from outside can be anything, whatever the types say.
      socket.on('watch', (match: unknown, reply: unknown) => this.#answer(socket, this.#watch(socket, match, reply)));
      socket.on('unwatch', (match: unknown) => this.#unwatch(socket, match));
      socket.on('lobby', (reply: unknown) => this.#answer(socket, this.#lobby(socket, reply)));
      socket.on('disconnect', () => {
        metrics.spectators--;
        for (const match of [...socket.data.watching]) this.#unwatch(socket, match);
      });
    });
  }

  /** Tells those whom it concerns of a match that is new or has changed. */
  match(match: MatchResource): void {
    this.#io.to([LOBBY, room(match.id)]).emit('match', match);
    this.#watched.get(match.id)?.refresh();
  }

  close(): void {
    this.#io.disconnectSockets(true);
    this.#io.engine.close();
    for (const watched of this.#watched.values()) watched.close();
    this.#watched.clear();
  }

  async #watch(socket: Spectator, id: unknown, reply: unknown): Promise<void> {
    if (typeof id !== 'string' || id.length > 64 || typeof reply !== 'function') return;
    const answer = reply as (answer: WatchAnswer) => void;
    try {
      const { arena, limits } = this.#options;
      let match = await findMatch(arena, id);
      if (!socket.connected) return;
      const { watching } = socket.data;
      if (!watching.has(id) && watching.size >= limits.watchesPerSpectator) {
        return answer({
          ok: false,
          code: 'overloaded',
          message: `at most ${limits.watchesPerSpectator} matches can be watched at a time`,
        });
      }
      const watched = this.#follow(socket, id);
      if (match.status !== 'ended' && watched.scene === null) {
        await watched.whenScene(limits.sceneMs);
        match = await findMatch(arena, id);
      }
      // From here on nothing waits: the scene and the frames that follow it must fit together.
      const scene: Scene | null = match.status === 'ended' ? null : watched.scene;
      answer({ ok: true, scene, match });
      if (socket.connected && watching.has(id)) void socket.join(room(id));
    } catch (error) {
      const { code, message } = publicError(error, this.#options.logger);
      answer({ ok: false, code, message });
    }
  }

  async #lobby(socket: Spectator, reply: unknown): Promise<void> {
    if (typeof reply !== 'function') return;
    // Joined first, so that what changes meanwhile is told rather than lost.
    void socket.join(LOBBY);
    const { matches } = await this.#options.arena.matches({ limit: LOBBY_MATCHES, offset: 0 });
    (reply as (matches: MatchResource[]) => void)(matches);
  }

  #follow(socket: Spectator, id: string): WatchedMatch {
    let watched = this.#watched.get(id);
    if (!watched) {
      const frames = this.#io.to(room(id)).volatile;
      watched = new WatchedMatch(
        () => this.#options.arena.live(id),
        (bytes) => this.#frame(id, frames, bytes),
      );
      this.#watched.set(id, watched);
    }
    if (!socket.data.watching.has(id)) {
      socket.data.watching.add(id);
      watched.watchers++;
    }
    return watched;
  }

  #frame(
    id: string,
    frames: { emit(event: 'frame', match: string, bytes: Uint8Array): boolean },
    bytes: Uint8Array,
  ): void {
    const watchers = this.#io.of('/').adapter.rooms.get(room(id))?.size ?? 0;
    if (watchers === 0) return;
    // Packed once for the whole room; volatile, so that who reads too slowly skips frames instead of falling behind.
    frames.emit('frame', id, bytes);
    this.#options.metrics.framesOut += watchers;
    this.#options.metrics.spectatorBytesOut += watchers * bytes.length;
  }

  #unwatch(socket: Spectator, id: unknown): void {
    if (typeof id !== 'string' || !socket.data.watching.delete(id)) return;
    void socket.leave(room(id));
    const watched = this.#watched.get(id);
    if (!watched || --watched.watchers > 0) return;
    watched.close();
    this.#watched.delete(id);
  }

  /** Counts a request; who asks too much is shown out. */
  #admit(socket: Spectator, next: () => void): void {
    const { data } = socket;
    const now = performance.now();
    if (now - data.windowStart > WINDOW_MS) {
      data.windowStart = now;
      data.requests = 0;
    }
    if (++data.requests > this.#options.limits.spectatorRequests) socket.disconnect(true);
    else next();
  }

  /** A request that could not be answered closes the transport, so that the client connects and asks again. */
  #answer(socket: Spectator, work: Promise<void>): void {
    work.catch((error: unknown) => {
      publicError(error, this.#options.logger);
      socket.conn.close();
    });
  }
}

function room(match: string): string {
  return `match:${match}`;
}
