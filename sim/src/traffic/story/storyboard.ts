import type { LaneGraph } from '../../road/lane-graph.ts';
import type { ScenarioPlan } from '../../scenario.ts';
import type { StoryEvent, StoryPlan } from '../../story-plan.ts';
import type { Saved, StateReader, StateWriter } from '../../state.ts';
import type { RoadUser } from '../road-user.ts';
import { ActionRun, type ActionScene } from './action-run.ts';
import { checkStories } from './check-stories.ts';
import { ConditionWatch, type EventStates } from './condition-watch.ts';
import { Entities, type Cast } from './entities.ts';

/** An action of a story that begins. */
export interface StoryNews {
  readonly story: string;
  readonly event: string;
  /** Entity id of the actor. */
  readonly entity: number;
  /** A sentence about it. */
  readonly text: string;
}

/** An event with what has become of it. */
class EventRun implements Saved {
  readonly plan: StoryEvent;
  readonly groups: readonly (readonly ConditionWatch[])[];
  readonly actions: readonly ActionRun[];
  started = false;

  constructor(plan: StoryEvent, story: StoryPlan) {
    this.plan = plan;
    this.groups = [plan.when, ...(plan.orWhen ?? [])].map((group) =>
      group.map((condition) => new ConditionWatch(condition, story.name, story.actor)),
    );
    this.actions = plan.actions.map((action) => new ActionRun(action));
  }

  get complete(): boolean {
    return this.started && this.actions.every(({ complete }) => complete);
  }

  save(writer: StateWriter): void {
    writer.bool(this.started);
    for (const watch of this.groups.flat()) watch.save(writer);
    for (const action of this.actions) action.save(writer);
  }

  load(reader: StateReader): void {
    this.started = reader.bool();
    for (const watch of this.groups.flat()) watch.load(reader);
    for (const action of this.actions) action.load(reader);
  }
}

interface StoryRun {
  readonly plan: StoryPlan;
  readonly events: readonly EventRun[];
}

/**
 * All stories of a plan: watches their conditions, starts their events, carries out their actions. The vocabulary and its meaning are
 * those of ASAM OpenSCENARIO XML 1.2; what differs is said in `StoryPlan` and its parts.
 */
export class Storyboard implements Saved, EventStates {
  readonly #graph: LaneGraph;
  readonly #entities: Entities;
  readonly #stories: readonly StoryRun[];

  /**
   * @param maxSeconds s after which the match ends, where that is known.
   * @throws RangeError that names story, event and field of a plan whose stories contradict themselves, the map or the cast.
   */
  constructor(plan: ScenarioPlan, graph: LaneGraph, maxSeconds = Infinity) {
    checkStories(plan, graph, maxSeconds);
    this.#graph = graph;
    this.#entities = new Entities(plan, graph);
    this.#stories = plan.stories.map((story) => ({
      plan: story,
      events: story.events.map((event) => new EventRun(event, story)),
    }));
  }

  reached(story: string, event: string, state: 'started' | 'complete'): boolean {
    const found = this.#stories.find(({ plan }) => plan.name === story)?.events.find(({ plan }) => plan.name === event);
    return state === 'started' ? (found?.started ?? false) : (found?.complete ?? false);
  }

  /**
   * One tick, before drivers decide.
   * @param time s. @param dt s. @param users everyone in the world at this moment, in the order of ids; seats come in the plan's order.
   */
  step(time: number, dt: number, users: readonly RoadUser[], cast: Cast): StoryNews[] {
    const news: StoryNews[] = [];
    if (this.#stories.length === 0) return news;
    const entities = this.#entities;
    entities.update(users, cast);
    for (const { plan, events } of this.#stories) {
      const scene: ActionScene = { actor: plan.actor, entities, graph: this.#graph };
      const actor = entities.of(plan.actor)[0];
      for (const event of events) {
        if (event.started) {
          for (const action of event.actions) if (action.running) action.step(dt, scene);
          continue;
        }
        if (!this.#triggered(event, time, dt) || !actor) continue;
        event.started = true;
        for (const action of event.actions) {
          this.#replace(plan.actor, action);
          const text = `${plan.actor} ${action.begin(scene)}.`;
          news.push({ story: plan.name, event: event.plan.name, entity: actor.id, text });
        }
      }
    }
    return news;
  }

  save(writer: StateWriter): void {
    this.#entities.save(writer);
    for (const { events } of this.#stories) for (const event of events) event.save(writer);
  }

  load(reader: StateReader): void {
    this.#entities.load(reader);
    for (const { events } of this.#stories) for (const event of events) event.load(reader);
  }

  /** Whether all conditions of any group hold. Each is asked each tick, because some of them remember. */
  #triggered(event: EventRun, time: number, dt: number): boolean {
    let triggered = false;
    for (const group of event.groups) {
      let all = true;
      for (const watch of group) if (!watch.step(time, dt, this.#entities, this.#graph, this)) all = false;
      if (all) triggered = true;
    }
    return triggered;
  }

  /** Ends what the actor does along or across the road before another action of that kind begins. */
  #replace(actor: string, { axis }: ActionRun): void {
    if (axis === 'none') return;
    for (const { plan, events } of this.#stories) {
      if (plan.actor !== actor) continue;
      for (const { actions } of events) {
        for (const action of actions) if (action.running && (axis === 'both' || action.axis === axis)) action.end();
      }
    }
  }
}
