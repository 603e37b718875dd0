import type {
  Action,
  EntityClass,
  EntityDescription,
  MapDescription,
  MatchEvent,
  SimObservation,
} from '@gauntlet/agents-sdk/protocol';
import type { SeatScore, SimFrame, StepResult, World, WorldSeat } from './api.ts';
import { Fleet, frameVehicle } from './fleet.ts';
import { CHARGED_SPEED, Incidents } from './incidents.ts';
import { stateHash } from './murmur3.ts';
import { resolveParameters } from './parameters.ts';
import { describeWalker, frameWalker, WalkerBodies, walkerTarget, walkerUser } from './people/bodies.ts';
import { People } from './people/people.ts';
import { Physics } from './physics/rapier.ts';
import { Radio } from './radio.ts';
import { Random } from './random.ts';
import { LaneGraph } from './road/lane-graph.ts';
import { Route } from './road/route.ts';
import type { Scenario, ScenarioPlan } from './scenario.ts';
import { Seat } from './seat.ts';
import type { Target } from './sensor/targets.ts';
import { Detectors } from './signal/detectors.ts';
import { SignalControl } from './signal/signal-control.ts';
import { StateReader, StateWriter } from './state.ts';
import type { RoadUser } from './traffic/road-user.ts';
import { Traffic } from './traffic/traffic.ts';
import { CAR, SPECS } from './vehicle/spec.ts';
import type { TrafficVehicle } from './vehicle/traffic-vehicle.ts';

/** s of one physics step, and of one tick. */
export const SUBSTEP_SECONDS = 1 / 60;
export const SUBSTEPS = 3;
export const TICK_SECONDS = 0.05;

/** s after which a stopped, retired vehicle is taken off the road. */
const TOW_SECONDS = 3;
/** m within which others are the traffic around a seat. Own choice. */
const AROUND = 50;
/** N s from which on a person who is hit falls. Own choice: brushing past at walking pace stays below. */
const FALLS = 60;

/**
 * Builds the world of one match. `loadPhysics` must have resolved before. The world must be freed.
 * @param parameters those that differ from the scenario's defaults. @param seed unsigned 64-bit, decimal.
 * @throws ParameterError on an unknown parameter or one out of its range; RangeError on a seed that is none, and on a plan that
 * contradicts itself or its map.
 */
export function createWorld(scenario: Scenario, parameters: Readonly<Record<string, number>>, seed: string): World {
  if (!/^[0-9]{1,20}$/.test(seed)) throw new RangeError(`seed: expected a whole number, unsigned 64-bit, got ${seed}`);
  return new SimWorld(scenario, resolveParameters(scenario, parameters), seed);
}

class SimWorld implements World {
  readonly scenario: string;
  readonly behaviorVersion: number;
  readonly parameters: Readonly<Record<string, number>>;
  readonly seed: string;
  readonly tickSeconds = TICK_SECONDS;
  readonly maxTicks: number;
  readonly map: MapDescription;
  readonly seats: readonly WorldSeat[];
  readonly #physics = new Physics(SUBSTEP_SECONDS);
  readonly #graph: LaneGraph;
  readonly #fleet: Fleet;
  readonly #signals: SignalControl;
  readonly #radio: Radio;
  readonly #people: People;
  readonly #bodies: WalkerBodies;
  readonly #traffic: Traffic<TrafficVehicle>;
  readonly #detectors: Detectors;
  readonly #seats: Seat[] = [];
  readonly #incidents: Incidents;
  readonly #streams = new Map<string, Random>();
  readonly #writer = new StateWriter();
  #nextId = 1;
  #tick = 0;
  #spawned: EntityDescription[] = [];
  #removed: number[] = [];

  constructor(scenario: Scenario, parameters: Readonly<Record<string, number>>, seed: string) {
    this.scenario = scenario.id;
    this.behaviorVersion = scenario.behaviorVersion;
    this.parameters = parameters;
    this.seed = seed;
    this.maxTicks = Math.round(scenario.maxSeconds / TICK_SECONDS);
    const random = (name: string): Random => {
      const known = this.#streams.get(name);
      if (known) return known;
      const made = new Random(seed, name);
      this.#streams.set(name, made);
      return made;
    };
    try {
      const plan = scenario.build(parameters, random);
      this.map = plan.map;
      this.#graph = new LaneGraph(plan.map, plan.friction);
      this.#fleet = new Fleet(this.#physics, this.#graph, plan.detail === 'everywhere');
      this.#takeSeats(scenario, plan);
      this.#incidents = new Incidents(this.#seats);
      this.#signals = new SignalControl({ graph: this.#graph, plans: plan.signals ?? [] });
      this.#radio = new Radio(this.#signals);
      this.#bodies = new WalkerBodies(this.#physics);
      const ids = (): number => this.#nextId++;
      const people = new People({ graph: this.#graph, plan: plan.people, random, signals: this.#signals, ids });
      this.#people = people;
      this.#traffic = new Traffic<TrafficVehicle>({
        graph: this.#graph,
        plan,
        random,
        signals: this.#signals,
        crossings: people,
        walker: (name) => {
          const walker = people.find(name);
          return walker ? { id: walker.id, walk: () => people.let(name) } : undefined;
        },
        spawn: (kind, start) => {
          const vehicle = this.#fleet.spawn(this.#nextId++, SPECS[kind], start, false);
          this.#spawned.push(this.#fleet.describe(vehicle, null));
          return vehicle;
        },
        remove: (vehicle) => this.#remove(vehicle),
      });
      const { occupancy } = this.#traffic;
      const motorist = this.#traffic.motorist.bind(this.#traffic);
      this.#detectors = new Detectors(this.#graph, occupancy, motorist, people.waiting.bind(people));
    } catch (error) {
      this.#physics.free();
      throw error;
    }
    this.seats = this.#seats.map(({ info }) => info);
    this.#spawned = this.entities();
  }

  get tick(): number {
    return this.#tick;
  }

  get done(): boolean {
    return this.#tick >= this.maxTicks || (this.#seats.length > 0 && this.#seats.every((seat) => !seat.active));
  }

  look(): StepResult {
    return this.#result([]);
  }

  step(actions: readonly (Action | 'safe-stop' | null)[]): StepResult {
    if (actions.length !== this.#seats.length) {
      throw new RangeError(`step: expected ${this.#seats.length} actions, one a seat, got ${actions.length}`);
    }
    if (this.done) throw new RangeError(`step: the world is done at tick ${this.#tick}`);
    this.#spawned = [];
    this.#removed = [];
    const events: MatchEvent[] = [];
    this.#seats.forEach((seat, i) => seat.command(actions[i] ?? null));
    this.#decide(events);
    const end = this.#tick * TICK_SECONDS;
    const classOf = (id: number): EntityClass =>
      this.#fleet.find(id)?.spec.class ?? (this.#bodies.has(id) ? 'pedestrian' : 'static');
    for (let i = 0; i < SUBSTEPS; i++) {
      this.#fleet.applyForces(SUBSTEP_SECONDS);
      this.#bodies.follow(this.#people.walkers(), (SUBSTEPS - i) * SUBSTEP_SECONDS);
      this.#physics.step();
      this.#fleet.refresh(SUBSTEP_SECONDS);
      this.#fall();
      this.#incidents.collide(this.#physics.contacts(), this.#tick, end, classOf, events);
    }
    this.#fleet.advance(TICK_SECONDS);
    this.#incidents.forget(end);
    for (const seat of this.#seats) this.#judge(seat, events);
    if (this.#tick >= this.maxTicks) for (const seat of this.#seats) if (seat.active) seat.card.end = 'time-limit';
    return this.#result(events);
  }

  retire(index: number): void {
    const seat = this.#seats[index];
    if (!seat) throw new RangeError(`retire: expected a seat 0..${this.#seats.length - 1}, got ${index}`);
    if (seat.card.end === '') seat.card.end = 'retired';
  }

  hash(): string {
    this.#writer.clear();
    this.#save(this.#writer);
    return stateHash(this.#writer.view());
  }

  keyframe(): Uint8Array {
    const writer = new StateWriter();
    writer.text(this.#identity());
    this.#physics.save(writer);
    this.#save(writer);
    return Uint8Array.from(writer.view());
  }

  restore(keyframe: Uint8Array): void {
    const reader = new StateReader(keyframe);
    const identity = reader.text();
    if (identity !== this.#identity()) {
      throw new Error(`restore: expected a keyframe of ${this.#identity()}, got one of ${identity}`);
    }
    this.#physics.load(reader);
    this.#tick = reader.u32();
    this.#nextId = reader.u32();
    this.#fleet.load(reader);
    for (const seat of this.#seats) {
      seat.vehicle = reader.bool() ? this.#fleet.get(seat.info.entity) : null;
      seat.load(reader);
    }
    this.#signals.load(reader);
    this.#people.load(reader);
    this.#bodies.load(reader);
    this.#traffic.load(reader, (id) => this.#fleet.get(id));
    this.#incidents.load(reader);
    for (let count = reader.u32(); count > 0; count--) this.#streams.get(reader.text())?.load(reader);
    this.#spawned = [];
    this.#removed = [];
  }

  entities(): EntityDescription[] {
    const seatOf = (id: number): EntityDescription['seat'] =>
      this.#seats.find((seat) => seat.info.entity === id)?.spec.seat ?? null;
    return [
      ...this.#fleet.vehicles.map((vehicle) => this.#fleet.describe(vehicle, seatOf(vehicle.id))),
      ...this.#people.walkers().map(describeWalker),
    ];
  }

  scores(): SeatScore[] {
    return this.#seats.map(({ spec, card }) => ({
      seat: spec.seat,
      score: card.score,
      outcome: card.end === '' || card.end === 'retired' ? null : 'finished',
      reason: card.end === 'retired' ? '' : card.end,
      metrics: card.metrics(),
      infractions: { ...card.infractions },
    }));
  }

  free(): void {
    this.#physics.free();
  }

  #takeSeats(scenario: Scenario, plan: ScenarioPlan): void {
    if (plan.seats.length !== scenario.seats.length) {
      throw new RangeError(`${scenario.id} declares ${scenario.seats.length} seats, its plan has ${plan.seats.length}`);
    }
    scenario.seats.forEach((spec, i) => {
      const { route: lanes, start, goal, speed } = plan.seats[i]!;
      const route = new Route(this.#graph, lanes, start, goal);
      const { x, y, z, heading } = route.pose(0);
      const vehicle = this.#fleet.spawn(this.#nextId++, CAR, { x, y, z, heading, speed }, true);
      this.#seats.push(new Seat(i, spec, route, vehicle, this.#graph));
    });
  }

  /** Everybody but the seats decides; the tick that leads on from here begins. */
  #decide(events: MatchEvent[]): void {
    const time = this.#tick * TICK_SECONDS;
    const people = this.#people.walkers();
    const users = this.#users();
    const places = this.#seats.flatMap(({ vehicle }) => (vehicle ? [vehicle.state] : []));
    this.#bodies.update(people, places);
    this.#traffic.look(users);
    this.#signals.step(time, TICK_SECONDS, this.#detectors);
    this.#people.step(time, TICK_SECONDS, users);
    for (const walker of this.#people.spawned) this.#spawned.push(describeWalker(walker));
    for (const id of this.#people.removed) this.#removed.push(id);
    this.#tick += 1;
    for (const { text, entities, data } of this.#traffic.step(time, TICK_SECONDS, users)) {
      const about = { kind: 'storyboard', seat: null, infraction: false } as const;
      events.push({ tick: this.#tick, ...about, entities: [...entities], text, data: { ...data } });
    }
  }

  /** Everyone on the road and beside it, in the order of ids. */
  #users(): RoadUser[] {
    const users = this.#fleet.vehicles.map((vehicle) => this.#fleet.user(vehicle, this.#traffic.emergency(vehicle.id)));
    for (const walker of this.#people.walkers()) users.push(walkerUser(walker));
    return users.sort((a, b) => a.id - b.id);
  }

  /** People whom a vehicle has hit in this substep are no longer their own masters. */
  #fall(): void {
    for (const { a, b, impulse } of this.#physics.contacts()) {
      if (impulse < FALLS) continue;
      for (const id of [a, b]) {
        if (!this.#bodies.has(id)) continue;
        const { vx, vy } = this.#bodies.velocity(id);
        this.#people.struck(id, vx, vy);
      }
    }
  }

  /** What a keyframe must agree with. */
  #identity(): string {
    return JSON.stringify([this.scenario, this.behaviorVersion, this.seed, this.parameters]);
  }

  /** Everything but Rapier's own memory: what the hash is of, and what a keyframe adds to the snapshot. */
  #save(writer: StateWriter): void {
    writer.u32(this.#tick);
    writer.u32(this.#nextId);
    this.#fleet.save(writer);
    for (const seat of this.#seats) {
      writer.bool(seat.vehicle !== null);
      seat.save(writer);
    }
    this.#signals.save(writer);
    this.#people.save(writer);
    this.#bodies.save(writer);
    this.#traffic.save(writer);
    this.#incidents.save(writer);
    writer.u32(this.#streams.size);
    for (const [name, stream] of this.#streams) {
      writer.text(name);
      stream.save(writer);
    }
  }

  #remove(vehicle: TrafficVehicle): void {
    this.#fleet.remove(vehicle);
    this.#removed.push(vehicle.id);
  }

  /** Where a seat has come in this tick, and whether that is its end. */
  #judge(seat: Seat, events: MatchEvent[]): void {
    const { vehicle, card, spec } = seat;
    if (!vehicle) return;
    seat.locate(seat.place.distance);
    if (card.end !== '') {
      seat.standing = Math.abs(vehicle.state.speed) < CHARGED_SPEED ? seat.standing + 1 : 0;
      if (seat.standing * TICK_SECONDS >= TOW_SECONDS) this.#leave(seat);
      return;
    }
    const event = (kind: 'off-road' | 'goal', infraction: boolean, text: string): void => {
      seat.events.push({ kind, detail: text });
      events.push({
        tick: this.#tick,
        kind,
        seat: spec.seat,
        entities: [vehicle.id],
        infraction,
        text,
        data: { distance: seat.place.distance },
      });
    };
    const aside = Math.abs(seat.place.offset);
    const inLane = seat.lane !== null;
    if (card.tick(TICK_SECONDS, seat.place.distance, aside, inLane, vehicle.state, this.#trafficSpeed(vehicle))) {
      event('off-road', true, `${spec.seat} left the road`);
    }
    if (card.reachedGoal) {
      event('goal', false, `${spec.seat} reached its goal`);
      this.#leave(seat);
    }
  }

  /** Mean speed of the rule-driven vehicles around a seat, m/s, or null where there are none. */
  #trafficSpeed({ state: { x, y } }: TrafficVehicle): number | null {
    let sum = 0;
    let count = 0;
    for (const { id, state } of this.#fleet.vehicles) {
      const dx = state.x - x;
      const dy = state.y - y;
      if (dx * dx + dy * dy > AROUND * AROUND || this.#seats.some((seat) => seat.info.entity === id)) continue;
      sum += Math.abs(state.speed);
      count += 1;
    }
    return count === 0 ? null : sum / count;
  }

  /** Takes a seat's vehicle out of the world. */
  #leave(seat: Seat): void {
    if (seat.vehicle) this.#remove(seat.vehicle);
    seat.vehicle = null;
  }

  #result(events: MatchEvent[]): StepResult {
    const vehicles = this.#seats.length > 0 ? this.#fleet.targets() : [];
    const people = this.#seats.length > 0 ? this.#people.walkers().map(walkerTarget) : [];
    const targets: Target[] = people.length > 0 ? [...vehicles, ...people].sort((a, b) => a.id - b.id) : vehicles;
    const time = this.#tick * TICK_SECONDS;
    const observations = this.#seats.map((seat): SimObservation | null => {
      const own = vehicles.find(({ id }) => id === seat.vehicle?.id);
      if (!own) return null;
      return seat.observe(this.#tick, time, own, targets, this.#radio.receive(own.x, own.y, this.#tick));
    });
    return { tick: this.#tick, observations, events, frame: this.#frame(), hash: this.hash(), done: this.done };
  }

  #frame(): SimFrame {
    const traffic = this.#traffic;
    return {
      tick: this.#tick,
      entities: [
        ...this.#fleet.vehicles.map((vehicle) =>
          frameVehicle(vehicle, traffic.indicator(vehicle.id), traffic.emergency(vehicle.id)),
        ),
        ...this.#people.walkers().map(frameWalker),
      ],
      spawned: this.#spawned,
      removed: this.#removed,
      seats: this.#seats.map(({ spec, card, lidarRanges, active }) => ({
        seat: spec.seat,
        completion: card.completion,
        score: card.score,
        lidar: active ? lidarRanges : null,
        done: !active,
      })),
      signals: Uint8Array.from(this.#signals.states()),
    };
  }
}
