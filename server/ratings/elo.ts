/**
 * `start`: rating of an agent version before its first match; only differences mean anything, and 1500 is where most systems
 * begin. `k`: the most that one match can move a rating; 32 is fast enough for agents that play tens of matches, not thousands.
 */
export const DEFAULT_ELO = { start: 1500, k: 32 } as const;

/**
 * The share of the points that `a` is expected to take from `b`, 0..1: 1 / (1 + 10^((b - a) / 400)).
 * Source: A. Elo, The Rating of Chessplayers (1978), in the logistic form that most federations use.
 */
export function expectedScore(a: number, b: number): number {
  return 1 / (1 + 10 ** ((b - a) / 400));
}

/**
 * A rating after some games that are all rated from the same start value: rating + K (sum of results - sum of expected).
 * @param games result 1 for a win, 0.5 for a draw, 0 for a loss.
 */
export function update(
  rating: number,
  games: readonly { readonly opponent: number; readonly result: number }[],
  k: number = DEFAULT_ELO.k,
): number {
  let surplus = 0;
  for (const { opponent, result } of games) surplus += result - expectedScore(rating, opponent);
  return rating + k * surplus;
}

/**
 * Ratings after a match among any number, in the order given, as pairwise Elo: everyone plays everyone else once, with
 * K / (N - 1) a pair, so that nobody moves by more than K. A higher score is better, equal scores are a draw. The sum of all
 * ratings stays what it was. One who is alone does not move.
 * @throws RangeError when a rating or a score is not finite.
 */
export function freeForAll(
  players: readonly { readonly rating: number; readonly score: number }[],
  k: number = DEFAULT_ELO.k,
): number[] {
  for (const { rating, score } of players) {
    if (!Number.isFinite(rating) || !Number.isFinite(score))
      throw new RangeError(`expected a finite rating and score, got ${rating} and ${score}`);
  }
  return players.map((player, i) => {
    const games = players
      .filter((_, j) => j !== i)
      .map(({ rating, score }) => ({
        opponent: rating,
        result: player.score > score ? 1 : player.score < score ? 0 : 0.5,
      }));
    return update(player.rating, games, k / Math.max(1, players.length - 1));
  });
}
