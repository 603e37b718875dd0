/**
 * Scripted conduct of one actor, in the vocabulary of ASAM OpenSCENARIO XML 1.x: a story's events are those of a maneuver of one actor
 * (`ManeuverGroup` with one `EntityRef`). Each event starts once, when its trigger first holds; its actions start together; it is
 * complete when the last of them is. An action that moves the actor along the road (speed, longitudinal distance) replaces the one of
 * that kind under way, as one that moves it across does (lane change, lane offset). What a speed action has reached is kept until
 * another one, or until `activate-controller` lets the actor drive by rule again.
 */
export interface StoryPlan {
  /** Unique within the plan. */
  readonly name: string;
  /** Name of a vehicle or of a walker. */
  readonly actor: string;
  readonly events: readonly StoryEvent[];
}

export interface StoryEvent {
  /** Unique within its story. */
  readonly name: string;
  /** Start trigger: all of these conditions hold. An event without one starts at once. */
  readonly when: readonly StoryCondition[];
  /** Further condition groups: the event starts when all of `when` or all of any of these hold. */
  readonly orWhen?: readonly (readonly StoryCondition[])[];
  readonly actions: readonly StoryAction[];
}

/**
 * Name of an actor or walker; `seat-1`, `seat-2`, ... for the plan's seats in their order; `seat` for any of them: distances and times
 * are then the least to any seat, all else is that of the seat nearest to the actor.
 */
export type EntityRef = string;

export type ComparisonRule = 'lessThan' | 'lessOrEqual' | 'greaterThan' | 'greaterOrEqual';

interface ConditionCommon {
  /** s by which it counts as holding later than it does. */
  readonly delay?: number;
  /** `rising`: it holds only in the tick in which it begins to. `none`, the default: as long as it does. */
  readonly edge?: 'none' | 'rising';
}

interface EntityCondition extends ConditionCommon {
  /** The triggering entity; the story's actor when it is left out. */
  readonly entity?: EntityRef;
}

export interface SimulationTimeCondition extends ConditionCommon {
  readonly kind: 'simulation-time';
  readonly rule: ComparisonRule;
  /** s */
  readonly value: number;
}

export interface RelativeDistanceCondition extends EntityCondition {
  readonly kind: 'relative-distance';
  readonly to: EntityRef;
  /** Along the road, over lanes side by side; or in a straight line. */
  readonly axis: 'longitudinal' | 'cartesian';
  /** Between the bodies; else between their middles. */
  readonly freespace: boolean;
  /** Only while the other one is on this side of the triggering entity (longitudinal). */
  readonly side?: 'ahead' | 'behind';
  readonly rule: ComparisonRule;
  /** m */
  readonly value: number;
}

/** Distance over the triggering entity's speed; false while the other one is not ahead of it. */
export interface TimeHeadwayCondition extends EntityCondition {
  readonly kind: 'time-headway';
  readonly to: EntityRef;
  readonly freespace: boolean;
  readonly rule: ComparisonRule;
  /** s */
  readonly value: number;
}

/** Longitudinal distance over closing speed, the triggering entity behind; infinite while it does not close in. */
export interface TimeToCollisionCondition extends EntityCondition {
  readonly kind: 'time-to-collision';
  readonly to: EntityRef;
  readonly freespace: boolean;
  readonly rule: ComparisonRule;
  /** s */
  readonly value: number;
}

export interface SpeedCondition extends EntityCondition {
  readonly kind: 'speed';
  readonly rule: ComparisonRule;
  /** m/s */
  readonly value: number;
}

/** Speed of the triggering entity less that of the other one. */
export interface RelativeSpeedCondition extends EntityCondition {
  readonly kind: 'relative-speed';
  readonly to: EntityRef;
  readonly rule: ComparisonRule;
  /** m/s */
  readonly value: number;
}

export interface ReachPositionCondition extends EntityCondition {
  readonly kind: 'reach-position';
  /** m along a lane. */
  readonly lane: number;
  readonly s: number;
  /** m around it. */
  readonly tolerance: number;
}

export interface TraveledDistanceCondition extends EntityCondition {
  readonly kind: 'traveled-distance';
  /** m since tick 0 */
  readonly value: number;
}

export interface StandStillCondition extends EntityCondition {
  readonly kind: 'stand-still';
  /** s */
  readonly duration: number;
}

/** Another event has started, or is complete. */
export interface StoryboardElementStateCondition extends ConditionCommon {
  readonly kind: 'storyboard-element-state';
  /** The story of that event; this one when it is left out. */
  readonly story?: string;
  readonly event: string;
  readonly state: 'started' | 'complete';
}

/** The bodies touch. */
export interface CollisionCondition extends EntityCondition {
  readonly kind: 'collision';
  readonly with: EntityRef;
}

export type StoryCondition =
  | SimulationTimeCondition
  | RelativeDistanceCondition
  | TimeHeadwayCondition
  | TimeToCollisionCondition
  | SpeedCondition
  | RelativeSpeedCondition
  | ReachPositionCondition
  | TraveledDistanceCondition
  | StandStillCondition
  | StoryboardElementStateCondition
  | CollisionCondition;

/** How a value gets from what it is to what it shall be: in how many s, over how many m, or how fast (m/s2 for speeds, m/s across). */
export interface TransitionDynamics {
  readonly shape: 'step' | 'linear' | 'cubic' | 'sinusoidal';
  readonly dimension: 'time' | 'distance' | 'rate';
  /** Positive; ignored for a step. */
  readonly value: number;
}

export interface SpeedAction {
  readonly kind: 'speed';
  /** m/s, or relative to another entity's speed: times `factor`, plus `delta` m/s. */
  readonly target:
    | number
    | {
        readonly relativeTo: EntityRef;
        readonly factor?: number;
        readonly delta?: number;
        /** Goes on following the other one's speed; such an action does not complete by itself. */
        readonly continuous?: boolean;
      };
  readonly dynamics: TransitionDynamics;
}

/** Moves over whoever is there. */
export interface LaneChangeAction {
  readonly kind: 'lane-change';
  /** A lane of the map; or a number of lanes to the left (negative: to the right) of the actor or of another entity. */
  readonly target: { readonly lane: number } | { readonly lanesLeft: number; readonly of?: EntityRef };
  /** By time or distance. */
  readonly dynamics: TransitionDynamics;
}

export interface LaneOffsetAction {
  readonly kind: 'lane-offset';
  /** m to the left of the lane's centre. */
  readonly offset: number;
  /** By time or distance. */
  readonly dynamics: TransitionDynamics;
}

/** Keeps a distance or a time gap to another entity ahead, within these limits. It does not complete by itself. */
export interface LongitudinalDistanceAction {
  readonly kind: 'longitudinal-distance';
  readonly to: EntityRef;
  /** m, or s. */
  readonly gap: { readonly distance: number } | { readonly time: number };
  readonly freespace: boolean;
  /** m/s2, both positive; m/s. */
  readonly maxAcceleration: number;
  readonly maxDeceleration: number;
  readonly maxSpeed: number;
}

/** A way of its own: lanes in driving order, from the one where the actor then is or one beside it. */
export interface AssignRouteAction {
  readonly kind: 'assign-route';
  readonly route: readonly number[];
}

/** Drives, the shortest way, to the end of a lane. */
export interface AcquirePositionAction {
  readonly kind: 'acquire-position';
  readonly lane: number;
}

/** Lets the actor drive by rule again. */
export interface ActivateControllerAction {
  readonly kind: 'activate-controller';
}

/** Lets a walker who waits walk its path. */
export interface WalkAction {
  readonly kind: 'walk';
}

export type StoryAction =
  | SpeedAction
  | LaneChangeAction
  | LaneOffsetAction
  | LongitudinalDistanceAction
  | AssignRouteAction
  | AcquirePositionAction
  | ActivateControllerAction
  | WalkAction;
