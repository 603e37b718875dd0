import { describe, expect, test } from 'vitest';
import { CubicCurve, parameterAtLength, STRAIGHT, type Cubic } from './cubic-curve.ts';

/** m along the parabola v = c u^2 from 0 to u, by the closed form. */
function parabola(c: number, u: number): number {
  const k = 2 * c * u;
  return (k * Math.sqrt(1 + k * k) + Math.asinh(k)) / (4 * c);
}

const at = (curve: CubicCurve, s: number) => {
  const out = { x: 0, y: 0, heading: 0 };
  curve.at(s, out);
  return out;
};

describe('a cubic curve', () => {
  test.each([0.001, 0.02, 0.3])('a parabola of %s u^2 is as long as its closed form says', (c) => {
    expect(new CubicCurve(STRAIGHT, [0, 0, c, 0], 40, 40).length).toBeCloseTo(parabola(c, 40), 6);
  });

  test('is walked by arc length: the place after s metres is where the closed form of the parabola has come s metres', () => {
    const curve = new CubicCurve(STRAIGHT, [0, 0, 0.02, 0], 40, 40);
    for (let s = 0; s <= curve.length; s += 1.3) {
      const { x, y, heading } = at(curve, s);
      expect(parabola(0.02, x)).toBeCloseTo(s, 6);
      expect(y).toBeCloseTo(0.02 * x * x, 9);
      expect(Math.tan(heading)).toBeCloseTo(0.04 * x, 9);
    }
  });

  test('of u and v goes through its polynomial, its length is that of a fine polyline', () => {
    const u: Cubic = [0, 30, -4, 2];
    const v: Cubic = [0, 0, 25, -9];
    const curve = new CubicCurve(u, v, 1, 40);
    const point = (p: number): [number, number] => [30 * p - 4 * p * p + 2 * p ** 3, 25 * p * p - 9 * p ** 3];
    let length = 0;
    for (let i = 0; i < 100_000; i++) {
      const [a, b] = [point(i / 100_000), point((i + 1) / 100_000)];
      length += Math.hypot(b[0] - a[0], b[1] - a[1]);
    }
    expect(curve.length).toBeCloseTo(length, 6);
    const end = at(curve, curve.length);
    expect([end.x, end.y]).toEqual([expect.closeTo(28, 6), expect.closeTo(16, 6)]);
    expect(end.heading).toBeCloseTo(Math.atan2(50 - 27, 30 - 8 + 6), 6);
  });

  test('poly3: the parameter that a length leads to gives back that length', () => {
    const v: Cubic = [0, 0.2, -0.01, 0.0004];
    const end = parameterAtLength(v, 60);
    expect(end).toBeLessThan(60);
    expect(new CubicCurve(STRAIGHT, v, end, 60).length).toBeCloseTo(60, 6);
  });
});
