import type { LaneSection, LaneSpec } from './cross-section.ts';
import { writeOpenDrive } from './opendrive-writer.ts';
import { PlanView } from './plan-view.ts';
import { RoadNetwork } from './road-network.ts';

/** m along the road: lower limits from there on; the right lane's wedge, its closure, its opening, and the limit's end. */
const SLOWER = 300;
const SLOWEST = 480;
const WEDGE = 620;
const CLOSED = 700;
const OPENING = 1000;
const OPEN = 1060;
/** m */
const LANE = 3.5;
const SHOULDER = 1.5;
const MEDIAN = 1;
/** km/h */
const SPEED = 100;
const REDUCED = 80;
const LOW = 60;
/** Tyre-road friction of the lane that is left open beside the works, whose surface is milled. */
const MILLED = 0.75;

/** 1.5 km of road with two lanes each way, of which one is closed for 300 m. */
export function workZoneMap(): string {
  const network = new RoadNetwork('work-zone');
  const line = new PlanView({ x: -750, y: 0, heading: 0.1 }).line(250).bend(700, -0.25, 100).line(975);
  const median: LaneSpec = { type: 'median', width: MEDIAN, mark: 'solid' };
  const shoulder: LaneSpec = { type: 'shoulder', width: SHOULDER, mark: 'none' };
  const left: LaneSpec[] = [
    median,
    { type: 'driving', width: LANE, mark: 'broken' },
    { type: 'driving', width: LANE, mark: 'solid' },
    shoulder,
  ];
  /** @param right what the right lane is: a share of its width is closed at the start and at the end. */
  const section = (s: number, limit: number, closed: readonly [number, number]): LaneSection => {
    const speed = limit === SPEED ? {} : { speed: limit };
    const works = LANE * closed[0] + LANE * closed[1] > 0;
    const gone = closed[0] === 1 && closed[1] === 1;
    const width = (from: number, to: number): LaneSpec['width'] => (from === to ? from : [from, to]);
    const right: LaneSpec[] = [
      median,
      {
        type: 'driving',
        width: LANE,
        mark: gone ? 'solid' : 'broken',
        ...speed,
        ...(gone ? { friction: MILLED } : {}),
      },
    ];
    if (!gone) {
      const open = width(LANE * (1 - closed[0]), LANE * (1 - closed[1]));
      right.push({ type: 'driving', width: open, mark: 'solid', ...speed });
    }
    if (works) right.push({ type: 'roadWorks', width: width(LANE * closed[0], LANE * closed[1]), mark: 'solid' });
    return { s, left, right: [...right, shoulder], centre: 'none' };
  };
  network.road({
    name: 'road',
    line,
    type: 'rural',
    speed: SPEED,
    sections: [
      section(0, SPEED, [0, 0]),
      section(SLOWER, REDUCED, [0, 0]),
      section(SLOWEST, LOW, [0, 0]),
      section(WEDGE, LOW, [0, 1]),
      section(CLOSED, LOW, [1, 1]),
      section(OPENING, LOW, [1, 0]),
      section(OPEN, SPEED, [0, 0]),
    ],
  });
  return writeOpenDrive(network);
}
