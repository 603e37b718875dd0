import type { Briefing } from '../protocol/briefing.ts';
import type { End, Missed } from '../protocol/messages.ts';
import type { Subprotocol } from '../protocol/version.ts';
import type { Body } from '../protocol/vocabulary.ts';
import type { Act } from './agent.ts';
import { Session } from './session.ts';

export interface ConnectOptions<B extends Body = 'car'> {
  /** The arena's agent address: `ws://HOST:PORT/agent`. */
  readonly url: string;
  /** The agent's, or the seat's, token. */
  readonly token: string;
  /** Decides one tick. */
  readonly act: Act<B>;
  /** Which match to join, when the agent is expected in more than one. */
  readonly match?: string;
  /** Default `gauntlet.v1.msgpack`, which is smaller and faster than JSON. */
  readonly subprotocol?: Subprotocol;
  /** Called once before the first tick. The arena waits for it up to `briefing.rules.startupMs`. */
  readonly onBriefing?: (briefing: Briefing) => void | Promise<void>;
  /** Called for each tick that the arena decided in the agent's place. */
  readonly onMissed?: (missed: Missed) => void;
  readonly onEnd?: (end: End) => void;
  /** For how long to try again when the connection is lost within a match, ms. Default 30 000; 0 never tries. */
  readonly reconnect?: number;
  /** Leaves the match when aborted. */
  readonly signal?: AbortSignal;
  /** Takes lines about what went wrong. Default: standard error. */
  readonly log?: (line: string) => void;
}

/**
 * Plays one match: connects, says hello, and answers each observation with what `act` returns.
 *
 * Resolves with the arena's `end` message. Rejects with a GauntletError when the arena refuses the agent (its code and
 * what to do), with `unreachable` when there is no connection to be had, with what `onBriefing` threw, or with the
 * reason of `signal`.
 */
export function connect<B extends Body = 'car'>(options: ConnectOptions<B>): Promise<End> {
  return new Promise((resolve, reject) => new Session(options, resolve, reject).start());
}
