/** Deeper values are refused: no message of ours comes near, and recursion stays far from the end of the stack. */
const MAX_DEPTH = 64;

/** Short ASCII strings met before, by a hash: field names and words come again in every message. A memo, bounded, of no effect but speed. */
const words: (string | undefined)[] = new Array<string | undefined>(512);
const SHORT = 24;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The value of plain MessagePack bytes: nil, booleans, numbers, UTF-8 strings, binary, arrays and maps with string keys.
 * It is written for bytes that nobody vouches for: no extension types, no code made from data, no memory taken for what
 * a length merely promises. Integers beyond 2^53 lose precision; binary is a view into `bytes`.
 * @throws RangeError when the bytes are not exactly one such value, nested at most 64 deep.
 */
export function decodeMsgpack(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new RangeError(`${bytes.length - reader.at} bytes follow the value`);
  return value;
}

class Reader {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next value. `depth` counts the arrays and maps around it. */
  value(depth: number): unknown {
    const at = this.#skip(1);
    const token = this.#bytes[at] as number;
    if (token < 0x80) return token;
    if (token < 0x90) return this.#map(token & 0x0f, depth);
    if (token < 0xa0) return this.#array(token & 0x0f, depth);
    if (token < 0xc0) return this.#string(token & 0x1f);
    if (token >= 0xe0) return token - 0x100;
    switch (token) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#binary(this.#u8());
      case 0xc5:
        return this.#binary(this.#u16());
      case 0xc6:
        return this.#binary(this.#u32());
      case 0xca:
        return this.#view.getFloat32(this.#skip(4));
      case 0xcb:
        return this.#view.getFloat64(this.#skip(8));
      case 0xcc:
        return this.#u8();
      case 0xcd:
        return this.#u16();
      case 0xce:
        return this.#u32();
      case 0xcf:
        return this.#u32() * 2 ** 32 + this.#u32();
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return this.#view.getInt32(this.#skip(4)) * 2 ** 32 + this.#u32();
      case 0xd9:
        return this.#string(this.#u8());
      case 0xda:
        return this.#string(this.#u16());
      case 0xdb:
        return this.#string(this.#u32());
      case 0xdc:
        return this.#array(this.#u16(), depth);
      case 0xdd:
        return this.#array(this.#u32(), depth);
      case 0xde:
        return this.#map(this.#u16(), depth);
      case 0xdf:
        return this.#map(this.#u32(), depth);
      default: {
        const name =
          token === 0xc1
            ? 'the byte 0xc1, which has no meaning,'
            : 'an extension type, which the protocol has none of,';
        throw new RangeError(`${name} stands at byte ${at}`);
      }
    }
  }

  #array(length: number, depth: number): unknown[] {
    this.#room(length, depth);
    const array: unknown[] = [];
    for (let i = 0; i < length; i++) array.push(this.value(depth + 1));
    return array;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    this.#room(2 * length, depth);
    const map: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const at = this.at;
      const key = this.value(MAX_DEPTH);
      if (typeof key !== 'string') throw new RangeError(`the map key at byte ${at} is not a string`);
      const value = this.value(depth + 1);
      // As JSON.parse does: a field of this name must not become the object's prototype.
      if (key === '__proto__')
        Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
      else map[key] = value;
    }
    return map;
  }

  /** Refuses what cannot follow: each item takes a byte at least. */
  #room(items: number, depth: number): void {
    if (depth >= MAX_DEPTH) throw new RangeError(`the value is nested more than ${MAX_DEPTH} deep`);
    if (items > this.#bytes.length - this.at) throw new RangeError(`the bytes end before the ${items} values promised`);
  }

  #string(length: number): string {
    const start = this.#skip(length);
    const bytes = this.#bytes;
    if (length === 0 || length > SHORT) return utf8.decode(bytes.subarray(start, start + length));
    const slot = (length * 31 + (bytes[start] as number) * 7 + (bytes[start + length - 1] as number)) & 511;
    const known = words[slot];
    if (known !== undefined && known.length === length) {
      let i = 0;
      while (i < length && known.charCodeAt(i) === bytes[start + i]) i++;
      if (i === length) return known;
    }
    const text = utf8.decode(bytes.subarray(start, start + length));
    // As many characters as bytes: ASCII alone.
    if (text.length === length) words[slot] = text;
    return text;
  }

  #binary(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  #u8(): number {
    return this.#bytes[this.#skip(1)] as number;
  }

  #u16(): number {
    return this.#view.getUint16(this.#skip(2));
  }

  #u32(): number {
    return this.#view.getUint32(this.#skip(4));
  }

  /** Where the next `length` bytes start; they are taken. */
  #skip(length: number): number {
    const start = this.at;
    if (length > this.#bytes.length - start)
      throw new RangeError(`the bytes end ${start + length - this.#bytes.length} too soon`);
    this.at = start + length;
    return start;
  }
}
