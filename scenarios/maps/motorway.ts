import { cos, sin } from '@gauntlet/sim';
import { innerEdge, type LaneSection, type LaneSpec } from './cross-section.ts';
import { writeOpenDrive } from './opendrive-writer.ts';
import { beside, PlanView, type PlanPose } from './plan-view.ts';
import { RoadNetwork, sectionAt, type Road, type RoadEnd } from './road-network.ts';

/** m: from one end to a ramp's nose, and between the two noses. Together 3 km. */
const OUTER = 1100;
const INNER = 800;
/** m: the bend of each outer part: how far from the end, radius, clothoids; and its angle, rad. */
const BEND = { from: 300, radius: 900, clothoid: 150, angle: 0.35 };
/** m: lanes that are added for the ramps, and the wedges by which they begin and end, as the hard shoulder does at the noses. */
const DECELERATION = 200;
const ACCELERATION = 250;
const WEDGE = 60;
/** m: lanes, shoulders and between the carriageways' left edges. */
const LANE = 3.75;
const LEFT_SHOULDER = 1;
const HARD_SHOULDER = 2.5;
const RESERVE = 4;
/** Ramps: m and rad of the bend that leads away from the motorway, m of straight beyond. */
const RAMP = { radius: 250, angle: 0.5, clothoid: 70, straight: 150 };
/** km/h */
const SPEED = 120;
const RAMP_SPEED = 80;

/** Right of the left shoulder and the three lanes. */
const AUXILIARY = -5;

/** 3 km of motorway in an S, two carriageways of three lanes, each with an off-ramp and an on-ramp. */
export function motorwayMap(): string {
  const network = new RoadNetwork('motorway');
  const start: PlanPose = { x: -1450, y: 250, heading: -0.18 };
  const middle = beside(carriageway(network, 'A', start), RESERVE / 2);
  // The other one is the same, turned by half a circle about the middle of the reserve.
  carriageway(network, 'B', {
    x: 2 * middle.x - start.x,
    y: 2 * middle.y - start.y,
    heading: start.heading + Math.PI,
  });
  return writeOpenDrive(network);
}

/** @returns the middle of its left edge. */
function carriageway(network: RoadNetwork, name: string, start: PlanPose): PlanPose {
  const straight = OUTER - BEND.from - (BEND.angle * BEND.radius + BEND.clothoid);
  const first = new PlanView(start).line(BEND.from).bend(BEND.radius, BEND.angle, BEND.clothoid).line(straight);
  const second = new PlanView(first.end).line(INNER);
  const third = new PlanView(second.end).line(straight).bend(BEND.radius, -BEND.angle, BEND.clothoid).line(BEND.from);
  const wedge = OUTER - DECELERATION - WEDGE;
  const before = motorway(network, `${name} before the exit`, first, [
    section(0, null),
    section(wedge, [0, LANE]),
    section(wedge + WEDGE, LANE),
  ]);
  const between = motorway(network, `${name} between the ramps`, second, [
    section(0, null, [0, HARD_SHOULDER]),
    section(WEDGE, null),
    section(INNER - WEDGE, null, [HARD_SHOULDER, 0]),
  ]);
  const after = motorway(network, `${name} after the entry`, third, [
    section(0, LANE),
    section(ACCELERATION, [LANE, 0]),
    section(ACCELERATION + WEDGE, null),
  ]);
  exit(network, name, before, between);
  entry(network, name, between, after);
  return new PlanView(second.start).line(INNER / 2).end;
}

/** @param auxiliary m, the width of the lane for a ramp, or null where there is none. @param hard m, that of the hard shoulder. */
function section(s: number, auxiliary: LaneSpec['width'] | null, hard: LaneSpec['width'] = HARD_SHOULDER): LaneSection {
  return {
    s,
    left: [],
    right: [
      { type: 'shoulder', width: LEFT_SHOULDER, mark: 'solid' },
      { type: 'driving', width: LANE, mark: 'broken' },
      { type: 'driving', width: LANE, mark: 'broken' },
      { type: 'driving', width: LANE, mark: auxiliary === null ? 'solid' : 'broken' },
      ...(auxiliary === null ? [] : [{ type: 'driving', width: auxiliary, mark: 'solid' } as const]),
      { type: 'shoulder', width: hard, mark: 'none' },
    ],
    centre: 'none',
  };
}

function motorway(network: RoadNetwork, name: string, line: PlanView, sections: LaneSection[]): Road {
  return network.road({ name, line, type: 'motorway', speed: SPEED, sections });
}

function exit(network: RoadNetwork, name: string, before: Road, between: Road): void {
  const line = new PlanView(leftEdgeOfAuxiliary({ road: before, contact: 'end' }))
    .bend(RAMP.radius, -RAMP.angle, RAMP.clothoid)
    .line(RAMP.straight);
  const ramp = rampRoad(network, `${name} off-ramp`, line);
  const junction = network.junction(`${name} exit`, [
    { road: before, contact: 'end' },
    { road: between, contact: 'start' },
    { road: ramp, contact: 'start' },
  ]);
  junction.direct.push(
    { from: before, to: between, lanes: CARRIAGEWAY },
    { from: before, to: ramp, lanes: RAMP_LANES },
  );
}

function entry(network: RoadNetwork, name: string, between: Road, after: Road): void {
  const lay = (start: PlanPose): PlanView =>
    new PlanView(start).line(RAMP.straight).bend(RAMP.radius, -RAMP.angle, RAMP.clothoid);
  const line = lay(startFor(leftEdgeOfAuxiliary({ road: after, contact: 'start' }), lay));
  const ramp = rampRoad(network, `${name} on-ramp`, line);
  const junction = network.junction(`${name} entry`, [
    { road: between, contact: 'end' },
    { road: ramp, contact: 'end' },
    { road: after, contact: 'start' },
  ]);
  junction.direct.push(
    { from: between, to: after, lanes: CARRIAGEWAY },
    { from: ramp, to: after, lanes: RAMP_LANES.map(([lane, ramps]) => [ramps, lane]) },
  );
}

/** The left shoulder and three lanes; and from the motorway into a ramp. */
const CARRIAGEWAY = [-1, -2, -3, -4].map((id) => [id, id] as const);
const RAMP_LANES = [
  [AUXILIARY, -1],
  [AUXILIARY - 1, -2],
] as const;

function rampRoad(network: RoadNetwork, name: string, line: PlanView): Road {
  const right: LaneSpec[] = [
    { type: 'driving', width: LANE, mark: 'solid' },
    { type: 'shoulder', width: HARD_SHOULDER, mark: 'none' },
  ];
  const sections: LaneSection[] = [{ s: 0, left: [], right, centre: 'solid' }];
  return network.road({ name, line, type: 'motorway', speed: RAMP_SPEED, sections });
}

function leftEdgeOfAuxiliary(end: RoadEnd): PlanPose {
  return beside(end.road.line[end.contact], innerEdge(sectionAt(end), AUXILIARY, end.contact));
}

/** Where a line must start to end in a pose. */
function startFor(end: PlanPose, lay: (start: PlanPose) => PlanView): PlanPose {
  const trial = lay({ x: 0, y: 0, heading: 0 }).end;
  const heading = end.heading - trial.heading;
  const [c, s] = [cos(heading), sin(heading)];
  return { x: end.x - trial.x * c + trial.y * s, y: end.y - trial.x * s - trial.y * c, heading };
}
