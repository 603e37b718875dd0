import type { LaneGraph } from '../road/lane-graph.ts';
import { FootwayBuilder } from './footway-builder.ts';
import type { RoadCrossing } from './road-crossing.ts';
import type { WalkLine } from './walk-line.ts';

/** A piece of the walkable network. */
export interface Footway {
  /** Its index. */
  readonly id: number;
  readonly kind: 'pavement' | 'link' | 'crossing' | 'shortcut';
  /** The nodes that it joins: where its line begins and where it ends. */
  readonly from: number;
  readonly to: number;
  readonly line: WalkLine;
  /** m */
  readonly halfWidth: number;
  /** The road that it leads over, or null. */
  readonly road: RoadCrossing | null;
}

/** m that crossing a road costs beside its length: nobody crosses for nothing. */
const CROSSING_COST = 10;
export interface FootNode {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Where people walk: pavements both ways, crossings from pavement to pavement, and short ways between pavements that nearly meet. */
export class Footways {
  readonly ways: readonly Footway[];
  readonly nodes: readonly FootNode[];
  /** By node: the ways that end there. */
  readonly at: readonly (readonly number[])[];

  /** @param withShortcuts whether ways over the road elsewhere than at crossings are laid out, for those who jaywalk. */
  constructor(graph: LaneGraph, withShortcuts: boolean) {
    const builder = new FootwayBuilder(graph);
    if (withShortcuts) builder.addShortcuts();
    const { ways, nodes } = builder.build();
    this.ways = ways;
    this.nodes = nodes;
    const at: number[][] = nodes.map(() => []);
    for (const { id, from, to } of ways) {
      at[from]?.push(id);
      if (to !== from) at[to]?.push(id);
    }
    this.at = at;
  }

  /** By node: a number for all that can be reached from one another, with or without shortcuts. */
  parts(withShortcuts: boolean): Int32Array {
    const part = new Int32Array(this.nodes.length).fill(-1);
    this.nodes.forEach((_, start) => {
      if (part[start] !== -1) return;
      const queue = [start];
      part[start] = start;
      for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
        for (const id of this.at[node] ?? []) {
          const way = this.ways[id] as Footway;
          const next = way.from === node ? way.to : way.from;
          if ((way.kind === 'shortcut' && !withShortcuts) || part[next] !== -1) continue;
          part[next] = start;
          queue.push(next);
        }
      }
    });
    return part;
  }

  /**
   * The shortest way from node to node, by Dijkstra: twice the index of each footway, plus 1 where it is walked against its line.
   * Null where there is none.
   */
  route(from: number, to: number, shortcutsToo: boolean): number[] | null {
    const cost = new Float64Array(this.nodes.length).fill(Infinity);
    const by = new Int32Array(this.nodes.length).fill(-1);
    const heap: [cost: number, node: number][] = [[0, from]];
    cost[from] = 0;
    for (let top = pop(heap); top; top = pop(heap)) {
      const [total, node] = top;
      if (node === to) break;
      if (total > (cost[node] as number)) continue;
      for (const id of this.at[node] ?? []) {
        const way = this.ways[id] as Footway;
        if (way.kind === 'shortcut' && !shortcutsToo) continue;
        const back = way.from !== node;
        const next = back ? way.from : way.to;
        const sum = total + way.line.length + (way.road ? CROSSING_COST : 0);
        if (sum >= (cost[next] as number)) continue;
        cost[next] = sum;
        by[next] = 2 * id + (back ? 1 : 0);
        push(heap, [sum, next]);
      }
    }
    if (cost[to] === Infinity) return null;
    const route: number[] = [];
    for (let node = to; node !== from;) {
      const step = by[node] as number;
      route.push(step);
      const way = this.ways[step >> 1] as Footway;
      node = step % 2 === 1 ? way.to : way.from;
    }
    return route.reverse();
  }
}

function push(heap: [number, number][], entry: [number, number]): void {
  let i = heap.push(entry) - 1;
  while (i > 0) {
    const up = (i - 1) >> 1;
    if (!before(entry, heap[up] as [number, number])) break;
    heap[i] = heap[up] as [number, number];
    i = up;
  }
  heap[i] = entry;
}

function pop(heap: [number, number][]): [number, number] | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!top || !last || heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as [number, number], heap[child] as [number, number]))
      child++;
    if (!before(heap[child] as [number, number], last)) break;
    heap[i] = heap[child] as [number, number];
    i = child;
  }
  heap[i] = last;
  return top;
}

/** Cheaper first; of equals the lower node, so that ways do not hang on the order of entries. */
function before(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}
