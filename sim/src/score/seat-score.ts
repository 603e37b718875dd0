import { hypot } from '../math.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import { drivingScore, type Infraction } from './driving-score.ts';

/** m off the route at which it ends, and m/s and s of standing still that end it (CARLA Leaderboard). */
const OFF_ROUTE = 30;
const BLOCKED_SPEED = 0.1;
const BLOCKED_SECONDS = 180;
/** The goal counts as reached so many m before the very end of the route. */
const GOAL_MARGIN = 1;

export type SeatEnd = '' | 'goal' | 'time-limit' | 'off-route' | 'blocked' | 'retired';

/** What one seat has done so far, and what that is worth. Lengths in m, times in s. */
export class SeatScoreCard implements Saved {
  readonly #routeLength: number;
  readonly infractions: Record<Infraction, number> = {
    'collision-pedestrian': 0,
    'collision-vehicle': 0,
    'collision-static': 0,
  };
  /** Furthest point reached along the route. */
  progress = 0;
  end: SeatEnd = '';
  #driven = 0;
  #outOfLane = 0;
  /** Ticks. */
  #standing = 0;
  #seconds = 0;
  #topSpeed = 0;
  /** Sums over the ticks with traffic around, m/s. */
  #speedInTraffic = 0;
  #trafficSpeed = 0;
  #hardestBraking = 0;
  #offRoad = false;

  constructor(routeLength: number) {
    this.#routeLength = routeLength;
  }

  /** 0..1. */
  get completion(): number {
    return this.end === 'goal' ? 1 : Math.min(1, this.progress / this.#routeLength);
  }

  /** Own speed over that of the traffic around, over all ticks that had any; 1 at most, and where there never was any. */
  get #speedShare(): number {
    return this.#trafficSpeed > 0 ? Math.min(1, this.#speedInTraffic / this.#trafficSpeed) : 1;
  }

  get score(): number {
    const outOfLane = this.#driven > 0 ? this.#outOfLane / this.#driven : 0;
    return drivingScore(this.completion, this.infractions, outOfLane, this.#speedShare);
  }

  get reachedGoal(): boolean {
    return this.end === 'goal';
  }

  /**
   * Takes one tick into account and says whether the seat has just left the road.
   * @param distance along the route. @param aside distance from the route. @param inLane inside any lane that may be driven.
   * @param traffic mean speed of the rule-driven vehicles around, m/s, or null where there are none.
   */
  tick(
    dt: number,
    distance: number,
    aside: number,
    inLane: boolean,
    velocity: { vx: number; vy: number; ax: number },
    traffic: number | null = null,
  ): boolean {
    const speed = hypot(velocity.vx, velocity.vy);
    this.#seconds += dt;
    this.#driven += speed * dt;
    if (!inLane) this.#outOfLane += speed * dt;
    this.#standing = speed < BLOCKED_SPEED ? this.#standing + 1 : 0;
    if (traffic !== null) {
      this.#speedInTraffic += speed;
      this.#trafficSpeed += traffic;
    }
    this.#topSpeed = Math.max(this.#topSpeed, speed);
    this.#hardestBraking = Math.max(this.#hardestBraking, -velocity.ax);
    this.progress = Math.max(this.progress, distance);
    if (this.progress >= this.#routeLength - GOAL_MARGIN) this.end = 'goal';
    else if (aside > OFF_ROUTE) this.end = 'off-route';
    else if (this.#standing * dt > BLOCKED_SECONDS) this.end = 'blocked';
    const left = !inLane && !this.#offRoad;
    this.#offRoad = !inLane;
    return left;
  }

  /** Figures for people and tables, SI units. */
  metrics(): Record<string, number> {
    return {
      completion: this.completion,
      distance: this.#driven,
      outOfLane: this.#outOfLane,
      seconds: this.#seconds,
      meanSpeed: this.#seconds > 0 ? this.#driven / this.#seconds : 0,
      topSpeed: this.#topSpeed,
      speedShare: this.#speedShare,
      hardestBraking: this.#hardestBraking,
    };
  }

  save(writer: StateWriter): void {
    for (const count of Object.values(this.infractions)) writer.u32(count);
    writer.text(this.end);
    writer.bool(this.#offRoad);
    for (const value of [this.progress, this.#driven, this.#outOfLane]) writer.f64(value);
    for (const value of [this.#speedInTraffic, this.#trafficSpeed]) writer.f64(value);
    for (const value of [this.#standing, this.#seconds, this.#topSpeed, this.#hardestBraking]) writer.f64(value);
  }

  load(reader: StateReader): void {
    for (const name of Object.keys(this.infractions) as Infraction[]) this.infractions[name] = reader.u32();
    this.end = reader.text() as SeatEnd;
    this.#offRoad = reader.bool();
    this.progress = reader.f64();
    this.#driven = reader.f64();
    this.#outOfLane = reader.f64();
    this.#speedInTraffic = reader.f64();
    this.#trafficSpeed = reader.f64();
    this.#standing = reader.f64();
    this.#seconds = reader.f64();
    this.#topSpeed = reader.f64();
    this.#hardestBraking = reader.f64();
  }
}
