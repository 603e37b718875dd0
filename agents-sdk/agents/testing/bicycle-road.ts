import { f32 } from '../../protocol/array.ts';
import type { CarAction } from '../../protocol/action.ts';
import type { Briefing } from '../../protocol/briefing.ts';
import type { MapLane } from '../../protocol/map.ts';
import type { SensedObject, SimObservation } from '../../protocol/observation.ts';
import { BRIEFING } from '../../src/testing/samples.ts';

/** A point of a road's centre, every metre of it: m, rad, m/s. */
interface RoadPoint {
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly limit: number;
}

/** A road laid out of pieces, as turtle graphics: length (m), curvature (1/m), limit (m/s). */
export function road(pieces: readonly { length: number; curvature?: number; limit: number }[]): RoadPoint[] {
  const points: RoadPoint[] = [];
  let [x, y, heading] = [0, 0, 0];
  for (const { length, curvature = 0, limit } of pieces) {
    for (let i = 0; i < length; i++) {
      points.push({ x, y, heading, limit });
      heading += curvature / 2;
      x += Math.cos(heading);
      y += Math.sin(heading);
      heading += curvature / 2;
    }
  }
  return points;
}

/** Something that moves beside the agent: its place at a time. World frame. */
export type Mover = (time: number) => { x: number; y: number; vx: number; vy: number; length?: number; width?: number };

export interface RoadWorldOptions {
  readonly points: readonly RoadPoint[];
  /** m/s at the start. */
  readonly speed?: number;
  readonly movers?: readonly Mover[];
  /** Movers that lidar alone sees, as circles of 1 m. */
  readonly lidarOnly?: readonly Mover[];
  /** A give-way line: m along the road. */
  readonly line?: number;
  readonly map?: { readonly lanes: MapLane[]; readonly route: readonly number[]; laneAt(s: number): number };
}

const AHEAD = 50;
const STEP = 0.05;

/** A kinematic bicycle (Rajamani 2012, section 2.2) on a road: no tyres, no suspension, enough to see whether an agent drives. */
export class BicycleRoad {
  readonly briefing: Briefing;
  readonly #options: RoadWorldOptions;
  tick = 0;
  x = 0;
  y = 0;
  heading = 0;
  steering = 0;
  speed: number;
  /** m along the road. */
  s = 0;
  offset = 0;
  acceleration = 0;

  constructor(options: RoadWorldOptions) {
    this.#options = options;
    this.speed = options.speed ?? 0;
    const map = options.map;
    this.briefing = {
      ...BRIEFING,
      map: map ? { ...BRIEFING.map, name: 'road', lanes: map.lanes } : BRIEFING.map,
      route: { lanes: [...(map?.route ?? [0])], length: options.points.length },
    };
  }

  get done(): boolean {
    return this.s > this.#options.points.length - 3;
  }

  /** Smallest distance between the agent's outline and a mover's, m, by the circles that cover them. */
  clearance(): number {
    const cover = (x: number, y: number, heading: number, length: number): [number, number][] =>
      [-0.33, 0, 0.33].map((part) => [x + part * length * Math.cos(heading), y + part * length * Math.sin(heading)]);
    const own = cover(this.x, this.y, this.heading, this.briefing.body.length);
    let least = Infinity;
    for (const mover of [...(this.#options.movers ?? []), ...(this.#options.lidarOnly ?? [])]) {
      const { x, y, vx, vy, length = 4.5 } = mover(this.tick * STEP);
      for (const [ax, ay] of own) {
        for (const [bx, by] of cover(x, y, Math.atan2(vy, vx), length)) {
          least = Math.min(least, Math.hypot(ax - bx, ay - by) - 1.9);
        }
      }
    }
    return least;
  }

  observe(): SimObservation {
    const { points, line, map } = this.#options;
    const near = Math.round(this.s);
    const rows: number[] = [];
    for (let i = 0; i < AHEAD; i++) {
      const point = points[near + 2 * i];
      if (point) rows.push(point.x, point.y, point.limit, near + 2 * i - this.s);
    }
    const c = Math.cos(this.heading);
    const s = Math.sin(this.heading);
    const local = (dx: number, dy: number): [number, number] => [dx * c + dy * s, dy * c - dx * s];
    const objects = (this.#options.movers ?? []).map((mover, i): SensedObject => {
      const { x, y, vx, vy, length = 4.5, width = 1.8 } = mover(this.tick * STEP);
      const position = local(x - this.x, y - this.y);
      return {
        track: i + 1,
        class: 'car',
        position,
        velocity: local(vx, vy),
        heading: Math.atan2(vy, vx) - this.heading,
        length,
        width,
      };
    });
    const ranges = new Float32Array(72).fill(60);
    for (const mover of this.#options.lidarOnly ?? []) {
      const { x, y } = mover(this.tick * STEP);
      const [lx, ly] = local(x - this.x, y - this.y);
      for (let i = 0; i < 72; i++) {
        const angle = (2 * Math.PI * i) / 72;
        const along = lx * Math.cos(angle) + ly * Math.sin(angle);
        const beside = Math.abs(ly * Math.cos(angle) - lx * Math.sin(angle));
        if (along > 0 && beside < 1) ranges[i] = Math.min(ranges[i] as number, along - Math.sqrt(1 - beside * beside));
      }
    }
    const toLine = line === undefined ? null : line - this.s;
    return {
      tick: this.tick,
      time: this.tick * STEP,
      self: {
        position: [this.x, this.y, 0],
        orientation: [0, 0, Math.sin(this.heading / 2), Math.cos(this.heading / 2)],
        heading: this.heading,
        velocity: [this.speed * c, this.speed * s, 0],
        speed: this.speed,
        yawRate: 0,
        acceleration: [this.acceleration, 0],
        steering: this.steering,
        gear: 'forward',
      },
      route: {
        progress: this.s,
        remaining: points.length - this.s,
        offset: this.offset,
        headingError: 0,
        lane: map ? map.laneAt(this.s) : 0,
        ahead: f32(Float32Array.from(rows), [rows.length / 4, 4]),
        yieldAhead: toLine !== null && toLine >= 0 && toLine < 100 ? toLine : null,
      },
      sensors: {
        lidar: { kind: 'lidar', ranges: f32(ranges) },
        objects: { kind: 'objects', objects: objects.filter(({ position }) => Math.hypot(...position) < 100) },
      },
      messages: [],
      events: [],
    };
  }

  step({ steering, throttle, brake }: CarAction): void {
    const { body } = this.briefing;
    const limit = body.maxSteeringRate * STEP;
    const wanted = Math.max(-body.maxSteeringAngle, Math.min(body.maxSteeringAngle, steering));
    this.steering += Math.max(-limit, Math.min(limit, wanted - this.steering));
    const before = this.speed;
    this.speed = Math.max(0, before + (throttle * body.maxAcceleration - brake * body.maxBraking) * STEP);
    this.acceleration = (this.speed - before) / STEP;
    // The reference point is the middle of the body: its slip angle is atan(l_r tan(steering) / L).
    const slip = Math.atan((body.rearAxle * Math.tan(this.steering)) / body.wheelbase);
    this.x += this.speed * STEP * Math.cos(this.heading + slip);
    this.y += this.speed * STEP * Math.sin(this.heading + slip);
    this.heading += ((this.speed * STEP) / body.rearAxle) * Math.sin(slip);
    this.tick++;
    this.#locate();
  }

  #locate(): void {
    const { points } = this.#options;
    let nearest = Infinity;
    let best = 0;
    for (let i = Math.max(0, Math.floor(this.s) - 3); i < Math.min(points.length, this.s + 6); i++) {
      const point = points[i] as RoadPoint;
      const distance = Math.hypot(this.x - point.x, this.y - point.y);
      if (distance < nearest) [nearest, best] = [distance, i];
    }
    const { x, y, heading } = points[best] as RoadPoint;
    this.s = best + (this.x - x) * Math.cos(heading) + (this.y - y) * Math.sin(heading);
    this.offset = (this.y - y) * Math.cos(heading) - (this.x - x) * Math.sin(heading);
  }
}
