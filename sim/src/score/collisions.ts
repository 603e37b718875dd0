import type { Saved, StateReader, StateWriter } from '../state.ts';

/** s without touching after which the same pair counts as colliding anew. */
const FORGET = 2;

/** Tells new collisions from bodies that go on touching: a pair counts once until it has been apart for two seconds. */
export class CollisionMemory implements Saved {
  /** In the order of their first touch: deterministic, since contacts come sorted. */
  #pairs: { a: number; b: number; last: number }[] = [];

  /** Whether this touch, at `time` s, is a new collision of the two. */
  touch(a: number, b: number, time: number): boolean {
    const pair = this.#pairs.find((known) => known.a === a && known.b === b);
    if (pair) {
      pair.last = time;
      return false;
    }
    this.#pairs.push({ a, b, last: time });
    return true;
  }

  /** Forgets pairs that have been apart for long enough. */
  forget(time: number): void {
    if (this.#pairs.length > 0) this.#pairs = this.#pairs.filter((pair) => time - pair.last < FORGET);
  }

  save(writer: StateWriter): void {
    writer.u32(this.#pairs.length);
    for (const { a, b, last } of this.#pairs) {
      writer.u32(a);
      writer.u32(b);
      writer.f64(last);
    }
  }

  load(reader: StateReader): void {
    this.#pairs = Array.from({ length: reader.u32() }, () => ({
      a: reader.u32(),
      b: reader.u32(),
      last: reader.f64(),
    }));
  }
}
