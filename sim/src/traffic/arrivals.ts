import type { DriverParameters, TrafficClass } from '../scenario.ts';
import type { Saved } from '../state.ts';

/** A vehicle that wants to come in. */
export interface Newcomer {
  readonly name: string;
  readonly class: TrafficClass;
  readonly driver: DriverParameters;
  readonly emergency: boolean;
  /** Lanes at whose start it may enter; where it is going. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** The lanes of its route where the plan prescribes one; else it takes the shortest way. */
  readonly along: readonly number[];
}

/** A place where vehicles come in over time. */
export interface Arrivals extends Saved {
  /** Lets those come who are due. @param time s */
  arrive(time: number): void;
  /** The one who waits first, or null. */
  readonly first: Newcomer | null;
  /** The first has entered. @returns what `again` needs to know of it. */
  enter(): Entered;
  /** Whoever entered, as it was. */
  again(entered: Entered): Newcomer;
}

/** One who entered: its number, from 1, and which of the plan's choices it drew. */
export interface Entered {
  readonly number: number;
  readonly choice: number;
}
