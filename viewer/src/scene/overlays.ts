import type { DrawShape, FrameEntity, FrameSeat, SeatId } from '@gauntlet/agents-sdk/protocol';
import { Color, DoubleSide, Group, Mesh, MeshBasicMaterial } from 'three';
import { standingHeight, type Ground } from '../ground/ground.ts';
import type { MatchRecord } from '../state/match-record.ts';
import type { Sample } from '../state/sample.ts';
import { polyline, quad, upright, type Edge } from './overlay-shapes.ts';
import { seatColour } from './palette.ts';
import { LiveTriangles } from './ribbon.ts';

/** How much of a route lies lit before a car, m. */
const ROUTE_AHEAD = 110;
const ROUTE_WIDTH = 0.9;
/** Radius of the ring about a car, m, and the colour of that about a chosen one that is no contestant's. */
const RING = 2.6;
const CHOSEN = new Color('#ffffff');

export interface Layers {
  routes: boolean;
  lidar: boolean;
  labels: boolean;
  drawings: boolean;
  shadows: boolean;
}

/** Text that agents drew, for the label layer. */
export interface DrawnText {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly text: string;
  readonly colour: string;
}

/** What is drawn over the world to explain it: where seats are, their routes, a lidar, agents' drawings. */
export class Overlays {
  readonly group = new Group();
  readonly #record: MatchRecord;
  readonly #flat = layer(5);
  readonly #beams = layer(7);
  readonly #progress = new Map<SeatId, number>();
  readonly #colours = new Map<string, Color>();

  readonly #ground: Ground;
  /** Height of each point of a seat's route, m. */
  readonly #heights = new Map<SeatId, readonly number[]>();

  constructor(record: MatchRecord, ground: Ground) {
    this.#record = record;
    this.#ground = ground;
    this.group.add(this.#flat.mesh, this.#beams.mesh);
  }

  /** @param chosen the entity whose lidar is shown. @param inside the one that the camera sits in. @returns texts that agents drew. */
  update(sample: Sample, layers: Layers, chosen: number | null, inside: number | null): DrawnText[] {
    const flat = this.#flat.triangles;
    const beams = this.#beams.triangles;
    const texts: DrawnText[] = [];
    flat.clear();
    beams.clear();
    const entities = new Map(sample.entities.map((entity) => [entity.id, entity]));
    for (const seat of sample.seats) {
      const id = this.#record.entityOf(seat.seat);
      const entity = id === null ? undefined : entities.get(id);
      if (!entity) continue;
      const colour = this.#colour(seatColour(seat.seat));
      const length = this.#record.descriptions.get(entity.id)?.length ?? 4.5;
      const floor = standingHeight(this.#ground, entity.x, entity.y, entity.z);
      if (entity.id !== inside) this.#ring(flat, entity, length, colour, entity.id === chosen);
      if (layers.routes && !seat.done) this.#route(flat, seat.seat, entity, colour);
      if (layers.lidar && entity.id === chosen && seat.lidar) this.#lidar(beams, seat, entity, colour);
      if (layers.drawings) for (const shape of seat.draw) this.#draw(flat, shape, floor, texts);
    }
    const other =
      chosen === null || chosen === inside || this.#record.seatOf(chosen) ? undefined : entities.get(chosen);
    if (other) this.#ring(flat, other, this.#record.descriptions.get(other.id)?.length ?? 4.5, CHOSEN, true);
    flat.commit();
    beams.commit();
    return texts;
  }

  /** A band along the route from the car on, that fades ahead. */
  #route(out: LiveTriangles, seat: SeatId, entity: FrameEntity, { r, g, b }: Color): void {
    const route = this.#record.scene.seats.find((candidate) => candidate.seat === seat)?.route ?? [];
    const points = route.length / 2;
    if (points < 2) return;
    const heights = this.#routeHeights(seat, route);
    const nearest = nearestSegment(route, entity.x, entity.y, this.#progress.get(seat) ?? 0);
    this.#progress.set(seat, nearest.segment);
    let [x, y, way] = [nearest.x, nearest.y, 0];
    let before: Edge | null = null;
    const start = standingHeight(this.#ground, x, y, entity.z) + 0.05;
    for (let i = nearest.segment + 1; i < points && way < ROUTE_AHEAD; i++) {
      const [nx, ny] = [route[2 * i]!, route[2 * i + 1]!];
      const length = Math.hypot(nx - x, ny - y);
      if (length < 1e-6) continue;
      const [px, py] = [(-(ny - y) / length) * (ROUTE_WIDTH / 2), ((nx - x) / length) * (ROUTE_WIDTH / 2)];
      const from = before ?? { lx: x + px, ly: y + py, rx: x - px, ry: y - py, z: start, alpha: 0.5 };
      way += length;
      const to = {
        lx: nx + px,
        ly: ny + py,
        rx: nx - px,
        ry: ny - py,
        z: heights[i]! + 0.05,
        alpha: 0.5 * Math.max(0, 1 - way / ROUTE_AHEAD),
      };
      quad(out, from, to, r, g, b);
      [x, y, before] = [nx, ny, to];
    }
  }

  /** A route is told in the plane: at each point it is as high as the road that is nearest to the height before. */
  #routeHeights(seat: SeatId, route: readonly number[]): readonly number[] {
    const known = this.#heights.get(seat);
    if (known) return known;
    const { surface, map } = this.#ground;
    const heights: number[] = [];
    let z = map.lanes[0]?.centre[2] ?? 0;
    for (let i = 0; i < route.length; i += 2) {
      z = surface.nearest(route[i]!, route[i + 1]!, z) ?? z;
      heights.push(z);
    }
    this.#heights.set(seat, heights);
    return heights;
  }

  /** A soft ring on the ground about a contestant; a stronger one about the chosen car. */
  #ring(out: LiveTriangles, { x, y, z }: FrameEntity, length: number, { r, g, b }: Color, chosen: boolean): void {
    const radius = RING * Math.max(0.45, length / 4.5);
    const steps = 40;
    const alpha = chosen ? 0.85 : 0.5;
    const floor = standingHeight(this.#ground, x, y, z) + 0.07;
    const edges = Array.from({ length: steps + 1 }, (_, i) => {
      const [cos, sin] = [Math.cos((2 * Math.PI * i) / steps), Math.sin((2 * Math.PI * i) / steps)];
      if (this.#ground.terrain.level) return { cos, sin, height: floor };
      // Beside the road it goes on as high as in its middle.
      const road = this.#ground.surface.nearest(x + cos * radius, y + sin * radius, floor, 1.5);
      return { cos, sin, height: road === null ? floor : road + 0.07 };
    });
    for (let i = 0; i < steps; i++) {
      const [a, c] = [edges[i]!, edges[i + 1]!];
      for (const [inner, outer, from, to] of [
        [radius - 0.16, radius, alpha, alpha],
        [radius * 0.55, radius - 0.16, 0, alpha * 0.45],
      ] as const) {
        const corner = ({ cos, sin, height }: typeof a, at: number, opacity: number) =>
          out.corner(x + cos * at, y + sin * at, floor + ((height - floor) * at) / radius, r, g, b, opacity);
        corner(a, inner, from);
        corner(a, outer, to);
        corner(c, inner, from);
        corner(a, outer, to);
        corner(c, outer, to);
        corner(c, inner, from);
      }
    }
  }

  /** The fan of beams and a mark where each one ends. Beams that met nothing are left out. */
  #lidar(out: LiveTriangles, seat: FrameSeat, entity: FrameEntity, { r, g, b }: Color): void {
    const ranges = seat.lidar!;
    const beams = ranges.length;
    const reach = this.#record.lidarReach(seat.seat) - 0.02;
    const z = entity.z + 0.1;
    const at = (i: number, range: number) => {
      const angle = entity.yaw + (2 * Math.PI * i) / beams;
      return [entity.x + range * Math.cos(angle), entity.y + range * Math.sin(angle)] as const;
    };
    const half = Math.PI / beams;
    for (let i = 0; i < beams; i++) {
      const range = ranges[i]!;
      if (range >= reach) continue;
      const angle = entity.yaw + (2 * Math.PI * i) / beams;
      const side = (turn: number) =>
        [entity.x + range * Math.cos(angle + turn), entity.y + range * Math.sin(angle + turn)] as const;
      const [lx, ly] = side(half);
      const [rx, ry] = side(-half);
      out.corner(entity.x, entity.y, z, r, g, b, 0.02);
      out.corner(lx, ly, z, r, g, b, 0.2);
      out.corner(rx, ry, z, r, g, b, 0.2);
      const [x, y] = at(i, range);
      upright(out, x, y, z, 0.14, 1, 1, 1);
    }
  }

  /** @param floor height of the ground where the agent's car is, m: drawings are told in the plane. */
  #draw(out: LiveTriangles, shape: DrawShape, floor: number, texts: DrawnText[]): void {
    const { r, g, b } = this.#colour(shape.colour);
    const z = floor + 0.09;
    if (shape.kind === 'text')
      texts.push({ x: shape.at[0], y: shape.at[1], z: floor + 0.4, text: shape.text, colour: shape.colour });
    else if (shape.kind === 'line') polyline(out, shape.points, z, 0.2, r, g, b);
    else {
      const steps = Math.max(24, Math.min(96, Math.round(shape.radius * 6)));
      const round = Array.from({ length: steps + 1 }, (_, i): [number, number] => {
        const angle = (2 * Math.PI * i) / steps;
        return [shape.centre[0] + shape.radius * Math.cos(angle), shape.centre[1] + shape.radius * Math.sin(angle)];
      });
      polyline(out, round, z, 0.16, r, g, b);
    }
  }

  #colour(hex: string): Color {
    const known = this.#colours.get(hex);
    if (known) return known;
    const colour = new Color(hex);
    // Agents choose their colours freely: the memory of them must not grow without end.
    if (this.#colours.size < 256) this.#colours.set(hex, colour);
    return colour;
  }
}

function layer(order: number): { triangles: LiveTriangles; mesh: Mesh } {
  const triangles = new LiveTriangles();
  const material = new MeshBasicMaterial({
    vertexColors: true,
    transparent: true,
    depthWrite: false,
    side: DoubleSide,
    fog: false,
  });
  const mesh = new Mesh(triangles.geometry, material);
  mesh.renderOrder = order;
  mesh.frustumCulled = false;
  return { triangles, mesh };
}

/** The foot of a point on a polyline. Looks near the last place first, so that a way that crosses itself is followed in order. */
export function nearestSegment(
  route: readonly number[],
  x: number,
  y: number,
  hint: number,
): { segment: number; x: number; y: number } {
  const segments = route.length / 2 - 1;
  const search = (from: number, to: number) => {
    let best = { segment: from, x: route[2 * from]!, y: route[2 * from + 1]!, distance: Infinity };
    for (let i = Math.max(0, from); i < Math.min(segments, to); i++) {
      const [ax, ay, bx, by] = [route[2 * i]!, route[2 * i + 1]!, route[2 * i + 2]!, route[2 * i + 3]!];
      const square = (bx - ax) ** 2 + (by - ay) ** 2;
      const t = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square));
      const [px, py] = [ax + (bx - ax) * t, ay + (by - ay) * t];
      const distance = Math.hypot(x - px, y - py);
      if (distance < best.distance) best = { segment: i, x: px, y: py, distance };
    }
    return best;
  };
  const near = search(Math.max(0, Math.min(segments - 1, hint - 8)), hint + 24);
  return near.distance < 6 ? near : search(0, segments);
}
