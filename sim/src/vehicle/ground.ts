/** What wheels stand on: a height function, so that no ray has to be cast. World frame, metres. */
export interface Ground {
  height(x: number, y: number): number;
  /** Tyre-road friction coefficient, 0.05..1.2. */
  friction(x: number, y: number): number;
  /** Writes the unit normal. Without this method the ground is level everywhere and the normal is up. */
  normal?(x: number, y: number, into: Normal): void;
}

export interface Normal {
  x: number;
  y: number;
  z: number;
}
