import type {
  ActionMessage,
  End,
  GauntletError,
  Missed,
  ObservationMessage,
  Outcome,
  Welcome,
} from '@gauntlet/agents-sdk/protocol';

/** What a seat is told at the start; the link adds whether its agent came back. */
export type Greeting = Omit<Welcome, 'resumed'>;

/** The runner's way to the agent of one seat: a `Session` over a wire, or a `DirectLink` in this process. */
export interface AgentLink {
  readonly connected: boolean;
  /** Whether time counts from `SeatPort.deciding` rather than from the release, as for agents that share this thread. */
  readonly waitsForThread: boolean;
  /** What a deadline adds for the measured network delay, ms. */
  readonly allowanceMs: number;
  /** Once, when the match has its world. From then on the link calls the port. */
  open(greeting: Greeting, port: SeatPort): void;
  /** Encodes an observation. What it returns only sends, so that all seats get theirs in one burst. */
  prepare(message: ObservationMessage): () => void;
  missed(message: Missed): void;
  /** Tells the result, lets go of the agent and of every timer. Nothing is called after it. */
  end(message: End): void;
}

/** What a link tells its seat. */
export interface SeatPort {
  connected(): void;
  disconnected(): void;
  /** The agent has read its briefing. */
  ready(): void;
  /** The agent begins to decide only now, and its time for this tick counts from here: it had to wait for the thread. */
  deciding(tick: number): void;
  /**
   * An action that matches its schema.
   * @throws GauntletError `wrong-tick`, `duplicate-action`.
   */
  action(message: ActionMessage): void;
  /** An action that does not match its schema. `tick` is the one it names, null when that is unreadable. */
  invalid(tick: number | null, error: GauntletError): void;
  /** The seat is to leave the match: its program died, or it broke the protocol. */
  leave(outcome: Outcome, reason: string): void;
  /** The observation that waits for an answer, with what is left of its deadline, for an agent that came back. */
  current(): ObservationMessage | null;
}
