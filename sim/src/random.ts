import { sha256 } from '@noble/hashes/sha2.js';
import type { Saved, StateReader, StateWriter } from './state.ts';

/**
 * A named random stream: xoshiro128** 1.1 (Blackman and Vigna, 2018; public domain), seeded with SHA-256 of the match seed
 * and the stream's name. Streams are independent, so that a new user of one never shifts the numbers of another.
 */
export class Random implements Saved {
  readonly #s = new Uint32Array(4);

  /** @param seed unsigned 64-bit, decimal. @param stream what the numbers are for, such as `traffic/north`. */
  constructor(seed: string, stream: string) {
    const text = `${seed}/${stream}`;
    const codes = new Uint8Array(text.length * 2);
    const view = new DataView(codes.buffer);
    for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), true);
    const digest = new DataView(sha256(codes).buffer);
    for (let i = 0; i < 4; i++) this.#s[i] = digest.getUint32(i * 4, true);
  }

  /** A stream that starts from a given state, for tests against published vectors. */
  static fromState(state: readonly [number, number, number, number]): Random {
    const random = new Random('0', '');
    random.#s.set(state);
    return random;
  }

  /** The next unsigned 32-bit number. */
  u32(): number {
    const s = this.#s as unknown as [number, number, number, number];
    const result = Math.imul(rotl(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1), with 53 bits. */
  unit(): number {
    return ((this.u32() >>> 5) * 67108864 + (this.u32() >>> 6)) / 9007199254740992;
  }

  /** Uniform in [min, max). */
  between(min: number, max: number): number {
    return min + (max - min) * this.unit();
  }

  /** A whole number, uniform in 0..count - 1. */
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }

  /**
   * Standard normal, by the sum of twelve uniforms less six (Irwin-Hall): exact arithmetic only, tails end at +-6,
   * variance 1, kurtosis -0.1.
   */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.u32() / 4294967296;
    return sum;
  }

  save(writer: StateWriter): void {
    for (const word of this.#s) writer.u32(word);
  }

  load(reader: StateReader): void {
    for (let i = 0; i < 4; i++) this.#s[i] = reader.u32();
  }
}

function rotl(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
