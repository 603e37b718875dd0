import { Type, type Static } from 'typebox';
import { SeatId, Strict, Tick, Words } from './vocabulary.ts';

/** What can happen in a match. The first group comes from the simulation, the second from the match runner. */
export const EventKind = Words([
  'collision',
  'off-road',
  'goal',
  'storyboard',
  'start',
  'connected',
  'disconnected',
  'missed',
  'forfeit',
  'outcome',
]);
export type EventKind = Static<typeof EventKind>;

/** Something that happened at a tick. An infraction costs score. */
export const MatchEvent = Strict({
  tick: Tick,
  kind: EventKind,
  seat: Type.Union([SeatId, Type.Null()], { description: 'the seat concerned, or null' }),
  entities: Type.Array(Type.Integer(), { description: 'ids of the entities concerned' }),
  infraction: Type.Boolean(),
  text: Type.String({ description: 'one sentence for people' }),
  data: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
});
export type MatchEvent = Static<typeof MatchEvent>;
