import { beforeAll, describe, expect, test } from 'vitest';
import { loadPhysics, Physics } from '../physics/rapier.ts';
import { Random } from '../random.ts';
import { Lidar } from './lidar.ts';
import { viewpoint, type Target } from './targets.ts';

beforeAll(loadPhysics);

function box(id: number, x: number, y: number, heading: number, length: number, width: number): Target {
  return {
    id,
    class: 'car',
    x,
    y,
    z: 1,
    heading,
    rise: 0,
    dx: Math.cos(heading),
    dy: Math.sin(heading),
    vx: 0,
    vy: 0,
    halfLength: length / 2,
    halfWidth: width / 2,
  };
}

describe('lidar', () => {
  test("agrees with Rapier's own ray casts within 1 mm among random boxes", () => {
    const random = new Random('42', 'lidar-test');
    let met = 0;
    for (let round = 0; round < 20; round++) {
      const physics = new Physics(1 / 60);
      const targets = Array.from({ length: 15 }, (_, i) => {
        // Apart from the sensor: a ray that starts inside of a solid body is another question.
        const angle = random.between(-Math.PI, Math.PI);
        const distance = random.between(6, 70);
        return box(
          i + 2,
          distance * Math.cos(angle),
          distance * Math.sin(angle),
          random.between(-Math.PI, Math.PI),
          random.between(2, 9),
          random.between(1, 3),
        );
      });
      const own = box(1, 0, 0, random.between(-Math.PI, Math.PI), 4, 2);
      for (const target of targets) {
        physics.addStaticBox(target.id, {
          halfExtents: [target.halfLength, target.halfWidth, 1],
          pose: { x: target.x, y: target.y, z: 1, heading: target.heading },
          friction: 0,
          restitution: 0,
        });
      }
      physics.step();
      const lidar = new Lidar(72, 60);
      const from = viewpoint(own, 1, 0.2);
      const ranges = lidar.scan(from, [own, ...targets]);
      ranges.forEach((range, i) => {
        const angle = own.heading + (2 * Math.PI * i) / 72;
        const expected = physics.castRay([from.x, from.y, 1], [Math.cos(angle), Math.sin(angle), 0], 60);
        expect(Math.abs(range - (expected ?? 60)), `beam ${i}: ${range} against ${expected}`).toBeLessThan(1e-3);
        if (expected !== null) met++;
      });
      physics.free();
    }
    expect(met).toBeGreaterThan(300);
  });

  test('reads the full range where nothing stands, and never sees its own body', () => {
    const own = box(1, 3, 4, 0.5, 4, 2);
    expect([...new Lidar(8, 60).scan(viewpoint(own, 0, 0), [own])]).toEqual(new Array(8).fill(60));
  });

  test('beam 0 looks ahead and the next ones turn counter-clockwise', () => {
    const own = box(1, 0, 0, 0, 4, 2);
    const ahead = box(2, 20, 0, 0, 4, 2);
    const left = box(3, 0, 10, 0, 4, 2);
    const ranges = new Lidar(4, 60).scan(viewpoint(own, 0, 0), [ahead, left]);
    expect([...ranges]).toEqual([18, 9, 60, 60]);
  });

  test('sees past what is on a bridge above it or on a road below, but not what stands up the hill that it climbs', () => {
    const own = box(1, 0, 0, 0, 4, 2);
    const ahead = (z: number): Target => ({ ...box(2, 50, 0, 0, 4, 2), z });
    const first = (rise: number, z: number): number =>
      new Lidar(4, 80).scan(viewpoint({ ...own, rise }, 0, 0), [ahead(z)])[0] as number;
    expect(first(0, 1)).toBe(48);
    expect(first(0, 3.5)).toBe(48);
    expect(first(0, 6.5)).toBe(80);
    expect(first(0, -4.5)).toBe(80);
    // 10 % over 50 m are 5 m.
    expect(first(0.1, 6)).toBe(48);
    expect(first(-0.1, -4)).toBe(48);
  });
});
