import type { MapCrossing, MapDescription, MapLane, MapSignal } from '@gauntlet/agents-sdk/protocol';
import { hypot } from '../math.ts';

/** m: how far the ends of lanes that follow one another may be apart. Readers warn of much less. */
const SEAM = 1;
/** m: no coordinate lies farther out, so that positions keep their millimetres. */
const EXTENT = 1e6;
/** m: all lanes together, so that what is built on a map ends. */
const TOTAL_LENGTH = 1e7;
/** m by which a place along a lane may lie beyond its end. */
const ALONG = 0.01;

type Fail = (field: string, expected: string, actual: unknown) => never;

function failer(map: MapDescription, part: string): Fail {
  return (field, expected, actual) => {
    throw new RangeError(`map ${map.name}, ${part}, ${field}: expected ${expected}, got ${String(actual)}`);
  };
}

/** @throws RangeError that names the place and field of a map that contradicts itself. */
export function checkMap(map: MapDescription): void {
  if (map.lanes.length === 0) throw new RangeError(`map ${map.name}: expected lanes, got none`);
  map.lanes.forEach((lane, index) => checkLane(map, lane, index));
  checkNeighbourLoops(map, 'leftNeighbour');
  checkNeighbourLoops(map, 'rightNeighbour');
  map.signals.forEach((signal, index) => checkSignal(map, signal, index));
  map.crossings.forEach((crossing, index) => checkCrossing(map, crossing, index));
}

/** What follows from lengths of lanes, m. @throws RangeError like `checkMap`. */
export function checkLengths(map: MapDescription, lengthOf: (lane: number) => number): void {
  let total = 0;
  for (const lane of map.lanes) {
    const length = lengthOf(lane.id);
    total += length;
    if (!(lane.stopLine >= 0 && lane.stopLine <= length)) {
      failer(map, `lane ${lane.id}`)('stopLine', `0..${length.toFixed(3)} m, its length`, lane.stopLine);
    }
  }
  if (total > TOTAL_LENGTH)
    throw new RangeError(`map ${map.name}: expected ${TOTAL_LENGTH} m of lanes at most, got ${total}`);
  for (const crossing of map.crossings) {
    for (const { lane, from, to } of crossing.lanes) {
      const length = lengthOf(lane);
      if (from >= -ALONG && from <= to && to <= length + ALONG) continue;
      const expected = `an interval within 0..${length.toFixed(3)} m of lane ${lane}`;
      failer(map, `crossing ${crossing.id}`)('lanes', expected, `${from}..${to}`);
    }
  }
}

function checkLane(map: MapDescription, lane: MapLane, index: number): void {
  const fail = failer(map, `lane ${index}`);
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
  for (const field of ['leftNeighbour', 'rightNeighbour'] as const) {
    const id = lane[field];
    if (id === null) continue;
    const other = known(field, id);
    if (other.kind !== lane.kind) fail(field, `a ${lane.kind} lane`, other.kind);
  }
  if (lane.stops && !lane.yields) fail('yields', 'true, as it `stops`', lane.yields);
  if (lane.signal !== null && map.signals[lane.signal]?.kind !== 'vehicle') {
    fail('signal', `a signal for vehicles of 0..${map.signals.length - 1}`, lane.signal);
  }
  if (lane.friction !== null && !(lane.friction > 0 && lane.friction <= 1.5)) {
    fail('friction', 'above 0, at most 1.5', lane.friction);
  }
}

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
    const wrong = line.findIndex((value) => !(value >= -EXTENT && value <= EXTENT));
    if (wrong >= 0) fail(`${field}[${wrong}]`, `a number of -${EXTENT}..${EXTENT}`, line[wrong]);
  }
  for (let i = 3; i < centre.length; i += 3) {
    if (gap(centre, i - 3, centre, i) < 1e-6)
      fail(`centre[${i}]`, 'a point away from the one before', 'the same point');
  }
}

function checkSeam(lane: MapLane, next: MapLane, fail: Fail): void {
  const end = lane.centre.length - 3;
  // Lanes of unlike width meet with a step; their centres, or both boundaries, must meet all the same.
  const apart = Math.min(
    gap(lane.centre, end, next.centre, 0),
    Math.max(gap(lane.left, end, next.left, 0), gap(lane.right, end, next.right, 0)),
  );
  if (apart > SEAM) {
    fail('successors', `lane ${next.id} to begin where it ends`, `${apart.toFixed(3)} m between them`);
  }
}

/** Whoever goes from neighbour to neighbour to one side must come to an end. */
function checkNeighbourLoops(map: MapDescription, field: 'leftNeighbour' | 'rightNeighbour'): void {
  /** The start of the walk in which a lane was met first, plus one. */
  const met = new Int32Array(map.lanes.length);
  for (let start = 0; start < map.lanes.length; start++) {
    for (let lane: number | null = start; lane !== null; lane = map.lanes[lane]?.[field] ?? null) {
      if (met[lane] === start + 1) {
        failer(map, `lane ${lane}`)(field, 'neighbours that come to an end on this side', 'a loop back to itself');
      }
      if (met[lane] !== 0) break;
      met[lane] = start + 1;
    }
  }
}

function checkSignal(map: MapDescription, signal: MapSignal, index: number): void {
  const fail = failer(map, `signal ${index}`);
  if (signal.id !== index) fail('id', `its index ${index}`, signal.id);
  if (!signal.position.every((value) => value >= -EXTENT && value <= EXTENT)) {
    fail('position', `numbers of -${EXTENT}..${EXTENT}`, signal.position);
  }
  if (!Number.isFinite(signal.heading)) fail('heading', 'a finite number', signal.heading);
  if (!(Number.isInteger(signal.group) && signal.group >= 0)) fail('group', 'a whole number, 0 or more', signal.group);
}

function checkCrossing(map: MapDescription, crossing: MapCrossing, index: number): void {
  const fail = failer(map, `crossing ${index}`);
  const { id, axis, width, lanes, signal } = crossing;
  if (id !== index) fail('id', `its index ${index}`, id);
  if (axis.length !== 6 || !axis.every((value) => value >= -EXTENT && value <= EXTENT)) {
    fail('axis', `two points of three numbers of -${EXTENT}..${EXTENT}`, axis);
  }
  if (gap(axis, 0, axis, 3) < 1e-3) fail('axis', 'two points apart', axis);
  if (!(width > 0 && width < EXTENT)) fail('width', 'a positive number', width);
  for (const { lane } of lanes) {
    if (!map.lanes[lane]) fail('lanes', `a lane of 0..${map.lanes.length - 1}`, lane);
  }
  if (signal !== null && map.signals[signal]?.kind !== 'pedestrian') {
    fail('signal', `a signal for pedestrians of 0..${map.signals.length - 1}`, signal);
  }
}

/** m between two points of flat polylines, in the plane. */
function gap(a: readonly number[], i: number, b: readonly number[], j: number): number {
  return hypot((a[i] ?? 0) - (b[j] ?? 0), (a[i + 1] ?? 0) - (b[j + 1] ?? 0));
}
