/** What the gateway grants to those who connect. Tests make these smaller. Times in ms of wall time. */
export interface GatewayLimits {
  /** From the opening of an agent's connection to its hello. */
  readonly helloMs: number;
  /** Agent connections that have not said hello yet: in all, and from one address. */
  readonly strangers: number;
  readonly strangersPerAddress: number;
  /** Bytes that may wait for an agent that does not read. Some 300 observations. */
  readonly agentBacklogBytes: number;
  /** Between asking a peer to close and ending its connection. */
  readonly closeGraceMs: number;
  /**
   * Every so often agents are pinged, and after three pings without a sign of life they are gone. It must be long: an agent that
   * loads its model reads nothing for the whole start-up time.
   */
  readonly heartbeatMs: number;
  /** Watching connections, and matches that one of them may watch at a time. */
  readonly spectators: number;
  readonly watchesPerSpectator: number;
  /** Requests that a spectator may make in ten seconds. */
  readonly spectatorRequests: number;
  /** How long a watcher waits for a match that has no scene yet. */
  readonly sceneMs: number;
  /** Largest body of a request, bytes. */
  readonly bodyBytes: number;
}

export const DEFAULT_GATEWAY_LIMITS: GatewayLimits = {
  helloMs: 5_000,
  strangers: 256,
  strangersPerAddress: 64,
  agentBacklogBytes: 1024 * 1024,
  closeGraceMs: 2_000,
  heartbeatMs: 15_000,
  spectators: 2_000,
  watchesPerSpectator: 16,
  spectatorRequests: 200,
  sceneMs: 30_000,
  bodyBytes: 64 * 1024,
};
