import type { Saved, StateReader, StateWriter } from '../../state.ts';
import type { Motorist } from '../contract.ts';

/** What a driver's way demands of its lanes, from its navigator. Live, as all of a motorist. */
export interface LaneNeed {
  /** Changes of lane before its lane or its way ends: positive to the left, negative to the right, 0 for none. */
  readonly changes: number;
  /** m from its front bumper to where the last of them has to be over; Infinity without any. */
  readonly room: number;
  /** m that its way gets longer if it stays in its lane; Infinity where there is no other way: it then waits rather than goes on. */
  readonly detour: number;
}

/** A motorist as changes of lane see it. */
export interface LaneUser extends Motorist {
  readonly need: LaneNeed;
  /** As `need.changes`, were it in a lane beside its own. */
  changesFrom(lane: number): number;
  /**
   * m from its front bumper to where it would have to have left a lane beside its own again, were it there; Infinity where that lane
   * leads on, 0 where no way leads on from it.
   */
  roomIn(lane: number): number;
  /** m/s that it would drive here on a free road: limit, temper, bends. */
  readonly desired: number;
  /** Its own; made with it, saved with it. Only changes of lane write to it. */
  readonly lanes: LaneMemory;
}

/** What one driver keeps in mind about lanes. */
export class LaneMemory implements Saved {
  /** s until it may change lane for its own advantage again. */
  rest = 0;
  /** The lane it wants into and cannot enter yet, or -1. */
  wish = -1;
  /** s that it has wished so. */
  wished = 0;
  /** Id of one beside that it lets in ahead of itself, or -1, and s for which it still does. */
  guest = -1;
  patience = 0;
  /** s in which it lets nobody else in: one for each, as a zip closes. */
  served = 0;

  /** Lets dt s pass. */
  age(dt: number): void {
    this.rest = Math.max(0, this.rest - dt);
    this.served = Math.max(0, this.served - dt);
    this.patience = Math.max(0, this.patience - dt);
  }

  /** It no longer wants into another lane. */
  forget(): void {
    this.wish = -1;
    this.wished = 0;
  }

  save(writer: StateWriter): void {
    writer.f64(this.rest);
    writer.f64(this.wish);
    writer.f64(this.wished);
    writer.f64(this.guest);
    writer.f64(this.patience);
    writer.f64(this.served);
  }

  load(reader: StateReader): void {
    this.rest = reader.f64();
    this.wish = reader.f64();
    this.wished = reader.f64();
    this.guest = reader.f64();
    this.patience = reader.f64();
    this.served = reader.f64();
  }
}
