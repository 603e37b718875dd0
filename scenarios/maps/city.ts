import { innerEdge, laneOf, type LaneSection, type LaneSpec, type Measure } from './cross-section.ts';
import { writeOpenDrive } from './opendrive-writer.ts';
import { PlanView } from './plan-view.ts';
import {
  RoadNetwork,
  sectionAt,
  type JoinedLanes,
  type Junction,
  type Road,
  type RoadEnd,
  type SignalSpec,
} from './road-network.ts';
import { addPedestrianLights, addTrafficLights, arriving, sBefore } from './signs.ts';

/** Junctions a side of the grid; avenues, by their row from the south, that have cycle lanes. */
const GRID = 4;
const CYCLING = [1, 2];
/** m: from a junction's middle to its mouths; between mouths; from the outermost mouths to the edge of the map. */
const MOUTH = 21;
const BLOCK = 120;
const OUTSIDE = 100;
/** m: lanes; half of the strip between the directions, which is a lane for those who turn left before each junction; its wedge. */
const LANE = 3.5;
const CYCLE_LANE = 1.8;
const PAVEMENT = 3;
const HALF_STRIP = 1.75;
const WEDGE = 16;
/** m from a street's end to the middle of its crosswalk and to its stop line. */
const CROSSWALK = 3;
const CROSSWALK_WIDTH = 4;
const STOP_LINE = 6;
/** km/h */
const SPEED = 50;
const LEFT_SPEED = 30;
const RIGHT_SPEED = 20;

/**
 * Sixteen signalised junctions of four streets and four avenues, all with two lanes each way and a third one for those who turn
 * left, who have a phase of their own; pavements and crosswalks.
 */
export function cityMap(): string {
  const network = new RoadNetwork('city');
  const numbers = Array.from({ length: GRID + 1 }, (_, i) => i);
  // Roads from west to east by row and from south to north by column; number 0 comes in, the last one goes out.
  const avenues = numbers.slice(1).map((row) => numbers.map((i) => street(network, 'avenue', row - 1, i)));
  const streets = numbers.slice(1).map((column) => numbers.map((i) => street(network, 'street', column - 1, i)));
  for (let row = 0; row < GRID; row++) {
    for (let column = 0; column < GRID; column++) {
      // Counter-clockwise from the east.
      const arms: RoadEnd[] = [
        { road: avenues[row]?.[column + 1] as Road, contact: 'start' },
        { road: streets[column]?.[row + 1] as Road, contact: 'start' },
        { road: avenues[row]?.[column] as Road, contact: 'end' },
        { road: streets[column]?.[row] as Road, contact: 'end' },
      ];
      crossroads(network, `${'ABCD'[column] ?? ''}${row + 1}`, arms);
    }
  }
  return writeOpenDrive(network);
}

function street(network: RoadNetwork, kind: 'avenue' | 'street', line: number, index: number): Road {
  const spacing = BLOCK + 2 * MOUTH;
  const length = index > 0 && index < GRID ? BLOCK : OUTSIDE;
  const along = index === 0 ? -MOUTH - OUTSIDE : (index - 1) * spacing + MOUTH;
  const place =
    kind === 'avenue'
      ? { x: along, y: line * spacing, heading: 0 }
      : { x: line * spacing, y: along, heading: Math.PI / 2 };
  const lanes: LaneSpec[] = [
    { type: 'driving', width: LANE, mark: 'broken' },
    ...(kind === 'avenue' && CYCLING.includes(line)
      ? ([
          { type: 'driving', width: LANE, mark: 'solid' },
          { type: 'biking', width: CYCLE_LANE, mark: 'curb' },
        ] as const)
      : ([{ type: 'driving', width: LANE, mark: 'curb' }] as const)),
    { type: 'sidewalk', width: PAVEMENT, mark: 'none' },
  ];
  /** What the strip is before a junction, and at the edge of the map. */
  const strip = (junction: boolean, width: Measure): LaneSpec =>
    junction ? { type: 'driving', key: 'left turn', width, mark: 'broken' } : { type: 'median', width, mark: 'solid' };
  const [first, last] = [strip(index > 0, 2 * HALF_STRIP), strip(index < GRID, 2 * HALF_STRIP)];
  // Lane 0 goes over from one side of the strip to the other: it is the direction's that comes to the junction.
  const sections: LaneSection[] = [
    { s: 0, offset: -HALF_STRIP, left: [first, ...lanes], right: lanes, centre: 'solid' },
    {
      s: (length - WEDGE) / 2,
      offset: [-HALF_STRIP, HALF_STRIP],
      left: [{ ...first, width: [2 * HALF_STRIP, 0] }, ...lanes],
      right: [{ ...last, width: [0, 2 * HALF_STRIP] }, ...lanes],
      centre: 'solid',
    },
    { s: (length + WEDGE) / 2, offset: HALF_STRIP, left: lanes, right: [last, ...lanes], centre: 'solid' },
  ];
  return network.road({
    name: `${kind} ${line + 1}`,
    line: new PlanView(place).line(length),
    type: 'town',
    speed: SPEED,
    sections,
  });
}

/** @param arms counter-clockwise. */
function crossroads(network: RoadNetwork, name: string, arms: readonly RoadEnd[]): void {
  const junction = network.junction(name, arms);
  arms.forEach((from, i) => {
    const arm = (turn: number): RoadEnd => arms[(i + turn) % arms.length] as RoadEnd;
    turnRight(network, junction, from, arm(1));
    goStraight(network, junction, from, arm(2));
    turnLeft(network, junction, from, arm(3));
    const { left, others } = addTrafficLights(network, from, `${name} from ${compass(i)}`, STOP_LINE);
    network.controller(junction, `${name} vehicles from ${compass(i)}`, [others]);
    network.controller(junction, `${name} left turn from ${compass(i)}`, [left]);
    network.controller(junction, `${name} pedestrians ${compass(i)}`, crosswalk(network, name, from, compass(i)));
  });
}

function compass(arm: number): string {
  return ['east', 'north', 'west', 'south'][arm] as string;
}

/** From the right lane into the right one; the pavement and the edge of a cycle lane go round with it. */
function turnRight(network: RoadNetwork, junction: Junction, from: RoadEnd, to: RoadEnd): void {
  const [a, b] = [arrivingLanes(from), leavingLanes(to)];
  const lanes: JoinedLanes[] = [{ from: a.right, to: b.right }];
  if (a.cycling !== null || b.cycling !== null) lanes.push({ from: a.cycling, to: b.cycling, linked: false });
  lanes.push({ from: a.pavement, to: b.pavement });
  const marks = lanes.map((_, i) => (i === lanes.length - 2 ? 'curb' : 'none'));
  network.connect(junction, { from, to, lanes, speed: RIGHT_SPEED, marks });
}

function goStraight(network: RoadNetwork, junction: Junction, from: RoadEnd, to: RoadEnd): void {
  const [a, b] = [arrivingLanes(from), leavingLanes(to)];
  const lanes: JoinedLanes[] = [
    { from: a.middle, to: b.middle },
    { from: a.right, to: b.right },
  ];
  if (a.cycling !== null && b.cycling !== null) lanes.push({ from: a.cycling, to: b.cycling });
  network.connect(junction, { from, to, lanes, speed: SPEED });
}

function turnLeft(network: RoadNetwork, junction: Junction, from: RoadEnd, to: RoadEnd): void {
  const lanes = [{ from: arriving(from), to: leavingLanes(to).middle }];
  network.connect(junction, { from, to, lanes, speed: LEFT_SPEED });
}

/** The ids of the lanes that lead to a junction, but for the one to turn left: that is the first. */
function arrivingLanes(end: RoadEnd) {
  return lanesFrom(end, arriving(end), 2);
}

/** The ids of those that lead away from it. */
function leavingLanes(end: RoadEnd) {
  return lanesFrom(end, -arriving(end), 1);
}

function lanesFrom(end: RoadEnd, sign: number, middle: number) {
  const cycling = laneOf(sectionAt(end), sign * (middle + 2)).type === 'biking';
  return {
    middle: sign * middle,
    right: sign * (middle + 1),
    cycling: cycling ? sign * (middle + 2) : null,
    pavement: sign * (middle + (cycling ? 3 : 2)),
  };
}

/** The crosswalk before a junction and its heads. */
function crosswalk(network: RoadNetwork, name: string, end: RoadEnd, arm: string): SignalSpec[] {
  const kerbs = [arrivingLanes(end), leavingLanes(end)]
    .map(({ pavement }) => ({
      lane: pavement - Math.sign(pavement),
      t: innerEdge(sectionAt(end), pavement, end.contact),
    }))
    .sort((a, b) => a.t - b.t);
  const [right, left] = kerbs as [(typeof kerbs)[number], (typeof kerbs)[number]];
  const place = { s: sBefore(end, CROSSWALK), fromT: right.t, toT: left.t };
  network.crosswalk(end.road, { ...place, width: CROSSWALK_WIDTH });
  const lanes = [right.lane, left.lane] as const;
  return addPedestrianLights(network, end.road, `${name} ${arm} crosswalk`, { ...place, lanes });
}
