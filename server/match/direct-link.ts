import type { Action, Briefing, DrawShape, ObservationMessage, SimObservation } from '@gauntlet/agents-sdk/protocol';
import { GauntletError } from '@gauntlet/agents-sdk/protocol';
import type { AgentLink, Greeting, SeatPort } from './link.ts';
import { checkAction } from './messages.ts';

/** What an agent's module exports, as this process calls it; the same that an agent in a process of its own exports. */
export type DirectAgent = (briefing: Briefing) => DirectAct;
export type DirectAct = (observation: SimObservation, context: DirectContext) => DirectResult | Promise<DirectResult>;
export type DirectResult = Action | { readonly action: Action; readonly draw?: DrawShape[] };

/** There is no way between two clocks that are one: `clock` and `arenaNow` have nothing to tell. */
export interface DirectContext {
  readonly briefing: Briefing;
  readonly deadlineMs: number;
  readonly bankMs: number;
  readonly clock: null;
  arenaNow(): null;
}

/**
 * An agent in this process. It gets and gives exactly what it would over a wire: copies of its own, numbers as the codec
 * leaves them, actions checked by the same schema. Its decisions are charged with what they took themselves, not with
 * the time in which another agent had the thread. When observations come faster than it decides, it gets only the newest.
 */
export class DirectLink implements AgentLink {
  readonly waitsForThread = true;
  readonly allowanceMs = 0;
  readonly #agent: DirectAgent;
  /** Takes what the agent threw and what the arena has to say of its actions. */
  readonly #onError: (error: unknown) => void;
  #opened: { port: SeatPort; briefing: Briefing; act: DirectAct } | null = null;
  #waiting: ObservationMessage | null = null;
  #deciding = false;
  #over = false;

  constructor(agent: DirectAgent, onError: (error: unknown) => void) {
    this.#agent = agent;
    this.#onError = onError;
  }

  get connected(): boolean {
    return !this.#over;
  }

  open(greeting: Greeting, port: SeatPort): void {
    const briefing = asOnWire(greeting.briefing);
    port.connected();
    try {
      this.#opened = { port, briefing, act: this.#agent(briefing) };
    } catch (error) {
      this.#onError(error);
      port.leave('crashed', 'agent-error');
      return;
    }
    port.ready();
  }

  prepare(message: ObservationMessage): () => void {
    const copy = asOnWire(message);
    return () => {
      this.#waiting = copy;
      // One that is still deciding on an older tick keeps nobody but itself waiting.
      if (this.#deciding) this.#opened?.port.deciding(message.observation.tick);
      // After the burst: no agent decides while others still wait for their observation. And a turn of the event loop a
      // tick: signals, files and timers get theirs, however fast the agents are.
      if (!this.#deciding) setImmediate(() => void this.#decide());
    };
  }

  missed(): void {
    // The runner logs it; the agent's next observation tells the bank.
  }

  end(): void {
    this.#over = true;
    this.#waiting = null;
  }

  async #decide(): Promise<void> {
    const message = this.#waiting;
    if (!message || !this.#opened || this.#deciding) return;
    const { port, briefing, act } = this.#opened;
    const { deadlineMs, bankMs, observation } = message;
    this.#waiting = null;
    this.#deciding = true;
    const { tick } = observation;
    try {
      port.deciding(tick);
      const answer = act(observation, { briefing, deadlineMs, bankMs, clock: null, arenaNow: () => null });
      const result = answer instanceof Promise ? await answer : answer;
      if (!this.#over) answered(port, tick, result);
    } catch (error) {
      // As in a process of its own: a decision that fails is no answer, and costs this tick.
      if (!this.#over) this.#onError(error);
    }
    this.#deciding = false;
    if (this.#waiting) void this.#decide();
  }
}

/** @throws GauntletError what a session would have answered. */
function answered(port: SeatPort, tick: number, result: DirectResult): void {
  const { action, draw } =
    typeof result === 'object' && result !== null && 'action' in result ? result : { action: result, draw: undefined };
  let message;
  try {
    message = checkAction({ type: 'action', tick, action, ...(draw && { draw: structuredClone(draw) }) });
  } catch (error) {
    if (error instanceof GauntletError) port.invalid(tick, error);
    throw error;
  }
  port.action(message);
}

/** A deep copy as either codec would make it: -0 among plain numbers becomes 0, float32 data keep every bit. */
export function asOnWire<T>(value: T): T {
  if (typeof value === 'number') return (value + 0) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Float32Array) return value.slice() as T;
  if (Array.isArray(value)) return value.map(asOnWire) as T;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) copy[key] = asOnWire((value as Record<string, unknown>)[key]);
  return copy as T;
}
