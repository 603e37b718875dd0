import { cos, sin } from '@gauntlet/sim';
import type { LaneSection, LaneSpec } from './cross-section.ts';
import { writeOpenDrive } from './opendrive-writer.ts';
import { PlanView } from './plan-view.ts';
import { RoadNetwork, type Junction, type Road, type RoadEnd } from './road-network.ts';
import { addSign } from './signs.ts';

/** m: the inner edge of the ring, its lanes, and from the centre to where the arms begin. */
const INNER = 23.5;
const RING_LANE = 4.5;
const MOUTH = 38;
/** rad to either side of an arm's axis where the ring's junction begins and ends. */
const HALF = Math.PI / 6;
/** m: an arm, its lanes, the island's half beside the ring and how far it reaches, the pavement, the crossing. */
const ARM = 200;
const LANE = 3.5;
const ISLAND = 2;
const ISLAND_LENGTH = 70;
const PAVEMENT = 2.5;
const CROSSING = 15;
const CROSSING_WIDTH = 4;
/** km/h */
const ARM_SPEED = 50;
const RING_SPEED = 30;
const EXIT_SPEED = 40;

const PAVED: LaneSpec = { type: 'sidewalk', width: PAVEMENT, mark: 'none' };

/** A roundabout with two circulating lanes and four arms of two lanes each way, in the east, north, west and south. */
export function roundaboutMap(): string {
  const network = new RoadNetwork('roundabout');
  const arms = ['east', 'north', 'west', 'south'].map((name, i) => arm(network, `${name} arm`, (i * Math.PI) / 2));
  const ring = arms.map((_, i) => ringRoad(network, i));
  arms.forEach((road, i) => {
    const before = ring[(i + 3) % 4] as Road;
    const after = ring[i] as Road;
    mouth(network, road, { road: before, contact: 'end' }, { road: after, contact: 'start' });
  });
  return writeOpenDrive(network);
}

/** From the ring outwards. */
function arm(network: RoadNetwork, name: string, axis: number): Road {
  const line = new PlanView({ x: MOUTH * cos(axis), y: MOUTH * sin(axis), heading: axis }).line(ARM);
  const lanes: LaneSpec[] = [
    { type: 'driving', width: LANE, mark: 'broken' },
    { type: 'driving', width: LANE, mark: 'curb' },
    PAVED,
  ];
  const beside: LaneSpec[] = [{ type: 'median', width: [ISLAND, 0], mark: 'curb' }, ...lanes];
  const sections: LaneSection[] = [
    { s: 0, left: beside, right: beside, centre: 'none' },
    { s: ISLAND_LENGTH, left: lanes, right: lanes, centre: 'solid solid' },
  ];
  return network.road({ name, line, type: 'town', speed: ARM_SPEED, sections });
}

/** The ring between two arms, counter-clockwise. */
function ringRoad(network: RoadNetwork, index: number): Road {
  const from = (index * Math.PI) / 2 + HALF;
  const line = new PlanView({ x: INNER * cos(from), y: INNER * sin(from), heading: from + Math.PI / 2 });
  line.arc(INNER * (Math.PI / 2 - 2 * HALF), 1 / INNER);
  const right: LaneSpec[] = [
    { type: 'driving', width: RING_LANE, mark: 'solid' },
    { type: 'driving', width: RING_LANE, mark: 'curb' },
    PAVED,
  ];
  const sections: LaneSection[] = [{ s: 0, left: [], right, centre: 'curb' }];
  return network.road({ name: 'ring', line, type: 'town', speed: RING_SPEED, sections });
}

/** Where an arm meets the ring: those who come in give way. Either ring lane goes on or out, either entry lane into its own. */
function mouth(network: RoadNetwork, road: Road, before: RoadEnd, after: RoadEnd): Junction {
  const end: RoadEnd = { road, contact: 'start' };
  const junction = network.junction(`${road.name} mouth`, [end, before, after]);
  network.connect(junction, {
    from: before,
    to: after,
    lanes: [
      { from: -1, to: -1 },
      { from: -2, to: -2 },
    ],
    speed: RING_SPEED,
    leftMark: 'curb',
  });
  network.connect(junction, {
    from: before,
    to: end,
    lanes: [
      { from: -1, to: -2 },
      { from: -2, to: -3 },
      { from: -3, to: -4 },
    ],
    marks: ['none', 'curb'],
    speed: EXIT_SPEED,
  });
  network.connect(junction, {
    from: end,
    to: after,
    lanes: [
      { from: 2, to: -1 },
      { from: 3, to: -2 },
      { from: 4, to: -3 },
    ],
    marks: ['none', 'curb'],
    speed: RING_SPEED,
  });
  addSign(network, end, 'yield', 0.5);
  // At 15 m the island is narrower than at the ring; kerbs follow it.
  const kerb = islandAt(CROSSING) + 2 * LANE;
  network.crosswalk(road, { s: CROSSING, width: CROSSING_WIDTH, fromT: -kerb, toT: kerb });
  return junction;
}

function islandAt(s: number): number {
  const t = s / ISLAND_LENGTH;
  return ISLAND * (1 - t * t * (3 - 2 * t));
}
