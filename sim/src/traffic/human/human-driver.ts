import { exp } from '../../math.ts';
import type { Random } from '../../random.ts';
import type { DriverParameters, HumanParameters } from '../../scenario.ts';
import type { Saved, StateReader, StateWriter } from '../../state.ts';

/** One ahead: m of road between its rear and the front bumper of the one behind it (for the first: the driver's own); m/s along the way. */
export interface SceneLeader {
  readonly gap: number;
  readonly speed: number;
}

/** What a driver has ahead of it at one moment. */
export interface Scene {
  /** Own speed, m/s, and the one it would drive on a free road, positive. */
  readonly speed: number;
  readonly desired: number;
  /** Those ahead in its way, the nearest first. */
  readonly leaders: readonly SceneLeader[];
}

/** Own choices. s to a collision below which nobody looks away, and those who do look up (looming in the corner of the eye). */
const LOOMING = 4;
/** m/s2 of a leader's braking that makes anyone look up. */
const GLARING = 2.5;
/** A glance lasts between these shares of its mean. */
const GLANCE_SPREAD = 0.5;
/**
 * Times its comfortable braking that must be needed before it brakes as hard as it must; m then left to the leader; share by which it
 * brakes harder than it must.
 */
const EMERGENCY = 1.7;
const LEFT_OVER = 1;
const EMERGENCY_EXCESS = 0.1;
/** m/s2 of a leader's braking that count as braking, and above which it is another leader. */
const BRAKE_LIGHTS = 0.5;
const HARDEST_SEEN = 10;
/** m below which an estimated gap counts no less. */
const LEAST_GAP = 0.1;

/**
 * The human driver model on top of IDM: Treiber, Kesting, Helbing, Delays, inaccuracies and anticipation in microscopic traffic
 * models, Physica A 360 (2006) 71-88. Reaction time T': what it does at t follows from the scene at t - T'. Estimation errors of gap
 * and approach rate are Ornstein-Uhlenbeck processes. Anticipation in time: gap and own speed are carried on by T' with constant
 * approach rate and constant acceleration; in space: the interaction terms of several vehicles ahead are summed, with s0 and T scaled
 * so that the equilibrium stays that of IDM.
 * Beside the model (own choices): it looks away now and then, and brakes as hard as it must once its comfortable braking is not enough.
 */
export class HumanDriver implements Saved {
  readonly #driver: DriverParameters;
  readonly #human: HumanParameters;
  readonly #random: Random;
  readonly #anticipates: boolean;
  /** Estimation errors w, of variance 1. */
  #gapError = 0;
  #rateError = 0;
  /** s for which it still looks away, and what it saw when it began to. */
  #away = 0;
  #seen: { gap: number; speed: number }[] = [];
  /** m/s a tick ago; negative before the first. */
  #speed = -1;
  /** The leader's speed a tick ago (negative without one), and how hard it brakes, m/s2. */
  #leaderSpeed = -1;
  #leaderBraking = 0;
  /** Reactions to the scenes of the last ticks, m/s2, the newest at `#newest`. */
  #reactions = new Float64Array(0);
  #newest = 0;

  /**
   * @param parameters with `human`. @param random may be shared with others: each saves it.
   * @param anticipates whether it looks ahead in time; only models without it have a reason not to.
   * @throws RangeError without `human`.
   */
  constructor(parameters: DriverParameters, random: Random, anticipates = true) {
    if (!parameters.human) throw new RangeError('driver: expected `human` parameters of a human driver, got none');
    this.#driver = parameters;
    this.#human = parameters.human;
    this.#random = random;
    this.#anticipates = anticipates;
  }

  /** Whether it looks away from the road. */
  get distracted(): boolean {
    return this.#away > 0;
  }

  /**
   * Wanted acceleration for those ahead and the wanted speed, m/s2: the reaction to the scene a reaction time ago.
   * To be asked once each tick. @param dt s, always the same.
   */
  acceleration(scene: Scene, dt: number): number {
    const { reaction, persistence } = this.#human;
    const decay = persistence > 0 ? exp(-dt / persistence) : 0;
    const kick = Math.sqrt(1 - decay * decay);
    this.#gapError = decay * this.#gapError + kick * this.#random.normal();
    this.#rateError = decay * this.#rateError + kick * this.#random.normal();
    const own = this.#speed < 0 ? 0 : (scene.speed - this.#speed) / dt;
    this.#speed = scene.speed;
    this.#watch(scene.leaders[0], dt);
    const leaders = this.#look(scene, dt);
    return this.#later(this.#react(scene.speed, own, scene.desired, leaders), reaction / dt);
  }

  save(writer: StateWriter): void {
    this.#random.save(writer);
    writer.f64(this.#gapError);
    writer.f64(this.#rateError);
    writer.f64(this.#away);
    writer.f64(this.#speed);
    writer.f64(this.#leaderSpeed);
    writer.f64(this.#leaderBraking);
    writer.u32(this.#seen.length);
    for (const { gap, speed } of this.#seen) {
      writer.f64(gap);
      writer.f64(speed);
    }
    writer.u32(this.#newest);
    writer.u32(this.#reactions.length);
    for (const reaction of this.#reactions) writer.f64(reaction);
  }

  load(reader: StateReader): void {
    this.#random.load(reader);
    this.#gapError = reader.f64();
    this.#rateError = reader.f64();
    this.#away = reader.f64();
    this.#speed = reader.f64();
    this.#leaderSpeed = reader.f64();
    this.#leaderBraking = reader.f64();
    this.#seen = Array.from({ length: reader.u32() }, () => ({ gap: reader.f64(), speed: reader.f64() }));
    this.#newest = reader.u32();
    this.#reactions = Float64Array.from({ length: reader.u32() }, () => reader.f64());
  }

  /** What it takes for the truth: the leaders as they are, or, while it looks away, as they would be had they kept their speed. */
  #look(scene: Scene, dt: number): readonly SceneLeader[] {
    const { glances, glanceSeconds } = this.#human;
    if (glances <= 0) return scene.leaders;
    const first = scene.leaders[0];
    const looming =
      first !== undefined &&
      scene.speed > 0 &&
      (this.#leaderBraking > GLARING || first.gap < this.#watchful(scene.speed, first.speed));
    // Drawn each tick, so that what happens on the road does not shift the stream.
    const draw = this.#random.unit();
    const duration = glanceSeconds * this.#random.between(1 - GLANCE_SPREAD, 1 + GLANCE_SPREAD);
    if (this.#away > 0) {
      this.#away = looming ? 0 : Math.max(0, this.#away - dt);
      if (this.#away > 0) {
        let rear = scene.speed;
        for (const leader of this.#seen) {
          leader.gap = Math.max(0, leader.gap + (leader.speed - rear) * dt);
          rear = leader.speed;
        }
        return this.#seen;
      }
      this.#seen = [];
    } else if (!looming && draw < (glances / 3600) * dt) {
      this.#away = duration;
      this.#seen = scene.leaders.slice(0, this.#human.leaders).map(({ gap, speed }) => ({ gap, speed }));
    }
    return scene.leaders;
  }

  /** m to the leader below which it keeps its eyes on it. */
  #watchful(speed: number, leaderSpeed: number): number {
    return Math.max(LOOMING * (speed - leaderSpeed), 2 * this.#driver.minGap + this.#human.reaction * speed);
  }

  /** The acceleration that the model answers a scene with, m/s2. */
  #react(speed: number, own: number, desired: number, leaders: readonly SceneLeader[]): number {
    const { acceleration: a, braking: b, minGap, headway } = this.#driver;
    const { reaction, gapError, rateError } = this.#human;
    const ahead = this.#anticipates ? reaction : 0;
    const v = Math.max(0, speed + ahead * own);
    const ratio = v / desired;
    const free = a * (1 - ratio * ratio * ratio * ratio);
    const count = Math.min(leaders.length, this.#human.leaders);
    let squares = 0;
    for (let j = 1; j <= count; j++) squares += 1 / (j * j);
    const still = (minGap + v * headway) / Math.sqrt(squares);
    const misjudged = exp(gapError * this.#gapError);
    let interaction = 0;
    let distance = 0;
    for (let j = 0; j < count; j++) {
      const leader = leaders[j] as SceneLeader;
      distance += Math.max(0, leader.gap);
      const gap = misjudged * distance;
      const rate = speed - leader.speed + gap * rateError * this.#rateError;
      const wanted = Math.max(0, still + (v * rate) / (2 * Math.sqrt(a * b)));
      const term = wanted / Math.max(LEAST_GAP, gap - ahead * rate);
      interaction += term * term;
    }
    // A limit that drops is no danger: nobody brakes hard for it.
    const wanted = Math.max(free, -b) - a * interaction;
    const needed = this.#needed(speed, own, leaders[0]);
    return needed > EMERGENCY * b ? Math.min(wanted, -(1 + EMERGENCY_EXCESS) * needed) : wanted;
  }

  /**
   * Braking with which it just does not run into the leader, m/s2, if it begins a reaction time from now: the leader goes on to brake
   * as it does (its brake lights tell), seen without error.
   */
  #needed(speed: number, own: number, leader: SceneLeader | undefined): number {
    if (!leader) return 0;
    const { reaction } = this.#human;
    const soon = Math.max(0, speed + reaction * own);
    const leaderSoon = Math.max(0, leader.speed - reaction * this.#leaderBraking);
    const gap = leader.gap - LEFT_OVER - (reaction * (speed + soon - leader.speed - leaderSoon)) / 2;
    const closing = soon - leaderSoon;
    const whileMoving = closing > 0 ? (closing * closing) / (2 * Math.max(LEAST_GAP, gap)) : 0;
    if (this.#leaderBraking < BRAKE_LIGHTS) return whileMoving;
    const room = gap + (leaderSoon * leaderSoon) / (2 * this.#leaderBraking);
    return Math.max(whileMoving, (soon * soon) / (2 * Math.max(LEAST_GAP, room)));
  }

  /** Sees how hard the leader brakes. @returns m/s2, 0 where another one has come in between. */
  #watch(leader: SceneLeader | undefined, dt: number): void {
    const before = this.#leaderSpeed;
    this.#leaderSpeed = leader ? leader.speed : -1;
    const braking = leader && before >= 0 ? (before - leader.speed) / dt : 0;
    this.#leaderBraking = braking > 0 && braking < HARDEST_SEEN ? braking : 0;
  }

  /**
   * Reactions come a reaction time late, interpolated between ticks. Since all that a reaction depends on is of one moment, delaying
   * it is the same as delaying every input.
   * @param ticks the reaction time in ticks, not necessarily whole.
   */
  #later(reaction: number, ticks: number): number {
    const whole = Math.floor(ticks);
    if (this.#reactions.length !== whole + 2) {
      this.#reactions = new Float64Array(whole + 2).fill(reaction);
      this.#newest = 0;
    }
    const size = whole + 2;
    this.#newest = (this.#newest + 1) % size;
    this.#reactions[this.#newest] = reaction;
    const late = this.#reactions[(this.#newest - whole + size) % size] as number;
    const later = this.#reactions[(this.#newest - whole - 1 + size) % size] as number;
    return late + (ticks - whole) * (later - late);
  }
}
