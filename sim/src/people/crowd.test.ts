import { describe, expect, test } from 'vitest';
import type { RoadUser } from '../traffic/road-user.ts';
import { Crowd } from './crowd.ts';
import { Person } from './person.ts';
import { addInteraction, BODY, RELAXATION } from './social-force.ts';
import { car } from './testing/high-street.ts';
import { VehiclesNear } from './vehicles-near.ts';

const DT = 0.05;

/** Somebody who wants to walk in a direction for ever. */
function walker(id: number, x: number, y: number, direction: 1 | 0 | -1, pace = 1.3): Person {
  const person = new Person(id, null, null);
  Object.assign(person, { x, y, pace, wantSpeed: pace });
  person.want.x = direction;
  person.want.y = 0;
  return person;
}

function step(people: Person[], vehicles: readonly RoadUser[] = [], edges: (person: Person) => number = () => 0): void {
  const near = new VehiclesNear();
  near.fill(vehicles);
  for (const person of people) {
    const direction = Math.sign(person.want.x);
    person.want.x = direction;
    person.want.y = 0;
    for (const vehicle of near.near(person.x, person.y)) near.steerRound(vehicle, person.x, person.y, person.want);
  }
  new Crowd(near, 'right').step(people, DT, (person, out) => {
    out.y += edges(person);
  });
}

const apart = (a: Person, b: Person): number => Math.hypot(a.x - b.x, a.y - b.y);

describe('somebody alone', () => {
  test('reaches the speed it wants as v (1 - exp(-t / 0.5 s))', () => {
    const person = walker(1, 0, 0, 1, 1.34);
    for (let i = 1; i <= 60; i++) {
      step([person]);
      expect(person.speed).toBeCloseTo(1.34 * (1 - Math.exp((-i * DT) / RELAXATION)), 9);
    }
    expect(person.y).toBe(0);
  });
});

describe('the force between two', () => {
  /** Straight from Moussaid et al. 2009, equations 2 to 5, by complex numbers. */
  function published(dx: number, dy: number, vx: number, vy: number): [number, number] {
    // D = lambda (v_i - v_j) + e_ij, with e_ij from i to j; here dx, vx are those of the other relative to oneself.
    const distance = Math.hypot(dx, dy);
    const [ex, ey] = [dx / distance, dy / distance];
    const [ix, iy] = [-2 * vx + ex, -2 * vy + ey];
    const strength = Math.hypot(ix, iy);
    const [tx, ty] = [ix / strength, iy / strength];
    const theta = Math.atan2(tx * ey - ty * ex, tx * ex + ty * ey);
    const b = 0.35 * strength;
    const slow = -5.1 * Math.exp(-distance / b - (3 * b * theta) ** 2);
    const turn = -5.1 * Math.sign(theta) * Math.exp(-distance / b - (2 * b * theta) ** 2);
    return [slow * tx - turn * ty, slow * ty + turn * tx];
  }

  test('is that of the publication wherever the other is and walks', () => {
    for (let k = 0; k < 200; k++) {
      const [dx, dy] = [3 * Math.cos(k * 1.7) * (0.2 + (k % 7) / 7), 3 * Math.sin(k * 1.7)];
      const [vx, vy] = [1.5 * Math.cos(k * 2.3), 1.5 * Math.sin(k * 0.9)];
      const force = { x: 0, y: 0 };
      addInteraction(-dx, -dy, vx, vy, -1, force);
      // Where the other is straight ahead, the sign of the turn hangs on the lean.
      if (Math.abs(Math.atan2(dy, dx) - Math.atan2(dy - 2 * vy, dx - 2 * vx)) < 0.05) continue;
      const [x, y] = published(dx, dy, vx, vy);
      // Ours leaves out what is below 2 cm/s2, and leans to one side by 0.005 B.
      expect(Math.hypot(force.x - x, force.y - y)).toBeLessThan(0.15);
    }
  });

  test('lets two who walk straight at one another pass, without their bodies touching, each on its right', () => {
    for (const offset of [0, 0.01, -0.01, 0.3]) {
      const [a, b] = [walker(1, -8, 0, 1), walker(2, 8, offset, -1)];
      let nearest = Infinity;
      for (let i = 0; i < 20 / DT; i++) {
        step([a, b]);
        nearest = Math.min(nearest, apart(a, b));
      }
      expect(a.x).toBeGreaterThan(8);
      expect(b.x).toBeLessThan(-8);
      expect(nearest).toBeGreaterThan(2 * BODY);
    }
    const [a, b] = [walker(1, -8, 0, 1), walker(2, 8, 0, -1)];
    for (let i = 0; i < 6 / DT; i++) step([a, b]);
    expect(a.y).toBeLessThan(-0.1);
    expect(b.y).toBeGreaterThan(0.1);
  });
});

describe('a corridor with people both ways', () => {
  test('lets all through without bodies overlapping, and lanes form', () => {
    // 3 m wide, 30 m round: who leaves at one end comes in at the other.
    const people = Array.from({ length: 30 }, (_, i) =>
      walker(i + 1, ((i * 7.3) % 30) - 15, ((i * 1.13) % 2.4) - 1.2, i % 2 === 0 ? 1 : -1, 1.1 + ((i * 0.17) % 0.5)),
    );
    const wall = ({ y }: Person): number => 10 * (Math.exp(-(1.5 + y) / 0.2) - Math.exp(-(1.5 - y) / 0.2));
    let [overlaps, passed] = [0, 0];
    /**
     * How far both directions keep apart, in strips of half a metre along the corridor: 0 when each strip is mixed, 1 when it has one
     * direction only (after Rex and Loewen 2007).
     */
    const order = (): { is: number; byChance: number } => {
      let [is, byChance] = [0, 0];
      for (const person of people) {
        const strip = people.filter((other) => Math.abs(other.y - person.y) < 0.25);
        const net = strip.reduce((all, other) => all + Math.sign(other.want.x), 0) / strip.length;
        is += net * net;
        // The mean of the square of a sum of random signs.
        byChance += 1 / strip.length;
      }
      return { is, byChance };
    };
    let [is, byChance] = [0, 0];
    for (let i = 0; i < 90 / DT; i++) {
      step(people, [], wall);
      for (const person of people) {
        if (Math.abs(person.x) <= 15) continue;
        person.x -= 30 * Math.sign(person.x);
        passed += 1;
      }
      if (i < 60 / DT) continue;
      for (const a of people) {
        for (const b of people) {
          // Not where those come in who do not look.
          if (a.id >= b.id || Math.abs(a.x) > 12) continue;
          if (apart(a, b) < 2 * BODY - 0.05) overlaps += 1;
        }
      }
      const now = order();
      is += now.is;
      byChance += now.byChance;
    }
    expect(overlaps).toBe(0);
    // 30 people at 1.3 m/s for 90 s would be 117 rounds; the half of it shows that nothing is jammed.
    expect(passed).toBeGreaterThan(60);
    expect(is).toBeGreaterThan(1.5 * byChance);
  });
});

describe('vehicles', () => {
  test('that stand in the way are walked round, never into', () => {
    for (const heading of [0, Math.PI / 2, 0.6]) {
      const parked = { ...car(9, 0, 0), y: 0, heading };
      const person = walker(1, -10, 0.2, 1);
      for (let i = 0; i < 20 / DT; i++) {
        step([person], [parked]);
        const along = Math.abs(person.x * Math.cos(heading) + person.y * Math.sin(heading));
        const across = Math.abs(person.y * Math.cos(heading) - person.x * Math.sin(heading));
        expect(along > 2.25 + BODY - 0.01 || across > 0.9 + BODY - 0.01).toBe(true);
      }
      expect(person.x).toBeGreaterThan(8);
    }
  });

  test('that are slow and whose side comes near are stepped aside from, as from a bus that sweeps over the kerb', () => {
    const person = walker(1, 1.5, 2, 0);
    for (let i = 0; i < 2 / DT; i++) {
      const across = 0.8 * i * DT;
      // A wall behind it keeps it from backing off on its own.
      step([person], [{ ...car(9, 0, 3), y: across }], () => -12);
      expect(person.y - across).toBeGreaterThan(0.9 + BODY - 0.05);
    }
    expect(person.y).toBeLessThan(4);
  });

  test('that come too fast to stop are let pass; those that can still stop are not', () => {
    const near = new VehiclesNear();
    // Somebody at the kerb of a lane 3.5 m wide, a car in its middle.
    const halts = (distance: number, speed: number): boolean => {
      near.fill([car(9, -distance - 2.25, speed)]);
      return near.mustHalt(0, -3.5, 0, 1, 1.5);
    };
    // Braking with 4 m/s2 from 14 m/s takes 24.5 m.
    expect(halts(20, 14)).toBe(true);
    expect(halts(30, 14)).toBe(false);
    // Gone before anybody is there; standing.
    expect(halts(-8, 14)).toBe(false);
    expect(halts(3, 0)).toBe(false);
  });
});
