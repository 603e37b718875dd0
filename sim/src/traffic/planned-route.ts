import type { LaneGraph } from '../road/lane-graph.ts';
import { Route } from '../road/route.ts';

/** A route with how fast drivers take it: built once for all who drive it. */
export interface PlannedRoute {
  readonly route: Route;
  /** m/s at each of the route's kept points, such that what bends ahead can be reached with gentle braking. */
  readonly bendSpeed: Float64Array;
  /** m/s: the limit, braked for ahead in the same way. */
  readonly limitSpeed: Float64Array;
}

/** m/s that nobody goes below because of a bend. */
const LEAST = 2;

/** Plans the routes of traffic and keeps them. They follow from the map alone, so none of it is state. */
export class RoutePlanner {
  readonly #graph: LaneGraph;
  readonly #lateral: number;
  readonly #braking: number;
  readonly #known = new Map<string, PlannedRoute>();

  /** @param lateral comfortable sideways acceleration, m/s2. @param braking m/s2 before bends, positive. */
  constructor(graph: LaneGraph, lateral: number, braking: number) {
    this.#graph = graph;
    this.#lateral = lateral;
    this.#braking = braking;
  }

  /** The route from the start of the first lane to the end of the last. */
  plan(lanes: readonly number[]): PlannedRoute {
    const key = lanes.join(' ');
    let planned = this.#known.get(key);
    if (!planned) {
      const route = new Route(this.#graph, lanes);
      const bend = route.curvature.map((curvature) =>
        Math.max(LEAST, Math.sqrt(this.#lateral / Math.max(Math.abs(curvature), 1e-6))),
      );
      planned = {
        route,
        bendSpeed: this.#reachable(bend, route.spacing),
        limitSpeed: this.#reachable(Float64Array.from(route.limit), route.spacing),
      };
      this.#known.set(key, planned);
    }
    return planned;
  }

  /** Lowers speeds, from the end back, to what gentle braking can still follow. */
  #reachable(speeds: Float64Array, spacing: number): Float64Array {
    for (let i = speeds.length - 2; i >= 0; i--) {
      const next = speeds[i + 1] as number;
      speeds[i] = Math.min(speeds[i] as number, Math.sqrt(next * next + 2 * this.#braking * spacing));
    }
    return speeds;
  }
}
