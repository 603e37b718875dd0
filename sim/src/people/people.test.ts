import { describe, expect, test } from 'vitest';
import { cityMap } from '../../../scenarios/maps/city.ts';
import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { readOpenDrive } from '../opendrive/index.ts';
import { Random } from '../random.ts';
import { LaneGraph } from '../road/lane-graph.ts';
import type { PeoplePlan } from '../scenario.ts';
import { SignalControl } from '../signal/signal-control.ts';
import { crossroads } from '../signal/testing/crossroads.ts';
import { StateReader, StateWriter } from '../state.ts';
import type { RoadUser } from '../traffic/road-user.ts';
import { People } from './people.ts';
import { car, highStreet } from './testing/high-street.ts';
import type { Walker } from './walker.ts';

const DT = 0.05;
const NOBODY: PeoplePlan = { count: 0, groups: 0, jaywalkers: 0, walkers: [] };

class Town {
  readonly map: MapDescription;
  readonly signals: SignalControl;
  readonly people: People;
  tick = 0;
  vehicles: RoadUser[] = [];
  #id = 100;

  constructor(map: MapDescription, plan: Partial<PeoplePlan>, seed = '1') {
    this.map = map;
    const graph = new LaneGraph(map);
    const plans =
      map.signals.length > 0 && map.signals.length < 50 ? [{ junction: 0, kind: 'fixed', green: 12 } as const] : [];
    this.signals = new SignalControl({ graph, plans });
    const random = (stream: string): Random => new Random(seed, stream);
    const ids = (): number => ++this.#id;
    this.people = new People({ graph, plan: { ...NOBODY, ...plan }, random, signals: this.signals, ids });
  }

  get time(): number {
    return this.tick * DT;
  }

  get walkers(): readonly Walker[] {
    return this.people.walkers();
  }

  step(): void {
    this.tick += 1;
    const { people } = this;
    this.signals.step(this.time, DT, {
      arrival: () => Infinity,
      emergency: () => Infinity,
      people: (crossing) => people.waiting(crossing),
    });
    people.step(this.time, DT, this.vehicles);
    this.vehicles = this.vehicles.map((each) => ({
      ...each,
      x: each.x + each.speed * DT * Math.cos(each.heading),
    }));
  }

  run(seconds: number, each: () => void = () => undefined): void {
    for (const end = this.time + seconds; this.time < end - 1e-9;) {
      this.step();
      each();
    }
  }

  bytes(): Uint8Array {
    const writer = new StateWriter();
    this.people.save(writer);
    return writer.view().slice();
  }

  /** Crossing by whether somebody is between its kerbs, `margin` m off them at least. */
  on(crossing: number, margin: number): Walker | undefined {
    return this.walkers.find((walker) => isOn(this.map, crossing, walker, margin));
  }
}

function isOn(map: MapDescription, crossing: number, { x, y }: { x: number; y: number }, margin: number): boolean {
  const { axis, width } = map.crossings[crossing]!;
  const [ax, ay, , bx, by] = axis as [number, number, number, number, number];
  const length = Math.hypot(bx - ax, by - ay);
  const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length;
  const across = Math.abs((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / length;
  return along > margin && along < length - margin && across < width / 2 + 1;
}

describe('people who walk about', () => {
  test('never overlap, and nobody gets stuck: in our own city all go on for minutes', () => {
    const { map } = readOpenDrive(cityMap(), 'city');
    const town = new Town(map, { count: 100, groups: 0.4, jaywalkers: 0.1 });
    expect(town.walkers).toHaveLength(100);
    const seen = new Map<number, { x: number; y: number; time: number }>();
    let overlaps = 0;
    let longest = 0;
    town.run(110, () => {
      for (const { id, x, y } of town.walkers) {
        const last = seen.get(id);
        if (!last || Math.hypot(x - last.x, y - last.y) > 3) seen.set(id, { x, y, time: town.time });
        else longest = Math.max(longest, town.time - last.time);
      }
      if (town.tick % 20 !== 0) return;
      town.walkers.forEach((a, i) => {
        for (const b of town.walkers.slice(i + 1)) if (Math.hypot(a.x - b.x, a.y - b.y) < 0.45) overlaps += 1;
      });
    });
    expect(overlaps).toBe(0);
    // A red light, and no more.
    expect(longest).toBeLessThan(75);
  });

  test('walk at speeds around 1.34 m/s', () => {
    const town = new Town(highStreet(false), { count: 60 });
    town.run(4);
    let [sum, squares, count] = [0, 0, 0];
    town.run(20, () => {
      for (const { speed } of town.walkers) {
        sum += speed;
        squares += speed * speed;
        count += 1;
      }
    });
    const mean = sum / count;
    expect(mean).toBeGreaterThan(1.15);
    expect(mean).toBeLessThan(1.4);
    const deviation = Math.sqrt(squares / count - mean * mean);
    expect(deviation).toBeGreaterThan(0.15);
    expect(deviation).toBeLessThan(0.4);
  });

  test('in groups keep together; alone they do not', () => {
    /** Mean distance, m, from those who came in next to one another: ids in a row. */
    const spread = (groups: number): number => {
      const town = new Town(highStreet(false), { count: 40, groups });
      const start = town.walkers.map((a, i) => {
        const b = town.walkers[i + 1];
        return b !== undefined && Math.hypot(a.x - b.x, a.y - b.y) < 1.2;
      });
      let [sum, count] = [0, 0];
      town.run(60, () => {
        if (town.time < 30) return;
        town.walkers.forEach((a, i) => {
          const b = town.walkers[i + 1];
          if (!b || !start[i]) return;
          sum += Math.hypot(a.x - b.x, a.y - b.y);
          count += 1;
        });
      });
      return count === 0 ? Infinity : sum / count;
    };
    expect(spread(1)).toBeLessThan(2);
    expect(spread(0)).toBeGreaterThan(10);
  });

  test('stay off the road where there is no crossing', () => {
    const town = new Town(highStreet(false), { count: 60, groups: 0.3 });
    town.run(60, () => {
      // The kerbs are 3.5 m from the middle: no foot further than the width of a shoe over them.
      for (const { y } of town.walkers) expect(Math.abs(y)).toBeGreaterThan(3.4);
    });
  });

  test('are drawn from the seed: the same again, others with another one', () => {
    const [a, b, c] = ['1', '1', '2'].map((seed) => new Town(highStreet(true), { count: 20, groups: 0.5 }, seed));
    for (const town of [a!, b!, c!]) town.run(5);
    expect(b!.bytes()).toEqual(a!.bytes());
    expect(c!.bytes()).not.toEqual(a!.bytes());
  });
});

describe('crossings', () => {
  test('with signals: nobody steps on the road on red but those who jaywalk', () => {
    const entries = (jaywalkers: number): { red: number; green: number } => {
      const town = new Town(crossroads({ crosswalks: true }).map, { count: 40, groups: 0.3, jaywalkers });
      const on = new Set<string>();
      const count = { red: 0, green: 0 };
      // Whoever enters has decided up to a second before.
      const lately = town.map.crossings.map(() => -Infinity);
      town.run(150, () => {
        town.map.crossings.forEach(({ id, signal }) => {
          if (town.signals.state(signal!) === 'green') lately[id] = town.time;
          for (const walker of town.walkers) {
            const key = `${id}/${walker.id}`;
            if (!isOn(town.map, id, walker, 0.4)) on.delete(key);
            else if (!on.has(key)) {
              on.add(key);
              count[town.time - lately[id]! <= 1 ? 'green' : 'red'] += 1;
            }
          }
        });
      });
      return count;
    };
    const lawful = entries(0);
    expect(lawful.red).toBe(0);
    expect(lawful.green).toBeGreaterThan(20);
    expect(entries(1).red).toBeGreaterThan(5);
  });

  test('with signals: who has begun on green has left before conflicting traffic has green', () => {
    const town = new Town(crossroads({ crosswalks: true }).map, { count: 40, groups: 0.3 });
    const late: string[] = [];
    let crossed = 0;
    town.run(150, () => {
      town.map.crossings.forEach(({ id }) => {
        const walker = town.on(id, 0.5);
        crossed += walker ? 1 : 0;
        // Signals of arm 0 to 3 have the same order as the crossings.
        if (walker && town.signals.state(town.map.signals.find(({ group }) => group === 10 + id)!.id) === 'green')
          late.push(`${walker.name} on crossing ${id} at ${town.time} s`);
      });
    });
    expect(late).toEqual([]);
    expect(crossed).toBeGreaterThan(500);
  });

  test('a zebra is claimed as long as somebody is on it or stands at its kerb, and by nobody who just walks by', () => {
    const town = new Town(highStreet(true), { count: 5, groups: 0.4 });
    let [claimed, free, wrong] = [0, 0, 0];
    town.run(300, () => {
      if (town.on(0, 0.3) && !town.people.claimed(0)) wrong += 1;
      const near = town.walkers.some(({ x, y }) => Math.abs(x - 100) < 6 && Math.abs(y) < 6.5);
      if (!near && town.people.claimed(0)) wrong += 1;
      if (town.people.claimed(0)) claimed += 1;
      else free += 1;
    });
    expect(wrong).toBe(0);
    expect(claimed).toBeGreaterThan(100);
    expect(free).toBeGreaterThan(100);
    // Where nobody wants to cross, nobody claims: pavements full of people, no way over.
    const street = new Town({ ...highStreet(true), crossings: [] }, { count: 24 });
    street.run(10);
    expect(street.people.claimed(0)).toBe(false);
  });

  test('a zebra: a vehicle that cannot stop any more is let pass; for one that can, people claim it and go', () => {
    /** What the first who comes to the kerb does about a car that is `distance` m before the zebra then, at 13.9 m/s all the while. */
    const steps = (distance: number): { waited: number; hit: boolean } => {
      const town = new Town(highStreet(true), { count: 2 }, '3');
      let start = -1;
      let waited = -1;
      let hit = false;
      for (let i = 0; i < 200 / DT && waited < 0; i++) {
        const busy = town.people.claimed(0);
        town.step();
        if (start < 0 && !busy && town.people.claimed(0)) {
          start = town.time;
          // Both ways, so that it does not matter from which side.
          town.vehicles = [car(1, 98 - 2.25 - distance, 13.9, 1), car(2, 102 + 2.25 + distance, 13.9, -1)];
          // It has just claimed it, within a tick; what has been decided without a car in sight does not count.
          if (town.on(0, 0)) start = -1;
        }
        if (start >= 0 && town.on(0, 0.2)) waited = town.time - start;
        const walker = start >= 0 ? town.on(0, 0) : undefined;
        if (walker)
          hit ||= town.vehicles.some(({ x, y }) => Math.abs(x - walker.x) < 2.4 && Math.abs(y - walker.y) < 1.1);
      }
      return { waited, hit };
    };
    // 13.9 m/s takes 14 m to react and 28 m to brake with 3.5 m/s2.
    const near = steps(25);
    expect(near.hit).toBe(false);
    // The car is by after (25 + 4 + 4.5) / 13.9 = 2.4 s.
    expect(near.waited).toBeGreaterThan(1.8);
    expect(steps(70).waited).toBeLessThan(near.waited);
  });
});

describe('jaywalkers', () => {
  test('walk over the road elsewhere only into gaps: traffic that never brakes never meets them', () => {
    // Long enough to see far in its middle.
    const town = new Town(highStreet(false, 500), { count: 60, jaywalkers: 1 }, '5');
    let random = 11;
    let next = 0;
    let crossed = 0;
    const on = new Set<number>();
    let closest = Infinity;
    town.run(300, () => {
      if (town.time >= next) {
        random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
        const direction = random >>> 31 === 0 ? 1 : -1;
        town.vehicles.push(car(1000 + town.tick, direction === 1 ? 3 : 497, 12, direction));
        next = town.time + 2 + ((random >>> 8) % 100) / 12;
      }
      town.vehicles = town.vehicles.filter(({ x }) => x > 0 && x < 500);
      for (const { id, x, y } of town.walkers) {
        if (Math.abs(y) > 3 || Math.abs(x - 250) > 110) on.delete(id);
        else if (!on.has(id)) {
          on.add(id);
          crossed += 1;
        }
        for (const vehicle of town.vehicles) {
          const gap = Math.hypot(
            Math.max(0, Math.abs(x - vehicle.x) - 2.25),
            Math.max(0, Math.abs(y - vehicle.y) - 0.9),
          );
          if (on.has(id)) closest = Math.min(closest, gap);
        }
      }
    });
    expect(crossed).toBeGreaterThan(5);
    expect(closest).toBeGreaterThan(0.8);
  });
});

describe('walkers of the plan', () => {
  const plan = { name: 'child', path: [50, -6, 50, 6, 60, 6], speed: 2, waits: true };

  test('stand until a story lets them walk, walk their way whatever comes, and leave at its end', () => {
    const town = new Town(highStreet(false), { walkers: [plan] });
    town.run(3);
    const child = town.people.find('child')!;
    expect([child.x, child.y]).toEqual([50, -6]);
    town.people.let('child');
    town.vehicles = [car(1, 40, 10)];
    town.run(2);
    // 2 m/s, and 0.5 s of relaxation: 3 m after 2 s; the car does not matter.
    expect(child.y).toBeCloseTo(-6 + 2 * (2 - 0.5 * (1 - Math.exp(-4))), 1);
    town.vehicles = [];
    town.run(4);
    expect(child.y).toBeGreaterThan(4);
    let gone = -1;
    town.run(10, () => {
      if (town.people.removed.includes(child.id)) gone = town.time;
    });
    expect(gone).toBeGreaterThan(9);
    expect(town.people.find('child')).toBeNull();
  });

  test('claim a crossing of the map that their way leads over while they are on it', () => {
    const town = new Town(highStreet(true), { walkers: [{ ...plan, path: [100, -6, 100, 6], waits: false }] });
    const claimed: [boolean, boolean][] = [];
    town.run(7, () => claimed.push([town.people.claimed(0), town.on(0, 0) !== undefined]));
    expect(claimed.some(([, on]) => on)).toBe(true);
    for (const [yes, on] of claimed) if (on) expect(yes).toBe(true);
    expect(claimed[claimed.length - 1]![0]).toBe(false);
  });
});

describe('somebody who was hit', () => {
  test('slides, lies for 10 s and stays where others go round it, then leaves; another one comes in elsewhere', () => {
    const town = new Town(highStreet(false), { count: 20 });
    town.run(5);
    const victim = town.walkers[7]!;
    const { id, x } = victim;
    town.people.struck(id, 6, 0);
    expect(victim.struck).toBe(true);
    town.run(2);
    // v^2 / (2 a) with 6 m/s2.
    expect(victim.x - x).toBeCloseTo(3, 0);
    expect(victim.speed).toBe(0);
    town.run(7.5);
    expect(town.people.find(victim.name)).toBe(victim);
    let came: readonly Walker[] = [];
    town.run(1, () => {
      if (town.people.removed.length > 0) {
        expect(town.people.removed).toEqual([id]);
        came = [...town.people.spawned];
      }
    });
    expect(town.people.find(victim.name)).toBeNull();
    expect(came).toHaveLength(1);
    expect(Math.abs(came[0]!.x - victim.x)).toBeGreaterThan(30);
    expect(town.walkers).toHaveLength(20);
  });
});

describe('a keyframe', () => {
  test('holds all that goes on: who loads it goes on the same, and writes the same bytes', () => {
    const { map } = crossroads({ crosswalks: true });
    const plan = {
      count: 30,
      groups: 0.5,
      jaywalkers: 0.2,
      walkers: [{ name: 'runner', path: [40, -8, 40, 8], speed: 3, waits: true }],
    };
    const town = new Town(map, plan);
    town.run(20);
    town.people.struck(town.walkers[3]!.id, 1, 2);
    town.run(10);
    const saved = town.bytes();
    const other = new Town(map, plan, '9');
    expect(other.bytes()).not.toEqual(saved);
    const reader = new StateReader(saved);
    other.people.load(reader);
    expect(reader.done()).toBe(true);
    expect(other.bytes()).toEqual(saved);
    const signals = new StateWriter();
    town.signals.save(signals);
    other.signals.load(new StateReader(signals.view().slice()));
    other.tick = town.tick;
    for (const each of [town, other]) {
      each.people.let('runner');
      each.run(15);
    }
    expect(other.bytes()).toEqual(town.bytes());
    expect(town.bytes()).not.toEqual(saved);
    expect(other.map.crossings.map(({ id }) => other.people.claimed(id))).toEqual(
      town.map.crossings.map(({ id }) => town.people.claimed(id)),
    );
  });
});

describe('a plan that cannot be', () => {
  const walker = { name: 'a', path: [0, 0, 1, 1], speed: 1, waits: false };
  test.each([
    [{ count: 1.5 }, /people, count: expected a whole number/],
    [{ groups: 2 }, /people, groups: expected a share of 0 to 1, got 2/],
    [{ jaywalkers: NaN }, /people, jaywalkers/],
    [{ walkers: [walker, walker] }, /walkers\[1\]\.name: expected a name of its own, got a twice/],
    [{ walkers: [{ ...walker, speed: 0 }] }, /walkers\[0\]\.speed/],
    [{ walkers: [{ ...walker, path: [0, 0, 1] }] }, /walkers\[0\]\.path: expected two or more points/],
    [{ walkers: [{ ...walker, path: [0, 0, 0, 0] }] }, /walkers\[0\]\.path: expected points apart/],
  ])('%j is refused by name', (plan, message) => {
    expect(() => new Town(highStreet(false), plan as Partial<PeoplePlan>)).toThrow(message);
  });

  test('people on a map without pavements are refused; walkers with a way of their own are not', () => {
    const map = highStreet(false);
    const bare = { ...map, lanes: map.lanes.map((lane) => ({ ...lane, kind: 'driving' as const })) };
    expect(() => new Town(bare, { count: 3 })).toThrow(/expected pavements on map high street for 3 people/);
    expect(new Town(bare, { walkers: [walker] }).walkers).toHaveLength(1);
  });
});
