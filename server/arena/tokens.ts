import type { SeatId } from '@gauntlet/agents-sdk/protocol';
import { hashToken, makeToken } from '../store/tokens.ts';

/** The tokens of programs that the arena itself starts: one a seat, for one match, never stored. */
export class SeatTokens {
  readonly #seats = new Map<string, { match: string; seat: SeatId }>();

  /** A new token for a seat. */
  issue(match: string, seat: SeatId): string {
    const token = makeToken();
    this.#seats.set(hashToken(token), { match, seat });
    return token;
  }

  find(token: string): { match: string; seat: SeatId } | null {
    return this.#seats.get(hashToken(token)) ?? null;
  }

  /** Forgets all tokens of a match. */
  revoke(match: string): void {
    for (const [hash, seat] of this.#seats) if (seat.match === match) this.#seats.delete(hash);
  }
}
