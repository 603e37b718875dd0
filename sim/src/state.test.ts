import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from './state.ts';

const entry = fc.oneof(
  fc.record({ kind: fc.constant('f64' as const), value: fc.double() }),
  fc.record({ kind: fc.constant('u32' as const), value: fc.nat(0xffffffff) }),
  fc.record({ kind: fc.constant('bool' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'binary' }) }),
  fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 6000 }) }),
);
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

function write(entries: readonly Entry[], writer = new StateWriter()): Uint8Array {
  for (const { kind, value } of entries) {
    if (kind === 'f64') writer.f64(value);
    else if (kind === 'u32') writer.u32(value);
    else if (kind === 'bool') writer.bool(value);
    else if (kind === 'text') writer.text(value);
    else writer.bytes(value);
  }
  return writer.view();
}

describe('StateWriter and StateReader', () => {
  it('give back what was written, in order, and nothing is left', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        const reader = new StateReader(write(entries));
        for (const { kind, value } of entries) expect(reader[kind]()).toEqual(value);
        expect(reader.done()).toBe(true);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('write the same bytes again after clear', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), fc.array(entry, { maxLength: 20 }), (first, second) => {
        const writer = new StateWriter();
        write(first, writer);
        writer.clear();
        expect(Uint8Array.from(write(second, writer))).toEqual(Uint8Array.from(write(second)));
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  it('keep every bit of a double, of Rapier handles too, which are denormal', () => {
    const values = [5e-324, -0, 1.5e-323, Number.MAX_VALUE, -Infinity];
    const writer = new StateWriter();
    for (const value of values) writer.f64(value);
    const reader = new StateReader(writer.view());
    for (const value of values) expect(Object.is(reader.f64(), value)).toBe(true);
  });

  it('hand out bytes that later reads and writes leave alone', () => {
    const writer = new StateWriter();
    writer.bytes(Uint8Array.of(1, 2, 3));
    const bytes = new StateReader(writer.view()).bytes();
    writer.clear();
    writer.bytes(Uint8Array.of(9, 9, 9));
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('throw RangeError past the end', () => {
    const writer = new StateWriter();
    writer.u32(1);
    const reader = new StateReader(writer.view());
    expect(() => reader.f64()).toThrow(RangeError);
  });
});
