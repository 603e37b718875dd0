import type { LaneGraph } from '../../road/lane-graph.ts';
import type { ScenarioPlan } from '../../scenario.ts';
import type { StoryAction, StoryCondition, StoryEvent, StoryPlan, TransitionDynamics } from '../../story-plan.ts';
import { ANY_SEAT, SEAT_PREFIX } from './entities.ts';
import { checkStarts } from './check-starts.ts';

/**
 * Checks that the stories of a plan can be played: names, references, lanes and numbers, and that each event can start at all.
 * @throws RangeError that names story, event and field.
 */
export function checkStories(plan: ScenarioPlan, graph: LaneGraph, maxSeconds: number): void {
  unique('plan', 'story', plan.stories);
  for (const story of plan.stories) new StoryCheck(plan, graph, maxSeconds, story).run();
  checkStarts(plan.stories);
}

class StoryCheck {
  readonly #plan: ScenarioPlan;
  readonly #graph: LaneGraph;
  readonly #maxSeconds: number;
  readonly #story: StoryPlan;
  /** The event, and the part of it, that is looked at. */
  #place: string;

  constructor(plan: ScenarioPlan, graph: LaneGraph, maxSeconds: number, story: StoryPlan) {
    this.#plan = plan;
    this.#graph = graph;
    this.#maxSeconds = maxSeconds;
    this.#story = story;
    this.#place = `plan, story ${story.name}`;
  }

  run(): void {
    const { actor, events } = this.#story;
    if (!this.#actors().includes(actor) && !this.#walkers().includes(actor)) {
      this.#fail('actor', 'the name of an actor or walker', actor);
    }
    if (events.length === 0) this.#fail('events', 'at least one', 'none');
    unique(this.#place, 'event', events);
    for (const event of events) this.#event(event);
  }

  #event(event: StoryEvent): void {
    const here = `plan, story ${this.#story.name}, event ${event.name}`;
    this.#place = here;
    if (event.actions.length === 0) this.#fail('actions', 'at least one', 'none');
    [event.when, ...(event.orWhen ?? [])].forEach((group, g) => {
      const name = g === 0 ? 'when' : `orWhen[${g - 1}]`;
      if (g > 0 && group.length === 0) this.#fail(name, 'at least one condition', 'none');
      group.forEach((condition, i) => {
        this.#place = `${here}, ${name}[${i}] (${condition.kind})`;
        this.#condition(condition, event);
      });
      this.#place = `${here}, ${name}`;
      this.#times(group);
    });
    const axes: string[] = [];
    event.actions.forEach((action, i) => {
      this.#place = `${here}, actions[${i}] (${action.kind})`;
      this.#action(action);
      const axis = AXES[action.kind];
      if (axis && axes.includes(axis)) this.#fail('kind', `one action ${axis} the road in an event`, 'a second one');
      if (axis) axes.push(axis);
    });
  }

  #condition(condition: StoryCondition, event: StoryEvent): void {
    const { delay = 0 } = condition;
    this.#number('delay', delay, 0);
    if (delay > this.#maxSeconds) this.#fail('delay', `at most the match's ${this.#maxSeconds} s`, delay);
    if ('entity' in condition && condition.entity !== undefined) this.#entity('entity', condition.entity);
    const self = ('entity' in condition ? condition.entity : undefined) ?? this.#story.actor;
    if ('to' in condition) this.#other('to', condition.to, self);
    if ('with' in condition) this.#other('with', condition.with, self);
    switch (condition.kind) {
      case 'relative-speed':
        return this.#number('value', condition.value, -Infinity);
      case 'stand-still':
        return this.#number('duration', condition.duration, 0, this.#maxSeconds);
      case 'reach-position': {
        this.#lane('lane', condition.lane);
        this.#number('s', condition.s, 0, this.#graph.laneLength(condition.lane));
        if (!(condition.tolerance > 0)) this.#fail('tolerance', 'more than 0 m', condition.tolerance);
        return this.#number('tolerance', condition.tolerance, 0);
      }
      case 'storyboard-element-state': {
        const { story = this.#story.name } = condition;
        const found = this.#plan.stories.find(({ name }) => name === story);
        if (!found) return this.#fail('story', 'the name of a story', story);
        if (!found.events.some(({ name }) => name === condition.event)) {
          this.#fail('event', `an event of story ${story}`, condition.event);
        }
        if (found === this.#story && condition.event === event.name) {
          this.#fail('event', 'another event than its own, which could never start', condition.event);
        }
        return;
      }
      case 'collision':
        return;
      case 'relative-distance':
        if (condition.side && condition.axis === 'cartesian') {
          this.#fail('side', 'none, for a straight line has no sides', condition.side);
        }
        break;
      case 'simulation-time':
        this.#number('value', condition.value, 0, this.#maxSeconds);
        break;
      default:
        break;
    }
    this.#number('value', condition.value, 0);
    if ('rule' in condition && condition.rule === 'lessThan' && condition.value === 0) {
      this.#fail('value', 'more than 0, for nothing is less than that', condition.value);
    }
  }

  /** A group that waits for a time that has passed can never hold. */
  #times(group: readonly StoryCondition[]): void {
    let [from, to] = [-Infinity, Infinity];
    for (const condition of group) {
      if (condition.kind !== 'simulation-time' || condition.delay) continue;
      const { rule, value } = condition;
      if (rule === 'greaterThan' || rule === 'greaterOrEqual') from = Math.max(from, value);
      else to = Math.min(to, value);
    }
    if (from > to)
      this.#fail('simulation-time', 'conditions that can hold at one time', `after ${from} s and before ${to} s`);
  }

  #action(action: StoryAction): void {
    const walks = this.#walkers().includes(this.#story.actor);
    if (walks !== (action.kind === 'walk')) {
      this.#fail('kind', walks ? '`walk`, for the actor is on foot' : 'something that a vehicle does', action.kind);
    }
    switch (action.kind) {
      case 'speed':
        this.#dynamics(action.dynamics);
        if (typeof action.target === 'number') return this.#number('target', action.target, 0);
        this.#other('target.relativeTo', action.target.relativeTo, this.#story.actor);
        this.#number('target.factor', action.target.factor ?? 1, 0);
        return this.#number('target.delta', action.target.delta ?? 0, -Infinity);
      case 'lane-change': {
        const { target } = action;
        this.#dynamics(action.dynamics);
        if ('lane' in target) return this.#lane('target.lane', target.lane);
        if (target.of !== undefined) this.#other('target.of', target.of, this.#story.actor);
        const whole = Number.isInteger(target.lanesLeft);
        if (!whole || (target.lanesLeft === 0 && target.of === undefined)) {
          this.#fail('target.lanesLeft', 'a whole number of lanes, not 0 unless of another entity', target.lanesLeft);
        }
        return;
      }
      case 'lane-offset':
        this.#dynamics(action.dynamics);
        return this.#number('offset', action.offset, -10, 10);
      case 'longitudinal-distance':
        this.#other('to', action.to, this.#story.actor);
        this.#number('gap', 'distance' in action.gap ? action.gap.distance : action.gap.time, 0);
        for (const field of ['maxAcceleration', 'maxDeceleration', 'maxSpeed'] as const) {
          this.#number(field, action[field], 0);
          if (action[field] === 0) this.#fail(field, 'more than 0', 0);
        }
        return;
      case 'assign-route':
        return this.#route(action.route);
      case 'acquire-position':
        return this.#lane('lane', action.lane);
      case 'walk':
        if (!this.#plan.people?.walkers.find(({ name }) => name === this.#story.actor)?.waits) {
          this.#fail('kind', 'a walker that waits', this.#story.actor);
        }
        return;
      default:
        return;
    }
  }

  #dynamics({ shape, value }: TransitionDynamics): void {
    if (shape === 'step') return;
    this.#number('dynamics.value', value, 0);
    if (value === 0) this.#fail('dynamics.value', 'more than 0, or a step', value);
  }

  #route(route: readonly number[]): void {
    if (route.length === 0) this.#fail('route', 'at least one lane', 'none');
    route.forEach((lane, i) => {
      this.#lane(`route[${i}]`, lane);
      const next = route[i + 1];
      const here = this.#graph.lanes[lane];
      if (next === undefined || !here) return;
      if (here.successors.includes(next) || here.leftNeighbour === next || here.rightNeighbour === next) return;
      this.#fail(`route[${i + 1}]`, `a lane that follows lane ${lane} or lies beside it`, next);
    });
  }

  #lane(field: string, lane: number): void {
    const found = this.#graph.lanes[lane];
    if (!found) this.#fail(field, `a lane of 0..${this.#graph.lanes.length - 1}`, lane);
    else if (found.kind !== 'driving') this.#fail(field, 'a driving lane', `lane ${lane}, which is ${found.kind}`);
  }

  #other(field: string, reference: string, self: string): void {
    this.#entity(field, reference);
    if (reference === self && reference !== ANY_SEAT) this.#fail(field, 'another than itself', reference);
  }

  #entity(field: string, reference: string): void {
    const seats = this.#plan.seats.length;
    if (reference === ANY_SEAT && seats > 0) return;
    if (this.#actors().includes(reference) || this.#walkers().includes(reference)) return;
    for (let seat = 1; seat <= seats; seat++) if (reference === `${SEAT_PREFIX}${seat}`) return;
    const named = seats > 0 ? `${ANY_SEAT}, ${SEAT_PREFIX}1..${seats}, ` : '';
    this.#fail(field, `${named}an actor or a walker of the plan`, reference);
  }

  #number(field: string, value: number, least: number, most = Infinity): void {
    if (Number.isFinite(value) && value >= least && value <= most) return;
    const range = least === -Infinity ? 'a finite number' : `a number of ${least}..${most === Infinity ? '' : most}`;
    this.#fail(field, range, value);
  }

  #actors(): string[] {
    return this.#plan.actors.map(({ name }) => name);
  }

  #walkers(): string[] {
    return (this.#plan.people?.walkers ?? []).map(({ name }) => name);
  }

  #fail(field: string, expected: string, got: string | number): never {
    throw new RangeError(`${this.#place}, ${field}: expected ${expected}, got ${got}`);
  }
}

/** Which way an action moves its actor, where only one may at a time. */
const AXES: Readonly<Partial<Record<StoryAction['kind'], 'along' | 'across'>>> = {
  speed: 'along',
  'longitudinal-distance': 'along',
  'lane-change': 'across',
  'lane-offset': 'across',
};

function unique(place: string, kind: string, parts: readonly { readonly name: string }[]): void {
  const names = parts.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new RangeError(`${place}: expected a name of its own for each ${kind}, got ${twice} twice`);
  }
}
