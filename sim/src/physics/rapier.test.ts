import { beforeAll, describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../state.ts';
import { GRAVITY, loadPhysics, Physics, rapierVersion, type BodyState, type DynamicBox } from './rapier.ts';

const DT = 1 / 60;

const BOX: DynamicBox = {
  halfExtents: [2, 1, 0.5],
  pose: { x: 0, y: 0, z: 5, heading: 0 },
  friction: 0.3,
  restitution: 0.2,
  mass: 1000,
  inertia: [500, 1500, 1800],
  centreOfMass: [0, 0, 0],
  gravity: false,
};

function at(x: number, y: number, z: number, heading = 0): { pose: DynamicBox['pose'] } {
  return { pose: { x, y, z, heading } };
}

function stateOf(physics: Physics, id: number): BodyState {
  const state = { x: 0, y: 0, z: 0, qx: 0, qy: 0, qz: 0, qw: 0, vx: 0, vy: 0, vz: 0, wx: 0, wy: 0, wz: 0 };
  physics.body(id).read(state);
  return state;
}

/** Runs `use` in a new world and frees it. */
function inWorld<T>(use: (physics: Physics) => T): T {
  const physics = new Physics(DT);
  try {
    return use(physics);
  } finally {
    physics.free();
  }
}

beforeAll(loadPhysics);

describe('physics', () => {
  it('is the pinned version', () => {
    expect(rapierVersion()).toBe('0.21.0');
  });

  it('lets a body fall as g t^2 / 2 says, and only one that asks for gravity', () => {
    inWorld((physics) => {
      physics.addDynamicBox(1, { ...BOX, gravity: true });
      physics.addDynamicBox(2, { ...BOX, ...at(10, 0, 5) });
      for (let i = 0; i < 60; i++) physics.step();
      expect(stateOf(physics, 1).vz).toBeCloseTo(-GRAVITY, 4);
      expect(5 - stateOf(physics, 1).z).toBeCloseTo(GRAVITY / 2, 1);
      expect(stateOf(physics, 2).z).toBe(5);
    });
  });

  it('turns a push into impulse over mass and angular impulse over inertia, about the centre of mass', () => {
    inWorld((physics) => {
      const body = physics.addDynamicBox(1, { ...BOX, centreOfMass: [0.4, 0, -0.1] });
      body.push(500, 200, 0, 0, 0, 900);
      physics.step();
      const state = stateOf(physics, 1);
      expect(state.vx).toBeCloseTo(0.5, 6);
      expect(state.vy).toBeCloseTo(0.2, 6);
      expect(state.wz).toBeCloseTo(0.5, 6);
    });
  });

  it.each([
    ['x', [500, 0, 0], 'wx', 1],
    ['y', [0, 1500, 0], 'wy', 1],
    ['z', [0, 0, 1800], 'wz', 1],
  ] as const)('takes the inertia about %s as given, not from the box', (_, [tx, ty, tz], rate, expected) => {
    inWorld((physics) => {
      physics.addDynamicBox(1, BOX).push(0, 0, 0, tx, ty, tz);
      physics.step();
      expect(stateOf(physics, 1)[rate]).toBeCloseTo(expected, 5);
    });
  });

  it('names the two bodies of a contact, smaller id first, with the impulse that changed their momentum', () => {
    inWorld((physics) => {
      physics.addDynamicBox(7, { ...BOX, friction: 0 }).setVelocity(10, 0, 0, 0, 0, 0);
      physics.addDynamicBox(3, { ...BOX, ...at(6, 0, 5), friction: 0 }).setVelocity(-10, 0, 0, 0, 0, 0);
      let impulse = 0;
      for (let i = 0; i < 60; i++) {
        physics.step();
        for (const contact of physics.contacts()) {
          expect([contact.a, contact.b]).toEqual([3, 7]);
          impulse += contact.impulse;
        }
      }
      const change = 1000 * (10 - stateOf(physics, 7).vx);
      expect(change).toBeGreaterThan(10_000);
      expect(impulse).toBeCloseTo(change, 0);
      expect(physics.contacts()).toEqual([]);
    });
  });

  it('reports a lasting contact in every step: the weight of a box that lies on another', () => {
    inWorld((physics) => {
      physics.addStaticBox(1, { ...BOX, ...at(0, 0, -0.5) });
      physics.addDynamicBox(2, { ...BOX, ...at(0, 0, 0.5), gravity: true });
      for (let i = 0; i < 120; i++) physics.step();
      expect(physics.contacts()).toHaveLength(1);
      expect(physics.contacts()[0]!.impulse).toBeCloseTo(1000 * GRAVITY * DT, 0);
    });
  });

  it('sorts contacts by ids, whatever the order of creation', () => {
    const pairs = (order: readonly number[]): (readonly [number, number])[] =>
      inWorld((physics) => {
        physics.addStaticBox(10, { ...BOX, halfExtents: [100, 5, 0.5], ...at(0, 0, -0.5) });
        for (const id of order) physics.addDynamicBox(id, { ...BOX, ...at(id * 6, 0, 0.5), gravity: true });
        for (let i = 0; i < 60; i++) physics.step();
        return physics.contacts().map(({ a, b }) => [a, b] as const);
      });
    const expected = [1, 2, 3, 4].map((id) => [id, 10] as const);
    expect(pairs([1, 2, 3, 4])).toEqual(expected);
    expect(pairs([3, 1, 4, 2])).toEqual(expected);
  });

  it('finds the distance to the nearest body on a ray, but not to the excluded one', () => {
    inWorld((physics) => {
      physics.addStaticBox(1, { ...BOX, ...at(10, 0, 0, Math.PI / 2) });
      physics.addStaticBox(2, { ...BOX, ...at(20, 0, 0) });
      physics.step();
      expect(physics.castRay([0, 0, 0], [1, 0, 0], 100)).toBeCloseTo(9, 5);
      expect(physics.castRay([0, 0, 0], [1, 0, 0], 100, 1)).toBeCloseTo(18, 5);
      expect(physics.castRay([0, 0, 0], [1, 0, 0], 5)).toBeNull();
      expect(physics.castRay([0, 0, 0], [0, 1, 0], 100)).toBeNull();
    });
  });

  it('lets a walker go as it is told, upright, at rest in the air without weight, and pushed by what runs into it', () => {
    inWorld((physics) => {
      const shape = { halfExtents: [0.2, 0.25, 0.9] as const, mass: 75 };
      const walker = physics.addWalker(1, { ...shape, ...at(0, 0, 0.9, 0.5) });
      physics.addWalker(2, { ...shape, ...at(5, 0, 0.9) });
      for (let i = 0; i < 60; i++) {
        walker.setVelocity(0, 1.4, 0, 0, 0, 0);
        physics.step();
      }
      expect(stateOf(physics, 1).y).toBeCloseTo(1.4, 4);
      expect(stateOf(physics, 1).z).toBeCloseTo(0.9, 6);
      expect(stateOf(physics, 2)).toMatchObject({ x: 5, y: 0, z: Math.fround(0.9), vx: 0 });

      // A car of a ton drives into the one that stands, off its middle.
      physics.addDynamicBox(7, { ...BOX, ...at(0, 0.5, 0.9), friction: 0 }).setVelocity(10, 0, 0, 0, 0, 0);
      const pairs = new Set<string>();
      let impulse = 0;
      for (let i = 0; i < 60; i++) {
        walker.setVelocity(0, 1.4, 0, 0, 0, 0);
        physics.step();
        for (const contact of physics.contacts()) {
          pairs.add(`${contact.a}-${contact.b}`);
          impulse += contact.impulse;
        }
      }
      const hit = stateOf(physics, 2);
      expect([...pairs]).toEqual(['2-7']);
      // Together, as one does not bounce: momentum is kept.
      expect(hit.vx).toBeGreaterThan(8);
      expect(1000 * stateOf(physics, 7).vx + 75 * hit.vx).toBeCloseTo(10_000, -1);
      expect(impulse).toBeGreaterThan(0.9 * 75 * hit.vx);
      expect([hit.qx, hit.qy, hit.qz, hit.qw]).toEqual([0, 0, 0, 1]);
    });
  });

  it('comes back with a keyframe, locked as it was', () => {
    inWorld((physics) => {
      physics.addWalker(1, { halfExtents: [0.2, 0.25, 0.9], mass: 75, ...at(0, 0, 0.9) });
      const writer = new StateWriter();
      physics.save(writer);
      physics.load(new StateReader(Uint8Array.from(writer.view())));
      physics.body(1).push(0, 75, 0, 100, 100, 100);
      physics.step();
      const { vx, vy, wx, wy, wz, vz } = stateOf(physics, 1);
      expect([vx, vz, wx, wy, wz]).toEqual([0, 0, 0, 0, 0]);
      expect(vy).toBeCloseTo(1, 5);
    });
  });

  it('gives a body the whole orientation where it is told one', () => {
    inWorld((physics) => {
      const half = Math.SQRT1_2;
      physics.addDynamicBox(1, { ...BOX, pose: { x: 0, y: 0, z: 5, heading: 0, rotation: [0, half, 0, half] } });
      physics.step();
      expect(stateOf(physics, 1).qy).toBeCloseTo(half, 6);
      // Its length of 4 m stands upright now.
      expect(physics.castRay([0, 0, 20], [0, 0, -1], 100)).toBeCloseTo(13, 4);
    });
  });

  it('refuses an id twice, and forgets a removed body', () => {
    inWorld((physics) => {
      const body = physics.addStaticBox(1, { ...BOX, ...at(10, 0, 0) });
      expect(() => physics.addDynamicBox(1, BOX)).toThrow(RangeError);
      physics.remove(body);
      expect(() => physics.remove(body)).toThrow(RangeError);
      expect(() => physics.body(1)).toThrow(RangeError);
      physics.addDynamicBox(1, BOX);
      physics.step();
      expect(physics.castRay([0, 0, 0], [1, 0, 0], 100)).toBeNull();
    });
  });
});

describe('[D4] a keyframe restores the world bit for bit', () => {
  /** A heap of boxes that fall on each other, so that the solver's memory of contacts matters. */
  function build(physics: Physics): void {
    physics.addStaticBox(100, { ...BOX, halfExtents: [20, 20, 0.5], ...at(0, 0, -0.5) });
    for (let id = 1; id <= 12; id++) {
      physics.addDynamicBox(id, { ...BOX, ...at((id % 3) * 1.5, id % 2, 0.6 + id * 1.1, id), gravity: true });
    }
  }

  function bytes(physics: Physics): Uint8Array {
    const writer = new StateWriter();
    physics.save(writer);
    return Uint8Array.from(writer.view());
  }

  function run(physics: Physics, steps: number, nudge = 0): Uint8Array {
    for (let i = 0; i < steps; i++) {
      if (i === 0 && nudge) physics.body(5).push(nudge, 0, 0, 0, 0, 0);
      physics.step();
    }
    return bytes(physics);
  }

  it('in the same world, in another, and after bodies came and went', () => {
    inWorld((physics) => {
      build(physics);
      const before = run(physics, 90);
      const body = physics.body(5);
      const after = run(physics, 90);
      physics.remove(physics.body(2));
      physics.addDynamicBox(50, { ...BOX, ...at(0, 0, 30) });
      run(physics, 10);

      physics.load(new StateReader(before));
      expect(bytes(physics)).toEqual(before);
      expect(run(physics, 90)).toEqual(after);
      expect(physics.body(5)).toBe(body);
      expect(() => physics.body(50)).toThrow(RangeError);

      inWorld((other) => {
        other.load(new StateReader(before));
        expect(run(other, 90)).toEqual(after);
        // The comparison would see a difference of a millinewton second on one body.
        other.load(new StateReader(before));
        expect(run(other, 90, 0.001)).not.toEqual(after);
      });
    });
  });

  it('and refuses bytes that are none, keeping the world it has', () => {
    inWorld((physics) => {
      build(physics);
      const before = run(physics, 5);
      const writer = new StateWriter();
      writer.u32(0);
      writer.bytes(Uint8Array.of(1, 2, 3));
      expect(() => physics.load(new StateReader(writer.view()))).toThrow(/snapshot of Rapier 0\.21\.0/);
      expect(bytes(physics)).toEqual(before);
    });
  });
});
