import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MatchResource } from '@gauntlet/agents-sdk/protocol';
import type { MatchHandle } from '../match/interfaces.ts';
import type { StoredMatch } from '../store/store.ts';

/** A match as the outside sees it: the seed only after the end, the log only when it is there. */
export function matchResource(match: StoredMatch, live: MatchHandle | null, logDir: string): MatchResource {
  const { seed, limits: _limits, logFile, ratedAt: _ratedAt, ...open } = match;
  const ended = match.status === 'ended';
  return {
    ...open,
    status: !ended && live ? (live.status === 'ended' ? 'running' : live.status) : match.status,
    tick: !ended && live ? live.tick : match.tick,
    seed: ended ? seed : null,
    log: ended && logFile !== null && existsSync(join(logDir, logFile)) ? `/api/matches/${match.id}/log` : null,
  };
}
