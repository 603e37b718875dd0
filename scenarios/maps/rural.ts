import { cos, sin } from '@gauntlet/sim';
import { lanesOf, type LaneSection, type LaneSpec } from './cross-section.ts';
import { Elevation } from './elevation.ts';
import { writeOpenDrive } from './opendrive-writer.ts';
import { PlanView, type PlanPose } from './plan-view.ts';
import { RoadNetwork, sectionAt, type Contact, type Road, type RoadEnd } from './road-network.ts';
import { addSign, arriving } from './signs.ts';

/** m: lanes; from the middle of a junction to its mouths; from a mouth to where slopes begin. */
const LANE = 3.5;
const SHOULDER = 0.75;
const MOUTH = 20;
/** m from a minor road's mouth back to its stop line: where long vehicles that turn in do not swing out to. */
const STOP_LINE = 2.5;
const LEVEL = 40;
/** m: the lane for those who turn left into a minor road, how long it is, and the wedge by which it begins. */
const TURN_LANE = 3.25;
const TURN_LENGTH = 40;
const WEDGE = 60;
/** m: a minor road, and its rise. */
const MINOR = { straight: 80, radius: 120, angle: 0.6, clothoid: 40, end: 90 };
/** km/h */
const SPEED = 90;
const MINOR_SPEED = 70;
const TURN_SPEED = 30;

const LANES: readonly LaneSpec[] = [
  { type: 'driving', width: LANE, mark: 'solid' },
  { type: 'shoulder', width: SHOULDER, mark: 'none' },
];
const TURNS_LEFT = 'left turn';

/** How minor roads join the main road, rad to the left of its direction. */
const JOINTS = [-Math.PI / 2, Math.PI / 2, -1.3] as const;

/** A winding road over hills, 3 km, that three minor roads join; those who turn left into one have a lane of their own. */
export function ruralMap(): string {
  const network = new RoadNetwork('rural');
  // Heights by slope: m over which it changes, the new slope, m that it is kept.
  const hollow = leg(
    network,
    new PlanView({ x: -1300, y: -150, heading: 0.1 })
      .line(150)
      .bend(200, 0.6, 60)
      .line(80)
      .bend(120, -0.9, 50)
      .line(60)
      .bend(250, 0.5, 60)
      .line(80),
    0,
    [
      [100, 0.04, 150],
      [160, -0.05, 150],
    ],
    { end: JOINTS[0] },
  );
  const narrow = legAfter(
    network,
    hollow,
    (line) => line.line(60).bend(80, -1.2, 40).line(40).bend(100, 1.5, 40).line(100).bend(300, -0.5, 80).line(100),
    [
      [120, 0.055, 250],
      [120, 0.02, 60],
    ],
    { start: JOINTS[0], end: JOINTS[1] },
  );
  const crest = legAfter(network, narrow, (line) => line.line(60).bend(150, 0.8, 60).line(140), [[100, 0.03, 40]], {
    start: JOINTS[1],
    end: JOINTS[2],
  });
  const valley = legAfter(
    network,
    crest,
    (line) => line.line(60).bend(180, -1, 60).line(140).bend(220, 0.7, 60).line(150),
    [
      [140, -0.06, 250],
      [140, 0.02, 60],
    ],
    { start: JOINTS[2] },
  );
  join(network, hollow, narrow, JOINTS[0], 'yield');
  join(network, narrow, crest, JOINTS[1], 'stop');
  join(network, crest, valley, JOINTS[2], 'stop');
  return writeOpenDrive(network);
}

/** The minor roads at the ends of a leg, by their angle. */
type Joints = Readonly<Partial<Record<Contact, number>>>;

/** m over which the slope changes, the new slope, m that it is kept. */
type Slope = readonly [over: number, slope: number, keep: number];

interface Leg {
  readonly road: Road;
  /** m, at its end, where it is level. */
  readonly height: number;
}

function leg(network: RoadNetwork, line: PlanView, height: number, slopes: readonly Slope[], joints: Joints): Leg {
  const elevation = new Elevation(height).keep(LEVEL);
  for (const [over, slope, keep] of slopes) elevation.turn(over, slope).keep(keep);
  elevation.turn(100, 0);
  if (elevation.length > line.length - LEVEL)
    throw new RangeError(`slopes of ${elevation.length} m on ${line.length} m of road`);
  elevation.keep(line.length - elevation.length);
  const road = network.road({
    name: 'main road',
    line,
    type: 'rural',
    speed: SPEED,
    sections: widened(line.length, joints),
    elevation: elevation.pieces,
  });
  return { road, height: elevation.height };
}

/** Sections of a main road that is wider before and after a minor road, on the side across from it. */
function widened(length: number, { start, end }: Joints): LaneSection[] {
  const section = (s: number, contact?: Contact, angle?: number, width?: LaneSpec['width']): LaneSection => {
    const side = (angle ?? 0) > 0 ? 'right' : 'left';
    // On that side one arrives at the end of a road by the right lanes, at its start by the left ones.
    const turns = (side === 'right') === (contact === 'end');
    const strip: LaneSpec = turns
      ? { type: 'driving', key: TURNS_LEFT, width: width ?? 0, mark: 'broken' }
      : { type: 'median', width: width ?? 0, mark: 'solid' };
    const lanes = (of: 'left' | 'right'): readonly LaneSpec[] =>
      angle !== undefined && of === side ? [strip, ...LANES] : LANES;
    return { s, left: lanes('left'), right: lanes('right'), centre: angle === undefined ? 'broken' : 'solid' };
  };
  const sections: LaneSection[] = [];
  if (start === undefined) sections.push(section(0));
  else {
    sections.push(section(0, 'start', start, TURN_LANE), section(TURN_LENGTH, 'start', start, [TURN_LANE, 0]));
    sections.push(section(TURN_LENGTH + WEDGE));
  }
  if (end !== undefined) {
    sections.push(section(length - TURN_LENGTH - WEDGE, 'end', end, [0, TURN_LANE]));
    sections.push(section(length - TURN_LENGTH, 'end', end, TURN_LANE));
  }
  return sections;
}

/** The next leg of the main road, beyond a junction. */
function legAfter(
  network: RoadNetwork,
  { road, height }: Leg,
  lay: (line: PlanView) => PlanView,
  slopes: readonly Slope[],
  joints: Joints,
): Leg {
  return leg(network, lay(new PlanView(ahead(road.line.end, 2 * MOUTH))), height, slopes, joints);
}

/** Between two legs a minor road joins at an angle, rad to the left of the main road's direction. */
function join(network: RoadNetwork, before: Leg, after: Leg, angle: number, sign: 'yield' | 'stop'): void {
  const middle = ahead(before.road.line.end, MOUTH);
  const line = new PlanView(ahead({ ...middle, heading: middle.heading + angle }, MOUTH))
    .line(MINOR.straight)
    .bend(MINOR.radius, Math.sign(angle) * MINOR.angle, MINOR.clothoid)
    .line(MINOR.end);
  const elevation = new Elevation(before.height)
    .keep(LEVEL)
    .turn(60, 0.03)
    .keep(line.length - LEVEL - 60);
  const main: RoadEnd = { road: before.road, contact: 'end' };
  const beyond: RoadEnd = { road: after.road, contact: 'start' };
  const minor: RoadEnd = { road: country(network, 'minor road', line, MINOR_SPEED, elevation), contact: 'start' };
  const junction = network.junction(`${sign} at ${before.height.toFixed(0)} m`, [main, beyond, minor]);
  // By the direction from which the minor road lies on the right.
  const [near, far] = angle < 0 ? [main, beyond] : [beyond, main];
  const connect = (from: RoadEnd, to: RoadEnd, speed: number, edge: boolean, turns = false): void => {
    const [a, b] = [lanesOfEnd(from, arriving(from)), lanesOfEnd(to, arriving(to) === 1 ? -1 : 1)];
    const lanes = [{ from: turns ? a.turn : a.drive, to: b.drive }];
    network.connect(junction, { from, to, lanes: edge ? [...lanes, { from: a.edge, to: b.edge }] : lanes, speed });
  };
  connect(near, far, SPEED, false);
  connect(far, near, SPEED, true);
  connect(near, minor, TURN_SPEED, true);
  connect(minor, far, TURN_SPEED, true);
  connect(far, minor, TURN_SPEED, false, true);
  connect(minor, near, TURN_SPEED, false);
  addSign(network, minor, sign, STOP_LINE);
}

/** The ids of a side's lanes at an end of a road: the one to drive on, its edge, and the one to turn left. */
function lanesOfEnd(end: RoadEnd, sign: 1 | -1): { drive: number; edge: number; turn: number } {
  const lanes = lanesOf(sectionAt(end), sign > 0 ? 'left' : 'right');
  const find = (is: (lane: LaneSpec) => boolean): number => lanes.find(({ lane }) => is(lane))?.id ?? sign;
  return {
    drive: find(({ type, key }) => type === 'driving' && key === undefined),
    edge: find(({ type }) => type === 'shoulder'),
    turn: find(({ key }) => key === TURNS_LEFT),
  };
}

function country(network: RoadNetwork, name: string, line: PlanView, speed: number, elevation: Elevation): Road {
  const sections: LaneSection[] = [{ s: 0, left: LANES, right: LANES, centre: 'broken' }];
  return network.road({ name, line, type: 'rural', speed, sections, elevation: elevation.pieces });
}

function ahead({ x, y, heading }: PlanPose, distance: number): PlanPose {
  return { x: x + distance * cos(heading), y: y + distance * sin(heading), heading };
}
