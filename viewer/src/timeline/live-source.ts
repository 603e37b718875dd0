import { decodeFrame, type Scene } from '@gauntlet/agents-sdk/protocol';
import { MatchRecord } from '../state/match-record.ts';
import type { FramePair } from '../state/sample.ts';
import type { FrameSource } from './frame-source.ts';
import { FrameStore } from './frame-store.ts';
import { LiveEdge } from './live-edge.ts';

/** A match that is being played: frames are pushed in as they come, and all of them can be scrubbed back to. */
export class LiveSource implements FrameSource {
  readonly kind = 'live';
  readonly record: MatchRecord;
  readonly edge = new LiveEdge();
  readonly header: ReadonlyMap<string, string> = new Map();
  readonly loaded = 1;
  readonly problem = null;
  #growing = true;
  readonly #store = new FrameStore();

  constructor(scene: Scene) {
    this.record = new MatchRecord(scene);
  }

  get firstTick(): number {
    return this.#store.firstTick;
  }
  get lastTick(): number {
    return this.#store.lastTick;
  }
  get growing(): boolean {
    return this.#growing;
  }

  /** @param bytes of `encodeFrame`. @param now wall time of arrival, s, any origin. */
  push(bytes: Uint8Array, now: number): void {
    const frame = decodeFrame(bytes);
    this.record.ingest(frame);
    this.#store.put(frame, bytes);
    this.edge.arrived(frame.tick * this.record.scene.tickSeconds, now);
  }

  /** Takes in what a new connection tells: entities that came while it was cut. */
  resync(scene: Scene): void {
    for (const entity of scene.entities) this.record.descriptions.set(entity.id, entity);
  }

  /** No more frames will come. */
  end(): void {
    this.#growing = false;
  }

  around(tick: number): FramePair | null {
    return this.#store.around(tick);
  }

  close(): void {
    this.end();
  }
}
