import type {
  AgentResource,
  CreateAgent,
  CreateAgentVersion,
  CreatedAgentVersion,
  CreateMatch,
  Hello,
  MatchList,
  MatchResource,
  MatchStatus,
  RatingPoint,
  RatingResource,
  ScenarioResource,
  SeatId,
} from '@gauntlet/agents-sdk/protocol';
import type { MatchHandle } from '../match/interfaces.ts';

/** Whom a token stands for. */
export type Identity =
  { role: 'organiser' } | { role: 'agent'; version: string } | { role: 'seat'; match: string; seat: SeatId };

/** The arena as its edges (REST, agent sockets, spectators) see it. Failures are GauntletErrors. */
export interface Arena {
  readonly build: string;
  scenarios(): ScenarioResource[];
  identify(token: string): Promise<Identity | null>;

  agents(): Promise<AgentResource[]>;
  agent(name: string): Promise<AgentResource | null>;
  createAgent(request: CreateAgent): Promise<CreatedAgentVersion>;
  createAgentVersion(name: string, request: CreateAgentVersion): Promise<CreatedAgentVersion>;

  matches(query: { status?: MatchStatus; agent?: string; limit: number; offset: number }): Promise<MatchList>;
  match(id: string): Promise<MatchResource | null>;
  createMatch(request: CreateMatch): Promise<MatchResource>;
  stopMatch(id: string): Promise<MatchResource>;
  /** The running match of this id, or null. */
  live(id: string): MatchHandle | null;
  /** Path of the log of a match that has ended, or null when it left none. `log-not-ready` while it runs. */
  logFile(id: string): Promise<string | null>;

  ratings(): Promise<RatingResource[]>;
  ratingHistory(agentVersion: string): Promise<RatingPoint[]>;

  /**
   * The seat that a hello is for.
   * @throws GauntletError `invalid-token`, `no-match`, `match-over`.
   */
  seatFor(hello: Hello): Promise<{ match: MatchHandle; seat: SeatId }>;
  /** Calls back whenever a match is created, changes status or outcome, is verified or rated. Returns how to stop it. */
  onMatch(listener: (match: MatchResource) => void): () => void;
}
