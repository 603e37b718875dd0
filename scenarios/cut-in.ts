import type { ParameterSpec } from '@gauntlet/agents-sdk/protocol';
import type { ActorPlan, StoryPlan } from '@gauntlet/sim';
import { DRIVERS, staying } from './equipment.ts';

/** Lanes of the carriageway, from left to right. */
export const LEFT = 0;
export const MIDDLE = 1;
export const RIGHT = 2;

interface Place {
  readonly lane: number;
  /** m along the carriageway. */
  readonly start: number;
}

/** Where the contestants start. Each has one car that will cut in ahead of it. */
export const SEATS = [
  { seat: 'blue-1', lane: MIDDLE, start: 180 },
  { seat: 'blue-2', lane: LEFT, start: 60 },
] as const;
const CUT_IN = [
  { name: 'cut-in-1', lane: RIGHT, start: 260 },
  { name: 'cut-in-2', lane: MIDDLE, start: 135 },
] as const;
/** m from a contestant back, and from its cut-in ahead, that are kept free of other traffic at the start. */
const CLEAR_BEHIND = 30;
const CLEAR_AHEAD = 55;
/** Share of the limit that they drive at before they cut in, and that they then brake to; s that they keep that. */
const PACE = 0.72;
const BRAKED = 0.45;
const HOLD = 2;

export const CUT_IN_PARAMETERS = {
  cutInGap: {
    default: 25,
    min: 8,
    max: 60,
    unit: 'm',
    description: 'gap to the contestant behind at which a car cuts in',
  },
  cutInTime: { default: 2.5, min: 1.5, max: 6, unit: 's', description: 'how long the change of lane takes' },
  cutInBraking: {
    default: 4,
    min: 1,
    max: 7,
    unit: 'm/s2',
    description: 'how hard it then brakes, to less than half the limit',
  },
} satisfies Record<string, ParameterSpec>;

/** @param along the lanes of the carriageway's nth lane from the left. */
export function cutInActors(limit: number, along: (lane: number) => number[]): ActorPlan[] {
  return CUT_IN.map(({ name, lane, start }) => ({
    name,
    class: 'car',
    route: along(lane),
    start,
    speed: PACE * limit,
    driver: { ...staying(DRIVERS.car), speedFactor: PACE },
  }));
}

/** Each pulls out to the left ahead of a contestant that has come near, brakes, and after a while drives on. */
export function cutInStories(parameters: Readonly<Record<string, number>>, limit: number): StoryPlan[] {
  const { cutInGap = 0, cutInTime = 0, cutInBraking = 0 } = parameters;
  return CUT_IN.map(({ name }) => ({
    name: `${name} cuts in`,
    actor: name,
    events: [
      {
        name: 'change lane',
        when: [
          {
            kind: 'relative-distance',
            to: 'seat',
            axis: 'longitudinal',
            freespace: true,
            side: 'behind',
            rule: 'lessOrEqual',
            value: cutInGap,
          },
        ],
        actions: [
          {
            kind: 'lane-change',
            target: { lanesLeft: 1 },
            dynamics: { shape: 'sinusoidal', dimension: 'time', value: cutInTime },
          },
        ],
      },
      {
        name: 'brake',
        when: [{ kind: 'storyboard-element-state', event: 'change lane', state: 'complete' }],
        actions: [
          {
            kind: 'speed',
            target: BRAKED * limit,
            dynamics: { shape: 'linear', dimension: 'rate', value: cutInBraking },
          },
        ],
      },
      {
        name: 'drive on',
        when: [{ kind: 'storyboard-element-state', event: 'brake', state: 'complete', delay: HOLD }],
        actions: [{ kind: 'activate-controller' }],
      },
    ],
  }));
}

/** Whether a place at the start is kept free for a contestant and the car that cuts in ahead of it. */
export function isKeptFree(lane: number, start: number): boolean {
  return SEATS.some((seat: Place, i) => {
    const cutIn = CUT_IN[i] as Place;
    if (lane !== seat.lane && lane !== cutIn.lane) return false;
    return (
      start > Math.min(seat.start, cutIn.start) - CLEAR_BEHIND &&
      start < Math.max(seat.start, cutIn.start) + CLEAR_AHEAD
    );
  });
}
