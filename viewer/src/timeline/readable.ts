import type { McapTypes } from '@mcap/core';

/** Bytes are fetched in blocks of this size, so that the many small reads of an index cost few requests. */
const BLOCK = 256 * 1024;
/** Blocks kept: 16 MB. */
const KEPT = 64;

/** A log on a server, read by range requests. */
export class HttpReadable implements McapTypes.IReadable {
  readonly #url: string;
  readonly #size: number;
  readonly #blocks = new Map<number, Promise<Uint8Array>>();

  private constructor(url: string, size: number) {
    this.#url = url;
    this.#size = size;
  }

  /**
   * Opens the log; when the server does not answer ranges, the whole log comes at once, as bytes.
   * @throws Error in words for people when there is no log.
   */
  static async open(url: string): Promise<HttpReadable | Uint8Array> {
    const answer = await fetch(url, { headers: { range: `bytes=0-${BLOCK - 1}` } }).catch(() => null);
    if (!answer) throw new Error('The arena does not answer. Check that it runs, then try again.');
    if (answer.status === 404) throw new Error('This match left no log.');
    if (answer.status === 409) throw new Error('The log is served once the match has ended.');
    if (!answer.ok) throw new Error(`The log cannot be read: the arena answered ${answer.status}.`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const total = Number(/\/(\d+)$/.exec(answer.headers.get('content-range') ?? '')?.[1]);
    if (answer.status !== 206 || !Number.isFinite(total)) return bytes;
    const readable = new HttpReadable(url, total);
    readable.#blocks.set(0, Promise.resolve(bytes));
    return readable;
  }

  size(): Promise<bigint> {
    return Promise.resolve(BigInt(this.#size));
  }

  async read(offset: bigint, size: bigint): Promise<Uint8Array> {
    const from = Number(offset);
    const to = from + Number(size);
    if (to > this.#size) throw new RangeError(`the log has ${this.#size} bytes, ${from}..${to} were asked for`);
    const result = new Uint8Array(to - from);
    const first = Math.floor(from / BLOCK);
    const last = Math.floor(Math.max(from, to - 1) / BLOCK);
    const blocks = await Promise.all(Array.from({ length: last - first + 1 }, (_, i) => this.#block(first + i)));
    blocks.forEach((block, i) => {
      const start = (first + i) * BLOCK;
      const part = block.subarray(Math.max(0, from - start), Math.min(block.length, to - start));
      result.set(part, Math.max(0, start - from));
    });
    return result;
  }

  #block(index: number): Promise<Uint8Array> {
    const known = this.#blocks.get(index);
    if (known) return known;
    const start = index * BLOCK;
    const end = Math.min(this.#size, start + BLOCK) - 1;
    const block = fetch(this.#url, { headers: { range: `bytes=${start}-${end}` } }).then(async (answer) => {
      if (answer.status !== 206)
        throw new Error(`The log cannot be read: the arena answered ${answer.status} to a range.`);
      return new Uint8Array(await answer.arrayBuffer());
    });
    // A failed block is asked for again the next time.
    block.catch(() => this.#blocks.delete(index));
    this.#blocks.set(index, block);
    if (this.#blocks.size > KEPT) this.#blocks.delete(this.#blocks.keys().next().value!);
    return block;
  }
}

/** A log as a file that the person chose, or as bytes at hand. */
export class BlobReadable implements McapTypes.IReadable {
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  size(): Promise<bigint> {
    return Promise.resolve(BigInt(this.#blob.size));
  }

  async read(offset: bigint, size: bigint): Promise<Uint8Array> {
    const end = Number(offset + size);
    if (end > this.#blob.size)
      throw new RangeError(`the file has ${this.#blob.size} bytes, ${offset}..${end} were asked for`);
    return new Uint8Array(await this.#blob.slice(Number(offset), end).arrayBuffer());
  }
}
