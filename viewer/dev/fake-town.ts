import {
  LIGHTS,
  SIGNAL_STATES,
  type EntityClass,
  type EntityDescription,
  type Frame,
  type FrameEntity,
  type MapCrossing,
  type MapDescription,
  type MapLane,
  type MapSignal,
  type Scene,
  type SignalState,
} from '@gauntlet/agents-sdk/protocol';
import { addLane, curve, line, rotate, type Path } from './fake-lanes.ts';

/** A map with everything that maps have, and traffic on it without contestants. Right-hand traffic; metres, seconds. */
const ARM = 150;
/** Where the arms end and the junction begins. */
const MOUTH = 15;
const LANE = 3.5;
const TICK = 0.05;
export const TOWN_TICKS = 36_000;
/** s of one round of the signals. */
const CYCLE = 16;

/** The east arm climbs, and the road that crosses below it does not. */
function height(x: number, y: number): number {
  if (Math.abs(y) > 9 || x < MOUTH) return 0;
  const t = Math.min(1, (x - MOUTH) / 85);
  return 7 * t * t * (3 - 2 * t);
}

/** Towards the middle and away from it, from the east. */
const IN = line([ARM, LANE / 2], [MOUTH, LANE / 2], 30);
const OUT = line([MOUTH, -LANE / 2], [ARM, -LANE / 2], 30);
/** From the east arm into the n-th arm after it, counter-clockwise: right, straight, left. */
function way(n: number): Path {
  const turn = (n * Math.PI) / 2;
  const end = rotate([[MOUTH, -LANE / 2]], turn)[0]!;
  return curve([MOUTH, LANE / 2], [-1, 0], end, [Math.cos(turn), Math.sin(turn)]);
}

export function fakeTown(): MapDescription {
  const lanes: MapLane[] = [];
  const signals: MapSignal[] = [];
  const crossings: MapCrossing[] = [];
  for (let arm = 0; arm < 4; arm++) {
    const turn = (arm * Math.PI) / 2;
    const level = arm === 0 ? height : () => 0;
    const add = (path: Path, width: number, extra: Partial<MapLane>, left = 'none', right = 'none') =>
      addLane(lanes, rotate(path, turn), width, [left as 'none', right as 'none'], extra, level);
    // The west arm leads through a tunnel.
    const parts = arm === 2 ? [0, 8, 20, 30] : [0, 30];
    for (let i = 1; i < parts.length; i++) {
      const tunnel = arm === 2 && i === 2;
      const cut = (path: Path) => path.slice(parts[i - 1], parts[i]! + 1);
      const last = i === parts.length - 1;
      add(cut(IN), LANE, { tunnel, stopLine: last ? 4 : 0 }, 'broken', 'solid');
      add(cut(OUT.toReversed()).toReversed(), LANE, { tunnel }, 'broken', 'solid');
      for (const side of [1, -1]) {
        const y = side * (LANE + 1.25);
        add(cut(line([ARM, y], [MOUTH, y], 30)), 2.5, { tunnel, kind: arm === 3 ? 'biking' : 'sidewalk' });
      }
    }
    const entry = lanes.findLast((lane) => lane.stopLine === 4)!;
    for (const n of [1, 2, 3]) entry.successors.push(add(way(n), LANE, { junction: 0, signal: arm }).id);
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const place = (x: number, y: number, z: number): [number, number, number] => [x * c - y * s, x * s + y * c, z];
    const heading = turn + Math.PI;
    signals.push({
      id: arm,
      kind: 'vehicle',
      position: place(MOUTH + 3, LANE + 0.6, 3.4),
      heading,
      group: arm % 2,
      junction: 0,
      name: `v${arm}`,
    });
    const walk = MOUTH + 2;
    crossings.push({
      id: arm,
      axis: [...place(walk, -LANE, level(walk, 0)), ...place(walk, LANE, level(walk, 0))],
      width: 3,
      lanes: [],
      signal: 4 + arm,
    });
  }
  for (let arm = 0; arm < 4; arm++) {
    const turn = (arm * Math.PI) / 2;
    const [x, y] = rotate([[MOUTH + 3.8, LANE + 0.5]], turn)[0]!;
    const heading = turn + Math.PI / 2;
    signals.push({
      id: 4 + arm,
      kind: 'pedestrian',
      position: [x, y, 2.5],
      heading,
      group: 2 + (arm % 2),
      junction: 0,
      name: `p${arm}`,
    });
  }
  for (const x of [110 - LANE / 2, 110 + LANE / 2]) {
    const path = line([x, -ARM], [x, ARM], 40);
    addLane(lanes, x > 110 ? path : path.toReversed(), LANE, ['broken', 'solid']);
  }
  return { name: 'town', drivingSide: 'right', lanes, signals, crossings };
}

type Size = Omit<EntityDescription, 'id' | 'class' | 'seat'>;
const SIZES: Partial<Record<EntityClass, Size>> = {
  car: { length: 4.5, width: 1.8, height: 1.5, frontAxle: 1.35, rearAxle: 1.35, wheelRadius: 0.33 },
  van: { length: 5.6, width: 2, height: 2.4, frontAxle: 1.8, rearAxle: 1.6, wheelRadius: 0.35 },
  truck: { length: 10, width: 2.5, height: 3.4, frontAxle: 3.8, rearAxle: 2.8, wheelRadius: 0.5 },
  bus: { length: 12, width: 2.55, height: 3.1, frontAxle: 3.6, rearAxle: 2.6, wheelRadius: 0.5 },
  bicycle: { length: 1.8, width: 0.6, height: 1.75, frontAxle: 0.53, rearAxle: 0.53, wheelRadius: 0.34 },
  pedestrian: { length: 0.5, width: 0.5, height: 1.75, frontAxle: 0, rearAxle: 0, wheelRadius: 0 },
};

interface Mover {
  readonly description: EntityDescription;
  readonly path: Path;
  readonly start: number;
  readonly speed: number;
  readonly lights: number;
}

function mover(id: number, kind: EntityClass, path: Path, start: number, speed: number, lights = 0): Mover {
  return { description: { id, class: kind, seat: null, ...SIZES[kind]! }, path, start, speed, lights };
}

/** From one arm into the n-th after it. */
function through(arm: number, n: number): Path {
  const end = rotate(OUT, (n * Math.PI) / 2);
  return rotate([...IN, ...way(n).slice(1), ...end.slice(1)], (arm * Math.PI) / 2);
}

const beside = (y: number): Path => line([ARM, y], [MOUTH + 2, y], 30);
const below = (x: number): Path => line([x, -ARM], [x, ARM], 40);
const MOVERS: readonly Mover[] = [
  mover(1, 'car', through(0, 2), 10, 9),
  mover(2, 'bus', through(1, 2), 40, 8),
  mover(3, 'truck', through(2, 2), 20, 8.5),
  mover(4, 'van', through(3, 1), 60, 9, LIGHTS.emergency),
  mover(5, 'bicycle', rotate(beside(LANE + 1.25), -Math.PI / 2), 30, 4.6),
  mover(6, 'bicycle', through(1, 3), 90, 4.4),
  mover(7, 'car', below(110 + LANE / 2), 100, 11),
  mover(8, 'bus', below(110 - LANE / 2).toReversed(), 60, 10),
  ...[0, 0.7, 9, 30, 31, 44].map((at, i) =>
    mover(10 + i, 'pedestrian', beside(LANE + 0.9 + (i % 2) * 0.8), 70 + at, 1.35),
  ),
  ...[0, 12, 30].map((at, i) =>
    mover(20 + i, 'pedestrian', rotate(beside(-LANE - 1.3), Math.PI / 2).toReversed(), 40 + at, 1.25),
  ),
  mover(30, 'pedestrian', line([MOUTH + 2, -LANE - 2], [MOUTH + 2, LANE + 2], 8), 0, 1.2),
];

function pose({ description, path, start, speed, lights }: Mover, seconds: number): FrameEntity {
  const lengths = [0];
  for (let i = 1; i < path.length; i++)
    lengths.push(lengths[i - 1]! + Math.hypot(path[i]![0] - path[i - 1]![0], path[i]![1] - path[i - 1]![1]));
  const total = lengths.at(-1)!;
  const point = (way: number): readonly [number, number] => {
    const s = ((way % total) + total) % total;
    let i = 1;
    while (i < lengths.length - 1 && lengths[i]! < s) i++;
    const t = (s - lengths[i - 1]!) / (lengths[i]! - lengths[i - 1]! || 1);
    const [a, b] = [path[i - 1]!, path[i]!];
    return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
  };
  const s = Math.min(total - 1.5, Math.max(1.5, (((start + speed * seconds) % total) + total) % total));
  const [[x, y], [fx, fy], [rx, ry]] = [point(s), point(s + 1), point(s - 1)];
  const yaw = Math.atan2(fy - ry, fx - rx);
  const low = path === MOVERS[6]?.path || path === MOVERS[7]?.path;
  const ground = (px: number, py: number): number => (low ? 0 : height(px, py));
  return {
    id: description.id,
    x,
    y,
    z: ground(x, y) + description.height / 2,
    yaw,
    pitch: -Math.atan((ground(fx, fy) - ground(rx, ry)) / 2),
    roll: 0,
    speed,
    steering: 0,
    lights,
  };
}

/** What the signals of one direction show at a moment, and those of the people who cross it. */
function shown(seconds: number, direction: number): { vehicle: SignalState; pedestrian: SignalState } {
  const t = (seconds + (direction * CYCLE) / 2) % CYCLE;
  const vehicle = t < 5 ? 'green' : t < 7 ? 'amber' : t < CYCLE - 1 ? 'red' : 'red-amber';
  return { vehicle, pedestrian: t > 8 && t < 13 ? 'green' : 'red' };
}

export function townScene(match: string): Scene {
  return {
    match,
    scenario: 'open-traffic',
    title: 'Town: open traffic',
    tickSeconds: TICK,
    maxTicks: TOWN_TICKS,
    map: fakeTown(),
    seats: [],
    entities: MOVERS.map(({ description }) => description),
  };
}

/** The frame of a tick: the same for the same tick, always. */
export function townFrame(tick: number): Frame {
  const seconds = tick * TICK;
  const states = [0, 1, 2, 3].map((arm) => shown(seconds, arm % 2));
  const codes = [...states.map(({ vehicle }) => vehicle), ...states.map(({ pedestrian }) => pedestrian)];
  return {
    tick,
    entities: MOVERS.map((each) => pose(each, seconds)),
    spawned: tick === 0 ? MOVERS.map(({ description }) => description) : [],
    removed: [],
    seats: [],
    events: [],
    signals: Uint8Array.from(codes, (state) => SIGNAL_STATES.indexOf(state)),
  };
}
