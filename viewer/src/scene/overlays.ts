import type { DrawShape, FrameEntity, FrameSeat, SeatId } from '@gauntlet/agents-sdk/protocol';
import { Color, DoubleSide, Group, Mesh, MeshBasicMaterial } from 'three';
import type { MatchRecord } from '../state/match-record.ts';
import type { Sample } from '../state/sample.ts';
import { seatColour } from './palette.ts';
import { LiveTriangles } from './ribbon.ts';

/** How much of a route lies lit before a car, m. */
const ROUTE_AHEAD = 110;
const ROUTE_WIDTH = 0.9;

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

  constructor(record: MatchRecord) {
    this.#record = record;
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
      if (entity.id !== inside) ring(flat, entity, 2.6 * Math.max(1, length / 4.5), colour, entity.id === chosen);
      if (layers.routes && !seat.done) this.#route(flat, seat.seat, entity, colour);
      if (layers.lidar && entity.id === chosen && seat.lidar) this.#lidar(beams, seat, entity, colour);
      if (layers.drawings) for (const shape of seat.draw) this.#draw(flat, shape, texts);
    }
    flat.commit();
    beams.commit();
    return texts;
  }

  /** A band along the route from the car on, that fades ahead. */
  #route(out: LiveTriangles, seat: SeatId, entity: FrameEntity, { r, g, b }: Color): void {
    const route = this.#record.scene.seats.find((candidate) => candidate.seat === seat)?.route ?? [];
    const points = route.length / 2;
    if (points < 2) return;
    const nearest = nearestSegment(route, entity.x, entity.y, this.#progress.get(seat) ?? 0);
    this.#progress.set(seat, nearest.segment);
    let [x, y, way] = [nearest.x, nearest.y, 0];
    let before: { lx: number; ly: number; rx: number; ry: number; alpha: number } | null = null;
    for (let i = nearest.segment + 1; i < points && way < ROUTE_AHEAD; i++) {
      const [nx, ny] = [route[2 * i]!, route[2 * i + 1]!];
      const length = Math.hypot(nx - x, ny - y);
      if (length < 1e-6) continue;
      const [px, py] = [(-(ny - y) / length) * (ROUTE_WIDTH / 2), ((nx - x) / length) * (ROUTE_WIDTH / 2)];
      const from = before ?? { lx: x + px, ly: y + py, rx: x - px, ry: y - py, alpha: 0.5 };
      way += length;
      const to = {
        lx: nx + px,
        ly: ny + py,
        rx: nx - px,
        ry: ny - py,
        alpha: 0.5 * Math.max(0, 1 - way / ROUTE_AHEAD),
      };
      quad(out, from, to, 0.05, r, g, b);
      [x, y, before] = [nx, ny, to];
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

  #draw(out: LiveTriangles, shape: DrawShape, texts: DrawnText[]): void {
    const { r, g, b } = this.#colour(shape.colour);
    if (shape.kind === 'text') texts.push({ x: shape.at[0], y: shape.at[1], text: shape.text, colour: shape.colour });
    else if (shape.kind === 'line') polyline(out, shape.points, 0.2, r, g, b);
    else {
      const steps = Math.max(24, Math.min(96, Math.round(shape.radius * 6)));
      const round = Array.from({ length: steps + 1 }, (_, i): [number, number] => {
        const angle = (2 * Math.PI * i) / steps;
        return [shape.centre[0] + shape.radius * Math.cos(angle), shape.centre[1] + shape.radius * Math.sin(angle)];
      });
      polyline(out, round, 0.16, r, g, b);
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

interface Edge {
  lx: number;
  ly: number;
  rx: number;
  ry: number;
  alpha: number;
}

function quad(out: LiveTriangles, a: Edge, b: Edge, z: number, r: number, g: number, blue: number): void {
  out.corner(a.lx, a.ly, z, r, g, blue, a.alpha);
  out.corner(a.rx, a.ry, z, r, g, blue, a.alpha);
  out.corner(b.lx, b.ly, z, r, g, blue, b.alpha);
  out.corner(a.rx, a.ry, z, r, g, blue, a.alpha);
  out.corner(b.rx, b.ry, z, r, g, blue, b.alpha);
  out.corner(b.lx, b.ly, z, r, g, blue, b.alpha);
}

function polyline(
  out: LiveTriangles,
  points: readonly (readonly number[])[],
  width: number,
  r: number,
  g: number,
  b: number,
): void {
  for (let i = 1; i < points.length; i++) {
    const [ax, ay] = points[i - 1] as [number, number];
    const [bx, by] = points[i] as [number, number];
    const length = Math.hypot(bx - ax, by - ay);
    if (length < 1e-6) continue;
    const [px, py] = [(-(by - ay) / length) * (width / 2), ((bx - ax) / length) * (width / 2)];
    quad(
      out,
      { lx: ax + px, ly: ay + py, rx: ax - px, ry: ay - py, alpha: 0.9 },
      { lx: bx + px, ly: by + py, rx: bx - px, ry: by - py, alpha: 0.9 },
      0.09,
      r,
      g,
      b,
    );
  }
}

/** A soft ring on the ground about a contestant; a stronger one about the chosen car. */
function ring(out: LiveTriangles, { x, y }: FrameEntity, radius: number, { r, g, b }: Color, chosen: boolean): void {
  const steps = 40;
  const alpha = chosen ? 0.85 : 0.5;
  for (let i = 0; i < steps; i++) {
    const edges = [i, i + 1].map(
      (k) => [Math.cos((2 * Math.PI * k) / steps), Math.sin((2 * Math.PI * k) / steps)] as const,
    );
    for (const [inner, outer, from, to] of [
      [radius - 0.16, radius, alpha, alpha],
      [radius * 0.55, radius - 0.16, 0, alpha * 0.45],
    ] as const) {
      const [a, c] = edges as [readonly [number, number], readonly [number, number]];
      const corner = (edge: readonly [number, number], at: number, opacity: number) =>
        out.corner(x + edge[0] * at, y + edge[1] * at, 0.07, r, g, b, opacity);
      corner(a, inner, from);
      corner(a, outer, to);
      corner(c, inner, from);
      corner(a, outer, to);
      corner(c, outer, to);
      corner(c, inner, from);
    }
  }
}

/** A small cross of two upright squares: seen from any side. */
function upright(
  out: LiveTriangles,
  x: number,
  y: number,
  z: number,
  half: number,
  r: number,
  g: number,
  b: number,
): void {
  for (const [dx, dy] of [
    [half, 0],
    [0, half],
  ] as const) {
    out.corner(x - dx, y - dy, z - half, r, g, b, 0.9);
    out.corner(x + dx, y + dy, z - half, r, g, b, 0.9);
    out.corner(x + dx, y + dy, z + half, r, g, b, 0.9);
    out.corner(x - dx, y - dy, z - half, r, g, b, 0.9);
    out.corner(x + dx, y + dy, z + half, r, g, b, 0.9);
    out.corner(x - dx, y - dy, z + half, r, g, b, 0.9);
  }
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
