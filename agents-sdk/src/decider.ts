import type { Briefing } from '../protocol/briefing.ts';
import type { ActionMessage, ObservationMessage } from '../protocol/messages.ts';
import type { Body } from '../protocol/vocabulary.ts';
import { decisionOf, type Act, type ActContext, type ActResult } from './agent.ts';
import { agentNow, arenaTime, type ClockEstimate } from './clock.ts';

/**
 * Calls `act` for one observation at a time and sends what it decides. When observations come faster than it decides,
 * only the newest is decided on; those between are missed.
 */
export class Decider<B extends Body> {
  clock: ClockEstimate | null = null;
  readonly #briefing: Briefing;
  readonly #act: Act<B>;
  readonly #send: (message: ActionMessage) => void;
  readonly #log: (line: string) => void;
  #waiting: ObservationMessage | null = null;
  /** What `act` is deciding on at this moment. */
  #deciding: ObservationMessage | null = null;
  /** The answer to it would come too late to be of use. */
  #lapsed = false;
  #scheduled = false;
  #answered: ActionMessage | null = null;
  #lastFailure = '';

  constructor(briefing: Briefing, act: Act<B>, send: (message: ActionMessage) => void, log: (line: string) => void) {
    this.#briefing = briefing;
    this.#act = act;
    this.#send = send;
    this.#log = log;
  }

  /**
   * A new observation. It is decided on once all that has already arrived was read, so that a backlog costs one decision.
   * One that comes again after a reconnection gets the answer that was decided before, if there is one.
   */
  offer(message: ObservationMessage): void {
    const { tick } = message.observation;
    if (this.#answered?.tick === tick) this.#send(this.#answered);
    else if (this.#deciding?.observation.tick !== tick) {
      this.#waiting = message;
      this.#schedule();
    }
  }

  /** The arena has gone on without an answer to this tick. In realtime a late answer still applies to the next. */
  missed(tick: number): void {
    if (this.#waiting?.observation.tick === tick) this.#waiting = null;
    if (this.#deciding?.observation.tick === tick && this.#briefing.clock !== 'realtime') this.#lapsed = true;
  }

  /** The match is over: nothing more is decided or sent. */
  end(): void {
    this.#waiting = null;
    this.#lapsed = true;
  }

  #schedule(): void {
    if (this.#scheduled || this.#deciding) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#decide();
    });
  }

  #decide(): void {
    const message = this.#waiting;
    if (!message) return;
    this.#waiting = null;
    this.#deciding = message;
    this.#lapsed = false;
    try {
      const result = this.#act(message.observation, this.#context(message));
      if ('then' in Object(result)) {
        (result as Promise<ActResult<B>>).then(
          (value) => this.#decided(message, value),
          (error: unknown) => this.#failed(message, error),
        );
      } else this.#decided(message, result as ActResult<B>);
    } catch (error) {
      this.#failed(message, error);
    }
  }

  #decided(message: ObservationMessage, result: ActResult<B>): void {
    const superseded = this.#waiting !== null && this.#briefing.clock !== 'realtime';
    try {
      const { action, draw } = decisionOf(result);
      const { tick } = message.observation;
      if (!superseded && !this.#lapsed) {
        this.#answered = draw === undefined ? { type: 'action', tick, action } : { type: 'action', tick, action, draw };
        this.#send(this.#answered);
      }
    } catch (error) {
      this.#failed(message, error);
      return;
    }
    this.#done();
  }

  #failed(message: ObservationMessage, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // What fails at every tick would be written twenty times a second.
    if (text !== this.#lastFailure) {
      this.#log(`act failed at tick ${message.observation.tick}, the arena applies its fallback: ${text}`);
    }
    this.#lastFailure = text;
    this.#done();
  }

  #done(): void {
    this.#deciding = null;
    if (this.#waiting) this.#schedule();
  }

  #context(message: ObservationMessage): ActContext {
    return {
      briefing: this.#briefing,
      deadlineMs: message.deadlineMs,
      bankMs: message.bankMs,
      clock: this.clock,
      arenaNow: () => this.clock && arenaTime(this.clock, agentNow()),
    };
  }
}
