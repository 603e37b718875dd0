import { Type, type Static } from 'typebox';
import type { DrawShape } from './action.ts';
import { pack, unpack } from './codec.ts';
import type { MatchEvent } from './event.ts';
import { MapDescription } from './map.ts';
import { EntityClass, SeatId, Strict, Team } from './vocabulary.ts';

/** What does not change about an entity while it exists. Metres. */
export const EntityDescription = Strict({
  id: Type.Integer({ minimum: 1 }),
  class: EntityClass,
  seat: Type.Union([SeatId, Type.Null()]),
  length: Type.Number(),
  width: Type.Number(),
  height: Type.Number(),
  frontAxle: Type.Number({ description: 'from the middle of the body forward; 0 for what has no wheels' }),
  rearAxle: Type.Number({ description: 'from the middle of the body back' }),
  wheelRadius: Type.Number(),
});
export type EntityDescription = Static<typeof EntityDescription>;

/** Bits of `FrameEntity.lights`. */
export const LIGHTS = { brake: 1, left: 2, right: 4, reverse: 8, emergency: 16 } as const;

/** One entity at one tick. Position is the middle of the body; angles are intrinsic yaw, pitch, roll. */
export interface FrameEntity {
  id: number;
  x: number;
  y: number;
  z: number;
  /** rad, counter-clockwise from +x. */
  yaw: number;
  /** rad, positive is nose down (right-handed about +y). */
  pitch: number;
  /** rad, right-handed about +x. */
  roll: number;
  /** m/s along the body. */
  speed: number;
  /** rad, front wheels. */
  steering: number;
  lights: number;
}

/** What watchers see of one seat at one tick. */
export interface FrameSeat {
  seat: SeatId;
  /** 0..1 of its route. */
  completion: number;
  score: number;
  /** Lidar ranges, m, or null where the seat has none. */
  lidar: Float32Array | null;
  /** What the agent drew, kept until it draws again. */
  draw: DrawShape[];
  /** Wall time of the last decision, ms, or null before the first and after a miss. */
  latencyMs: number | null;
  bankMs: number;
  /** True once the seat is out of the match (goal, forfeit). */
  done: boolean;
}

/** The world's state at one tick, for people to watch, live and from a log. Never sent to an agent. */
export interface Frame {
  tick: number;
  entities: FrameEntity[];
  /** Entities that exist from this tick on. */
  spawned: EntityDescription[];
  /** Entities that no longer exist. */
  removed: number[];
  seats: FrameSeat[];
  events: MatchEvent[];
  /** What each of the map's signals shows: an index into `SIGNAL_STATES`. Empty for a map without signals. */
  signals: Uint8Array;
}

/** What a watcher needs once, before the first frame. It opens a log too (channel `/scene`). */
export const Scene = Strict({
  match: Type.String(),
  scenario: Type.String(),
  title: Type.String(),
  tickSeconds: Type.Number(),
  maxTicks: Type.Integer(),
  map: MapDescription,
  seats: Type.Array(
    Strict({
      seat: SeatId,
      team: Team,
      agent: Type.String({ description: 'agent version id' }),
      entity: Type.Integer(),
      route: Type.Array(Type.Number(), { description: 'flat [x0, y0, x1, y1, ...], m' }),
    }),
  ),
  /** Everything that exists when this is sent. */
  entities: Type.Array(EntityDescription),
});
export type Scene = Static<typeof Scene>;

/** Bytes of one entity in the packed form. */
export const ENTITY_STRIDE = 28;
const ANGLE = 32767 / Math.PI;

/**
 * Packs a frame, quantised: positions to 1 mm, angles to 0.0001 rad, speeds to 1 cm/s, lidar to 1 cm.
 * MessagePack of `{ t, e, n, r, s, v, g }`, where `e` holds one little-endian row of 28 bytes an entity:
 * u32 id; i32 x, y, z (mm); i16 yaw, pitch, roll (pi / 32767 rad), speed (cm/s), steering (0.0001 rad); u8 lights; u8 0. `g` is one byte a signal.
 */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const rows = new DataView(new ArrayBuffer(frame.entities.length * ENTITY_STRIDE));
  let at = 0;
  for (const entity of frame.entities) {
    rows.setUint32(at, entity.id, true);
    rows.setInt32(at + 4, Math.round(entity.x * 1000), true);
    rows.setInt32(at + 8, Math.round(entity.y * 1000), true);
    rows.setInt32(at + 12, Math.round(entity.z * 1000), true);
    rows.setInt16(at + 16, Math.round(entity.yaw * ANGLE), true);
    rows.setInt16(at + 18, Math.round(entity.pitch * ANGLE), true);
    rows.setInt16(at + 20, Math.round(entity.roll * ANGLE), true);
    rows.setInt16(at + 22, clamp16(Math.round(entity.speed * 100)), true);
    rows.setInt16(at + 24, clamp16(Math.round(entity.steering * 10000)), true);
    rows.setUint8(at + 26, entity.lights);
    at += ENTITY_STRIDE;
  }
  return pack({
    t: frame.tick,
    e: new Uint8Array(rows.buffer),
    n: frame.spawned,
    r: frame.removed,
    s: frame.seats.map((seat) => ({ ...seat, lidar: seat.lidar && encodeRanges(seat.lidar) })),
    v: frame.events,
    g: frame.signals,
  });
}

/** Unpacks what `encodeFrame` packed. Throws on bytes that are not a frame. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const raw = unpack(bytes) as PackedFrame;
  const rows = new DataView(raw.e.buffer, raw.e.byteOffset, raw.e.byteLength);
  const entities: FrameEntity[] = [];
  for (let at = 0; at + ENTITY_STRIDE <= rows.byteLength; at += ENTITY_STRIDE) {
    entities.push({
      id: rows.getUint32(at, true),
      x: rows.getInt32(at + 4, true) / 1000,
      y: rows.getInt32(at + 8, true) / 1000,
      z: rows.getInt32(at + 12, true) / 1000,
      yaw: rows.getInt16(at + 16, true) / ANGLE,
      pitch: rows.getInt16(at + 18, true) / ANGLE,
      roll: rows.getInt16(at + 20, true) / ANGLE,
      speed: rows.getInt16(at + 22, true) / 100,
      steering: rows.getInt16(at + 24, true) / 10000,
      lights: rows.getUint8(at + 26),
    });
  }
  return {
    tick: raw.t,
    entities,
    spawned: raw.n,
    removed: raw.r,
    seats: raw.s.map((seat) => ({ ...seat, lidar: seat.lidar && decodeRanges(seat.lidar) })),
    events: raw.v,
    signals: raw.g,
  };
}

interface PackedFrame {
  t: number;
  e: Uint8Array;
  n: EntityDescription[];
  r: number[];
  s: (Omit<FrameSeat, 'lidar'> & { lidar: Uint8Array | null })[];
  v: MatchEvent[];
  g: Uint8Array;
}

function encodeRanges(metres: Float32Array): Uint8Array {
  const bytes = new Uint8Array(metres.length * 2);
  for (let i = 0; i < metres.length; i++) {
    const centimetres = Math.min(65535, Math.round((metres[i] as number) * 100));
    bytes[2 * i] = centimetres & 255;
    bytes[2 * i + 1] = centimetres >> 8;
  }
  return bytes;
}

function decodeRanges(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / 2 }, (_, i) => view.getUint16(i * 2, true) / 100);
}

function clamp16(value: number): number {
  return Math.max(-32768, Math.min(32767, value));
}
