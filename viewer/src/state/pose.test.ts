import type { Frame, FrameEntity } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, it } from 'vitest';
import { extrapolate, interpolate, mixAngle, wrapAngle } from './pose.ts';

function entity(change: Partial<FrameEntity>): FrameEntity {
  return { id: 1, x: 0, y: 0, z: 0.75, yaw: 0, pitch: 0, roll: 0, speed: 0, steering: 0, lights: 0, ...change };
}
function frame(tick: number, ...entities: FrameEntity[]): Frame {
  return { tick, entities, spawned: [], removed: [], seats: [], events: [], signals: new Uint8Array() };
}

describe('poses between frames', () => {
  it('turns the shorter way across the seam at pi', () => {
    expect(mixAngle(3.1, -3.1, 0.5)).toBeCloseTo(Math.PI, 9);
    expect(mixAngle(-3.1, 3.1, 0.25)).toBeCloseTo(-3.1 - (2 * Math.PI - 6.2) / 4, 9);
    expect(mixAngle(0.2, 0.6, 0.5)).toBeCloseTo(0.4, 9);
  });

  it('keeps the direction of every angle it wraps, within (-pi, pi]', () => {
    for (let angle = -20; angle <= 20; angle += 0.37) {
      const wrapped = wrapAngle(angle);
      expect(Math.cos(wrapped)).toBeCloseTo(Math.cos(angle), 9);
      expect(Math.sin(wrapped)).toBeCloseTo(Math.sin(angle), 9);
      expect(wrapped).toBeGreaterThan(-Math.PI - 1e-12);
      expect(wrapped).toBeLessThanOrEqual(Math.PI + 1e-12);
    }
  });

  it('moves on a straight line between two frames, with the lights of the earlier one', () => {
    const [moved] = interpolate(
      frame(0, entity({ x: 10, lights: 1 })),
      frame(1, entity({ x: 14, y: 2, lights: 2 })),
      0.25,
    );
    expect(moved).toMatchObject({ x: 11, y: 0.5, lights: 1 });
  });

  it('shows an entity until the frame that lacks it, and from the first frame that has it', () => {
    const before = frame(0, entity({ id: 1 }));
    const after = frame(1, entity({ id: 2 }));
    expect(interpolate(before, after, 0.9).map(({ id }) => id)).toEqual([1]);
  });

  it('carries on at its speed for at most 0.15 s', () => {
    const last = frame(5, entity({ speed: 20, yaw: Math.PI / 2 }));
    expect(extrapolate(last, 0.1)[0]!.y).toBeCloseTo(2, 9);
    expect(extrapolate(last, 9)[0]!.y).toBeCloseTo(3, 9);
    expect(extrapolate(last, -1)[0]!.y).toBe(0);
  });
});
