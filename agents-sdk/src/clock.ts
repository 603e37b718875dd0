/** What the arena found out about the agent's clock, by minimum delay over its pings. All ms. */
export interface ClockEstimate {
  /** Arena clock minus agent clock. */
  readonly offsetMs: number;
  /** The true offset lies within +- this. */
  readonly boundMs: number;
  /** Round trip. */
  readonly delayMs: number;
}

/** The agent's clock: ms, monotonic, any origin. Pongs and `arenaTime` read the same one. */
export function agentNow(): number {
  return performance.now();
}

/** The arena's clock at a moment of the agent's clock, ms; off by at most `estimate.boundMs`. */
export function arenaTime(estimate: ClockEstimate, agentMs: number): number {
  return agentMs + estimate.offsetMs;
}
