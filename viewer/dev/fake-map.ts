import type { LaneMarking, MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';

export type Path = readonly (readonly [number, number])[];

/** Radius of the circulating lane's centre, m. */
export const RING = 18;
const WIDTH = 3.6;

/** Offsets a path to its left by `offset` metres. */
function offset(path: Path, by: number): Path {
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

function rotate(path: Path, angle: number): Path {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  return path.map(([x, y]) => [x * c - y * s, x * s + y * c]);
}

/** A smooth way from p to q that leaves in direction a and arrives in direction b. */
function curve(
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

/** In towards the ring, and out again, for the arm that comes from the east; right-hand traffic. */
const ARM_IN = line([120, 2], [32, 2], 10);
const ENTRY = curve(
  [32, 2],
  [-1, 0],
  [RING * Math.cos(0.42), RING * Math.sin(0.42)],
  [-Math.sin(0.42), Math.cos(0.42)],
);
const EXIT = curve(
  [RING * Math.cos(-0.42), RING * Math.sin(-0.42)],
  [Math.sin(0.42), Math.cos(0.42)],
  [32, -2],
  [1, 0],
);
const ARM_OUT = line([32, -2], [120, -2], 10);

/** The way of one who enters by arm `from` and leaves by the `exit`-th arm after it. */
export function through(from: number, exit: number): Path {
  const quarter = Math.PI / 2;
  const ring = rotate(arc(RING, 0.42, exit * quarter - 0.42, 10 * exit), from * quarter);
  return [
    ...rotate(ARM_IN, from * quarter),
    ...rotate(ENTRY, from * quarter).slice(1),
    ...ring.slice(1),
    ...rotate(EXIT, (from + exit) * quarter).slice(1),
    ...rotate(ARM_OUT, (from + exit) * quarter).slice(1),
  ];
}

export const HIGHWAY_Y = [-150, -150 + WIDTH, -150 + 2 * WIDTH] as const;

/** A three-lane road beside a roundabout with four arms. */
export function fakeMap(): MapDescription {
  const lanes: MapLane[] = [];
  const add = (
    path: Path,
    leftMarking: LaneMarking,
    rightMarking: LaneMarking,
    extra: Partial<MapLane> = {},
    width = WIDTH,
  ) => {
    const flat = (points: Path) => points.flatMap(([x, y]) => [x, y, 0]);
    lanes.push({
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
      leftMarking,
      rightMarking,
      yields: false,
      ...extra,
    });
  };
  HIGHWAY_Y.forEach((y, i) => {
    add(line([-400, y], [400, y], 40), i === 2 ? 'solid' : 'broken', i === 0 ? 'solid' : 'broken');
  });
  add(line([-400, -150 - WIDTH + 0.4], [400, -150 - WIDTH + 0.4], 40), 'none', 'none', { kind: 'shoulder' }, 2.8);
  for (let arm = 0; arm < 4; arm++) {
    const turn = (arm * Math.PI) / 2;
    add(rotate(ARM_IN, turn), 'broken', 'solid', { yields: true }, 4);
    add(rotate(ENTRY, turn), 'none', 'none', { junction: 1 }, 4);
    add(rotate(arc(RING, -0.42, 0.42, 8), turn), 'solid', 'none', { junction: 1 }, 5.4);
    add(rotate(arc(RING, 0.42, Math.PI / 2 - 0.42, 8), turn), 'solid', 'solid', { junction: 1 }, 5.4);
    add(rotate(EXIT, turn), 'none', 'none', { junction: 1 }, 4);
    add(rotate(ARM_OUT, turn), 'broken', 'solid', {}, 4);
  }
  return { name: 'three-lanes-and-a-roundabout', lanes };
}
