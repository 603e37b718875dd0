import { describe, expect, test } from 'vitest';
import { roundabout } from '../../road/roundabout.ts';
import { CAR, TRUCK, VAN } from '../../vehicle/spec.ts';
import { crossroads } from './testing/crossroads.ts';
import { doubleRing } from './testing/double-ring.ts';
import { Rails, Source, type RailPlan } from './testing/rails.ts';

const SPECS = [CAR, CAR, CAR, VAN, TRUCK];

/** Ten minutes of more traffic than a junction can take. */
function rush(rails: Rails, ways: readonly (readonly (readonly number[])[])[], rate: number, seconds = 600): void {
  const sources = ways.map((each, arm) => {
    const plans = each.flatMap((path): RailPlan[] => SPECS.map((spec) => ({ path, spec, speed: 10 })));
    return new Source(rails, `arm ${arm}`, rate, plans);
  });
  rails.run(seconds, () => {
    for (const source of sources) source.step();
    expect(rails.collisions()).toEqual([]);
  });
}

/** The longest that anybody has been on the way, s. */
function oldest(rails: Rails): number {
  return Math.max(...rails.vehicles.map(({ age }) => age));
}

const turns = [1, 2, 3];

describe('ten minutes of heavy traffic from all sides: nobody touches another, nobody waits for ever', () => {
  test('at a crossing without signs', () => {
    const { map, way } = crossroads({ length: 100 });
    const rails = new Rails(map);
    rush(
      rails,
      [0, 1, 2, 3].map((arm) => turns.map((turn) => way(arm, (arm + turn) % 4))),
      400,
    );
    // A crossing at which everybody has to wait for everybody lets some 1200 vehicles an hour through.
    expect(rails.left.length * 6).toBeGreaterThan(900);
    expect(oldest(rails)).toBeLessThan(300);
    expect(rails.control.deadlocks).toBe(0);
  });

  test('at a crossing where all have to stop', () => {
    const { map, way } = crossroads({ length: 100, signs: ['stop', 'stop', 'stop', 'stop'] });
    const rails = new Rails(map);
    rush(
      rails,
      [0, 1, 2, 3].map((arm) => turns.map((turn) => way(arm, (arm + turn) % 4))),
      400,
    );
    expect(rails.left.length * 6).toBeGreaterThan(900);
    expect(rails.control.deadlocks).toBe(0);
  });

  test('in a roundabout whose ring is one junction', () => {
    const { map, arms } = roundabout({
      name: 'r',
      radius: 20,
      reach: 130,
      laneWidth: 3.5,
      ringWidth: 5,
      armSpeed: 13.9,
      ringSpeed: 8.3,
    });
    const rails = new Rails(map);
    const shortest = (from: number, to: number): number[] => {
      const rows = [[from]];
      for (const row of rows) {
        const last = row[row.length - 1] as number;
        if (last === to) return row;
        for (const next of map.lanes[last]?.successors ?? []) rows.push([...row, next]);
      }
      return [];
    };
    const way = (from: number, to: number): number[] =>
      shortest(arms[from]?.approach as number, arms[to % 4]?.exit as number);
    rush(
      rails,
      [0, 1, 2, 3].map((arm) => turns.map((turn) => way(arm, arm + turn))),
      350,
    );
    expect(rails.left.length * 6).toBeGreaterThan(1000);
    expect(rails.control.deadlocks).toBe(0);
  });

  test('in a roundabout with two lanes', () => {
    const { map, way } = doubleRing(100);
    const rails = new Rails(map);
    const ways = [0, 1, 2, 3].flatMap((arm) => [
      [2, 3].map((turn) => way(arm, (arm + turn) % 4, 'left')),
      [1, 2].map((turn) => way(arm, (arm + turn) % 4, 'right')),
    ]);
    rush(rails, ways, 250);
    expect(rails.left.length * 6).toBeGreaterThan(1300);
    expect(rails.control.deadlocks).toBe(0);
  });

  test('at signals, where nobody passes a red one', () => {
    const { map, entries, way } = crossroads({ length: 100, signals: [0, 1, 0, 1] });
    const rails = new Rails(map);
    rails.signal = (signal, time) => {
      const phase = (time + 30 * signal) % 60;
      return phase < 24 ? 'green' : phase < 27 ? 'amber' : phase < 59 ? 'red' : 'red-amber';
    };
    const before = new Map<number, boolean>();
    const passed: number[] = [];
    const sources = [0, 1, 2, 3].map(
      (arm) =>
        new Source(
          rails,
          `${arm}`,
          300,
          turns.map((turn) => ({ path: way(arm, (arm + turn) % 4), speed: 10 })),
        ),
    );
    rails.run(600, () => {
      for (const source of sources) source.step();
      expect(rails.collisions()).toEqual([]);
      for (const { id, path, s, spec } of rails.vehicles) {
        const arm = entries.indexOf(path[0] as number);
        const past = arm < 0 || s + spec.length / 2 > 100 - 1;
        if (past && before.get(id) === false && rails.signal(arm % 2, rails.time) === 'red') passed.push(id);
        before.set(id, past);
      }
    });
    expect(passed).toEqual([]);
    expect(rails.left.length * 6).toBeGreaterThan(700);
  });
});

test('what was saved decides the same when it is loaded again', () => {
  const { map, way } = crossroads({ length: 80 });
  const run = (reload: boolean): string => {
    const rails = new Rails(map);
    const sources = [0, 1, 2, 3].map(
      (arm) =>
        new Source(
          rails,
          `${arm}`,
          400,
          turns.map((turn) => ({ path: way(arm, (arm + turn) % 4), speed: 8 })),
        ),
    );
    let ticks = 0;
    rails.run(90, () => {
      for (const source of sources) source.step();
      if (reload && ++ticks % 40 === 0) rails.reload();
    });
    return JSON.stringify(rails.vehicles.map(({ id, s, speed, path }) => [id, s, speed, path])) + rails.save().join();
  };
  expect(run(true)).toBe(run(false));
});
