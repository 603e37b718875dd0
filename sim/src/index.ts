export type { Scenario, ScenarioPlan, SeatPlan, SeatSpec, ActorPlan, FlowPlan, StoryPlan, StoryCondition, StoryAction, DriverParameters } from './scenario.ts';
export type { World, WorldSeat, StepResult, SimFrame, SeatScore } from './api.ts';
export { Random } from './random.ts';
