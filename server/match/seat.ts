import {
  GauntletError,
  type Action,
  type ActionMessage,
  type DrawShape,
  type EventKind,
  type Fallback,
  type Missed,
  type ObservationMessage,
  type Outcome,
  type SeatId,
  type SimObservation,
} from '@gauntlet/agents-sdk/protocol';
import type { Clock, MatchLimits } from './interfaces.ts';
import type { AgentLink, SeatPort } from './link.ts';
import { MissCount } from './miss-count.ts';
import { TimeBank } from './time-bank.ts';

/** What a seat drives with in one tick, and where that came from. */
export interface AppliedAction {
  readonly source: 'agent' | 'fallback';
  readonly action: Action | 'safe-stop';
  /** ms, null for a fallback. */
  readonly latencyMs: number | null;
}

/** A tick that the seat has been told of and has not answered. */
interface OpenTick {
  readonly tick: number;
  /** From when its time counts. */
  releasedAt: number;
  /** After this the tick is missed. Infinity while its time does not count yet. */
  due: number;
  readonly allowanceMs: number;
  readonly observation: SimObservation;
}

export interface SeatSettings {
  readonly id: SeatId;
  readonly link: AgentLink;
  readonly clock: Clock;
  readonly limits: MatchLimits;
  readonly fallback: Fallback;
  /** The world does not wait: a tick stays open while later ones are released, and there is no time bank. */
  readonly realtime: boolean;
  /** Something happened that belongs into the log. */
  report(kind: EventKind, text: string, data: Record<string, number | string | boolean>): void;
  /** Something happened that the runner may be waiting for. */
  changed(): void;
}

/** The match's book of one seat: which ticks it still has to answer, what it drives with, what it missed, how it left. */
export class Seat implements SeatPort {
  readonly id: SeatId;
  readonly link: AgentLink;
  readonly bank: TimeBank;
  readonly misses: MissCount;
  readonly latencies: number[] = [];
  /** When its first connection was welcomed, by the clock, or null. */
  connectedAt: number | null = null;
  isReady = false;
  /** How it is to leave at the next step, or has left. Null while it drives, and for a seat whose end the simulation decides. */
  leaving: { readonly outcome: Outcome; readonly reason: string } | null = null;
  /** It gets no more observations and its actions no longer count. */
  out = false;
  draw: DrawShape[] = [];
  /** Of the last decision, ms; null before the first and after a miss. */
  lastLatencyMs: number | null = null;

  readonly #settings: SeatSettings;
  #open: OpenTick[] = [];
  #decision: { action: Action; latencyMs: number } | null = null;
  #lastAction: Action | null = null;
  /** The last tick that is no longer open, and how it was answered. */
  #lastAnswered = { tick: -1, valid: false };
  /** Whether the newest settled tick was missed. */
  #missing = true;

  constructor(settings: SeatSettings) {
    this.#settings = settings;
    this.id = settings.id;
    this.link = settings.link;
    this.bank = new TimeBank(settings.limits.deadlineMs, settings.realtime ? 0 : settings.limits.bankMs);
    this.misses = new MissCount(settings.limits);
  }

  /** Whether a tick waits for its answer. */
  get waiting(): boolean {
    return this.#open.length > 0;
  }

  /** When the oldest open tick will be missed; Infinity when none is open, or its time does not count yet. */
  get due(): number {
    return this.#open[0]?.due ?? Infinity;
  }

  /** Whether it still drives: neither out nor about to leave. */
  get driving(): boolean {
    return !this.out && this.leaving === null;
  }

  /** Encodes the observation of a tick. The first of the returned functions opens the tick, the second sends. */
  release(observation: SimObservation): { open: (now: number) => void; send: () => void } {
    const send = this.link.prepare(this.#message(observation, this.bank.deadlineMs));
    return {
      open: (now) => {
        const { allowanceMs, waitsForThread } = this.link;
        const open = { tick: observation.tick, releasedAt: now, due: Infinity, allowanceMs, observation };
        this.#open.push(open);
        if (!waitsForThread) this.#start(open, now);
      },
      send,
    };
  }

  /** Counts the open ticks whose time is over as missed. */
  settle(now: number): void {
    for (let open = this.#open[0]; open && open.due <= now && this.driving; open = this.#open[0]) {
      this.#miss(open.tick, this.link.connected ? 'deadline' : 'disconnected');
    }
  }

  /** What it drives with in this tick. A decision is taken once; after it the fallback applies. */
  take(): AppliedAction {
    const decision = this.#decision;
    this.#decision = null;
    if (decision) {
      this.#lastAction = decision.action;
      return { source: 'agent', action: decision.action, latencyMs: decision.latencyMs };
    }
    // In realtime a tick may come before the seat's answer is due: it holds, whatever the scenario does about a miss.
    const hold = this.#settings.fallback === 'hold' || !this.#missing;
    return { source: 'fallback', action: (hold && this.#lastAction) || 'safe-stop', latencyMs: null };
  }

  /** It is out of the match: nothing it sends counts any more. */
  close(): void {
    this.out = true;
    this.#open = [];
    this.#decision = null;
  }

  // SeatPort -----------------------------------------------------------------------------------------------------------

  connected(): void {
    this.connectedAt ??= this.#settings.clock.now();
    this.#settings.report('connected', `${this.id} is connected`, {});
    this.#settings.changed();
  }

  disconnected(): void {
    this.#settings.report('disconnected', `${this.id} has lost its connection`, {});
    this.#settings.changed();
  }

  ready(): void {
    this.isReady = true;
    this.#settings.changed();
  }

  deciding(tick: number): void {
    const now = this.#settings.clock.now();
    for (const open of this.#open) if (open.tick <= tick && open.due === Infinity) this.#start(open, now);
    this.#settings.changed();
  }

  action(message: ActionMessage): void {
    const now = this.#settings.clock.now();
    const open = this.#find(message.tick);
    const decisionMs = Math.max(0, now - open.releasedAt - open.allowanceMs);
    // Over a wire an open tick is in time: the arena itself may have been too busy to read the answer any sooner.
    if (now > open.due && this.link.waitsForThread) {
      this.#miss(open.tick, 'deadline');
      this.#settings.changed();
      throw new GauntletError(
        'wrong-tick',
        `the decision for tick ${open.tick} took too long; the fallback is applied`,
        {
          path: '/tick',
          expected: `at most ${this.bank.deadlineMs} ms and the time bank`,
          actual: `${Math.round(decisionMs)} ms`,
        },
      );
    }
    this.bank.charge(decisionMs);
    this.misses.answered();
    this.latencies.push(decisionMs);
    this.lastLatencyMs = decisionMs;
    this.#missing = false;
    this.#decision = { action: message.action, latencyMs: decisionMs };
    if (message.draw) this.draw = message.draw;
    this.#answered(open.tick, true);
    this.#settings.changed();
  }

  invalid(tick: number | null, error: GauntletError): void {
    const newest = this.#open.at(-1);
    const open = tick === null ? newest : this.#open.find((each) => each.tick === tick);
    if (!open || !this.driving) return;
    this.bank.charge(Math.max(0, this.#settings.clock.now() - open.releasedAt - open.allowanceMs));
    this.#miss(open.tick, 'invalid', error.message);
    this.#settings.changed();
  }

  leave(outcome: Outcome, reason: string): void {
    if (!this.driving) return;
    this.leaving = { outcome, reason };
    this.#open = [];
    this.#settings.changed();
  }

  current(): ObservationMessage | null {
    const open = this.#open.at(-1);
    if (!open) return null;
    const used = this.#settings.clock.now() - open.releasedAt;
    return this.#message(open.observation, Math.max(0, this.bank.deadlineMs - used));
  }

  // --------------------------------------------------------------------------------------------------------------------

  #message(observation: SimObservation, deadlineMs: number): ObservationMessage {
    return { type: 'observation', deadlineMs, bankMs: this.bank.leftMs, observation };
  }

  /** Its time counts from now. */
  #start(open: OpenTick, now: number): void {
    open.releasedAt = now;
    open.due = now + this.bank.patienceMs(open.allowanceMs);
  }

  /** The open tick of a number. @throws GauntletError */
  #find(tick: number): OpenTick {
    const open = this.driving ? this.#open.find((each) => each.tick === tick) : undefined;
    if (open) return open;
    const last = this.#lastAnswered;
    if (tick === last.tick && this.driving) {
      const how = last.valid ? 'answered already; the first action counts' : 'missed already; the fallback is applied';
      throw new GauntletError(last.valid ? 'duplicate-action' : 'wrong-tick', `tick ${tick} is ${how}`, {
        path: '/tick',
        expected: 'one action a tick, in time',
        actual: String(tick),
      });
    }
    const ticks = this.#open.map((each) => each.tick).join(', ');
    const expected = !this.driving
      ? 'no action: the seat is out of the match'
      : ticks === ''
        ? 'no action before the next observation'
        : ticks;
    throw new GauntletError('wrong-tick', `an action for tick ${tick} came; expected ${expected}`, {
      path: '/tick',
      expected,
      actual: String(tick),
    });
  }

  /** Answers settle the tick and every one before it. */
  #answered(tick: number, valid: boolean): void {
    this.#open = this.#open.filter((open) => open.tick > tick);
    this.#lastAnswered = { tick, valid };
  }

  #miss(tick: number, why: Missed['why'], detail = ''): void {
    const { fallback, limits, realtime } = this.#settings;
    // Silence has used up the bank; an invalid action has paid for its time.
    if (!realtime && why !== 'invalid') this.bank.charge(Infinity);
    this.misses.add(why);
    this.#missing = true;
    this.lastLatencyMs = null;
    this.#answered(tick, false);
    const { inARow, inAll } = this.misses;
    this.link.missed({ type: 'missed', tick, why, fallback, missesInARow: inARow, missesInAll: inAll });
    const text = `${this.id} missed tick ${tick} (${why}), ${inARow} in a row of ${limits.missesInARow}, ${inAll} in all of ${limits.missesInAll}`;
    this.#settings.report('missed', text, { missed: tick, why, inARow, inAll, ...(detail && { detail }) });
    const end = this.misses.forfeit();
    if (end) this.leave(end.outcome, end.reason);
  }
}
