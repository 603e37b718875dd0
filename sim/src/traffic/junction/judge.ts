import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import type { SignalView } from '../contract.ts';
import { BEFORE_ZONE, contested, type Approaches } from './approach.ts';
import { canStop, earliest, front, gone, likely, rear, type Arrival } from './arrival.ts';
import { shiftBetween, type Conflicts, type Zone } from './conflicts.ts';
import type { Reason } from './ledger.ts';
import type { Passage } from './passage.ts';
import { lightOf, precedence, type Light } from './priority.ts';
import { speedAfter, stoppingDistance } from './travel.ts';

/** s left between one who has left a zone and the next who comes; where the next one has priority. */
const MARGIN = 0.3;
const COURTESY = 0.8;
/** m that one keeps behind another in a lane that both join. */
const FOLLOWING = 1.5;
/** A usual driver's standstill gap, m, headway, s, and geometric mean of acceleration and braking, m/s2. */
const IDM_GAP = 2;
const IDM_HEADWAY = 1.2;
const IDM_BRAKING = 2;
/** m/s2: what those are asked for who have to let another go first; above it one is believed to drive on. */
const ASKED_BRAKING = 2;
const MOST_BRAKING = 4;
/** m/s2 up to which a vehicle may wait with braking for one that will have left when it comes. */
const LATE_BRAKING = 2.5;
/** s before which nobody drives out before a vehicle with blue lights. */
const BLUE_LIGHT_GAP = 6;
/** s of waiting after which smaller gaps do, s over which they shrink, and to which share. Own choice. */
const PATIENCE = 15;
const SHRINKING = 45;
const LEAST_GAP = 0.65;
/** s for which one must have stood to go before those who have priority and have not waited as long. */
const STALEMATE = 1.5;
/** m/s at which one is not yet believed to drive on. */
const SLOW = 4;
/** s of waiting for others of the same rank after which it is one's turn. */
const TURN = 8;
/** s after which one of unknown way who stands is no longer waited for. */
const STRANGER_PATIENCE = 10;

/** Compares those who want to use the same road: who may go, who waits, and where. Keeps nothing. */
export class Judge {
  readonly #conflicts: Conflicts;
  readonly #approaches: Approaches;
  readonly #signals: SignalView;
  readonly #side: MapDescription['drivingSide'];
  /** The one that made `hold` the shortest, or null. */
  blocker: Arrival | null = null;

  constructor(
    conflicts: Conflicts,
    approaches: Approaches,
    signals: SignalView,
    drivingSide: MapDescription['drivingSide'],
  ) {
    this.#conflicts = conflicts;
    this.#approaches = approaches;
    this.#signals = signals;
    this.#side = drivingSide;
  }

  light(passage: Passage): Light {
    return passage.signal === null ? 'signs' : lightOf(this.#signals.state(passage.signal));
  }

  /** Whether somebody who has not been let in is ahead in the same lane. */
  queued(own: Arrival, arrivals: readonly Arrival[]): boolean {
    for (const other of arrivals) {
      if (other.commitment || other.entered || other.id === own.id) continue;
      const shift = shiftBetween(own.passage, other.passage);
      if (shift !== null && other.along + shift > own.along) return true;
    }
    return false;
  }

  /**
   * Whether one may be let in as far as the others are concerned.
   * @param criticalGap s. @param displaced receives those whose promises have to be taken back for it.
   */
  mayPass(own: Arrival, arrivals: readonly Arrival[], criticalGap: number, displaced: Arrival[]): Reason {
    const waited = own.entry?.waited ?? 0;
    const share = Math.max(LEAST_GAP, 1 - (Math.max(0, waited - PATIENCE) / SHRINKING) * (1 - LEAST_GAP));
    const gap = criticalGap * share;
    let taken = false;
    for (const other of arrivals) {
      if (other.id === own.id) continue;
      const zone = this.#conflicts.between(own.passage, own.size, other.passage, other.size);
      if (!contested(zone) || rear(other) > zone.other[1] + MARGIN) continue;
      const bound = other.entered || !canStop(other, other.hold + BEFORE_ZONE, MOST_BRAKING);
      const first = this.#precedence(own, other);
      if (bound || other.commitment) {
        if (isBehind(own, other, zone)) continue;
        if (bound || !canStop(other, other.hold, ASKED_BRAKING) || (first <= 0 && !isGap(own, other, zone, gap))) {
          if (first < 0) return 'occupied';
          taken = true;
        } else displaced.push(other);
        continue;
      }
      // A lorry sweeps over places where others wait.
      if (front(other) > zone.other[0] + MARGIN && front(own) <= zone.own[0]) return 'blocked';
      if (first === 0 && hasTurn(other, own)) return 'gap';
      if (first >= 0 || !this.#isComing(other, arrivals) || isGap(own, other, zone, gap)) continue;
      if (!outwaits(own, other)) return 'gap';
    }
    return taken ? 'taken' : 'none';
  }

  /**
   * m from the front of one who was let in to where it has to wait for those who go first, Infinity when it need not.
   * Whoever is in a zone already goes before all others.
   */
  hold(own: Arrival, arrivals: readonly Arrival[]): number {
    let hold = Infinity;
    this.blocker = null;
    const order = own.commitment?.order ?? Infinity;
    for (const other of arrivals) {
      if (other.id === own.id) continue;
      const zone = this.#conflicts.between(own.passage, own.size, other.passage, other.size);
      if (zone === null || rear(other) > zone.other[1] + 0.2 || rear(own) > zone.own[1]) continue;
      const otherOrder = other.commitment?.order ?? Infinity;
      let wait = Infinity;
      if (zone.kind === 'diverging') {
        const shift = shiftBetween(own.passage, other.passage) ?? 0;
        const apart = rear(other) + shift - front(own);
        if (otherOrder < order && other.along + shift > own.along) wait = asStanding(apart - BEFORE_ZONE, own, other);
      } else {
        const bound = other.entered || !canStop(other, other.hold + BEFORE_ZONE, MOST_BRAKING);
        const first = other.commitment ? otherOrder < order : bound && !outstood(other);
        wait = waitFor(own, other, zone, first);
        // Who has to wait leaves the end of its lane to a lorry that has to sweep over it.
        const toSweep = zone.own[0] - BEFORE_ZONE - front(own);
        if (other.size === 2 && !own.commitment && zone.own[0] < 0 && toSweep >= 0) wait = Math.min(wait, toSweep);
      }
      if (wait >= hold) continue;
      hold = Math.max(0, wait);
      this.blocker = other;
    }
    return hold;
  }

  #precedence(own: Arrival, other: Arrival): -1 | 0 | 1 {
    if (own.emergency !== other.emergency) return own.emergency ? 1 : -1;
    if (this.#approaches.allStop(own.passage.junction)) {
      return (other.entry?.waited ?? other.stood) > (own.entry?.waited ?? 0) ? -1 : 0;
    }
    return precedence(own.passage, this.light(own.passage), other.passage, this.light(other.passage), this.#side);
  }

  /** Whether one with priority who has not been let in will use it now. */
  #isComing(other: Arrival, arrivals: readonly Arrival[]): boolean {
    const light = this.light(other.passage);
    if (light === 'stop' || light === 'amber') return false;
    // Blue lights in a queue come no sooner than those ahead of them, whom one would keep from going by waiting.
    if (other.emergency) return !this.queued(other, arrivals);
    if (!other.entry) return !outstood(other);
    const { reason } = other.entry;
    return reason === 'none' || reason === 'gap' || reason === 'occupied' || reason === 'taken';
  }
}

/** Whether the other one will be gone, or well ahead in the lane that both join, when one comes. */
function isBehind(own: Arrival, other: Arrival, zone: Zone): boolean {
  const arrives = earliest(own, zone.own[0]);
  if (zone.kind === 'crossing') return arrives >= gone(other, zone.other[1]) + MARGIN;
  return arrives >= gone(other, leadingAt(own, other, zone));
}

/** m along the other's passage where its rear has to be for one to follow it from the start of a zone in which they join. */
function leadingAt(own: Arrival, other: Arrival, zone: Zone): number {
  const place = other.passage.length - (own.passage.length - zone.own[0]) + FOLLOWING;
  return Math.min(zone.other[1], Math.max(zone.other[0], place));
}

/** Whether one can be gone before the other comes, without making it brake. */
function isGap(own: Arrival, other: Arrival, zone: Zone, criticalGap: number): boolean {
  const comes = likely(other, zone.other[0]);
  const enters = likely(own, Math.min(own.hold, zone.own[0]));
  if (comes - enters < (other.emergency ? BLUE_LIGHT_GAP : criticalGap)) return false;
  if (zone.kind === 'crossing') return comes >= likely(own, zone.own[1] + 2 * own.half) + COURTESY;
  const speed = Math.min(own.passage.careful, speedAfter(zone.own[1] - front(own), own.speed, 1, own.passage.limit));
  const faster = Math.max(0, other.speed - speed);
  const slowing = (faster * faster) / (2 * ASKED_BRAKING * Math.max(other.speed, 1));
  return likely(other, zone.other[1]) >= likely(own, zone.own[1]) + COURTESY + slowing;
}

/** Whether of two who wait for one another the first one has waited longer. */
function outwaits(own: Arrival, other: Arrival): boolean {
  const [mine, others] = [own.entry?.waited ?? 0, other.entry?.waited ?? other.stood];
  if (own.speed > 0.5 || mine < STALEMATE || other.emergency) return false;
  if (other.speed > SLOW || !canStop(other, other.hold, ASKED_BRAKING)) return false;
  return mine > others || (mine === others && own.id < other.id);
}

/** Whether others of the same rank have kept one waiting so long that they let it go before them. */
function hasTurn(other: Arrival, own: Arrival): boolean {
  const waited = other.entry?.waited ?? 0;
  return other.entry?.reason === 'taken' && waited > TURN && waited > (own.entry?.waited ?? 0);
}

function outstood(stranger: Arrival): boolean {
  return stranger.entry === null && stranger.stood > STRANGER_PATIENCE;
}

/**
 * The distance to a standing obstacle for which IDM brakes as it does for somebody who drives ahead: the gap, times the ratio of what
 * it wants to keep in either case.
 */
function asStanding(gap: number, own: Arrival, ahead: Arrival): number {
  if (gap <= 0) return 0;
  const { speed } = own;
  const following = IDM_GAP + IDM_HEADWAY * speed + Math.max(0, speed * (speed - ahead.speed)) / (2 * IDM_BRAKING);
  return gap * (1 + (speed * Math.min(speed, ahead.speed)) / (2 * IDM_BRAKING) / following);
}

/** m from the own front to where one waits for the other in a crossing or merging zone. */
function waitFor(own: Arrival, other: Arrival, zone: Zone, first: boolean): number {
  const otherIn = front(other) > zone.other[0];
  if (!first && !(otherIn && other.entered)) return Infinity;
  const toZone = zone.own[0] - BEFORE_ZONE - front(own);
  const ownIn = toZone < -BEFORE_ZONE;
  if (zone.kind === 'merging' && otherIn) {
    const left = own.passage.length - front(own);
    const apart = left - (other.passage.length - rear(other)) - FOLLOWING;
    if (!ownIn) return late(own, other, zone, toZone) ? Infinity : Math.max(toZone, asStanding(apart, own, other));
    // Inside, the one behind follows the one ahead.
    return other.passage.length - front(other) < left ? asStanding(apart, own, other) : Infinity;
  }
  if (ownIn) return otherIn && first ? 0 : Infinity;
  if (!other.commitment && gone(own, zone.own[1]) + COURTESY < earliest(other, zone.other[0])) return Infinity;
  return late(own, other, zone, toZone) ? Infinity : toZone;
}

/** Whether the other will have left when one comes, and one could still stop if it had not. */
function late(own: Arrival, other: Arrival, zone: Zone, toZone: number): boolean {
  return toZone >= stoppingDistance(own.speed, LATE_BRAKING) + 0.2 * own.speed && isBehind(own, other, zone);
}
