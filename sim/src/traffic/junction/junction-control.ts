import type { LaneGraph } from '../../road/lane-graph.ts';
import type { StateReader, StateWriter } from '../../state.ts';
import type { CrossingView, Motorist, RightOfWay, SignalView } from '../contract.ts';
import type { Occupancy } from '../occupancy.ts';
import { Approaches } from './approach.ts';
import { canStop, front, type Arrival } from './arrival.ts';
import { Conflicts } from './conflicts.ts';
import { CrossingStops } from './crossing-stops.ts';
import { Gridlock } from './gridlock.ts';
import { Judge } from './judge.ts';
import { Ledger, type Entry, type Reason } from './ledger.ts';
import { Obstruction } from './obstruction.ts';
import { Passages } from './passage.ts';
import { ExitRoom, roomFor } from './room.ts';
import { Scene } from './scene.ts';

/** What a junction control is made of. */
export interface JunctionOptions {
  readonly graph: LaneGraph;
  readonly occupancy: Occupancy;
  readonly signals: SignalView;
  readonly crossings: CrossingView;
}

/** m/s2 with which one stops in time, and m beyond that at which one asks for the junction ahead. */
const EARLY_BRAKING = 2;
const EARLY = 20;
/** m/s2 up to which one stops at amber, and at red; up to which one gives a promise back. Own choice. */
const AMBER_BRAKING = 3.5;
const RED_BRAKING = 7;
const BACK_BRAKING = 2.5;
/** m/s below which one stands. */
const STANDING = 0.3;
/** m before a stop line within which one has halted at it. */
const AT_LINE = 2.5;
/** s after which one who was let in and stands outside loses its turn; inside, others outside lose theirs; all others lose theirs. */
const IDLE = 2;
const STUCK = 2;
const DEADLOCK = 10;
/** m more than its own length that one needs who drives into a circle, so that it never fills up. */
const RING_ROOM = 4;
/** How many passages in a row, with no room between them, are asked for at once. */
const CHAIN = 3;

/**
 * Right of way. Each motorist asks for the passage ahead of it when it is as near as it takes to stop with comfort. It is let in when
 * signals and signs allow it, when there is room for it behind the junction, when everybody who goes first is far enough away, and
 * when those who were let in before will have left when it comes. Then it has its place in one order of all who were let in: it
 * never enters a zone that one with an earlier place has not left. As everybody waits for earlier ones alone, nobody waits in a
 * circle. A promise is taken back as long as one has not driven in and can stop.
 */
export class JunctionControl implements RightOfWay {
  readonly #approaches: Approaches;
  readonly #judge: Judge;
  readonly #ledger: Ledger;
  readonly #scene: Scene;
  readonly #room: ExitRoom;
  readonly #obstruction: Obstruction;
  readonly #gridlock: Gridlock;
  readonly #crossings: CrossingStops;
  readonly #displaced: Arrival[] = [];
  #dt = 0;
  #deadlocks = 0;

  constructor({ graph, occupancy, signals, crossings }: JunctionOptions) {
    const passages = new Passages(graph);
    const conflicts = new Conflicts(graph);
    this.#approaches = new Approaches(graph, passages, conflicts);
    this.#judge = new Judge(conflicts, this.#approaches, signals, graph.map.drivingSide);
    this.#ledger = new Ledger(passages);
    this.#scene = new Scene(graph, occupancy, passages, this.#approaches, this.#ledger);
    this.#room = new ExitRoom(graph, occupancy);
    this.#obstruction = new Obstruction(graph, occupancy, this.#ledger);
    this.#gridlock = new Gridlock(graph, occupancy, this.#ledger);
    this.#crossings = new CrossingStops(graph, occupancy, crossings);
  }

  /** How often two who stood in a junction and waited for one another had to change places: a sign of something wrong. */
  get deadlocks(): number {
    return this.#deadlocks;
  }

  begin(motorists: readonly Motorist[], time: number, dt: number): void {
    this.#dt = dt;
    this.#scene.begin(motorists, time, dt);
  }

  stopDistance(motorist: Motorist): number {
    const entry = this.#scene.entry(motorist);
    const { speed, spec } = motorist;
    const horizon = (speed * speed) / (2 * EARLY_BRAKING) + EARLY;
    let stop = Infinity;
    let reason: Reason = 'none';
    let stuck = false;
    for (let k = 0; k < entry.arrivals.length; k++) {
      const own = entry.arrivals[k] as Arrival;
      if (own.commitment && !own.entered && this.#givesBack(entry, k)) this.#takeBack(own);
      if (!own.commitment) {
        if (own.hold - front(own) > horizon) break;
        // Who is in the junction already, on a way that it was not let in for, has to get out of it.
        if (own.entered || own.passage.junction === entry.astray) this.#promise(entry, own);
        else reason = this.#ask(entry, k);
      }
      const hold = this.#judge.hold(own, this.#scene.at(own.passage.junction));
      stop = Math.min(stop, hold);
      if (!own.commitment) {
        stop = Math.min(stop, Math.max(0, own.hold - front(own)));
        break;
      }
      if (own.entered && hold < spec.length && speed < STANDING) {
        stuck = true;
        this.#unlock(entry, own);
      }
    }
    stop = this.#crossings.stop(motorist, stop, horizon);
    this.#remember(entry, motorist, reason, stop, stuck);
    return stop;
  }

  forget(id: number): void {
    this.#ledger.forget(id);
    this.#scene.forget(id);
  }

  save(writer: StateWriter): void {
    writer.f64(this.#deadlocks);
    this.#ledger.save(writer);
    this.#scene.save(writer);
  }

  load(reader: StateReader): void {
    this.#deadlocks = reader.f64();
    this.#ledger.load(reader);
    this.#scene.load(reader);
  }

  /** Lets a motorist in, and where there is no room between passages, into all of them; or says why not. */
  #ask(entry: Entry, k: number): Reason {
    this.#displaced.length = 0;
    const count = { value: 0 };
    const reason = this.#examine(entry, k, count);
    if (reason !== 'none') return reason;
    for (const other of this.#displaced) this.#takeBack(other);
    for (let i = k; i < k + count.value; i++) this.#promise(entry, entry.arrivals[i] as Arrival);
    return 'none';
  }

  #examine(entry: Entry, k: number, count: { value: number }): Reason {
    const own = entry.arrivals[k] as Arrival;
    const motorist = entry.motorist as Motorist;
    const arrivals = this.#scene.at(own.passage.junction);
    count.value++;
    const barred = this.#barred(entry, own, arrivals);
    if (barred !== 'none') return barred;
    if (!this.#hasRoom(entry, k, true)) {
      const next = entry.arrivals[k + 1];
      if (!next || next.commitment || count.value >= CHAIN || !this.#hasRoom(entry, k, false)) return 'room';
      if (this.#examine(entry, k + 1, count) !== 'none') return 'room';
    }
    return this.#judge.mayPass(own, arrivals, motorist.parameters.criticalGap, this.#displaced);
  }

  /** Signals, signs, crossings and those ahead in the lane. */
  #barred(entry: Entry, own: Arrival, arrivals: readonly Arrival[]): Reason {
    const light = this.#judge.light(own.passage);
    // Blue lights turn signals to green: they do not drive through red either.
    if (light === 'stop') return 'signal';
    if (light === 'amber' && canStop(own, own.hold, AMBER_BRAKING)) return 'signal';
    if (light === 'signs' && own.passage.sign === 'stop' && !entry.halted && !own.emergency) return 'stop';
    if (this.#isBehind(entry, own, arrivals)) return 'queue';
    if (this.#isCrossed(entry, own)) return 'crossing';
    return 'none';
  }

  /** Whether somebody is ahead in its lane who has not been let in before it. */
  #isBehind(entry: Entry, own: Arrival, arrivals: readonly Arrival[]): boolean {
    if (this.#judge.queued(own, arrivals)) return true;
    const order = own.commitment?.order ?? Infinity;
    return this.#obstruction.ahead(entry.motorist as Motorist, -own.along, order);
  }

  /** Whether somebody is on foot in or right behind a passage. */
  #isCrossed(entry: Entry, own: Arrival): boolean {
    const { path, spec } = entry.motorist as Motorist;
    for (const lane of own.passage.lanes) if (this.#crossings.claimed(lane, 0, Infinity)) return true;
    const exit = path[own.exit];
    return exit !== undefined && this.#crossings.claimed(exit, 0, spec.length);
  }

  /** @param alone whether it has to stand before the next passage. */
  #hasRoom(entry: Entry, k: number, alone: boolean): boolean {
    const own = entry.arrivals[k] as Arrival;
    // Circulating traffic, and a major road, go on in their queue: those who enter leave room for them.
    if (this.#isMajor(own)) return true;
    const next = entry.arrivals[k + 1];
    const motorist = entry.motorist as Motorist;
    const goesOn = next !== undefined && this.#isMajor(next);
    let until = Infinity;
    if (alone && next && !next.commitment && !goesOn) until = next.hold - next.along - (own.passage.length - own.along);
    let needed = roomFor(motorist.spec.length);
    const exit = motorist.path[own.exit];
    if (exit !== undefined) needed += this.#crossings.clearOf(exit, motorist.spec.length);
    // Who enters a major road or a ring finds those on it on the move.
    const flows = own.passage.sign !== 'none' || goesOn;
    if (goesOn) needed += RING_ROOM;
    const arrivals = this.#scene.at(own.passage.junction);
    if (this.#room.behind(motorist, own, own.exit, arrivals, until, flows) >= needed) return true;
    return this.#gridlock.includes(entry);
  }

  #isMajor({ passage }: Arrival): boolean {
    return this.#approaches.isMajor(passage) && this.#judge.light(passage) === 'signs';
  }

  /** Whether one who was let in and has not driven in should not do so now. */
  #givesBack(entry: Entry, k: number): boolean {
    const own = entry.arrivals[k] as Arrival;
    const light = this.#judge.light(own.passage);
    if (light === 'stop') return canStop(own, own.hold, RED_BRAKING);
    if (light === 'amber' && canStop(own, own.hold, AMBER_BRAKING)) return true;
    if (entry.stalled > IDLE) return true;
    if (!canStop(own, own.hold, BACK_BRAKING)) return false;
    const arrivals = this.#scene.at(own.passage.junction);
    return this.#isBehind(entry, own, arrivals) || this.#isCrossed(entry, own) || !this.#hasRoom(entry, k, true);
  }

  #promise(entry: Entry, own: Arrival): void {
    own.commitment = this.#ledger.commit(entry, own.passage, own.along, own.entered);
  }

  /** Takes back what was promised to somebody, from one passage on. */
  #takeBack(own: Arrival): void {
    const { entry } = own;
    if (!entry || !own.commitment) return;
    this.#ledger.revoke(entry, own.commitment);
    for (const arrival of entry.arrivals) {
      if (arrival.commitment && !entry.commitments.includes(arrival.commitment)) arrival.commitment = null;
    }
  }

  /** Who stands in a junction does not wait for one who is outside, nor for ever for one who stands in it too. */
  #unlock(entry: Entry, own: Arrival): void {
    const { blocker } = this.#judge;
    if (!blocker?.commitment || !own.commitment || blocker.commitment.order > own.commitment.order) return;
    if (!blocker.entered && entry.stalled > STUCK && canStop(blocker, blocker.hold, BACK_BRAKING)) {
      this.#takeBack(blocker);
    } else if (entry.stalled > DEADLOCK && blocker.speed < STANDING) {
      const { order } = own.commitment;
      own.commitment.order = blocker.commitment.order;
      blocker.commitment.order = order;
      entry.stalled = 0;
      this.#deadlocks++;
    }
  }

  #remember(entry: Entry, { speed }: Motorist, reason: Reason, stop: number, stuck: boolean): void {
    const dt = this.#dt;
    entry.reason = reason;
    entry.stop = stop;
    if (speed > 1) entry.waited = 0;
    else if (reason !== 'none' && reason !== 'queue' && speed < 0.5) entry.waited += dt;
    entry.full = speed < 1 && (entry.full || reason === 'room');
    const outside = entry.arrivals.some((arrival) => arrival.commitment && !arrival.entered);
    entry.stalled = speed < STANDING && (stuck || outside) ? entry.stalled + dt : 0;
    if (reason === 'stop' && speed < STANDING && stop < AT_LINE) entry.halted = true;
    else if (reason !== 'stop' && speed > 2) entry.halted = false;
  }
}
