import { Type, type Static } from 'typebox';
import { SignalState } from './map.ts';
import { Strict, Vec2 } from './vocabulary.ts';

const Index = Type.Integer({ minimum: 0 });

/**
 * Signal phase and timing, after the SPaT message of SAE J2735 (ETSI TS 103 301): what each signal group of a junction shows,
 * and between which moments that will end, as far as the controller knows now.
 */
export const SpatMessage = Strict({
  kind: Type.Literal('spat'),
  from: Type.String({ description: 'the sender, such as junction-3' }),
  junction: Index,
  groups: Type.Array(
    Strict({
      group: Index,
      state: SignalState,
      minEnd: Type.Number({ description: 's from now: not before this' }),
      maxEnd: Type.Union([Type.Number(), Type.Null()], { description: 's from now: not after this; null: not known' }),
    }),
  ),
});
export type SpatMessage = Static<typeof SpatMessage>;

/** The geometry a SPaT message speaks of, after the MAP message of SAE J2735: which lanes a group lets in, and where they wait. */
export const MapMessage = Strict({
  kind: Type.Literal('map'),
  from: Type.String(),
  junction: Index,
  lanes: Type.Array(
    Strict({
      lane: Type.Integer({ minimum: 0, description: 'id of the lane in the junction' }),
      group: Index,
      stop: Vec2,
    }),
  ),
});
export type MapMessage = Static<typeof MapMessage>;

/** What comes in by radio. */
export const RadioMessage = Type.Union([SpatMessage, MapMessage]);
export type RadioMessage = Static<typeof RadioMessage>;
