import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { straightLine } from '../../road/curves.ts';
import { LaneGraph } from '../../road/lane-graph.ts';
import { MapBuilder } from '../../road/map-builder.ts';
import type { ScenarioPlan } from '../../scenario.ts';
import type { StoryPlan } from '../../story-plan.ts';
import { chauffeur, Stage, TICK, type Bicycle } from '../testing/stage.ts';
import { checkStories } from './check-stories.ts';

const DATA = process.env['GAUNTLET_DATA'] ?? resolve(import.meta.dirname, '../../../../../shared/data');
const FILES = ['cut-in', 'highway_merge', 'pedestrian_collision'].map((name) =>
  join(DATA, 'openscenario', `${name}.xosc`),
);
const [CUT_IN, MERGE, PEDESTRIAN] = FILES as [string, string, string];
const present = FILES.every((file) => existsSync(file));

/** The value of a file's own parameter. */
function parameter(file: string, name: string): number {
  const found = new RegExp(`name="${name}"[^>]*value="([-0-9.]+)"`).exec(readFileSync(file, 'utf8'));
  if (!found) throw new Error(`${file}: expected a parameter ${name}`);
  return Number(found[1]);
}

/** The first value of an attribute inside the element that begins with some text. */
function attribute(file: string, begins: string, name: string): number {
  const text = readFileSync(file, 'utf8');
  const rest = text.slice(text.indexOf(begins));
  return Number(new RegExp(`${name}="([-0-9.]+)"`).exec(rest)?.[1] ?? NaN);
}

const driver = { speedFactor: 1, headway: 1.2, minGap: 2, acceleration: 2, braking: 3, criticalGap: 4 };

function highway(): ScenarioPlan['map'] {
  const builder = new MapBuilder('highway');
  const lane = { width: 3.5, speedLimit: 40 };
  builder.road(straightLine({ x: 0, y: 0, heading: 0 }, 3000), [lane, lane]);
  return builder.build();
}

describe('stories of OpenSCENARIO files, translated by hand (needs GAUNTLET_DATA)', () => {
  test.skipIf(!present)('cut-in.xosc: overtakes, cuts in at its headway, brakes at the next', () => {
    const factor = parameter(CUT_IN, 'TargetSpeedFactor');
    const speed = parameter(CUT_IN, 'EgoSpeed') / 3.6;
    const cutAt = parameter(CUT_IN, 'HeadwayTime_LaneChange');
    const brakeAt = parameter(CUT_IN, 'HeadwayTime_Brake');
    const seconds = attribute(CUT_IN, '<LaneChangeActionDynamics', 'value');
    const braking = -attribute(CUT_IN, '<SpeedActionDynamics dynamicsShape="linear"', 'value');
    const headway = { kind: 'time-headway', entity: 'seat-1', to: 'OverTaker', freespace: false } as const;
    const story: StoryPlan = {
      name: 'CutInAndBrakeStory',
      actor: 'OverTaker',
      events: [
        {
          name: 'OverTakerStartSpeedEvent',
          when: [],
          actions: [
            {
              kind: 'speed',
              target: { relativeTo: 'seat-1', factor, continuous: true },
              dynamics: { shape: 'step', dimension: 'time', value: 0 },
            },
          ],
        },
        {
          name: 'CutInEvent',
          when: [{ ...headway, edge: 'rising', rule: 'greaterThan', value: cutAt }],
          actions: [
            {
              kind: 'lane-change',
              target: { lanesLeft: 0, of: 'seat-1' },
              dynamics: { shape: 'sinusoidal', dimension: 'time', value: seconds },
            },
          ],
        },
        {
          name: 'OvertakerBrakeEvent',
          when: [{ ...headway, edge: 'rising', rule: 'greaterThan', value: brakeAt }],
          actions: [{ kind: 'speed', target: 0, dynamics: { shape: 'linear', dimension: 'rate', value: braking } }],
        },
      ],
    };
    const stage = new Stage({
      map: highway(),
      friction: 0.9,
      seats: [{ route: [1], start: parameter(CUT_IN, 'EgoStartS'), goal: 2900, speed }],
      actors: [{ name: 'OverTaker', class: 'car', route: [0], start: 25, speed, driver }],
      flows: [],
      stories: [story],
    });
    const seat = stage.seats[0] as Bicycle;
    const { state } = stage.find('OverTaker') as Bicycle;
    const begun = new Map<string, number>();
    let fastest = 0;
    for (let t = 0; t < 40; t += TICK) {
      const news = stage.step(() =>
        chauffeur(seat, stage.routes[0]!, begun.has('OvertakerBrakeEvent') ? -9 : 1, speed),
      );
      fastest = Math.max(fastest, state.speed);
      // Both are measured before the vehicles move on.
      for (const { data } of news) begun.set(data.event, (state.x - seat.state.x) / seat.state.speed);
    }
    expect([...begun.keys()]).toEqual(story.events.map(({ name }) => name));
    expect(fastest / speed).toBeGreaterThan(0.95 * factor);
    expect(begun.get('CutInEvent')).toBeCloseTo(cutAt, 1);
    expect(begun.get('OvertakerBrakeEvent')).toBeCloseTo(brakeAt, 1);
    expect(state.y).toBeCloseTo(-1.75, 0);
    expect(state.speed).toBeLessThan(1);
  });

  test.skipIf(!present)('highway_merge.xosc and pedestrian_collision.xosc have a plan in this vocabulary', () => {
    const limits = {
      maxAcceleration: attribute(MERGE, '<DynamicConstraints', 'maxAcceleration'),
      maxDeceleration: attribute(MERGE, '<DynamicConstraints', 'maxDeceleration'),
      maxSpeed: attribute(MERGE, '<DynamicConstraints', 'maxSpeed'),
    };
    const merge: StoryPlan = {
      name: 'Highway_Merge_Story',
      actor: 'A2',
      events: [
        {
          name: 'A2DistEvent',
          when: [],
          actions: [{ kind: 'longitudinal-distance', to: 'A1', gap: { time: 1 }, freespace: true, ...limits }],
        },
      ],
    };
    const lane: StoryPlan = {
      name: 'EgoLaneChange',
      actor: 'A1',
      events: [
        {
          name: 'EgoLaneChangeEvent',
          when: [
            {
              kind: 'reach-position',
              lane: 1,
              s: 20,
              tolerance: attribute(MERGE, '<ReachPositionCondition', 'tolerance'),
            },
          ],
          actions: [
            {
              kind: 'lane-change',
              target: { lane: 0 },
              dynamics: {
                shape: 'sinusoidal',
                dimension: 'time',
                value: attribute(MERGE, '<LaneChangeActionDynamics', 'value'),
              },
            },
          ],
        },
      ],
    };
    const pedestrian: StoryPlan = {
      name: 'LTAPStory',
      actor: 'pedestrian_adult',
      events: [
        {
          name: 'ped_walk_event',
          when: [
            {
              kind: 'traveled-distance',
              entity: 'seat-1',
              edge: 'rising',
              value: attribute(PEDESTRIAN, '<TraveledDistanceCondition', 'value'),
            },
          ],
          actions: [{ kind: 'walk' }],
        },
      ],
    };
    const map = highway();
    const plan: ScenarioPlan = {
      map,
      friction: 0.9,
      seats: [{ route: [1], start: 10, goal: 2900, speed: parameter(PEDESTRIAN, 'HostSpeed') }],
      actors: ['A1', 'A2'].map((name, i) => ({
        name,
        class: 'car' as const,
        route: [1],
        start: 130 - 60 * i,
        speed: parameter(MERGE, 'A1_speed'),
        driver,
      })),
      flows: [],
      stories: [merge, lane, pedestrian],
      people: {
        count: 0,
        groups: 0,
        jaywalkers: 0,
        walkers: [
          {
            name: 'pedestrian_adult',
            path: [15, 5, 10, 5, 10, -5, 0, -5],
            speed: parameter(PEDESTRIAN, 'PedestrianSpeed'),
            waits: true,
          },
        ],
      },
    };
    expect(() => checkStories(plan, new LaneGraph(map), 20)).not.toThrow();
  });
});
