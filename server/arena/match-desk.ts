import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GauntletError, type SeatId } from '@gauntlet/agents-sdk/protocol';
import type { Logger } from 'pino';
import type { Identity } from '../gateway/arena.ts';
import type {
  MapFile,
  MatchHandle,
  MatchHost,
  MatchResult,
  MatchSpec,
  RunningAgent,
  Sandbox,
} from '../match/interfaces.ts';
import { requireScenario } from '../match/scenario-resource.ts';
import { voidResult } from '../match/void-result.ts';
import type { FinishedMatch, NewMatch, Store, StoredMatch } from '../store/store.ts';
import type { SeatTokens } from './tokens.ts';

/** How often, and after how many ms each, a result is offered to a store that is not available; fewer times at shutdown. */
const STORE_RETRIES = 60;
const STORE_RETRIES_CLOSING = 3;
const STORE_RETRY_MS = 2000;

export interface MatchDeskOptions {
  readonly store: Store;
  readonly host: MatchHost;
  readonly sandbox: Sandbox;
  readonly logger: Logger;
  readonly logDir: string;
  readonly outputDir: string;
  readonly tokens: SeatTokens;
  readonly agentUrl: () => string;
  readonly maxRunning: number;
  readonly maxQueued: number;
  readonly now: () => string;
  readonly onChange: (match: StoredMatch) => void;
  readonly onEnd: (match: StoredMatch) => void;
}

/** A match that waits or runs. The store does not keep the map that it may bring: it ends with this arena. */
interface Order {
  readonly match: StoredMatch;
  readonly map: MapFile | null;
}

interface Entry extends Order {
  handle: MatchHandle;
  /** Resolves when the match has ended and is stored. */
  ended: Promise<void>;
}

/** Takes matches from created to ended: queues them, starts the programs of built-in agents, stores the results. */
export class MatchDesk {
  readonly #options: MatchDeskOptions;
  readonly #running = new Map<string, Entry>();
  #queue: Order[] = [];
  #closing: string | null = null;

  constructor(options: MatchDeskOptions) {
    this.#options = options;
  }

  /**
   * @param map that the match is to be on, where it is none of the scenario's own.
   * @throws GauntletError `overloaded` when the queue is full, `shutting-down` at the end.
   */
  async create(request: NewMatch, map: MapFile | null = null): Promise<StoredMatch> {
    const { store, maxRunning, maxQueued, onChange } = this.#options;
    if (this.#closing !== null)
      throw new GauntletError('shutting-down', 'the arena is shutting down and takes no more matches');
    if (this.#running.size >= maxRunning && this.#queue.length >= maxQueued) {
      throw new GauntletError('overloaded', `${maxRunning} matches run and ${maxQueued} wait: try again later`);
    }
    const match = await store.createMatch(request);
    this.#queue.push({ match, map });
    onChange(match);
    this.#startNext();
    return match;
  }

  live(id: string): MatchHandle | null {
    return this.#running.get(id)?.handle ?? null;
  }

  /** Every seat of a running match that this identity may sit in, oldest match first. */
  seatsFor(identity: Identity): { match: MatchHandle; seat: SeatId }[] {
    return [...this.#running.values()].flatMap(({ match, handle }) =>
      match.seats
        .filter(({ seat, agent }) =>
          identity.role === 'seat'
            ? identity.match === match.id && identity.seat === seat
            : identity.role === 'agent' && identity.version === agent,
        )
        .map(({ seat }) => ({ match: handle, seat })),
    );
  }

  /** Ends a match as void, and waits until that is stored. */
  async stop(id: string, reason: string): Promise<void> {
    const entry = this.#running.get(id);
    if (entry) {
      entry.handle.stop(reason);
      await entry.ended;
      return;
    }
    const queued = this.#queue.find(({ match }) => match.id === id);
    if (!queued) return;
    this.#queue = this.#queue.filter((order) => order !== queued);
    const seats = queued.map ? [] : requireScenario(queued.match.scenario).seats;
    await this.#storeEnd(queued.match, voidResult(specOf(queued, this.#options.logDir), seats, reason));
  }

  async close(reason: string): Promise<void> {
    this.#closing = reason;
    const ids = [...this.#queue.map(({ match }) => match.id), ...this.#running.keys()];
    await Promise.all(ids.map((id) => this.stop(id, reason)));
  }

  #startNext(): void {
    while (this.#running.size < this.#options.maxRunning && this.#closing === null) {
      const order = this.#queue.shift();
      if (!order) return;
      this.#start(order);
    }
  }

  #start(order: Order): void {
    const { match } = order;
    const { host, store, logger, logDir, onChange } = this.#options;
    const handle = host.start(specOf(order, logDir));
    const entry: Entry = { ...order, handle, ended: Promise.resolve() };
    this.#running.set(match.id, entry);
    handle.subscribe({
      scene: () => {},
      frame: () => {},
      status: (status) => {
        if (status === 'ended') return;
        const change = status === 'running' ? { status, startedAt: this.#options.now() } : { status };
        store
          .updateMatch(match.id, change)
          .then(onChange, (err: unknown) =>
            logger.error({ err, match: match.id }, 'the status of a match could not be stored'),
          );
      },
    });
    entry.ended = this.#see(entry);
  }

  /** Follows a match to its end. Never rejects. */
  async #see({ match, handle }: Entry): Promise<void> {
    const { logger, tokens } = this.#options;
    const programs = await this.#startPrograms(match, handle);
    const result = await handle.result;
    tokens.revoke(match.id);
    // Stored first: an arena that is killed while it waits for a slow program has its result.
    await this.#storeEnd(match, result);
    await Promise.all(
      programs.map((program) =>
        program.stop().catch((err: unknown) => logger.error({ err, match: match.id }, 'an agent could not be stopped')),
      ),
    );
    this.#running.delete(match.id);
    this.#startNext();
  }

  /** Starts the programs of the seats that built-in agents fill. A program that does not start is a crash of its seat. */
  async #startPrograms(match: StoredMatch, handle: MatchHandle): Promise<RunningAgent[]> {
    const { store, sandbox, tokens, agentUrl, outputDir, logger } = this.#options;
    const folder = join(outputDir, match.id);
    const programs = await Promise.all(
      match.seats.map(async ({ seat, agent }) => {
        try {
          if ((await store.getVersion(agent))?.kind !== 'builtin') return null;
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          const program = await sandbox.start({
            agent: agent.split('@')[0] ?? agent,
            url: agentUrl(),
            token: tokens.issue(match.id, seat),
            outputFile: join(folder, `${seat}.log`),
          });
          void program.exited.then(({ code, signal }) => handle.agentExited(seat, signal ?? `exit-${code}`));
          return program;
        } catch (err) {
          logger.error({ err, match: match.id, seat }, 'an agent could not be started');
          handle.agentExited(seat, 'start-failed');
          return null;
        }
      }),
    );
    return programs.filter((program) => program !== null);
  }

  /** Tries again for a while when the database is locked or its disk full: nobody else has the result. Never rejects. */
  async #storeEnd(match: StoredMatch, result: MatchResult): Promise<void> {
    const { store, logger, onChange, onEnd, now } = this.#options;
    const ran = result.outcome !== 'void' && match.logFile !== null;
    const finished: FinishedMatch = {
      outcome: result.outcome,
      reason: result.reason,
      tick: result.ticks,
      finalHash: result.finalHash === '' ? null : result.finalHash,
      endedAt: now(),
      logFile: match.logFile,
      verification: ran ? 'pending' : 'not-applicable',
      seats: result.seats.map(({ seat, outcome, reason, score, missed, metrics, infractions }) => ({
        seat,
        outcome,
        reason,
        score,
        missed,
        metrics,
        infractions,
      })),
    };
    for (let retries = 0; ; retries++) {
      try {
        const ended = await store.finishMatch(match.id, finished);
        onChange(ended);
        if (ran) onEnd(ended);
        return;
      } catch (err) {
        const unavailable = err instanceof GauntletError && err.code === 'store-unavailable';
        if (!unavailable || retries >= (this.#closing === null ? STORE_RETRIES : STORE_RETRIES_CLOSING)) {
          logger.error(
            { err, match: match.id },
            'the result of a match could not be stored; the next start takes it up as void',
          );
          return;
        }
        logger.warn(
          { match: match.id, reason: err.message },
          'the result of a match could not be stored yet; trying again',
        );
        await new Promise((resolve) => setTimeout(resolve, STORE_RETRY_MS));
      }
    }
  }
}

function specOf({ match, map }: Order, logDir: string): MatchSpec {
  const { id, scenario, parameters, seed, clock, limits, logFile } = match;
  return {
    id,
    scenario,
    ...(map && { map }),
    parameters,
    seed,
    clock,
    agents: match.seats.map(({ agent }) => agent),
    limits,
    logFile: logFile === null ? null : join(logDir, logFile),
    logUrl: logFile === null ? null : `/api/matches/${id}/log`,
  };
}
