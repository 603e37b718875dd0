export type { Scenario, ScenarioPlan, SeatPlan, SeatSpec, ActorPlan, FlowPlan, DriverParameters } from './scenario.ts';
export type { StoryPlan, StoryCondition, StoryAction } from './story-plan.ts';
export type { World, WorldSeat, StepResult, SimFrame, SeatScore } from './api.ts';
export { createWorld, SUBSTEP_SECONDS, SUBSTEPS, TICK_SECONDS } from './world.ts';
export { loadPhysics, rapierVersion } from './physics/rapier.ts';
export { ParameterError, resolveParameters } from './parameters.ts';
export { Random } from './random.ts';
export { steadyDriver } from './steady-driver.ts';
export { arcLine, endOf, joinLine, straightLine } from './road/curves.ts';
export { findRoute } from './road/find-route.ts';
export { LaneGraph } from './road/lane-graph.ts';
export { MapBuilder, type LaneSpec } from './road/map-builder.ts';
export { roundabout } from './road/roundabout.ts';
export { atan2, cos, hypot, sin, tan, wrapAngle } from './math.ts';
export type { MapDigest, MapWarning, RoadMap } from './opendrive/index.ts';
export type {
  DemandPlan,
  HumanParameters,
  PeoplePlan,
  RoamingPlan,
  SignalPlan,
  TrafficClass,
  VehicleShare,
} from './scenario.ts';
export { describeMap, MapError, readOpenDrive } from './opendrive/index.ts';
export { PROFILES, type Profile } from './traffic/human/profiles.ts';
