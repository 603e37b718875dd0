import {
  GauntletError,
  type AgentResource,
  type AgentVersionResource,
  type CreateAgent,
  type CreateAgentVersion,
  type CreatedAgentVersion,
  type CreateMatch,
  type Hello,
  type MatchList,
  type MatchResource,
  type RatingPoint,
  type RatingResource,
  type ScenarioResource,
  type Scene,
  type SeatId,
} from '@gauntlet/agents-sdk/protocol';
import {
  DEFAULT_LIMITS,
  type Attachment,
  type MatchHandle,
  type MatchListener,
  type MatchResult,
  type MatchSpec,
  type Wire,
} from '../../match/interfaces.ts';
import type { Arena, Identity } from '../arena.ts';

export const TOKENS = { organiser: 'gnt_organiser', agent: 'gnt_agent', seat: 'gnt_seat' } as const;
const AT = '2026-01-02T03:04:05.678Z';

export function matchResource(id: string, change: Partial<MatchResource> = {}): MatchResource {
  return {
    id,
    scenario: 'roundabout-v1',
    behaviorVersion: 1,
    parameters: { friction: 0.7 },
    clock: 'lockstep',
    rated: true,
    status: 'running',
    outcome: null,
    reason: null,
    tick: 12,
    maxTicks: 1200,
    tickSeconds: 0.05,
    createdAt: AT,
    startedAt: AT,
    endedAt: null,
    seats: [
      {
        seat: 'blue-1',
        team: 'blue',
        agent: 'ant@1',
        outcome: null,
        reason: null,
        score: null,
        missed: 0,
        metrics: { distance: 1.5 },
        infractions: { collision: 1 },
        ratingBefore: null,
        ratingAfter: null,
      },
    ],
    seed: null,
    finalHash: null,
    verification: 'pending',
    log: null,
    ...change,
  };
}

export function someScene(match: string): Scene {
  return {
    match,
    scenario: 'roundabout-v1',
    title: 'Roundabout',
    tickSeconds: 0.05,
    maxTicks: 1200,
    map: { lanes: [], junctions: [], boundaries: [] } as unknown as Scene['map'],
    seats: [],
    entities: [],
  };
}

/** A match whose tests play the worker's part: they see the wires and what came over them. */
export class FakeMatch implements MatchHandle {
  readonly spec: MatchSpec;
  status: MatchHandle['status'] = 'running';
  tick = 12;
  readonly maxTicks = 1200;
  readonly result: Promise<MatchResult>;
  readonly wires: Wire[] = [];
  readonly received: (Uint8Array | string)[] = [];
  readonly listeners = new Set<MatchListener>();
  /** Connections reported closed. */
  closed = 0;
  /** Answers every message with itself. */
  echo = false;
  /** Throws when a message comes, as a mistake of ours would. */
  broken = false;
  current: Scene | null;
  #taken = false;
  #finish: (result: MatchResult) => void = () => undefined;

  constructor(id: string, scene: Scene | null = someScene(id)) {
    this.current = scene;
    this.result = new Promise((resolve) => (this.#finish = resolve));
    this.spec = {
      id,
      scenario: 'roundabout-v1',
      parameters: {},
      seed: '123456789',
      clock: 'lockstep',
      agents: ['ant@1'],
      limits: DEFAULT_LIMITS,
      logFile: null,
    };
  }

  scene(): Scene | null {
    return this.current;
  }

  attach(seat: SeatId, wire: Wire): Attachment {
    if (this.#taken) throw new GauntletError('seat-taken', `${seat} is connected already`);
    this.#taken = true;
    this.wires.push(wire);
    wire.send(wire.subprotocol === 'gauntlet.v1.json' ? '"welcome"' : Uint8Array.from([0xa2, 0x68, 0x69]));
    return {
      receive: (data) => {
        if (this.broken) throw new TypeError('secret detail');
        this.received.push(data);
        if (this.echo) wire.send(data);
      },
      closed: () => {
        this.#taken = false;
        this.closed++;
      },
    };
  }

  connected(): boolean {
    return this.#taken;
  }

  agentExited(): void {}

  subscribe(listener: MatchListener): () => void {
    this.listeners.add(listener);
    if (this.current) listener.scene(this.current);
    return () => this.listeners.delete(listener);
  }

  stop(): void {}

  frame(tick: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.tick = tick;
    for (const listener of this.listeners) listener.frame(tick, bytes);
  }

  setScene(scene: Scene): void {
    this.current = scene;
    for (const listener of this.listeners) listener.scene(scene);
  }

  end(): void {
    this.status = 'ended';
    for (const listener of this.listeners) listener.status('ended');
    this.#finish({
      outcome: 'finished',
      reason: '',
      ticks: 0,
      simSeconds: 0,
      wallSeconds: 0,
      finalHash: '',
      seats: [],
      latenessMs: { p50: 0, p99: 0, max: 0 },
    });
  }
}

/** An arena without simulation, store or processes. */
export class FakeArena implements Arena {
  readonly build = '0.0.0-test';
  readonly resources = new Map<string, MatchResource>();
  readonly handles = new Map<string, FakeMatch>();
  readonly logs = new Map<string, string>();
  readonly hellos: Hello[] = [];
  readonly created: CreateMatch[] = [];
  readonly listeners = new Set<(match: MatchResource) => void>();
  lastQuery: unknown = null;
  /** Thrown by the next listing of agents. */
  failure: Error | null = null;

  /** Forgets what the last test did; listeners stay. */
  reset(): void {
    for (const kept of [this.resources, this.handles, this.logs]) kept.clear();
    this.hellos.length = 0;
    this.created.length = 0;
    this.lastQuery = null;
    this.failure = null;
  }

  add(resource: MatchResource, handle?: FakeMatch): void {
    this.resources.set(resource.id, resource);
    if (handle) this.handles.set(resource.id, handle);
    else this.handles.delete(resource.id);
    for (const listener of this.listeners) listener(resource);
  }

  scenarios(): ScenarioResource[] {
    return [
      {
        id: 'roundabout-v1',
        title: 'Roundabout',
        description: 'Four arms.',
        behaviorVersion: 1,
        maxTicks: 1200,
        tickSeconds: 0.05,
        seats: [{ seat: 'blue-1', team: 'blue', body: 'car' }],
        parameters: { friction: { default: 0.9, min: 0.1, max: 1, unit: '1', description: 'of the road' } },
      },
    ];
  }

  async identify(token: string): Promise<Identity | null> {
    if (token === TOKENS.organiser) return { role: 'organiser' };
    if (token === TOKENS.agent) return { role: 'agent', version: 'ant@1' };
    return token === TOKENS.seat ? { role: 'seat', match: 'm1', seat: 'blue-1' } : null;
  }

  async agents(): Promise<AgentResource[]> {
    if (this.failure) throw this.failure;
    return [{ name: 'ant', kind: 'remote', description: '', createdAt: AT, versions: [version('ant', '1')] }];
  }

  async agent(name: string): Promise<AgentResource | null> {
    return (await this.agents()).find((agent) => agent.name === name) ?? null;
  }

  async createAgent(request: CreateAgent): Promise<CreatedAgentVersion> {
    if (request.name === 'ant') throw new GauntletError('already-exists', 'an agent named ant exists already');
    return { version: version(request.name, request.version ?? '1'), token: 'gnt_new' };
  }

  async createAgentVersion(name: string, request: CreateAgentVersion): Promise<CreatedAgentVersion> {
    return { version: version(name, request.version), token: 'gnt_new' };
  }

  async matches(query: { limit: number; offset: number }): Promise<MatchList> {
    this.lastQuery = query;
    const all = [...this.resources.values()];
    return { matches: all.slice(query.offset, query.offset + query.limit), total: all.length };
  }

  async match(id: string): Promise<MatchResource | null> {
    return this.resources.get(id) ?? null;
  }

  async createMatch(request: CreateMatch): Promise<MatchResource> {
    if (request.scenario !== 'roundabout-v1')
      throw new GauntletError('unknown-scenario', `there is no scenario ${request.scenario}`);
    this.created.push(request);
    return matchResource('new', { status: 'queued' });
  }

  async stopMatch(id: string): Promise<MatchResource> {
    if (!this.resources.has(id)) throw new GauntletError('unknown-match', `there is no match ${id}`);
    return matchResource(id, { status: 'ended', outcome: 'void' });
  }

  live(id: string): MatchHandle | null {
    return this.handles.get(id) ?? null;
  }

  async logFile(id: string): Promise<string | null> {
    return this.logs.get(id) ?? null;
  }

  async ratings(): Promise<RatingResource[]> {
    return [{ rank: 1, agentVersion: 'ant@1', agent: 'ant', version: '1', rating: 1516, games: 1, lastDelta: 16 }];
  }

  async ratingHistory(agentVersion: string): Promise<RatingPoint[]> {
    if (agentVersion !== 'ant@1') throw new GauntletError('unknown-agent', `there is no agent version ${agentVersion}`);
    return [{ match: 'm1', scenario: 'roundabout-v1', at: AT, before: 1500, after: 1516, score: 90, place: 1 }];
  }

  async seatFor(hello: Hello): Promise<{ match: MatchHandle; seat: SeatId }> {
    this.hellos.push(hello);
    if (hello.token !== TOKENS.seat) throw new GauntletError('invalid-token', 'this token is not known');
    const match = this.handles.get(hello.match ?? 'm1');
    if (!match) throw new GauntletError('no-match', 'no match waits for this agent');
    return { match, seat: 'blue-1' };
  }

  onMatch(listener: (match: MatchResource) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

function version(agent: string, name: string): AgentVersionResource {
  return { id: `${agent}@${name}`, agent, version: name, createdAt: AT, rating: 1516, games: 1 };
}
