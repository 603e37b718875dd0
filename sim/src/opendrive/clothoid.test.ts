import { describe, expect, test } from 'vitest';
import { Clothoid, type LinePose } from './clothoid.ts';

/** The end of a clothoid by Simpson's rule with so many steps that its error is far below the tolerance. */
function simpson(heading: number, length: number, from: number, to: number): [x: number, y: number] {
  const steps = 200_000;
  let [x, y] = [0, 0];
  for (let i = 0; i <= steps; i++) {
    const s = (length * i) / steps;
    const angle = heading + from * s + ((to - from) * s * s) / (2 * length);
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    x += weight * Math.cos(angle);
    y += weight * Math.sin(angle);
  }
  return [(x * length) / (3 * steps), (y * length) / (3 * steps)];
}

function endOf(clothoid: Clothoid, length: number): LinePose {
  const out = { x: 0, y: 0, heading: 0 };
  clothoid.at(length, out);
  return out;
}

describe('a clothoid', () => {
  // Fresnel integrals, Abramowitz and Stegun, table 7.7: the clothoid whose heading is pi/2 s^2.
  test.each([
    [0.5, 0.4923442258714464, 0.0647324328599993],
    [1, 0.7798934003768228, 0.4382591473903548],
    [2, 0.4882534060753408, 0.3434156783636982],
    [5, 0.5636311887040122, 0.4991913819171169],
  ])('ends where the Fresnel integrals of %s say, to 1e-12', (length, c, s) => {
    const { x, y } = endOf(new Clothoid({ x: 0, y: 0, heading: 0 }, length, 0, Math.PI * length), length);
    expect(Math.abs(x - c)).toBeLessThan(1e-12);
    expect(Math.abs(y - s)).toBeLessThan(1e-12);
  });

  test.each([
    [0.3, 50, 0, 0.02],
    [-2, 75, 0.02, -0.02],
    [3, 120, -0.05, 0.001],
    [0, 400, 0.03, 0.04],
  ])(
    'from heading %s, %s m long, curvature %s to %s, ends where Simpson says, to a nanometre',
    (heading, length, from, to) => {
      const [x, y] = simpson(heading, length, from, to);
      const end = endOf(new Clothoid({ x: 10, y: -20, heading }, length, from, to), length);
      expect(Math.abs(end.x - 10 - x)).toBeLessThan(1e-9);
      expect(Math.abs(end.y + 20 - y)).toBeLessThan(1e-9);
      expect(end.heading).toBeCloseTo(heading + ((from + to) / 2) * length, 12);
    },
  );

  test('of constant curvature is the circle', () => {
    const end = endOf(new Clothoid({ x: 0, y: 0, heading: 0 }, 300, 0.02, 0.02), 300);
    expect(end.x).toBeCloseTo(50 * Math.sin(6), 10);
    expect(end.y).toBeCloseTo(50 * (1 - Math.cos(6)), 10);
  });

  test('is smooth where its panels meet: steps of 1 mm go on in its direction', () => {
    const clothoid = new Clothoid({ x: 0, y: 0, heading: 1 }, 100, 0, 0.1);
    const [a, b] = [
      { x: 0, y: 0, heading: 0 },
      { x: 0, y: 0, heading: 0 },
    ];
    for (let s = 0; s < 99.9; s += 0.37) {
      clothoid.at(s, a);
      clothoid.at(s + 1e-3, b);
      expect(Math.hypot(b.x - a.x, b.y - a.y)).toBeCloseTo(1e-3, 9);
      const turned = Math.atan2(b.y - a.y, b.x - a.x) - (a.heading + b.heading) / 2;
      expect(Math.cos(turned)).toBeCloseTo(1, 12);
    }
  });
});
