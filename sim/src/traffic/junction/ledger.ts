import type { StateReader, StateWriter } from '../../state.ts';
import type { Motorist } from '../contract.ts';
import type { Arrival } from './arrival.ts';
import type { Passage, Passages } from './passage.ts';

/** Why a motorist was not let in when it last asked. */
export const REASONS = [
  'none',
  'signal',
  'stop',
  'crossing',
  'room',
  'queue',
  'gap',
  'occupied',
  'taken',
  'blocked',
] as const;
export type Reason = (typeof REASONS)[number];

/** A passage that was promised to a motorist. Of two that share a zone the one with the lower `order` goes first. */
export interface Commitment {
  readonly passage: Passage;
  order: number;
  /** m along the passage, middle of the body. */
  along: number;
  /** Whether its front has passed the line. */
  entered: boolean;
}

/** What is remembered of one motorist. */
export interface Entry {
  readonly id: number;
  /** Of this tick; null right after a keyframe was loaded. */
  motorist: Motorist | null;
  reason: Reason;
  /** s for which it has stood before a line without being let in. */
  waited: number;
  /** s for which it has stood although it was let in. */
  stalled: number;
  /** Whether it has halted at the stop sign before it. */
  halted: boolean;
  /** Whether it has been refused for lack of room since it last drove. */
  full: boolean;
  /** m from its front to where it last had to stand, Infinity for nowhere. */
  stop: number;
  /** In order of its way. */
  readonly commitments: Commitment[];
  /** The junction that it has driven into and in which it changed its way, if any: not state. */
  astray: number | null;
  /** The passages on its way within sight, in this tick: not state. */
  readonly arrivals: Arrival[];
}

/** Who has been promised what. All of it is state. */
export class Ledger {
  readonly #passages: Passages;
  readonly #entries = new Map<number, Entry>();
  #next = 0;

  constructor(passages: Passages) {
    this.#passages = passages;
  }

  /** The entry of a motorist, or undefined for those who are none. */
  find(id: number): Entry | undefined {
    return this.#entries.get(id);
  }

  of(motorist: Motorist): Entry {
    let entry = this.#entries.get(motorist.id);
    if (!entry) {
      entry = {
        id: motorist.id,
        motorist,
        reason: 'none',
        waited: 0,
        stalled: 0,
        halted: false,
        full: false,
        stop: Infinity,
        commitments: [],
        astray: null,
        arrivals: [],
      };
      this.#entries.set(motorist.id, entry);
    }
    entry.motorist = motorist;
    return entry;
  }

  forget(id: number): void {
    this.#entries.delete(id);
  }

  /** Promises a passage, behind everybody who has been promised one before. */
  commit(entry: Entry, passage: Passage, along: number, entered: boolean): Commitment {
    const commitment = { passage, order: this.#next++, along, entered };
    entry.commitments.push(commitment);
    entry.waited = 0;
    entry.halted = false;
    entry.reason = 'none';
    return commitment;
  }

  /** Takes a promise back, and those for what lies behind it. */
  revoke(entry: Entry, commitment: Commitment): void {
    const index = entry.commitments.indexOf(commitment);
    if (index >= 0) entry.commitments.length = index;
    entry.stalled = 0;
  }

  save(writer: StateWriter): void {
    writer.f64(this.#next);
    const ids = [...this.#entries.keys()].sort((a, b) => a - b);
    writer.u32(ids.length);
    for (const id of ids) {
      const entry = this.#entries.get(id) as Entry;
      writer.u32(id);
      writer.u32(REASONS.indexOf(entry.reason));
      writer.f64(entry.waited);
      writer.f64(entry.stalled);
      writer.bool(entry.halted);
      writer.bool(entry.full);
      writer.f64(entry.stop);
      writer.u32(entry.commitments.length);
      for (const { passage, order, along, entered } of entry.commitments) {
        writer.f64(passage.approach);
        writer.u32(passage.lanes.length);
        for (const lane of passage.lanes) writer.u32(lane);
        writer.f64(order);
        writer.f64(along);
        writer.bool(entered);
      }
    }
  }

  load(reader: StateReader): void {
    this.#entries.clear();
    this.#next = reader.f64();
    for (let count = reader.u32(); count > 0; count--) {
      const id = reader.u32();
      const entry: Entry = {
        id,
        motorist: null,
        reason: REASONS[reader.u32()] as Reason,
        waited: reader.f64(),
        stalled: reader.f64(),
        halted: reader.bool(),
        full: reader.bool(),
        stop: reader.f64(),
        commitments: [],
        astray: null,
        arrivals: [],
      };
      for (let k = reader.u32(); k > 0; k--) {
        const approach = reader.f64();
        const lanes = Array.from({ length: reader.u32() }, () => reader.u32());
        const passage = this.#passages.of(approach, lanes, 0);
        entry.commitments.push({ passage, order: reader.f64(), along: reader.f64(), entered: reader.bool() });
      }
      this.#entries.set(id, entry);
    }
  }
}
