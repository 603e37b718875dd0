import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { damped, deflectHeld, deflectLateral, gain, slipFor } from './tyre.ts';

const DT = 1 / 60;

describe('brush tyre', () => {
  it('has unit slip stiffness 3 at no slip, and slides with all its grip from slip 1 on', () => {
    expect(gain(0)).toBe(3);
    expect(gain(1)).toBe(1);
    for (const slip of [1, 1.5, 4]) expect(slip * gain(slip)).toBeCloseTo(1, 12);
    // Pacejka's polynomial, 3 s - 3 s^2 + s^3.
    for (const slip of [0.1, 0.5, 0.9]) expect(slip * gain(slip)).toBeCloseTo(3 * slip - 3 * slip ** 2 + slip ** 3, 12);
  });

  it('never leaves the friction circle, and gives the wanted force along the wheel where slip can', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (demand, sy) => {
          const sx = slipFor(demand, sy);
          const total = Math.hypot(sx, sy);
          const fx = gain(total) * sx;
          const fy = gain(total) * sy;
          expect(Math.hypot(fx, fy)).toBeLessThanOrEqual(1 + 1e-12);
          expect(Math.abs(sx)).toBeLessThanOrEqual(1);
          expect(fx * demand).toBeGreaterThanOrEqual(0);
          const most = gain(Math.hypot(1, sy));
          const wanted = Math.min(Math.abs(demand), most);
          expect(Math.abs(fx)).toBeLessThanOrEqual(most + 1e-12);
          // Short of the limit only by what four Newton steps leave near full sliding.
          expect(Math.abs(Math.abs(fx) - wanted)).toBeLessThan(wanted > 0.85 * most ? 0.03 : 1e-3);
        },
      ),
      { seed: 2, numRuns: 2000 },
    );
  });

  it('gives the wanted force exactly in the range of everyday driving', () => {
    for (const demand of [0.001, 0.02, 0.1, 0.3, 0.5]) {
      for (const sy of [0, 0.1, 0.3]) {
        const sx = slipFor(demand, sy);
        expect(Math.abs(gain(Math.hypot(sx, sy)) * sx - demand)).toBeLessThan(2e-4);
        expect(slipFor(-demand, sy)).toBe(-sx);
      }
    }
  });

  it('deflects to the slip angle times the relaxation length while it rolls', () => {
    let deflection = 0;
    for (let i = 0; i < 300; i++) deflection = deflectLateral(deflection, -0.4, 20, 0.4, 0.1, DT);
    expect(deflection).toBeCloseTo((-0.4 / 20) * 0.4, 9);
  });

  it('is a spring at standstill, which gives way where the patch slides', () => {
    expect(deflectLateral(0, 0.3, 0, 0.4, 0.1, DT)).toBeCloseTo(0.3 * DT, 12);
    expect(deflectLateral(0.02, 0, 0, 0.4, 0.1, DT)).toBe(0.02);
    expect(deflectLateral(0.099, 0.1, 0, 0.4, 0.1, DT)).toBeLessThanOrEqual(0.1);
    expect(deflectHeld(0.02, 0.3, 0.021, DT)).toBe(0.021);
    expect(deflectHeld(-0.02, -0.3, 0.021, DT)).toBe(-0.021);
  });

  it('forgets its stretch when a slide ends, so that it cannot push back further than it slid', () => {
    const sliding = deflectLateral(0, 60, 0.5, 0.4, 0.1, DT);
    expect(sliding).toBeGreaterThan(0.1);
    expect(deflectLateral(sliding, 0, 0.5, 0.4, 0.1, DT)).toBeLessThanOrEqual(0.1);
  });

  it('is damped only while its deflection changes', () => {
    expect(damped(0.01, 0.01, DT)).toBe(0.01);
    expect(damped(0, 0.01, DT)).toBeGreaterThan(0.01);
    expect(damped(0.02, 0.01, DT)).toBeLessThan(0.01);
  });
});
