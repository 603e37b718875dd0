import type { Missed, Outcome } from '@gauntlet/agents-sdk/protocol';
import type { MatchLimits } from './interfaces.ts';

/** How a seat ends that missed too much, by what it missed most with. */
const ENDS = {
  deadline: { outcome: 'timeout', reason: 'misses' },
  stale: { outcome: 'timeout', reason: 'misses' },
  disconnected: { outcome: 'disconnected', reason: 'connection-lost' },
  invalid: { outcome: 'invalid', reason: 'invalid-actions' },
} as const satisfies Record<Missed['why'], { outcome: Outcome; reason: string }>;

/** Graded tolerance: counts misses, in a row and in all, and says when and how they end a seat's match. */
export class MissCount {
  readonly #limits: Pick<MatchLimits, 'missesInARow' | 'missesInAll'>;
  #row: Missed['why'][] = [];
  readonly #all: Missed['why'][] = [];

  constructor(limits: Pick<MatchLimits, 'missesInARow' | 'missesInAll'>) {
    this.#limits = limits;
  }

  get inARow(): number {
    return this.#row.length;
  }

  get inAll(): number {
    return this.#all.length;
  }

  add(why: Missed['why']): void {
    this.#row.push(why);
    this.#all.push(why);
  }

  /** A valid action came in time. */
  answered(): void {
    if (this.#row.length > 0) this.#row = [];
  }

  /** The end that the misses have come to, or null. */
  forfeit(): { outcome: Outcome; reason: string } | null {
    if (this.inARow >= this.#limits.missesInARow) return most(this.#row);
    if (this.inAll >= this.#limits.missesInAll) return most(this.#all);
    return null;
  }
}

/** The end of the most frequent kind; among equals, of the one that came last. */
function most(misses: readonly Missed['why'][]): { outcome: Outcome; reason: string } {
  const counts = new Map<Outcome, number>();
  let best: { outcome: Outcome; reason: string } = ENDS.deadline;
  for (const why of misses) counts.set(ENDS[why].outcome, (counts.get(ENDS[why].outcome) ?? 0) + 1);
  const highest = Math.max(...counts.values());
  for (const why of misses) if (counts.get(ENDS[why].outcome) === highest) best = ENDS[why];
  return best;
}
