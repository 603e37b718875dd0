import type { Occupant } from '../occupancy.ts';
import type { Flank } from './lane-scan.ts';
import type { LaneUser } from './lane-user.ts';
import { follow, party } from './mobil.ts';

/** What is asked of a gap, from a change that can wait to the last chance. Own choices but for the brakings, which MOBIL has as 2..4. */
const SAFE_BRAKING = 2.5;
const URGENT_BRAKING = 4.5;
/** m/s2 that everybody can brake with; m that must stay between bodies; s that pass until someone brakes. */
const HARD_BRAKING = 5;
const LEAST = 1;
const REACTION = 0.5;
/** s in which a gap that opens counts as large as it will be. */
const OPENING = 1.5;
/** s of headway to the new leader that the last chance still asks for. */
const LEAST_HEADWAY = 0.3;

/**
 * Whether a gap can be entered. By MOBIL's safety rule, a_n' > -b_safe, asked of the new follower and of oneself behind the new
 * leader; and by kinematics: were the one ahead to brake hard at once, the one behind, late by its reaction time, could still stop
 * (Gipps, A behavioural car-following model for computer simulation, Transportation Research B 15 (1981) 105-111).
 * @param urgency 0..1: from a change that can wait to one that is nearly too late.
 */
export function accepts(
  me: LaneUser,
  to: Flank,
  urgency: number,
  motorist: (id: number) => LaneUser | undefined,
): boolean {
  const safe = me.parameters.laneChange?.safeBraking ?? SAFE_BRAKING;
  const braking = safe + urgency * Math.max(0, URGENT_BRAKING - safe);
  const headway = LEAST_HEADWAY + (1 - urgency) * 0.5 * me.parameters.headway;
  const { leader, leaderGap, nextLeader, nextLeaderGap, follower, followerGap, nextFollower, nextFollowerGap } = to;
  return (
    canFollow(me, leader, leaderGap, headway, braking) &&
    canFollow(me, nextLeader, nextLeaderGap, headway, braking) &&
    letsIn(me, follower, followerGap, braking, motorist) &&
    letsIn(me, nextFollower, nextFollowerGap, braking, motorist)
  );
}

function canFollow(me: LaneUser, leader: Occupant | null, gap: number, headway: number, braking: number): boolean {
  if (!leader) return true;
  const speed = Math.max(0, leader.along);
  return gap >= stoppingGap(me.speed, speed, headway) && follow(me, gap, speed) >= -braking;
}

function letsIn(
  me: LaneUser,
  occupant: Occupant | null,
  gap: number,
  braking: number,
  motorist: (id: number) => LaneUser | undefined,
): boolean {
  if (!occupant) return true;
  const known = motorist(occupant.user.id);
  const follower = party(occupant, known);
  const reaction = Math.max(REACTION, known?.parameters.human?.reaction ?? 0);
  return gap >= stoppingGap(follower.speed, me.speed, reaction) && follow(follower, gap, me.speed) >= -braking;
}

/** m behind one at a speed that are enough to stop behind it however hard it brakes; fewer where that one draws away. */
function stoppingGap(speed: number, ahead: number, reaction: number): number {
  const away = OPENING * Math.max(0, ahead - speed);
  const closing = Math.max(0, (speed * speed - ahead * ahead) / (2 * HARD_BRAKING));
  return LEAST + Math.max(0, reaction * speed - away) + closing;
}
