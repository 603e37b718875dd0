import { Type, type Static } from 'typebox';
import { Strict, Words } from './vocabulary.ts';

/** What a car is told to do. Every field is required and finite; what lies outside its range is clamped by the arena. */
export const CarAction = Strict({
  steering: Type.Number({
    description: 'wanted front wheel angle, rad, positive turns left; clamped to +-briefing.body.maxSteeringAngle',
  }),
  throttle: Type.Number({ description: '0..1, share of the drive force available' }),
  brake: Type.Number({ description: '0..1, share of the brake force available' }),
  gear: Words(['forward', 'neutral', 'reverse']),
});
export type CarAction = Static<typeof CarAction>;

/** The action of each body. */
export type ActionByBody = { car: CarAction };
export type Action = ActionByBody[keyof ActionByBody];

const Colour = Type.String({ pattern: '^#[0-9a-fA-F]{6}$' });
const Point = Type.Tuple([Type.Number(), Type.Number()]);

/** Drawings for watchers, world frame, metres. They never touch the simulation. */
export const DrawShape = Type.Union([
  Strict({ kind: Type.Literal('line'), points: Type.Array(Point, { minItems: 2, maxItems: 64 }), colour: Colour }),
  Strict({
    kind: Type.Literal('circle'),
    centre: Point,
    radius: Type.Number({ exclusiveMinimum: 0, maximum: 200 }),
    colour: Colour,
  }),
  Strict({ kind: Type.Literal('text'), at: Point, text: Type.String({ maxLength: 64 }), colour: Colour }),
]);
export type DrawShape = Static<typeof DrawShape>;
export const Draw = Type.Array(DrawShape, { maxItems: 16 });
