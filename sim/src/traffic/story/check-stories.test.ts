import { expect, test } from 'vitest';
import { straightLine } from '../../road/curves.ts';
import { LaneGraph } from '../../road/lane-graph.ts';
import { MapBuilder } from '../../road/map-builder.ts';
import type { ScenarioPlan } from '../../scenario.ts';
import type { StoryAction, StoryCondition, StoryEvent, StoryPlan } from '../../story-plan.ts';
import { checkStories } from './check-stories.ts';

const builder = new MapBuilder('road');
const lane = { width: 3.5, speedLimit: 30 };
builder.road(straightLine({ x: 0, y: 0, heading: 0 }, 500), [lane, lane, { ...lane, kind: 'shoulder' }]);
const map = builder.build();
const driver = { speedFactor: 1, headway: 1, minGap: 2, acceleration: 1, braking: 2, criticalGap: 4 };

const SPEED: StoryAction = { kind: 'speed', target: 5, dynamics: { shape: 'linear', dimension: 'rate', value: 2 } };
const LATER: StoryCondition = { kind: 'simulation-time', rule: 'greaterThan', value: 5 };
const NEAR: StoryCondition = {
  kind: 'relative-distance',
  to: 'seat',
  axis: 'longitudinal',
  freespace: true,
  rule: 'lessThan',
  value: 40,
};

function check(stories: readonly StoryPlan[]): void {
  const plan: ScenarioPlan = {
    map,
    friction: 1,
    seats: [{ route: [0], start: 10, goal: 400, speed: 0 }],
    actors: ['a', 'b'].map((name, i) => ({ name, class: 'car', route: [1], start: 50 + 50 * i, speed: 0, driver })),
    flows: [],
    stories,
    people: {
      count: 0,
      groups: 0,
      jaywalkers: 0,
      walkers: [
        { name: 'ped', path: [0, 9, 9, 9], speed: 1, waits: true },
        { name: 'stroller', path: [0, 9, 9, 9], speed: 1, waits: false },
      ],
    },
  };
  checkStories(plan, new LaneGraph(map), 90);
}

function one(when: readonly StoryCondition[], actions: readonly StoryAction[] = [SPEED], actor = 'a'): () => void {
  return () => check([{ name: 's', actor, events: [{ name: 'e', when, actions }] }]);
}

function after(name: string, event: string, story?: string): StoryEvent {
  const condition: StoryCondition = {
    kind: 'storyboard-element-state',
    event,
    state: 'complete',
    ...(story !== undefined && { story }),
  };
  return { name, when: [condition], actions: [SPEED] };
}

test('a story that can be played is accepted', () => {
  one([NEAR, LATER])();
  one([], [{ kind: 'walk' }], 'ped')();
  check([{ name: 's', actor: 'a', events: [{ name: 'e', when: [NEAR], actions: [SPEED] }, after('f', 'e')] }]);
});

test.each<[string, () => void, RegExp]>([
  ['an unknown actor', one([NEAR], [SPEED], 'nobody'), /story s, actor: expected .* got nobody/],
  ['no events', () => check([{ name: 's', actor: 'a', events: [] }]), /story s, events: expected at least one/],
  ['an event without actions', one([NEAR], []), /event e, actions/],
  [
    'an unknown entity',
    one([{ ...NEAR, to: 'seat-2' }]),
    /event e, when\[0\] \(relative-distance\), to: .*seat-1\.\.1.*got seat-2/,
  ],
  ['a distance to itself', one([{ ...NEAR, to: 'a' }]), /to: expected another than itself/],
  ['a negative distance', one([{ ...NEAR, value: -1 }]), /value: expected a number of 0\.\..*got -1/],
  ['a distance below nothing', one([{ ...NEAR, value: 0 }]), /value: expected more than 0/],
  ['a distance that is no number', one([{ ...NEAR, value: NaN }]), /value: .*got NaN/],
  ['an endless delay', one([{ ...NEAR, delay: Infinity }]), /delay: .*got Infinity/],
  ['a side of a straight line', one([{ ...NEAR, axis: 'cartesian', side: 'ahead' }]), /side: expected none/],
  ['a time after the end of the match', one([{ ...LATER, value: 91 }]), /value: expected a number of 0\.\.90, got 91/],
  [
    'times that exclude one another',
    one([LATER, { kind: 'simulation-time', rule: 'lessThan', value: 3 }]),
    /event e, when, simulation-time: .*after 5 s and before 3 s/,
  ],
  [
    'a place on a lane that is not there',
    one([{ kind: 'reach-position', lane: 7, s: 5, tolerance: 1 }]),
    /lane: expected a lane of 0\.\.2, got 7/,
  ],
  [
    'a place beyond the end of its lane',
    one([{ kind: 'reach-position', lane: 1, s: 600, tolerance: 1 }]),
    /s: expected a number of 0\.\.500.*got 600/,
  ],
  [
    'a change into a lane that is no lane for cars',
    one([], [{ kind: 'lane-change', target: { lane: 2 }, dynamics: { shape: 'linear', dimension: 'time', value: 3 } }]),
    /target\.lane: .*shoulder/,
  ],
  [
    'a change by no lane',
    one(
      [],
      [{ kind: 'lane-change', target: { lanesLeft: 0 }, dynamics: { shape: 'linear', dimension: 'time', value: 3 } }],
    ),
    /lanesLeft/,
  ],
  [
    'a rate of nothing',
    one([], [{ kind: 'speed', target: 5, dynamics: { shape: 'linear', dimension: 'rate', value: 0 } }]),
    /dynamics\.value: expected more than 0/,
  ],
  ['a negative speed', one([], [{ ...SPEED, target: -3 }]), /actions\[0\] \(speed\), target/],
  ['two speeds at once', one([], [SPEED, SPEED]), /actions\[1\].*one action along the road/],
  ['a route with a hole', one([], [{ kind: 'assign-route', route: [0, 2] }]), /route\[1\]/],
  ['a car that walks', one([], [{ kind: 'walk' }]), /something that a vehicle does, got walk/],
  ['a walker that brakes', one([], [SPEED], 'ped'), /on foot, got speed/],
  ['a walker that does not wait', one([], [{ kind: 'walk' }], 'stroller'), /a walker that waits, got stroller/],
  [
    'an event after one that is not there',
    () => check([{ name: 's', actor: 'a', events: [after('e', 'x')] }]),
    /event: expected an event of story s, got x/,
  ],
  [
    'an event after itself',
    () => check([{ name: 's', actor: 'a', events: [after('e', 'e')] }]),
    /another event than its own/,
  ],
  [
    'events of two stories that wait for one another',
    () =>
      check([
        { name: 's', actor: 'a', events: [after('e', 'f', 't')] },
        { name: 't', actor: 'b', events: [after('f', 'e', 's')] },
      ]),
    /story s, event e: .*wait for one another: s, event e; t, event f/,
  ],
  [
    'a name used twice',
    () => check([{ name: 's', actor: 'a', events: [{ name: 'e', when: [], actions: [SPEED] }, after('e', 'e')] }]),
    /e twice/,
  ],
])('%s is refused with its place', (_, build, message) => {
  expect(build).toThrow(RangeError);
  expect(build).toThrow(message);
});

test('events that wait for one another in one group only are accepted: the other group lets them start', () => {
  const first: StoryEvent = { ...after('e', 'f'), orWhen: [[LATER]] };
  check([{ name: 's', actor: 'a', events: [first, after('f', 'e')] }]);
});
