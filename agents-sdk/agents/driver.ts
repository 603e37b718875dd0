import type { Act, Briefing, CarAction, SimObservation } from '../src/index.ts';
import {
  RightOfWay,
  Signals,
  idmAcceleration,
  leaderOnPath,
  lidarPoints,
  pathAhead,
  pedals,
  plannedSpeed,
  project,
  purePursuit,
  requiredBraking,
  sensedObjects,
  type GiveWay,
  type IdmParameters,
  type LeaderOptions,
  type PathPoint,
  type SpeedPlanOptions,
} from '../src/index.ts';

/** How one drives. */
export interface DrivingStyle {
  readonly idm: IdmParameters;
  readonly plan: SpeedPlanOptions;
  readonly leader: LeaderOptions;
  /** s that must lie between the own arrival where ways meet and that of one who goes first. */
  readonly timeGap: number;
}

/** m between the front bumper and a give-way line where one stops. */
const STOP_SHORT = 1;
/** m/s2 of braking beyond which stopping at a line is no longer an option, and a hazard is an emergency. Own choice: half of a dry road's. */
const HARD = 4.8;
/** m/s2 for each m/s above the planned speed. */
const SPEED_GAIN = 1.5;
/** Share of the brakes used in an emergency: locked front wheels do not steer. */
const EMERGENCY_BRAKE = 0.9;
/** After this long at a line, s, gaps are accepted down to half the time, as people do. */
const PATIENCE = 20;
/** Brake that holds the car at a standstill. */
const HOLD = 0.3;

/**
 * A driver that keeps its lane by pure pursuit and its distance by IDM, slows down for bends and limits, waits at give-way
 * lines for a gap and at red signals, and brakes hard for what stands in its way. It knows the briefing and its observations, nothing else.
 */
export function driver(briefing: Briefing, style: DrivingStyle): Act {
  const { body } = briefing;
  const rightOfWay = new RightOfWay(briefing);
  const signals = new Signals(briefing);
  const halfLength = body.length / 2;
  const lidar = briefing.sensors.find((sensor) => sensor.kind === 'lidar');
  /** Past the point where the next line can be stopped at. */
  let committed = false;
  /** s of simulation since when it has stood at a line, or null. */
  let waitingSince: number | null = null;

  /** Whether the way over the line is free for long enough. */
  function gapAt(line: GiveWay, toLine: number, speed: number, time: number): boolean {
    const arrival = travelTime(Math.max(0, toLine) + line.beyond, speed, style.idm.acceleration);
    const waited = waitingSince === null ? 0 : time - waitingSince;
    const timeGap = style.timeGap * Math.max(0.5, 1 - waited / (2 * PATIENCE));
    return line.priorities.every((other) => {
      // One who stands there may start; one who has just come through is the leader that IDM follows.
      const theirs = Math.max(0, other.distance) / Math.max(other.speed, 2);
      const gone = other.distance < -(other.object.length + halfLength);
      return gone || theirs > arrival + timeGap;
    });
  }

  /** Acceleration for the next give-way line, m/s2; Infinity when there is nothing to wait for. */
  function atLine(observation: SimObservation, speed: number): number {
    const { yieldAhead } = observation.route;
    const line = rightOfWay.next(observation, sensedObjects(observation));
    const toLine = (yieldAhead ?? Infinity) - halfLength;
    if (!line || yieldAhead === null || toLine > 60) {
      committed = false;
      waitingSince = null;
      return Infinity;
    }
    if (toLine < -0.5 || requiredBraking(speed, toLine, 0) > HARD) committed = true;
    else if (toLine > 15) committed = false;
    if (committed || gapAt(line, toLine, speed, observation.time)) {
      return Infinity;
    }
    if (speed < 0.5) waitingSince ??= observation.time;
    return idmAcceleration(
      { speed, desiredSpeed: Infinity, gap: toLine, leaderSpeed: 0 },
      { ...style.idm, minGap: STOP_SHORT, headway: 0.3 },
    );
  }

  /** Acceleration for the next signal, m/s2: as towards a standing vehicle at the line, unless it is green or too late to stop. */
  function atSignal(observation: SimObservation, speed: number): number {
    const ahead = signals.next(observation);
    if (!ahead || ahead.state === 'green' || ahead.state === 'off' || ahead.state === 'flashing-amber') return Infinity;
    const toLine = ahead.distance - halfLength;
    if (toLine < 0 || (ahead.state === 'amber' && requiredBraking(speed, toLine, 0) > HARD)) return Infinity;
    return idmAcceleration(
      { speed, desiredSpeed: Infinity, gap: toLine, leaderSpeed: 0 },
      { ...style.idm, minGap: STOP_SHORT, headway: 0.3 },
    );
  }

  /** m to the nearest lidar echo in the way that no listed object explains; Infinity when there is none. */
  function unlisted(observation: SimObservation, path: readonly PathPoint[]): number {
    const reading = lidar && observation.sensors[lidar.name];
    if (!lidar || reading?.kind !== 'lidar') return Infinity;
    const objects = sensedObjects(observation);
    let nearest = Infinity;
    for (const [x, y] of lidarPoints(lidar, reading.ranges.data)) {
      const at = project(path, x, y);
      if (!at || Math.abs(at.offset) > body.width / 2 + 0.2 || at.distance <= halfLength) continue;
      const known = objects.some(
        ({ position, length }) => Math.hypot(position[0] - x, position[1] - y) < length / 2 + 1.5,
      );
      if (!known) nearest = Math.min(nearest, at.distance - halfLength);
    }
    return nearest;
  }

  return (observation): CarAction => {
    const { speed } = observation.self;
    const path = pathAhead(observation);
    const planned = plannedSpeed(path, speed, style.plan);
    const leader = leaderOnPath(path, sensedObjects(observation), body, style.leader);
    const obstacle = unlisted(observation, path);
    const hazards = [
      { gap: leader?.gap ?? Infinity, leaderSpeed: leader?.speed ?? 0 },
      { gap: obstacle, leaderSpeed: 0 },
    ];
    const follow = hazards.map((hazard) =>
      idmAcceleration({ speed, desiredSpeed: Math.max(planned, speed), ...hazard }, style.idm),
    );
    const wanted =
      Math.min(...follow, atLine(observation, speed), atSignal(observation, speed)) -
      SPEED_GAIN * Math.max(0, speed - planned);
    const acceleration = Math.max(-HARD, wanted);
    const steering = purePursuit(path, speed, body);
    const emergency = hazards.some(
      ({ gap, leaderSpeed }) => requiredBraking(speed, gap - style.idm.minGap / 4, leaderSpeed) > HARD,
    );
    if (emergency) return { steering, throttle: 0, brake: EMERGENCY_BRAKE, gear: 'forward' };
    const { throttle, brake } = pedals(acceleration, body);
    const standing = speed < 0.3 && acceleration <= 0.05;
    return {
      steering,
      throttle: standing ? 0 : throttle,
      brake: standing ? Math.max(HOLD, brake) : brake,
      gear: 'forward',
    };
  };
}

/** s to cover a distance, m, from a speed with a steady acceleration, from d = v t + a t^2 / 2. */
function travelTime(distance: number, speed: number, acceleration: number): number {
  const v = Math.max(0, speed);
  return (Math.sqrt(v * v + 2 * acceleration * distance) - v) / acceleration;
}
