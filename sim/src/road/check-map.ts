import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { hypot } from '../math.ts';

/** m: how far apart the boundaries of lanes that follow one another or lie side by side may be. */
const SEAM = 0.01;

/** @throws RangeError that names the lane and field of a map that contradicts itself. */
export function checkMap(map: MapDescription): void {
  if (map.lanes.length === 0) throw new RangeError(`map ${map.name}: expected lanes, got none`);
  map.lanes.forEach((lane, index) => {
    const fail = (field: string, expected: string, actual: unknown): never => {
      throw new RangeError(`map ${map.name}, lane ${index}, ${field}: expected ${expected}, got ${String(actual)}`);
    };
    if (lane.id !== index) fail('id', `its index ${index}`, lane.id);
    if (!(lane.speedLimit > 0 && lane.speedLimit < Infinity)) fail('speedLimit', 'a positive number', lane.speedLimit);
    checkPolylines(lane, fail);

    const known = (field: string, id: number): MapLane =>
      map.lanes[id] ?? fail(field, `a lane of 0..${map.lanes.length - 1}`, id);
    for (const id of lane.successors) {
      const next = known('successors', id);
      if (!next.predecessors.includes(index))
        fail('successors', `lane ${id} to name ${index} as predecessor`, next.predecessors);
      checkSeam(lane, next, fail);
    }
    for (const id of lane.predecessors) {
      const previous = known('predecessors', id);
      if (!previous.successors.includes(index))
        fail('predecessors', `lane ${id} to name ${index} as successor`, previous.successors);
    }
    if (lane.leftNeighbour !== null) {
      const other = known('leftNeighbour', lane.leftNeighbour);
      if (other.kind !== lane.kind) fail('leftNeighbour', `a ${lane.kind} lane`, other.kind);
    }
    if (lane.rightNeighbour !== null) {
      const other = known('rightNeighbour', lane.rightNeighbour);
      if (other.kind !== lane.kind) fail('rightNeighbour', `a ${lane.kind} lane`, other.kind);
    }
  });
}

type Fail = (field: string, expected: string, actual: unknown) => never;

function checkPolylines(lane: MapLane, fail: Fail): void {
  const { centre, left, right } = lane;
  if (centre.length < 6 || centre.length % 3 !== 0)
    fail('centre', 'two or more points of three numbers', `${centre.length} numbers`);
  for (const [field, line] of [
    ['centre', centre],
    ['left', left],
    ['right', right],
  ] as const) {
    if (line.length !== centre.length) fail(field, `${centre.length} numbers, as many as the centre has`, line.length);
    const wrong = line.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) fail(`${field}[${wrong}]`, 'a finite number', line[wrong]);
  }
  for (let i = 3; i < centre.length; i += 3) {
    if (gap(centre, i - 3, centre, i) < 1e-6)
      fail(`centre[${i}]`, 'a point away from the one before', 'the same point');
  }
}

function checkSeam(lane: MapLane, next: MapLane, fail: Fail): void {
  const end = lane.centre.length - 3;
  for (const side of ['left', 'right'] as const) {
    const apart = gap(lane[side], end, next[side], 0);
    // Lanes of unlike width meet with a step; their centres must meet all the same.
    if (apart > SEAM && gap(lane.centre, end, next.centre, 0) > SEAM) {
      fail(
        'successors',
        `lane ${next.id} to begin where it ends`,
        `${apart.toFixed(3)} m between their ${side} boundaries`,
      );
    }
  }
}

/** m between two points of flat polylines, in the plane. */
function gap(a: readonly number[], i: number, b: readonly number[], j: number): number {
  return hypot((a[i] ?? 0) - (b[j] ?? 0), (a[i + 1] ?? 0) - (b[j + 1] ?? 0));
}
