import type { LaneSection, LaneSpec } from './cross-section.ts';
import { Elevation } from './elevation.ts';
import { writeOpenDrive } from './opendrive-writer.ts';
import { PlanView } from './plan-view.ts';
import { RoadNetwork } from './road-network.ts';

/** m along the road: the portals. */
const PORTALS = [400, 1100] as const;
/** m */
const LANE = 3.5;
const SHOULDER = 1;
const MEDIAN = 0.5;
/** km/h */
const SPEED = 80;

/** 1.5 km of road with two lanes each way: down into a tunnel of 700 m that bends left and right, and up again. */
export function tunnelMap(): string {
  const network = new RoadNetwork('tunnel');
  const line = new PlanView({ x: -700, y: 0, heading: -0.3 })
    .line(150)
    .bend(450, 0.9, 120)
    .line(100)
    .bend(400, -0.8, 120)
    .line(285);
  const elevation = new Elevation()
    .keep(100)
    .turn(150, -0.035)
    .keep(350)
    .turn(240, 0.03)
    .keep(430)
    .turn(150, 0)
    .keep(line.length - 1420);
  const lanes: LaneSpec[] = [
    { type: 'median', width: MEDIAN, mark: 'solid' },
    { type: 'driving', width: LANE, mark: 'broken' },
    { type: 'driving', width: LANE, mark: 'solid' },
    { type: 'shoulder', width: SHOULDER, mark: 'curb' },
  ];
  const section = (s: number): LaneSection => ({ s, left: lanes, right: lanes, centre: 'none' });
  const road = network.road({
    name: 'tunnel road',
    line,
    type: 'rural',
    speed: SPEED,
    sections: [section(0), section(PORTALS[0]), section(PORTALS[1])],
    elevation: elevation.pieces,
  });
  network.tunnel(road, { name: 'tunnel', s: PORTALS[0], length: PORTALS[1] - PORTALS[0] });
  return writeOpenDrive(network);
}
