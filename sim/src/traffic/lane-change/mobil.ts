import type { LaneChangeParameters } from '../../scenario.ts';
import type { Occupant } from '../occupancy.ts';
import { idm, type IdmParameters } from '../idm.ts';
import type { Flank } from './lane-scan.ts';
import type { LaneUser } from './lane-user.ts';

/** What drivers suppose of those whom they know nothing of. Own choice, within IDM's usual ranges. */
const STRANGER: IdmParameters = { headway: 1.2, minGap: 2, acceleration: 1.5, braking: 2 };

/** How one who would be touched by a change of lane accelerates; every `LaneUser` is one. */
export interface Party {
  readonly parameters: IdmParameters;
  /** m/s: own, and wanted on a free road. */
  readonly speed: number;
  readonly desired: number;
}

/** A road user as a party: by its own parameters when it is driven by rule. */
export function party(occupant: Occupant, motorist: LaneUser | undefined): Party {
  if (motorist) return motorist;
  const speed = Math.max(0, occupant.along);
  return { parameters: STRANGER, speed, desired: Math.max(speed, 10) };
}

/** m/s2 at a gap (m; at most 0 counts as almost none) behind one at a speed along the way. */
export function follow(who: Party, gap: number, leaderSpeed: number): number {
  return idm(who.parameters, who.speed, who.desired, Math.max(gap, 0.1), Math.max(0, leaderSpeed));
}

/** The accelerations of those whom a change of lane touches, m/s2: without it, and with it (primed). */
export interface Outlook {
  readonly own: number;
  readonly ownAfter: number;
  /** The follower in the new lane, n. */
  readonly newFollower: number;
  readonly newFollowerAfter: number;
  /** The follower in the old lane, o. */
  readonly oldFollower: number;
  readonly oldFollowerAfter: number;
}

/**
 * MOBIL's incentive: a_c' - a_c + p (a_n' - a_n + a_o' - a_o), m/s2, less what the change must bring: the threshold, and the bias for
 * a change to the fast side (which is granted to one to the slow side). The change pays when it is positive.
 * Source: Kesting, Treiber, Helbing, General lane-changing model MOBIL for car-following models, Transportation Research Record
 * 1999 (2007) 86-94.
 */
export function gain(outlook: Outlook, parameters: LaneChangeParameters, fastSide: boolean): number {
  const others = outlook.newFollowerAfter - outlook.newFollower + (outlook.oldFollowerAfter - outlook.oldFollower);
  const asked = parameters.threshold + (fastSide ? parameters.bias : -parameters.bias);
  return outlook.ownAfter - outlook.own + parameters.politeness * others - asked;
}

/** What a change from one lane to another would do to everyone. @param bound m/s2 that something else allows in the present lane. */
export function outlook(
  me: LaneUser,
  from: Flank,
  to: Flank,
  motorist: (id: number) => LaneUser | undefined,
  bound: number,
): Outlook {
  const { length } = me.spec;
  const ahead = from.leader?.along ?? 0;
  const newAhead = to.leader?.along ?? 0;
  const n = to.follower ? party(to.follower, motorist(to.follower.user.id)) : null;
  const o = from.follower ? party(from.follower, motorist(from.follower.user.id)) : null;
  return {
    own: Math.min(bound, follow(me, from.leaderGap, ahead)),
    ownAfter: follow(me, to.leaderGap, newAhead),
    newFollower: n ? follow(n, to.followerGap + length + to.leaderGap, newAhead) : 0,
    newFollowerAfter: n ? follow(n, to.followerGap, me.speed) : 0,
    oldFollower: o ? follow(o, from.followerGap, me.speed) : 0,
    oldFollowerAfter: o ? follow(o, from.followerGap + length + from.leaderGap, ahead) : 0,
  };
}
