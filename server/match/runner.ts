import {
  encodeFrame,
  PROTOCOL_VERSION,
  type ActionRecord,
  type EntityDescription,
  type EventKind,
  type LogHeader,
  type MatchEvent,
  type Outcome,
  type Scene,
  type ScoreRecord,
} from '@gauntlet/agents-sdk/protocol';
import type { Scenario, SeatScore, StepResult, World } from '@gauntlet/sim';
import { Gate } from './gate.ts';
import type { Clock, MatchResult, MatchSpec, Recorder, SeatMatchResult } from './interfaces.ts';
import { Journal, LogFailure } from './journal.ts';
import type { AgentLink } from './link.ts';
import { briefingOf, headerOf, sceneOf, type Opening } from './opening.ts';
import { Pacer } from './pacer.ts';
import { percentile } from './percentile.ts';
import { Seat } from './seat.ts';

/** One who watches from the runner's own thread. What it throws is not the match's business. */
export interface RunnerListener {
  /** The scene at tick 0, once. */
  scene(scene: Scene): void;
  /** Bytes that the log holds too: they must not be changed. `spawned` and `removed` stand in them as well. */
  frame(
    tick: number,
    bytes: Uint8Array<ArrayBuffer>,
    spawned: readonly EntityDescription[],
    removed: readonly number[],
  ): void;
  status(status: 'waiting' | 'running' | 'ended'): void;
  /** An error behind outcome `void`. */
  fault(error: unknown): void;
}

/** All that a match runs on. */
export interface MatchParts {
  readonly clock: Clock;
  /** At tick 0. The caller frees it. */
  readonly world: World;
  readonly scenario: Pick<Scenario, 'title' | 'goal' | 'fallback'>;
  /** One a seat of the world, in its order. */
  readonly links: readonly AgentLink[];
  readonly recorder: Recorder | null;
  readonly listener: RunnerListener;
  /** Aborting ends the match as `void`, with the signal's reason. */
  readonly signal: AbortSignal;
  readonly versions: Pick<LogHeader, 'build' | 'rapier' | 'node'>;
}

/**
 * Runs one match from its first welcome to the end of its log; docs/SPEC.md, [M1] to [M30], says by which rules.
 * What the arena itself does wrong on the way is outcome `void`.
 * Rejects only when the parts do not fit each other: a RangeError when there is not one link a seat.
 */
export async function runMatch(spec: MatchSpec, parts: MatchParts): Promise<MatchResult> {
  return new MatchRunner(spec, parts).run();
}

/** The match was ended from outside. */
class Stopped extends Error {}

/** How a seat, or the match, has ended. */
interface End {
  readonly outcome: Outcome;
  readonly reason: string;
}

class MatchRunner {
  readonly #spec: MatchSpec;
  readonly #parts: MatchParts;
  readonly #gate: Gate;
  readonly #pacer: Pacer;
  readonly #journal: Journal;
  readonly #seats: Seat[];
  readonly #opening: Opening;
  /** At which tick each seat went out; the seats that never did stay at Infinity. */
  readonly #outAt: number[];
  #now: StepResult;
  #scores: SeatScore[];
  #frame: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** What the runner itself has to report with the next step. */
  #events: MatchEvent[] = [];
  #startedAt: number;

  constructor(spec: MatchSpec, parts: MatchParts) {
    const { clock, world } = parts;
    if (parts.links.length !== world.seats.length) {
      throw new RangeError(`${spec.scenario} has ${world.seats.length} seats, ${parts.links.length} links were given`);
    }
    this.#spec = spec;
    this.#parts = parts;
    this.#gate = new Gate(clock);
    this.#pacer = new Pacer(spec.clock, world.tickSeconds * 1000);
    this.#journal = new Journal(parts.recorder, world.tickSeconds);
    const maxTicks = Math.min(world.maxTicks, spec.ticks ?? Infinity);
    this.#opening = { spec, world, scenario: parts.scenario, maxTicks };
    this.#outAt = world.seats.map(() => Infinity);
    this.#now = world.look();
    this.#scores = world.scores();
    this.#startedAt = clock.now();
    this.#seats = world.seats.map(
      ({ seat }, i) =>
        new Seat({
          id: seat,
          link: parts.links[i] as AgentLink,
          clock,
          limits: spec.limits,
          fallback: parts.scenario.fallback,
          realtime: spec.clock === 'realtime',
          report: (kind, text, data) => this.#report(kind, i, text, data),
          changed: () => this.#gate.poke(),
        }),
    );
  }

  async run(): Promise<MatchResult> {
    const { signal } = this.#parts;
    const onAbort = (): void => this.#gate.poke();
    signal.addEventListener('abort', onAbort);
    let fault: { reason: string } | null = null;
    try {
      await this.#open();
      await this.#waitForAgents();
      await this.#play();
    } catch (error) {
      fault = { reason: this.#fault(error) };
    }
    signal.removeEventListener('abort', onAbort);
    return this.#end(fault);
  }

  // Opening ------------------------------------------------------------------------------------------------------------

  async #open(): Promise<void> {
    const scene = sceneOf(this.#opening);
    await this.#journal.open(headerOf(this.#opening, this.#parts.versions), scene);
    this.#tell((listener) => listener.status('waiting'));
    this.#tell((listener) => listener.scene(scene));
  }

  /** Welcomes every agent, and waits until each is ready, gone, or out of its startup time. */
  async #waitForAgents(): Promise<void> {
    const { clock } = this.#parts;
    this.#seats.forEach((seat, i) =>
      seat.link.open(
        {
          type: 'welcome',
          protocol: PROTOCOL_VERSION,
          match: this.#spec.id,
          seat: seat.id,
          briefing: briefingOf(this.#opening, i),
        },
        seat,
      ),
    );
    const openedAt = clock.now();
    await this.#gate.wait(() => {
      this.#checkStopped();
      let next: number | null = null;
      for (const seat of this.#seats) {
        if (seat.isReady || !seat.driving) continue;
        const until = (seat.connectedAt ?? openedAt) + this.#spec.limits.startupMs;
        if (clock.now() < until) next = Math.min(next ?? Infinity, until);
        else if (seat.connectedAt === null) seat.leave('disconnected', 'never-connected');
        else seat.leave('timeout', 'never-ready');
      }
      return next;
    });
  }

  // Playing ------------------------------------------------------------------------------------------------------------

  async #play(): Promise<void> {
    const { clock, world } = this.#parts;
    this.#startedAt = clock.now();
    if (!this.#retire()) {
      await this.#record([]);
      this.#publish();
      return;
    }
    this.#tell((listener) => listener.status('running'));
    this.#report('start', null, `the match starts on ${world.scenario}`, {});
    await this.#record([]);
    while (!this.#now.done && this.#now.tick < this.#opening.maxTicks) {
      await this.#until(this.#pacer.next);
      this.#release();
      await this.#collect();
      if (!this.#retire()) return;
      await this.#step(this.#actions());
    }
    this.#publish();
  }

  /** All observations of the tick in one burst, then its frame. */
  #release(): void {
    const { clock } = this.#parts;
    const releases = this.#seats.flatMap((seat, i) => {
      const observation = this.#now.observations[i];
      return observation && seat.driving ? [seat.release(observation)] : [];
    });
    const now = clock.now();
    this.#pacer.begin(now);
    for (const release of releases) release.open(now);
    for (const release of releases) release.send();
    this.#publish();
  }

  /**
   * Lockstep and unpaced: until every seat has answered or its time is over. Realtime: until the wall clock says that the
   * next tick has come, whatever was answered.
   */
  async #collect(): Promise<void> {
    const { clock } = this.#parts;
    const realtime = this.#spec.clock === 'realtime';
    const { next } = this.#pacer;
    let asked = false;
    await this.#gate.wait(() => {
      this.#checkStopped();
      const now = clock.now();
      let waiting = false;
      let due = Infinity;
      // Asked after every action of every seat: no allocation here.
      for (const seat of this.#seats) {
        seat.settle(now);
        if (!seat.waiting) continue;
        waiting = true;
        due = Math.min(due, seat.due);
      }
      if (!realtime) return waiting ? due : null;
      if (!this.#seats.some((seat) => seat.driving)) return null;
      // Even a tick that begins late waits once: what has been received must be read first.
      if (asked && now >= next) return null;
      asked = true;
      return Math.min(next, due);
    });
  }

  /** Takes the seats that leave out of the world, in seat order. Returns whether any is left, or there never was one. */
  #retire(): boolean {
    this.#seats.forEach((seat, i) => {
      if (!seat.leaving || seat.out) return;
      seat.close();
      this.#outAt[i] = this.#now.tick;
      this.#parts.world.retire(i);
      const { outcome, reason } = seat.leaving;
      this.#report('forfeit', i, `${seat.id} is out of the match: ${outcome} (${reason})`, { outcome, reason });
    });
    return this.#seats.length === 0 || this.#seats.some((seat) => !seat.out);
  }

  /** What each seat does in the coming step, in seat order. */
  #actions(): ActionRecord[] {
    return this.#seats.map((seat, i) => {
      const base = { tick: this.#now.tick, seat: i, cpuMs: null };
      if (seat.out) return { ...base, source: 'none', action: null, latencyMs: null };
      const { source, action, latencyMs } = seat.take();
      return { ...base, source, action: action === 'safe-stop' ? null : action, latencyMs };
    });
  }

  async #step(actions: readonly ActionRecord[]): Promise<void> {
    const { world } = this.#parts;
    this.#now = world.step(actions.map(({ source, action }) => action ?? (source === 'fallback' ? 'safe-stop' : null)));
    this.#scores = world.scores();
    this.#seats.forEach((seat, i) => {
      const score = this.#scores[i];
      if (seat.out || (this.#now.observations[i] !== null && score?.outcome === null)) return;
      seat.close();
      this.#outAt[i] = this.#now.tick;
      const { outcome, reason } = this.#seatEnd(i);
      this.#report('outcome', i, `${seat.id} has ended: ${outcome} (${reason})`, { outcome, reason });
    });
    await this.#record(actions);
  }

  /** Writes the present tick down. Its events are those of the step that led here and what the runner saw meanwhile. */
  async #record(actions: readonly ActionRecord[]): Promise<void> {
    const { frame, tick, hash } = this.#now;
    const events = [...this.#events, ...this.#now.events];
    this.#events = [];
    const seats = frame.seats.map((state, i) => {
      const seat = this.#seats[i] as Seat;
      return {
        ...state,
        draw: seat.draw,
        latencyMs: seat.lastLatencyMs,
        bankMs: seat.bank.leftMs,
        done: state.done || seat.out,
      };
    });
    const { entities, spawned, removed, signals } = frame;
    this.#frame = encodeFrame({ tick, entities, spawned, removed, seats, events, signals });
    await this.#journal.step(
      { tick, actions, hash, events, frame: this.#frame },
      () => this.#parts.world.keyframe(),
      () => this.#scoreSeats((i) => (this.#seats[i]?.out ? this.#seatEnd(i) : { outcome: null, reason: '' })),
    );
  }

  #publish(): void {
    const { tick, frame } = this.#now;
    this.#tell((listener) => listener.frame(tick, this.#frame, frame.spawned, frame.removed));
  }

  async #until(time: number): Promise<void> {
    const { clock } = this.#parts;
    await this.#gate.wait(() => {
      this.#checkStopped();
      return clock.now() >= time ? null : time;
    });
  }

  // Ending -------------------------------------------------------------------------------------------------------------

  /** Why the arena ends the match as void. */
  #fault(error: unknown): string {
    if (error instanceof Stopped) return error.message;
    this.#tell((listener) => listener.fault(error));
    return error instanceof LogFailure ? 'log-failed' : 'internal';
  }

  async #end(fault: { reason: string } | null): Promise<MatchResult> {
    const { clock, world, listener } = this.#parts;
    const wallSeconds = (clock.now() - this.#startedAt) / 1000;
    let end: End = fault ? { outcome: 'void', ...fault } : this.#matchEnd();
    for (const seat of this.#seats) seat.close();
    // A seat that had come to its end keeps it in a match that is broken off.
    const seatEnd = (i: number): End =>
      end.outcome === 'void' && this.#outAt[i] === Infinity ? end : this.#seatEnd(i);
    const noStepFollows = !fault && this.#outAt.some((tick, i) => tick === this.#now.tick && this.#seats[i]?.leaving);
    this.#report('outcome', null, `the match has ended: ${end.outcome} (${end.reason})`, { ...end });
    try {
      await this.#journal.close({
        tick: this.#now.tick,
        events: this.#events,
        actions: noStepFollows ? this.#actions() : [],
        outcome: end.outcome,
        seats: this.#scoreSeats(seatEnd),
      });
    } catch (error) {
      this.#tell(() => listener.fault(error));
      end = { outcome: 'void', reason: 'log-failed' };
    }
    const seats = this.#seats.map((_, i) => this.#seatResult(i, seatEnd(i)));
    const scores = seats.map(({ seat, agent, outcome, reason, score }) => ({ seat, agent, outcome, reason, score }));
    for (const seat of this.#seats)
      seat.link.end({ type: 'end', outcome: end.outcome, scores, log: this.#spec.logUrl ?? null });
    this.#tell(() => listener.status('ended'));
    const late = this.#pacer.lateness;
    return {
      ...end,
      ticks: this.#now.tick,
      simSeconds: this.#now.tick * world.tickSeconds,
      wallSeconds,
      finalHash: this.#now.hash,
      seats,
      latenessMs: { p50: percentile(late, 50), p99: percentile(late, 99), max: percentile(late, 100) },
    };
  }

  /** `finished` when any seat has finished; else as the seat that stayed longest, the first in order among equals. */
  #matchEnd(): End {
    const ends = this.#seats.map((_, i) => this.#seatEnd(i));
    if (ends.length === 0) return { outcome: 'finished', reason: 'time-limit' };
    if (ends.some((end) => end.outcome === 'finished')) {
      return {
        outcome: 'finished',
        reason: ends.some((end) => end.reason === 'time-limit') ? 'time-limit' : 'all-out',
      };
    }
    return ends[this.#outAt.indexOf(Math.max(...this.#outAt))] ?? { outcome: 'finished', reason: 'all-out' };
  }

  #seatEnd(index: number): End {
    const { leaving } = this.#seats[index] as Seat;
    if (leaving) return leaving;
    const score = this.#scores[index];
    return score?.outcome
      ? { outcome: score.outcome, reason: score.reason }
      : { outcome: 'finished', reason: 'time-limit' };
  }

  #seatResult(index: number, end: End): SeatMatchResult {
    const { seat, team, body } = this.#parts.world.seats[index] as World['seats'][number];
    const { latencies, misses } = this.#seats[index] as Seat;
    const score = this.#scores[index];
    return {
      seat,
      team,
      body: body.body,
      agent: this.#spec.agents[index] ?? '',
      ...end,
      score: score?.score ?? 0,
      metrics: score?.metrics ?? {},
      infractions: score?.infractions ?? {},
      missed: misses.inAll,
      latencyMs: { p50: percentile(latencies, 50), p99: percentile(latencies, 99) },
    };
  }

  #scoreSeats(endOf: (index: number) => { outcome: Outcome | null; reason: string }): ScoreRecord['seats'] {
    return this.#scores.map(({ seat, score, metrics, infractions }, i) => ({
      seat,
      score,
      ...endOf(i),
      metrics: { ...metrics },
      infractions: { ...infractions },
    }));
  }

  // --------------------------------------------------------------------------------------------------------------------

  #report(kind: EventKind, seat: number | null, text: string, data: MatchEvent['data']): void {
    const world = seat === null ? undefined : this.#parts.world.seats[seat];
    this.#events.push({
      tick: this.#now.tick,
      kind,
      seat: world?.seat ?? null,
      entities: world ? [world.entity] : [],
      infraction: false,
      text,
      data,
    });
  }

  #tell(what: (listener: RunnerListener) => void): void {
    try {
      what(this.#parts.listener);
    } catch {
      // A watcher's failure is its own; the match goes on.
    }
  }

  #checkStopped(): void {
    const { signal } = this.#parts;
    if (signal.aborted) throw new Stopped(String(signal.reason));
  }
}
