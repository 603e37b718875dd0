import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { decodeValue } from './codec.ts';
import { GauntletError } from './errors.ts';
import { AgentMessage } from './messages.ts';
import { decodeMsgpack } from './msgpack.ts';
import { checker } from './validate.ts';

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.replace(/\s/g, '').match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

function refusal(bytes: Uint8Array): GauntletError {
  try {
    decodeValue(bytes, 'gauntlet.v1.msgpack');
  } catch (error) {
    if (error instanceof GauntletError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

test('it reads what msgpackr writes of plain data', () => {
  const packr = new Packr({ useRecords: false });
  const plain = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.array(tie('value'), { maxLength: 20 }),
      fc
        .dictionary(fc.string(), tie('value'), { maxKeys: 20, noNullPrototype: true })
        .filter((map) => !Object.hasOwn(map, '__proto__')),
    ),
  })).value;
  fc.assert(
    fc.property(plain, (value) => {
      expect(decodeMsgpack(packr.pack(value))).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

// From the table of the MessagePack specification; the same values in every form that a library of another language may choose.
describe('every form of the specification that has no extension type', () => {
  test.each<[string, string, unknown]>([
    ['nil', 'c0', null],
    ['false, true', '92 c2 c3', [false, true]],
    ['positive fixint', '7f', 127],
    ['negative fixint', 'e0', -32],
    ['uint 8', 'cc 05', 5],
    ['uint 16', 'cd 0005', 5],
    ['uint 32', 'ce ffffffff', 4294967295],
    ['uint 64', 'cf 001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['int 8', 'd0 80', -128],
    ['int 16', 'd1 8000', -32768],
    ['int 32', 'd2 80000000', -2147483648],
    ['int 64', 'd3 ffffffffffffffff', -1],
    ['int 64, least safe', 'd3 ffe0000000000001', Number.MIN_SAFE_INTEGER],
    ['float 32', 'ca 3fc00000', 1.5],
    ['float 64', 'cb 3ff8000000000000', 1.5],
    ['fixstr', 'a2 c3a4', 'ä'],
    ['str 8', 'd9 03 616263', 'abc'],
    ['str 16', 'da 0003 616263', 'abc'],
    ['str 32', 'db 00000003 616263', 'abc'],
    ['bin 8', 'c4 02 0102', Uint8Array.of(1, 2)],
    ['bin 16', 'c5 0002 0102', Uint8Array.of(1, 2)],
    ['bin 32', 'c6 00000002 0102', Uint8Array.of(1, 2)],
    ['array 16', 'dc 0002 01 02', [1, 2]],
    ['array 32', 'dd 00000002 01 02', [1, 2]],
    ['fixmap', '81 a1 61 01', { a: 1 }],
    ['map 16', 'de 0001 a1 61 01', { a: 1 }],
    ['map 32', 'df 00000001 a1 61 01', { a: 1 }],
  ])('%s', (_, bytes, value) => expect(decodeMsgpack(hex(bytes))).toEqual(value));
});

describe('what only msgpackr understands, and what is no MessagePack, is bad-message', () => {
  const rich = new Packr({ moreTypes: true, structuredClone: true });
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  test.each<[string, Uint8Array]>([
    ['a record', new Packr({ useRecords: true }).pack([{ a: 1, b: 2 }])],
    ['a Set', rich.pack(new Set([1]))],
    ['a RegExp', rich.pack(/(a+)+$/)],
    ['an Error', rich.pack(new TypeError('x'))],
    ['a typed array', rich.pack(new Float64Array([1]))],
    ['a structured clone with a cycle', rich.pack(cyclic)],
    ['a date', rich.pack(new Date(1e12))],
    ['a big integer', new Packr({ useBigIntExtension: true }).pack(2n ** 80n)],
    ['bundled strings', new Packr({ useRecords: false, bundleStrings: true }).pack({ a: 'text', b: 'text' })],
    ['undefined', new Packr({ useRecords: false }).pack([undefined])],
    ['0xc1', hex('c1')],
    ['a timestamp of another library', hex('d6 ff 00000001')],
    ['a map with an integer key', hex('81 01 02')],
    ['a map with a map as key', hex('81 80 02')],
    ['broken UTF-8', hex('a1 ff')],
    ['nothing', hex('')],
    ['two values', hex('01 02')],
    ['a value cut short', hex('cb 3ff8')],
    ['a string cut short', hex('a5 6162')],
    ['a map cut short', hex('82 a1 61 01')],
  ])('%s', (_, bytes) => {
    const { code, expected, actual } = refusal(bytes);
    expect({ code, expected }).toEqual({ code: 'bad-message', expected: 'one MessagePack value' });
    expect(actual).toContain(`${bytes.length} bytes`);
  });
});

test('a huge declared length takes neither memory nor time', () => {
  const before = process.memoryUsage().heapUsed;
  for (const lie of ['dd ffffffff', 'df ffffffff', 'db ffffffff', 'c6 ffffffff', 'dd 0000ffff 01', 'dc ffff']) {
    expect(refusal(hex(lie)).code).toBe('bad-message');
  }
  // Arrays in arrays, each of which promises all the bytes that are left.
  const nested = new Uint8Array(64 * 1024);
  const view = new DataView(nested.buffer);
  for (let at = 0; at + 5 <= nested.length; at += 5) {
    view.setUint8(at, 0xdd);
    view.setUint32(at + 1, nested.length - at - 5);
  }
  expect(refusal(nested).code).toBe('bad-message');
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(32e6);
});

test('deep nesting is refused in msgpack; in JSON it fails the check; neither overflows the stack', () => {
  expect(refusal(new Uint8Array(65_000).fill(0x91)).message).toContain('nested more than 64 deep');
  const deepMaps = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from([0x81, 0xa1, 0x61])));
  expect(refusal(deepMaps).message).toContain('nested more than 64 deep');
  expect(decodeMsgpack(Uint8Array.from([...new Array<number>(64).fill(0x91), 0xc0]))).toBeInstanceOf(Array);
  const check = checker(AgentMessage);
  for (const text of [
    '['.repeat(30_000) + ']'.repeat(30_000),
    `{"type":"ready","x":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  ]) {
    let value: unknown;
    try {
      value = decodeValue(text, 'gauntlet.v1.json');
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-message' });
      continue;
    }
    expect(() => check(value)).toThrow(expect.objectContaining({ code: 'invalid-message' }) as Error);
  }
});

test('a field named __proto__ pollutes nothing and is refused as unknown', () => {
  const check = checker(AgentMessage);
  const polluted = '{"type":"ready","__proto__":{"polluted":true}}';
  const asBytes = Buffer.concat([
    hex('82 a4'),
    Buffer.from('type'),
    hex('a5'),
    Buffer.from('ready'),
    hex('a9'),
    Buffer.from('__proto__'),
    hex('81 a8'),
    Buffer.from('polluted'),
    hex('c3'),
  ]);
  for (const value of [decodeValue(polluted, 'gauntlet.v1.json'), decodeValue(asBytes, 'gauntlet.v1.msgpack')]) {
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect((value as { polluted?: boolean }).polluted).toBeUndefined();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(() => check(value)).toThrow(expect.objectContaining({ code: 'invalid-message' }) as Error);
  }
  for (const key of ['constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    expect(() => check({ type: 'ready', [key]: {} })).toThrow(
      expect.objectContaining({ path: `/${key}`, expected: 'no such field' }) as Error,
    );
  }
});
