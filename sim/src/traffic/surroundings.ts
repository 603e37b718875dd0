import type { LaneGraph } from '../road/lane-graph.ts';
import type { RightOfWay } from './contract.ts';
import type { Following } from './following.ts';
import type { LaneChanger } from './lane-change/lane-changer.ts';
import type { LaneProfiles } from './lane-profile.ts';
import type { NarrowBends } from './narrow-bends.ts';
import type { Navigator } from './navigator.ts';
import type { Occupancy } from './occupancy.ts';

/** What all drivers of a world share. */
export interface Surroundings {
  readonly graph: LaneGraph;
  readonly occupancy: Occupancy;
  readonly navigator: Navigator;
  readonly profiles: LaneProfiles;
  readonly following: Following;
  readonly narrowBends: NarrowBends;
  readonly rightOfWay: RightOfWay;
  readonly laneChanger: LaneChanger;
  /** 1 where one drives on the left, -1 where one drives on the right: the side, in offsets, that slow traffic keeps to. */
  readonly slowSide: 1 | -1;
  /** Tyre-road friction coefficient that drivers reckon with. */
  readonly friction: number;
}
