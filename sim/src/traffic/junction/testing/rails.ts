import type { SignalState } from '@gauntlet/agents-sdk/protocol';
import { atan2, cos, hypot, sin } from '../../../math.ts';
import { Random } from '../../../random.ts';
import { LaneGraph, type Pose } from '../../../road/lane-graph.ts';
import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import type { DriverParameters } from '../../../scenario.ts';
import { StateReader, StateWriter } from '../../../state.ts';
import { CAR, type VehicleSpec } from '../../../vehicle/spec.ts';
import type { Motorist } from '../../contract.ts';
import { idm } from '../../idm.ts';
import { Occupancy } from '../../occupancy.ts';
import type { RoadUser } from '../../road-user.ts';
import { JunctionControl } from '../junction-control.ts';

/** s of a tick. */
export const TICK = 0.05;
/** m/s2 sideways in bends, and with which they are approached; hardest braking. */
const LATERAL = 2;
const EASY = 1.5;
const HARDEST = 8;

export const DRIVER: DriverParameters = {
  speedFactor: 1,
  headway: 1.2,
  minGap: 2,
  acceleration: 1.8,
  braking: 2.5,
  criticalGap: 4,
};

export interface RailPlan {
  readonly path: readonly number[];
  /** m along the first lane, m/s. */
  readonly s?: number;
  readonly speed?: number;
  readonly spec?: VehicleSpec;
  readonly parameters?: Partial<DriverParameters>;
  readonly emergency?: boolean;
  /** A stranger: it follows no rule, and drives at this speed whatever happens, m/s. */
  readonly stranger?: () => number;
}

/** A vehicle that cannot leave the middle of its lanes, so that junctions are tested without steering. */
export class Rail implements Motorist {
  readonly id: number;
  readonly spec: VehicleSpec;
  readonly plan: RailPlan;
  readonly parameters: DriverParameters;
  readonly emergency: boolean;
  readonly offset = 0;
  readonly leaving = null;
  path: number[];
  s: number;
  speed: number;
  acceleration = 0;
  /** s since it came. */
  age = 0;
  /** What the right of way last said. */
  stop = Infinity;
  readonly pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };

  constructor(id: number, plan: RailPlan) {
    this.id = id;
    this.plan = plan;
    this.spec = plan.spec ?? CAR;
    this.path = [...plan.path];
    this.s = plan.s ?? 0;
    this.speed = plan.speed ?? 0;
    this.parameters = { ...DRIVER, ...plan.parameters };
    this.emergency = plan.emergency ?? false;
  }

  get user(): RoadUser {
    const { id, spec, speed, pose } = this;
    const seat = this.plan.stranger !== undefined;
    return {
      id,
      kind: spec.class,
      ...pose,
      speed,
      length: spec.length,
      width: spec.width,
      seat,
      emergency: this.emergency,
    };
  }
}

/** Vehicles on rails, the right of way, and nothing else. */
export class Rails {
  readonly graph: LaneGraph;
  readonly control: JunctionControl;
  readonly occupancy: Occupancy;
  vehicles: Rail[] = [];
  time = 0;
  left: Rail[] = [];
  /** Settable by tests. */
  signal: (signal: number, time: number) => SignalState = () => 'off';
  claimed: (crossing: number, time: number) => boolean = () => false;
  #next = 1;

  constructor(map: MapDescription) {
    this.graph = new LaneGraph(map);
    this.occupancy = new Occupancy(this.graph);
    this.control = new JunctionControl({
      graph: this.graph,
      occupancy: this.occupancy,
      signals: { state: (signal) => this.signal(signal, this.time) },
      crossings: { claimed: (crossing) => this.claimed(crossing, this.time) },
    });
  }

  add(plan: RailPlan): Rail {
    const rail = new Rail(this.#next++, plan);
    this.#locate(rail);
    this.vehicles.push(rail);
    return rail;
  }

  /** Adds a vehicle unless another one is too near to where it would come in. */
  tryAdd(plan: RailPlan): Rail | null {
    const spec = plan.spec ?? CAR;
    const free = 6 + spec.length / 2 + 1.2 * (plan.speed ?? 0);
    const pose = this.graph.pose(plan.path[0] as number, plan.s ?? 0);
    for (const other of this.vehicles) {
      if (hypot(other.pose.x - pose.x, other.pose.y - pose.y) < free + other.spec.length / 2) return null;
    }
    return this.add(plan);
  }

  step(): void {
    const { vehicles } = this;
    this.occupancy.update(vehicles.map(({ user }) => user));
    const motorists = vehicles.filter(({ plan }) => !plan.stranger);
    this.control.begin(motorists, this.time, TICK);
    for (const rail of vehicles) this.#decide(rail);
    for (const rail of vehicles) this.#move(rail);
    const gone = vehicles.filter((rail) => rail.path.length === 0);
    for (const rail of gone) this.control.forget(rail.id);
    this.left.push(...gone);
    this.vehicles = vehicles.filter((rail) => rail.path.length > 0);
    this.time += TICK;
  }

  run(seconds: number, each: () => void = () => undefined): void {
    const end = this.time + seconds - TICK / 2;
    while (this.time < end) {
      this.step();
      each();
    }
  }

  collisions(): [Rail, Rail][] {
    const pairs: [Rail, Rail][] = [];
    this.vehicles.forEach((a, i) => {
      for (let k = i + 1; k < this.vehicles.length; k++) {
        const b = this.vehicles[k] as Rail;
        if (touch(a, b)) pairs.push([a, b]);
      }
    });
    return pairs;
  }

  save(): Uint8Array {
    const writer = new StateWriter();
    this.control.save(writer);
    return Uint8Array.from(writer.view());
  }

  /** Puts a new control in the place of the old one, with what that had saved. */
  reload(): void {
    const { graph, occupancy } = this;
    const fresh = new JunctionControl({
      graph,
      occupancy,
      signals: { state: (signal) => this.signal(signal, this.time) },
      crossings: { claimed: (crossing) => this.claimed(crossing, this.time) },
    });
    fresh.load(new StateReader(this.save()));
    (this as { control: JunctionControl }).control = fresh;
  }

  #decide(rail: Rail): void {
    if (rail.plan.stranger) {
      rail.acceleration = 0;
      rail.speed = rail.plan.stranger();
      return;
    }
    rail.stop = this.control.stopDistance(rail);
    const { parameters, speed } = rail;
    const desired = this.#desired(rail);
    const leader = this.#leader(rail);
    let wanted = idm(parameters, speed, Math.max(desired, 0.1), leader.gap, leader.speed);
    if (speed > desired) wanted = Math.min(wanted, Math.max(-3, (desired - speed) / 0.8));
    if (rail.stop < Infinity) {
      wanted = Math.min(wanted, idm({ ...parameters, minGap: 0.6 }, speed, Infinity, Math.max(rail.stop, 0.01), 0));
    }
    rail.acceleration = Math.max(-HARDEST, Math.min(wanted, parameters.acceleration));
  }

  #move(rail: Rail): void {
    const speed = Math.max(0, rail.speed + rail.acceleration * TICK);
    rail.s += ((rail.speed + speed) / 2) * TICK;
    rail.speed = speed;
    rail.age += TICK;
    while (rail.path.length > 0) {
      const length = this.graph.laneLength(rail.path[0] as number);
      if (rail.s < length) break;
      rail.s -= length;
      rail.path.shift();
    }
    if (rail.path.length > 0) this.#locate(rail);
  }

  #locate(rail: Rail): void {
    const reach = 0.3 * rail.spec.length;
    const ahead = this.#along(rail, rail.s + reach);
    const behind = this.#along(rail, rail.s - reach);
    const middle = this.#along(rail, rail.s);
    Object.assign(rail.pose, middle, { heading: atan2(ahead.y - behind.y, ahead.x - behind.x) });
  }

  #along(rail: Rail, s: number): Pose {
    let rest = s;
    let i = 0;
    while (i + 1 < rail.path.length && rest > this.graph.laneLength(rail.path[i] as number)) {
      rest -= this.graph.laneLength(rail.path[i] as number);
      i++;
    }
    if (rest < 0) {
      const whole = rail.plan.path;
      const before = whole[whole.lastIndexOf(rail.path[0] as number) - 1];
      if (before !== undefined) return this.graph.pose(before, this.graph.laneLength(before) + rest);
    }
    return this.graph.pose(rail.path[i] as number, rest);
  }

  #desired(rail: Rail): number {
    let desired = Infinity;
    let base = -rail.s;
    for (const lane of rail.path) {
      if (base > 60) break;
      const length = this.graph.laneLength(lane);
      const limit = (this.graph.lanes[lane]?.speedLimit ?? 0) * rail.parameters.speedFactor;
      for (let s = 0; s < length; s += 3) {
        const ahead = base + s;
        if (ahead < -3 || ahead > 60) continue;
        const bend = Math.max(2.5, Math.sqrt(LATERAL / Math.max(1e-6, Math.abs(this.graph.curvature(lane, s)))));
        const here = Math.min(limit, bend);
        desired = Math.min(desired, Math.sqrt(here * here + 2 * EASY * Math.max(0, ahead)));
      }
      base += length;
    }
    return desired;
  }

  #leader(rail: Rail): { gap: number; speed: number } {
    let [gap, speed] = [Infinity, 0];
    let base = -rail.s;
    for (const lane of rail.path) {
      if (base > 100) break;
      for (const other of this.occupancy.on(lane)) {
        const ahead = base + other.s;
        if (other.user.id === rail.id || ahead <= 0) continue;
        if (Math.abs(other.offset) > rail.spec.width / 2 + other.halfWidth + 0.2) continue;
        const free = ahead - other.halfLength - rail.spec.length / 2;
        if (free < gap) [gap, speed] = [free, Math.max(0, other.along)];
      }
      base += this.graph.laneLength(lane);
    }
    return { gap, speed };
  }
}

/** Whether two boxes overlap, by separating axes. */
export function touch(a: Rail, b: Rail): boolean {
  const dx = b.pose.x - a.pose.x;
  const dy = b.pose.y - a.pose.y;
  if (hypot(dx, dy) > (a.spec.length + b.spec.length + a.spec.width + b.spec.width) / 2) return false;
  return [a.pose.heading, a.pose.heading + Math.PI / 2, b.pose.heading, b.pose.heading + Math.PI / 2].every((axis) => {
    const reach = ({ pose, spec }: Rail): number =>
      (Math.abs(cos(pose.heading - axis)) * spec.length + Math.abs(sin(pose.heading - axis)) * spec.width) / 2;
    return Math.abs(dx * cos(axis) + dy * sin(axis)) < reach(a) + reach(b);
  });
}

/** Vehicles that come in by chance, each with one of some paths. */
export class Source {
  readonly #rails: Rails;
  readonly #random: Random;
  readonly #plans: readonly RailPlan[];
  readonly #rate: number;
  #waiting = 0;

  /** @param rate vehicles an hour. */
  constructor(rails: Rails, seed: string, rate: number, plans: readonly RailPlan[]) {
    this.#rails = rails;
    this.#random = new Random(seed, 'source');
    this.#plans = plans;
    this.#rate = rate;
  }

  step(): void {
    if (this.#random.unit() < (this.#rate * TICK) / 3600) this.#waiting++;
    if (this.#waiting === 0) return;
    const plan = this.#plans[this.#random.below(this.#plans.length)] as RailPlan;
    if (this.#rails.tryAdd(plan)) this.#waiting--;
  }
}
