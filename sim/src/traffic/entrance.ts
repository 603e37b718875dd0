import type { LaneGraph, Pose } from '../road/lane-graph.ts';
import type { DriverParameters } from '../scenario.ts';
import type { VehicleSpec } from '../vehicle/spec.ts';
import { freeSpeed } from './free-speed.ts';
import { LanePath } from './lane-path.ts';
import type { LaneProfiles } from './lane-profile.ts';
import type { Navigator } from './navigator.ts';
import type { Newcomer } from './arrivals.ts';
import type { Occupancy, Occupant } from './occupancy.ts';

/** m from a lane's start to a newcomer's rear; m ahead and behind that are looked at. */
const ENTRY = 0.5;
const SIGHT = 200;
const SIGHT_BEHIND = 80;
/** s and m/s2 of those who come from behind: their time headway, and their braking at most. */
const HEADWAY_BEHIND = 1.2;
const BRAKING_BEHIND = 2;

/** Where and how fast one enters. */
export interface Entry {
  readonly lane: number;
  /** m */
  readonly s: number;
  /** m/s */
  readonly speed: number;
}

interface Parts {
  readonly graph: LaneGraph;
  readonly occupancy: Occupancy;
  readonly navigator: Navigator;
  readonly profiles: LaneProfiles;
}

/** Finds room for newcomers at the start of lanes. */
export class Entrance {
  readonly #parts: Parts;
  readonly #path: LanePath;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#path = new LanePath(parts.graph);
  }

  /** The lane where the newcomer can enter fastest, or null while there is room at none. */
  find(newcomer: Newcomer, spec: VehicleSpec): Entry | null {
    let best: Entry | null = null;
    for (const lane of newcomer.from) {
      const entry = this.#at(lane, newcomer, spec);
      if (entry && (!best || entry.speed > best.speed)) best = entry;
    }
    return best;
  }

  #at(lane: number, { driver, to, along }: Newcomer, spec: VehicleSpec): Entry | null {
    const { graph, navigator, profiles } = this.#parts;
    const path = this.#path;
    path.follow(navigator.way(to, spec.class, along), lane);
    const s = Math.min(ENTRY + spec.length / 2, graph.laneLength(lane));
    const free = freeSpeed({ spec, parameters: driver, speed: 15, s }, path, profiles);
    let gap = Infinity;
    let ahead = free;
    for (let i = 0; i < path.lanes.length && (path.bases[i] as number) < SIGHT && gap === Infinity; i++) {
      for (const other of this.#parts.occupancy.on(path.lanes[i] as number)) {
        const rear = (path.bases[i] as number) + other.s - other.halfLength - s - spec.length / 2;
        if (!other.claims && Math.abs(other.offset) > (spec.width + 0.6) / 2 + other.halfWidth) continue;
        if (rear >= gap) continue;
        gap = rear;
        ahead = Math.max(0, other.along);
      }
    }
    const speed = entrySpeed(driver, free, gap, ahead);
    if (speed < 0 || !this.#clearBehind(lane, s - spec.length / 2, speed)) return null;
    return { lane, s, speed };
  }

  /** Whether nobody who comes from behind would have to brake hard. @param rear m along the lane. */
  #clearBehind(lane: number, rear: number, speed: number): boolean {
    const { graph, occupancy } = this.#parts;
    const near = (other: Occupant, distance: number): boolean => {
      const along = Math.max(0, other.along);
      const braking = Math.max(0, along * along - speed * speed) / (2 * BRAKING_BEHIND);
      return distance - other.halfLength < 2 + HEADWAY_BEHIND * along + braking;
    };
    const feeders = [{ lane, distance: rear }];
    for (const feeder of feeders) {
      for (const other of occupancy.on(feeder.lane)) {
        const distance = feeder.distance - other.s;
        if ((other.inside || other.claims) && distance >= 0 && near(other, distance)) return false;
      }
      if (feeder.distance > SIGHT_BEHIND) continue;
      for (const before of graph.lanes[feeder.lane]?.predecessors ?? []) {
        if (before === lane || feeders.some((known) => known.lane === before)) continue;
        feeders.push({ lane: before, distance: feeder.distance + graph.laneLength(before) });
      }
    }
    return true;
  }
}

/** The pose of a place on a lane, as vehicles are spawned at. */
export function entryPose(graph: LaneGraph, { lane, s, speed }: Entry): Pose & { speed: number } {
  return { ...graph.pose(lane, s), speed };
}

/**
 * m/s at which IDM neither brakes nor speeds up beyond the wanted gap: the solution of s0 + v T + v (v - vl) / (2 sqrt(a b)) = gap,
 * at most the free speed. Below 0 while there is no room, or only room for one slower than those ahead.
 */
function entrySpeed(driver: DriverParameters, free: number, gap: number, ahead: number): number {
  if (gap === Infinity) return free;
  const room = gap - driver.minGap;
  if (room < 0) return -1;
  const soft = 2 * Math.sqrt(driver.acceleration * driver.braking);
  const linear = driver.headway * soft - ahead;
  const speed = Math.min(free, (Math.sqrt(linear * linear + 4 * room * soft) - linear) / 2);
  return speed < Math.min(ahead, free) - 1e-6 ? -1 : speed;
}
