/** What the detectors of signal controllers see. */
export interface SignalDemand {
  /**
   * s until the next vehicle that will, or may, drive into a lane passes its stop line at its present speed; 0 for one that stands
   * before it, Infinity when none comes.
   * @param lane the lane inside the junction that the signal governs.
   */
  arrival(lane: number): number;
  /** The same of vehicles with blue lights; 0 as long as one is in the lane itself. */
  emergency(lane: number): number;
  /** Whether somebody stands at a crossing and wants to walk over it. */
  people(crossing: number): boolean;
}
