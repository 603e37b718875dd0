import { decodeFrame, type Frame } from '@gauntlet/agents-sdk/protocol';
import type { FramePair } from '../state/sample.ts';

/** Decoded frames kept at hand; the rest waits as bytes, some twenty times smaller. */
const DECODED = 256;

/** Frames by tick, packed. When they take more than `maxBytes`, those farthest from the focus are let go. */
export class FrameStore {
  readonly #maxBytes: number;
  #ticks: number[] = [];
  readonly #packed = new Map<number, Uint8Array>();
  readonly #decoded = new Map<number, Frame>();
  #bytes = 0;

  constructor(maxBytes = 192 * 2 ** 20) {
    this.#maxBytes = maxBytes;
  }

  get firstTick(): number {
    return this.#ticks[0] ?? 0;
  }

  get lastTick(): number {
    return this.#ticks.at(-1) ?? 0;
  }

  get size(): number {
    return this.#ticks.length;
  }

  /** Keeps a frame. @param focus the tick that is watched: what is far from it goes first when memory is short. */
  put(frame: Frame, bytes: Uint8Array, focus = frame.tick): void {
    if (this.#packed.has(frame.tick)) return;
    const at = this.#after(frame.tick);
    if (at === this.#ticks.length) this.#ticks.push(frame.tick);
    else this.#ticks.splice(at, 0, frame.tick);
    this.#packed.set(frame.tick, bytes);
    this.#bytes += bytes.byteLength;
    this.#remember(frame);
    while (this.#bytes > this.#maxBytes && this.#ticks.length > 2) this.#drop(focus);
  }

  has(tick: number): boolean {
    return this.#packed.has(tick);
  }

  /** The frames around a tick, which may be a fraction; null before the first frame. */
  around(tick: number): FramePair | null {
    const at = this.#after(tick + 1e-6);
    if (at === 0) return null;
    const after = this.#ticks[at];
    return { before: this.#frame(this.#ticks[at - 1]!), after: after === undefined ? null : this.#frame(after) };
  }

  #frame(tick: number): Frame {
    const known = this.#decoded.get(tick);
    if (known) return known;
    const frame = decodeFrame(this.#packed.get(tick)!);
    this.#remember(frame);
    return frame;
  }

  #remember(frame: Frame): void {
    this.#decoded.set(frame.tick, frame);
    if (this.#decoded.size > DECODED) this.#decoded.delete(this.#decoded.keys().next().value!);
  }

  /** Index of the first tick greater than this one. */
  #after(tick: number): number {
    let low = 0;
    let high = this.#ticks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ticks[middle]! <= tick) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #drop(focus: number): void {
    const first = this.firstTick;
    const last = this.lastTick;
    const gone = focus - first > last - focus ? this.#ticks.shift()! : this.#ticks.pop()!;
    this.#bytes -= this.#packed.get(gone)!.byteLength;
    this.#packed.delete(gone);
    this.#decoded.delete(gone);
  }
}
