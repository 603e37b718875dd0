export { connect, type ConnectOptions } from './connect.ts';
export {
  defineAgent,
  decisionOf,
  type Act,
  type ActContext,
  type ActResult,
  type AgentFactory,
  type Decision,
} from './agent.ts';
export { arenaTime, type ClockEstimate } from './clock.ts';
export { GauntletError } from '../protocol/errors.ts';
export type {
  Briefing,
  CarAction,
  DrawShape,
  End,
  MapMessage,
  RadioMessage,
  Missed,
  SensedObject,
  SensorReading,
  SignalState,
  SimObservation,
  SpatMessage,
} from '../protocol/index.ts';
export { curvatures, pathAhead, project, toBody, toWorld, type PathPoint, type Projection } from './path.ts';
export { purePursuit, type PurePursuitOptions } from './steering.ts';
export { idmAcceleration, requiredBraking, type IdmParameters, type IdmSituation } from './following.ts';
export { pedals, plannedSpeed, type SpeedPlanOptions } from './speed.ts';
export { leaderOnPath, sensedObjects, type Leader, type LeaderOptions } from './leader.ts';
export { beamAngle, lidarPoints, type LidarDescription } from './lidar.ts';
export { LaneIndex, type LanePlace } from './lanes.ts';
export { Signals, type SignalAhead } from './signals.ts';
export { RightOfWay, type GiveWay, type Priority } from './right-of-way.ts';
