import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import { findScenario } from '@gauntlet/scenarios';
import type { MatchHost } from './interfaces.ts';
import type { FromWorker } from './port.ts';
import { RemoteMatch } from './remote-match.ts';
import { systemClock } from './system-clock.ts';

/** A worker that does not end its matches within this is ended with them, ms. */
const CLOSE_MS = 10_000;

export interface MatchHostOptions {
  /** At most so many threads; matches beyond share them. Default: one a processor, at least two. */
  readonly workers?: number;
  readonly logger?: { error(details: object, message: string): void };
  /** The workers' module. Tests give one with a world of their own. */
  readonly entry?: URL;
}

/** One thread and the matches that it runs. */
interface Slot {
  readonly worker: Worker;
  readonly matches: Map<number, RemoteMatch>;
}

/**
 * Runs matches in a pool of worker threads. Threads are made when they are needed, kept, and shared once there are as many
 * as may be: a tick costs a few ms of every 50, so that a thread carries several matches, and a match never waits for another
 * to end. A thread that dies ends its own matches as void; the next match gets a new one.
 */
export function createMatchHost(options: MatchHostOptions = {}): MatchHost {
  const limit = options.workers ?? Math.max(2, availableParallelism());
  const entry = options.entry ?? new URL('./worker.ts', import.meta.url);
  const slots = new Set<Slot>();
  let nextMatch = 0;
  let closing = false;

  function fault(error: unknown, match: string | null): void {
    options.logger?.error({ err: error, match }, 'a match met a fault of the arena');
  }

  function addSlot(): Slot {
    const slot: Slot = { worker: new Worker(entry), matches: new Map() };
    slot.worker.on('message', (said: FromWorker) => slot.matches.get(said.match)?.take(said));
    slot.worker.on('error', (error) => fault(error, null));
    slot.worker.on('exit', () => {
      slots.delete(slot);
      for (const match of slot.matches.values()) match.lost();
    });
    slots.add(slot);
    return slot;
  }

  /** An idle thread, a new one, or the one with the fewest matches. */
  function pickSlot(): Slot {
    const byLoad = [...slots].sort((a, b) => a.matches.size - b.matches.size);
    const [idlest] = byLoad;
    if (idlest && (idlest.matches.size === 0 || slots.size >= limit)) return idlest;
    return addSlot();
  }

  const running = (): RemoteMatch[] => [...slots].flatMap((slot) => [...slot.matches.values()]);

  return {
    get running() {
      return running();
    },

    start(spec) {
      if (closing) throw new GauntletError('shutting-down', 'the arena is shutting down and starts no more matches');
      const slot = pickSlot();
      const id = nextMatch++;
      const match = new RemoteMatch(spec, {
        clock: systemClock,
        seats: findScenario(spec.scenario)?.seats ?? [],
        post: (order) => slot.worker.postMessage({ ...order, match: id }),
        onFault: (error) => fault(error, spec.id),
      });
      slot.matches.set(id, match);
      void match.result.then(() => slot.matches.delete(id));
      slot.worker.postMessage({ kind: 'start', match: id, spec });
      return match;
    },

    async close(reason) {
      closing = true;
      const matches = running();
      for (const match of matches) match.stop(reason);
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
      await Promise.race([Promise.all(matches.map((match) => match.result)), patience]);
      clearTimeout(timer);
      await Promise.all([...slots].map((slot) => slot.worker.terminate()));
    },
  };
}
