import { clamp } from '../../math.ts';
import { RouteTree } from '../../road/find-route.ts';
import type { LaneGraph } from '../../road/lane-graph.ts';
import type { LaneChangeAction, LongitudinalDistanceAction, SpeedAction, StoryAction } from '../../story-plan.ts';
import type { Saved, StateReader, StateWriter } from '../../state.ts';
import type { Entities } from './entities.ts';
import type { ScriptedDriver } from './scripted.ts';
import { speedAt, speedProfile } from './speed-profile.ts';

/** m/s to a wanted speed at which a speed action is complete; s by which the wanted speed is ahead of the present one. */
const CLOSE = 0.3;
const LEAD = 0.2;
/** m/s2 to hold a speed once it is reached, and to follow another one's. */
const HOLD_RATE = 3;
/** s after the time that a speed action should take, as a share of it and more, when it ends although something is in the way. */
const LATE_SHARE = 1;
const LATE = 1;
/** s of the shortest change of lane. */
const QUICKEST = 0.5;
/** 1/s: share of a wrong distance that is made good each second. */
const DISTANCE_GAIN = 0.4;
/** m along the road within which another entity is looked for. */
const FARTHEST = 1000;

/** What an action works with. */
export interface ActionScene {
  readonly actor: string;
  readonly entities: Entities;
  readonly graph: LaneGraph;
}

/** One action of an event: not begun, under way, complete. */
export class ActionRun implements Saved {
  readonly action: StoryAction;
  #state: 'ready' | 'running' | 'complete' = 'ready';
  /** s since it began. */
  #elapsed = 0;
  /** m/s at its beginning, and wanted. */
  #from = 0;
  #to = 0;
  /** Lanes still to be changed, positive to the left; s for each. */
  #lanes = 0;
  #duration = 0;

  constructor(action: StoryAction) {
    this.action = action;
  }

  get running(): boolean {
    return this.#state === 'running';
  }

  get complete(): boolean {
    return this.#state === 'complete';
  }

  /** Which way it moves its actor: of the actions along the road only one is under way, and of those across. */
  get axis(): 'along' | 'across' | 'both' | 'none' {
    const { kind } = this.action;
    if (kind === 'speed' || kind === 'longitudinal-distance') return 'along';
    if (kind === 'lane-change' || kind === 'lane-offset') return 'across';
    return kind === 'activate-controller' ? 'both' : 'none';
  }

  /** Another action takes its place, or its actor has left. */
  end(): void {
    this.#state = 'complete';
  }

  /** @returns what the actor begins to do, as the end of a sentence. */
  begin(scene: ActionScene): string {
    this.#state = 'running';
    this.#elapsed = 0;
    const { actor, entities } = scene;
    if (this.action.kind === 'walk') {
      entities.walker(actor)?.walk();
      this.end();
      return 'walks';
    }
    const driver = entities.driver(actor);
    if (!driver) {
      this.end();
      return 'has left';
    }
    const text = this.#start(driver, scene);
    this.step(0, scene);
    return text;
  }

  /** One tick. @param dt s since the last. */
  step(dt: number, scene: ActionScene): void {
    const driver = scene.entities.driver(scene.actor);
    if (!driver) return this.end();
    this.#elapsed += dt;
    const { action } = this;
    if (action.kind === 'speed') this.#drive(action, driver, scene);
    else if (action.kind === 'lane-change') this.#change(driver);
    else if (action.kind === 'longitudinal-distance') this.#keepDistance(action, driver, scene);
    else if (action.kind === 'lane-offset' && this.#elapsed >= this.#duration) this.end();
  }

  save(writer: StateWriter): void {
    writer.u32(this.#state === 'ready' ? 0 : this.#state === 'running' ? 1 : 2);
    for (const value of [this.#elapsed, this.#from, this.#to, this.#lanes, this.#duration]) writer.f64(value);
  }

  load(reader: StateReader): void {
    this.#state = (['ready', 'running', 'complete'] as const)[reader.u32()] ?? 'ready';
    this.#elapsed = reader.f64();
    this.#from = reader.f64();
    this.#to = reader.f64();
    this.#lanes = reader.f64();
    this.#duration = reader.f64();
  }

  #start(driver: ScriptedDriver, scene: ActionScene): string {
    const { action } = this;
    switch (action.kind) {
      case 'speed':
        this.#from = driver.speed;
        this.#to = targetSpeed(action, driver, scene);
        return `${this.#to < this.#from ? 'brakes' : 'speeds up'} to ${Math.round(this.#to * 3.6)} km/h`;
      case 'longitudinal-distance':
        return `keeps its distance to ${action.to}`;
      case 'lane-change': {
        this.#lanes = lanesToChange(action, driver, scene);
        const { shape, dimension, value } = action.dynamics;
        const width = scene.graph.width(driver.path[0] as number, driver.s);
        const distance = Math.max(1, Math.abs(this.#lanes)) * width;
        const total =
          dimension === 'time' ? value : dimension === 'rate' ? distance / value : value / Math.max(1, driver.speed);
        this.#duration = shape === 'step' ? QUICKEST : Math.max(QUICKEST, total / Math.max(1, Math.abs(this.#lanes)));
        return `changes lane to the ${this.#lanes < 0 ? 'right' : 'left'}`;
      }
      case 'lane-offset': {
        const { shape, dimension, value } = action.dynamics;
        const total =
          dimension === 'time'
            ? value
            : dimension === 'rate'
              ? Math.abs(action.offset - driver.offset) / value
              : value / Math.max(1, driver.speed);
        this.#duration = shape === 'step' ? QUICKEST : Math.max(QUICKEST, total);
        driver.keepOffset(action.offset, this.#duration);
        return `moves ${Math.abs(action.offset)} m to the ${action.offset < 0 ? 'right' : 'left'} in its lane`;
      }
      case 'assign-route':
      case 'acquire-position': {
        this.end();
        const there = driver.assignRoute(
          action.kind === 'assign-route' ? action.route : wayTo(action.lane, driver, scene),
        );
        return there ? 'takes another way' : 'would take another way, but cannot';
      }
      default:
        driver.hold(null);
        driver.keepOffset(0, 1);
        this.end();
        return 'drives on';
    }
  }

  #drive(action: SpeedAction, driver: ScriptedDriver, scene: ActionScene): void {
    if (typeof action.target !== 'number' && action.target.continuous) {
      driver.hold({ speed: targetSpeed(action, driver, scene), rate: this.#rate(action) });
      return;
    }
    const profile = speedProfile(this.#from, this.#to, action.dynamics);
    const reached = Math.abs(driver.speed - this.#to) < CLOSE && this.#elapsed >= profile.duration - LEAD;
    const needed = profile.duration || Math.abs(this.#to - this.#from) / HOLD_RATE;
    if (reached || this.#elapsed > (1 + LATE_SHARE) * needed + LATE) {
      driver.hold({ speed: this.#to, rate: Math.max(HOLD_RATE, profile.rate) });
      this.end();
      return;
    }
    // A linear change is the rate itself, exactly; the others are followed from moment to moment.
    const speed = profile.shape === 'linear' ? this.#to : speedAt(profile, this.#elapsed + LEAD);
    driver.hold({ speed, rate: profile.rate });
  }

  #rate({ dynamics }: SpeedAction): number {
    return dynamics.shape !== 'step' && dynamics.dimension === 'rate' ? dynamics.value : HOLD_RATE;
  }

  #change(driver: ScriptedDriver): void {
    if (driver.leaving !== null) return;
    if (this.#lanes === 0) return this.end();
    const left = this.#lanes > 0;
    this.#lanes -= left ? 1 : -1;
    if (!driver.changeLane(left ? 'left' : 'right', this.#duration)) this.end();
  }

  #keepDistance(action: LongitudinalDistanceAction, driver: ScriptedDriver, { actor, entities }: ActionScene): void {
    const self = entities.one(actor, actor);
    const other = entities.one(action.to, actor);
    if (!self || !other) return this.end();
    const offset = entities.along(self, other, FARTHEST);
    if (!offset) return driver.hold(null);
    const lengths = action.freespace ? (self.length + other.length) / 2 : 0;
    const wanted = 'distance' in action.gap ? action.gap.distance : action.gap.time * driver.speed;
    const excess = offset.distance - lengths - wanted;
    const speed = clamp(other.speed + DISTANCE_GAIN * excess, 0, action.maxSpeed);
    driver.hold({ speed, rate: speed < driver.speed ? action.maxDeceleration : action.maxAcceleration });
  }
}

function targetSpeed({ target }: SpeedAction, driver: ScriptedDriver, { actor, entities }: ActionScene): number {
  if (typeof target === 'number') return target;
  const other = entities.one(target.relativeTo, actor);
  if (!other) return driver.speed;
  return Math.max(0, other.speed * (target.factor ?? 1) + (target.delta ?? 0));
}

/** How many lanes farther to the left the actor shall be; 0 where the lane is not to be found beside it. */
function lanesToChange(
  { target }: LaneChangeAction,
  driver: ScriptedDriver,
  { actor, entities, graph }: ActionScene,
): number {
  const self = entities.one(actor, actor);
  if (!self) return 0;
  if ('lane' in target) {
    const place = graph.project(target.lane, self.x, self.y);
    const { x, y } = graph.pose(target.lane, place.s);
    const from = { x: self.x, y: self.y, lane: driver.path[0] as number };
    return entities.roads.between(from, { x, y, lane: target.lane }, FARTHEST)?.lanesLeft ?? 0;
  }
  if (target.of === undefined) return target.lanesLeft;
  const other = entities.one(target.of, actor);
  return other ? (entities.along(self, other, FARTHEST)?.lanesLeft ?? 0) + target.lanesLeft : 0;
}

/** The shortest way to a lane; none where no way leads there. */
function wayTo(lane: number, driver: ScriptedDriver, { graph }: ActionScene): readonly number[] {
  return new RouteTree(graph, driver.path[0] as number, lane).to(lane) ?? [];
}
