import type {
  ArenaMessage,
  CarAction,
  ClockMode,
  ObservationMessage,
  Subprotocol,
} from '@gauntlet/agents-sdk/protocol';
import { DEFAULT_LIMITS, type MatchLimits, type MatchResult, type MatchSpec, type Recorder } from '../interfaces.ts';
import { runMatch, type RunnerListener } from '../runner.ts';
import { Session } from '../session.ts';
import { FakeWire } from './fake-wire.ts';
import { ManualClock } from './manual-clock.ts';
import { memoryRecorder } from './memory-recorder.ts';
import { TOY_SCENARIO, ToyWorld, type ToyOptions } from './toy-world.ts';

/** Full throttle is 1; the toy adds it up. */
export function drive(throttle: number): CarAction {
  return { steering: 0, throttle, brake: 0, gear: 'forward' };
}

export function toySpec(spec: Partial<MatchSpec> = {}): MatchSpec {
  return {
    id: 'toy',
    scenario: 'toy-v1',
    parameters: {},
    seed: '1',
    clock: 'lockstep',
    agents: ['a@1', 'b@1'],
    limits: DEFAULT_LIMITS,
    logFile: null,
    ...spec,
  };
}

export interface ToyMatchOptions {
  readonly clock?: ClockMode;
  readonly toy?: ToyOptions;
  readonly limits?: Partial<MatchLimits>;
  readonly spec?: Partial<MatchSpec>;
  readonly fallback?: 'hold' | 'safe-stop';
  readonly subprotocols?: readonly Subprotocol[];
  readonly recorder?: Recorder | null;
  readonly listener?: Partial<RunnerListener>;
}

/** A match of the toy world between wires held in memory, on a clock moved by hand. */
export class ToyMatch {
  readonly clock = new ManualClock();
  readonly world: ToyWorld;
  readonly memory = memoryRecorder();
  readonly wires: FakeWire[];
  readonly sessions: Session[];
  readonly abort = new AbortController();
  readonly faults: unknown[] = [];
  readonly result: Promise<MatchResult>;
  ended: MatchResult | null = null;

  constructor(options: ToyMatchOptions = {}) {
    this.world = new ToyWorld(options.toy);
    this.sessions = this.world.seats.map(() => new Session(this.clock));
    this.wires = this.world.seats.map((_, i) => new FakeWire(options.subprotocols?.[i]));
    const listener: RunnerListener = {
      scene: () => undefined,
      frame: () => undefined,
      status: () => undefined,
      fault: (error) => this.faults.push(error),
      ...options.listener,
    };
    const spec = toySpec({
      clock: options.clock ?? 'lockstep',
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      ...options.spec,
    });
    this.result = runMatch(spec, {
      clock: this.clock,
      world: this.world,
      scenario: { ...TOY_SCENARIO, fallback: options.fallback ?? 'hold' },
      links: this.sessions,
      recorder: options.recorder === undefined ? this.memory : options.recorder,
      listener,
      signal: this.abort.signal,
      versions: { build: 'test', rapier: 'none', node: 'none' },
    });
    void this.result.then((result) => (this.ended = result));
  }

  /** Connects an agent to a seat: says it is ready, answers pings after `lagMs`, and calls `act` for each observation. */
  connect(
    seat: number,
    act: (message: ObservationMessage, wire: FakeWire) => void,
    wire = this.wires[seat]!,
    lagMs = 0,
  ): FakeWire {
    this.wires[seat] = wire;
    wire.onMessage = (message: ArenaMessage) => {
      if (message.type === 'welcome') this.after(0, () => wire.say({ type: 'ready' }));
      else if (message.type === 'observation') act(message, wire);
      else if (message.type === 'ping') {
        this.after(lagMs, () => {
          const now = this.clock.now();
          wire.say({ type: 'pong', id: message.id, t1: now, t2: now });
        });
      }
    };
    wire.attachment = this.sessions[seat]!.attach(wire);
    return wire;
  }

  /** Connects an agent that answers each observation after `delayMs` with a throttle that tells its seat. */
  connectSteady(seat: number, delayMs = 10): FakeWire {
    return this.connect(seat, ({ observation }, wire) => {
      const { tick } = observation;
      this.after(delayMs, () => wire.say({ type: 'action', tick, action: drive(0.1 * (seat + 1)) }));
    });
  }

  after(ms: number, what: () => void): void {
    this.clock.at(this.clock.now() + ms, what);
  }

  /** Lets time pass until the match has ended; fails when it has not within `ms`. */
  async finish(ms = 60_000): Promise<MatchResult> {
    for (let passed = 0; passed < ms && !this.ended; passed += 50) await this.clock.advance(50);
    if (!this.ended) throw new Error(`the match has not ended within ${ms} ms; it is at tick ${this.world.tick}`);
    return this.ended;
  }
}
