import { describe, expect, test } from 'vitest';
import { straightLine } from '../../road/curves.ts';
import { MapBuilder } from '../../road/map-builder.ts';
import { Random } from '../../random.ts';
import { LaneGraph } from '../../road/lane-graph.ts';
import type { ActorPlan, DriverParameters, ScenarioPlan } from '../../scenario.ts';
import type { StoryAction, StoryCondition, StoryPlan } from '../../story-plan.ts';
import { StateReader, StateWriter } from '../../state.ts';
import { PROFILES } from '../human/profiles.ts';
import { chauffeur, Stage, TICK, type Bicycle } from '../testing/stage.ts';
import type { RoadUser } from '../road-user.ts';
import type { Cast } from './entities.ts';
import { Storyboard } from './storyboard.ts';

const DRIVER: DriverParameters = {
  speedFactor: 0.9,
  headway: 1.3,
  minGap: 2,
  acceleration: 1.6,
  braking: 2,
  criticalGap: 4,
};
const LANE = 3.5;

function road(lanes = 2, length = 2000): ScenarioPlan['map'] {
  const builder = new MapBuilder('road');
  builder.road(
    straightLine({ x: 0, y: 0, heading: 0 }, length),
    Array.from({ length: lanes }, () => ({ width: LANE, speedLimit: 30 })),
  );
  return builder.build();
}

function actor(name: string, lane: number, start: number, speed: number, speedFactor = speed / 30): ActorPlan {
  return { name, class: 'car', route: [lane], start, speed, driver: { ...DRIVER, speedFactor } };
}

function plan(stories: readonly StoryPlan[], parts: Partial<ScenarioPlan> = {}): ScenarioPlan {
  return { map: road(), friction: 0.9, seats: [], actors: [actor('a', 1, 100, 20)], flows: [], stories, ...parts };
}

function story(when: readonly StoryCondition[], actions: readonly StoryAction[], name = 'e'): StoryPlan {
  return { name: 's', actor: 'a', events: [{ name, when, actions }] };
}

const CUT_IN: StoryPlan = {
  name: 'cut-in',
  actor: 'villain',
  events: [
    {
      name: 'cut in',
      when: [
        {
          kind: 'relative-distance',
          to: 'seat',
          axis: 'longitudinal',
          freespace: true,
          side: 'behind',
          rule: 'lessOrEqual',
          value: 40,
        },
      ],
      actions: [
        {
          kind: 'lane-change',
          target: { lanesLeft: 0, of: 'seat' },
          dynamics: { shape: 'sinusoidal', dimension: 'time', value: 2 },
        },
      ],
    },
    {
      name: 'brake',
      when: [{ kind: 'storyboard-element-state', event: 'cut in', state: 'complete' }],
      actions: [{ kind: 'speed', target: 5, dynamics: { shape: 'linear', dimension: 'rate', value: 5 } }],
    },
  ],
};

test('when a contestant is 40 m away, cut in within 2 s and brake at 5 m/s2: so it happens, as measured', () => {
  const stage = new Stage(
    plan([CUT_IN], {
      seats: [{ route: [0], start: 50, goal: 1900, speed: 27 }],
      actors: [actor('villain', 1, 160, 20)],
    }),
  );
  const { state } = stage.find('villain') as Bicycle;
  const seat = stage.seats[0] as Bicycle;
  const gap = (): number => state.x - seat.state.x - seat.spec.length;
  let [cut, inLane, braked] = [Infinity, Infinity, Infinity];
  const decelerations: number[] = [];
  for (let t = 0; t < 25; t += TICK) {
    const news = stage.step(() => chauffeur(seat, stage.routes[0]!, braked < Infinity ? -9 : 2, 27));
    for (const { data } of news) {
      if (data.event === 'cut in') {
        cut = stage.time;
        expect(gap()).toBeGreaterThan(38.5);
        expect(gap()).toBeLessThan(40.5);
      } else braked = stage.time;
    }
    if (inLane === Infinity && Math.abs(state.y - LANE / 2) < 0.5) {
      inLane = stage.time;
      expect(gap()).toBeGreaterThan(5);
    }
    const villain = stage.find('villain') as Bicycle;
    if (stage.time > braked + 0.3 && state.speed > 7) decelerations.push(-villain.acceleration);
  }
  expect(inLane - cut).toBeGreaterThan(1);
  expect(inLane - cut).toBeLessThanOrEqual(2.1);
  expect(braked - cut).toBeLessThan(2.6);
  expect(decelerations.length).toBeGreaterThan(30);
  for (const deceleration of decelerations) expect(deceleration).toBeCloseTo(5, 1);
  expect(state.speed).toBeLessThan(6);
});

describe('an action', () => {
  const soon: StoryCondition[] = [{ kind: 'simulation-time', rule: 'greaterOrEqual', value: 1 }];

  /** The actor's speed after each tick. */
  function speeds(action: StoryAction, seconds: number): number[] {
    const stage = new Stage(plan([story(soon, [action])]));
    const car = stage.find('a') as Bicycle;
    return Array.from({ length: Math.round(seconds / TICK) }, () => {
      stage.step();
      return car.state.speed;
    });
  }
  const at = (list: readonly number[], time: number): number => list[Math.round(time / TICK) - 1] as number;

  test('speed, linear in time, is halfway in half the time, and is kept', () => {
    const list = speeds({ kind: 'speed', target: 10, dynamics: { shape: 'linear', dimension: 'time', value: 4 } }, 15);
    expect(at(list, 1)).toBeCloseTo(20, 0);
    expect(at(list, 3)).toBeCloseTo(15, 0);
    expect(at(list, 5.3)).toBeCloseTo(10, 0);
    expect(at(list, 15)).toBeCloseTo(10, 1);
  });

  test('speed, cubic, follows 3 t^2 - 2 t^3; sinusoidal, (1 - cos pi t) / 2', () => {
    const cubic = speeds({ kind: 'speed', target: 12, dynamics: { shape: 'cubic', dimension: 'time', value: 4 } }, 6);
    const sine = speeds(
      { kind: 'speed', target: 12, dynamics: { shape: 'sinusoidal', dimension: 'time', value: 4 } },
      6,
    );
    for (const t of [0.25, 0.5, 0.75]) {
      expect(at(cubic, 1 + 4 * t)).toBeCloseTo(20 - 8 * (3 * t ** 2 - 2 * t ** 3), 0);
      expect(at(sine, 1 + 4 * t)).toBeCloseTo(20 - 4 * (1 - Math.cos(Math.PI * t)), 0);
    }
  });

  test('speed over a distance takes that distance', () => {
    const list = speeds(
      { kind: 'speed', target: 10, dynamics: { shape: 'linear', dimension: 'distance', value: 60 } },
      8,
    );
    const braking = list.filter((speed, i) => i >= 20 && speed > 10.3);
    expect(braking.reduce((sum, speed) => sum + speed * TICK, 0)).toBeGreaterThan(54);
    expect(braking.reduce((sum, speed) => sum + speed * TICK, 0)).toBeLessThan(64);
  });

  test('speed above the limit and the temper of the driver is reached', () => {
    const list = speeds({ kind: 'speed', target: 33, dynamics: { shape: 'linear', dimension: 'rate', value: 2 } }, 20);
    expect(at(list, 20)).toBeCloseTo(33, 0);
  });

  test('a speed relative to another keeps a factor of it as long as it is continuous', () => {
    const faster: StoryPlan = story(
      [],
      [
        {
          kind: 'speed',
          target: { relativeTo: 'b', factor: 1.2, continuous: true },
          dynamics: { shape: 'step', dimension: 'time', value: 0 },
        },
      ],
    );
    const slow: StoryPlan = {
      name: 'slow',
      actor: 'b',
      events: [
        {
          name: 'slow',
          when: [{ kind: 'simulation-time', rule: 'greaterThan', value: 12 }],
          actions: [{ kind: 'speed', target: 10, dynamics: { shape: 'linear', dimension: 'rate', value: 2 } }],
        },
      ],
    };
    const actors = [actor('a', 1, 100, 15), actor('b', 0, 100, 20)];
    const stage = new Stage(plan([faster, slow], { actors }));
    for (let t = 0; t < 12; t += TICK) stage.step();
    expect(stage.find('a')!.state.speed).toBeCloseTo(24, 0);
    for (let t = 0; t < 15; t += TICK) stage.step();
    expect(stage.find('a')!.state.speed).toBeCloseTo(12, 0);
  });

  test('a lane offset is reached in its time and stays', () => {
    const offset: StoryAction = {
      kind: 'lane-offset',
      offset: -0.8,
      dynamics: { shape: 'sinusoidal', dimension: 'time', value: 3 },
    };
    const stage = new Stage(plan([story(soon, [offset])]));
    for (let t = 0; t < 9; t += TICK) stage.step();
    expect(stage.find('a')!.state.y).toBeCloseTo(-LANE / 2 - 0.8, 1);
  });

  test('a longitudinal distance is kept by time gap behind another', () => {
    const follow: StoryAction = {
      kind: 'longitudinal-distance',
      to: 'b',
      gap: { time: 1.5 },
      freespace: true,
      maxAcceleration: 2,
      maxDeceleration: 5,
      maxSpeed: 40,
    };
    const actors = [actor('a', 1, 100, 25), actor('b', 0, 200, 20)];
    const stage = new Stage(plan([story([], [follow])], { actors }));
    for (let t = 0; t < 40; t += TICK) stage.step();
    const gap = stage.find('b')!.state.x - stage.find('a')!.state.x - 4.7;
    expect(gap / stage.find('a')!.state.speed).toBeCloseTo(1.5, 1);
  });

  test('changes several lanes one after another, to a lane given by its id', () => {
    const change: StoryAction = {
      kind: 'lane-change',
      target: { lane: 0 },
      dynamics: { shape: 'sinusoidal', dimension: 'time', value: 6 },
    };
    const stage = new Stage(plan([story(soon, [change])], { map: road(3), actors: [actor('a', 2, 100, 20)] }));
    for (let t = 0; t < 12; t += TICK) stage.step();
    expect(stage.find('a')!.state.y).toBeCloseTo(LANE, 0);
  });

  test('a change of lane goes on whoever is beside: a contestant who does not make way is touched', () => {
    const change: StoryAction = {
      kind: 'lane-change',
      target: { lanesLeft: 1 },
      dynamics: { shape: 'sinusoidal', dimension: 'time', value: 3 },
    };
    const seats = [{ route: [0], start: 97, goal: 1900, speed: 20 }];
    const stage = new Stage(plan([story(soon, [change])], { seats }));
    let touched = false;
    for (let t = 0; t < 5; t += TICK) {
      stage.step(() => chauffeur(stage.seats[0]!, stage.routes[0]!, 2, 20));
      touched ||= stage.collisions().length > 0;
    }
    expect(touched).toBe(true);
  });

  test('the controller gets the actor back: it drives at its own speed again', () => {
    const both: StoryPlan = {
      name: 's',
      actor: 'a',
      events: [
        {
          name: 'slow',
          when: soon,
          actions: [{ kind: 'speed', target: 8, dynamics: { shape: 'linear', dimension: 'rate', value: 3 } }],
        },
        {
          name: 'free',
          when: [{ kind: 'storyboard-element-state', event: 'slow', state: 'complete', delay: 2 }],
          actions: [{ kind: 'activate-controller' }],
        },
      ],
    };
    const stage = new Stage(plan([both]));
    for (let t = 0; t < 6; t += TICK) stage.step();
    expect(stage.find('a')!.state.speed).toBeCloseTo(8, 0);
    for (let t = 0; t < 25; t += TICK) stage.step();
    expect(stage.find('a')!.state.speed).toBeGreaterThan(18);
  });
});

describe('a condition', () => {
  const users = (a: Partial<RoadUser>, b: Partial<RoadUser>): RoadUser[] =>
    [a, b].map((user, i) => ({
      id: i + 1,
      kind: 'car',
      x: 0,
      y: LANE / 2,
      z: 0,
      heading: 0,
      speed: 0,
      length: 4,
      width: 2,
      seat: false,
      emergency: false,
      ...user,
    }));
  const map = road();
  const graph = new LaneGraph(map);

  /** When the event starts, of scenes a second apart; -1 for never. b is the other one. */
  function starts(condition: StoryCondition, scenes: readonly (readonly RoadUser[])[]): number {
    const people = {
      count: 0,
      groups: 0,
      jaywalkers: 0,
      walkers: [{ name: 'a', path: [0, 0, 9, 0], speed: 1, waits: true }],
    };
    const board = new Storyboard(
      plan([story([condition], [{ kind: 'walk' }])], { map, people, actors: [actor('b', 0, 50, 10)] }),
      graph,
    );
    let walks = 0;
    const cast: Cast = {
      driver: (name) => (name === 'b' ? ({ id: 2 } as ReturnType<Cast['driver']>) : undefined),
      walker: (name) => (name === 'a' ? { id: 1, walk: () => walks++ } : undefined),
    };
    const at = scenes.findIndex((scene, i) => board.step(i, 1, scene, cast).length > 0);
    expect(walks).toBe(at < 0 ? 0 : 1);
    return at;
  }
  const moving = (xs: readonly number[], speed = 10, other: Partial<RoadUser> = { x: 500 }): RoadUser[][] =>
    xs.map((x) => users({ x, speed }, other));

  const distance: StoryCondition = {
    kind: 'relative-distance',
    to: 'b',
    axis: 'longitudinal',
    freespace: true,
    rule: 'lessThan',
    value: 100,
  };

  test('of distance is bumper to bumper in free space, middle to middle otherwise', () => {
    expect(starts(distance, moving([395, 396.5, 398]))).toBe(1);
    expect(starts({ ...distance, freespace: false }, moving([395, 399, 401]))).toBe(2);
  });

  test('of distance counts over lanes side by side along the road, and only on its side', () => {
    expect(starts({ ...distance, side: 'ahead' }, moving([450], 10, { x: 500, y: -LANE / 2 }))).toBe(0);
    expect(starts({ ...distance, side: 'behind' }, moving([450], 10, { x: 500, y: -LANE / 2 }))).toBe(-1);
    expect(starts({ ...distance, side: 'behind' }, moving([550]))).toBe(0);
    expect(starts({ ...distance, rule: 'greaterThan' }, moving([450, 380]))).toBe(1);
  });

  test('of time headway and time to collision divide by own speed, and by closing speed', () => {
    const headway = { kind: 'time-headway', to: 'b', freespace: true, rule: 'lessThan', value: 5 } as const;
    expect(starts(headway, moving([440, 447]))).toBe(1);
    const collision = { ...headway, kind: 'time-to-collision' } as const;
    expect(starts(collision, moving([440, 447], 10, { x: 500, speed: 5 }))).toBe(-1);
    expect(starts(collision, moving([440, 474], 10, { x: 500, speed: 5 }))).toBe(1);
    expect(starts(collision, moving([440, 474], 10, { x: 500, speed: 12 }))).toBe(-1);
  });

  test('of speed, relative speed, travelled distance, standstill and position holds when its value is reached', () => {
    expect(
      starts({ kind: 'speed', rule: 'greaterThan', value: 5 }, [users({ speed: 4 }, {}), users({ speed: 6 }, {})]),
    ).toBe(1);
    const relative = { kind: 'relative-speed', to: 'b', rule: 'lessThan', value: -3 } as const;
    expect(starts(relative, [users({ speed: 10 }, { speed: 12 }), users({ speed: 10 }, { speed: 14 })])).toBe(1);
    expect(starts({ kind: 'traveled-distance', value: 25 }, moving([0, 10, 20, 30]))).toBe(2);
    expect(starts({ kind: 'stand-still', duration: 3 }, moving([0, 0, 0, 0], 0))).toBe(2);
    const place = { kind: 'reach-position', lane: 0, s: 300, tolerance: 2 } as const;
    expect(starts(place, moving([290, 295, 299, 304]))).toBe(2);
  });

  test('of collision holds when bodies touch', () => {
    const touch: StoryCondition = { kind: 'collision', with: 'b' };
    expect(starts(touch, [users({ x: 0 }, { x: 5 }), users({ x: 0 }, { x: 4.01 })])).toBe(1);
    expect(starts(touch, [users({ x: 0, heading: 0.4 }, { x: 0, y: LANE / 2 + 2.5 })])).toBe(0);
  });

  test('with a rising edge holds only in the tick in which it begins to, and not for having held from the start', () => {
    expect(starts({ ...distance, edge: 'rising' }, moving([450, 460]))).toBe(-1);
    expect(starts({ ...distance, edge: 'rising' }, moving([300, 460]))).toBe(1);
  });

  test('with a delay holds that much later', () => {
    expect(starts({ ...distance, delay: 3 }, moving([300, 450, 450, 450, 450, 450]))).toBe(4);
    expect(starts({ ...distance, edge: 'rising', delay: 2 }, moving([300, 450, 300, 300, 300]))).toBe(3);
  });

  test('of several in one group must all hold; any of several groups is enough', () => {
    const late: StoryCondition = { kind: 'simulation-time', rule: 'greaterOrEqual', value: 3 };
    const speed: StoryAction = { kind: 'speed', target: 5, dynamics: { shape: 'linear', dimension: 'rate', value: 3 } };
    const first = (events: StoryPlan['events'], seconds: number): number => {
      const stage = new Stage(plan([{ name: 's', actor: 'a', events }]));
      for (let t = 0; t < seconds; t += TICK) if (stage.step().length > 0) return stage.time;
      return Infinity;
    };
    const never: StoryCondition = { kind: 'speed', rule: 'greaterThan', value: 99 };
    expect(first([{ name: 'e', when: [late, never], actions: [speed] }], 6)).toBe(Infinity);
    expect(first([{ name: 'e', when: [never], orWhen: [[late]], actions: [speed] }], 6)).toBeCloseTo(3, 0);
  });
});

test('a storyboard that is saved in the middle of everything goes on as the one that was not', () => {
  const scene = plan([CUT_IN], {
    seats: [{ route: [0], start: 50, goal: 1900, speed: 27 }],
    actors: [actor('villain', 1, 160, 20), { ...actor('b', 1, 60, 22), driver: PROFILES.hurried }],
  });
  const drive = (stage: Stage): void => chauffeur(stage.seats[0]!, stage.routes[0]!, 1, 27);
  for (const seconds of [5, 10.5, 11.5, 13]) {
    const one = new Stage(scene);
    for (let t = 0; t < seconds; t += TICK) one.step(drive);
    const other = new Stage(scene);
    other.load(one.save());
    other.seats[0] = other.vehicles.find(({ id }) => id === 1) as Bicycle;
    for (let t = 0; t < 6; t += TICK) {
      one.step(drive);
      other.step(drive);
    }
    expect(other.save()).toEqual(one.save());
  }
});

test('a condition that counts is part of the saved state', () => {
  const conditions: StoryCondition[] = [{ kind: 'traveled-distance', value: 30 }];
  const action: StoryAction = { kind: 'speed', target: 5, dynamics: { shape: 'linear', dimension: 'rate', value: 2 } };
  const scene = plan([story(conditions, [action])]);
  const graph = new LaneGraph(scene.map);
  const bytes = (board: Storyboard): Uint8Array => {
    const writer = new StateWriter();
    board.save(writer);
    return Uint8Array.from(writer.view());
  };
  const random = new Random('1', 'test');
  const [one, other] = [new Storyboard(scene, graph), new Storyboard(scene, graph)];
  const user: RoadUser = {
    id: 1,
    kind: 'car',
    x: random.between(10, 20),
    y: 0,
    z: 0,
    heading: 0,
    speed: 10,
    length: 4,
    width: 2,
    seat: false,
    emergency: false,
  };
  const cast: Cast = { driver: () => ({ id: 1 }) as ReturnType<Cast['driver']>, walker: () => undefined };
  one.step(0, 1, [user], cast);
  expect(bytes(one)).not.toEqual(bytes(other));
  other.load(new StateReader(bytes(one)));
  expect(bytes(other)).toEqual(bytes(one));
});
