import { expect, test } from 'vitest';
import { straightLine } from '../../road/curves.ts';
import { LaneGraph } from '../../road/lane-graph.ts';
import { MapBuilder } from '../../road/map-builder.ts';
import { CAR } from '../../vehicle/spec.ts';
import type { Motorist } from '../contract.ts';
import { Occupancy } from '../occupancy.ts';
import type { RoadUser } from '../road-user.ts';
import { LaneScan, newFlank } from './lane-scan.ts';

const WIDTH = 3.5;

function car(id: number, x: number, y: number, speed: number, heading = 0): RoadUser {
  const { length, width } = CAR;
  return { id, kind: 'car', x, y, z: 0, heading, speed, length, width, seat: false, emergency: false };
}

test('one who drifts towards a lane hides nobody who is in it, ahead or behind', () => {
  const builder = new MapBuilder('road');
  const lane = { width: WIDTH, speedLimit: 30 };
  // The left lane's middle is at y = 1.75, the right one's at -1.75.
  const [left, right] = builder.road(straightLine({ x: 0, y: 0, heading: 0 }, 400), [lane, lane]) as [number, number];
  const graph = new LaneGraph(builder.build());
  const occupancy = new Occupancy(graph);
  const me = { id: 1, path: [left], s: 150, offset: 0, spec: CAR, speed: 5 } as unknown as Motorist;
  const drifting = -0.17;
  occupancy.update([
    car(1, 150, 1.75, 5),
    car(2, 138, 0.75, 5, drifting),
    car(3, 110, -1.75, 20),
    car(4, 162, 0.75, 5, drifting),
    car(5, 175, -1.75, 0),
  ]);
  const flank = new LaneScan(graph, occupancy, () => undefined).flank(me, right, 150, newFlank());
  const { leader, follower, nextLeader, nextFollower } = flank;
  expect([leader, follower, nextLeader, nextFollower].map((found) => found?.user.id)).toEqual([4, 2, 5, 3]);
  expect(flank.nextLeaderGap).toBeCloseTo(25 - CAR.length, 1);
  expect(flank.nextFollowerGap).toBeCloseTo(40 - CAR.length, 1);
});
