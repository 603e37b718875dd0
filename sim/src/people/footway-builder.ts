import { hypot } from '../math.ts';
import type { LaneGraph } from '../road/lane-graph.ts';
import type { FootNode, Footway } from './footways.ts';
import { Pavements } from './pavements.ts';
import { RoadCrossing } from './road-crossing.ts';
import { shortcuts } from './shortcuts.ts';
import { WalkLine } from './walk-line.ts';

/** m: up to there pavements count as one; are joined; loose ends are joined round a corner; crossings are joined with pavements. */
const SAME = 0.5;
const JOIN = 6;
const CORNER = 25;
const KERB = 8;
/** m: half the width of ways between pavements. */
const LINK_HALF_WIDTH = 0.6;

/** Lays the network out: nodes along pavements first, then what joins them; pavements are cut at their nodes at the end. */
export class FootwayBuilder {
  readonly #graph: LaneGraph;
  readonly #pavements: Pavements;
  readonly #nodes: FootNode[] = [];
  /** By pavement lane: its nodes along it. */
  readonly #stations = new Map<number, { s: number; node: number }[]>();
  readonly #links: Omit<Footway, 'id'>[] = [];

  constructor(graph: LaneGraph) {
    this.#graph = graph;
    this.#pavements = new Pavements(graph);
    for (const lane of this.#pavements.lanes) this.#stations.set(lane, []);
    const loose = this.#ends().filter((end) => !this.#meet(end));
    const alone = loose.filter((end) => !this.#join(end));
    alone.forEach((end, i) => this.#roundCorner(end, alone.slice(i + 1)));
    for (const crossing of graph.map.crossings) this.#addCrossing(crossing);
  }

  addShortcuts(): void {
    for (const { a, b, lanes } of shortcuts(this.#graph, this.#pavements)) {
      const from = this.#node(a.lane, a.s);
      const to = this.#node(b.lane, b.s);
      const line = this.#straight(from, to);
      if (!line) continue;
      const road = new RoadCrossing(this.#graph, -1, null, line, lanes);
      this.#links.push({ kind: 'shortcut', from, to, line, halfWidth: 1, road });
    }
  }

  build(): { ways: Footway[]; nodes: FootNode[] } {
    const ways: Footway[] = [];
    for (const lane of this.#pavements.lanes) {
      const length = this.#graph.laneLength(lane);
      this.#node(lane, 0);
      this.#node(lane, length);
      const stations = [...(this.#stations.get(lane) ?? [])].sort((a, b) => a.s - b.s);
      for (let i = 0; i + 1 < stations.length; i++) {
        const [a, b] = [stations[i], stations[i + 1]];
        if (!a || !b || a.node === b.node) continue;
        const steps = Math.max(1, Math.ceil((b.s - a.s) / 2));
        const points = Array.from({ length: steps + 1 }, (_, k) => {
          const { x, y, z } = this.#graph.pose(lane, a.s + ((b.s - a.s) * k) / steps);
          return [x, y, z];
        });
        const halfWidth = Math.max(0.5, this.#graph.width(lane, (a.s + b.s) / 2) / 2);
        const line = new WalkLine(points.flat());
        ways.push({ id: ways.length, kind: 'pavement', from: a.node, to: b.node, line, halfWidth, road: null });
      }
    }
    for (const link of this.#links) ways.push({ id: ways.length, ...link });
    return { ways, nodes: this.#nodes };
  }

  #ends(): { lane: number; s: number; x: number; y: number }[] {
    return this.#pavements.lanes.flatMap((lane) =>
      [0, this.#graph.laneLength(lane)].map((s) => {
        const { x, y } = this.#graph.pose(lane, s);
        return { lane, s, x, y };
      }),
    );
  }

  /** Makes pavements that meet at an end of one of them share a node. @returns whether there are such. */
  #meet(end: { lane: number; s: number; x: number; y: number }): boolean {
    const others = this.#pavements.near(end.x, end.y, SAME, end.lane);
    const node = this.#node(end.lane, end.s);
    for (const { lane, s } of others) this.#node(lane, s, node);
    return others.length > 0;
  }

  #join(end: { lane: number; s: number; x: number; y: number }): boolean {
    let joined = false;
    for (const { lane, s } of this.#pavements.near(end.x, end.y, JOIN, end.lane)) {
      const other = this.#graph.pose(lane, s);
      if (!this.#pavements.isClear(end.x, end.y, other.x, other.y)) continue;
      this.#link(this.#node(end.lane, end.s), this.#node(lane, s), LINK_HALF_WIDTH);
      joined = true;
    }
    return joined;
  }

  #roundCorner(
    end: { lane: number; s: number; x: number; y: number },
    others: readonly { lane: number; s: number; x: number; y: number }[],
  ): void {
    const distance = ({ x, y }: { x: number; y: number }): number => hypot(x - end.x, y - end.y);
    const near = others
      .filter((other) => other.lane !== end.lane && distance(other) <= CORNER)
      .sort((a, b) => distance(a) - distance(b) || a.lane - b.lane)
      .find((other) => this.#pavements.isClear(end.x, end.y, other.x, other.y));
    if (near) this.#link(this.#node(end.lane, end.s), this.#node(near.lane, near.s), LINK_HALF_WIDTH);
  }

  /** A crossing of the map counts when there is a pavement at both of its ends. */
  #addCrossing({ id, axis, width, lanes, signal }: LaneGraph['map']['crossings'][number]): void {
    const [ax, ay, az, bx, by, bz] = axis as [number, number, number, number, number, number];
    if (hypot(bx - ax, by - ay) < SAME) return;
    const from = this.#kerb(ax, ay, az, width / 2);
    const to = this.#kerb(bx, by, bz, width / 2);
    if (from === null || to === null || from === to) return;
    const [a, b] = [this.#nodes[from] as FootNode, this.#nodes[to] as FootNode];
    const line = new WalkLine([a.x, a.y, a.z, b.x, b.y, b.z]);
    const road = new RoadCrossing(this.#graph, id, signal, line, lanes);
    this.#links.push({ kind: 'crossing', from, to, line, halfWidth: width / 2, road });
  }

  /** The node at the end of a crossing, linked with the nearest pavement; null where there is none. */
  #kerb(x: number, y: number, z: number, halfWidth: number): number | null {
    for (const { lane, s, distance } of this.#pavements.near(x, y, KERB)) {
      if (distance < SAME) return this.#node(lane, s);
      const foot = this.#graph.pose(lane, s);
      if (!this.#pavements.isClear(x, y, foot.x, foot.y, Math.min(1, distance / 2))) continue;
      const pavement = this.#node(lane, s);
      const kerb = this.#nodes.push({ x, y, z }) - 1;
      this.#link(pavement, kerb, halfWidth);
      return kerb;
    }
    return null;
  }

  /** The node `s` m along a pavement; a new one, or `shared`, where there is none yet. */
  #node(lane: number, s: number, shared?: number): number {
    const stations = this.#stations.get(lane) ?? [];
    const known = stations.find((station) => Math.abs(station.s - s) < SAME);
    if (known && (shared === undefined || known.node === shared)) return known.node;
    if (known && shared !== undefined) {
      this.#merge(known.node, shared);
      return shared;
    }
    let node = shared;
    if (node === undefined) {
      const { x, y, z } = this.#graph.pose(lane, s);
      this.#nodes.push({ x, y, z });
      node = this.#nodes.length - 1;
    }
    stations.push({ s, node });
    return node;
  }

  /** Lets one node stand for another from now on. */
  #merge(old: number, node: number): void {
    for (const stations of this.#stations.values())
      for (const station of stations) if (station.node === old) station.node = node;
  }

  #link(from: number, to: number, halfWidth: number): void {
    const line = this.#straight(from, to);
    if (line) this.#links.push({ kind: 'link', from, to, line, halfWidth, road: null });
  }

  #straight(from: number, to: number): WalkLine | null {
    const [a, b] = [this.#nodes[from] as FootNode, this.#nodes[to] as FootNode];
    if (from === to || hypot(b.x - a.x, b.y - a.y) < 0.05) return null;
    return new WalkLine([a.x, a.y, a.z, b.x, b.y, b.z]);
  }
}
