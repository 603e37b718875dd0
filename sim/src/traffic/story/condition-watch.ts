import { hypot } from '../../math.ts';
import type { LaneGraph } from '../../road/lane-graph.ts';
import type { ComparisonRule, StoryCondition } from '../../story-plan.ts';
import type { Saved, StateReader, StateWriter } from '../../state.ts';
import type { RoadUser } from '../road-user.ts';
import { clearance, straight, type Entities } from './entities.ts';

/** What conditions ask about events. */
export interface EventStates {
  /** @param story name. @param event name. */
  reached(story: string, event: string, state: 'started' | 'complete'): boolean;
}

/** m/s below which one stands; m between bodies that touch; s: half of what a time may be off by rounding. */
const STANDING = 0.1;
const TOUCH = 0.05;
const ROUNDING = 1e-6;
/** m along the road beyond which nobody is looked for. */
const FARTHEST = 1000;

/** Watches one condition of an event over time: its edge, its delay, what it counts up. */
export class ConditionWatch implements Saved {
  readonly #condition: StoryCondition;
  readonly #story: string;
  readonly #actor: string;
  /** Whether its expression held a tick ago: 1, 0, or -1 before the first. */
  #before = -1;
  /** s of simulation when a delayed condition will hold; -1 while there is none to come. */
  #due = -1;
  /** m travelled, or s stood. */
  #sum = 0;

  constructor(condition: StoryCondition, story: string, actor: string) {
    this.#condition = condition;
    this.#story = story;
    this.#actor = actor;
  }

  /** Whether it holds now. To be asked once each tick. */
  step(time: number, dt: number, entities: Entities, graph: LaneGraph, events: EventStates): boolean {
    const { delay = 0, edge = 'none' } = this.#condition;
    const now = this.#expression(time, dt, entities, graph, events);
    const holds = edge === 'rising' ? now && this.#before === 0 : now;
    this.#before = now ? 1 : 0;
    if (delay === 0) return holds;
    if (holds && this.#due < 0) this.#due = time + delay;
    if (this.#due < 0 || time < this.#due - ROUNDING) return false;
    if (edge === 'rising' || !now) this.#due = -1;
    return true;
  }

  save(writer: StateWriter): void {
    writer.f64(this.#before);
    writer.f64(this.#due);
    writer.f64(this.#sum);
  }

  load(reader: StateReader): void {
    this.#before = reader.f64();
    this.#due = reader.f64();
    this.#sum = reader.f64();
  }

  #expression(time: number, dt: number, entities: Entities, graph: LaneGraph, events: EventStates): boolean {
    const condition = this.#condition;
    switch (condition.kind) {
      case 'simulation-time':
        return compare(time, condition.rule, condition.value);
      case 'storyboard-element-state':
        return events.reached(condition.story ?? this.#story, condition.event, condition.state);
      case 'relative-distance':
      case 'time-headway':
      case 'time-to-collision': {
        const value = this.#least(entities, condition.to, (a, b) => measure(condition, a, b, entities));
        return value !== null && compare(value, condition.rule, condition.value);
      }
      case 'collision':
        return this.#least(entities, condition.with, (a, b) => (clearance(a, b) <= TOUCH ? 0 : null)) !== null;
      default:
        break;
    }
    const self = entities.one(condition.entity ?? this.#actor, this.#actor);
    if (!self) return false;
    switch (condition.kind) {
      case 'speed':
        return compare(Math.abs(self.speed), condition.rule, condition.value);
      case 'relative-speed': {
        const other = entities.one(condition.to, this.#actor);
        return other !== undefined && compare(self.speed - other.speed, condition.rule, condition.value);
      }
      case 'reach-position': {
        const place = graph.pose(condition.lane, condition.s);
        return hypot(self.x - place.x, self.y - place.y) <= condition.tolerance;
      }
      case 'traveled-distance':
        this.#sum += Math.abs(self.speed) * dt;
        return this.#sum >= condition.value;
      case 'stand-still':
        this.#sum = Math.abs(self.speed) < STANDING ? this.#sum + dt : 0;
        return this.#sum >= condition.duration - ROUNDING;
    }
  }

  /** The least of a quantity over all whom the condition may mean, leaving out those for whom it is not defined. */
  #least(entities: Entities, to: string, of: (a: RoadUser, b: RoadUser) => number | null): number | null {
    const { entity = this.#actor } = this.#condition as { readonly entity?: string };
    let least: number | null = null;
    for (const a of entities.of(entity)) {
      for (const b of entities.of(to)) {
        const value = a.id === b.id ? null : of(a, b);
        if (value !== null && (least === null || value < least)) least = value;
      }
    }
    return least;
  }
}

type Measured = Extract<StoryCondition, { kind: 'relative-distance' | 'time-headway' | 'time-to-collision' }>;

/** m or s from a to b; null where it is not defined. */
function measure(condition: Measured, a: RoadUser, b: RoadUser, entities: Entities): number | null {
  const lengths = condition.freespace ? (a.length + b.length) / 2 : 0;
  if (condition.kind === 'relative-distance') {
    if (condition.axis === 'cartesian') return condition.freespace ? clearance(a, b) : straight(a, b);
    // The road is never shorter than the straight line: most of those who are far need no search.
    const less = condition.rule === 'lessThan' || condition.rule === 'lessOrEqual';
    const horizon = Math.min(FARTHEST, condition.value + lengths + 1);
    if (less && straight(a, b) > horizon + a.width + b.width + 20) return null;
    const offset = entities.along(a, b, less ? horizon : FARTHEST);
    if (!offset) return less || condition.side ? null : Infinity;
    if (condition.side && (condition.side === 'ahead') !== offset.distance > 0) return null;
    return Math.max(0, Math.abs(offset.distance) - lengths);
  }
  const offset = entities.along(a, b, FARTHEST);
  if (!offset || offset.distance <= 0) return null;
  const gap = Math.max(0, offset.distance - lengths);
  const speed = condition.kind === 'time-headway' ? a.speed : a.speed - b.speed;
  return speed > 0 ? gap / speed : Infinity;
}

function compare(value: number, rule: ComparisonRule, limit: number): boolean {
  if (rule === 'lessThan') return value < limit;
  if (rule === 'lessOrEqual') return value <= limit;
  if (rule === 'greaterThan') return value > limit;
  return value >= limit;
}
