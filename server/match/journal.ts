import { hash as digest } from 'node:crypto';
import type { ActionRecord, LogHeader, MatchEvent, Outcome, Scene, ScoreRecord } from '@gauntlet/agents-sdk/protocol';
import type { Recorder } from './interfaces.ts';

/** s of match between two keyframes, and between two score records. */
const KEYFRAME_SECONDS = 5;
const SCORE_SECONDS = 1;

/** The log could not be written. The match that it belongs to is void. */
export class LogFailure extends Error {
  constructor(cause: unknown) {
    super(`the log cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'LogFailure';
  }
}

/** All that a step leaves behind for the log. */
export interface StepRecords {
  readonly tick: number;
  /** What was applied on the way here; none at tick 0. */
  readonly actions: readonly ActionRecord[];
  readonly hash: string;
  readonly events: readonly MatchEvent[];
  readonly frame: Uint8Array;
}

/** What stands at a log's end, at the tick of its last hash. */
export interface LastRecords {
  readonly tick: number;
  readonly events: readonly MatchEvent[];
  /** One `none` a seat when the last seats forfeited at this tick, so that no step follows that would say so; else nothing. */
  readonly actions: readonly ActionRecord[];
  readonly outcome: Outcome;
  readonly seats: ScoreRecord['seats'];
}

/**
 * Writes a match down in the order of its log, and keeps the chain of hashes: chain(n) is the SHA-256, in hex, of the text
 * chain(n - 1) followed by hash(n); chain(-1) is the empty text. Every failure of the recorder becomes a LogFailure.
 */
export class Journal {
  readonly #recorder: Recorder | null;
  readonly #keyframeTicks: number;
  readonly #scoreTicks: number;
  #chain = '';
  #state: 'new' | 'open' | 'failed' | 'closed' = 'new';

  constructor(recorder: Recorder | null, tickSeconds: number) {
    this.#recorder = recorder;
    this.#keyframeTicks = Math.max(1, Math.round(KEYFRAME_SECONDS / tickSeconds));
    this.#scoreTicks = Math.max(1, Math.round(SCORE_SECONDS / tickSeconds));
  }

  async open(header: LogHeader, scene: Scene): Promise<void> {
    await this.#try(async (recorder) => {
      // What a failed open leaves open, it must close itself.
      await recorder.open(header, scene);
      this.#state = 'open';
    });
  }

  /** @param keyframe called when one is due. @param scores likewise. */
  async step(records: StepRecords, keyframe: () => Uint8Array, scores: () => ScoreRecord['seats']): Promise<void> {
    const { tick, hash } = records;
    this.#chain = digest('sha256', this.#chain + hash, 'hex');
    if (this.#state !== 'open') return;
    const state = tick % this.#keyframeTicks === 0 ? keyframe() : null;
    const seats = tick % this.#scoreTicks === 0 ? scores() : null;
    await this.#try((recorder) => {
      for (const event of records.events) if (event.tick < tick) recorder.event(event);
      for (const action of records.actions) recorder.action(action);
      recorder.hash({ tick, hash, chain: this.#chain });
      for (const event of records.events) if (event.tick === tick) recorder.event(event);
      recorder.frame(tick, records.frame);
      if (state) recorder.keyframe({ tick, state });
      if (seats) recorder.score({ tick, final: false, outcome: null, seats });
      return recorder.tickEnd(tick);
    });
  }

  /** The last records, and the end of the log. */
  async close(last: LastRecords): Promise<void> {
    const { tick, outcome, seats } = last;
    if (this.#state === 'failed') {
      // Nothing more can be written; the recorder still lets go of its file.
      this.#state = 'closed';
      await this.#recorder?.close().catch(() => undefined);
    }
    if (this.#state !== 'open') return;
    await this.#try(async (recorder) => {
      for (const event of last.events) recorder.event(event);
      for (const action of last.actions) recorder.action(action);
      recorder.score({ tick, final: true, outcome, seats });
      await recorder.tickEnd(tick);
      this.#state = 'closed';
      await recorder.close();
    });
  }

  async #try(write: (recorder: Recorder) => Promise<void> | void): Promise<void> {
    if (!this.#recorder) return;
    try {
      await write(this.#recorder);
    } catch (error) {
      if (this.#state === 'open') this.#state = 'failed';
      throw new LogFailure(error);
    }
  }
}
