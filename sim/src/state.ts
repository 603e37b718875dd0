/**
 * The bytes of everything that the world remembers beside Rapier's snapshot. Each part writes itself with `save` and reads
 * itself back with `load`, in the same order; the same bytes, hashed, are the state hash. So what is forgotten in a keyframe
 * is missing from the hash too, and the sync test sees it.
 */
export class StateWriter {
  #view = new DataView(new ArrayBuffer(4096));
  #length = 0;

  f64(value: number): void {
    const at = this.#length;
    if (at + 8 > this.#view.byteLength) this.#grow(8);
    this.#view.setFloat64(at, value, true);
    this.#length = at + 8;
  }

  u32(value: number): void {
    const at = this.#length;
    if (at + 4 > this.#view.byteLength) this.#grow(4);
    this.#view.setUint32(at, value, true);
    this.#length = at + 4;
  }

  bool(value: boolean): void {
    this.u32(value ? 1 : 0);
  }

  /** Text as UTF-16 code units behind its length. */
  text(value: string): void {
    this.u32(value.length);
    for (let i = 0; i < value.length; i++) this.u32(value.charCodeAt(i));
  }

  bytes(value: Uint8Array): void {
    this.u32(value.length);
    if (this.#length + value.length > this.#view.byteLength) this.#grow(value.length);
    new Uint8Array(this.#view.buffer).set(value, this.#length);
    this.#length += value.length;
  }

  /** What has been written, as a view that the next write may change. */
  view(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#length);
  }

  /** Forgets what was written, keeps the memory. */
  clear(): void {
    this.#length = 0;
  }

  #grow(bytes: number): void {
    const larger = new Uint8Array(Math.max(2 * this.#view.byteLength, this.#length + bytes));
    larger.set(this.view());
    this.#view = new DataView(larger.buffer);
  }
}

/** Reads what a `StateWriter` wrote. Throws RangeError past the end. */
export class StateReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  f64(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  bool(): boolean {
    return this.u32() !== 0;
  }

  text(): string {
    let text = '';
    for (let length = this.u32(); length > 0; length--) text += String.fromCharCode(this.u32());
    return text;
  }

  bytes(): Uint8Array {
    const length = this.u32();
    const bytes = new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at, length);
    this.#at += length;
    return new Uint8Array(bytes);
  }

  /** Whether everything has been read. */
  done(): boolean {
    return this.#at === this.#view.byteLength;
  }
}

/** A part of the world that a keyframe holds. */
export interface Saved {
  save(writer: StateWriter): void;
  load(reader: StateReader): void;
}
