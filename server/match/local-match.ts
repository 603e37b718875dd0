import type { SeatId } from '@gauntlet/agents-sdk/protocol';
import { DirectLink, type DirectAgent } from './direct-link.ts';
import type { MatchResult, MatchSpec } from './interfaces.ts';
import { realStage } from './real-stage.ts';
import type { RunnerListener } from './runner.ts';
import { stageMatch } from './stage.ts';
import { systemClock } from './system-clock.ts';

export interface LocalMatchOptions {
  /** Ends the match as `void` when aborted, with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly listener?: Partial<RunnerListener>;
  /** Takes what an agent threw, and the arena's word on actions that it refused. */
  onAgentError?(seat: SeatId, error: unknown): void;
}

/**
 * Runs a match in the calling thread, its agents called directly; it ends with the same hash as with agents in processes of
 * their own, as long as none of them misses a tick.
 * @param agents one for each seat of the scenario, in its order.
 */
export async function runLocalMatch(
  spec: MatchSpec,
  agents: readonly DirectAgent[],
  options: LocalMatchOptions = {},
): Promise<MatchResult> {
  const waiting = [...agents];
  return stageMatch(spec, await realStage(), {
    clock: systemClock,
    link: (seat) => {
      const agent = waiting.shift();
      if (!agent) throw new RangeError(`no agent for ${seat}: ${agents.length} were given`);
      return new DirectLink(agent, (error) => options.onAgentError?.(seat, error));
    },
    listener: { ...SILENT, ...options.listener },
    signal: options.signal ?? new AbortController().signal,
  });
}

const SILENT: RunnerListener = {
  scene: () => undefined,
  frame: () => undefined,
  status: () => undefined,
  fault: () => undefined,
};
