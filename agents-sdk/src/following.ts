/** Parameters of the Intelligent Driver Model; both accelerations are positive. */
export interface IdmParameters {
  /** Time headway T, s. */
  readonly headway: number;
  /** Standstill gap s0, m. */
  readonly minGap: number;
  /** Largest acceleration a, m/s2. */
  readonly acceleration: number;
  /** Comfortable braking b, m/s2. */
  readonly braking: number;
}

export interface IdmSituation {
  /** m/s */
  readonly speed: number;
  /** Wanted speed v0 on a free road, m/s. */
  readonly desiredSpeed: number;
  /** Bumper to bumper, m; Infinity on a free road. */
  readonly gap: number;
  /** Along the path, m/s. */
  readonly leaderSpeed: number;
}

/**
 * Acceleration of the Intelligent Driver Model, m/s2 (Treiber, Hennecke, Helbing 2000, "Congested traffic states in empirical
 * observations and microscopic simulations", equations 2 and 3):
 *
 *     a [1 - (v / v0)^4 - (s* / s)^2],   s* = s0 + max(0, v T + v dv / (2 sqrt(a b)))
 *
 * It has no lower bound: near a standing leader it asks for more than brakes can give.
 */
export function idmAcceleration({ speed, desiredSpeed, gap, leaderSpeed }: IdmSituation, idm: IdmParameters): number {
  const free = desiredSpeed > 0 ? (Math.max(0, speed) / desiredSpeed) ** 4 : speed > 0 ? Infinity : 1;
  const approach = (speed * (speed - leaderSpeed)) / (2 * Math.sqrt(idm.acceleration * idm.braking));
  const desiredGap = idm.minGap + Math.max(0, speed * idm.headway + approach);
  const interaction = gap === Infinity ? 0 : (desiredGap / Math.max(gap, 0.01)) ** 2;
  return idm.acceleration * (1 - free - interaction);
}

/** The steady braking that just avoids a leader who keeps its speed: (v - vl)^2 / (2 s), m/s2; Infinity when there is no room. */
export function requiredBraking(speed: number, gap: number, leaderSpeed: number): number {
  const closing = speed - leaderSpeed;
  if (closing <= 0) return 0;
  return gap <= 0 ? Infinity : (closing * closing) / (2 * gap);
}
