/**
 * What wheels stand on: functions of the place, so that no ray has to be cast. World frame, metres. `z` tells which surface is meant
 * where several lie over each other: the one nearest to it, or the highest without it.
 */
export interface Ground {
  /** Whether its height and friction are the same everywhere; its normal is up then and is not asked for. */
  readonly level: boolean;
  height(x: number, y: number, z?: number): number;
  /** Tyre-road friction coefficient, 0.05..1.5. */
  friction(x: number, y: number, z?: number): number;
  /** Writes the unit normal. */
  normal(x: number, y: number, into: Normal, z?: number): void;
}

export interface Normal {
  x: number;
  y: number;
  z: number;
}
