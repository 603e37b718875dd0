import type { MapCrossing, MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { cos, sin } from '../../../math.ts';
import { joinLine, straightLine, type LinePoint } from '../../../road/curves.ts';
import { MapBuilder } from '../../../road/map-builder.ts';

export interface CrossroadsSpec {
  /** How many arms, counter-clockwise from the east, a quarter turn apart; 4 unless told. */
  readonly arms?: number;
  /** By arm: what stands at its line. */
  readonly signs?: readonly ('none' | 'yield' | 'stop')[];
  /** By arm: the signal that governs it. */
  readonly signals?: readonly number[];
  readonly drivingSide?: MapDescription['drivingSide'];
  readonly stopLine?: number;
  /** By arm: m behind the junction's edge where a crossing of 4 m begins, over the lanes out and in. */
  readonly crossings?: readonly (number | null)[];
  /** m of the arms. */
  readonly length?: number;
}

export interface Crossroads {
  readonly map: MapDescription;
  readonly entries: readonly number[];
  readonly exits: readonly number[];
  /** The lanes from the edge of the map over one arm to the edge over another. */
  way(from: number, to: number): number[];
}

const QUARTER = Math.PI / 2;
/** m from the middle to the mouths; lane width; m/s. */
const MOUTH = 14;
const WIDTH = 3.5;
const SPEED = 13.9;
const TURN_SPEED = 8;

/** Arms of one lane each way that meet at right angles; every way but back is possible. Junction 0. */
export function crossroads(spec: CrossroadsSpec = {}): Crossroads {
  const builder = new MapBuilder('crossroads');
  const side = spec.drivingSide === 'left' ? -1 : 1;
  const count = spec.arms ?? 4;
  const length = spec.length ?? 150;
  const edge = { width: WIDTH, speedLimit: SPEED };
  const at = (arm: number, out: number, left: number, heading: number): LinePoint => {
    const axis = arm * QUARTER;
    return {
      x: out * cos(axis) - left * sin(axis),
      y: out * sin(axis) + left * cos(axis),
      heading: axis + heading,
    };
  };
  // Seen from the middle outwards, those who come in are on the left where one drives on the right.
  const entries = Array.from({ length: count }, (_, arm) =>
    lay(builder, straightLine(at(arm, MOUTH + length, (side * WIDTH) / 2, Math.PI), length), {
      ...edge,
      yields: (spec.signs?.[arm] ?? 'none') !== 'none',
    }),
  );
  const exits = Array.from({ length: count }, (_, arm) =>
    lay(builder, straightLine(at(arm, MOUTH, (-side * WIDTH) / 2, 0), length), edge),
  );
  const connectors = new Map<string, number>();
  for (let from = 0; from < count; from++) {
    for (let to = 0; to < count; to++) {
      if (from === to) continue;
      const start = at(from, MOUTH, (side * WIDTH) / 2, Math.PI);
      const end = at(to, MOUTH, (-side * WIDTH) / 2, 0);
      const straight = (from + 2) % 4 === to;
      const line = straight ? straightLine(start, 2 * MOUTH) : joinLine(start, end);
      const lane = lay(builder, line, { ...edge, speedLimit: straight ? SPEED : TURN_SPEED, junction: 0 });
      builder.link(entries[from] as number, lane);
      builder.link(lane, exits[to] as number);
      connectors.set(`${from} ${to}`, lane);
    }
  }
  const map = builder.build();
  const lanes: MapLane[] = map.lanes.map((lane) => {
    const arm = entries.indexOf(lane.id);
    const from = lane.junction === null ? -1 : entries.indexOf(lane.predecessors[0] as number);
    return {
      ...lane,
      stops: arm >= 0 && spec.signs?.[arm] === 'stop',
      stopLine: arm >= 0 ? (spec.stopLine ?? 1) : 0,
      signal: from >= 0 ? (spec.signals?.[from] ?? null) : null,
    };
  });
  const crossings: MapCrossing[] = [];
  for (let arm = 0; arm < count; arm++) {
    const near = spec.crossings?.[arm] ?? null;
    if (near === null) continue;
    const [a, b] = [at(arm, MOUTH + near + 2, WIDTH, 0), at(arm, MOUTH + near + 2, -WIDTH, 0)];
    crossings.push({
      id: crossings.length,
      axis: [a.x, a.y, 0, b.x, b.y, 0],
      width: 4,
      lanes: [
        { lane: entries[arm] as number, from: length - near - 4, to: length - near },
        { lane: exits[arm] as number, from: near, to: near + 4 },
      ],
      signal: null,
    });
  }
  const groups = [...new Set(spec.signals ?? [])].sort((a, b) => a - b);
  const signals = groups.map((group) => ({
    id: group,
    kind: 'vehicle' as const,
    position: [0, 0, 5] as [number, number, number],
    heading: 0,
    group,
    junction: 0,
    name: `signal ${group}`,
  }));
  return {
    map: { ...map, lanes, signals, crossings, drivingSide: spec.drivingSide ?? 'right' },
    entries,
    exits,
    way: (from, to) => [entries[from] as number, connectors.get(`${from} ${to}`) as number, exits[to] as number],
  };
}

function lay(
  builder: MapBuilder,
  line: Parameters<MapBuilder['road']>[0],
  lane: Parameters<MapBuilder['road']>[1][0],
): number {
  return builder.road(line, [lane])[0] as number;
}
