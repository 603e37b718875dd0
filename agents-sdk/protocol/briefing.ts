import { Type, type Static } from 'typebox';
import { MapDescription } from './map.ts';
import { Body, ClockMode, Fallback, SeatId, Strict, Team, Vec3, Words } from './vocabulary.ts';

/** The seat's own vehicle. Metres, kilograms, radians, m/s2. */
export const BodyDescription = Strict({
  body: Body,
  length: Type.Number(),
  width: Type.Number(),
  height: Type.Number(),
  mass: Type.Number(),
  wheelbase: Type.Number(),
  /** From the reference point (the middle of the body) forward to the front axle, and back to the rear axle, both positive. */
  frontAxle: Type.Number(),
  rearAxle: Type.Number(),
  maxSteeringAngle: Type.Number(),
  maxSteeringRate: Type.Number({ description: 'rad/s' }),
  maxAcceleration: Type.Number(),
  maxBraking: Type.Number({ description: 'what full brake asks for; the road gives friction x 9.81 at most' }),
});
export type BodyDescription = Static<typeof BodyDescription>;

/** Each sensor of a seat by name, with what is needed to read it. */
export const SensorDescription = Type.Union([
  Strict({
    name: Type.String(),
    kind: Type.Literal('lidar'),
    beams: Type.Integer({
      description: 'beam i points at angle 2 pi i / beams from straight ahead, counter-clockwise',
    }),
    range: Type.Number({ description: 'm; a beam that meets nothing reads this' }),
    mount: Vec3,
  }),
  Strict({
    name: Type.String(),
    kind: Type.Literal('objects'),
    range: Type.Number({ description: 'm; nearer objects in line of sight are listed, nearest first' }),
    limit: Type.Integer({ description: 'at most this many' }),
    mount: Vec3,
  }),
]);
export type SensorDescription = Static<typeof SensorDescription>;

/** What a seat is told once, before the first tick. Never the seed, never what the other seats are told. */
export const Briefing = Strict({
  scenario: Type.String({ description: 'its versioned id' }),
  title: Type.String(),
  goal: Type.String({ description: 'in plain words' }),
  clock: ClockMode,
  seat: SeatId,
  team: Team,
  body: BodyDescription,
  sensors: Type.Array(SensorDescription),
  map: MapDescription,
  route: Strict({
    lanes: Type.Array(Type.Integer({ minimum: 0 }), {
      description: 'lane ids in driving order; a change of lane is two neighbours in a row',
    }),
    length: Type.Number({ description: 'm, along the route' }),
  }),
  rules: Strict({
    drivingSide: Words(['right', 'left']),
    tickSeconds: Type.Number({ description: 's of simulation from one observation to the next' }),
    maxTicks: Type.Integer(),
    fallback: Fallback,
    deadlineMs: Type.Number({ description: 'wall time for one decision, net of measured network delay' }),
    bankMs: Type.Number({ description: 'wall time for the whole match beyond the deadlines' }),
    startupMs: Type.Number({ description: 'wall time from welcome to ready' }),
    missesInARow: Type.Integer({ description: 'so many missed ticks in a row forfeit' }),
    missesInAll: Type.Integer({ description: 'so many missed ticks in the match forfeit' }),
  }),
});
export type Briefing = Static<typeof Briefing>;
