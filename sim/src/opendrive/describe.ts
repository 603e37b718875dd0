import type { LaneKind, MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { lengthOf } from './polyline.ts';
import type { MapWarning, RoadMap } from './road-map.ts';

/** How many lanes of a kind, and how long they are together. */
interface LaneTotal {
  readonly lanes: number;
  /** m */
  readonly length: number;
}

interface JunctionDigest {
  readonly id: string;
  readonly name: string;
  /** Ways through it for vehicles. */
  readonly lanes: number;
  /** Lanes that lead into it. */
  readonly approaches: number;
  /** Heads for vehicles. */
  readonly signals: number;
  /** Approaches that give way, and those of them that have to stop first. */
  readonly yields: number;
  readonly stops: number;
}

/** What a map holds, in numbers. Lengths in m, speeds in m/s. */
export interface MapDigest {
  readonly name: string;
  /** OpenDRIVE's. */
  readonly version: string;
  readonly drivingSide: 'left' | 'right';
  readonly roads: number;
  readonly roadLength: number;
  readonly extent: { readonly min: readonly [number, number, number]; readonly max: readonly [number, number, number] };
  readonly kinds: Partial<Record<LaneKind, LaneTotal>>;
  readonly junctions: readonly JunctionDigest[];
  readonly signals: { readonly vehicle: number; readonly pedestrian: number; readonly groups: number };
  readonly crossings: number;
  /** By speed limit, of driving lanes. */
  readonly speedLimits: readonly { readonly speed: number; readonly length: number }[];
  /** Of all lanes that lie in tunnels for some of their length. */
  readonly tunnels: LaneTotal;
  /** By friction, of driving lanes that state one. */
  readonly frictions: readonly { readonly friction: number; readonly length: number }[];
  /** Driving lanes without predecessors or successors, ids. */
  readonly entrances: readonly number[];
  readonly exits: readonly number[];
  /** Parts of the network that no driving lane joins to one another. */
  readonly parts: number;
  readonly warnings: readonly MapWarning[];
}

export function describeMap({ map, warnings, file }: RoadMap): MapDigest {
  const lengths = map.lanes.map(({ centre }) => lengthOf(centre));
  const driving = map.lanes.filter(({ kind }) => kind === 'driving');
  const sum = (lanes: readonly MapLane[]): LaneTotal => ({
    lanes: lanes.length,
    length: lanes.reduce((total, { id }) => total + (lengths[id] ?? 0), 0),
  });
  const kinds: Partial<Record<LaneKind, LaneTotal>> = {};
  for (const kind of KINDS) {
    const lanes = map.lanes.filter((lane) => lane.kind === kind);
    if (lanes.length > 0) kinds[kind] = sum(lanes);
  }
  return {
    name: map.name,
    version: file.version,
    drivingSide: map.drivingSide,
    roads: file.roads,
    roadLength: file.roadLength,
    extent: extentOf(map),
    kinds,
    junctions: file.junctions.map(({ id, name }, index) => describeJunction(map, index, id, name)),
    signals: {
      vehicle: map.signals.filter(({ kind }) => kind === 'vehicle').length,
      pedestrian: map.signals.filter(({ kind }) => kind === 'pedestrian').length,
      groups: new Set(map.signals.map(({ group }) => group)).size,
    },
    crossings: map.crossings.length,
    speedLimits: totals(driving, lengths, ({ speedLimit }) => speedLimit).map(([speed, length]) => ({ speed, length })),
    tunnels: sum(map.lanes.filter(({ tunnel }) => tunnel)),
    frictions: totals(driving, lengths, ({ friction }) => friction).map(([friction, length]) => ({ friction, length })),
    entrances: driving.filter(({ predecessors }) => predecessors.length === 0).map(({ id }) => id),
    exits: driving.filter(({ successors }) => successors.length === 0).map(({ id }) => id),
    parts: countParts(driving),
    warnings,
  };
}

const KINDS = ['driving', 'shoulder', 'sidewalk', 'median', 'biking', 'parking'] as const;

function describeJunction(map: MapDescription, index: number, id: string, name: string): JunctionDigest {
  const inside = map.lanes.filter(({ junction, kind }) => junction === index && kind === 'driving');
  const approaches = map.lanes.filter(
    ({ junction, successors }) => junction !== index && successors.some((next) => map.lanes[next]?.junction === index),
  );
  const wheels = approaches.filter(({ kind }) => kind === 'driving');
  return {
    id,
    name,
    lanes: inside.length,
    approaches: wheels.length,
    signals: map.signals.filter(({ junction, kind }) => junction === index && kind === 'vehicle').length,
    yields: wheels.filter(({ yields }) => yields).length,
    stops: wheels.filter(({ stops }) => stops).length,
  };
}

/** m of lanes by a value, in ascending order of it. Values that differ by less than a thousandth are one. */
function totals(
  lanes: readonly MapLane[],
  lengths: readonly number[],
  of: (lane: MapLane) => number | null,
): [number, number][] {
  const found = new Map<number, number>();
  for (const lane of lanes) {
    const value = of(lane);
    if (value === null) continue;
    const key = Math.round(1000 * value) / 1000;
    found.set(key, (found.get(key) ?? 0) + (lengths[lane.id] ?? 0));
  }
  return [...found].sort(([a], [b]) => a - b);
}

function extentOf({ lanes }: MapDescription): MapDigest['extent'] {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const { left, right } of lanes) {
    for (const line of [left, right]) {
      line.forEach((value, i) => {
        const axis = (i % 3) as 0 | 1 | 2;
        min[axis] = Math.min(min[axis], value);
        max[axis] = Math.max(max[axis], value);
      });
    }
  }
  return { min, max };
}

/** Parts that hang together by successors and neighbours, whichever way one drives. */
function countParts(lanes: readonly MapLane[]): number {
  const beside = new Map<number, number[]>(lanes.map(({ id }) => [id, []]));
  for (const { id, successors, leftNeighbour, rightNeighbour } of lanes) {
    for (const other of [...successors, leftNeighbour, rightNeighbour]) {
      if (other === null || !beside.has(other)) continue;
      beside.get(id)?.push(other);
      beside.get(other)?.push(id);
    }
  }
  const seen = new Set<number>();
  let parts = 0;
  for (const { id } of lanes) {
    if (seen.has(id)) continue;
    parts++;
    seen.add(id);
    const open = [id];
    for (let lane = open.pop(); lane !== undefined; lane = open.pop()) {
      for (const other of beside.get(lane) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        open.push(other);
      }
    }
  }
  return parts;
}
