import { GauntletError, type MatchSeatResource, type Verification } from '@gauntlet/agents-sdk/protocol';
import type { Logger } from 'pino';
import { DEFAULT_ELO, freeForAll } from '../ratings/elo.ts';
import type { RatingChange, Store, StoredMatch } from '../store/store.ts';

/**
 * Re-simulates a log and says whether every hash agreed, and whether it goes on to the end of the match.
 * Rejects with a GauntletError when the log cannot be read or comes from another build.
 */
export type VerifyLog = (file: string) => Promise<{ verified: boolean; complete: boolean; reason: string }>;

export interface RatingDeskOptions {
  readonly store: Store;
  readonly logger: Logger;
  /** Path of a match's log, or null. */
  readonly logPath: (match: StoredMatch) => string | null;
  readonly verify: VerifyLog;
  readonly onChange: (match: StoredMatch) => void;
  readonly now: () => string;
}

/** Verifies ended matches, one after another, and rates those whose log re-runs to the same hashes. */
export class RatingDesk {
  readonly #options: RatingDeskOptions;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RatingDeskOptions) {
    this.#options = options;
  }

  /** Queues a match that has ended. Errors are logged: the match stays as it is and is taken up again at the next start. */
  add(match: StoredMatch): void {
    this.#work = this.#work.then(async () => {
      if (this.#closed) return;
      try {
        await this.#process(match);
      } catch (error) {
        this.#options.logger.error({ err: error, match: match.id }, 'a match could not be verified or rated');
      }
    });
  }

  /** Resolves when everything queued so far is done. */
  idle(): Promise<void> {
    return this.#work;
  }

  /** Finishes what it is at, drops the rest: the store knows what is still to be done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#work;
  }

  async #process(match: StoredMatch): Promise<void> {
    const { store, onChange } = this.#options;
    let current = match;
    if (current.verification === 'pending') {
      current = await store.setVerification(match.id, await this.#verify(current));
      onChange(current);
    }
    if (current.verification !== 'verified' || !current.rated || current.ratedAt !== null) return;
    if (await this.#rate(current)) onChange((await store.getMatch(match.id)) ?? current);
  }

  async #verify(match: StoredMatch): Promise<Verification> {
    const file = this.#options.logPath(match);
    if (file === null) return 'failed';
    try {
      const { verified, complete, reason } = await this.#options.verify(file);
      if (verified && complete) return 'verified';
      this.#options.logger.warn(
        { match: match.id, reason: verified ? 'the log has no end' : reason },
        'a log did not verify: its match is not rated',
      );
    } catch (error) {
      // Anything else is the arena's own trouble, and the match stays to be verified at the next start.
      if (!(error instanceof GauntletError)) throw error;
      this.#options.logger.warn(
        { match: match.id, code: error.code, reason: error.message },
        'a log could not be verified: its match is not rated',
      );
    }
    return 'failed';
  }

  async #rate(match: StoredMatch): Promise<boolean> {
    for (;;) {
      const before = await this.#options.store.ratingsOf(match.seats.map(({ agent }) => agent));
      const changes = rateMatch(match.seats, (version) => before.get(version)?.rating ?? DEFAULT_ELO.start);
      if (changes.length === 0) return false;
      const answer = await this.#options.store.applyRatings(match.id, this.#options.now(), changes);
      if (answer !== 'stale') return answer === 'applied';
    }
  }
}

/**
 * Free-for-all Elo over the agent versions of a match. A version's result is the mean of its seats' scores; a seat that crashed,
 * timed out, vanished or cheated counts below every score. With fewer than two versions there is nothing to compare.
 */
export function rateMatch(
  seats: readonly Pick<MatchSeatResource, 'agent' | 'outcome' | 'score'>[],
  ratingOf: (version: string) => number,
): RatingChange[] {
  if (seats.some(({ outcome }) => outcome === 'void' || outcome === null)) return [];
  const versions = [...new Set(seats.map(({ agent }) => agent))];
  if (versions.length < 2) return [];
  const players = versions.map((agentVersion) => {
    const results = seats
      .filter(({ agent }) => agent === agentVersion)
      .map(({ outcome, score }) => (outcome === 'finished' ? (score ?? 0) : -1));
    return {
      agentVersion,
      before: ratingOf(agentVersion),
      score: results.reduce((sum, score) => sum + score, 0) / results.length,
    };
  });
  const after = freeForAll(players.map(({ before, score }) => ({ rating: before, score })));
  return players.map((player, i) => ({
    ...player,
    after: after[i] ?? player.before,
    place: 1 + players.filter(({ score }) => score > player.score).length,
  }));
}
