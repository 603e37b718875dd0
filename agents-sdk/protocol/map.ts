import { Type, type Static } from 'typebox';
import { Strict, Vec3, Words } from './vocabulary.ts';

/** A polyline, flat [x0, y0, z0, x1, y1, z1, ...], metres, world frame, in the lane's driving direction. */
export const Polyline = Type.Array(Type.Number());

/** The paint along a boundary. */
export const LaneMarking = Words(['none', 'solid', 'broken']);
export type LaneMarking = Static<typeof LaneMarking>;

/** What a lane is for. */
export const LaneKind = Words(['driving', 'shoulder', 'sidewalk', 'median', 'biking', 'parking']);
export type LaneKind = Static<typeof LaneKind>;

const Index = Type.Integer({ minimum: 0 });

/** One lane between two cross-sections. The union of left and right boundary is the lane's surface. */
export const MapLane = Strict({
  id: Index,
  kind: LaneKind,
  /** Polylines of one length: point i of each lies on one cross-section. */
  centre: Polyline,
  left: Polyline,
  right: Polyline,
  speedLimit: Type.Number({ exclusiveMinimum: 0, description: 'm/s' }),
  successors: Type.Array(Index),
  predecessors: Type.Array(Index),
  leftNeighbour: Type.Union([Index, Type.Null()], {
    description: 'the lane of the same direction to the left, which may be changed into',
  }),
  rightNeighbour: Type.Union([Index, Type.Null()]),
  junction: Type.Union([Index, Type.Null()], {
    description: 'the junction or roundabout it is part of',
  }),
  leftMarking: LaneMarking,
  rightMarking: LaneMarking,
  /** Whether traffic that enters the lane's successors has priority over this lane (a give-way line stands at its end). */
  yields: Type.Boolean(),
  /** Whether there is a stop sign at its end: halt, then give way. Such a lane `yields` too. */
  stops: Type.Boolean(),
  stopLine: Type.Number({
    minimum: 0,
    description: 'm before its end where vehicles stand that have to wait there (signal, stop, give-way)',
  }),
  signal: Type.Union([Index, Type.Null()], {
    description: 'the signal (index into `signals`) that governs driving into this lane, at its start',
  }),
  tunnel: Type.Boolean({ description: 'whether any of it lies in a tunnel' }),
  friction: Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 1.5 }), Type.Null()], {
    description: 'tyre-road friction of its surface, or null where it is that of the whole scenario',
  }),
});
export type MapLane = Static<typeof MapLane>;

/** What a signal head can show. Its index is the code in frames. */
export const SIGNAL_STATES = ['off', 'red', 'red-amber', 'amber', 'green', 'flashing-amber'] as const;
export const SignalState = Words(SIGNAL_STATES);
export type SignalState = Static<typeof SignalState>;

/** A signal head. Its id is its index in `signals`. */
export const MapSignal = Strict({
  id: Index,
  kind: Words(['vehicle', 'pedestrian']),
  /** Middle of the head, m. */
  position: Vec3,
  heading: Type.Number({ description: 'rad: the direction of travel of those it is for; it faces the other way' }),
  group: Type.Integer({ minimum: 0, description: 'signals of one group always show the same' }),
  junction: Type.Union([Index, Type.Null()], { description: 'the junction whose controller it belongs to' }),
  /** Its name in the map's file. */
  name: Type.String(),
});
export type MapSignal = Static<typeof MapSignal>;

/** A place where people cross the road. Its id is its index in `crossings`. */
export const MapCrossing = Strict({
  id: Index,
  /** From kerb to kerb, flat [x0, y0, z0, x1, y1, z1], m: people walk along this line, either way. */
  axis: Polyline,
  width: Type.Number({ exclusiveMinimum: 0, description: 'm, across the axis' }),
  /** The lanes it crosses, and from where to where along each, m. */
  lanes: Type.Array(Strict({ lane: Index, from: Type.Number(), to: Type.Number() })),
  signal: Type.Union([Index, Type.Null()], { description: "the pedestrians' signal, or null: people go first" }),
});
export type MapCrossing = Static<typeof MapCrossing>;

/** The road network that routing, traffic, sensors, scoring and viewer share. Lane ids are indices into `lanes`. */
export const MapDescription = Strict({
  name: Type.String(),
  drivingSide: Words(['right', 'left']),
  lanes: Type.Array(MapLane),
  signals: Type.Array(MapSignal),
  crossings: Type.Array(MapCrossing),
});
export type MapDescription = Static<typeof MapDescription>;
