import { describe, expect, test } from 'vitest';
import type { SignalState } from '@gauntlet/agents-sdk/protocol';
import { TRUCK } from '../../vehicle/spec.ts';
import { crossroads, type Crossroads, type CrossroadsSpec } from './testing/crossroads.ts';
import { Rails, type Rail, type RailPlan } from './testing/rails.ts';

const [EAST, NORTH, WEST, SOUTH] = [0, 1, 2, 3];
/** m of the arms, and from a junction's mouth to its stop lines. */
const ARM = 150;
const LINE = 1;

function set(spec: CrossroadsSpec = {}): { roads: Crossroads; rails: Rails } {
  const roads = crossroads(spec);
  return { roads, rails: new Rails(roads.map) };
}

/** A vehicle whose front is some way before the mouth, m. */
function comes(
  { roads, rails }: { roads: Crossroads; rails: Rails },
  from: number,
  to: number,
  before: number,
  plan: Partial<RailPlan> = {},
): Rail {
  const length = plan.spec?.length ?? 4.7;
  return rails.add({ path: roads.way(from, to), s: ARM - before - length / 2, speed: 10, ...plan });
}

function inJunction(roads: Crossroads, rail: Rail): boolean {
  return roads.map.lanes[rail.path[0] ?? -1]?.junction === 0;
}

/** m by which the front is past the mouth; negative before it. */
function pastMouth(roads: Crossroads, rail: Rail): number {
  if (!roads.entries.includes(rail.path[0] ?? -1)) return Infinity;
  return rail.s + rail.spec.length / 2 - ARM;
}

/** Runs for some time without any collision; returns the ids of those who have driven through the junction, in their order. */
function order(roads: Crossroads, rails: Rails, seconds = 40): number[] {
  const found: number[] = [];
  rails.run(seconds, () => {
    expect(rails.collisions()).toEqual([]);
    for (const { id, path } of rails.vehicles) {
      if (roads.exits.includes(path[0] ?? -1) && !found.includes(id)) found.push(id);
    }
  });
  return found;
}

describe('priority on the road', () => {
  test('right before left: of two who come at once the one from the right drives first, the other loses little', () => {
    const stage = set();
    const fromEast = comes(stage, EAST, WEST, 60);
    const fromSouth = comes(stage, SOUTH, NORTH, 60);
    expect(order(stage.roads, stage.rails)).toEqual([fromEast.id, fromSouth.id]);
  });

  test('left before right where one drives on the left', () => {
    const stage = set({ drivingSide: 'left' });
    const fromEast = comes(stage, EAST, WEST, 60);
    const fromSouth = comes(stage, SOUTH, NORTH, 60);
    expect(order(stage.roads, stage.rails)).toEqual([fromSouth.id, fromEast.id]);
  });

  test('four who come at once and turn across do not wait for one another for ever', () => {
    const stage = set();
    const all = [0, 1, 2, 3].map((arm) => comes(stage, arm, (arm + 2) % 4, 60));
    expect(order(stage.roads, stage.rails, 60).sort()).toEqual(all.map(({ id }) => id));
    expect(stage.rails.control.deadlocks).toBe(0);
  });

  test('a major road does not slow down for one who waits at a give-way line', () => {
    const stage = set({ signs: ['none', 'yield', 'none', 'yield'] });
    const major = comes(stage, EAST, WEST, 60, { speed: 13.9 });
    comes(stage, SOUTH, NORTH, LINE + 1, { speed: 0 });
    let slowest = Infinity;
    stage.rails.run(12, () => (slowest = Math.min(slowest, major.speed)));
    expect(slowest).toBeGreaterThan(13);
  });

  test('a give-way line is passed in a gap of more than the critical one and not in a smaller one', () => {
    for (const [seconds, passes] of [
      [2.5, false],
      [12, true],
    ] as const) {
      const stage = set({ signs: ['none', 'yield', 'none', 'yield'] });
      const minor = comes(stage, SOUTH, NORTH, LINE + 0.7, { speed: 0 });
      // One has just gone by; the next is so many seconds away.
      const speed = 12;
      comes(stage, EAST, WEST, 8, { speed });
      const next = comes(stage, EAST, WEST, 8 + seconds * speed, { speed });
      const first = order(stage.roads, stage.rails, 30).slice(1)[0];
      expect(first).toBe(passes ? minor.id : next.id);
    }
  });

  test('who turns across waits for oncoming traffic, at green too', () => {
    for (const signals of [[], [0, 0, 0, 0]]) {
      const stage = set({ signals });
      stage.rails.signal = () => 'green';
      const turning = comes(stage, EAST, SOUTH, 30);
      const oncoming = comes(stage, WEST, EAST, 40, { speed: 13 });
      expect(order(stage.roads, stage.rails)).toEqual([oncoming.id, turning.id]);
    }
  });
});

describe('stop signs', () => {
  test('one halts at the line, then drives on when nobody comes', () => {
    const stage = set({ signs: ['none', 'stop', 'none', 'stop'] });
    const minor = comes(stage, SOUTH, NORTH, 50);
    let halted = Infinity;
    stage.rails.run(20, () => {
      if (minor.speed < 0.3) halted = Math.min(halted, -pastMouth(stage.roads, minor));
    });
    expect(halted).toBeGreaterThanOrEqual(LINE);
    expect(halted).toBeLessThan(LINE + 2.5);
    expect(minor.path[0]).toBe(stage.roads.exits[NORTH]);
  });

  test('where everybody has to stop, who halted first drives first', () => {
    const stage = set({ signs: ['stop', 'stop', 'stop', 'stop'] });
    const late = comes(stage, EAST, WEST, 75);
    const early = comes(stage, SOUTH, NORTH, 40);
    expect(order(stage.roads, stage.rails)).toEqual([early.id, late.id]);
  });
});

describe('signals', () => {
  test('nobody passes the line at red, or at red with amber', () => {
    for (const state of ['red', 'red-amber'] as const) {
      const stage = set({ signals: [0, 0, 0, 0] });
      stage.rails.signal = () => state;
      const rail = comes(stage, EAST, WEST, 80, { speed: 13.9 });
      stage.rails.run(40);
      expect(pastMouth(stage.roads, rail)).toBeLessThanOrEqual(-LINE);
      expect(pastMouth(stage.roads, rail)).toBeGreaterThan(-LINE - 2);
    }
  });

  test('at amber one stops where 3.5 m/s2 are enough for it, and drives on where they are not', () => {
    const speed = 12;
    const enough = (speed * speed) / (2 * 3.5);
    for (const [spare, stops] of [
      [4, true],
      [-4, false],
    ] as const) {
      const stage = set({ signals: [0, 0, 0, 0] });
      let state: SignalState = 'green';
      stage.rails.signal = () => state;
      const rail = comes(stage, EAST, WEST, 70, { speed });
      while (-pastMouth(stage.roads, rail) - LINE > (rail.speed * rail.speed * enough) / (speed * speed) + spare) {
        stage.rails.step();
      }
      state = 'amber';
      stage.rails.run(3);
      state = 'red';
      stage.rails.run(10);
      expect(pastMouth(stage.roads, rail) < 0).toBe(stops);
    }
  });

  test('a light that is switched off leaves it to the signs', () => {
    const stage = set({ signals: [0, 0, 0, 0], signs: ['none', 'yield', 'none', 'yield'] });
    const major = comes(stage, EAST, WEST, 60);
    const minor = comes(stage, SOUTH, NORTH, 50);
    expect(order(stage.roads, stage.rails)).toEqual([major.id, minor.id]);
  });
});

describe('room and crossings', () => {
  test('nobody stands in a junction behind which there is no room', () => {
    const stage = set({ length: ARM });
    // Something stands 20 m behind the junction: there is room for two, not for the third.
    stage.rails.add({ path: [stage.roads.exits[WEST] as number], s: 22, stranger: () => 0 });
    const cars = [40, 55, 70, 85].map((before) => comes(stage, EAST, WEST, before));
    stage.rails.run(60);
    for (const car of cars) {
      expect(inJunction(stage.roads, car)).toBe(false);
      const rear = car.s - car.spec.length / 2;
      if (car.path[0] === stage.roads.exits[WEST]) expect(rear).toBeGreaterThan(0);
    }
    expect(cars.filter((car) => car.path[0] === stage.roads.exits[WEST]).length).toBe(2);
  });

  test('a crossing that somebody uses is kept free, before and behind the junction, and never stood on', () => {
    for (const arm of [EAST, WEST]) {
      const crossings = [0, 1, 2, 3].map((each) => (each === arm ? 3 : null));
      const stage = set({ crossings, stopLine: 8 });
      const { lanes } = stage.roads.map.crossings[0] as {
        lanes: readonly { lane: number; from: number; to: number }[];
      };
      stage.rails.claimed = (_crossing, time) => time < 20;
      const car = comes(stage, EAST, WEST, 60);
      const onIt = (): boolean =>
        lanes.some(({ lane, from, to }) => {
          const place = stage.rails.occupancy.place(car.id, lane);
          return place !== null && place.s + place.halfLength > from && place.s - place.halfLength < to;
        });
      stage.rails.run(19.9, () => expect(onIt()).toBe(false));
      expect(car.speed).toBeLessThan(0.1);
      stage.rails.run(20);
      expect(stage.roads.entries).not.toContain(car.path[0]);
    }
  });

  test('a queue leaves a crossing free', () => {
    const stage = set({ crossings: [null, null, 3, null] });
    const exit = stage.roads.exits[WEST] as number;
    // Behind the crossing, which ends 7 m behind the junction, there is room for one.
    stage.rails.add({ path: [exit], s: 20, stranger: () => 0 });
    const cars = [40, 55].map((before) => comes(stage, EAST, WEST, before));
    stage.rails.run(60);
    expect(cars.map((car) => car.path[0] === exit)).toEqual([true, false]);
    expect((cars[0] as Rail).s - 2.35).toBeGreaterThan(7);
    expect(inJunction(stage.roads, cars[1] as Rail)).toBe(false);
  });
});

describe('others', () => {
  test('a vehicle with blue lights is let through by those who have priority', () => {
    const stage = set({ signs: ['none', 'yield', 'none', 'yield'] });
    const major = comes(stage, EAST, WEST, 70);
    const emergency = comes(stage, SOUTH, NORTH, 55, { emergency: true, speed: 13 });
    expect(order(stage.roads, stage.rails)).toEqual([emergency.id, major.id]);
  });

  test('blue lights wait at a red one, which keeps nobody at green from driving', () => {
    const stage = set({ signals: [0, 1, 0, 1] });
    stage.rails.signal = (signal) => (signal === 0 ? 'green' : 'red');
    const emergency = comes(stage, SOUTH, NORTH, 70, { emergency: true });
    const others = [40, 60, 80, 100].map((before) => comes(stage, EAST, WEST, before));
    expect(order(stage.roads, stage.rails)).toEqual(others.map(({ id }) => id));
    expect(pastMouth(stage.roads, emergency)).toBeLessThanOrEqual(-LINE);
  });

  test('blue lights that are stuck behind one who waits are not waited for: that one would wait for ever', () => {
    const stage = set({ signs: ['none', 'yield', 'none', 'yield'] });
    const major = comes(stage, EAST, WEST, LINE + 1, { speed: 1 });
    const ahead = comes(stage, SOUTH, NORTH, 20, { speed: 8 });
    const emergency = comes(stage, SOUTH, NORTH, 28, { emergency: true, speed: 8 });
    expect(order(stage.roads, stage.rails)).toEqual([major.id, ahead.id, emergency.id]);
  });

  test('a stranger who comes with priority may go any way: one waits; one who stands is not waited for for ever', () => {
    const stage = set({ signs: ['none', 'yield', 'none', 'yield'] });
    const stranger = comes(stage, EAST, SOUTH, 60, { stranger: () => 10 });
    const minor = comes(stage, SOUTH, NORTH, 20, { speed: 6 });
    expect(order(stage.roads, stage.rails)).toEqual([stranger.id, minor.id]);

    const standing = set({ signs: ['none', 'yield', 'none', 'yield'] });
    comes(standing, EAST, SOUTH, 10, { stranger: () => 0, speed: 0 });
    const waiting = comes(standing, SOUTH, NORTH, 20, { speed: 6 });
    let since = 0;
    standing.rails.run(40, () => {
      if (pastMouth(standing.roads, waiting) < 0) since = standing.rails.time;
    });
    expect(since).toBeGreaterThan(8);
    expect(since).toBeLessThan(25);
  });

  test('a stranger that drives through a red light is not run into', () => {
    const stage = set({ signals: [0, 1, 0, 1] });
    stage.rails.signal = (signal) => (signal === 0 ? 'green' : 'red');
    comes(stage, SOUTH, NORTH, 60, { stranger: () => 9 });
    [30, 45, 60, 75].forEach((before) => comes(stage, EAST, WEST, before));
    stage.rails.run(30, () => expect(stage.rails.collisions()).toEqual([]));
  });

  test('a lorry and cars from all sides do not touch', () => {
    const stage = set();
    [0, 1, 2, 3].forEach((arm) => comes(stage, arm, (arm + 3) % 4, 60, { spec: TRUCK }));
    [0, 1, 2, 3].forEach((arm) => comes(stage, arm, (arm + 2) % 4, 80));
    expect(order(stage.roads, stage.rails, 90).length).toBe(8);
  });

  test('one who was let in behind another stops before their zone when that one breaks down in it', () => {
    const stage = set();
    const ahead = comes(stage, EAST, WEST, 30);
    const behind = comes(stage, SOUTH, NORTH, 40);
    let told = Infinity;
    stage.rails.run(20, () => {
      if (inJunction(stage.roads, ahead) && ahead.s > 14) {
        ahead.speed = 0;
        told = Math.min(told, behind.stop);
      }
      expect(stage.rails.collisions()).toEqual([]);
    });
    expect(inJunction(stage.roads, ahead)).toBe(true);
    expect(told).toBeLessThan(1.5);
    expect(behind.speed).toBeLessThan(0.1);
  });

  test('nothing makes one stop where nobody is', () => {
    const stage = set();
    const car = comes(stage, EAST, WEST, 100);
    stage.rails.run(20, () => expect(car.stop).toBe(Infinity));
  });
});
