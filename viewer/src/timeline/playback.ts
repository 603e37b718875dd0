import type { FrameSource } from './frame-source.ts';
import type { LiveEdge } from './live-edge.ts';

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const;

/** The clock of what is shown. It knows no wall time: whoever draws tells it how much has passed. */
export class Playback {
  #source: FrameSource;
  readonly #edge: LiveEdge | null;
  #time: number;
  #playing = true;
  #speed = 1;
  #atEdge: boolean;
  #waiting = false;

  /** @param edge of a live source, null for a log. */
  constructor(source: FrameSource, edge: LiveEdge | null) {
    this.#source = source;
    this.#edge = edge;
    this.#atEdge = edge !== null;
    this.#time = edge ? this.end : this.start;
  }

  /** s of match. */
  get time(): number {
    return this.#time;
  }
  get tick(): number {
    return Math.floor(this.#time / this.tickSeconds + 1e-6);
  }
  get playing(): boolean {
    return this.#playing;
  }
  get speed(): number {
    return this.#speed;
  }
  /** Whether it follows the newest frames of a live match. */
  get atEdge(): boolean {
    return this.#atEdge;
  }
  /** Whether it stands still because the frames are not here yet. */
  get waiting(): boolean {
    return this.#waiting;
  }
  get tickSeconds(): number {
    return this.#source.record.scene.tickSeconds;
  }
  get start(): number {
    return this.#source.firstTick * this.tickSeconds;
  }
  get end(): number {
    return this.#source.lastTick * this.tickSeconds;
  }
  /** Whether everything has been shown. */
  get ended(): boolean {
    return !this.#source.growing && this.#time >= this.end - 1e-9;
  }

  play(): void {
    if (this.ended) this.#time = this.start;
    this.#playing = true;
  }

  pause(): void {
    this.#playing = false;
    this.#atEdge = false;
    this.#time = Math.min(this.#time, this.end);
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  /** @param speed 0.25..8; what lies outside is clamped. */
  setSpeed(speed: number): void {
    this.#speed = Math.max(SPEEDS[0], Math.min(SPEEDS.at(-1)!, speed));
    if (this.#speed !== 1) this.#atEdge = false;
  }

  /** The next faster (1) or slower (-1) of the usual speeds. */
  shiftSpeed(direction: 1 | -1): void {
    const at = SPEEDS.findIndex((speed) => speed >= this.#speed);
    this.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + direction))]!);
  }

  /** Goes to a time, s; what lies outside the match is clamped. */
  seek(time: number): void {
    this.#time = Math.max(this.start, Math.min(this.end, time));
    this.#atEdge = false;
  }

  /** Whole ticks on or back, paused. */
  stepTicks(ticks: number): void {
    this.pause();
    this.seek((Math.round(this.#time / this.tickSeconds) + ticks) * this.tickSeconds);
  }

  /** Back to the newest frames. Without effect on a log. */
  goLive(): void {
    if (!this.#edge) return;
    this.#atEdge = true;
    this.#playing = true;
    this.#speed = 1;
  }

  /**
   * Lets time pass.
   * @param seconds of wall time since the last call. @param now wall time, s, any origin.
   */
  advance(seconds: number, now: number): void {
    if (!this.#playing) return;
    if (this.#atEdge && this.#edge) {
      // The first frames may have come after this clock was made.
      this.#time = this.#time < this.start ? this.end : this.#edge.follow(this.#time, seconds, now);
      if (!this.#source.growing && this.#time >= this.end) this.#stopAtEnd();
      return;
    }
    this.#waiting = this.#source.around(this.#time / this.tickSeconds) === null;
    if (this.#waiting) return;
    this.#time += seconds * this.#speed;
    if (this.#time < this.end) return;
    if (this.#source.growing && this.#edge) this.goLive();
    else if (!this.#source.growing) this.#stopAtEnd();
    this.#time = Math.min(this.#time, this.end);
  }

  #stopAtEnd(): void {
    this.#time = this.end;
    this.#playing = false;
    this.#atEdge = false;
  }
}
