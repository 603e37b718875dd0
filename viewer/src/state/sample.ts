import type { Frame, FrameEntity, FrameSeat } from '@gauntlet/agents-sdk/protocol';
import { extrapolate, interpolate } from './pose.ts';

/** The world at one moment, ready to be drawn. */
export interface Sample {
  /** s of match. */
  readonly time: number;
  /** The last tick at or before that time. */
  readonly tick: number;
  readonly entities: readonly FrameEntity[];
  readonly seats: readonly FrameSeat[];
  /** What each signal shows, as in a frame. */
  readonly signals: Uint8Array;
}

/** Two frames around a moment: `after` is null at the end of what is known. */
export interface FramePair {
  readonly before: Frame;
  readonly after: Frame | null;
}

/** The world at `time` (s) between two frames, or a little past the last one. */
export function sampleAt(pair: FramePair, time: number, tickSeconds: number): Sample {
  const { before, after } = pair;
  const since = time / tickSeconds - before.tick;
  const entities = after
    ? interpolate(before, after, Math.max(0, Math.min(1, since / (after.tick - before.tick))))
    : extrapolate(before, since * tickSeconds);
  return { time, tick: before.tick, entities, seats: before.seats, signals: before.signals };
}
