import { describe, expect, test } from 'vitest';
import { Random } from '../../random.ts';
import type { DriverParameters, HumanParameters } from '../../scenario.ts';
import { StateReader, StateWriter } from '../../state.ts';
import { idm, idmGap } from '../idm.ts';
import { HumanDriver, type Scene } from './human-driver.ts';
import { PROFILES } from './profiles.ts';
import { DT, Platoon } from './testing/platoon.ts';

const EXACT: HumanParameters = {
  reaction: 0,
  gapError: 0,
  rateError: 0,
  persistence: 20,
  leaders: 1,
  glances: 0,
  glanceSeconds: 0,
};

/** The values of the paper's figures, rounded: v0 128 km/h, T 1.1 s, s0 2 m, a 1.5, b 2 m/s2. */
function driver(human: Partial<HumanParameters> = {}): DriverParameters {
  return {
    speedFactor: 1,
    headway: 1.1,
    minGap: 2,
    acceleration: 1.5,
    braking: 2,
    criticalGap: 4,
    human: { ...EXACT, ...human },
  };
}

function human(parameters: DriverParameters, seed = '1'): HumanDriver {
  return new HumanDriver(parameters, new Random(seed, 'human'));
}

/** m at which IDM keeps a speed. */
function equilibrium(parameters: DriverParameters, speed: number, desired: number): number {
  return idmGap(parameters, speed, speed) / Math.sqrt(1 - (speed / desired) ** 4);
}

const scene = (speed: number, gap: number, leader: number, desired = 30): Scene => ({
  speed,
  desired,
  leaders: [{ gap, speed: leader }],
});

describe('the model', () => {
  test('is IDM for one who reacts at once, without error, to one leader', () => {
    const parameters = driver();
    for (const [v, s, l] of [
      [20, 40, 20],
      [10, 15, 12],
      [25, 200, 20],
      [0, 3, 0],
    ] as const) {
      expect(human(parameters).acceleration(scene(v, s, l), DT)).toBeCloseTo(idm(parameters, v, 30, s, l), 10);
    }
  });

  test.each([1, 2, 3, 5])('keeps the equilibrium gap of IDM with %i leaders', (leaders) => {
    const parameters = driver({ leaders });
    const gap = equilibrium(parameters, 20, 30);
    const queue = Array.from({ length: 5 }, () => ({ gap, speed: 20 }));
    const wanted = human(parameters).acceleration({ speed: 20, desired: 30, leaders: queue }, DT);
    expect(wanted).toBeCloseTo(0, 6);
  });

  test.each([0.3, 0.73, 1.2])(
    'reacts to a change of the scene a reaction time of %f s later, between ticks in part',
    (reaction) => {
      const parameters = driver({ reaction });
      const one = new HumanDriver(parameters, new Random('1', 'h'), false);
      const before = idm(parameters, 20, 30, 60, 20);
      const after = idm(parameters, 20, 30, 60, 18);
      for (let i = 0; i < 60; i++) expect(one.acceleration(scene(20, 60, 20), DT)).toBeCloseTo(before, 9);
      const answers = Array.from({ length: 40 }, () => one.acceleration(scene(20, 60, 18), DT));
      answers.forEach((answer, i) => {
        // The scene changed in tick 0: a tick that lies between two remembered ones is interpolated.
        const share = Math.min(1, Math.max(0, i + 1 - reaction / DT));
        expect(answer).toBeCloseTo(before + share * (after - before), 6);
      });
    },
  );

  test('anticipates by its reaction time: a steady approach is answered as if it were seen at once', () => {
    const parameters = driver({ reaction: 0.8 });
    const one = human(parameters);
    let [gap, wanted] = [200, 0];
    for (let i = 0; i < 80; i++) {
      wanted = one.acceleration(scene(20, gap, 18), DT);
      gap -= 2 * DT;
    }
    expect(wanted).toBeCloseTo(idm(parameters, 20, 30, gap + 2 * DT, 18), 3);
  });

  test('misjudges gaps by a process of variance one and the given persistence', () => {
    const parameters = driver({ gapError: 0.05, persistence: 2 });
    const one = human(parameters);
    const wanted = idmGap(parameters, 20, 20);
    const free = parameters.acceleration * (1 - (20 / 30) ** 4);
    const errors = Array.from({ length: 40_000 }, () => {
      const answer = one.acceleration(scene(20, 50, 20), DT);
      const perceived = wanted / Math.sqrt((free - answer) / parameters.acceleration);
      return Math.log(perceived / 50) / 0.05;
    });
    const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
    expect(mean(errors)).toBeCloseTo(0, 0);
    expect(Math.abs(mean(errors.map((error) => error ** 2)) - 1)).toBeLessThan(0.15);
    const lag = Math.round(2 / DT);
    const correlation = mean(errors.slice(lag).map((error, i) => error * (errors[i] as number)));
    expect(Math.abs(correlation - Math.exp(-1))).toBeLessThan(0.12);
  });

  test('looks away as often and as long as it is said to, but not while it closes in', () => {
    const parameters = driver({ glances: 300, glanceSeconds: 2 });
    const share = (closing: number): number => {
      const one = human(parameters);
      let away = 0;
      for (let i = 0; i < 72_000; i++) {
        one.acceleration(scene(20, 60, 20 - closing), DT);
        if (one.distracted) away++;
      }
      return away / 72_000;
    };
    // Glances begin only between glances: 300 an hour of the time that is left.
    expect(share(0)).toBeGreaterThan(0.11);
    expect(share(0)).toBeLessThan(0.18);
    expect(share(16)).toBe(0);
  });
});

describe('a platoon whose first car slows down by 5 m/s', () => {
  /** m/s by which the followers slow down at most, the first of them first. */
  function dips(parameters: DriverParameters, anticipates: boolean, followers = 40): number[] {
    const gap = equilibrium(parameters, 25, 35.6);
    const platoon = new Platoon(
      Array.from({ length: followers }, () => parameters),
      { speed: 25, spacing: gap, desired: 35.6 },
      '1',
      anticipates,
    );
    const least = platoon.speed.map(() => 25);
    while (platoon.time < 250) {
      const { time } = platoon;
      platoon.step(time < 12.5 ? Math.min(25, 45 - 2 * time) : time < 30 ? 20 : Math.min(25, 2 * time - 40));
      platoon.speed.forEach((speed, i) => (least[i] = Math.min(least[i] as number, speed)));
    }
    return least.slice(1).map((speed) => 25 - speed);
  }

  // Treiber, Kesting, Helbing 2006: delays make strings of vehicles unstable, anticipation makes up for them.
  test('damps the wave when all react at once', () => {
    const list = dips(driver(), false);
    expect(list[39]).toBeLessThan(0.8 * list[0]!);
  });

  test('lets the wave grow when all react late and look only at the present of the one ahead', () => {
    const list = dips(driver({ reaction: 0.9 }), false);
    expect(list[19]).toBeGreaterThan(2 * list[0]!);
    expect(list[39]).toBeGreaterThan(2 * list[0]!);
  });

  test('damps it again when those who react as late anticipate, over several vehicles', () => {
    const list = dips(driver({ reaction: 0.9, leaders: 5 }), true);
    for (const dip of list) expect(dip).toBeLessThan(6);
    expect(list[39]).toBeLessThan(0.5 * list[0]!);
  });
});

test('in a column of every temper that is stopped again and again, nobody hits anybody, but some come near to it', () => {
  const tempers = Object.values(PROFILES);
  let near = 0;
  let nearest = { gap: Infinity, where: '' };
  for (const seed of ['1', '2']) {
    const parameters = Array.from({ length: 24 }, (_, i) => tempers[i % tempers.length] as DriverParameters);
    const platoon = new Platoon(parameters, { speed: 15, spacing: 35, desired: 27 }, seed);
    while (platoon.time < 300) {
      const phase = platoon.time % 100;
      const target = phase > 60 && phase < 80 ? 0 : 20;
      const change = Math.min(2 * DT, Math.max(-6 * DT, target - platoon.speed[0]!));
      platoon.step(platoon.speed[0]! + change);
      for (let i = 1; i < platoon.x.length; i++) {
        const gap = platoon.gap(i);
        if (gap < nearest.gap) nearest = { gap, where: `car ${i} at ${platoon.time.toFixed(2)} s, seed ${seed}` };
        const closing = platoon.speed[i]! - platoon.speed[i - 1]!;
        if (closing > 0 && gap < 1.5 * closing) near++;
      }
    }
  }
  expect(nearest.gap, nearest.where).toBeGreaterThan(0.2);
  expect(near).toBeGreaterThan(0);
});

test('a driver that is saved in the middle of a glance and of a reaction goes on as the one that was not', () => {
  const parameters = driver({
    reaction: 0.83,
    gapError: 0.1,
    rateError: 0.02,
    leaders: 3,
    glances: 900,
    glanceSeconds: 2,
  });
  const one = human(parameters, '7');
  const at = (i: number): Scene => scene(20 + Math.sin(i / 20), 50 + 5 * Math.sin(i / 31), 20 + Math.sin(i / 17));
  let i = 0;
  while (!one.distracted || i < 100) one.acceleration(at(i++), DT);
  const writer = new StateWriter();
  one.save(writer);
  const other = human(parameters, '8');
  other.load(new StateReader(Uint8Array.from(writer.view())));
  for (let k = 0; k < 200; k++, i++) expect(other.acceleration(at(i), DT)).toBe(one.acceleration(at(i), DT));
  expect(human(parameters, '9').acceleration(at(i), DT)).not.toBe(one.acceleration(at(i), DT));
});

test('a driver without human parameters is refused', () => {
  const { human: _, ...rule } = driver();
  expect(() => human(rule)).toThrow(/expected `human` parameters/);
});
