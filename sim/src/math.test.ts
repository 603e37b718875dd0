import { describe, expect, it } from 'vitest';
import * as math from './math.ts';

const buffer = new DataView(new ArrayBuffer(8));

/** Distance in units of the last place: the bits of doubles of one sign are ordered like the doubles. */
function ulps(a: number, b: number): number {
  const order = (x: number): bigint => {
    buffer.setFloat64(0, x);
    const bits = buffer.getBigInt64(0);
    return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
  };
  const distance = order(a) - order(b);
  return Number(distance < 0n ? -distance : distance);
}

function bits(x: number): string {
  buffer.setFloat64(0, x);
  return buffer.getBigUint64(0).toString(16).padStart(16, '0');
}

const ANGLES = Array.from({ length: 401 }, (_, i) => (i - 200) * 0.0731 + 0.00123);
const UNIT = Array.from({ length: 201 }, (_, i) => (i - 100) / 100);
const POSITIVE = Array.from({ length: 200 }, (_, i) => 0.013 * (i + 1) * (i + 1));

describe('sim/math', () => {
  it.each([
    ['sin', math.sin, Math.sin, ANGLES],
    ['cos', math.cos, Math.cos, ANGLES],
    ['tan', math.tan, Math.tan, ANGLES],
    ['atan', math.atan, Math.atan, ANGLES],
    ['exp', math.exp, Math.exp, ANGLES],
    ['asin', math.asin, Math.asin, UNIT],
    ['acos', math.acos, Math.acos, UNIT],
    ['log', math.log, Math.log, POSITIVE],
  ] as const)('%s is within two units of the last place of the engine', (_, ours, engine, values) => {
    for (const x of values) expect(ulps(ours(x), engine(x)), `at ${x}`).toBeLessThanOrEqual(2);
  });

  it('atan2 and pow are within two units of the last place of the engine', () => {
    for (const x of ANGLES) {
      for (const y of [-3, -0.2, 0.7, 11]) {
        expect(ulps(math.atan2(y, x), Math.atan2(y, x)), `atan2(${y}, ${x})`).toBeLessThanOrEqual(2);
        expect(ulps(math.pow(Math.abs(x), y), Math.abs(x) ** y), `pow(${x}, ${y})`).toBeLessThanOrEqual(2);
      }
    }
  });

  // PINNED: what any machine must give, bit for bit.
  it.each([
    ['sin(1)', math.sin(1), '3feaed548f090cee'],
    ['cos(1)', math.cos(1), '3fe14a280fb5068c'],
    ['tan(0.6)', math.tan(0.6), '3fe5e472e03a280c'],
    ['atan2(1, 3)', math.atan2(1, 3), '3fd4978fa3269ee1'],
    ['asin(0.3)', math.asin(0.3), '3fd380159e14f6ff'],
    ['acos(0.3)', math.acos(0.3), '3ff441f5ecbeef58'],
    ['exp(-2.5)', math.exp(-2.5), '3fb50385c094f425'],
    ['log(10)', math.log(10), '40026bb1bbb55516'],
    ['pow(0.7, 4.1)', math.pow(0.7, 4.1), '3fcda7ecc145818c'],
    ['sin(1e6)', math.sin(1e6), 'bfd6664b2568d867'],
  ])('%s has exactly these bits', (_, value, expected) => {
    expect(bits(value)).toBe(expected);
  });

  it('wraps angles into (-pi, pi]', () => {
    expect(math.wrapAngle(Math.PI)).toBe(Math.PI);
    expect(math.wrapAngle(-Math.PI)).toBe(Math.PI);
    expect(math.wrapAngle(0)).toBe(0);
    for (const x of ANGLES) {
      const wrapped = math.wrapAngle(x);
      expect(wrapped > -Math.PI && wrapped <= Math.PI).toBe(true);
      expect(Math.cos(wrapped)).toBeCloseTo(Math.cos(x), 12);
      expect(Math.sin(wrapped)).toBeCloseTo(Math.sin(x), 12);
    }
  });

  it('clamps, and takes the root of a sum of squares', () => {
    expect([math.clamp(-2, -1, 1), math.clamp(0.5, -1, 1), math.clamp(2, -1, 1)]).toEqual([-1, 0.5, 1]);
    expect(math.hypot(3, -4)).toBe(5);
  });
});
