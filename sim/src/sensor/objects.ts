import type { SensedObject, SensorReading } from '@gauntlet/agents-sdk/protocol';
import { wrapAngle } from '../math.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import { rayEnters, sameLevel, viewpoint, type Target, type Viewpoint } from './targets.ts';

/**
 * Lists objects in range and in line of sight, nearest first, without noise. An object is in sight when the straight line to
 * its middle or to one of its corners crosses no other object. What is on another level is not seen and hides nothing. While it stays listed it keeps its track number.
 */
export class ObjectSensor implements Saved {
  readonly #range: number;
  readonly #limit: number;
  /** Entity ids and their track numbers, in the order of the last reading. */
  #tracks: { id: number; track: number }[] = [];
  #nextTrack = 1;

  /** @param range m, to the middle of the object. @param limit lists at most so many. */
  constructor(range: number, limit: number) {
    this.#range = range;
    this.#limit = limit;
  }

  /** @param own the body that carries the sensor, at (mountX, mountY), m forward and left of its middle. */
  read(
    own: Target,
    mountX: number,
    mountY: number,
    targets: readonly Target[],
  ): Extract<SensorReading, { kind: 'objects' }> {
    const from = viewpoint(own, mountX, mountY);
    const near: { target: Target; distance: number }[] = [];
    for (const target of targets) {
      if (target.id === from.id) continue;
      const px = target.x - from.x;
      const py = target.y - from.y;
      const distance = px * px + py * py;
      if (distance <= this.#range * this.#range && sameLevel(from, target)) near.push({ target, distance });
    }
    near.sort((a, b) => a.distance - b.distance || a.target.id - b.target.id);
    const tracks: { id: number; track: number }[] = [];
    const objects: SensedObject[] = [];
    for (const { target } of near) {
      if (objects.length === this.#limit) break;
      if (!inSight(from, target, near)) continue;
      const track = this.#tracks.find((known) => known.id === target.id)?.track ?? this.#nextTrack++;
      tracks.push({ id: target.id, track });
      objects.push(describe(own, target, track));
    }
    this.#tracks = tracks;
    return { kind: 'objects', objects };
  }

  save(writer: StateWriter): void {
    writer.u32(this.#nextTrack);
    writer.u32(this.#tracks.length);
    for (const { id, track } of this.#tracks) {
      writer.u32(id);
      writer.u32(track);
    }
  }

  load(reader: StateReader): void {
    this.#nextTrack = reader.u32();
    this.#tracks = Array.from({ length: reader.u32() }, () => ({ id: reader.u32(), track: reader.u32() }));
  }
}

/** The object in the body frame of its observer. */
function describe(from: Target, target: Target, track: number): SensedObject {
  const px = target.x - from.x;
  const py = target.y - from.y;
  return {
    track,
    class: target.class,
    position: [px * from.dx + py * from.dy, py * from.dx - px * from.dy],
    velocity: [target.vx * from.dx + target.vy * from.dy, target.vy * from.dx - target.vx * from.dy],
    heading: wrapAngle(target.heading - from.heading),
    length: 2 * target.halfLength,
    width: 2 * target.halfWidth,
  };
}

/** Offsets of the middle and the corners, in half lengths and half widths; just inside, so that touching boxes do not hide. */
const POINTS: readonly (readonly [number, number])[] = [
  [0, 0],
  [0.98, 0.98],
  [0.98, -0.98],
  [-0.98, 0.98],
  [-0.98, -0.98],
];

function inSight(from: Viewpoint, target: Target, near: readonly { target: Target }[]): boolean {
  for (const [forward, left] of POINTS) {
    const along = forward * target.halfLength;
    const aside = left * target.halfWidth;
    const rx = target.x + along * target.dx - aside * target.dy - from.x;
    const ry = target.y + along * target.dy + aside * target.dx - from.y;
    let free = true;
    // Nearest first: what hides something is mostly nearer than it.
    for (const { target: other } of near) {
      if (other !== target && rayEnters(other, from.x, from.y, rx, ry) < 1) {
        free = false;
        break;
      }
    }
    if (free) return true;
  }
  return false;
}
