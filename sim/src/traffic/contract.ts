/**
 * What the parts of traffic know of one another: drivers, junctions, signals, crossings, changes of lane. Interfaces only.
 * One tick: occupancy is built from everybody's poses; signals and people step; `RightOfWay.begin`; then, in order of ids,
 * each driver locates itself, may begin a change of lane, asks its right of way, and sets its vehicle's command.
 */
import type { SignalState } from '@gauntlet/agents-sdk/protocol';
import type { DriverParameters } from '../scenario.ts';
import type { VehicleSpec } from '../vehicle/spec.ts';
import type { Saved } from '../state.ts';

/** A rule-driven driver as the others know it. Live: its fields are those of the present moment. */
export interface Motorist {
  /** Entity id of its vehicle. */
  readonly id: number;
  readonly spec: VehicleSpec;
  /** m/s along the body, 0 or more. */
  readonly speed: number;
  /**
   * The lanes that it will drive, in order, the one it is in first (the new one as soon as it changes lane). Each follows the one
   * before: a change of lane that is still to come is not in it, and the path then ends with the lane that has to be left.
   */
  readonly path: readonly number[];
  /** m along `path[0]`, middle of the body. */
  readonly s: number;
  /** m to the left of the centre of `path[0]`. */
  readonly offset: number;
  readonly parameters: DriverParameters;
  /** Drives with blue lights. */
  readonly emergency: boolean;
  /** The lane that it leaves while it changes lane, else null. */
  readonly leaving: number | null;
}

/** What signals show. */
export interface SignalView {
  /** @param signal index into the map's signals. */
  state(signal: number): SignalState;
}

/** Who uses the crossings. */
export interface CrossingView {
  /**
   * Whether vehicles have to leave a crossing free: somebody walks on it, or is about to step on it and goes first.
   * @param crossing index into the map's crossings.
   */
  claimed(crossing: number): boolean;
}

/**
 * Signals, stop and give-way lines, priority, gap acceptance, crossings, and who has the junction: everything that makes a driver
 * wait where no one is ahead of it in its lane. What it has promised to one is kept until that one has passed.
 */
export interface RightOfWay extends Saved {
  /** After occupancy, before the first driver decides. @param motorists in order of ids. */
  begin(motorists: readonly Motorist[], time: number, dt: number): void;
  /**
   * m from the motorist's front bumper along its path to where it must stand, 0 at least; Infinity where nothing stops it within
   * its sight. Asked once a tick of each motorist, in order of ids; may promise it the junction ahead.
   */
  stopDistance(motorist: Motorist): number;
  /** The motorist has left the world. */
  forget(id: number): void;
}

/** A change of lane that a driver should begin now. */
export interface LaneChange {
  readonly lane: number;
  readonly direction: 'left' | 'right';
  /** s. */
  readonly duration: number;
}
