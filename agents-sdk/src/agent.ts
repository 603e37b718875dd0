import type { ActionByBody, DrawShape } from '../protocol/action.ts';
import type { Briefing } from '../protocol/briefing.ts';
import type { SimObservation } from '../protocol/observation.ts';
import type { Body } from '../protocol/vocabulary.ts';
import type { ClockEstimate } from './clock.ts';

/** What an agent may know at a decision beside the observation. */
export interface ActContext {
  readonly briefing: Briefing;
  /** Wall time for this decision, ms. */
  readonly deadlineMs: number;
  /** What is left of the time bank, ms. */
  readonly bankMs: number;
  /** The arena's last clock estimate, or null before the first and when the agent runs inside the arena's process. */
  readonly clock: ClockEstimate | null;
  /** The arena's clock now, ms, or null while there is no estimate. */
  arenaNow(): number | null;
}

/** The action of a body, and what watchers should see drawn beside it (world frame, metres). */
export type Decision<B extends Body = 'car'> = { readonly action: ActionByBody[B]; readonly draw?: DrawShape[] };
export type ActResult<B extends Body = 'car'> = ActionByBody[B] | Decision<B>;

/** Decides one tick. What it throws costs this tick alone: the arena applies the fallback. */
export type Act<B extends Body = 'car'> = (
  observation: SimObservation,
  context: ActContext,
) => ActResult<B> | Promise<ActResult<B>>;

/**
 * What an agent's module exports as its default: called once with the briefing, it returns the function that decides.
 * The same module runs as a process of its own and inside the arena's.
 */
export type AgentFactory<B extends Body = 'car'> = (briefing: Briefing) => Act<B>;

/** Gives an agent's factory its types. */
export function defineAgent<B extends Body = 'car'>(factory: AgentFactory<B>): AgentFactory<B> {
  return factory;
}

/**
 * The two forms of a result as one.
 * @throws TypeError when it is neither.
 */
export function decisionOf<B extends Body>(result: ActResult<B>): Decision<B> {
  if (typeof result !== 'object' || result === null) {
    throw new TypeError(`act must return an action or { action, draw }, and returned ${String(result)}`);
  }
  return 'action' in result ? result : { action: result };
}
