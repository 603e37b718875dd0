import { cos, hypot } from '../math.ts';
import { newLanePoint, type LaneGraph, type Pose } from '../road/lane-graph.ts';
import type { RoadUser } from '../traffic/road-user.ts';
import type { WalkLine } from './walk-line.ts';

/** m before a crossing within which vehicles are looked out for, at most; by how much they may be faster than they should. */
const SIGHT = 250;
const SPEEDING = 1.2;
/** m/s below which a vehicle stands; that one which stands or creeps is believed to reach at once by those who cross anywhere. */
const STANDING = 0.3;
const LEAST_SPEED = 2;
/** s, m/s2, own choices: how soon and hard a driver is trusted to brake for people; m that it stops before the crossing. */
const REACTION = 1;
const BRAKING = 3.5;
const STOP_GAP = 1;
/** s: start-up and end clearance of people who look for a gap (HCM 2010, equation 19-69: 3 s). */
const START_UP = 3;
/** m/s of walking for which the sight is long enough. */
const SLOWEST = 1.2;
/** m beside a lane within which a vehicle counts as in it. */
const BESIDE = 0.5;

/** A stretch of lane that a crossing leads over, or one that leads to such a stretch. */
interface Feeder {
  readonly lane: number;
  /** m along that lane (beyond its end for one that leads there) where the crossing begins and ends. */
  readonly from: number;
  readonly to: number;
  /** m along the axis to where the stretch is behind one who walks along it, and against it. */
  readonly far: number;
  readonly farBack: number;
  readonly box: readonly [left: number, bottom: number, right: number, top: number];
}

/** A vehicle on its way to a crossing: m from its front to it, negative once over it; m/s; as in the feeder. */
interface Approach {
  distance: number;
  speed: number;
  far: number;
  farBack: number;
}

/** The way over a road: at a crossing of the map, or anywhere. */
export class RoadCrossing {
  /** Index into the map's crossings, -1 for a way elsewhere. */
  readonly crossing: number;
  /** The pedestrians' signal, or null. */
  readonly signal: number | null;
  readonly line: WalkLine;
  readonly #graph: LaneGraph;
  readonly #feeders: readonly Feeder[];
  /** Of the last look; what that was called. */
  #approaches: Approach[] = [];
  #seen = -1;

  /** @param lanes that it leads over, and from where to where along each, m. */
  constructor(
    graph: LaneGraph,
    crossing: number,
    signal: number | null,
    line: WalkLine,
    lanes: readonly { readonly lane: number; readonly from: number; readonly to: number }[],
  ) {
    this.#graph = graph;
    this.crossing = crossing;
    this.signal = signal;
    this.line = line;
    this.#feeders = lanes.flatMap((each) => feedersOf(graph, line, each));
  }

  /**
   * Whether all vehicles that come can still stop, so that who goes first may step on the road.
   * @param stamp differs from tick to tick: vehicles are looked for once in each.
   */
  canStop(users: readonly RoadUser[], stamp: number): boolean {
    for (const { distance, speed } of this.#look(users, stamp)) {
      if (speed < STANDING) continue;
      if (distance < STOP_GAP + speed * REACTION + (speed * speed) / (2 * BRAKING)) return false;
    }
    return true;
  }

  /**
   * Whether there is a gap in traffic to walk through: no vehicle comes before its lane is behind one again.
   * @param speed m/s of walking. @param back whether one walks against the line.
   */
  hasGap(users: readonly RoadUser[], stamp: number, speed: number, back: boolean): boolean {
    for (const { distance, speed: pace, far, farBack } of this.#look(users, stamp)) {
      if (distance < Math.max(pace, LEAST_SPEED) * ((back ? farBack : far) / speed + START_UP)) return false;
    }
    return true;
  }

  #look(users: readonly RoadUser[], stamp: number): readonly Approach[] {
    if (this.#seen === stamp) return this.#approaches;
    this.#seen = stamp;
    this.#approaches = [];
    const point = newLanePoint();
    const pose: Pose = { x: 0, y: 0, z: 0, heading: 0 };
    for (const user of users) {
      if (user.kind === 'pedestrian' || user.kind === 'static') continue;
      for (const { lane, from, to, far, farBack, box } of this.#feeders) {
        if (user.x < box[0] || user.y < box[1] || user.x > box[2] || user.y > box[3]) continue;
        this.#graph.project(lane, user.x, user.y, point);
        if (point.overshoot > user.length / 2 || point.distance > this.#graph.width(lane, point.s) / 2 + BESIDE)
          continue;
        this.#graph.pose(lane, point.s, 0, pose);
        const along = user.speed * cos(user.heading - pose.heading);
        if (along < -STANDING || Math.abs(user.z - pose.z) > 4) continue;
        const distance = from - point.s - user.length / 2;
        if (distance < from - to - user.length) continue;
        this.#approaches.push({ distance, speed: Math.max(0, along), far, farBack });
      }
    }
    return this.#approaches;
  }
}

function feedersOf(
  graph: LaneGraph,
  line: WalkLine,
  { lane, from, to }: { readonly lane: number; readonly from: number; readonly to: number },
): Feeder[] {
  const place = { s: 0, offset: 0, segment: 0 };
  const middle = graph.pose(lane, (from + to) / 2);
  const half = graph.width(lane, (from + to) / 2) / 2;
  const { s } = line.project(middle.x, middle.y, place);
  const common = { far: s + half, farBack: line.length - s + half };
  const limit = (graph.lanes[lane]?.speedLimit ?? 0) * SPEEDING;
  const sight = Math.min(SIGHT, limit * (line.length / SLOWEST + START_UP));
  const [start, end] = [Math.min(from, to), Math.max(from, to)];
  const feeders: Feeder[] = [{ lane, from: start, to: end, ...common, box: boxOf(graph, lane) }];
  for (let i = 0; i < feeders.length; i++) {
    const feeder = feeders[i] as Feeder;
    if (feeder.from > sight) continue;
    for (const before of graph.lanes[feeder.lane]?.predecessors ?? []) {
      if (feeders.some((known) => known.lane === before)) continue;
      const length = graph.laneLength(before);
      const shifted = { from: feeder.from + length, to: feeder.to + length };
      feeders.push({ lane: before, ...shifted, ...common, box: boxOf(graph, before) });
    }
  }
  return feeders;
}

function boxOf(graph: LaneGraph, lane: number): Feeder['box'] {
  const centre = graph.lanes[lane]?.centre ?? [];
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const reach = graph.width(lane, 0) / 2 + hypot(2, 2);
  for (let i = 0; i + 1 < centre.length; i += 3) {
    const [x, y] = [centre[i] as number, centre[i + 1] as number];
    box[0] = Math.min(box[0], x - reach);
    box[1] = Math.min(box[1], y - reach);
    box[2] = Math.max(box[2], x + reach);
    box[3] = Math.max(box[3], y + reach);
  }
  return box;
}
