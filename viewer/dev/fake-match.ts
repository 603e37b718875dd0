import {
  LIGHTS,
  type EntityClass,
  type EntityDescription,
  type Frame,
  type FrameEntity,
  type MatchEvent,
  type Scene,
} from '@gauntlet/agents-sdk/protocol';
import { arc, line, type Path } from './fake-lanes.ts';
import { fakeMap, HIGHWAY_Y, RING, through } from './fake-map.ts';

const TICK = 0.05;
export const FAKE_TICKS = 1200;
const BEAMS = 72;
const REACH = 40;

interface Driver {
  readonly description: EntityDescription;
  readonly path: Path;
  readonly lengths: readonly number[];
  readonly start: number;
  readonly speed: number;
  readonly closed: boolean;
}

const SHAPES: Record<'car' | 'van' | 'truck' | 'bus', Omit<EntityDescription, 'id' | 'class' | 'seat'>> = {
  car: { length: 4.5, width: 1.8, height: 1.5, frontAxle: 1.35, rearAxle: 1.35, wheelRadius: 0.33 },
  van: { length: 5.6, width: 2, height: 2.4, frontAxle: 1.8, rearAxle: 1.6, wheelRadius: 0.35 },
  truck: { length: 10, width: 2.5, height: 3.4, frontAxle: 3.8, rearAxle: 2.8, wheelRadius: 0.5 },
  bus: { length: 12, width: 2.55, height: 3.1, frontAxle: 3.6, rearAxle: 2.6, wheelRadius: 0.5 },
};

function driver(
  id: number,
  kind: keyof typeof SHAPES,
  seat: string | null,
  path: Path,
  start: number,
  speed: number,
  closed = false,
): Driver {
  const lengths = [0];
  for (let i = 1; i < path.length; i++) {
    lengths.push(lengths[i - 1]! + Math.hypot(path[i]![0] - path[i - 1]![0], path[i]![1] - path[i - 1]![1]));
  }
  return {
    description: { id, class: kind as EntityClass, seat, ...SHAPES[kind] },
    path,
    lengths,
    start,
    speed,
    closed,
  };
}

const SEATS: { seat: string; team: 'blue' | 'red'; agent: string; entity: number; driver: Driver }[] = [
  {
    seat: 'blue-1',
    team: 'blue',
    agent: 'lane-keeper@1.2.0',
    entity: 1,
    driver: driver(1, 'car', 'blue-1', through(2, 2), 20, 7),
  },
  {
    seat: 'blue-2',
    team: 'blue',
    agent: 'cautious@0.4.1',
    entity: 2,
    driver: driver(2, 'car', 'blue-2', through(3, 1), 5, 6),
  },
  {
    seat: 'red-1',
    team: 'red',
    agent: 'tailgater@2.0.0',
    entity: 3,
    driver: driver(3, 'car', 'red-1', through(2, 3), 2, 7.4),
  },
];
const circle = arc(RING, 0, 2 * Math.PI, 96);
const DRIVERS: Driver[] = [
  ...SEATS.map(({ driver }) => driver),
  driver(4, 'car', null, circle, 10, 6, true),
  driver(5, 'van', null, circle, 66, 6, true),
  driver(6, 'car', null, through(0, 2), 15, 8),
  driver(7, 'truck', null, line([-400, HIGHWAY_Y[0]], [400, HIGHWAY_Y[0]], 40), 260, 20, true),
  driver(8, 'bus', null, line([-400, HIGHWAY_Y[0]], [400, HIGHWAY_Y[0]], 40), 330, 20, true),
  driver(9, 'car', null, line([-400, HIGHWAY_Y[1]], [400, HIGHWAY_Y[1]], 40), 240, 26, true),
  driver(10, 'car', null, line([-400, HIGHWAY_Y[2]], [400, HIGHWAY_Y[2]], 40), 100, 31, true),
  driver(11, 'van', null, line([-400, HIGHWAY_Y[1]], [400, HIGHWAY_Y[1]], 40), 380, 26, true),
  driver(12, 'truck', null, through(1, 2), 30, 5.5),
];
/** Comes into the world at this tick, so that a view that jumps must know its description. */
const LATE = { tick: 300, driver: driver(13, 'bus', null, through(3, 2), 0, 7) };

export function fakeScene(match: string, tick = 0): Scene {
  return {
    match,
    scenario: 'roundabout-v1',
    title: 'Roundabout',
    tickSeconds: TICK,
    maxTicks: FAKE_TICKS,
    map: fakeMap(),
    seats: SEATS.map(({ seat, team, agent, entity, driver }) => ({
      seat,
      team,
      agent,
      entity,
      route: driver.path.flatMap(([x, y]) => [x, y]),
    })),
    entities: [...DRIVERS, ...(tick >= LATE.tick ? [LATE.driver] : [])].map(({ description }) => description),
  };
}

/** Where a driver is, at an easy, uneven pace. */
function at(driver: Driver, seconds: number): FrameEntity {
  const total = driver.lengths.at(-1)!;
  const wave = driver.speed * 0.25;
  const way =
    driver.start +
    driver.speed * seconds -
    (wave / 0.6) * (Math.cos(0.6 * seconds + driver.description.id) - Math.cos(driver.description.id));
  const s = driver.closed ? ((way % total) + total) % total : Math.min(total - 0.01, Math.max(0, way));
  const moving = driver.closed || way < total;
  const point = (d: number): readonly [number, number] => {
    const w = driver.closed ? ((d % total) + total) % total : Math.min(total, Math.max(0, d));
    let i = 1;
    while (i < driver.lengths.length - 1 && driver.lengths[i]! < w) i++;
    const [a, b] = [driver.path[i - 1]!, driver.path[i]!];
    const t = (w - driver.lengths[i - 1]!) / (driver.lengths[i]! - driver.lengths[i - 1]! || 1);
    return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
  };
  const [x, y] = point(s);
  const [fx, fy] = point(s + 1.4);
  const [rx, ry] = point(s - 1.4);
  const [nx, ny] = point(s + 4);
  const yaw = Math.atan2(fy - ry, fx - rx);
  const turn = Math.atan2(Math.sin(Math.atan2(ny - y, nx - x) - yaw), Math.cos(Math.atan2(ny - y, nx - x) - yaw));
  const acceleration = wave * 0.6 * Math.cos(0.6 * seconds + driver.description.id);
  const speed = moving ? driver.speed + wave * Math.sin(0.6 * seconds + driver.description.id) : 0;
  const lights =
    (acceleration < -0.4 || !moving ? LIGHTS.brake : 0) | (turn > 0.12 ? LIGHTS.left : turn < -0.12 ? LIGHTS.right : 0);
  return {
    id: driver.description.id,
    x,
    y,
    z: driver.description.height / 2,
    yaw,
    pitch: -acceleration * 0.006,
    roll: turn * 0.06,
    speed,
    steering: Math.max(-0.5, Math.min(0.5, turn * 1.6)),
    lights,
  };
}

function lidar(
  self: FrameEntity,
  others: readonly FrameEntity[],
  descriptions: ReadonlyMap<number, EntityDescription>,
): Float32Array {
  return Float32Array.from({ length: BEAMS }, (_, i) => {
    const angle = self.yaw + (2 * Math.PI * i) / BEAMS;
    let range = REACH;
    for (const other of others) {
      if (other.id === self.id) continue;
      const [dx, dy] = [other.x - self.x, other.y - self.y];
      const along = dx * Math.cos(angle) + dy * Math.sin(angle);
      const across = Math.abs(-dx * Math.sin(angle) + dy * Math.cos(angle));
      const size = (descriptions.get(other.id)?.width ?? 2) * 0.8;
      if (along > 0 && across < size) range = Math.min(range, along - Math.sqrt(size * size - across * across));
    }
    return range;
  });
}

function event(
  tick: number,
  kind: MatchEvent['kind'],
  seat: string | null,
  text: string,
  infraction = false,
  entities: number[] = [],
): MatchEvent {
  return { tick, kind, seat, entities, infraction, text, data: {} };
}

const EVENTS: MatchEvent[] = [
  event(0, 'start', null, 'The match has begun.'),
  event(90, 'storyboard', null, 'A van enters the roundabout without giving way.', false, [5]),
  event(160, 'missed', 'blue-2', 'cautious missed its deadline; its last action was held.'),
  event(240, 'off-road', 'red-1', 'tailgater left the road for 0.6 s.', true, [3]),
  event(420, 'collision', 'red-1', 'tailgater hit a car at 4.2 m/s.', true, [3, 4]),
  event(640, 'goal', 'blue-2', 'cautious reached its goal.', false, [2]),
  event(820, 'goal', 'blue-1', 'lane-keeper reached its goal.', false, [1]),
];

/** The frame of a tick: the same for the same tick, always. */
export function fakeFrame(tick: number): Frame {
  const seconds = tick * TICK;
  const drivers = tick >= LATE.tick ? [...DRIVERS, LATE.driver] : DRIVERS;
  const entities = drivers.map((driver) => at(driver, driver === LATE.driver ? seconds - LATE.tick * TICK : seconds));
  const descriptions = new Map(drivers.map(({ description }) => [description.id, description]));
  return {
    tick,
    entities,
    spawned:
      tick === 0 ? DRIVERS.map(({ description }) => description) : tick === LATE.tick ? [LATE.driver.description] : [],
    removed: [],
    seats: SEATS.map(({ seat, entity, driver }, i) => {
      const self = entities.find(({ id }) => id === entity)!;
      const completion = Math.min(1, Math.max(0, (driver.start + driver.speed * seconds) / driver.lengths.at(-1)!));
      return {
        seat,
        completion,
        score: Math.round(completion * 1000) / 10 - (i === 2 && tick > 420 ? 30 : 0),
        lidar: lidar(self, entities, descriptions),
        draw: [
          {
            kind: 'line',
            points: [0, 4, 8, 12].map((d): [number, number] => [
              self.x + d * Math.cos(self.yaw + self.steering * d * 0.03),
              self.y + d * Math.sin(self.yaw + self.steering * d * 0.03),
            ]),
            colour: '#ffd166',
          },
          {
            kind: 'circle',
            centre: [self.x + 12 * Math.cos(self.yaw), self.y + 12 * Math.sin(self.yaw)],
            radius: 1.2,
            colour: '#ffd166',
          },
          {
            kind: 'text',
            at: [self.x + 12 * Math.cos(self.yaw), self.y + 12 * Math.sin(self.yaw)],
            text: 'aim',
            colour: '#ffd166',
          },
        ],
        latencyMs: 4 + 3 * Math.sin(tick * 0.1 + i),
        bankMs: 2000 - (i === 1 && tick > 160 ? 200 : 0),
        done: completion >= 1,
      };
    }),
    events: EVENTS.filter((candidate) => candidate.tick === tick),
    signals: new Uint8Array(),
  };
}
