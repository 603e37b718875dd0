import { Random } from '../../../random.ts';
import type { DriverParameters } from '../../../scenario.ts';
import { HumanDriver, type SceneLeader } from '../human-driver.ts';

/** s of a tick. */
export const DT = 0.05;
/** m */
const LENGTH = 5;
/** m/s2 */
const HARDEST = 8;

/** A column of human drivers on one lane behind a car whose speed is given: positions and speeds alone, integrated by trapezoids. */
export class Platoon {
  /** The leading car first. m of the front bumpers; m/s; m/s2 in the last tick. */
  readonly x: number[];
  readonly speed: number[];
  readonly acceleration: number[];
  readonly drivers: readonly HumanDriver[];
  readonly #parameters: readonly DriverParameters[];
  readonly #desired: number;
  time = 0;

  /** @param desired m/s of the limit. @param spacing m, bumper to bumper at the beginning. @param anticipates see `HumanDriver`. */
  constructor(
    parameters: readonly DriverParameters[],
    start: { readonly speed: number; readonly spacing: number; readonly desired: number },
    seed = '1',
    anticipates = true,
  ) {
    this.#parameters = parameters;
    this.#desired = start.desired;
    this.x = Array.from({ length: parameters.length + 1 }, (_, i) => -i * (start.spacing + LENGTH));
    this.speed = this.x.map(() => start.speed);
    this.acceleration = this.x.map(() => 0);
    this.drivers = parameters.map((each, i) => new HumanDriver(each, new Random(seed, `human/${i}`), anticipates));
  }

  /** m from the front of each follower to the rear of the one ahead of it. */
  gap(follower: number): number {
    return (this.x[follower - 1] as number) - (this.x[follower] as number) - LENGTH;
  }

  /** One tick. @param leadSpeed m/s of the first car at its end. */
  step(leadSpeed: number): void {
    const { x, speed, acceleration } = this;
    acceleration[0] = (leadSpeed - (speed[0] as number)) / DT;
    for (let i = 1; i < x.length; i++) {
      const leaders: SceneLeader[] = [];
      for (let j = i; j > 0 && leaders.length < 5; j--)
        leaders.push({ gap: this.gap(j), speed: speed[j - 1] as number });
      const { speedFactor } = this.#parameters[i - 1] as DriverParameters;
      const scene = { speed: speed[i] as number, desired: this.#desired * speedFactor, leaders };
      acceleration[i] = Math.max(-HARDEST, (this.drivers[i - 1] as HumanDriver).acceleration(scene, DT));
    }
    for (let i = 0; i < x.length; i++) {
      const before = speed[i] as number;
      const after = Math.max(0, before + (acceleration[i] as number) * DT);
      x[i] = (x[i] as number) + ((before + after) / 2) * DT;
      speed[i] = after;
    }
    this.time += DT;
  }
}
