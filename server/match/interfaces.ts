import type {
  ActionRecord,
  Body,
  ClockMode,
  HashRecord,
  KeyframeRecord,
  LogHeader,
  MatchEvent,
  Outcome,
  Scene,
  ScoreRecord,
  SeatId,
  Subprotocol,
  Team,
} from '@gauntlet/agents-sdk/protocol';

/** Wall-clock time, at the edge of the simulation. Tests drive one by hand. */
export interface Clock {
  /** ms, monotonic, any origin. */
  now(): number;
  /** Calls back at or after a time of `now`. The returned function cancels. */
  at(time: number, callback: () => void): () => void;
}

/** What a match grants its agents. Wall time in ms. */
export interface MatchLimits {
  readonly deadlineMs: number;
  readonly bankMs: number;
  readonly startupMs: number;
  readonly missesInARow: number;
  readonly missesInAll: number;
}

export const DEFAULT_LIMITS: MatchLimits = {
  deadlineMs: 200,
  bankMs: 2000,
  startupMs: 20_000,
  missesInARow: 40,
  missesInAll: 200,
};

/** A road map to be watched with traffic on it, as the file that it came in. */
export interface MapFile {
  /** What it is called: `Town01`. */
  readonly name: string;
  /** OpenDRIVE. */
  readonly text: string;
}

/** All that decides a match but the agents' actions, and where its log goes. It crosses threads, so it is plain data. */
export interface MatchSpec {
  readonly id: string;
  readonly scenario: string;
  /** The map that the scenario is made for, where it is none of the arena's own. Such a match has no seats. */
  readonly map?: MapFile;
  readonly parameters: Readonly<Record<string, number>>;
  /** Unsigned 64-bit, decimal. */
  readonly seed: string;
  readonly clock: ClockMode;
  /** Ends the match after so many ticks, when that is sooner than the scenario does. */
  readonly ticks?: number;
  /** Agent version id of each seat of the scenario, in its order. */
  readonly agents: readonly string[];
  readonly limits: MatchLimits;
  readonly logFile: string | null;
  /** Path at which the log will be served once the match has ended; agents are told it in `end`. */
  readonly logUrl?: string | null;
}

export interface SeatMatchResult {
  readonly seat: SeatId;
  readonly team: Team;
  readonly body: Body;
  readonly agent: string;
  readonly outcome: Outcome;
  /** Machine-readable: `goal`, `time-limit`, `misses`, `agent-exit`, `never-connected`, `flood`, ... */
  readonly reason: string;
  readonly score: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly infractions: Readonly<Record<string, number>>;
  readonly missed: number;
  /** Of its decisions, release to arrival, net of network delay. 0 when it made none. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

export interface MatchResult {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly ticks: number;
  readonly simSeconds: number;
  readonly wallSeconds: number;
  readonly finalHash: string;
  readonly seats: readonly SeatMatchResult[];
  /** How late ticks began against the wall clock, ms; zeros when unpaced. */
  readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Where a match is written down. Calls come in tick order; `tickEnd` lets it catch up and is where its failures surface. */
export interface Recorder {
  open(header: LogHeader, scene: Scene): Promise<void>;
  action(record: ActionRecord): void;
  hash(record: HashRecord): void;
  /** `encodeFrame`'s bytes. */
  frame(tick: number, bytes: Uint8Array): void;
  event(event: MatchEvent): void;
  keyframe(record: KeyframeRecord): void;
  score(record: ScoreRecord): void;
  tickEnd(tick: number): Promise<void> | void;
  close(): Promise<void>;
}

/** The way to one connected agent, whatever carries it. */
export interface Wire {
  readonly subprotocol: Subprotocol;
  /** Never blocks. A peer that does not read is closed by the carrier, which then reports it closed. */
  send(data: Uint8Array<ArrayBuffer> | string): void;
  /** A WebSocket close code and a reason of at most 120 characters. */
  close(code: number, reason: string): void;
}

/** The match's end of a wire: what the carrier calls. */
export interface Attachment {
  /** Bytes in a buffer of their own, which is the match's from then on. */
  receive(data: Uint8Array<ArrayBuffer> | string): void;
  closed(): void;
}

/** One who watches a match. Frames are shared: they must not be changed. */
export interface MatchListener {
  /** Once, before the first frame. */
  scene(scene: Scene): void;
  frame(tick: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** waiting -> running -> ended. */
  status(status: 'waiting' | 'running' | 'ended'): void;
}

/** A match as the thread that serves sockets sees it. */
export interface MatchHandle {
  readonly spec: MatchSpec;
  readonly status: 'waiting' | 'running' | 'ended';
  readonly tick: number;
  readonly maxTicks: number;
  /** The scene with all that exists at this moment, or null before there is one. */
  scene(): Scene | null;
  /**
   * Connects an agent that has said a valid hello to its seat; the match answers with `welcome`.
   * @throws GauntletError `seat-taken` while another connection of the seat answers, `match-over` after the end.
   */
  attach(seat: SeatId, wire: Wire): Attachment;
  /** Whether a connection of the seat is attached now. */
  connected(seat: SeatId): boolean;
  /** The program of a seat has ended by itself. Unless it already reached its end, the seat ends as `crashed`. */
  agentExited(seat: SeatId, reason: string): void;
  subscribe(listener: MatchListener): () => void;
  /** Ends the match as `void` and closes its log. */
  stop(reason: string): void;
  /** Never rejects: the arena's own faults are outcome `void`. */
  readonly result: Promise<MatchResult>;
}

/** Runs matches in worker threads. */
export interface MatchHost {
  start(spec: MatchSpec): MatchHandle;
  readonly running: readonly MatchHandle[];
  /** Stops every match as void, waits for their logs, ends the workers. */
  close(reason: string): Promise<void>;
}

/** Starts the programs that agents are. */
export interface Sandbox {
  /** @throws GauntletError when the program cannot be started. */
  start(program: AgentProgram): Promise<RunningAgent>;
}

export interface AgentProgram {
  /** A reference agent's name, a path to a TypeScript or JavaScript file, `cmd:COMMAND`, or `docker:IMAGE`. */
  readonly agent: string;
  /** The arena's `/agent` address and the seat's token; the program gets both as environment. */
  readonly url: string;
  readonly token: string;
  /** Where its output goes, size-limited; for its owner alone. Null discards it. */
  readonly outputFile: string | null;
}

export interface RunningAgent {
  readonly pid: number;
  /** Resolves when the program itself has ended. `lastOutput` is the end of what it printed, for its owner alone. */
  readonly exited: Promise<{ code: number | null; signal: string | null; lastOutput?: string }>;
  /** Ends it and everything it started. */
  stop(): Promise<void>;
}
