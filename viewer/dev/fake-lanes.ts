import type { LaneMarking, MapLane } from '@gauntlet/agents-sdk/protocol';

export type Path = readonly (readonly [number, number])[];

/** Offsets a path to its left by `offset` metres. */
export function offset(path: Path, by: number): Path {
  return path.map(([x, y], i) => {
    const [ax, ay] = path[Math.max(0, i - 1)]!;
    const [bx, by_] = path[Math.min(path.length - 1, i + 1)]!;
    const length = Math.hypot(bx - ax, by_ - ay) || 1;
    return [x - ((by_ - ay) / length) * by, y + ((bx - ax) / length) * by];
  });
}

export function arc(radius: number, from: number, to: number, steps: number): Path {
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = from + ((to - from) * i) / steps;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

export function line(from: readonly [number, number], to: readonly [number, number], steps = 8): Path {
  return Array.from({ length: steps + 1 }, (_, i) => [
    from[0] + ((to[0] - from[0]) * i) / steps,
    from[1] + ((to[1] - from[1]) * i) / steps,
  ]);
}

export function rotate(path: Path, angle: number): Path {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return path.map(([x, y]) => [x * c - y * s, x * s + y * c]);
}

/** A smooth way from p to q that leaves in direction a and arrives in direction b. */
export function curve(
  p: readonly [number, number],
  a: readonly [number, number],
  q: readonly [number, number],
  b: readonly [number, number],
): Path {
  const reach = Math.hypot(q[0] - p[0], q[1] - p[1]) / 2.2;
  return Array.from({ length: 13 }, (_, i) => {
    const t = i / 12;
    const u = 1 - t;
    const at = (k: 0 | 1) =>
      u ** 3 * p[k] + 3 * u * u * t * (p[k] + a[k] * reach) + 3 * u * t * t * (q[k] - b[k] * reach) + t ** 3 * q[k];
    return [at(0), at(1)];
  });
}

/** Adds a lane of constant width around a path. @param height of the ground at a point, m. */
export function addLane(
  lanes: MapLane[],
  path: Path,
  width: number,
  markings: readonly [LaneMarking, LaneMarking],
  extra: Partial<MapLane> = {},
  height: (x: number, y: number) => number = () => 0,
): MapLane {
  // Both boundaries are as high as the middle: the road does not tilt.
  const flat = (points: Path) => points.flatMap(([x, y], i) => [x, y, height(...path[i]!)]);
  const lane: MapLane = {
    id: lanes.length,
    kind: 'driving',
    centre: flat(path),
    left: flat(offset(path, width / 2)),
    right: flat(offset(path, -width / 2)),
    speedLimit: 13.9,
    successors: [],
    predecessors: [],
    leftNeighbour: null,
    rightNeighbour: null,
    junction: null,
    leftMarking: markings[0],
    rightMarking: markings[1],
    yields: false,
    stops: false,
    stopLine: 0,
    signal: null,
    tunnel: false,
    friction: null,
    ...extra,
  };
  lanes.push(lane);
  return lane;
}
