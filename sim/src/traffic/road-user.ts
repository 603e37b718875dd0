/** What drivers see of anything that moves on the road. Metres, m/s, rad; x and y are the middle of the body. */
export interface RoadUser {
  /** Entity id. */
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  /** Along the body. */
  readonly speed: number;
  readonly length: number;
  readonly width: number;
  /** Whether an agent drives it. */
  readonly seat: boolean;
}
