import { expect, test } from 'vitest';
import { beside, PlanView, turned, type PlanElement, type PlanPose } from './plan-view.ts';

const ORIGIN: PlanPose = { x: 0, y: 0, heading: 0 };

type Curve = Extract<PlanElement, { kind: 'paramPoly3' }>;

/** Points of a cubic curve by its definition. */
function pointsOf({ start, u, v }: Curve, count = 1000): [number, number][] {
  return Array.from({ length: count + 1 }, (_, i) => {
    const p = i / count;
    const [du, dv] = [u, v].map(([a, b, c, d]) => a + b * p + c * p ** 2 + d * p ** 3) as [number, number];
    return [
      start.x + du * Math.cos(start.heading) - dv * Math.sin(start.heading),
      start.y + du * Math.sin(start.heading) + dv * Math.cos(start.heading),
    ];
  });
}

/** Radius of the circle through three points, m. */
function radius([a, b, c]: [number, number][]): number {
  const side = (p: [number, number], q: [number, number]): number => Math.hypot(p[0] - q[0], p[1] - q[1]);
  if (!a || !b || !c) throw new Error('three points');
  const area = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2;
  return (side(a, b) * side(b, c) * side(c, a)) / (4 * area);
}

test('a quarter circle to the left ends a radius ahead and a radius to the left', () => {
  const { end, length } = new PlanView(ORIGIN).arc(50 * Math.PI, 1 / 100);
  expect([end.x, end.y, end.heading]).toEqual([
    expect.closeTo(100, 9),
    expect.closeTo(100, 9),
    expect.closeTo(Math.PI / 2, 12),
  ]);
  expect(length).toBe(50 * Math.PI);
});

test('a clothoid ends where the series of Fresnel integrals says, turned by half of length times curvature', () => {
  const [length, curvature] = [120, 1 / 150];
  const { end } = new PlanView(ORIGIN).spiral(length, 0, curvature);
  const angle = (length * curvature) / 2;
  // x = L (1 - a^2/10 + a^4/216 - ...), y = L (a/3 - a^3/42 + a^5/1320 - ...)
  expect(end.x).toBeCloseTo(length * (1 - angle ** 2 / 10 + angle ** 4 / 216 - angle ** 6 / 9360), 5);
  expect(end.y).toBeCloseTo(length * (angle / 3 - angle ** 3 / 42 + angle ** 5 / 1320 - angle ** 7 / 75600), 5);
  expect(end.heading).toBeCloseTo(angle, 12);
});

test('a bend turns by its angle, at its radius and no tighter', () => {
  const line = new PlanView(ORIGIN).bend(200, -0.9, 60);
  expect(line.end.heading).toBeCloseTo(-0.9, 12);
  expect(line.elements.map(({ kind }) => kind)).toEqual(['spiral', 'arc', 'spiral']);
  expect(() => new PlanView(ORIGIN).bend(200, 0.2, 60)).toThrow('no room for clothoids of 60 m');
});

test('a turn is as wide as its straights allow, and nowhere tighter than 0.97 of that', () => {
  for (const angle of [Math.PI / 2, -Math.PI / 2, 1, -0.6]) {
    const tangent = 10;
    const corner = { x: tangent, y: 0, heading: angle };
    const to = {
      x: corner.x + (tangent + 3) * Math.cos(angle),
      y: (tangent + 3) * Math.sin(angle),
      heading: angle,
    };
    const line = new PlanView(ORIGIN).to(to);
    const curve = line.elements.find((piece): piece is Curve => piece.kind === 'paramPoly3')!;
    const points = pointsOf(curve);
    const wide = tangent / Math.tan(Math.abs(angle) / 2);
    for (let i = 0; i + 20 < points.length; i += 10) {
      expect(radius([points[i]!, points[i + 10]!, points[i + 20]!])).toBeGreaterThan(0.97 * wide);
    }
    expect(line.end).toEqual({ x: expect.closeTo(to.x, 9), y: expect.closeTo(to.y, 9), heading: angle });
    expect(line.length).toBeCloseTo(wide * Math.abs(angle) + 3, 1);
  }
});

test('a curve is as long as its points are apart, and ends in its pose', () => {
  const to = { x: 60, y: 3, heading: 0.02 };
  const line = new PlanView(ORIGIN).to(to);
  const points = pointsOf(line.elements[0] as Curve, 20_000);
  const sum = points.slice(1).reduce((s, [x, y], i) => s + Math.hypot(x - points[i]![0], y - points[i]![1]), 0);
  expect(line.length).toBeCloseTo(sum, 6);
  expect(points.at(-1)).toEqual([expect.closeTo(60, 9), expect.closeTo(3, 9)]);
});

test('no single bend leads backwards', () => {
  expect(() => new PlanView(ORIGIN).to({ x: -10, y: -10, heading: 1 })).toThrow('no single bend leads from');
  expect(() => new PlanView(ORIGIN).arc(0, 1)).toThrow('positive length');
});

test('beside is to the left; turned looks back', () => {
  expect(beside({ x: 1, y: 2, heading: 0 }, 3)).toEqual({ x: 1, y: 5, heading: 0 });
  expect(turned({ x: 1, y: 2, heading: 0.5 }).heading).toBeCloseTo(0.5 - Math.PI, 12);
});
