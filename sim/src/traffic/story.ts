import type { LaneGraph } from '../road/lane-graph.ts';
import type { StoryAction, StoryCondition, StoryPlan } from '../scenario.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { Driver } from './driver.ts';
import type { Occupancy } from './occupancy.ts';

/** m/s to a wanted speed at which a speed action counts as done. */
const CLOSE = 0.3;

/**
 * One scripted piece of conduct: waits for its condition, then lets its actor do the actions one after another. Its vocabulary is that of
 * ASAM OpenSCENARIO XML 1.2: SimulationTimeCondition, RelativeDistanceCondition (longitudinal, free space), LaneChangeAction, SpeedAction.
 */
export class Story implements Saved {
  readonly plan: StoryPlan;
  /** Index of the action under way, -1 before the condition has held. */
  #action = -1;
  /** s in that action, and s after which it ends whether or not it has reached what it wants. */
  #elapsed = 0;
  #patience = 0;

  constructor(plan: StoryPlan) {
    this.plan = plan;
  }

  get done(): boolean {
    return this.#action >= this.plan.actions.length;
  }

  /**
   * One tick, before the actor decides.
   * @param time s. @param driver the actor, or undefined when it has left the world. @returns a sentence for each action that begins.
   */
  step(time: number, dt: number, driver: Driver | undefined, graph: LaneGraph, occupancy: Occupancy): string[] {
    if (this.done) return [];
    if (!driver) {
      this.#action = this.plan.actions.length;
      return [];
    }
    const told: string[] = [];
    if (this.#action < 0) {
      if (!holds(this.plan.when, time, driver, graph, occupancy)) return told;
      this.#begin(0, driver, told);
    } else {
      this.#elapsed += dt;
    }
    while (!this.done && this.#over(driver)) this.#begin(this.#action + 1, driver, told);
    if (this.done) driver.hold(null);
    return told;
  }

  save(writer: StateWriter): void {
    writer.f64(this.#action);
    writer.f64(this.#elapsed);
    writer.f64(this.#patience);
  }

  load(reader: StateReader): void {
    this.#action = reader.f64();
    this.#elapsed = reader.f64();
    this.#patience = reader.f64();
  }

  #begin(index: number, driver: Driver, told: string[]): void {
    this.#action = index;
    this.#elapsed = 0;
    const action = this.plan.actions[index];
    if (!action) return;
    if (action.kind === 'speed') {
      driver.hold({ speed: action.target, rate: action.rate });
      this.#patience = 1 + (2 * Math.abs(action.target - driver.vehicle.state.speed)) / action.rate;
    } else {
      this.#patience = action.duration;
    }
    if (action.kind === 'lane-change' && !driver.changeLane(action.direction, action.duration)) {
      this.#patience = 0;
      told.push(`${driver.name} would change lane to the ${action.direction}, but there is none.`);
    } else if (action.kind !== 'wait') {
      told.push(`${driver.name} ${describe(action, driver.vehicle.state.speed)}.`);
    }
  }

  #over(driver: Driver): boolean {
    const action = this.plan.actions[this.#action];
    if (action?.kind === 'speed' && Math.abs(driver.vehicle.state.speed - action.target) < CLOSE) return true;
    return this.#elapsed >= this.#patience;
  }
}

function describe(action: Exclude<StoryAction, { kind: 'wait' }>, speed: number): string {
  if (action.kind === 'lane-change') return `changes lane to the ${action.direction}`;
  return `${action.target < speed ? 'brakes' : 'speeds up'} to ${Math.round(action.target * 3.6)} km/h`;
}

function holds(when: StoryCondition, time: number, driver: Driver, graph: LaneGraph, occupancy: Occupancy): boolean {
  if (when.kind === 'time') return time >= when.after;
  return seatGap(driver, when.kind === 'seat-ahead', when.within, graph, occupancy) <= when.within;
}

/** m, bumper to bumper, to the nearest seat ahead of or behind the actor in its own lane or one beside; Infinity without one. */
function seatGap(driver: Driver, ahead: boolean, within: number, graph: LaneGraph, occupancy: Occupancy): number {
  const { x, y } = driver.vehicle.state;
  const own = graph.lanes[driver.lane];
  let nearest = Infinity;
  for (const start of [driver.lane, own?.leftNeighbour ?? null, own?.rightNeighbour ?? null]) {
    if (start === null) continue;
    const here = graph.project(start, x, y).s;
    let lane = start;
    /** m from the actor to the lane's `s = 0`. */
    let base = -here;
    for (;;) {
      for (let other = occupancy.first(lane); other; other = other.next) {
        if (!other.user.seat || !other.inside) continue;
        const between = ahead ? base + other.s : -base - other.s;
        const gap = between - other.halfLength - driver.vehicle.spec.length / 2;
        if (gap >= 0) nearest = Math.min(nearest, gap);
      }
      const next = ahead ? graph.lanes[lane]?.successors[0] : graph.lanes[lane]?.predecessors[0];
      if (next === undefined || next === start) break;
      if (ahead) base += graph.laneLength(lane);
      if (ahead ? base > within + 10 : -base > within + 10) break;
      lane = next;
      if (!ahead) base -= graph.laneLength(lane);
    }
  }
  return nearest;
}
