import type { Motorist } from '../contract.ts';

/** What a storyboard can make of a driver. Until it is taken back, a story's wish stands for the driver's own. */
export interface ScriptedDriver extends Motorist {
  /** The plan's name of it. */
  readonly name: string;
  /**
   * Makes it drive at a speed (m/s, in place of limit and temper), approached by no more than a rate (m/s2), as far as those ahead
   * allow; null gives it its own will back.
   */
  hold(speed: { readonly speed: number; readonly rate: number } | null): void;
  /**
   * Starts to move over to the lane beside, whoever is there, however junctions lie; its way then goes on from that lane. While a story
   * holds it, it does not change lane by itself.
   * @param duration s. @returns false when there is no such lane.
   */
  changeLane(direction: 'left' | 'right', duration: number): boolean;
  /** m to the left of the lane's centre where it wants to drive from now on, reached within `duration` s; 0 ends it. */
  keepOffset(offset: number, duration: number): void;
  /** A way of its own from the lane where it is, or one beside it, to the end of the last. @returns false when it cannot be driven. */
  assignRoute(lanes: readonly number[]): boolean;
}

/** What a storyboard can make of a person on foot. */
export interface ScriptedWalker {
  /** Entity id. */
  readonly id: number;
  /** Lets it go when it waits at the start of its path. */
  walk(): void;
}
