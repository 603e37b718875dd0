import { cos, hypot, sin } from '../math.ts';
import type { Random } from '../random.ts';
import type { LaneGraph, Pose } from '../road/lane-graph.ts';
import type { RoamingPlan, VehicleShare } from '../scenario.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import { SPECS, type VehicleSpec } from '../vehicle/spec.ts';
import type { Newcomer } from './arrivals.ts';
import type { Entry } from './entrance.ts';
import { Mix } from './mix.ts';

/** m between two who are put on the road at tick 0, from a lane's end, and before a junction beyond the stop line. */
const ROOM = 3;
const END = 1;
const BEFORE_JUNCTION = 4;
/** Places tried for each vehicle. */
const TRIES = 400;

/** A vehicle that stands on the road at tick 0. */
export interface Placed {
  readonly pose: Pose;
  readonly spec: VehicleSpec;
}

/** Vehicles that stay on the road, and draw a new destination whenever they come near the one they have. */
export class Roaming implements Saved {
  readonly #plan: RoamingPlan;
  readonly #random: Random;
  readonly #graph: LaneGraph;
  readonly #parts: Int32Array;
  readonly #mix: Mix;
  readonly #place: string;
  /** Lanes where ways may end, by connected part. */
  readonly #ends = new Map<number, number[]>();
  /** Lanes where vehicles may start, and their length added up. */
  readonly #starts: readonly number[];
  readonly #sums: readonly number[];

  /**
   * @param parts the connected part of each lane.
   * @throws RangeError for a count that is none, unknown lanes, an empty mix, or lanes between which nobody can go round.
   */
  constructor(plan: RoamingPlan, random: Random, graph: LaneGraph, parts: Int32Array) {
    this.#plan = plan;
    this.#random = random;
    this.#graph = graph;
    this.#parts = parts;
    this.#place = `plan, roaming ${plan.name}`;
    this.#mix = new Mix(plan.mix, this.#place);
    if (!Number.isInteger(plan.count) || plan.count < 0) {
      throw new RangeError(`${this.#place}: expected a whole number of vehicles, got ${plan.count}`);
    }
    const lanes = plan.lanes ?? graph.lanes.filter(({ junction }) => junction === null).map(({ id }) => id);
    for (const lane of lanes) {
      const found = graph.lanes[lane];
      if (!found) throw new RangeError(`${this.#place}: expected a lane of 0..${graph.lanes.length - 1}, got ${lane}`);
      if (found.kind !== 'driving') {
        if (plan.lanes)
          throw new RangeError(`${this.#place}: expected driving lanes, got lane ${lane} (${found.kind})`);
        continue;
      }
      const part = parts[lane] as number;
      const ends = this.#ends.get(part);
      if (ends) ends.push(lane);
      else this.#ends.set(part, [lane]);
    }
    this.#starts = lanes.filter((lane) => (this.#ends.get(parts[lane] ?? -1)?.length ?? 0) > 1);
    if (this.#starts.length === 0 && plan.count > 0) {
      throw new RangeError(`${this.#place}: expected lanes that can be reached from one another, got none`);
    }
    let sum = 0;
    this.#sums = this.#starts.map((lane) => (sum += graph.laneLength(lane)));
  }

  /**
   * Draws the vehicles and where they stand at tick 0: clear of one another, of the ends of lanes, and of junctions.
   * @param others who is on the road already; those placed are added.
   * @throws RangeError when there is no room for all of them.
   */
  populate(others: Placed[]): { choice: number; number: number; entry: Entry }[] {
    return Array.from({ length: this.#plan.count }, (_, i) => {
      const choice = this.#mix.draw(this.#random.unit());
      const spec = SPECS[(this.#mix.shares[choice] as VehicleShare).class];
      const entry = this.#findPlace(spec, others);
      if (!entry) {
        const { count } = this.#plan;
        throw new RangeError(`${this.#place}: expected room for ${count} vehicles, but only ${i} found a place`);
      }
      return { choice, number: i + 1, entry };
    });
  }

  /** @param lane where it starts; it draws its first destination when it is on the road. */
  vehicle(choice: number, number: number, lane = this.#starts[0] ?? 0): Newcomer {
    const { class: vehicle, driver, emergency } = this.#mix.shares[choice] as VehicleShare;
    const name = `${this.#plan.name}-${number}`;
    return { name, class: vehicle, driver, emergency: emergency ?? false, from: [lane], to: [lane], along: [] };
  }

  /** A destination for one who is on a lane: another one that can be reached, and from which one comes back. */
  destination(lane: number): number | null {
    const ends = this.#ends.get(this.#parts[lane] ?? -1);
    if (!ends || ends.length < 2) return null;
    const drawn = ends[this.#random.below(ends.length)] as number;
    return drawn === lane ? (ends[(ends.indexOf(drawn) + 1) % ends.length] as number) : drawn;
  }

  save(writer: StateWriter): void {
    this.#random.save(writer);
  }

  load(reader: StateReader): void {
    this.#random.load(reader);
  }

  #findPlace(spec: VehicleSpec, others: Placed[]): Entry | null {
    const graph = this.#graph;
    const total = this.#sums[this.#sums.length - 1] ?? 0;
    for (let i = 0; i < TRIES; i++) {
      const drawn = this.#random.unit() * total;
      const index = this.#sums.findIndex((sum) => drawn < sum);
      const lane = this.#starts[index] ?? -1;
      const length = graph.laneLength(lane);
      const s = drawn - (this.#sums[index - 1] ?? 0);
      const map = graph.lanes[lane];
      const junction = map?.successors.some((next) => graph.lanes[next]?.junction !== null) ?? false;
      const end = length - spec.length / 2 - (junction ? BEFORE_JUNCTION + (map?.stopLine ?? 0) : END);
      if (s < spec.length / 2 + END || s > end || graph.width(lane, s) < spec.width + 0.4) continue;
      const pose = graph.pose(lane, s);
      if (others.some((other) => touch(pose, spec, other))) continue;
      others.push({ pose, spec });
      return { lane, s, speed: 0 };
    }
    return null;
  }
}

/** Whether two vehicles are closer than there should be room between them; those side by side in lanes of their own are not. */
function touch(pose: Pose, spec: VehicleSpec, other: Placed): boolean {
  const dx = other.pose.x - pose.x;
  const dy = other.pose.y - pose.y;
  if (Math.abs(other.pose.z - pose.z) > 3) return false;
  if (hypot(dx, dy) > (spec.length + other.spec.length) / 2 + ROOM) return false;
  const aside = Math.abs(dy * cos(pose.heading) - dx * sin(pose.heading));
  const parallel = Math.abs(sin(other.pose.heading - pose.heading)) < 0.1;
  return !parallel || aside < (spec.width + other.spec.width) / 2 + 0.5;
}
