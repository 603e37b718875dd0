import { wrapAngle } from '../math.ts';
import type { LaneGraph, Pose } from '../road/lane-graph.ts';

/** What drivers know of one lane. Arrays every `spacing` m from its start to its end. */
export interface LaneProfile {
  readonly length: number;
  /** m/s */
  readonly limit: number;
  readonly spacing: number;
  /** m/s at which the lane's bends are comfortable to a driver who brakes gently before each. */
  readonly bend: Float64Array;
  /** 1/m, positive to the left. */
  readonly curvature: Float64Array;
  /** rad from its start to its end, positive to the left, not wrapped. */
  readonly turn: number;
}

/** m between samples, and m before and behind one over which its curvature is measured. */
const SPACING = 2;
const WINDOW = 2;
/** m/s that nobody goes below because of a bend. */
const LEAST = 2;

/** The profiles of a map's lanes, each worked out when it is first asked for. They follow from the map alone: not state. */
export class LaneProfiles {
  /** m/s2, positive: the gentle braking with which drivers prepare for what is slower ahead. */
  readonly braking: number;
  readonly #graph: LaneGraph;
  readonly #lateral: number;
  readonly #known: (LaneProfile | undefined)[];

  /** @param lateral comfortable sideways acceleration, m/s2. @param braking m/s2, positive. */
  constructor(graph: LaneGraph, lateral: number, braking: number) {
    this.#graph = graph;
    this.#lateral = lateral;
    this.braking = braking;
    this.#known = graph.lanes.map(() => undefined);
  }

  of(lane: number): LaneProfile {
    return (this.#known[lane] ??= this.#work(lane));
  }

  #work(lane: number): LaneProfile {
    const graph = this.#graph;
    const length = graph.laneLength(lane);
    const count = Math.max(2, Math.ceil(length / SPACING) + 1);
    const spacing = length / (count - 1);
    const window = Math.min(WINDOW, length / 2);
    const pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };
    const heading = (s: number): number => graph.pose(lane, s, 0, pose).heading;
    const bend = new Float64Array(count);
    const curvature = new Float64Array(count);
    let turn = 0;
    let before = heading(0);
    for (let i = 0; i < count; i++) {
      const here = heading(i * spacing);
      turn += wrapAngle(here - before);
      before = here;
      // Measured over a few metres, because surveyed lanes have kinks that no vehicle feels.
      const middle = Math.min(Math.max(i * spacing, window), length - window);
      const curve = wrapAngle(heading(middle + window) - heading(middle - window)) / (2 * window);
      curvature[i] = curve;
      bend[i] = Math.max(LEAST, Math.sqrt(this.#lateral / Math.max(Math.abs(curve), 1e-6)));
    }
    for (let i = count - 2; i >= 0; i--) {
      const next = bend[i + 1] as number;
      bend[i] = Math.min(bend[i] as number, Math.sqrt(next * next + 2 * this.braking * spacing));
    }
    return { length, limit: graph.lanes[lane]?.speedLimit ?? 0, spacing, bend, curvature, turn };
  }
}

/** m/s at `s` m along a lane, of its bends alone. */
export function bendSpeed({ bend, spacing }: LaneProfile, s: number): number {
  return sample(bend, spacing, s);
}

/** 1/m at `s` m along a lane, positive to the left. */
export function curvatureAt({ curvature, spacing }: LaneProfile, s: number): number {
  return sample(curvature, spacing, s);
}

function sample(values: Float64Array, spacing: number, s: number): number {
  const at = Math.min(Math.max(s / spacing, 0), values.length - 1);
  const i = Math.min(Math.floor(at), values.length - 2);
  const from = values[i] as number;
  return from + (at - i) * ((values[i + 1] as number) - from);
}
