import type { MatchRecord } from '../state/match-record.ts';
import type { FramePair } from '../state/sample.ts';

/** Where frames come from: a live match or a log. */
export interface FrameSource {
  readonly kind: 'live' | 'log';
  readonly record: MatchRecord;
  /** Fields of a log's `gauntlet` record; empty for a live match, whose seed is nobody's to know yet. */
  readonly header: ReadonlyMap<string, string>;
  /** The range that can be shown, ticks. */
  readonly firstTick: number;
  readonly lastTick: number;
  /** Whether more may still come at the end. */
  readonly growing: boolean;
  /** Share of the log that has been read, 0..1. */
  readonly loaded: number;
  /** What went wrong while reading, for people, or null. */
  readonly problem: string | null;
  /** The frames around a tick (may be a fraction), or null while they are not here yet; asks for them. */
  around(tick: number): FramePair | null;
  close(): void;
}
