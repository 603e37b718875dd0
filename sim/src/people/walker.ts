/** Somebody on foot, as the others see it. Metres, m/s, rad. Live: its fields are those of the present moment. */
export interface Walker {
  /** Entity id. */
  readonly id: number;
  /** The plan's name of it; `walker-ID` for those who have none. */
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** The ground below the feet. */
  readonly z: number;
  /** Where it looks. */
  readonly heading: number;
  readonly vx: number;
  readonly vy: number;
  readonly speed: number;
  /** Whether it was hit and lies on the ground. */
  readonly struck: boolean;
}
