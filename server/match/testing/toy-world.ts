import { createHash } from 'node:crypto';
import type {
  Action,
  BodyDescription,
  EntityDescription,
  MapDescription,
  SimObservation,
} from '@gauntlet/agents-sdk/protocol';
import { f32 } from '@gauntlet/agents-sdk/protocol';
import type { Scenario, SeatScore, StepResult, World, WorldSeat } from '@gauntlet/sim';

/** A car for worlds without physics. */
export const BODY: BodyDescription = {
  body: 'car',
  length: 4.5,
  width: 1.8,
  height: 1.5,
  mass: 1500,
  wheelbase: 2.7,
  frontAxle: 1.35,
  rearAxle: 1.35,
  maxSteeringAngle: 0.6,
  maxSteeringRate: 1,
  maxAcceleration: 3,
  maxBraking: 8,
};

export interface ToyOptions {
  readonly seats?: number;
  readonly maxTicks?: number;
  /** A seat whose throttle adds up to this is at its goal. */
  readonly goal?: number;
  /** The step that leads to this tick throws. */
  readonly failAt?: number;
}

export const TOY_SCENARIO: Pick<Scenario, 'title' | 'goal' | 'fallback' | 'seats'> = {
  title: 'Toy',
  goal: 'Add up.',
  fallback: 'hold',
  seats: [1, 2].map((n) => ({ seat: `blue-${n}`, team: 'blue', body: 'car', sensors: [] })),
};

/**
 * A world without physics: each seat's position is what its actions add up to, and its actions change what the others see.
 * It is done when all seats are out or time is up, and its hash is of everything that it holds.
 */
export class ToyWorld implements World {
  readonly scenario = 'toy-v1';
  readonly behaviorVersion = 1;
  readonly parameters = {};
  readonly seed = '1';
  readonly tickSeconds = 0.05;
  readonly maxTicks: number;
  readonly map: MapDescription = { name: 'toy', drivingSide: 'right', lanes: [], signals: [], crossings: [] };
  readonly seats: readonly WorldSeat[];
  tick = 0;
  freed = false;
  /** Every call of `step` and `retire`. */
  readonly calls: unknown[] = [];
  readonly #options: ToyOptions;
  readonly #state: { at: number; retired: boolean; end: string; seen: string }[];

  constructor(options: ToyOptions = {}) {
    this.#options = options;
    this.maxTicks = options.maxTicks ?? 20;
    this.seats = Array.from({ length: options.seats ?? 2 }, (_, i) => ({
      seat: `blue-${i + 1}`,
      team: 'blue' as const,
      entity: i + 1,
      body: BODY,
      sensors: [],
      route: { lanes: [0], length: 100, points: [0, 0, 100, 0] },
    }));
    this.#state = this.seats.map(() => ({ at: 0, retired: false, end: '', seen: '' }));
  }

  get done(): boolean {
    const out = this.#state.length > 0 && this.#state.every(({ retired, end }) => retired || end !== '');
    return this.tick >= this.maxTicks || out;
  }

  look(): StepResult {
    return {
      tick: this.tick,
      observations: this.#state.map((seat, i) => (seat.retired || seat.end !== '' ? null : this.#observe(i))),
      events: [],
      frame: {
        tick: this.tick,
        entities: this.seats.map(({ entity }, i) => ({
          id: entity,
          x: this.#state[i]!.at,
          y: 0,
          z: 0,
          yaw: 0,
          pitch: 0,
          roll: 0,
          speed: 0,
          steering: 0,
          lights: 0,
        })),
        // Tick 3 is when something new comes, and tick 6 when it goes.
        spawned: this.tick === 3 ? [this.#describe(9)] : [],
        removed: this.tick === 6 ? [9] : [],
        seats: this.seats.map(({ seat }, i) => ({
          seat,
          completion: 0,
          score: this.#state[i]!.at,
          lidar: null,
          done: this.#state[i]!.end !== '',
        })),
        signals: new Uint8Array(),
      },
      hash: this.hash(),
      done: this.done,
    };
  }

  step(actions: readonly (Action | 'safe-stop' | null)[]): StepResult {
    if (this.done) throw new RangeError('the world is done');
    if (this.tick + 1 === this.#options.failAt) throw new Error('the toy broke');
    this.calls.push(structuredClone(actions));
    this.tick += 1;
    actions.forEach((action, i) => {
      const seat = this.#state[i]!;
      seat.seen += JSON.stringify(action);
      if (seat.retired || seat.end !== '' || action === null || action === 'safe-stop') return;
      seat.at += action.throttle;
      if (seat.at >= (this.#options.goal ?? Infinity)) seat.end = 'goal';
      else if (this.tick >= this.maxTicks) seat.end = 'time-limit';
    });
    return this.look();
  }

  retire(seat: number): void {
    this.calls.push(`retire ${seat}`);
    this.#state[seat]!.retired = true;
  }

  hash(): string {
    return createHash('sha256')
      .update(JSON.stringify([this.tick, this.#state]))
      .digest('hex');
  }

  keyframe(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify([this.tick, this.#state]));
  }

  restore(): void {
    throw new Error('the toy does not go back');
  }

  entities(): EntityDescription[] {
    const extra = this.tick >= 3 && this.tick < 6 ? [this.#describe(9)] : [];
    return [...this.seats.map(({ entity }) => this.#describe(entity)), ...extra];
  }

  scores(): SeatScore[] {
    return this.seats.map(({ seat }, i) => {
      const { at, end } = this.#state[i]!;
      return {
        seat,
        score: at,
        outcome: end === '' ? null : 'finished',
        reason: end,
        metrics: { at },
        infractions: {},
      };
    });
  }

  free(): void {
    this.freed = true;
  }

  #describe(id: number): EntityDescription {
    const seat = this.seats.find(({ entity }) => entity === id)?.seat ?? null;
    return {
      id,
      class: 'car',
      seat,
      length: 4.5,
      width: 1.8,
      height: 1.5,
      frontAxle: 1.35,
      rearAxle: 1.35,
      wheelRadius: 0.3,
    };
  }

  #observe(index: number): SimObservation {
    const { at } = this.#state[index]!;
    const others = this.#state.filter((_, i) => i !== index).map((seat) => seat.at);
    return {
      tick: this.tick,
      time: this.tick * this.tickSeconds,
      self: {
        position: [at, -0, 0.1 + 0.2],
        orientation: [0, 0, 0, 1],
        heading: 0,
        velocity: [0, 0, 0],
        speed: at,
        yawRate: 0,
        acceleration: [0, 0],
        steering: 0,
        gear: 'forward',
      },
      route: {
        progress: at,
        remaining: 100 - at,
        offset: 0,
        headingError: 0,
        lane: null,
        ahead: f32(Float32Array.from([at, ...others, -0])),
        yieldAhead: null,
      },
      sensors: { lidar: { kind: 'lidar', ranges: f32(Float32Array.of(at / 3, 0.1)) } },
      messages: [],
      events: [],
    };
  }
}
