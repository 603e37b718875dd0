import { Type, type Static } from 'typebox';
import { Strict, Words } from './vocabulary.ts';

/** A polyline, flat [x0, y0, z0, x1, y1, z1, ...], metres, world frame, in the lane's driving direction. */
export const Polyline = Type.Array(Type.Number());

/** The paint along a boundary. */
export const LaneMarking = Words(['none', 'solid', 'broken']);
export type LaneMarking = Static<typeof LaneMarking>;

/** One lane between two cross-sections. The union of left and right boundary is the lane's surface. */
export const MapLane = Strict({
  id: Type.Integer({ minimum: 0 }),
  kind: Words(['driving', 'shoulder', 'sidewalk', 'median']),
  /** Polylines of one length: point i of each lies on one cross-section. */
  centre: Polyline,
  left: Polyline,
  right: Polyline,
  speedLimit: Type.Number({ exclusiveMinimum: 0, description: 'm/s' }),
  successors: Type.Array(Type.Integer({ minimum: 0 })),
  predecessors: Type.Array(Type.Integer({ minimum: 0 })),
  leftNeighbour: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'the lane of the same direction to the left, which may be changed into',
  }),
  rightNeighbour: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  junction: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'the junction or roundabout it is part of',
  }),
  leftMarking: LaneMarking,
  rightMarking: LaneMarking,
  /** Whether traffic that enters the lane's successors has priority over this lane (a give-way line stands at its end). */
  yields: Type.Boolean(),
});
export type MapLane = Static<typeof MapLane>;

/** The road network that routing, traffic, sensors, scoring and viewer share. Lane ids are indices into `lanes`. */
export const MapDescription = Strict({
  name: Type.String(),
  lanes: Type.Array(MapLane),
});
export type MapDescription = Static<typeof MapDescription>;
