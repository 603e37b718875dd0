import type {
  Action,
  BodyDescription,
  EntityDescription,
  FrameEntity,
  MapDescription,
  MatchEvent,
  Outcome,
  SeatId,
  SensorDescription,
  SimObservation,
  Team,
} from '@gauntlet/agents-sdk/protocol';

/** A match's world. Made by `createWorld`; must be freed. Nothing in it waits, reads a clock or knows of sockets. */
export interface World {
  readonly scenario: string;
  readonly behaviorVersion: number;
  readonly parameters: Readonly<Record<string, number>>;
  readonly seed: string;
  /** s of simulation a tick. */
  readonly tickSeconds: number;
  readonly maxTicks: number;
  readonly map: MapDescription;
  readonly seats: readonly WorldSeat[];
  /** The tick of the present state; 0 before the first step. */
  readonly tick: number;
  /** Whether the scenario's end has come (all seats out, or time is up). Steps after it throw. */
  readonly done: boolean;
  /** The present state as `step` would return it: the observations of tick 0 before the first step. */
  look(): StepResult;
  /**
   * One tick. `actions[i]` belongs to `seats[i]`; null for a seat that is out, or that is to be driven to a safe stop.
   * @throws RangeError when the number of actions is not the number of seats, or the world is done.
   */
  step(actions: readonly (Action | 'safe-stop' | null)[]): StepResult;
  /** Takes a seat out of the match: its body is stopped in lane and no longer scored. */
  retire(seat: number): void;
  /** MurmurHash3_x86_128 of the state, 32 hexadecimal digits. */
  hash(): string;
  /** The whole state, to be restored bit for bit by the same build. */
  keyframe(): Uint8Array;
  /** @throws Error when the bytes are not a keyframe of this world's scenario, parameters and seed. */
  restore(keyframe: Uint8Array): void;
  /** Everything that exists now. */
  entities(): EntityDescription[];
  scores(): SeatScore[];
  /** Gives the physics engine's memory back. Nothing may be called after it. */
  free(): void;
}

export interface WorldSeat {
  readonly seat: SeatId;
  readonly team: Team;
  readonly entity: number;
  readonly body: BodyDescription;
  readonly sensors: readonly SensorDescription[];
  readonly route: {
    readonly lanes: readonly number[];
    /** m */ readonly length: number;
    /** flat x, y, m */ readonly points: readonly number[];
  };
}

export interface StepResult {
  readonly tick: number;
  /** One a seat, in order; null for a seat that is out. */
  readonly observations: readonly (SimObservation | null)[];
  readonly events: readonly MatchEvent[];
  readonly frame: SimFrame;
  readonly hash: string;
  readonly done: boolean;
}

/** The part of a frame that the simulation knows. */
export interface SimFrame {
  readonly tick: number;
  readonly entities: FrameEntity[];
  readonly spawned: EntityDescription[];
  readonly removed: number[];
  readonly seats: {
    readonly seat: SeatId;
    readonly completion: number;
    readonly score: number;
    readonly lidar: Float32Array | null;
    readonly done: boolean;
  }[];
  /** What each of the map's signals shows: an index into the protocol's `SIGNAL_STATES`. */
  readonly signals: Uint8Array;
}

export interface SeatScore {
  readonly seat: SeatId;
  /** 0..100, higher is better. */
  readonly score: number;
  /** What the simulation says of its end: null while it drives. */
  readonly outcome: Extract<Outcome, 'finished'> | null;
  /** `goal`, `time-limit`, `blocked`, `off-route`; empty while it drives. */
  readonly reason: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** Count of each kind of infraction. */
  readonly infractions: Readonly<Record<string, number>>;
}
