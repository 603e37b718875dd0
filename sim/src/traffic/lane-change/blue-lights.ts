import type { LaneGraph } from '../../road/lane-graph.ts';
import type { Motorist } from '../contract.ts';
import type { Occupancy } from '../occupancy.ts';

/** m ahead of an emergency vehicle within which its way is cleared. Own choice. */
const WARNING = 120;

/** Who has an emergency vehicle behind. Built anew each tick; costs nothing where there is none. */
export class BlueLights {
  readonly #graph: LaneGraph;
  readonly #occupancy: Occupancy;
  /** By id of one in the way: m to the emergency vehicle behind it. */
  readonly #behind = new Map<number, number>();

  constructor(graph: LaneGraph, occupancy: Occupancy) {
    this.#graph = graph;
    this.#occupancy = occupancy;
  }

  update(motorists: readonly Motorist[]): void {
    this.#behind.clear();
    for (const motorist of motorists) if (motorist.emergency) this.#clear(motorist);
  }

  /** m to the nearest emergency vehicle behind one in its way; Infinity without one. */
  distance(id: number): number {
    return this.#behind.get(id) ?? Infinity;
  }

  /** Whether one comes along on a lane behind a place, so that nobody should change into it. */
  comes(lane: number, s: number, motorists: (id: number) => Motorist | undefined): boolean {
    if (this.#behind.size === 0) return false;
    for (const other of this.#occupancy.on(lane)) {
      if (other.s > s) return false;
      if (other.inside && other.s > s - WARNING && motorists(other.user.id)?.emergency) return true;
    }
    return false;
  }

  #clear(vehicle: Motorist): void {
    let base = -vehicle.s;
    for (const lane of vehicle.path) {
      if (base > WARNING) return;
      for (const other of this.#occupancy.on(lane)) {
        const ahead = base + other.s;
        if (!other.inside || ahead <= 0 || ahead > WARNING || other.user.id === vehicle.id) continue;
        const known = this.#behind.get(other.user.id) ?? Infinity;
        if (ahead < known) this.#behind.set(other.user.id, ahead);
      }
      base += this.#graph.laneLength(lane);
    }
  }
}
