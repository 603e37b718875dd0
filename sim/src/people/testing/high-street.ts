import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { straightLine } from '../../road/curves.ts';
import { MapBuilder } from '../../road/map-builder.ts';
import type { RoadUser } from '../../traffic/road-user.ts';

/** m: of a lane; of a pavement. */
const LANE = 3.5;
const PAVEMENT = 3;

/**
 * A straight road from x = 0 along x with one lane each way (0 to the east, 2 to the west) and pavements (1 in the south, 3 in the north), and,
 * if asked for, a zebra crossing at x = 100.
 */
export function highStreet(zebra: boolean, length = 200): MapDescription {
  const builder = new MapBuilder('high street');
  const lane = { width: LANE, speedLimit: 13.9 };
  const pavement = { width: PAVEMENT, speedLimit: 2, kind: 'sidewalk' } as const;
  const side = [lane, pavement];
  builder.road(straightLine({ x: 0, y: 0, heading: 0 }, length), side, 0);
  builder.road(straightLine({ x: length, y: 0, heading: Math.PI }, length), side, 0);
  const map = builder.build();
  if (!zebra) return map;
  map.crossings.push({
    id: 0,
    axis: [100, -LANE, 0, 100, LANE, 0],
    width: 4,
    lanes: [
      { lane: 0, from: 98, to: 102 },
      { lane: 2, from: length - 102, to: length - 98 },
    ],
    signal: null,
  });
  return map;
}

/** A car on the road. @param direction 1: to the east, -1: to the west. */
export function car(id: number, x: number, speed: number, direction: 1 | -1 = 1): RoadUser {
  return {
    id,
    kind: 'car',
    x,
    y: direction === 1 ? -LANE / 2 : LANE / 2,
    z: 0.7,
    heading: direction === 1 ? 0 : Math.PI,
    speed,
    length: 4.5,
    width: 1.8,
    seat: false,
    emergency: false,
  };
}
