/** The place of the watchers' frame among the messages of a match, whose connections count from 1. */
export const WATCHERS = 0;

/**
 * Gathers binary messages, so that what one turn of an event loop has to say crosses threads as one block of bytes: moving or copying
 * one buffer costs a fraction of many. A block is, as unsigned 32-bit little-endian: the number of messages, then connection and
 * length of each; then the messages.
 */
export class MessageBatch {
  #connections: number[] = [];
  #messages: Uint8Array[] = [];
  #length = 0;

  /** Keeps a reference: the bytes must not change until `take`. */
  add(connection: number, bytes: Uint8Array): void {
    this.#connections.push(connection);
    this.#messages.push(bytes);
    this.#length += bytes.length;
  }

  /** The block of all since the last time, in a buffer of its own, or null when there is nothing. */
  take(): Uint8Array<ArrayBuffer> | null {
    const count = this.#messages.length;
    if (count === 0) return null;
    const block = new Uint8Array(4 + 8 * count + this.#length);
    const view = new DataView(block.buffer);
    view.setUint32(0, count, true);
    let at = 4 + 8 * count;
    for (let i = 0; i < count; i++) {
      const message = this.#messages[i] as Uint8Array;
      view.setUint32(4 + 8 * i, this.#connections[i] as number, true);
      view.setUint32(8 + 8 * i, message.length, true);
      block.set(message, at);
      at += message.length;
    }
    this.#connections = [];
    this.#messages = [];
    this.#length = 0;
    return block;
  }
}

/** Calls back for each message of a block, in order, with a view of its bytes. */
export function eachMessage(
  block: Uint8Array<ArrayBuffer>,
  visit: (connection: number, bytes: Uint8Array<ArrayBuffer>) => void,
): void {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const count = view.getUint32(0, true);
  let at = 4 + 8 * count;
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(8 + 8 * i, true);
    visit(view.getUint32(4 + 8 * i, true), block.subarray(at, at + length));
    at += length;
  }
}
