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
import type { StoryPlan } from './story-plan.ts';

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
  /** Tyre-road friction coefficient where the map has none of its own, 0.05..1.2. */
  readonly friction: number;
  /** One for each of the scenario's seats, in their order. */
  readonly seats: readonly SeatPlan[];
  /** Rule-driven vehicles that stand on the road at tick 0. */
  readonly actors: readonly ActorPlan[];
  /** Places where more of them come in over time. */
  readonly flows: readonly FlowPlan[];
  /** Traffic between places, over time. */
  readonly demands?: readonly DemandPlan[];
  /** Vehicles that stay on the road and drive from place to place without end. */
  readonly roaming?: readonly RoamingPlan[];
  /** Scripted conduct of single actors. */
  readonly stories: readonly StoryPlan[];
  /** How signals are switched, by junction; the others get a program of their own making. */
  readonly signals?: readonly SignalPlan[];
  readonly people?: PeoplePlan;
  /** Which vehicles are rigid bodies: those near a seat (default), or all of them. */
  readonly detail?: 'near-seats' | 'everywhere';
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

/** The classes of vehicles that traffic is made of. */
export type TrafficClass = Extract<EntityClass, 'car' | 'van' | 'truck' | 'bus' | 'bicycle'>;

/** A rule-driven vehicle: where it starts, which way it goes, how it drives. It leaves the world at the end of its way. */
export interface ActorPlan {
  /** Unique within the plan; stories refer to it. */
  readonly name: string;
  readonly class: TrafficClass;
  /** Lanes in driving order. It ends at the end of the last one, or of one beside that. */
  readonly route: readonly number[];
  /** m along the first lane. */
  readonly start: number;
  /** m/s at tick 0. */
  readonly speed: number;
  readonly driver: DriverParameters;
  /** Drives with blue lights: others make way, signals turn green for it; at a red one it waits. */
  readonly emergency?: boolean;
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
  /** Time gap in traffic that goes first that it accepts to enter a junction, s. */
  readonly criticalGap: number;
  /** When it changes lane for its own advantage; without it, only where its way demands it. */
  readonly laneChange?: LaneChangeParameters;
  /** What makes it human; without it, it drives by rule. */
  readonly human?: HumanParameters;
}

/** MOBIL (Kesting, Treiber, Helbing 2007). */
export interface LaneChangeParameters {
  /** Weight of what others gain or lose, 0..1. */
  readonly politeness: number;
  /** m/s2: gain below which it stays. */
  readonly threshold: number;
  /** m/s2: extra gain asked of a change to the fast side (left where one drives on the right). */
  readonly bias: number;
  /** m/s2, positive: hardest braking that it asks of the new follower. */
  readonly safeBraking: number;
}

/** The human driver model (Treiber, Kesting, Helbing 2006): a driver that perceives late and not quite right, and looks ahead. */
export interface HumanParameters {
  /** Reaction time T', s, 0..1.5. */
  readonly reaction: number;
  /** Relative error of the estimated gap (V_s). */
  readonly gapError: number;
  /** Error of the estimated inverse time to collision (r_c), 1/s. */
  readonly rateError: number;
  /** s over which an error persists (tau). */
  readonly persistence: number;
  /** How many vehicles ahead it takes into account (n_a), 1..5. */
  readonly leaders: number;
  /** How often it looks away, 1/h, and for how long, s. While it does, it acts on what it saw last. */
  readonly glances: number;
  readonly glanceSeconds: number;
}

/** Vehicles that enter at the start of their route, as soon as there is room. */
export interface FlowPlan {
  readonly name: string;
  /** Vehicles an hour. Intervals are exponential from the flow's own random stream. */
  readonly rate: number;
  /** Each newcomer draws one of these. */
  readonly routes: readonly (readonly number[])[];
  readonly class: TrafficClass;
  readonly driver: DriverParameters;
}

/** One kind of newcomer. */
export interface VehicleShare {
  readonly class: TrafficClass;
  readonly driver: DriverParameters;
  /** Relative to the other shares of the list. */
  readonly share: number;
  readonly emergency?: boolean;
}

/** Vehicles that come in at one place and leave at another. Arrivals are a Poisson process of the rate at the time. */
export interface DemandPlan {
  readonly name: string;
  /** Lanes at whose start newcomers enter, whichever has room. */
  readonly from: readonly number[];
  /** Lanes at whose end they leave, whichever they reach. */
  readonly to: readonly number[];
  /** Vehicles an hour: a constant, or points in time between which it changes evenly; the last one stays. */
  readonly rate: number | readonly { /** s */ readonly at: number; readonly rate: number }[];
  readonly mix: readonly VehicleShare[];
}

/** A number of vehicles that are spread over the lanes at tick 0 and get a new destination, drawn at random, at each end of their way. */
export interface RoamingPlan {
  readonly name: string;
  readonly count: number;
  /** Lanes where they may start and where their ways may end; all driving lanes outside of junctions when it is left out. */
  readonly lanes?: readonly number[];
  readonly mix: readonly VehicleShare[];
}

/** How the signals of one junction are switched. Times in s. */
export interface SignalPlan {
  readonly junction: number;
  readonly kind: 'fixed' | 'actuated';
  /** Groups that are green together, stage by stage; worked out from what conflicts when it is left out. */
  readonly stages?: readonly (readonly number[])[];
  /** Green of each stage: fixed, or the least and the most of an actuated controller. */
  readonly green?: number;
  readonly maxGreen?: number;
  readonly amber?: number;
  readonly allRed?: number;
  /** s by which the cycle begins later than at other junctions (green waves). */
  readonly offset?: number;
}

/** People on foot. */
export interface PeoplePlan {
  /** How many walk about on the pavements, from place to place without end. */
  readonly count: number;
  /** Share of them that walks in groups of two to four, 0..1. */
  readonly groups: number;
  /** Share of them that crosses the road where there is no crossing, or against the signal, 0..1. */
  readonly jaywalkers: number;
  /** People with a part in the scenario. */
  readonly walkers: readonly WalkerPlan[];
}

export interface WalkerPlan {
  /** Unique within the plan; stories refer to it. */
  readonly name: string;
  /** The way it walks: flat [x0, y0, x1, y1, ...], m. It starts at the first point and leaves the world at the last. */
  readonly path: readonly number[];
  /** m/s. */
  readonly speed: number;
  /** Whether it stands at its start until a story lets it `walk`. */
  readonly waits: boolean;
}
