import { Type, type Static, type TLiteral, type TSchema } from 'typebox';
import { ERRORS } from './errors.ts';

/** A closed set of words as one schema: validated, typed and published from one list. */
export function Words<const W extends readonly string[]>(words: W) {
  return Type.Unsafe<W[number]>(Type.Union(words.map((word): TLiteral<string> => Type.Literal(word))));
}

/** An object with no room for unknown fields: a misspelt field is an error, never silently ignored. */
export function Strict<P extends Record<string, TSchema>>(properties: P, options: { description?: string } = {}) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

export const Team = Words(['blue', 'red']);
export type Team = Static<typeof Team>;

/** What a seat drives. `car` is the first; the other bodies come with their scenarios. */
export const Body = Words(['car']);
export type Body = Static<typeof Body>;

/**
 * How a match, or a seat in it, ended. `void` is the arena's own fault and never costs a seat.
 * A seat that drove to its end, well or badly, has `finished`; `crashed` means that its program died.
 */
export const Outcome = Words(['finished', 'timeout', 'crashed', 'disconnected', 'invalid', 'void']);
export type Outcome = Static<typeof Outcome>;

export const CLOCK_MODES = ['lockstep', 'realtime', 'unpaced'] as const;
export const ClockMode = Words(CLOCK_MODES);
export type ClockMode = Static<typeof ClockMode>;

/** What the arena applies in place of an action that did not come: the last action again, or a controlled stop in lane. */
export const Fallback = Words(['hold', 'safe-stop']);
export type Fallback = Static<typeof Fallback>;

/** What a thing in the world is, as watchers and object sensors name it. */
export const EntityClass = Words(['car', 'van', 'truck', 'bus', 'bicycle', 'pedestrian', 'static']);
export type EntityClass = Static<typeof EntityClass>;

/** Metres or metres a second; [x, y] in the plane. */
export const Vec2 = Type.Tuple([Type.Number(), Type.Number()]);
export type Vec2 = Static<typeof Vec2>;

/** [x, y, z], right-handed, x forward (east), y left (north), z up (ISO 8855, REP-103). */
export const Vec3 = Type.Tuple([Type.Number(), Type.Number(), Type.Number()]);
export type Vec3 = Static<typeof Vec3>;

/** [x, y, z, w], of unit length. */
export const Quaternion = Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()]);
export type Quaternion = Static<typeof Quaternion>;

/** A name that a person chose: agents, versions. No spaces, no path separators, so that it is safe in addresses and file names. */
export const Name = Type.String({
  pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$',
  description: 'letters, digits, . _ -, at most 64',
});

/** A seat's id within its match: `blue-1`, `red-2`. */
export const SeatId = Type.String({ pattern: '^(blue|red)-[1-9][0-9]?$' });
export type SeatId = Static<typeof SeatId>;

/** A tick number. Tick 0 is the initial state; `step` leads from tick n to n + 1. */
export const Tick = Type.Integer({ minimum: 0, maximum: 2 ** 31 });

/** Every code of `errors.ts`, which itself loads no schema library, so that agents start fast. */
export type ErrorCode = keyof typeof ERRORS;
export const ErrorCode = Words(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);
