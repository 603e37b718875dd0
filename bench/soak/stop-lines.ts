import { SIGNAL_STATES, type MapDescription } from '@gauntlet/agents-sdk/protocol';

/** A vehicle as a watcher sees it. */
interface Seen {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  readonly length: number;
}

/** A stop line with signals: where it is, which way one drives over it, and the ways that lead on from it. */
interface StopLine {
  readonly x: number;
  readonly y: number;
  readonly cos: number;
  readonly sin: number;
  readonly halfWidth: number;
  /** Of this lane and of those beside it: one may change lane on the line. */
  ways: readonly { readonly signal: number; readonly centre: readonly number[] }[];
}

/** One that has passed a line: its way is known only when it has driven on for a while. */
interface Passage {
  readonly line: StopLine;
  readonly tick: number;
  readonly states: Uint8Array;
  readonly fromX: number;
  readonly fromY: number;
  readonly distances: number[];
}

/** Somebody drove over a stop line at a tick although the signal of the way it took was red. */
interface Offence {
  readonly id: number;
  readonly signal: number;
  readonly tick: number;
}

/** m driven behind a line from which on the ways differ, and after which the one taken is decided. */
const DIFFERENT = 10;
const DECIDED = 30;
/** m between the stop lines of lanes side by side. */
const BESIDE = 9;
const RED = SIGNAL_STATES.indexOf('red');
const RED_AMBER = SIGNAL_STATES.indexOf('red-amber');

/** Counts who passes a stop line while the signal of the way it takes is red. Knows the map and what watchers see, nothing else. */
export class StopLineWatch {
  readonly #lines: StopLine[] = [];
  readonly #ahead = new Map<number, Map<StopLine, number>>();
  readonly #passages = new Map<number, Passage>();

  constructor(map: MapDescription) {
    for (const lane of map.lanes) {
      const ways = lane.successors.flatMap((id) => {
        const next = map.lanes[id];
        return next && next.signal !== null ? [{ signal: next.signal, centre: next.centre }] : [];
      });
      if (ways.length === 0) continue;
      const { centre, left, right } = lane;
      const end = centre.length - 3;
      const [bx, by] = [centre[end] ?? 0, centre[end + 1] ?? 0];
      const [ax, ay] = [centre[end - 3] ?? 0, centre[end - 2] ?? 0];
      const length = Math.hypot(bx - ax, by - ay);
      const [cos, sin] = [(bx - ax) / length, (by - ay) / length];
      this.#lines.push({
        x: bx - cos * lane.stopLine,
        y: by - sin * lane.stopLine,
        cos,
        sin,
        halfWidth: Math.hypot((left[end] ?? 0) - (right[end] ?? 0), (left[end + 1] ?? 0) - (right[end + 1] ?? 0)) / 2,
        ways,
      });
    }
    const beside = this.#lines.map((line) =>
      this.#lines.filter((other) => near(line, other)).flatMap(({ ways }) => ways),
    );
    this.#lines.forEach((line, i) => (line.ways = beside[i] ?? []));
  }

  /** @returns those who are found to have driven over a line at red. */
  see(vehicles: readonly Seen[], signals: Uint8Array, tick: number): Offence[] {
    const offences: Offence[] = [];
    for (const vehicle of vehicles) {
      const passage = this.#passages.get(vehicle.id);
      if (passage) {
        if (this.#decided(vehicle, passage)) {
          this.#passages.delete(vehicle.id);
          const signal = redSignal(passage);
          if (signal !== null) offences.push({ id: vehicle.id, signal, tick: passage.tick });
        }
        continue;
      }
      this.#pass(vehicle, signals, tick);
    }
    return offences;
  }

  #pass(vehicle: Seen, signals: Uint8Array, tick: number): void {
    const frontX = vehicle.x + (Math.cos(vehicle.heading) * vehicle.length) / 2;
    const frontY = vehicle.y + (Math.sin(vehicle.heading) * vehicle.length) / 2;
    const before = this.#ahead.get(vehicle.id) ?? new Map<StopLine, number>();
    const now = new Map<StopLine, number>();
    for (const line of this.#lines) {
      const dx = frontX - line.x;
      const dy = frontY - line.y;
      if (Math.abs(dx) > 12 || Math.abs(dy) > 12) continue;
      const along = dx * line.cos + dy * line.sin;
      if (Math.abs(dy * line.cos - dx * line.sin) > line.halfWidth) continue;
      if (Math.cos(vehicle.heading) * line.cos + Math.sin(vehicle.heading) * line.sin < 0.7) continue;
      if (along < 0) now.set(line, along);
      else if (before.has(line)) {
        const { x, y } = vehicle;
        const distances = line.ways.map(() => 0);
        this.#passages.set(vehicle.id, { line, tick, states: signals.slice(), fromX: x, fromY: y, distances });
      }
    }
    this.#ahead.set(vehicle.id, now);
  }

  #decided(vehicle: Seen, { line, fromX, fromY, distances }: Passage): boolean {
    const driven = Math.hypot(vehicle.x - fromX, vehicle.y - fromY);
    if (driven > DIFFERENT) {
      line.ways.forEach(({ centre }, i) => (distances[i] = (distances[i] ?? 0) + toLine(centre, vehicle.x, vehicle.y)));
    }
    return driven > DECIDED;
  }
}

/** Whether two lines belong to lanes of one approach. */
function near(a: StopLine, b: StopLine): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < BESIDE && a.cos * b.cos + a.sin * b.sin > 0.9;
}

function redSignal({ line, states, distances }: Passage): number | null {
  const taken = line.ways[distances.indexOf(Math.min(...distances))];
  if (!taken) return null;
  const state = states[taken.signal];
  return state === RED || state === RED_AMBER ? taken.signal : null;
}

/** m from a point to a flat polyline. */
function toLine(line: readonly number[], x: number, y: number): number {
  let least = Infinity;
  for (let i = 0; i + 5 < line.length; i += 3) {
    const [ax, ay] = [line[i] ?? 0, line[i + 1] ?? 0];
    const [dx, dy] = [(line[i + 3] ?? 0) - ax, (line[i + 4] ?? 0) - ay];
    const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
  }
  return least;
}
