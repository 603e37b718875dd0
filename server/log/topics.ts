import {
  ActionRecord,
  checker,
  Draw,
  EntityDescription,
  GauntletError,
  HashRecord,
  LOG_TOPICS,
  MatchEvent,
  pack,
  Scene,
  ScoreRecord,
  SeatId,
  Strict,
  Tick,
  unpack,
  type KeyframeRecord,
  type LogTopic,
} from '@gauntlet/agents-sdk/protocol';
import { Type, type TSchema } from 'typebox';

/** Bytes in MessagePack. JSON Schema has no word for them, so the published schema says it in the description. */
const Bytes = (description: string) => Type.Unsafe<Uint8Array>({ description: `MessagePack binary: ${description}` });

/** A frame as `encodeFrame` packs it. */
const PackedFrame = Strict({
  t: Tick,
  e: Bytes(
    'one little-endian row of 28 bytes an entity: u32 id; i32 x, y, z (mm); i16 yaw, pitch, roll (pi / 32767 rad), speed (cm/s), steering (0.0001 rad); u8 lights; u8 0',
  ),
  n: Type.Array(EntityDescription, { description: 'entities that exist from this tick on' }),
  r: Type.Array(Type.Integer(), { description: 'ids of entities that no longer exist' }),
  s: Type.Array(
    Strict({
      seat: SeatId,
      completion: Type.Number(),
      score: Type.Number(),
      lidar: Type.Union([Bytes('u16 little-endian, cm, one a beam'), Type.Null()]),
      draw: Draw,
      latencyMs: Type.Union([Type.Number(), Type.Null()]),
      bankMs: Type.Number(),
      done: Type.Boolean(),
    }),
  ),
  v: Type.Array(MatchEvent),
  g: Bytes("what each of the map's signals shows, one byte each: an index into SIGNAL_STATES"),
});

const Keyframe = Strict({ tick: Tick, state: Bytes('the whole world, for the build that wrote it') });

/** One record of a log, by topic. Frames stay packed until `decodeFrame`, which is most of the cost of reading a log. */
export type LogRecord =
  | { readonly topic: '/scene'; readonly tick: 0; readonly value: Scene }
  | { readonly topic: '/action'; readonly tick: number; readonly value: ActionRecord }
  | { readonly topic: '/hash'; readonly tick: number; readonly value: HashRecord }
  | { readonly topic: '/frame'; readonly tick: number; readonly value: Uint8Array }
  | { readonly topic: '/event'; readonly tick: number; readonly value: MatchEvent }
  | { readonly topic: '/keyframe'; readonly tick: number; readonly value: KeyframeRecord }
  | { readonly topic: '/score'; readonly tick: number; readonly value: ScoreRecord };

/** The topics in the order of their channel ids, which start at 1. */
export const TOPICS = Object.keys(LOG_TOPICS) as LogTopic[];

const SCHEMAS: Record<LogTopic, { name: string; schema: TSchema }> = {
  '/scene': { name: 'gauntlet.Scene', schema: Scene },
  '/action': { name: 'gauntlet.Action', schema: ActionRecord },
  '/hash': { name: 'gauntlet.Hash', schema: HashRecord },
  '/frame': { name: 'gauntlet.Frame', schema: PackedFrame },
  '/event': { name: 'gauntlet.Event', schema: MatchEvent },
  '/keyframe': { name: 'gauntlet.Keyframe', schema: Keyframe },
  '/score': { name: 'gauntlet.Score', schema: ScoreRecord },
};

/**
 * The MCAP schema record of a topic. JSON Schema for MessagePack topics too: MCAP keeps the encoding of schema and messages
 * apart, MessagePack has JSON's data model and binary, and MCAP knows no schema language of MessagePack's own. An empty schema
 * would be allowed, but would leave a reader of ten years hence to guess.
 */
export function topicSchema(topic: LogTopic): { name: string; encoding: string; data: Uint8Array } {
  const { name, schema } = SCHEMAS[topic];
  const json = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: name, ...schema };
  return { name, encoding: 'jsonschema', data: new TextEncoder().encode(JSON.stringify(json)) };
}

/** Simulation time of a tick, ns. */
export function tickTime(tick: number, tickSeconds: number): bigint {
  return BigInt(Math.round(tick * tickSeconds * 1e9));
}

/** A record's bytes in its topic's encoding. Frames are encoded already. */
export function encodeRecord(topic: Exclude<LogTopic, '/frame'>, value: unknown): Uint8Array {
  return LOG_TOPICS[topic] === 'json' ? new TextEncoder().encode(JSON.stringify(value)) : pack(value);
}

const checkScene = checker(Scene);
const checkAction = checker(ActionRecord);
const checkHash = checker(HashRecord);
const checkFrame = checker(PackedFrame);
const checkEvent = checker(MatchEvent);
const checkKeyframe = checker(Keyframe);
const checkScore = checker(ScoreRecord);

/**
 * The checked record in a message's bytes.
 * @param what names the message in errors: its topic and place.
 * @throws GauntletError `invalid-log`.
 */
export function decodeRecord(topic: LogTopic, bytes: Uint8Array, what: string): LogRecord {
  const value = decodeBytes(topic, bytes, what);
  switch (topic) {
    case '/scene':
      return { topic, tick: 0, value: checkScene(value, 'invalid-log', what) };
    case '/action': {
      const action = checkAction(value, 'invalid-log', what);
      return { topic, tick: action.tick, value: action };
    }
    case '/hash': {
      const hash = checkHash(value, 'invalid-log', what);
      return { topic, tick: hash.tick, value: hash };
    }
    case '/frame': {
      const frame = checkFrame(value, 'invalid-log', what);
      checkBytes(frame.e, `${what} at /e`);
      checkBytes(frame.g, `${what} at /g`);
      for (const [i, seat] of frame.s.entries()) {
        if (seat.lidar !== null) checkBytes(seat.lidar, `${what} at /s/${i}/lidar`);
      }
      return { topic, tick: frame.t, value: bytes };
    }
    case '/event': {
      const event = checkEvent(value, 'invalid-log', what);
      return { topic, tick: event.tick, value: event };
    }
    case '/keyframe': {
      const keyframe = checkKeyframe(value, 'invalid-log', what);
      checkBytes(keyframe.state, `${what} at /state`);
      return { topic, tick: keyframe.tick, value: keyframe };
    }
    case '/score': {
      const score = checkScore(value, 'invalid-log', what);
      return { topic, tick: score.tick, value: score };
    }
  }
}

function decodeBytes(topic: LogTopic, bytes: Uint8Array, what: string): unknown {
  try {
    return LOG_TOPICS[topic] === 'json'
      ? JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
      : unpack(bytes);
  } catch (error) {
    throw new GauntletError('invalid-log', `${what}: not ${LOG_TOPICS[topic]}: ${(error as Error).message}`, {
      expected: `one ${LOG_TOPICS[topic]} value`,
      actual: `${bytes.length} bytes that are not`,
    });
  }
}

function checkBytes(value: unknown, what: string): void {
  if (value instanceof Uint8Array) return;
  throw new GauntletError('invalid-log', `${what}: expected binary, got ${typeof value}`, {
    expected: 'binary',
    actual: typeof value,
  });
}
