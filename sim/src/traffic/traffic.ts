import type { Random } from '../random.ts';
import type { LaneGraph } from '../road/lane-graph.ts';
import { GRAVITY } from '../physics/rapier.ts';
import type { ActorPlan, ScenarioPlan } from '../scenario.ts';
import type { StateReader, StateWriter } from '../state.ts';
import { SPECS } from '../vehicle/spec.ts';
import type { Vehicle } from '../vehicle/vehicle.ts';
import type { Arrivals, Newcomer } from './arrivals.ts';
import { connectedParts } from './connected.ts';
import type { CrossingView, Motorist, SignalView } from './contract.ts';
import { Demand } from './demand.ts';
import { Driver, type Drivable } from './driver.ts';
import { Entrance, entryPose, type Entry } from './entrance.ts';
import { Flow } from './flow.ts';
import { Following } from './following.ts';
import { JunctionControl } from './junction/junction-control.ts';
import { LaneChanger } from './lane-change/lane-changer.ts';
import { LaneProfiles } from './lane-profile.ts';
import { NarrowBends } from './narrow-bends.ts';
import { lanesBeside, Navigator } from './navigator.ts';
import { Occupancy } from './occupancy.ts';
import { Roaming, type Placed } from './roaming.ts';
import type { RoadUser } from './road-user.ts';
import { checkNames, checkStart, placeAlong } from './starts.ts';
import type { ScriptedWalker } from './story/scripted.ts';
import type { Cast } from './story/entities.ts';
import { Storyboard } from './story/storyboard.ts';
import type { Surroundings } from './surroundings.ts';

/** What a scripted actor began to do. The world adds tick, seat and infraction. */
export interface TrafficEvent {
  readonly kind: 'storyboard';
  readonly entities: number[];
  readonly text: string;
  readonly data: { readonly story: string; readonly event: string };
}

/** Where a vehicle enters: m, m, m, rad, m/s. */
export interface SpawnPose {
  readonly x: number;
  readonly y: number;
  readonly z: number;
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
  /** What signals show, and who walks on crossings; without them no signal is on and nobody walks. */
  readonly signals?: SignalView;
  readonly crossings?: CrossingView;
  /** People with a part in the scenario, by name. */
  readonly walker?: (name: string) => ScriptedWalker | undefined;
  /** By lane id: where lanes come from, for error messages. */
  readonly sources?: readonly string[];
}

/** Own choices, m/s2: comfortable sideways acceleration in bends, braking before them. */
const LATERAL = 2;
const BEND_BRAKING = 1.5;

/** The parts of the plan that vehicles come from. */
const PARTS = ['actors', 'flows', 'demands', 'roaming'] as const;
type Part = (typeof PARTS)[number];

/** Which part of the plan a vehicle comes from: the part's index in its list, and what is known of the vehicle there. */
interface Origin {
  readonly part: Part;
  readonly source: number;
  readonly number: number;
  readonly choice: number;
}

/** One who takes part in traffic. */
interface Member<V> {
  readonly driver: Driver;
  readonly vehicle: V;
  readonly origin: Origin;
}

/** All rule-driven vehicles of a world: who enters and leaves, what each decides, what the storyboard makes them do. */
export class Traffic<V extends Drivable = Vehicle> {
  readonly #options: TrafficOptions<V>;
  readonly #around: Surroundings;
  readonly #entrance: Entrance;
  readonly #humans: Random;
  readonly #storyboard: Storyboard;
  readonly #cast: Cast;
  readonly #flows: readonly Flow[];
  readonly #demands: readonly Demand[];
  readonly #roaming: readonly Roaming[];
  /** In order of ids; the drivers once more, for those who are told of all of them. */
  #members: Member<V>[] = [];
  #drivers: Driver[] = [];
  /** The same by vehicle id and by name. Only looked up, never walked. */
  readonly #byId = new Map<number, Driver>();
  readonly #byName = new Map<string, Driver>();

  /**
   * Puts the plan's actors on the road, in their order, then those who roam: after the seats.
   * @throws RangeError for lanes that are none or have no way between them, a story without its actor, a name used twice.
   */
  constructor(options: TrafficOptions<V>) {
    const { graph, plan, random } = options;
    this.#options = options;
    checkNames(plan);
    const occupancy = new Occupancy(graph);
    const navigator = new Navigator(graph, options.sources);
    const grip = plan.friction * GRAVITY;
    const profiles = new LaneProfiles(graph, Math.min(LATERAL, 0.35 * grip), Math.min(BEND_BRAKING, 0.2 * grip));
    const signals = options.signals ?? { state: () => 'off' };
    const crossings = options.crossings ?? { claimed: () => false };
    this.#around = {
      graph,
      occupancy,
      navigator,
      profiles,
      following: new Following(occupancy),
      narrowBends: new NarrowBends(graph, profiles, occupancy),
      rightOfWay: new JunctionControl({ graph, occupancy, signals, crossings }),
      laneChanger: new LaneChanger(graph, occupancy, (id) => this.#byId.get(id)),
      slowSide: graph.map.drivingSide === 'left' ? 1 : -1,
      friction: plan.friction,
    };
    this.#entrance = new Entrance(this.#around);
    this.#humans = random('traffic/humans');
    this.#storyboard = new Storyboard(plan, graph);
    const walker = options.walker ?? ((): undefined => undefined);
    this.#cast = { driver: (name) => this.#byName.get(name), walker };
    this.#flows = plan.flows.map((flow) => new Flow(flow, random(`traffic/${flow.name}`), graph, navigator));
    this.#demands = (plan.demands ?? []).map(
      (demand) => new Demand(demand, random(`traffic/${demand.name}`), navigator),
    );
    const roaming = plan.roaming ?? [];
    const parts = roaming.length > 0 ? connectedParts(graph) : new Int32Array(0);
    this.#roaming = roaming.map((each) => new Roaming(each, random(`traffic/${each.name}`), graph, parts));

    const placed: Placed[] = plan.seats.map(({ route, start }) => ({
      pose: graph.pose(route[0] as number, start),
      spec: SPECS.car,
    }));
    plan.actors.forEach((actor, source) => {
      const [first] = actor.route;
      if (first === undefined) throw new RangeError(`plan, actor ${actor.name}: expected lanes in its route, got none`);
      const newcomer = this.#actor(actor);
      navigator.mustReach(`plan, actor ${actor.name}`, first, newcomer.to, actor.class, actor.route);
      const entry = { ...placeAlong(graph, actor.route, actor.start), speed: actor.speed };
      checkStart(graph, actor.name, entry);
      placed.push({ pose: graph.pose(entry.lane, entry.s), spec: SPECS[actor.class] });
      this.#spawn(newcomer, entry, part('actors', source));
    });
    this.#roaming.forEach((each, source) => {
      for (const { choice, number, entry } of each.populate(placed)) {
        const newcomer = each.vehicle(choice, number, entry.lane);
        this.#spawn(newcomer, entry, { part: 'roaming', source, number, choice });
      }
    });
  }

  /** Who is where. */
  get occupancy(): Occupancy {
    return this.#around.occupancy;
  }

  /** The driver of a rule-driven vehicle. */
  motorist(id: number): Motorist | undefined {
    return this.#byId.get(id);
  }

  /** All rule-driven drivers, in order of ids. */
  motorists(): readonly Motorist[] {
    return this.#drivers;
  }

  /** How many came to a place where demand enters and found its queue full, by demand, in the plan's order. */
  turnedAway(): number[] {
    return this.#demands.map(({ turnedAway }) => turnedAway);
  }

  /** What a vehicle signals: 1 left, -1 right, 0 nothing, or not driven by rule. */
  indicator(id: number): number {
    return this.#byId.get(id)?.indicator ?? 0;
  }

  /** Whether a vehicle drives with blue lights. */
  emergency(id: number): boolean {
    return this.#byId.get(id)?.emergency ?? false;
  }

  /** The plan's name of a vehicle, or an empty text for one that it does not drive. */
  name(id: number): string {
    return this.#byId.get(id)?.name ?? '';
  }

  /**
   * Takes in where everybody is; `step` comes next.
   * @param users everyone on the road at this moment, seats and people included, in the order of their ids.
   */
  look(users: readonly RoadUser[]): void {
    this.#around.occupancy.update(users);
    for (const driver of this.#drivers) driver.locate();
  }

  /**
   * One tick, after `look`: those who have arrived leave, stories go on, newcomers enter, and every driver sets its vehicle's command.
   * @param time s of simulation. @param dt s until the next decision. @param users those that `look` was told of.
   */
  step(time: number, dt: number, users: readonly RoadUser[]): TrafficEvent[] {
    const { laneChanger, rightOfWay } = this.#around;
    this.#leave();
    this.#roam();
    const events = this.#storyboard
      .step(time, dt, users, this.#cast)
      .map(({ story, event, entity, text }): TrafficEvent => ({
        kind: 'storyboard',
        entities: [entity],
        text,
        data: { story, event },
      }));
    // Before anyone enters: those who change lane take up room in the new one.
    laneChanger.begin(this.#drivers);
    this.#flows.forEach((flow, source) => this.#enter(flow, 'flows', source, time));
    this.#demands.forEach((demand, source) => this.#enter(demand, 'demands', source, time));
    rightOfWay.begin(this.#drivers, time, dt);
    for (const driver of this.#drivers) driver.decide(dt);
    return events;
  }

  save(writer: StateWriter): void {
    this.#humans.save(writer);
    for (const part of [...this.#flows, ...this.#demands, ...this.#roaming, this.#storyboard]) part.save(writer);
    writer.u32(this.#members.length);
    for (const { driver, origin } of this.#members) {
      writer.u32(driver.id);
      writer.u32(PARTS.indexOf(origin.part));
      writer.u32(origin.source);
      writer.u32(origin.number);
      writer.u32(origin.choice);
      driver.save(writer);
    }
    this.#around.rightOfWay.save(writer);
  }

  /** @param vehicleById gives each vehicle that existed when it was saved; all must exist again. */
  load(reader: StateReader, vehicleById: (id: number) => V): void {
    this.#humans.load(reader);
    for (const part of [...this.#flows, ...this.#demands, ...this.#roaming, this.#storyboard]) part.load(reader);
    this.#members = [];
    this.#drivers = [];
    this.#byId.clear();
    this.#byName.clear();
    for (let count = reader.u32(); count > 0; count--) {
      const vehicle = vehicleById(reader.u32());
      const origin: Origin = {
        part: PARTS[reader.u32()] ?? 'actors',
        source: reader.u32(),
        number: reader.u32(),
        choice: reader.u32(),
      };
      const newcomer = this.#again(origin);
      this.#join(newcomer, vehicle, newcomer.from[0] as number, 0, origin).load(reader);
    }
    this.#around.rightOfWay.load(reader);
  }

  #actor(actor: ActorPlan): Newcomer {
    const { name, class: vehicle, driver, emergency, route } = actor;
    const to = lanesBeside(this.#options.graph, route[route.length - 1] as number);
    return { name, class: vehicle, driver, emergency: emergency ?? false, from: route.slice(0, 1), to, along: route };
  }

  /** Whoever came from a part of the plan, as it was then. */
  #again({ part, source, number, choice }: Origin): Newcomer {
    if (part === 'flows') return (this.#flows[source] as Flow).again({ number, choice });
    if (part === 'demands') return (this.#demands[source] as Demand).again({ number, choice });
    if (part === 'roaming') return (this.#roaming[source] as Roaming).vehicle(choice, number);
    return this.#actor(this.#options.plan.actors[source] as ActorPlan);
  }

  #spawn(newcomer: Newcomer, entry: Entry, origin: Origin): V {
    const vehicle = this.#options.spawn(newcomer.class, entryPose(this.#options.graph, entry));
    this.#join(newcomer, vehicle, entry.lane, entry.s, origin);
    return vehicle;
  }

  #join(
    { name, driver: parameters, emergency, to, along }: Newcomer,
    vehicle: V,
    lane: number,
    s: number,
    origin: Origin,
  ): Driver {
    const start = { name, vehicle, parameters, emergency, lane, s, destinations: to, along };
    const driver = new Driver(start, this.#around, this.#humans);
    this.#members.push({ driver, vehicle, origin });
    this.#drivers.push(driver);
    this.#byId.set(vehicle.id, driver);
    this.#byName.set(name, driver);
    return driver;
  }

  #leave(): void {
    const leaves = ({ driver, origin }: Member<V>): boolean => driver.arrived && origin.part !== 'roaming';
    if (!this.#members.some(leaves)) return;
    const stay: Member<V>[] = [];
    for (const member of this.#members) {
      const { driver, vehicle } = member;
      if (!leaves(member)) {
        stay.push(member);
        continue;
      }
      this.#byId.delete(vehicle.id);
      this.#byName.delete(driver.name);
      this.#around.rightOfWay.forget(vehicle.id);
      this.#options.remove(vehicle);
    }
    this.#members = stay;
    this.#drivers = stay.map(({ driver }) => driver);
  }

  /** Gives those who come near their destination the next one. */
  #roam(): void {
    if (this.#roaming.length === 0) return;
    for (const { driver, origin } of this.#members) {
      if (origin.part !== 'roaming' || !driver.nearsDestination) continue;
      const next = (this.#roaming[origin.source] as Roaming).destination(driver.lane);
      if (next !== null) driver.setOut([next]);
    }
  }

  /** Lets the first newcomer in when there is room for it at a speed that suits those ahead. */
  #enter(arrivals: Arrivals, part: Part, source: number, time: number): void {
    arrivals.arrive(time);
    const newcomer = arrivals.first;
    if (!newcomer) return;
    const spec = SPECS[newcomer.class];
    const entry = this.#entrance.find(newcomer, spec);
    if (!entry) return;
    const { number, choice } = arrivals.enter();
    const { id } = this.#spawn(newcomer, entry, { part, source, number, choice });
    const { length, width } = spec;
    const pose = entryPose(this.#options.graph, entry);
    const { emergency } = newcomer;
    this.#around.occupancy.add({ id, kind: spec.class, ...pose, length, width, seat: false, emergency });
    this.#drivers[this.#drivers.length - 1]?.locate();
  }
}

function part(name: Part, source: number): Origin {
  return { part: name, source, number: 0, choice: 0 };
}
