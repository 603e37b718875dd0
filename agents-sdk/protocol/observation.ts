import { Type, type Static } from 'typebox';
import { SensorArray } from './array.ts';
import { RadioMessage } from './radio.ts';
import { EntityClass, Quaternion, Strict, Tick, Vec2, Vec3, Words } from './vocabulary.ts';

/** The seat's own state, as its instruments measure it. World frame unless it says otherwise. */
export const OwnState = Strict({
  position: Vec3,
  orientation: Quaternion,
  heading: Type.Number({ description: 'rad, counter-clockwise from +x' }),
  velocity: Vec3,
  speed: Type.Number({ description: 'm/s along the body, negative in reverse' }),
  yawRate: Type.Number({ description: 'rad/s' }),
  acceleration: Type.Tuple([Type.Number(), Type.Number()], { description: 'm/s2, body frame, [forward, left]' }),
  steering: Type.Number({ description: 'rad, the front wheels now' }),
  gear: Words(['forward', 'neutral', 'reverse']),
});
export type OwnState = Static<typeof OwnState>;

/** Where the seat is on its route, and what lies ahead. */
export const RouteAhead = Strict({
  progress: Type.Number({ description: 'm driven along the route' }),
  remaining: Type.Number({ description: 'm to the goal' }),
  offset: Type.Number({ description: 'm left of the centre of the route lane' }),
  headingError: Type.Number({ description: "rad, own heading minus the lane's" }),
  /** The nearest lane the seat is in, which need not be on its route, or null off the road. */
  lane: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  /** shape [n, 4]: rows of x, y (m, world frame), speed limit (m/s), distance ahead (m), every 2 m, from the seat on. */
  ahead: SensorArray,
  /** Distance to the next give-way line on the route within 100 m, m, or null. */
  yieldAhead: Type.Union([Type.Number(), Type.Null()]),
});
export type RouteAhead = Static<typeof RouteAhead>;

/** An object in range and in sight. Body frame of the seat: x forward, y left. */
export const SensedObject = Strict({
  /** Stable while the object stays in sight; not the simulation's own id. */
  track: Type.Integer({ minimum: 1 }),
  class: EntityClass,
  position: Vec2,
  velocity: Type.Tuple([Type.Number(), Type.Number()], {
    description: 'm/s over ground, in the axes of the body frame',
  }),
  heading: Type.Number({ description: 'rad, relative to own heading' }),
  length: Type.Number(),
  width: Type.Number(),
});
export type SensedObject = Static<typeof SensedObject>;

export const SensorReading = Type.Union([
  Strict({ kind: Type.Literal('lidar'), ranges: SensorArray }),
  Strict({ kind: Type.Literal('objects'), objects: Type.Array(SensedObject) }),
]);
export type SensorReading = Static<typeof SensorReading>;

/** What a seat is told of what happened to it in the step that led here. */
export const SeatEvent = Strict({
  kind: Words(['collision', 'off-road', 'goal', 'clamped']),
  detail: Type.String(),
});
export type SeatEvent = Static<typeof SeatEvent>;

/** What the simulation tells a seat at a tick. The match adds the deadlines. */
export const SimObservation = Strict({
  tick: Tick,
  time: Type.Number({ description: 's of simulation since the start' }),
  self: OwnState,
  route: RouteAhead,
  sensors: Type.Record(Type.String(), SensorReading),
  /** Radio messages received since the last tick. */
  messages: Type.Array(RadioMessage),
  events: Type.Array(SeatEvent),
});
export type SimObservation = Static<typeof SimObservation>;
