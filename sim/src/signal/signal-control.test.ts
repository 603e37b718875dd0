import { describe, expect, test } from 'vitest';
import { SIGNAL_STATES, type MapDescription, type SignalState } from '@gauntlet/agents-sdk/protocol';
import { LaneGraph } from '../road/lane-graph.ts';
import type { SignalPlan } from '../scenario.ts';
import { StateReader, StateWriter } from '../state.ts';
import type { SignalDemand } from './demand.ts';
import { SignalControl } from './signal-control.ts';
import { crossroads } from './testing/crossroads.ts';

const DT = 0.05;

/** Detectors that a test sets: s by lane, people by crossing. */
class Scripted implements SignalDemand {
  readonly arrivals = new Map<number, number>();
  readonly emergencies = new Map<number, number>();
  readonly waiting = new Set<number>();
  arrival(lane: number): number {
    return this.arrivals.get(lane) ?? Infinity;
  }
  emergency(lane: number): number {
    return this.emergencies.get(lane) ?? Infinity;
  }
  people(crossing: number): boolean {
    return this.waiting.has(crossing);
  }
}

class Run {
  readonly map: MapDescription;
  readonly control: SignalControl;
  readonly demand = new Scripted();
  readonly #signals: ReadonlyMap<number, number>;
  tick = 0;

  constructor(map: MapDescription, plans: readonly SignalPlan[] = []) {
    this.map = map;
    this.#signals = new Map(map.signals.map(({ group, id }) => [group, id]));
    this.control = new SignalControl({ graph: new LaneGraph(map), plans });
  }

  get time(): number {
    return this.tick * DT;
  }

  step(): void {
    this.tick += 1;
    this.control.step(this.time, DT, this.demand);
  }

  /** The state of a group. */
  group(group: number): SignalState {
    return this.control.state(this.signal(group));
  }

  signal(group: number): number {
    return this.#signals.get(group)!;
  }

  /** Steps until something holds. @returns s that it took. */
  until(holds: () => boolean, atMost = 400): number {
    const start = this.time;
    while (!holds()) {
      if (this.time - start > atMost) throw new Error(`it did not happen within ${atMost} s`);
      this.step();
    }
    return this.time - start;
  }

  /** s that a group shows each state, one after another, from now on. */
  phases(group: number, seconds: number): [SignalState, number][] {
    const found: [SignalState, number][] = [];
    for (const end = this.time + seconds; this.time < end; this.step()) {
      const state = this.group(group);
      const last = found[found.length - 1];
      if (last?.[0] === state) last[1] += DT;
      else found.push([state, DT]);
    }
    return found;
  }
}

const OPEN = new Set<SignalState>(['green', 'amber']);

/** Groups of `crossroads` that may not both be open, told from its arms. */
function mayNot(a: number, b: number): boolean {
  const [kindA, armA, kindB, armB] = [Math.floor(a / 10), a % 10, Math.floor(b / 10), b % 10];
  if (kindA === 3 && kindB === 3) return false;
  if (kindA === 3) return mayNot(b, a);
  const beside = (armA - armB) % 2 !== 0;
  if (kindB === 3) return kindA === 2 ? armA === armB || (armA + 3) % 4 === armB : !beside;
  return beside || (kindA !== kindB && armA !== armB);
}

const FIXED: SignalPlan = { junction: 0, kind: 'fixed', green: 20 };

describe('any controller', () => {
  test.each([
    ['fixed, four arms', {}, [FIXED]],
    ['fixed, with people', { crosswalks: true }, [FIXED]],
    ['fixed, with left lanes and people', { leftLanes: true, crosswalks: true }, [FIXED]],
    ['fixed, on the left', { leftLanes: true, crosswalks: true, drivingSide: 'left' }, [{ ...FIXED, offset: 31 }]],
    ['fixed, without clearance', { crosswalks: true }, [{ ...FIXED, amber: 0, allRed: 0 }]],
    ['on demand, with left lanes and people', { leftLanes: true, crosswalks: true }, []],
    ['on demand, at speed', { leftLanes: true, speed: 25 }, []],
  ] as const)('never opens conflicting ways together and gives each group its green: %s', (_, spec, plans) => {
    const run = new Run(crossroads(spec).map, plans);
    const groups = run.control.groups(0);
    const green = new Set<number>();
    const wrong: string[] = [];
    let random = 1;
    for (let i = 0; i < 400 / DT; i++) {
      // Vehicles and people who come and go in no order, by a linear congruence.
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const draw = random >>> 8;
      const lane = run.map.lanes[draw % run.map.lanes.length]!;
      if (lane.signal !== null) run.demand.arrivals.set(lane.id, draw % 7 === 0 ? draw % 8 : Infinity);
      // Blue lights for some 10 s, every 50 s.
      if (lane.signal !== null && i % 1000 < 20) run.demand.emergencies.set(lane.id, 5);
      if (i % 1000 === 200) run.demand.emergencies.clear();
      const crossing = run.map.crossings[draw % 4];
      if (crossing && draw % 3 === 0) run.demand.waiting.add(crossing.id);
      if (draw % 7 === 0) run.demand.waiting.clear();
      run.step();
      for (const a of groups) {
        if (run.group(a) !== 'green') continue;
        green.add(a);
        for (const b of groups) if (mayNot(a, b) && OPEN.has(run.group(b))) wrong.push(`${run.time} s: ${a} and ${b}`);
      }
    }
    expect(wrong).toEqual([]);
    expect([...green].sort()).toEqual([...groups].sort());
  });

  test('shows one state for all heads of a group, and its code in frames', () => {
    const run = new Run(crossroads({ crosswalks: true }).map, [FIXED]);
    run.until(() => run.group(10) === 'amber');
    expect(SIGNAL_STATES[run.control.states()[run.signal(10)]!]).toBe('amber');
    expect(run.control.state(999)).toBe('off');
  });

  test('flashes amber where one group lets in lanes that cross, and says so', () => {
    const run = new Run(crossroads({ oneGroup: true, crosswalks: true }).map);
    expect(run.control.warnings).toEqual([expect.stringContaining('junction 0')]);
    run.step();
    expect(run.group(10)).toBe('flashing-amber');
    expect(run.group(30)).toBe('off');
  });
});

describe('a fixed program', () => {
  test('shows green, amber, red, red and amber for the times of its plan, cycle after cycle', () => {
    const run = new Run(crossroads().map, [{ junction: 0, kind: 'fixed', green: 15, amber: 3, allRed: 2 }]);
    run.until(() => run.group(10) === 'red');
    run.until(() => run.group(10) === 'green');
    const phases = run.phases(10, 80).map(([state, seconds]) => [state, Math.round(seconds * 100) / 100]);
    expect(phases).toEqual([
      ['green', 15],
      ['amber', 3],
      ['red', 21],
      ['red-amber', 1],
      ['green', 15],
      ['amber', 3],
      ['red', 21],
      ['red-amber', 1],
    ]);
  });

  test('lets people start for at least 5 s and reach the other side before conflicting traffic has green', () => {
    const run = new Run(crossroads({ crosswalks: true }).map, [{ ...FIXED, green: 6 }]);
    run.until(() => run.group(30) === 'red');
    run.until(() => run.group(30) === 'green');
    const walk = run.until(() => run.group(30) !== 'green');
    expect(walk).toBeGreaterThanOrEqual(5 - DT);
    const clear = run.until(() => run.group(10) === 'green');
    // 7 m at 1.2 m/s.
    expect(clear).toBeGreaterThanOrEqual(7 / 1.2);
  });

  test('begins its cycle by its offset later: a green wave', () => {
    const starts = [0, 7.5, 100].map((offset) => {
      const run = new Run(crossroads().map, [{ junction: 0, kind: 'fixed', green: 15, amber: 3, allRed: 2, offset }]);
      run.until(() => run.group(10) !== 'green');
      run.until(() => run.group(10) === 'green');
      return run.time;
    });
    // A cycle of 40 s.
    expect(starts[1]! - starts[0]!).toBeCloseTo(7.5 - 40, 6);
    expect(modulo(starts[2]! - starts[0]!, 40)).toBeCloseTo(20, 6);
  });

  test('comes back into step with its clock after blue lights', () => {
    const plan: SignalPlan = { junction: 0, kind: 'fixed', green: 15, amber: 3, allRed: 2 };
    const disturbed = new Run(crossroads().map, [plan]);
    const undisturbed = new Run(crossroads().map, [plan]);
    disturbed.demand.emergencies.set(disturbed.map.lanes.find(({ signal }) => signal === 0)!.id, 5);
    for (let i = 0; i < 33 / DT; i++) disturbed.step();
    disturbed.demand.emergencies.clear();
    const differs = (): boolean =>
      disturbed.group(10) !== undisturbed.group(10) || disturbed.group(11) !== undisturbed.group(11);
    while (undisturbed.tick < disturbed.tick) undisturbed.step();
    expect(differs()).toBe(true);
    for (let i = 0; i < 200 / DT; i++) {
      disturbed.step();
      undisturbed.step();
    }
    for (let i = 0; i < 80 / DT; i++) {
      disturbed.step();
      undisturbed.step();
      expect(differs()).toBe(false);
    }
  });
});

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

describe('an actuated controller', () => {
  const plan: SignalPlan = { junction: 0, kind: 'actuated', green: 8, maxGreen: 30 };
  /** The lane that goes straight on from an arm. */
  const { arms: fourArms } = crossroads();
  const straight = (arm: number): number => fourArms[arm]!.straight;

  test('rests in green while nobody else comes, and serves who comes after amber and clearance', () => {
    const run = new Run(crossroads().map, [plan]);
    for (let i = 0; i < 60 / DT; i++) run.step();
    expect([run.group(10), run.group(11)]).toEqual(['green', 'red']);
    run.demand.arrivals.set(straight(1), 5);
    run.step();
    expect(run.group(10)).toBe('amber');
    const seconds = run.until(() => run.group(11) === 'green');
    expect(seconds).toBeGreaterThan(3 + 1 - 2 * DT);
    expect(seconds).toBeLessThan(10);
  });

  test('extends green while vehicles come within 3 s of one another, up to the greatest green', () => {
    const greenOf = (gap: number): number => {
      const run = new Run(crossroads().map, [plan]);
      run.demand.arrivals.set(straight(1), 0);
      run.demand.arrivals.set(straight(0), 0);
      run.until(() => run.group(11) === 'green');
      run.until(() => run.group(10) === 'green');
      return run.until(() => {
        run.demand.arrivals.set(straight(0), gap);
        return run.group(10) !== 'green';
      });
    };
    expect(greenOf(Infinity)).toBeCloseTo(8, 6);
    expect(greenOf(4)).toBeCloseTo(8, 6);
    expect(greenOf(2)).toBeCloseTo(30, 6);
  });

  test('skips stages that nobody waits for', () => {
    const run = new Run(crossroads({ leftLanes: true }).map, [plan]);
    const { arms } = crossroads({ leftLanes: true });
    const seen = new Set<number>();
    for (let i = 0; i < 100 / DT; i++) {
      for (const arm of [0, 1]) run.demand.arrivals.set(arms[arm]!.straight, 0);
      run.step();
      for (const group of run.control.groups(0)) if (run.group(group) === 'green') seen.add(group);
    }
    // Left lanes, 20 to 23, saw nobody.
    expect([...seen].sort()).toEqual([10, 11, 12, 13]);
  });

  test('gives people who wait their green, and everybody within two minutes even if its detectors are blind', () => {
    const run = new Run(crossroads({ crosswalks: true }).map, [plan]);
    expect(run.group(30)).toBe('red');
    run.demand.waiting.add(0);
    expect(run.until(() => run.group(30) === 'green')).toBeLessThan(25);
    run.demand.waiting.clear();
    expect(run.until(() => run.group(31) === 'green')).toBeLessThan(140);
  });
});

describe('blue lights', () => {
  test.each(['fixed', 'actuated'] as const)(
    'get green through amber and clearance, hold it until they have passed, then the %s program goes on',
    (kind) => {
      const { map, arms } = crossroads({ leftLanes: true });
      const run = new Run(map, [{ junction: 0, kind, green: 10 }]);
      for (const { approach, straight } of arms) {
        expect(approach.length).toBe(2);
        run.demand.arrivals.set(straight, 0);
      }
      run.until(() => run.group(10) === 'green' && run.time > 60);
      run.demand.emergencies.set(arms[1]!.left, 12);
      const shown = new Set<SignalState>();
      const seconds = run.until(() => {
        shown.add(run.group(10));
        return run.group(21) === 'green';
      });
      expect(seconds).toBeLessThan(5 + 3 + 6 + DT);
      expect(shown.has('amber') && shown.has('red')).toBe(true);
      // It takes its time: far longer than the stage would last.
      for (let i = 0; i < 45 / DT; i++) {
        run.step();
        expect(run.group(21)).toBe('green');
      }
      run.demand.emergencies.clear();
      expect(run.until(() => run.group(21) !== 'green')).toBeLessThan(10 + DT);
      expect(run.until(() => run.group(10) === 'green')).toBeLessThan(120);
    },
  );
});

describe('signal phase and timing', () => {
  test.each([
    ['fixed', [FIXED]],
    ['fixed with an offset', [{ ...FIXED, offset: 13.3 }]],
    ['on demand', []],
  ] as const)('minEnd and maxEnd are true of what comes: %s', (_, plans) => {
    const run = new Run(crossroads({ leftLanes: true, crosswalks: true }).map, plans);
    const { arms } = crossroads({ leftLanes: true });
    let random = 7;
    const told: { signal: number; at: number; state: SignalState; min: number; max: number | null }[] = [];
    const changed: number[][] = run.map.signals.map(() => []);
    for (let i = 0; i < 500 / DT; i++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const { straight, left } = arms[random % 4]!;
      if (random % 5 === 0) run.demand.arrivals.set(random % 2 === 0 ? straight : left, (random >>> 10) % 10);
      if (random % 11 === 0) run.demand.arrivals.clear();
      const before = run.map.signals.map(({ id }) => run.control.state(id));
      run.step();
      for (const { id } of run.map.signals) {
        const state = run.control.state(id);
        if (state !== before[id]) changed[id]!.push(run.time);
        if (i % 20 === 0)
          told.push({ signal: id, at: run.time, state, min: run.control.minEnd(id), max: run.control.maxEnd(id) });
      }
    }
    let [checked, known] = [0, 0];
    const wrong: unknown[] = [];
    for (const each of told) {
      const { signal, at, min, max } = each;
      const next = changed[signal]!.find((change) => change > at + 1e-9);
      if (next === undefined) continue;
      checked += 1;
      // The state changes with a step, up to one tick after its moment.
      if (next - at < min - 1e-6) wrong.push({ ...each, next });
      if (max === null) continue;
      known += 1;
      if (next - at > max + DT + 1e-6) wrong.push({ ...each, next });
      if (plans.length > 0 && Math.abs(max - min) > 1e-6) wrong.push(each);
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(3000);
    expect(known / checked).toBeGreaterThan(plans.length > 0 ? 0.99 : 0.1);
    // Bounds that say something: of a fixed program to the tick.
    const said = told.filter(({ min }) => min > 1).length / told.length;
    expect(said).toBeGreaterThan(0.3);
  });

  test('a message tells of each group of a junction; the map message where each lane waits', () => {
    const { map, arms } = crossroads({ leftLanes: true, crosswalks: true });
    const { control } = new Run(map, [FIXED]);
    const spat = control.spat(0);
    expect(spat).toMatchObject({ kind: 'spat', from: 'junction-0', junction: 0 });
    expect(spat.groups.map(({ group }) => group)).toEqual([10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33]);
    expect(spat.groups[0]).toMatchObject({ state: 'green', minEnd: 20, maxEnd: 20 });
    const { lanes } = control.mapMessage(0);
    expect(lanes.map(({ lane }) => lane).sort((a, b) => a - b)).toEqual(
      arms.flatMap(({ right, straight, left }) => [right, straight, left]).sort((a, b) => a - b),
    );
    // From the east, the right one of two lanes: 6 m before the mouth at 16 m, 1.5 lanes from the middle of the road.
    const east = lanes.find(({ lane }) => lane === arms[0]!.straight)!;
    expect(east.group).toBe(10);
    expect(east.stop[0]).toBeCloseTo(22, 6);
    expect(east.stop[1]).toBeCloseTo(5.25, 6);
  });

  test('junctions are in radio range by the distance of their middle', () => {
    const { control } = new Run(crossroads().map);
    expect(control.junctionsInRange(100, 0, 101)).toEqual([0]);
    expect(control.junctionsInRange(100, 0, 95)).toEqual([]);
    expect(() => control.spat(3)).toThrow(RangeError);
  });
});

describe('a keyframe', () => {
  test('holds all that goes on: a control that loads it goes on the same, and writes the same bytes', () => {
    const { map } = crossroads({ leftLanes: true, crosswalks: true });
    const bytes = (run: Run): Uint8Array => {
      const writer = new StateWriter();
      run.control.save(writer);
      return writer.view().slice();
    };
    for (const seconds of [3, 27.35, 61]) {
      const run = new Run(map);
      run.demand.waiting.add(1);
      run.demand.arrivals.set(crossroads({ leftLanes: true }).arms[2]!.left, 2);
      for (let i = 0; i < seconds / DT; i++) run.step();
      const saved = bytes(run);
      const other = new Run(map);
      other.tick = run.tick;
      const reader = new StateReader(saved);
      other.control.load(reader);
      expect(reader.done()).toBe(true);
      expect(bytes(other)).toEqual(saved);
      expect(other.control.states()).toEqual(run.control.states());
      expect(other.control.spat(0)).toEqual(run.control.spat(0));
      for (const each of [run, other]) {
        each.demand.waiting.clear();
        each.demand.arrivals.clear();
        for (let i = 0; i < 50 / DT; i++) each.step();
      }
      expect(bytes(other)).toEqual(bytes(run));
      expect(bytes(run)).not.toEqual(saved);
    }
  });
});

describe('a plan that cannot be', () => {
  test.each([
    [{ junction: 7, kind: 'fixed' }, /junction 7: expected a junction with signals \(one of 0\)/],
    [{ junction: 0, kind: 'fixed', green: 2 }, /junction 0, green: expected 5 to 3600 s, got 2/],
    [{ junction: 0, kind: 'fixed', amber: -1 }, /amber: expected 0 to 3600 s, got -1/],
    [{ junction: 0, kind: 'fixed', allRed: NaN }, /allRed: .* got NaN/],
    [{ junction: 0, kind: 'fixed', offset: -3 }, /offset/],
    [{ junction: 0, kind: 'actuated', offset: 3 }, /offset/],
    [{ junction: 0, kind: 'actuated', green: 20, maxGreen: 10 }, /maxGreen: expected 20 to 3600 s, got 10/],
    [{ junction: 0, kind: 'fixed', maxGreen: 30 }, /maxGreen/],
    [{ junction: 0, kind: 'fixed', stages: [] }, /stages: expected at least one/],
    [
      {
        junction: 0,
        kind: 'fixed',
        stages: [
          [10, 12],
          [11, 99],
        ],
      },
      /stages\[1\]: expected groups of 10, 11, 12, 13, got 99/,
    ],
    [{ junction: 0, kind: 'fixed', stages: [[10, 12], [11]] }, /stages: expected group 13/],
    [
      {
        junction: 0,
        kind: 'fixed',
        stages: [
          [10, 11],
          [12, 13],
        ],
      },
      /stages\[0\]: .* groups 10 and 11/,
    ],
  ] as const)('%j is refused by name', (plan, message) => {
    expect(() => new Run(crossroads().map, [plan as SignalPlan])).toThrow(message);
    expect(() => new Run(crossroads().map, [plan as SignalPlan])).toThrow(RangeError);
  });

  test('two plans for one junction, or one for signals that cannot be run, are refused', () => {
    expect(() => new Run(crossroads().map, [FIXED, FIXED])).toThrow(/expected one plan, got two/);
    expect(() => new Run(crossroads({ oneGroup: true }).map, [FIXED])).toThrow(/group 10/);
  });
});
