import { decodeFrame, type MatchEvent, type Scene, type ScoreRecord } from '@gauntlet/agents-sdk/protocol';
import { MatchRecord } from '../state/match-record.ts';
import type { FramePair } from '../state/sample.ts';
import type { FrameSource } from './frame-source.ts';
import { FrameStore } from './frame-store.ts';
import { openLogFile, type LogFile, type Span } from './log-file.ts';

/** How far ahead of the playhead frames are wanted before all else, s of match. */
const AHEAD = 6;

/**
 * A recorded match. What lies at the playhead is read first; the rest follows in the background, so that marks, graphs and
 * the descriptions of all entities fill up while one watches.
 */
export class LogSource implements FrameSource {
  readonly kind = 'log';
  readonly record: MatchRecord;
  readonly growing = false;
  readonly header: ReadonlyMap<string, string>;
  readonly firstTick: number;
  readonly lastTick: number;
  #problem: string | null = null;
  readonly #file: LogFile;
  readonly #store: FrameStore;
  readonly #state: ('absent' | 'loading' | 'here')[];
  /** First and last frame of each span that was read. */
  readonly #ticks: ({ first: number; last: number } | undefined)[] = [];
  /** Spans whose frames were once read for the record. They may have been let go since. */
  readonly #seen = new Set<number>();
  readonly #tickNs: bigint;
  #focus: number;
  #running = false;
  #closed = false;

  private constructor(file: LogFile, scene: Scene, maxBytes?: number) {
    this.#file = file;
    this.header = file.header;
    this.record = new MatchRecord(scene);
    this.#store = new FrameStore(maxBytes);
    this.#tickNs = BigInt(Math.round(scene.tickSeconds * 1e9));
    this.#state = file.spans.map(() => 'absent');
    this.firstTick = this.#tickOf(file.spans[0]!.start);
    this.lastTick = file.spans.reduce((last, span) => Math.max(last, this.#tickOf(span.end)), 0);
    this.#focus = this.firstTick;
  }

  /**
   * Opens the log at an address or in a file and reads its beginning.
   * @throws Error in words for people.
   */
  static async open(from: string | Blob, maxBytes?: number): Promise<LogSource> {
    const file = await openLogFile(from);
    if (file.scene === null)
      throw new Error('This log has no scene: it was not written by Gauntlet, or it broke off before the match began.');
    if (file.spans.length === 0) throw new Error('This log has no frames: the match ended before it began.');
    const source = new LogSource(file, JSON.parse(file.scene) as Scene, maxBytes);
    await source.#load(0);
    source.#work();
    return source;
  }

  get loaded(): number {
    return this.#seen.size / this.#state.length;
  }

  get problem(): string | null {
    return this.#problem;
  }

  around(tick: number): FramePair | null {
    this.#focus = tick;
    const span = this.#spanOf(tick);
    const next = this.#spanOf(Math.min(this.lastTick, tick + 1));
    if (this.#here(span) && this.#here(next)) return this.#store.around(Math.max(tick, this.firstTick));
    this.#work();
    return null;
  }

  close(): void {
    this.#closed = true;
  }

  /** Reads what is wanted most, one span after another, until all was seen once. */
  #work(): void {
    if (this.#running || this.#closed) return;
    this.#running = true;
    void (async () => {
      try {
        for (let next = this.#wanted(); next !== null && !this.#closed; next = this.#wanted()) {
          await this.#load(next);
          // Decoding must not take the time that drawing needs.
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
        this.#problem = null;
      } catch (error) {
        this.#problem = (error as Error).message;
        setTimeout(() => this.#work(), 2000);
      } finally {
        this.#running = false;
      }
    })();
  }

  #wanted(): number | null {
    const ahead = AHEAD / this.record.scene.tickSeconds;
    const last = this.#spanOf(Math.min(this.lastTick, this.#focus + ahead));
    for (let span = this.#spanOf(this.#focus); span <= last; span++) if (!this.#here(span)) return span;
    const unseen = this.#state.findIndex((_, span) => !this.#seen.has(span));
    return unseen < 0 ? null : unseen;
  }

  async #load(index: number): Promise<void> {
    const span = this.#file.spans[index]!;
    this.#state[index] = 'loading';
    const ticks: number[] = [];
    try {
      for (const { topic, data } of await this.#file.read(this.#withTail(index, span), [
        '/frame',
        '/event',
        '/score',
      ])) {
        if (topic === '/frame') {
          const frame = decodeFrame(data);
          this.record.ingest(frame);
          this.#store.put(frame, data, this.#focus);
          ticks.push(frame.tick);
        } else if (topic === '/event') this.record.addEvent(parse(data) as MatchEvent);
        else this.record.addScore(parse(data) as ScoreRecord);
      }
      this.#ticks[index] = { first: ticks[0] ?? 0, last: ticks.at(-1) ?? 0 };
      this.#state[index] = 'here';
      this.#seen.add(index);
    } catch (error) {
      this.#state[index] = 'absent';
      throw error;
    }
  }

  /** The last span takes what was written after its last frame: outcomes and the final score. */
  #withTail(index: number, span: Span): Span {
    return index === this.#file.spans.length - 1 ? { start: span.start, end: 2n ** 63n } : span;
  }

  /** Whether a span's frames are at hand: read, and not let go since for want of memory. */
  #here(span: number): boolean {
    if (this.#state[span] !== 'here') return false;
    const ticks = this.#ticks[span];
    if (!ticks || (this.#store.has(ticks.first) && this.#store.has(ticks.last))) return true;
    this.#state[span] = 'absent';
    return false;
  }

  /** The span that holds a tick: the last one that starts at or before it. */
  #spanOf(tick: number): number {
    let found = 0;
    for (let low = 0, high = this.#file.spans.length - 1; low <= high;) {
      const middle = (low + high) >> 1;
      if (this.#tickOf(this.#file.spans[middle]!.start) <= tick) {
        found = middle;
        low = middle + 1;
      } else high = middle - 1;
    }
    return found;
  }

  #tickOf(time: bigint): number {
    return Number((time + this.#tickNs / 2n) / this.#tickNs);
  }
}

function parse(data: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(data));
}
