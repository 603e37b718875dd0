import { describe, expect, test } from 'vitest';
import { straightLine } from '../road/curves.ts';
import { findRoute } from '../road/find-route.ts';
import { LaneGraph } from '../road/lane-graph.ts';
import { MapBuilder } from '../road/map-builder.ts';
import { roundabout } from '../road/roundabout.ts';
import type { ActorPlan, DriverParameters, FlowPlan, ScenarioPlan } from '../scenario.ts';
import type { StoryPlan } from '../story-plan.ts';
import { type Bicycle, chauffeur, overlap, Stage, TICK } from './testing/stage.ts';

const DRIVER: DriverParameters = {
  speedFactor: 0.95,
  headway: 1.2,
  minGap: 2,
  acceleration: 1.6,
  braking: 2,
  criticalGap: 4,
};

function road(lanes: number, length = 1500): ScenarioPlan['map'] {
  const builder = new MapBuilder('road');
  const lane = { width: 3.5, speedLimit: 30 };
  builder.road(
    straightLine({ x: 0, y: 0, heading: 0 }, length),
    Array.from({ length: lanes }, () => lane),
  );
  return builder.build();
}

function plan(parts: Partial<ScenarioPlan> & Pick<ScenarioPlan, 'map'>): ScenarioPlan {
  return { friction: 0.9, seats: [], actors: [], flows: [], stories: [], ...parts };
}

function actor(name: string, lane: number, start: number, speed: number, driver = DRIVER): ActorPlan {
  return { name, class: 'car', route: [lane], start, speed, driver };
}

function crossing(demand: number): ScenarioPlan {
  const { map, arms } = roundabout({
    name: 'r',
    radius: 24,
    reach: 150,
    laneWidth: 3.5,
    ringWidth: 5,
    armSpeed: 13.9,
    ringSpeed: 8.3,
  });
  const graph = new LaneGraph(map);
  const flows = arms.map((from, i): FlowPlan => ({
    name: `arm-${i}`,
    rate: demand,
    routes: [1, 2, 3].map((turn) => findRoute(graph, from.approach, arms[(i + turn) % 4]!.exit)),
    class: i === 0 ? 'van' : 'car',
    driver: DRIVER,
  }));
  return plan({ map, flows });
}

describe('a platoon', () => {
  test('of forty passes a braking wave on without a collision when its first brakes to rest, and drives on when it does', () => {
    const actors = Array.from({ length: 40 }, (_, i) => actor(`car-${i}`, 0, 1660 - 40 * (i + 1), 25));
    const seats = [{ route: [0], start: 1660, goal: 5900, speed: 25 }];
    const stage = new Stage(plan({ map: road(1, 6000), seats, actors }));
    const hardest = new Map<number, number>();
    for (let t = 0; t < 90; t += TICK) {
      stage.step(({ seats: [seat], routes: [route] }) => chauffeur(seat!, route!, t > 5 && t < 19 ? -6 : 1.5, 25));
      if (stage.collisions().length > 0) expect(stage.collisions(), `at ${stage.time.toFixed(2)} s`).toEqual([]);
      for (const { id, acceleration } of stage.vehicles) hardest.set(id, Math.min(hardest.get(id) ?? 0, acceleration));
    }
    const braked = actors.map(({ name }) => hardest.get(stage.find(name)!.id)!);
    // The wave runs through all of them, and each brakes less hard than the one who started it.
    for (const braking of braked) {
      expect(braking).toBeLessThan(-0.5);
      expect(braking).toBeGreaterThan(-6);
    }
    expect(braked[39]).toBeGreaterThan(braked[0]!);
    for (const vehicle of stage.vehicles) expect(vehicle.state.speed).toBeGreaterThan(10);
  });

  test('settles at the gap that IDM calls equilibrium', () => {
    const actors = [actor('slow', 0, 200, 15, { ...DRIVER, speedFactor: 0.5 }), actor('follower', 0, 100, 15)];
    const stage = new Stage(plan({ map: road(1, 4000), actors }));
    for (let t = 0; t < 120; t += TICK) stage.step();
    const [slow, follower] = stage.vehicles as [Bicycle, Bicycle];
    const gap = slow.state.x - follower.state.x - slow.spec.length;
    const v = follower.state.speed;
    expect(v).toBeCloseTo(slow.state.speed, 1);
    expect(gap).toBeCloseTo((DRIVER.minGap + v * DRIVER.headway) / Math.sqrt(1 - (v / 28.5) ** 4), 0);
  });
});

describe('a driver', () => {
  test('holds its lane within half a metre all through a roundabout', () => {
    const stage = new Stage(crossing(150));
    let [farthest, seen] = [0, 0];
    for (let t = 0; t < 90; t += TICK) {
      stage.step();
      for (const { id, state } of stage.vehicles) {
        farthest = Math.max(farthest, Math.abs(stage.traffic.motorist(id)!.offset));
        expect(stage.graph.nearest(state.x, state.y, 0)).not.toBeNull();
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(1000);
    expect(farthest).toBeLessThan(0.5);
  });

  test('does not brake for a car that drives beside it in the next lane', () => {
    const stage = new Stage(plan({ map: road(2), actors: [actor('a', 0, 50, 28), actor('b', 1, 52, 28)] }));
    for (let t = 0; t < 10; t += TICK) {
      stage.step();
      for (const { acceleration } of stage.vehicles) expect(acceleration).toBeGreaterThan(-0.3);
    }
  });

  test('brakes for a contestant that stands in its lane, and stops behind it', () => {
    const seats = [{ route: [0], start: 300, goal: 1400, speed: 0 }];
    const stage = new Stage(plan({ map: road(1), seats, actors: [actor('a', 0, 20, 28)] }));
    for (let t = 0; t < 40; t += TICK) {
      stage.step();
      expect(stage.collisions()).toEqual([]);
    }
    expect(stage.find('a')!.state.speed).toBe(0);
    expect(300 - stage.find('a')!.state.x).toBeLessThan(10);
  });
});

describe('a cut-in', () => {
  const story: StoryPlan = {
    name: 'cut-in',
    actor: 'villain',
    events: [
      {
        name: 'cut',
        when: [
          {
            kind: 'relative-distance',
            to: 'seat',
            axis: 'longitudinal',
            freespace: true,
            side: 'behind',
            rule: 'lessOrEqual',
            value: 20,
          },
        ],
        actions: [
          {
            kind: 'lane-change',
            target: { lanesLeft: 1 },
            dynamics: { shape: 'sinusoidal', dimension: 'time', value: 2.5 },
          },
        ],
      },
      {
        name: 'brake',
        when: [{ kind: 'storyboard-element-state', event: 'cut', state: 'complete' }],
        actions: [{ kind: 'speed', target: 10, dynamics: { shape: 'linear', dimension: 'rate', value: 4 } }],
      },
      {
        name: 'drive on',
        when: [{ kind: 'storyboard-element-state', event: 'brake', state: 'complete', delay: 2 }],
        actions: [{ kind: 'activate-controller' }],
      },
    ],
  };
  const scene = plan({
    map: road(2),
    seats: [{ route: [0], start: 50, goal: 1400, speed: 27 }],
    actors: [actor('villain', 1, 130, 20, { ...DRIVER, speedFactor: 20 / 30 })],
    stories: [story],
  });

  test('fires when the gap is reached, moves the actor into the lane ahead, brakes it, and gives it its own will back', () => {
    const stage = new Stage(scene);
    let fired = Infinity;
    for (let t = 0; t < 40; t += TICK) {
      const events = stage.step(({ seats, routes }) =>
        chauffeur(seats[0]!, routes[0]!, 2, stage.time > fired ? 5 : 27),
      );
      if (events.length > 0 && fired === Infinity) {
        fired = stage.time;
        const villain = stage.find('villain')!.state;
        expect(villain.x - stage.seats[0]!.state.x - 4.7).toBeGreaterThan(18);
        expect(villain.x - stage.seats[0]!.state.x - 4.7).toBeLessThan(20.5);
        expect(villain.y).toBeLessThan(-1.5);
      }
      if (stage.time > fired + 3 && stage.time < fired + 3.1)
        expect(stage.find('villain')!.state.y).toBeGreaterThan(1.2);
    }
    expect(stage.events.map(({ data }) => data.event)).toEqual(['cut', 'brake', 'drive on']);
    expect(stage.find('villain')!.state.speed).toBeGreaterThan(15);
    expect(stage.find('villain')!.state.y).toBeCloseTo(1.75, 0);
  });

  test('hits a contestant that does not brake, and one that follows at a distance is not hit', () => {
    const drive = (reacts: boolean): boolean => {
      const stage = new Stage(scene);
      let hit = false;
      for (let t = 0; t < 25; t += TICK) {
        stage.step(({ seats, routes }) => {
          const [seat] = seats;
          const { y, x, speed } = stage.find('villain')!.state;
          const gap = x - seat!.state.x - 4.7;
          const brake = reacts && y > -1.5 && gap < 5 + 1.2 * seat!.state.speed && seat!.state.speed > speed - 2;
          chauffeur(seat!, routes[0]!, brake ? -7 : 2, 27);
        });
        hit ||= stage.collisions().length > 0;
      }
      return hit;
    };
    expect(drive(false)).toBe(true);
    expect(drive(true)).toBe(false);
  });
});

describe('a roundabout with four flows', () => {
  test.each([200, 500])(
    'of %i vehicles an hour runs for five minutes without a collision and without standing still',
    (demand) => {
      const stage = new Stage(crossing(demand), `${demand}`);
      const standing = new Map<number, number>();
      const collisions: string[] = [];
      let longest = 0;
      for (let tick = 0; tick < 300 / TICK; tick++) {
        stage.step();
        if (tick % 2 === 0)
          for (const pair of stage.collisions()) collisions.push(`${pair.join(' and ')} at tick ${tick}`);
        for (const { id, state } of stage.vehicles) {
          const time = state.speed < 0.1 ? (standing.get(id) ?? 0) + TICK : 0;
          standing.set(id, time);
          longest = Math.max(longest, time);
        }
      }
      expect(collisions).toEqual([]);
      expect(longest).toBeLessThan(60);
      // What came in has gone out, but for those on the way: four flows over five minutes.
      const expected = (4 * demand * 300) / 3600;
      expect(stage.left).toBeGreaterThan(0.6 * expected - 10);
      expect(stage.left).toBeLessThan(1.4 * expected);
    },
  );

  test('lets circulating traffic go first: an entering car waits for one that will pass, not for one that leaves before', () => {
    const base = crossing(0);
    const graph = new LaneGraph(base.map);
    // From the west over the ring, past the south or out there; the other enters from the south.
    const [leaving, through] = base.flows[2]!.routes;
    const entrant = base.flows[3]!.routes[1]!;
    const start = graph.laneLength(entrant[1]!) - 20;
    const waited = (route: readonly number[]): boolean => {
      const ringAt = route.findIndex((lane) => graph.lanes[lane]!.yields) + 1;
      const stage = new Stage({
        ...base,
        flows: [],
        actors: [
          { name: 'circulating', class: 'car', route: route.slice(ringAt), start: 2, speed: 6, driver: DRIVER },
          { name: 'entrant', class: 'car', route: entrant.slice(1), start, speed: 5, driver: DRIVER },
        ],
      });
      let slowest = Infinity;
      for (let t = 0; t < 12; t += TICK) {
        stage.step();
        const entering = stage.find('entrant');
        if (entering) slowest = Math.min(slowest, entering.state.speed);
      }
      return slowest < 2.5;
    };
    expect(waited(through!)).toBe(true);
    expect(waited(leaving!)).toBe(false);
  });
});

describe('saved state', () => {
  test('restored on a stage of its own goes on to the same bytes, and a change in it is seen', () => {
    const scene = crossing(400);
    const stage = new Stage(scene, '9');
    for (let i = 0; i < 1200; i++) stage.step();
    const saved = stage.save();
    const other = new Stage(scene, '9');
    other.load(saved);
    expect(other.save()).toEqual(saved);
    for (let i = 0; i < 600; i++) {
      stage.step();
      other.step();
    }
    expect(stage.vehicles.length).toBeGreaterThan(4);
    expect(other.save()).toEqual(stage.save());

    const changed = new Stage(scene, '10');
    changed.load(saved);
    const again = new Stage(scene, '9');
    again.load(saved);
    changed.vehicles.at(-1)!.state.speed += 1e-9;
    for (let i = 0; i < 20; i++) {
      again.step();
      changed.step();
    }
    expect(changed.save()).not.toEqual(again.save());
  });

  test('holds a story and a change of lane that are under way', () => {
    const scene = plan({
      map: road(2),
      seats: [{ route: [0], start: 50, goal: 1400, speed: 27 }],
      actors: [actor('a', 1, 120, 20)],
      stories: [
        {
          name: 's',
          actor: 'a',
          events: [
            {
              name: 'e',
              when: [{ kind: 'simulation-time', rule: 'greaterOrEqual', value: 1 }],
              actions: [
                {
                  kind: 'lane-change',
                  target: { lanesLeft: 1 },
                  dynamics: { shape: 'sinusoidal', dimension: 'time', value: 3 },
                },
                { kind: 'speed', target: 8, dynamics: { shape: 'linear', dimension: 'rate', value: 2 } },
              ],
            },
          ],
        },
      ],
    });
    const stage = new Stage(scene);
    for (let i = 0; i < 50; i++) stage.step();
    const other = new Stage(scene);
    other.load(stage.save());
    expect(other.traffic.indicator(2)).toBe(1);
    for (let i = 0; i < 200; i++) {
      stage.step();
      other.step();
    }
    expect(other.save()).toEqual(stage.save());
    expect(stage.find('a')!.state.y).toBeGreaterThan(1);
  });
});

test('an actor may start in a later lane of its route, and nowhere beside it', () => {
  const { map, flows } = crossing(0);
  const [route] = flows[0]!.routes;
  const graph = new LaneGraph(map);
  const start = graph.laneLength(route![0]!) + 5;
  const stage = new Stage(plan({ map, actors: [{ ...actor('a', 0, start, 8), route: route! }] }));
  const { x, y } = graph.pose(route![1]!, 5);
  expect(stage.find('a')!.state.x).toBeCloseTo(x, 9);
  expect(stage.find('a')!.state.y).toBeCloseTo(y, 9);
  expect(() => new Stage(plan({ map: road(1), actors: [actor('a', 0, 1501, 8)] }))).toThrow(
    /actor a: expected a start on its route \(0..1500.0 m along lane 0\), got 1501 m/,
  );
});

test('a plan with a name used twice, or a story without its actor, is refused', () => {
  const map = road(1);
  expect(() => new Stage(plan({ map, actors: [actor('a', 0, 50, 10), actor('a', 0, 90, 10)] }))).toThrow(/a twice/);
  const story: StoryPlan = { name: 's', actor: 'nobody', events: [{ name: 'e', when: [], actions: [] }] };
  expect(() => new Stage(plan({ map, stories: [story] }))).toThrow(/nobody/);
});

test('the collision oracle sees boxes that overlap and none that do not', () => {
  const box = (x: number, y: number, heading: number): Parameters<typeof overlap>[0] => ({
    id: 1,
    kind: 'car',
    x,
    y,
    z: 0,
    heading,
    speed: 0,
    length: 4,
    width: 2,
    seat: false,
    emergency: false,
  });
  expect(overlap(box(0, 0, 0), box(3.9, 0, 0))).toBe(true);
  expect(overlap(box(0, 0, 0), box(4.1, 0, 0))).toBe(false);
  expect(overlap(box(0, 0, 0), box(2.9, 0, Math.PI / 2))).toBe(true);
  expect(overlap(box(0, 0, 0), box(3.5, 2.5, Math.PI / 4))).toBe(false);
});
