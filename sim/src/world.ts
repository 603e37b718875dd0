import type {
  Action,
  EntityDescription,
  FrameEntity,
  MapDescription,
  MatchEvent,
  SimObservation,
} from '@gauntlet/agents-sdk/protocol';
import type { SeatScore, SimFrame, StepResult, World, WorldSeat } from './api.ts';
import { resolveParameters } from './parameters.ts';
import { Physics } from './physics/rapier.ts';
import { Random } from './random.ts';
import { LaneGraph } from './road/lane-graph.ts';
import { Route } from './road/route.ts';
import type { Scenario } from './scenario.ts';
import { CollisionMemory } from './score/collisions.ts';
import { collisionWith } from './score/driving-score.ts';
import { Seat } from './seat.ts';
import { readTarget, type Target } from './sensor/targets.ts';
import { StateReader, StateWriter } from './state.ts';
import { stateHash } from './murmur3.ts';
import { Traffic } from './traffic/traffic.ts';
import { CAR, describeEntity, SPECS, type VehicleSpec } from './vehicle/spec.ts';
import { Vehicle, type VehicleStart } from './vehicle/vehicle.ts';

/** s of one physics step, and of one tick. */
export const SUBSTEP_SECONDS = 1 / 60;
export const SUBSTEPS = 3;
export const TICK_SECONDS = 0.05;

/** s after which a stopped, retired vehicle is taken off the road. */
const TOW_SECONDS = 3;
/** N s below which bodies that brush each other do not count as colliding. */
const COLLISION_IMPULSE = 1;
/** m within which others are the traffic around a seat. Own choice. */
const AROUND = 50;
/** m/s below which a seat that is hit is not charged (CARLA Leaderboard: it stood). */
const CHARGED_SPEED = 0.1;

/**
 * Builds the world of one match. `loadPhysics` must have resolved before. The world must be freed.
 * @param parameters those that differ from the scenario's defaults. @param seed unsigned 64-bit, decimal.
 * @throws ParameterError on an unknown parameter or one out of its range; RangeError on a seed that is none.
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
  readonly #traffic: Traffic;
  readonly #seats: Seat[] = [];
  /** In order of creation, which is the order of ids. */
  #vehicles: Vehicle[] = [];
  readonly #targets = new Map<number, Target>();
  readonly #streams = new Map<string, Random>();
  readonly #collisions = new CollisionMemory();
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
    const stream = (name: string): Random => {
      const known = this.#streams.get(name);
      if (known) return known;
      const made = new Random(seed, name);
      this.#streams.set(name, made);
      return made;
    };
    try {
      const plan = scenario.build(parameters, stream);
      this.map = plan.map;
      this.#graph = new LaneGraph(plan.map, plan.friction);
      if (plan.seats.length !== scenario.seats.length) {
        throw new RangeError(
          `${scenario.id} declares ${scenario.seats.length} seats, its plan has ${plan.seats.length}`,
        );
      }
      scenario.seats.forEach((spec, i) => {
        const { route: lanes, start, goal, speed } = plan.seats[i]!;
        const route = new Route(this.#graph, lanes, start, goal);
        const { x, y, heading } = route.pose(0);
        this.#seats.push(new Seat(i, spec, route, this.#spawn(CAR, { x, y, heading, speed }), this.#graph));
      });
      this.#traffic = new Traffic({
        graph: this.#graph,
        plan,
        random: stream,
        spawn: (kind, start) => this.#spawn(SPECS[kind], start),
        remove: (vehicle) => this.#remove(vehicle),
      });
    } catch (error) {
      this.#physics.free();
      throw error;
    }
    this.seats = this.#seats.map(({ info }) => info);
    // Again, now that it is known which of them are seats.
    this.#spawned = this.entities();
    this.#refreshTargets();
  }

  get tick(): number {
    return this.#tick;
  }

  get done(): boolean {
    return this.#tick >= this.maxTicks || this.#seats.every((seat) => !seat.active);
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
    const time = this.#tick * TICK_SECONDS;
    const seatIds = new Set(this.#seats.map(({ vehicle }) => vehicle?.id));
    const users = this.#vehicles.map((vehicle) => ({
      id: vehicle.id,
      x: vehicle.state.x,
      y: vehicle.state.y,
      heading: vehicle.state.heading,
      speed: vehicle.state.speed,
      length: vehicle.spec.length,
      width: vehicle.spec.width,
      seat: seatIds.has(vehicle.id),
    }));
    this.#tick += 1;
    for (const { text, entities, data } of this.#traffic.step(time, TICK_SECONDS, users)) {
      events.push({
        tick: this.#tick,
        kind: 'storyboard',
        seat: null,
        entities: [...entities],
        infraction: false,
        text,
        data: { ...data },
      });
    }
    for (let i = 0; i < SUBSTEPS; i++) {
      for (const vehicle of this.#vehicles) vehicle.applyForces(SUBSTEP_SECONDS, this.#graph);
      this.#physics.step();
      for (const vehicle of this.#vehicles) vehicle.refresh(SUBSTEP_SECONDS);
      this.#collide(events);
    }
    this.#collisions.forget(this.#tick * TICK_SECONDS);
    for (const seat of this.#seats) this.#judge(seat, events);
    if (this.#tick >= this.maxTicks) for (const seat of this.#seats) if (seat.active) seat.card.end = 'time-limit';
    this.#refreshTargets();
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
    this.#targets.clear();
    this.#vehicles = Array.from({ length: reader.u32() }, () => {
      const id = reader.u32();
      const spec = SPECS[reader.text() as keyof typeof SPECS];
      const vehicle = new Vehicle(this.#physics, id, spec, null, this.#graph);
      vehicle.load(reader);
      return vehicle;
    });
    const byId = (id: number): Vehicle => {
      const vehicle = this.#vehicles.find((each) => each.id === id);
      if (!vehicle) throw new Error(`restore: the keyframe has no vehicle ${id}`);
      return vehicle;
    };
    for (const seat of this.#seats) {
      seat.vehicle = reader.bool() ? byId(seat.info.entity) : null;
      seat.load(reader);
    }
    this.#traffic.load(reader, byId);
    this.#collisions.load(reader);
    for (let count = reader.u32(); count > 0; count--) this.#streams.get(reader.text())?.load(reader);
    this.#spawned = [];
    this.#removed = [];
    this.#refreshTargets();
  }

  entities(): EntityDescription[] {
    return this.#vehicles.map((vehicle) => this.#describe(vehicle));
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

  /** What a keyframe must agree with. */
  #identity(): string {
    return JSON.stringify([this.scenario, this.behaviorVersion, this.seed, this.parameters]);
  }

  /** Everything but Rapier's own memory: what the hash is of, and what a keyframe adds to the snapshot. */
  #save(writer: StateWriter): void {
    writer.u32(this.#tick);
    writer.u32(this.#nextId);
    writer.u32(this.#vehicles.length);
    for (const vehicle of this.#vehicles) {
      writer.u32(vehicle.id);
      writer.text(vehicle.spec.class);
      vehicle.save(writer);
    }
    for (const seat of this.#seats) {
      writer.bool(seat.vehicle !== null);
      seat.save(writer);
    }
    this.#traffic.save(writer);
    this.#collisions.save(writer);
    writer.u32(this.#streams.size);
    for (const [name, stream] of this.#streams) {
      writer.text(name);
      stream.save(writer);
    }
  }

  #spawn(spec: VehicleSpec, start: VehicleStart): Vehicle {
    const vehicle = new Vehicle(this.#physics, this.#nextId++, spec, start, this.#graph);
    this.#vehicles.push(vehicle);
    this.#spawned.push(this.#describe(vehicle));
    return vehicle;
  }

  #remove(vehicle: Vehicle): void {
    vehicle.remove();
    this.#vehicles = this.#vehicles.filter((each) => each !== vehicle);
    this.#targets.delete(vehicle.id);
    this.#removed.push(vehicle.id);
  }

  #describe(vehicle: Vehicle): EntityDescription {
    const seat = this.#seats.find((each) => each.info.entity === vehicle.id);
    return { id: vehicle.id, seat: seat?.spec.seat ?? null, ...describeEntity(vehicle.spec) };
  }

  #refreshTargets(): void {
    for (const vehicle of this.#vehicles)
      this.#targets.set(vehicle.id, readTarget(vehicle, this.#targets.get(vehicle.id)));
  }

  /** Turns the contacts of a substep into collisions and their infractions. */
  #collide(events: MatchEvent[]): void {
    for (const { a, b, impulse } of this.#physics.contacts()) {
      if (impulse < COLLISION_IMPULSE || !this.#collisions.touch(a, b, this.#tick * TICK_SECONDS)) continue;
      for (const [id, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const seat = this.#seats.find((each) => each.vehicle?.id === id && each.active);
        const kind = this.#vehicles.find((each) => each.id === other)?.spec.class ?? 'static';
        if (!seat?.vehicle) continue;
        const charged = Math.abs(seat.vehicle.state.speed) > CHARGED_SPEED;
        if (charged) seat.card.infractions[collisionWith(kind)] += 1;
        const text = `${seat.spec.seat} collided with a ${kind}${charged ? '' : ' while it stood'}`;
        seat.events.push({ kind: 'collision', detail: text });
        events.push({
          tick: this.#tick,
          kind: 'collision',
          seat: seat.spec.seat,
          entities: [id, other],
          infraction: charged,
          text,
          data: { impulse, with: kind },
        });
      }
      if (!this.#seats.some((each) => each.vehicle?.id === a || each.vehicle?.id === b)) {
        events.push({
          tick: this.#tick,
          kind: 'collision',
          seat: null,
          entities: [a, b],
          infraction: false,
          text: 'two vehicles without a seat collided',
          data: { impulse },
        });
      }
    }
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
  #trafficSpeed({ state: { x, y } }: Vehicle): number | null {
    let sum = 0;
    let count = 0;
    for (const { id, state } of this.#vehicles) {
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
    const targets = this.#vehicles.map(({ id }) => this.#targets.get(id)!);
    const time = this.#tick * TICK_SECONDS;
    const observations = this.#seats.map((seat): SimObservation | null =>
      seat.vehicle ? seat.observe(this.#tick, time, this.#targets.get(seat.vehicle.id)!, targets) : null,
    );
    return { tick: this.#tick, observations, events, frame: this.#frame(), hash: this.hash(), done: this.done };
  }

  #frame(): SimFrame {
    return {
      tick: this.#tick,
      entities: this.#vehicles.map((vehicle) => frameEntity(vehicle, this.#traffic.indicator(vehicle.id))),
      spawned: this.#spawned,
      removed: this.#removed,
      seats: this.#seats.map(({ spec, card, lidarRanges, active }) => ({
        seat: spec.seat,
        completion: card.completion,
        score: card.score,
        lidar: active ? lidarRanges : null,
        done: !active,
      })),
    };
  }
}

/** Bits of `lights` in the protocol's frames. */
const LIGHT = { brake: 1, left: 2, right: 4, reverse: 8 } as const;

/** @param indicator 1 left, -1 right, 0 neither. */
function frameEntity({ id, state, command }: Vehicle, indicator: number): FrameEntity {
  const braking = command.brake > 0.02 ? LIGHT.brake : 0;
  const turning = indicator > 0 ? LIGHT.left : indicator < 0 ? LIGHT.right : 0;
  return {
    id,
    x: state.x,
    y: state.y,
    z: state.z,
    yaw: state.heading,
    pitch: state.pitch,
    roll: state.roll,
    speed: state.speed,
    steering: state.steering,
    lights: braking | turning | (command.gear === 'reverse' ? LIGHT.reverse : 0),
  };
}
