import type { EntityClass } from '@gauntlet/agents-sdk/protocol';

/** What drivers and people see of anything that moves on the road. Metres, m/s, rad; x and y are the middle of the body, z is its lower end. */
export interface RoadUser {
  /** Entity id. */
  readonly id: number;
  readonly kind: EntityClass;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly heading: number;
  /** Along the body. */
  readonly speed: number;
  readonly length: number;
  readonly width: number;
  /** Whether an agent drives it. */
  readonly seat: boolean;
  /** Whether it drives with blue lights. */
  readonly emergency: boolean;
}
