import type { MatchResource, MatchStatus } from '@gauntlet/agents-sdk/protocol';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/**
 * What the gateway counts. Counts are plain numbers, raised on the way of every message; Prometheus objects read them when
 * somebody asks.
 */
export class Metrics {
  agentConnections = 0;
  agentConnectionsTotal = 0;
  agentMessagesIn = 0;
  agentMessagesOut = 0;
  agentBytesIn = 0;
  agentBytesOut = 0;
  spectators = 0;
  framesOut = 0;
  spectatorBytesOut = 0;
  readonly #refused = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  /** Status of the matches that have not ended. */
  readonly #live = new Map<string, MatchStatus>();
  readonly #registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('gauntlet_agent_connections', 'Agents that are connected', () => this.agentConnections);
    this.#counter('gauntlet_agent_connections_total', 'Agent connections opened', () => this.agentConnectionsTotal);
    this.#counter('gauntlet_agent_messages_in_total', 'Messages from agents', () => this.agentMessagesIn);
    this.#counter('gauntlet_agent_messages_out_total', 'Messages to agents', () => this.agentMessagesOut);
    this.#counter('gauntlet_agent_bytes_in_total', 'Bytes of messages from agents', () => this.agentBytesIn);
    this.#counter('gauntlet_agent_bytes_out_total', 'Bytes of messages to agents', () => this.agentBytesOut);
    this.#gauge('gauntlet_spectators', 'Connections that watch', () => this.spectators);
    this.#counter('gauntlet_frames_out_total', 'Frames offered to spectators, one a watcher', () => this.framesOut);
    this.#counter(
      'gauntlet_spectator_bytes_out_total',
      'Bytes of frames offered to spectators',
      () => this.spectatorBytesOut,
    );
    this.#labelledCounter(
      'gauntlet_agent_refused_total',
      'Agent connections closed with an error, by its code',
      'code',
      this.#refused,
    );
    this.#labelledCounter(
      'gauntlet_matches_ended_total',
      'Matches ended since the start, by outcome',
      'outcome',
      this.#ended,
    );
    const live = this.#live;
    new Gauge({
      name: 'gauntlet_matches',
      help: 'Matches that have not ended, by status',
      labelNames: ['status'],
      registers: [this.#registry],
      collect() {
        for (const status of ['queued', 'waiting', 'running'] as const) {
          this.set({ status }, [...live.values()].filter((one) => one === status).length);
        }
      },
    });
  }

  /** Counts a match that is new or has changed. */
  match(match: MatchResource): void {
    if (match.status !== 'ended') this.#live.set(match.id, match.status);
    // A match that has ended changes once more when it is verified and rated, but it ends once.
    else if (this.#live.delete(match.id)) raise(this.#ended, match.outcome ?? 'void');
  }

  /** Counts an agent connection closed with an error. */
  refused(code: string): void {
    raise(this.#refused, code);
  }

  /** Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  #counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  #labelledCounter(name: string, help: string, label: string, counts: ReadonlyMap<string, number>): void {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [value, count] of counts) this.inc({ [label]: value }, count);
      },
    });
  }
}

function raise(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
