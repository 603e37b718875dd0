import type { Body, SeatId, Team } from '@gauntlet/agents-sdk/protocol';
import type { MatchResult, MatchSpec } from './interfaces.ts';

/** The result of a match that the arena itself broke off where nobody kept its books: every seat `void`, no scores. */
export function voidResult(
  spec: MatchSpec,
  seats: readonly { readonly seat: SeatId; readonly team: Team; readonly body: Body }[],
  reason: string,
  ticks = 0,
): MatchResult {
  return {
    outcome: 'void',
    reason,
    ticks,
    simSeconds: 0,
    wallSeconds: 0,
    finalHash: '',
    seats: seats.map(({ seat, team, body }, i) => ({
      seat,
      team,
      body,
      agent: spec.agents[i] ?? '',
      outcome: 'void',
      reason,
      score: 0,
      metrics: {},
      infractions: {},
      missed: 0,
      latencyMs: { p50: 0, p99: 0 },
    })),
    latenessMs: { p50: 0, p99: 0, max: 0 },
  };
}
