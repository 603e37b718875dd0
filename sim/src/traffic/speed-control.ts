import { clamp } from '../math.ts';
import { GRAVITY } from '../physics/rapier.ts';
import type { Random } from '../random.ts';
import type { DriverParameters } from '../scenario.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { Motorist } from './contract.ts';
import type { Looker } from './following.ts';
import { AHEAD } from './free-speed.ts';
import { HumanDriver, type Scene } from './human/human-driver.ts';
import { idm } from './idm.ts';
import type { LanePath } from './lane-path.ts';
import type { Surroundings } from './surroundings.ts';

/** Own choices, in m, s, m/s2: how far drivers look; the hardest braking, as a share of what the road gives. */
const HORIZON = 60;
const HORIZON_TIME = 5;
const HARDEST_BRAKING = 8;
const GRIP_SHARE = 0.85;
/** m/s2 at most with which one who is too fast for limit or bend gets rid of the excess. */
const EASE_BRAKING = 3.5;
/** s in which one reaches the speed that a story holds it at, as far as the story's rate allows. */
const HELD_EASE = 0.2;
/** m to the vehicle ahead within which not even a distracted human misjudges it. */
const AT_HAND = 2;
/** m left to a stop line, and to someone on foot, when it stands there. */
const LINE_GAP = 0.4;
const PERSON_GAP = 2;

/** One whose speed is controlled. */
export interface Paced extends Looker, Motorist {
  readonly spec: Motorist['spec'];
  /** m/s that it would drive here on a free road. */
  readonly desired: number;
}

/** Speed that a story wants instead of the driver's own, m/s, and m/s2. */
export interface HeldSpeed {
  readonly speed: number;
  readonly rate: number;
}

/**
 * How fast a driver drives: by IDM, or as the simulated human that it is, towards limit, bends and those ahead; and always by IDM, as
 * towards something that stands there, to where it has to wait.
 */
export class SpeedControl implements Saved {
  held: HeldSpeed | null = null;
  readonly #around: Surroundings;
  readonly #human: HumanDriver | null;
  readonly #atLine: DriverParameters;
  readonly #hardest: number;
  readonly #scene: { speed: number; desired: number; leaders: Scene['leaders'] };

  /** @param humans the stream that simulated humans draw from. */
  constructor(parameters: DriverParameters, around: Surroundings, humans: Random) {
    this.#around = around;
    this.#human = parameters.human ? new HumanDriver(parameters, humans) : null;
    this.#atLine = { ...parameters, minGap: LINE_GAP };
    this.#hardest = Math.min(HARDEST_BRAKING, GRIP_SHARE * around.friction * GRAVITY);
    this.#scene = { speed: 0, desired: 1, leaders: around.following.leaders };
  }

  /**
   * Wanted acceleration, m/s2.
   * @param path the lanes ahead. @param end m from the front bumper to where it has to wait to leave its lane, or Infinity.
   * @param courtesy m/s2 at most, for others.
   */
  acceleration(me: Paced, path: LanePath, end: number, courtesy: number, dt: number): number {
    const wanted = Math.min(this.#follow(me, path, dt), this.#stop(me, path, end), this.held ? Infinity : courtesy);
    return Math.max(wanted, -this.#hardest);
  }

  save(writer: StateWriter): void {
    writer.bool(this.held !== null);
    writer.f64(this.held?.speed ?? 0);
    writer.f64(this.held?.rate ?? 0);
    this.#human?.save(writer);
  }

  load(reader: StateReader): void {
    const holding = reader.bool();
    const held = { speed: reader.f64(), rate: reader.f64() };
    this.held = holding ? held : null;
    this.#human?.load(reader);
  }

  /** For bends, limits, a story's speed and whoever is ahead. */
  #follow(me: Paced, path: LanePath, dt: number): number {
    const { parameters, desired, speed } = me;
    const { following } = this.#around;
    following.search(me, path, HORIZON + HORIZON_TIME * speed, parameters.human?.leaders ?? 1);
    const { gap, speed: leaderSpeed, personGap } = following;
    const { held } = this;
    let wanted: number;
    if (held) {
      const kept = clamp((held.speed - speed) / HELD_EASE, -held.rate, held.rate);
      wanted = Math.min(kept, idm(parameters, speed, Infinity, gap, leaderSpeed));
    } else if (this.#human) {
      const scene = this.#scene;
      scene.speed = speed;
      scene.desired = Math.max(desired, speed, 0.1);
      wanted = this.#human.acceleration(scene, dt);
      if (gap < AT_HAND) wanted = Math.min(wanted, idm(this.#atLine, speed, Infinity, gap, leaderSpeed));
    } else {
      wanted = idm(parameters, speed, speed <= desired ? desired : Infinity, gap, leaderSpeed);
    }
    // Above the wanted speed IDM would brake with its fourth power: eased off instead, while those ahead still count.
    if (!held && speed > desired) wanted = Math.min(wanted, Math.max(-EASE_BRAKING, (desired - speed) / AHEAD));
    if (personGap === Infinity) return wanted;
    return Math.min(wanted, idm(parameters, speed, Infinity, Math.max(0.01, personGap - PERSON_GAP), 0));
  }

  /** For where it has to stand: the right of way, narrow bends, and the end of a lane that has to be left. */
  #stop(me: Paced, path: LanePath, end: number): number {
    const { rightOfWay, narrowBends } = this.#around;
    const distance = Math.min(rightOfWay.stopDistance(me), narrowBends.stopDistance(me, path), end);
    return distance === Infinity ? Infinity : idm(this.#atLine, me.speed, Infinity, Math.max(distance, 0.01), 0);
  }
}
