import type {
  Body,
  EntityClass,
  Fallback,
  MapDescription,
  ParameterSpec,
  SeatId,
  SensorDescription,
  Team,
} from '@gauntlet/agents-sdk/protocol';
import type { Random } from './random.ts';

/** A versioned challenge. Everything in it is data, but `build`, which is a pure function of its arguments. */
export interface Scenario {
  /** With its version: `roundabout-v1`. */
  readonly id: string;
  readonly title: string;
  /** One paragraph for people who choose a scenario. */
  readonly description: string;
  /** What a seat is asked to do, for its briefing. */
  readonly goal: string;
  /** Rises with every change that changes the golden hash. */
  readonly behaviorVersion: number;
  /** s of simulation after which the match ends. */
  readonly maxSeconds: number;
  readonly fallback: Fallback;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  readonly seats: readonly SeatSpec[];
  /** @param parameters every declared parameter, checked. @param random the named stream of the match seed. */
  build(parameters: Readonly<Record<string, number>>, random: (stream: string) => Random): ScenarioPlan;
}

export interface SeatSpec {
  readonly seat: SeatId;
  readonly team: Team;
  readonly body: Body;
  readonly sensors: readonly SensorDescription[];
}

/** What `build` lays out: the world at tick 0 and what will drive it. */
export interface ScenarioPlan {
  readonly map: MapDescription;
  /** Tyre-road friction coefficient, 0.05..1.2. */
  readonly friction: number;
  /** One for each of the scenario's seats, in their order. */
  readonly seats: readonly SeatPlan[];
  /** Rule-driven vehicles that stand on the road at tick 0. */
  readonly actors: readonly ActorPlan[];
  /** Places where more of them come in over time. */
  readonly flows: readonly FlowPlan[];
  /** Scripted conduct of single actors. */
  readonly stories: readonly StoryPlan[];
}

export interface SeatPlan {
  /** Lane ids in driving order; two neighbours in a row are a change of lane. */
  readonly route: readonly number[];
  /** m along the first lane, and m along the last lane where the goal is. */
  readonly start: number;
  readonly goal: number;
  /** m/s at tick 0. */
  readonly speed: number;
}

/** A rule-driven vehicle: where it starts, which way it goes, how it drives. It leaves the world at the end of its route. */
export interface ActorPlan {
  /** Unique within the plan; stories refer to it. */
  readonly name: string;
  readonly class: Extract<EntityClass, 'car' | 'van' | 'truck'>;
  readonly route: readonly number[];
  /** m along the first lane. */
  readonly start: number;
  /** m/s at tick 0. */
  readonly speed: number;
  readonly driver: DriverParameters;
}

/** IDM (Treiber, Hennecke, Helbing 2000) with a driver's own values. */
export interface DriverParameters {
  /** Wanted speed as a share of the limit. */
  readonly speedFactor: number;
  /** Time headway T, s. */
  readonly headway: number;
  /** Standstill gap s0, m. */
  readonly minGap: number;
  /** Acceleration a and comfortable braking b, m/s2, both positive. */
  readonly acceleration: number;
  readonly braking: number;
  /** Time gap in circulating traffic that it accepts to enter a junction, s. */
  readonly criticalGap: number;
}

/** Vehicles that enter at the start of their route, as soon as there is room. */
export interface FlowPlan {
  readonly name: string;
  /** Vehicles an hour. Intervals are exponential from the flow's own random stream. */
  readonly rate: number;
  /** Each newcomer draws one of these. */
  readonly routes: readonly (readonly number[])[];
  readonly class: ActorPlan['class'];
  readonly driver: DriverParameters;
}

/** Scripted conduct: when the condition first holds, the actor does the actions one after another, then drives by rule again. */
export interface StoryPlan {
  readonly name: string;
  /** Name of the actor. */
  readonly actor: string;
  readonly when: StoryCondition;
  readonly actions: readonly StoryAction[];
}

/** In the vocabulary of OpenSCENARIO: TimeCondition, RelativeDistanceCondition (longitudinal). */
export type StoryCondition =
  | { readonly kind: 'time'; /** s */ readonly after: number }
  /** The nearest seat in the actor's own or a neighbouring lane is behind the actor by at most this gap, bumper to bumper, m. */
  | { readonly kind: 'seat-behind'; readonly within: number }
  | { readonly kind: 'seat-ahead'; readonly within: number };

/** LaneChangeAction (time dynamics), SpeedAction (rate dynamics), and waiting. */
export type StoryAction =
  | { readonly kind: 'lane-change'; readonly direction: 'left' | 'right'; /** s */ readonly duration: number }
  | { readonly kind: 'speed'; /** m/s */ readonly target: number; /** m/s2, positive */ readonly rate: number }
  | { readonly kind: 'wait'; /** s */ readonly duration: number };
