import { atan2, clamp, cos, sin } from '../math.ts';
import type { Pose } from '../road/lane-graph.ts';
import type { VehicleSpec } from '../vehicle/spec.ts';
import type { LanePath } from './lane-path.ts';
import { bulge } from './occupancy.ts';
import { curvatureAt, type LaneProfiles } from './lane-profile.ts';

/** m, and s at the present speed: how far ahead of its middle a driver looks when it steers. Own choice. */
const LOOK_AHEAD = 2.5;
const LOOK_AHEAD_TIME = 0.4;
/** Share of the wheelbase below which the look-ahead never is, so that long vehicles do not weave. */
const LOOK_AHEAD_WHEELBASE = 0.5;
/** How much of its swing a long vehicle cuts, and m at most; places looked at for bends. Own choice. */
const CUT = 0.4;
const MOST_CUT = 1;
const SAMPLES = 5;

/** m ahead of the middle of the body of the point that is steered for. */
export function lookAhead(spec: VehicleSpec, speed: number): number {
  const wheelbase = spec.front.x - spec.rear.x;
  return Math.max(LOOK_AHEAD, LOOK_AHEAD_WHEELBASE * wheelbase) + LOOK_AHEAD_TIME * Math.max(0, speed);
}

/** 1/m, positive to the left: the sharpest bend of a path between `s` m along it and `ahead` m on. */
export function sharpestBend(path: LanePath, profiles: LaneProfiles, s: number, ahead: number): number {
  const { lanes, bases } = path;
  let sharpest = 0;
  for (let i = 0, k = 0; k <= SAMPLES; k++) {
    const at = s + (ahead * k) / SAMPLES;
    while (i + 1 < lanes.length && at >= (bases[i + 1] as number)) i++;
    const curvature = curvatureAt(profiles.of(lanes[i] as number), at - (bases[i] as number));
    if (Math.abs(curvature) > Math.abs(sharpest)) sharpest = curvature;
  }
  return sharpest;
}

/**
 * m to the left (negative: right) that a long vehicle cuts a bend, so that its front does not swing out as far as it would if its
 * middle kept to the path.
 */
export function cutBend(spec: VehicleSpec, bend: number): number {
  return Math.sign(bend) * Math.min(MOST_CUT, CUT * bulge(spec.length, bend));
}

/**
 * Pure pursuit (Coulter, CMU-RI-TR-92-01, 1992) of a point by the middle of the body, in the form for an anchor ahead of the rear
 * axle: tan(steering) = L sin(eta) / (d / 2 + l cos(eta)), with the wheelbase L, the anchor l ahead of the rear axle, and the
 * target at distance d and angle eta (Kuwata et al., Motion planning in complex environments using closed-loop prediction, AIAA
 * 2008-7166). The middle keeps to the path, so that a long body takes as much room on the inside of a bend as on the outside.
 * @returns rad.
 */
export function pursue(
  spec: VehicleSpec,
  state: { readonly x: number; readonly y: number; readonly heading: number },
  target: Pose,
): number {
  const c = cos(state.heading);
  const s = sin(state.heading);
  const dx = target.x - state.x;
  const dy = target.y - state.y;
  const along = dx * c + dy * s;
  const aside = dy * c - dx * s;
  const square = Math.max(1, along * along + aside * aside);
  const wheelbase = spec.front.x - spec.rear.x;
  const angle = atan2(wheelbase * aside, square / 2 - spec.rear.x * along);
  return clamp(angle, -spec.maxSteeringAngle, spec.maxSteeringAngle);
}
