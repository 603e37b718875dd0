import type { Random } from '../random.ts';
import type { LaneGraph, Pose } from '../road/lane-graph.ts';
import type { ActorPlan, ScenarioPlan } from '../scenario.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { GRAVITY } from '../physics/rapier.ts';
import { SPECS } from '../vehicle/spec.ts';
import { Driver, type Drivable, type DriverSurroundings } from './driver.ts';
import { Flow } from './flow.ts';
import { GiveWays } from './give-way.ts';
import { Occupancy } from './occupancy.ts';
import { RoutePlanner } from './planned-route.ts';
import type { RoadUser } from './road-user.ts';
import type { Vehicle } from '../vehicle/vehicle.ts';
import { Story } from './story.ts';

/** What a scripted actor began to do. The world adds tick, seat and infraction. */
export interface TrafficEvent {
  readonly kind: 'storyboard';
  readonly entities: number[];
  readonly text: string;
  readonly data: { readonly story: string };
}

/** Where a vehicle enters: m, m, rad, m/s. */
export interface SpawnPose {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly speed: number;
}

export interface TrafficOptions<V extends Drivable> {
  readonly graph: LaneGraph;
  readonly plan: ScenarioPlan;
  /** The named stream of the match seed. */
  readonly random: (stream: string) => Random;
  /** Makes a vehicle, at once, with the next free id. */
  readonly spawn: (vehicleClass: ActorPlan['class'], pose: SpawnPose) => V;
  readonly remove: (vehicle: V) => void;
}

/** Own choices, m/s2: comfortable sideways acceleration in bends, braking before them; m from a route's start to a newcomer's rear. */
const LATERAL = 2;
const BEND_BRAKING = 1.5;
const ENTRY = 0.5;

/** One who takes part in traffic, and which part of the plan it comes from. */
interface Member<V> {
  readonly driver: Driver;
  readonly vehicle: V;
  readonly flow: boolean;
  /** Index of the actor or flow in the plan; the number within the flow. */
  readonly source: number;
  readonly number: number;
}

/** All rule-driven vehicles of a world: who enters and leaves, what each decides, what the storyboard makes them do. */
export class Traffic<V extends Drivable = Vehicle> {
  readonly #options: TrafficOptions<V>;
  readonly #occupancy: Occupancy;
  readonly #planner: RoutePlanner;
  readonly #around: DriverSurroundings;
  readonly #stories: readonly Story[];
  readonly #flows: readonly Flow[];
  #members: Member<V>[] = [];
  /** The same by vehicle id and by name. Only looked up, never walked. */
  readonly #byId = new Map<number, Driver>();
  readonly #byName = new Map<string, Driver>();

  /**
   * Puts the plan's actors on the road, in their order: after the seats.
   * @throws RangeError for a route that does not hold together, a story without its actor, or a name used twice.
   */
  constructor(options: TrafficOptions<V>) {
    const { graph, plan, random } = options;
    this.#options = options;
    this.#occupancy = new Occupancy(graph);
    const grip = plan.friction * GRAVITY;
    this.#planner = new RoutePlanner(graph, Math.min(LATERAL, 0.35 * grip), Math.min(BEND_BRAKING, 0.2 * grip));
    this.#around = {
      graph,
      planner: this.#planner,
      giveWays: new GiveWays(graph),
      occupancy: this.#occupancy,
      friction: plan.friction,
      drivesInto: (occupant, lane) => this.#byId.get(occupant.user.id)?.willUse(lane) ?? true,
    };
    const names = [...plan.actors, ...plan.flows].map((part) => part.name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined)
      throw new RangeError(`plan: expected a name of its own for each actor and flow, got ${twice} twice`);
    for (const story of plan.stories) {
      if (plan.actors.some((actor) => actor.name === story.actor)) continue;
      throw new RangeError(`plan, story ${story.name}: expected the name of an actor, got ${story.actor}`);
    }
    for (const flow of plan.flows) {
      if (flow.routes.length === 0) throw new RangeError(`plan, flow ${flow.name}: expected routes, got none`);
      for (const route of flow.routes) this.#planner.plan(route);
    }
    this.#stories = plan.stories.map((story) => new Story(story));
    this.#flows = plan.flows.map((flow) => new Flow(flow, random(`traffic/${flow.name}`)));
    plan.actors.forEach((actor, source) => {
      const { route } = this.#planner.plan(actor.route);
      const { x, y, heading } = route.pose(actor.start);
      const vehicle = options.spawn(actor.class, { x, y, heading, speed: actor.speed });
      this.#join({
        driver: new Driver(actor.name, vehicle, actor.driver, actor.route, actor.start, this.#around),
        vehicle,
        flow: false,
        source,
        number: 0,
      });
    });
  }

  /** What a vehicle signals: 1 left, -1 right, 0 nothing, or not driven by rule. */
  indicator(id: number): number {
    return this.#byId.get(id)?.indicator ?? 0;
  }

  /** The plan's name of a vehicle, or an empty text for one that it does not drive. */
  name(id: number): string {
    return this.#byId.get(id)?.name ?? '';
  }

  /**
   * One tick: those who have arrived leave, stories go on, newcomers enter, and every driver sets its vehicle's command.
   * @param time s of simulation. @param dt s until the next decision.
   * @param users everyone on the road at this moment, seats included, in the order of their ids.
   */
  step(time: number, dt: number, users: readonly RoadUser[]): TrafficEvent[] {
    this.#occupancy.update(users);
    this.#leave();
    const events: TrafficEvent[] = [];
    for (const story of this.#stories) {
      if (story.done) continue;
      const driver = this.#byName.get(story.plan.actor);
      for (const text of story.step(time, dt, driver, this.#options.graph, this.#occupancy)) {
        events.push({
          kind: 'storyboard',
          entities: driver ? [driver.vehicle.id] : [],
          text,
          data: { story: story.plan.name },
        });
      }
    }
    this.#flows.forEach((flow, source) => this.#enter(flow, source, time));
    for (const { driver } of this.#members) driver.decide(dt);
    return events;
  }

  save(writer: StateWriter): void {
    for (const flow of this.#flows) flow.save(writer);
    for (const story of this.#stories) story.save(writer);
    writer.u32(this.#members.length);
    for (const { driver, flow, source, number } of this.#members) {
      writer.u32(driver.vehicle.id);
      writer.bool(flow);
      writer.u32(source);
      writer.u32(number);
      driver.save(writer);
    }
  }

  /** @param vehicleById gives each vehicle that existed when it was saved; all must exist again. */
  load(reader: StateReader, vehicleById: (id: number) => V): void {
    for (const flow of this.#flows) flow.load(reader);
    for (const story of this.#stories) story.load(reader);
    this.#members = [];
    this.#byId.clear();
    this.#byName.clear();
    for (let count = reader.u32(); count > 0; count--) {
      const vehicle = vehicleById(reader.u32());
      const flow = reader.bool();
      const source = reader.u32();
      const number = reader.u32();
      const { plan } = this.#options;
      const part = (flow ? plan.flows[source] : plan.actors[source]) as { name: string; driver: ActorPlan['driver'] };
      const name = flow ? `${part.name}-${number}` : part.name;
      const lanes = flow ? plan.flows[source]?.routes[0] : plan.actors[source]?.route;
      const driver = new Driver(name, vehicle, part.driver, lanes ?? [], 0, this.#around);
      driver.load(reader);
      this.#join({ driver, vehicle, flow, source, number });
    }
  }

  #join(member: Member<V>): void {
    this.#members.push(member);
    this.#byId.set(member.vehicle.id, member.driver);
    this.#byName.set(member.driver.name, member.driver);
  }

  #leave(): void {
    if (!this.#members.some(({ driver }) => driver.arrived)) return;
    const stay: Member<V>[] = [];
    for (const member of this.#members) {
      if (!member.driver.arrived) {
        stay.push(member);
        continue;
      }
      this.#byId.delete(member.vehicle.id);
      this.#byName.delete(member.driver.name);
      this.#options.remove(member.vehicle);
    }
    this.#members = stay;
  }

  /** Lets the first newcomer of a flow in when there is room for it at a speed that suits those ahead. */
  #enter(flow: Flow, source: number, time: number): void {
    const lanes = flow.waiting(time);
    if (!lanes) return;
    const { driver: parameters, class: vehicleClass, name } = flow.plan;
    const { length } = SPECS[vehicleClass];
    const { route, limitSpeed, bendSpeed } = this.#planner.plan(lanes);
    const start = ENTRY + length / 2;
    let speed = Math.min((limitSpeed[0] as number) * parameters.speedFactor, bendSpeed[0] as number);
    let gap = Infinity;
    for (let index = 0; index < lanes.length && (route.bases[index] as number) < 100; index++) {
      for (let other = this.#occupancy.first(lanes[index] as number); other; other = other.next) {
        if (!other.inside) continue;
        gap = Math.min(gap, (route.bases[index] as number) + other.s - other.halfLength - start - length / 2);
        speed = Math.min(speed, Math.max(other.along, 0));
      }
    }
    if (gap < parameters.minGap + parameters.headway * speed) return;
    const pose: Pose = route.pose(start);
    const vehicle = this.#options.spawn(vehicleClass, { x: pose.x, y: pose.y, heading: pose.heading, speed });
    const number = flow.enter();
    const driver = new Driver(`${name}-${number}`, vehicle, parameters, lanes, start, this.#around);
    this.#join({ driver, vehicle, flow: true, source, number });
    const { width } = vehicle.spec;
    const { heading } = pose;
    this.#occupancy.add({ id: vehicle.id, x: pose.x, y: pose.y, heading, speed, length, width, seat: false });
  }
}
