import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { wrapAngle } from '../../math.ts';
import type { LaneGraph, Pose } from '../../road/lane-graph.ts';
import type { StateReader, StateWriter } from '../../state.ts';
import type { Motorist } from '../contract.ts';
import type { Occupancy, Occupant } from '../occupancy.ts';
import type { RoadUser } from '../road-user.ts';
import { BEFORE_ZONE, type Approaches } from './approach.ts';
import { ArrivalPool, front, type Arrival } from './arrival.ts';
import { sizeOf, type Size } from './swath.ts';
import type { Commitment, Entry, Ledger } from './ledger.ts';
import type { Passage, Passages } from './passage.ts';

/** m, and s at the present speed: how far ahead one is seen to come. */
const SIGHT = 70;
const SIGHT_TIME = 9;
/** m by which the front may be past a line without having passed it. */
const OVER_LINE = 0.5;
/** m behind a passage after which nothing of a vehicle is in it. */
const BEHIND = 1;
/** m/s below which one stands. */
const STANDING = 0.3;
/** rad between a lane and somebody who drives along it. */
const ALONG = 1;

/** Everybody who is near a junction, by junction: built anew every tick, but for how long strangers have stood. */
export class Scene {
  readonly #graph: LaneGraph;
  readonly #occupancy: Occupancy;
  readonly #passages: Passages;
  readonly #approaches: Approaches;
  readonly #ledger: Ledger;
  readonly #pool = new ArrivalPool();
  readonly #junctions = new Map<number, Arrival[]>();
  readonly #touched: Arrival[][] = [];
  readonly #searched = new Set<number>();
  /** By id of road users whom no rule of ours drives: since when they stand, s. */
  readonly #standing = new Map<number, number>();
  readonly #pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };
  #time = 0;
  #dt = 0;

  constructor(graph: LaneGraph, occupancy: Occupancy, passages: Passages, approaches: Approaches, ledger: Ledger) {
    this.#graph = graph;
    this.#occupancy = occupancy;
    this.#passages = passages;
    this.#approaches = approaches;
    this.#ledger = ledger;
  }

  begin(motorists: readonly Motorist[], time: number, dt: number): void {
    this.#time = time;
    this.#dt = dt;
    for (const list of this.#touched) list.length = 0;
    this.#touched.length = 0;
    this.#searched.clear();
    this.#pool.clear();
    for (const motorist of motorists) this.#enter(motorist);
  }

  /** What is known of a motorist in this tick. */
  entry(motorist: Motorist): Entry {
    const entry = this.#ledger.find(motorist.id);
    return entry?.motorist ? entry : this.#enter(motorist);
  }

  /** Everybody who is near a junction: motorists by id, then strangers. */
  at(junction: number): readonly Arrival[] {
    if (!this.#searched.has(junction)) {
      this.#searched.add(junction);
      this.#findStrangers(junction);
    }
    return this.#list(junction);
  }

  forget(id: number): void {
    this.#standing.delete(id);
  }

  save(writer: StateWriter): void {
    const ids = [...this.#standing.keys()].sort((a, b) => a - b);
    writer.u32(ids.length);
    for (const id of ids) {
      writer.u32(id);
      writer.f64(this.#standing.get(id) as number);
    }
  }

  load(reader: StateReader): void {
    this.#standing.clear();
    for (let count = reader.u32(); count > 0; count--) {
      const id = reader.u32();
      this.#standing.set(id, reader.f64());
    }
  }

  #list(junction: number): Arrival[] {
    let list = this.#junctions.get(junction);
    if (!list) {
      list = [];
      this.#junctions.set(junction, list);
    }
    return list;
  }

  #enter(motorist: Motorist): Entry {
    const entry = this.#ledger.of(motorist);
    entry.arrivals.length = 0;
    entry.astray = null;
    const { commitments } = entry;
    for (let i = 0; i < commitments.length; i++) {
      const state = this.#follow(motorist, entry, commitments[i] as Commitment);
      if (state === 'kept') continue;
      // Without one of the passages, what lies behind it is not on its way either.
      if (state === 'lost') commitments.length = i;
      else commitments.splice(i--, 1);
    }
    this.#look(motorist, entry);
    return entry;
  }

  /** Brings a promise up to date with where the motorist is. */
  #follow(motorist: Motorist, entry: Entry, commitment: Commitment): 'kept' | 'lost' | 'done' {
    const { path, s, spec } = motorist;
    const { passage } = commitment;
    const half = spec.length / 2;
    const index = passage.lanes.indexOf(path[0] as number);
    if (index >= 0) {
      commitment.along = (passage.bases[index] as number) + s;
    } else if (!commitment.entered) {
      const along = this.#before(motorist, passage);
      if (along === null) return 'lost';
      commitment.along = along;
    } else {
      const along = commitment.along < 0 ? this.#before(motorist, passage) : null;
      commitment.along = along ?? commitment.along + motorist.speed * this.#dt;
      if (along === null && commitment.along < passage.length - BEHIND) entry.astray = passage.junction;
    }
    if (commitment.along - half > passage.length + BEHIND) return 'done';
    commitment.entered ||= commitment.along + half > this.#approaches.line(passage, sizeOf(spec)) + OVER_LINE;
    return 'kept';
  }

  /** m along a passage where a motorist is whose path leads to it, or null. */
  #before({ path, s }: Motorist, passage: Passage): number | null {
    let base = -s;
    for (let i = 0; i < path.length; i++) {
      if (i > 0 && path[i] === passage.lanes[0] && (passage.approach < 0 || path[i - 1] === passage.approach)) {
        for (let k = 1; k < passage.lanes.length && i + k < path.length; k++) {
          if (path[i + k] !== passage.lanes[k]) return null;
        }
        return -base;
      }
      base += this.#graph.laneLength(path[i] as number);
    }
    return null;
  }

  /** Finds the passages on a motorist's way. */
  #look(motorist: Motorist, entry: Entry): void {
    const { lanes } = this.#graph;
    const { path, s, speed } = motorist;
    const size = sizeOf(motorist.spec);
    const { commitments } = entry;
    let known = 0;
    // Those that it is leaving, or was moved out of, are no longer on its path.
    for (; known < commitments.length; known++) {
      const commitment = commitments[known] as Commitment;
      if (commitment.along < 0) break;
      this.#add(motorist, size, entry, commitment.passage, commitment.along, commitment, 0);
    }
    const inside = commitments[known - 1]?.passage;
    const sight = SIGHT + SIGHT_TIME * Math.max(0, speed);
    let base = -s;
    let skipping = inside?.lanes.includes(path[0] as number) ?? false;
    for (let i = 0; i < path.length && base < sight; i++) {
      const lane = path[i] as number;
      const before = i > 0 ? (path[i - 1] as number) : -1;
      const start = i > 0 ? this.#passages.begins(before, lane) : (lanes[lane] as MapLane).junction !== null;
      if (skipping && (i === 0 || (inside?.lanes.includes(lane) && !start))) {
        base += this.#graph.laneLength(lane);
        const last = entry.arrivals[entry.arrivals.length - 1];
        if (last) last.exit = i + 1;
        continue;
      }
      skipping = false;
      if (!start) {
        base += this.#graph.laneLength(lane);
        continue;
      }
      const passage = i > 0 ? this.#passages.of(before, path, i) : this.#around(path);
      if (i === 0) base -= passage.bases[passage.lanes.indexOf(lane)] as number;
      if (this.#approaches.matters(passage)) {
        let commitment = commitments[known] ?? null;
        if (commitment?.passage === passage) known++;
        else commitment = null;
        this.#add(motorist, size, entry, passage, -base, commitment, i + lanesFrom(passage, lane));
      }
      base += passage.length;
      i += lanesFrom(passage, lane) - 1;
    }
    if (known < commitments.length) commitments.length = known;
  }

  /** The passage that somebody is on whose path begins in it. */
  #around(path: readonly number[]): Passage {
    const before = this.#passages.leadingTo(path[0] as number);
    return this.#passages.of(-1, before.length === 0 ? path : [...before, ...path], 0);
  }

  #add(
    motorist: Motorist,
    size: Size,
    entry: Entry,
    passage: Passage,
    along: number,
    commitment: Commitment | null,
    exit: number,
  ): void {
    const arrival = this.#pool.ofMotorist(motorist, size, entry, passage, along);
    arrival.commitment = commitment;
    arrival.exit = exit;
    this.#place(arrival);
    if (commitment) arrival.entered = commitment.entered;
    entry.arrivals.push(arrival);
    this.#register(arrival);
  }

  /** Works out where one stands that is not let in, and whether it is beyond that. */
  #place(arrival: Arrival): void {
    const line = this.#approaches.line(arrival.passage, arrival.size);
    arrival.hold = line;
    arrival.entered = false;
    if (front(arrival) <= line + OVER_LINE) return;
    // At a red light it does not drive in even so.
    const start = arrival.passage.signal !== null && front(arrival) <= OVER_LINE ? 0 : Infinity;
    arrival.hold = Math.min(start, this.#approaches.firstZone(arrival.passage, arrival.size) - BEFORE_ZONE);
    arrival.entered = front(arrival) > arrival.hold + OVER_LINE;
  }

  #register(arrival: Arrival): void {
    const list = this.#list(arrival.passage.junction);
    if (list.length === 0) this.#touched.push(list);
    list.push(arrival);
  }

  #findStrangers(junction: number): void {
    for (const lane of this.#approaches.lanes(junction)) {
      for (const occupant of this.#occupancy.on(lane)) {
        if (!this.#isStranger(occupant, lane)) continue;
        for (const passage of this.#passages.on(lane)) {
          this.#addStranger(occupant, passage, (passage.bases[passage.lanes.indexOf(lane)] as number) + occupant.s);
        }
      }
    }
    for (const { lane, approach, distance } of this.#approaches.feeders(junction)) {
      for (const occupant of this.#occupancy.on(lane)) {
        if (!this.#isStranger(occupant, lane)) continue;
        for (const passage of this.#passages.from(approach)) {
          if (passage.junction === junction) this.#addStranger(occupant, passage, occupant.s - distance);
        }
      }
    }
  }

  #isStranger({ user, inside, s, along }: Occupant, lane: number): boolean {
    if (!inside || user.kind === 'pedestrian' || user.kind === 'static') return false;
    if (this.#ledger.find(user.id)) return false;
    if (along < -STANDING) return false;
    return Math.abs(wrapAngle(user.heading - this.#graph.pose(lane, s, 0, this.#pose).heading)) < ALONG;
  }

  #addStranger({ user }: Occupant, passage: Passage, along: number): void {
    if (!this.#approaches.matters(passage)) return;
    const arrival = this.#pool.ofStranger(user, sizeOf(user), passage, along, this.#stood(user));
    this.#place(arrival);
    this.#register(arrival);
  }

  /** s for which somebody has stood, as far as was seen. */
  #stood({ id, speed }: RoadUser): number {
    if (Math.abs(speed) >= STANDING) {
      this.#standing.delete(id);
      return 0;
    }
    const since = this.#standing.get(id) ?? this.#time;
    this.#standing.set(id, since);
    return this.#time - since;
  }
}

/** How many lanes of a passage there are from one of them on. */
function lanesFrom(passage: Passage, lane: number): number {
  return passage.lanes.length - passage.lanes.indexOf(lane);
}
