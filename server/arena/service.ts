import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  GauntletError,
  type AgentResource,
  type CreateAgent,
  type CreateAgentVersion,
  type CreatedAgentVersion,
  type CreateMatch,
  type Hello,
  type MatchList,
  type MatchResource,
  type MatchStatus,
  type RatingPoint,
  type RatingResource,
  type ScenarioResource,
  type SeatId,
} from '@gauntlet/agents-sdk/protocol';
import { SCENARIOS } from '@gauntlet/scenarios';
import type { Logger } from 'pino';
import type { Arena, Identity } from '../gateway/arena.ts';
import {
  DEFAULT_LIMITS,
  type MapFile,
  type MatchHandle,
  type MatchHost,
  type MatchLimits,
  type Sandbox,
} from '../match/interfaces.ts';
import { mapScenario } from '../match/map-scenario.ts';
import { requireParameters, requireScenario, scenarioResource } from '../match/scenario-resource.ts';
import type { Store, StoredMatch } from '../store/store.ts';
import { hashToken, makeToken } from '../store/tokens.ts';
import { MatchDesk } from './match-desk.ts';
import { RatingDesk, type VerifyLog } from './rating-desk.ts';
import { recoverUnfinished, type RecoverLog } from './recovery.ts';
import { matchResource } from './resources.ts';
import { SeatTokens } from './tokens.ts';

export interface ArenaOptions {
  readonly build: string;
  readonly store: Store;
  readonly host: MatchHost;
  readonly sandbox: Sandbox;
  readonly logger: Logger;
  /** Logs go to `logs/` in it, agents' private output to `output/`. */
  readonly dataDir: string;
  /** Address of the agent gateway, for the programs that the arena starts. Asked when a match starts. */
  readonly agentUrl: () => string;
  /** Reference agents, which anyone may put into a seat. */
  readonly builtins: readonly { readonly name: string; readonly description: string }[];
  readonly verify: VerifyLog;
  readonly recover: RecoverLog;
  readonly limits?: MatchLimits;
  /** So many matches run at once; more are queued, up to `maxQueued`. */
  readonly maxRunning: number;
  readonly maxQueued: number;
}

/** The organiser's desk: joins store, match host, agents' programs, verification and ratings into the arena that its edges see. */
export class ArenaService implements Arena {
  readonly build: string;
  readonly #options: ArenaOptions;
  readonly #logDir: string;
  readonly #tokens = new SeatTokens();
  readonly #changes = new EventEmitter<{ match: [MatchResource] }>();
  readonly #desk: MatchDesk;
  readonly #ratings: RatingDesk;

  private constructor(options: ArenaOptions) {
    this.build = options.build;
    this.#options = options;
    this.#logDir = join(options.dataDir, 'logs');
    this.#changes.setMaxListeners(0);
    const onChange = (match: StoredMatch): void => this.#announce(match);
    this.#ratings = new RatingDesk({
      store: options.store,
      logger: options.logger,
      logPath: (match) => (match.logFile === null ? null : join(this.#logDir, match.logFile)),
      verify: options.verify,
      onChange,
      now: timestamp,
    });
    this.#desk = new MatchDesk({
      ...options,
      logDir: this.#logDir,
      outputDir: join(options.dataDir, 'output'),
      tokens: this.#tokens,
      now: timestamp,
      onChange,
      onEnd: (match) => this.#ratings.add(match),
    });
  }

  /**
   * Opens the arena: registers the reference agents, ends what an earlier run left unfinished as void, takes up verification
   * and rating where they stopped.
   */
  static async open(options: ArenaOptions): Promise<ArenaService> {
    for (const folder of ['logs', 'output']) mkdirSync(join(options.dataDir, folder), { recursive: true });
    const arena = new ArenaService(options);
    await arena.#registerBuiltins();
    await recoverUnfinished({
      store: options.store,
      logDir: arena.#logDir,
      logger: options.logger,
      now: timestamp,
      recover: options.recover,
    });
    for (const match of await options.store.listUnverified()) arena.#ratings.add(match);
    for (const match of await options.store.listUnrated()) arena.#ratings.add(match);
    return arena;
  }

  /** Makes the organiser's token and returns it, or null when there is one already: it is not to be had again. */
  async makeOrganiserToken(): Promise<string | null> {
    const { store } = this.#options;
    if ((await store.getSetting('organiser-token-hash')) !== null) return null;
    const token = makeToken();
    await store.setSetting('organiser-token-hash', hashToken(token));
    return token;
  }

  /** Ends every match as void, closes their logs, ends the agents. */
  async close(): Promise<void> {
    await this.#desk.close('arena-stopped');
    await this.#ratings.close();
  }

  /** Resolves when every match that has ended is verified and rated. */
  settled(): Promise<void> {
    return this.#ratings.idle();
  }

  scenarios(): ScenarioResource[] {
    return SCENARIOS.map(scenarioResource);
  }

  async identify(token: string): Promise<Identity | null> {
    const seat = this.#tokens.find(token);
    if (seat) return { role: 'seat', ...seat };
    const hash = hashToken(token);
    if (hash === (await this.#options.store.getSetting('organiser-token-hash'))) return { role: 'organiser' };
    const version = await this.#options.store.findVersionByTokenHash(hash);
    return version ? { role: 'agent', version: version.id } : null;
  }

  agents(): Promise<AgentResource[]> {
    return this.#options.store.listAgents();
  }

  agent(name: string): Promise<AgentResource | null> {
    return this.#options.store.getAgent(name);
  }

  async createAgent(request: CreateAgent): Promise<CreatedAgentVersion> {
    const token = makeToken();
    const createdAt = timestamp();
    const agent = await this.#options.store.createAgent(
      { name: request.name, kind: 'remote', description: request.description ?? '', createdAt },
      { version: request.version ?? '1', tokenHash: hashToken(token), createdAt },
    );
    const version = agent.versions[0];
    if (!version) throw new Error('an agent was created without a version');
    return { version, token };
  }

  async createAgentVersion(name: string, request: CreateAgentVersion): Promise<CreatedAgentVersion> {
    const agent = await this.agent(name);
    if (agent?.kind === 'builtin') {
      throw new GauntletError('forbidden', `${name} is a reference agent: its versions come with the arena`, {
        path: '/name',
        expected: 'an agent that connects by itself',
        actual: name,
      });
    }
    const token = makeToken();
    const version = await this.#options.store.addVersion(name, {
      version: request.version,
      tokenHash: hashToken(token),
      createdAt: timestamp(),
    });
    return { version, token };
  }

  async matches(query: { status?: MatchStatus; agent?: string; limit: number; offset: number }): Promise<MatchList> {
    const { matches, total } = await this.#options.store.listMatches(query);
    return { matches: matches.map((match) => this.#resource(match)), total };
  }

  async match(id: string): Promise<MatchResource | null> {
    const match = await this.#options.store.getMatch(id);
    return match && this.#resource(match);
  }

  /** @param prefix of the new match's id. */
  async createMatch(request: CreateMatch, prefix = 'm'): Promise<MatchResource> {
    const scenario = requireScenario(request.scenario);
    const parameters = requireParameters(scenario, request.parameters ?? {});
    const seed = request.seed ?? drawSeed();
    if (BigInt(seed) >= 2n ** 64n) {
      throw new GauntletError('invalid-request', 'the seed is too large', {
        path: '/seed',
        expected: 'less than 2^64',
        actual: seed,
      });
    }
    if (request.agents.length !== scenario.seats.length) {
      throw new GauntletError(
        'invalid-seats',
        `${scenario.id} has ${scenario.seats.length} seats, ${request.agents.length} agents were named`,
        {
          path: '/agents',
          expected: `${scenario.seats.length} agents, for ${scenario.seats.map(({ seat }) => seat).join(', ')}`,
          actual: String(request.agents.length),
        },
      );
    }
    const versions = await Promise.all(request.agents.map((name, i) => this.#version(name, `/agents/${i}`)));
    const clock = request.clock ?? 'lockstep';
    const id = matchId(prefix);
    const { maxTicks, tickSeconds } = scenarioResource(scenario);
    const match = await this.#desk.create({
      id,
      scenario: scenario.id,
      behaviorVersion: scenario.behaviorVersion,
      parameters,
      clock,
      rated: request.rated ?? clock === 'lockstep',
      seed,
      limits: this.#options.limits ?? DEFAULT_LIMITS,
      logFile: `${id}.mcap`,
      maxTicks,
      tickSeconds,
      createdAt: timestamp(),
      seats: scenario.seats.map(({ seat, team }, i) => ({ seat, team, agent: versions[i] ?? '' })),
    });
    return this.#resource(match);
  }

  /**
   * Starts traffic on a map, without contestants, to be watched. It leaves no log and no ratings.
   * @throws MapError when the file is no road map.
   */
  async showMap(map: MapFile): Promise<MatchResource> {
    const scenario = mapScenario(map);
    const { maxTicks, tickSeconds, behaviorVersion } = scenarioResource(scenario);
    const match = await this.#desk.create(
      {
        id: matchId('map'),
        scenario: scenario.id,
        behaviorVersion,
        parameters: requireParameters(scenario, {}),
        clock: 'lockstep',
        rated: false,
        seed: drawSeed(),
        limits: this.#options.limits ?? DEFAULT_LIMITS,
        logFile: null,
        maxTicks,
        tickSeconds,
        createdAt: timestamp(),
        seats: [],
      },
      map,
    );
    return this.#resource(match);
  }

  async stopMatch(id: string): Promise<MatchResource> {
    await this.#require(id);
    await this.#desk.stop(id, 'stopped');
    return this.#resource(await this.#require(id));
  }

  live(id: string): MatchHandle | null {
    return this.#desk.live(id);
  }

  async logFile(id: string): Promise<string | null> {
    const match = this.#resource(await this.#require(id));
    if (match.status !== 'ended') {
      throw new GauntletError('log-not-ready', `match ${id} is ${match.status}: its log is served once it has ended`, {
        expected: 'ended',
        actual: match.status,
      });
    }
    return match.log === null ? null : join(this.#logDir, `${id}.mcap`);
  }

  ratings(): Promise<RatingResource[]> {
    return this.#options.store.ratings();
  }

  ratingHistory(agentVersion: string): Promise<RatingPoint[]> {
    return this.#options.store.ratingHistory(agentVersion);
  }

  async seatFor(hello: Hello): Promise<{ match: MatchHandle; seat: SeatId }> {
    const identity = await this.identify(hello.token);
    if (!identity || identity.role === 'organiser') {
      throw new GauntletError('invalid-token', 'the token is not known as an agent version or a seat', {
        path: '/token',
        expected: "an agent's token",
        actual: 'another',
      });
    }
    if (hello.match !== undefined && !this.live(hello.match)) {
      const known = await this.#options.store.getMatch(hello.match);
      if (known?.status === 'ended') throw new GauntletError('match-over', `match ${hello.match} has ended`);
      if (known?.status === 'queued') {
        throw new GauntletError('no-match', `match ${hello.match} is queued: connect once it waits for its agents`, {
          path: '/match',
          expected: 'a match that waits',
          actual: 'one that is queued',
        });
      }
      throw new GauntletError('no-match', `match ${hello.match} is not running here`, {
        path: '/match',
        expected: 'a match that waits',
        actual: hello.match,
      });
    }
    const seats = this.#desk
      .seatsFor(identity)
      .filter(({ match }) => hello.match === undefined || match.spec.id === hello.match);
    // A seat that nobody is connected to comes first; else the refusal of the taken one explains itself.
    const free = seats.find(({ match, seat }) => !match.connected(seat)) ?? seats[0];
    if (!free)
      throw new GauntletError(
        'no-match',
        'no match waits for this agent: create one, or wait until it is no longer queued',
      );
    return free;
  }

  onMatch(listener: (match: MatchResource) => void): () => void {
    this.#changes.on('match', listener);
    return () => this.#changes.off('match', listener);
  }

  #resource(match: StoredMatch): MatchResource {
    return matchResource(match, this.live(match.id), this.#logDir);
  }

  #announce(match: StoredMatch): void {
    this.#changes.emit('match', this.#resource(match));
  }

  async #require(id: string): Promise<StoredMatch> {
    const match = await this.#options.store.getMatch(id);
    if (!match)
      throw new GauntletError('unknown-match', `there is no match ${id}`, {
        path: '/id',
        expected: 'the id of a match',
        actual: id,
      });
    return match;
  }

  /** The version id of an agent name (its newest version) or of a version id. */
  async #version(name: string, path: string): Promise<string> {
    if (name.includes('@')) {
      const version = await this.#options.store.getVersion(name);
      if (version) return version.id;
    } else {
      const newest = (await this.agent(name))?.versions[0];
      if (newest) return newest.id;
    }
    throw new GauntletError('unknown-agent', `there is no agent ${name}`, {
      path,
      expected: 'the name of an agent, or agent@version',
      actual: name,
    });
  }

  async #registerBuiltins(): Promise<void> {
    const { store, builtins, build } = this.#options;
    for (const { name, description } of builtins) {
      const version = { version: build, tokenHash: null, createdAt: timestamp() };
      if (!(await store.getAgent(name)))
        await store.createAgent({ name, kind: 'builtin', description, createdAt: version.createdAt }, version);
      else if (!(await store.getVersion(`${name}@${build}`))) await store.addVersion(name, version);
    }
  }
}

/** An unsigned 64-bit number, in decimal. */
function drawSeed(): string {
  return randomBytes(8).readBigUInt64LE().toString();
}

function timestamp(): string {
  return new Date().toISOString();
}

/** Sorts by time, is safe in addresses and file names: `m-20260131-235959-4f2a9c`. */
function matchId(prefix: string): string {
  const time = timestamp().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${prefix}-${time}-${randomBytes(3).toString('hex')}`;
}
