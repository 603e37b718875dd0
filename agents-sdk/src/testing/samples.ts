import { f32 } from '../../protocol/array.ts';
import type { Briefing } from '../../protocol/briefing.ts';
import type { End, ErrorMessage, ObservationMessage, Ping, Welcome } from '../../protocol/messages.ts';
import type { ClockMode } from '../../protocol/vocabulary.ts';

/** A straight road of one lane, 200 m long. */
export const BRIEFING: Briefing = {
  scenario: 'straight-v1',
  title: 'A straight road',
  goal: 'Reach the end.',
  clock: 'lockstep',
  seat: 'blue-1',
  team: 'blue',
  body: {
    body: 'car',
    length: 4.7,
    width: 1.84,
    height: 1.45,
    mass: 1600,
    wheelbase: 2.8,
    frontAxle: 1.36,
    rearAxle: 1.44,
    maxSteeringAngle: 0.6,
    maxSteeringRate: 0.9,
    maxAcceleration: 4,
    maxBraking: 8.8,
  },
  sensors: [
    { name: 'lidar', kind: 'lidar', beams: 72, range: 60, mount: [0, 0, 0.5] },
    { name: 'objects', kind: 'objects', range: 100, limit: 24, mount: [0, 0, 1] },
  ],
  map: {
    name: 'straight',
    drivingSide: 'right',
    signals: [],
    crossings: [],
    lanes: [
      {
        id: 0,
        kind: 'driving',
        centre: [0, 0, 0, 200, 0, 0],
        left: [0, 1.75, 0, 200, 1.75, 0],
        right: [0, -1.75, 0, 200, -1.75, 0],
        speedLimit: 13.9,
        successors: [],
        predecessors: [],
        leftNeighbour: null,
        rightNeighbour: null,
        junction: null,
        leftMarking: 'solid',
        rightMarking: 'solid',
        yields: false,
        stops: false,
        stopLine: 0,
        signal: null,
        tunnel: false,
        friction: null,
      },
    ],
  },
  route: { lanes: [0], length: 200 },
  rules: {
    drivingSide: 'right',
    tickSeconds: 0.05,
    maxTicks: 400,
    fallback: 'safe-stop',
    deadlineMs: 200,
    bankMs: 2000,
    startupMs: 20_000,
    missesInARow: 40,
    missesInAll: 200,
  },
};

export function welcome(options: { resumed?: boolean; clock?: ClockMode } = {}): Welcome {
  return {
    type: 'welcome',
    protocol: 1,
    match: 'm1',
    seat: 'blue-1',
    resumed: options.resumed ?? false,
    briefing: { ...BRIEFING, clock: options.clock ?? 'lockstep' },
  };
}

export function observation(tick: number): ObservationMessage {
  return {
    type: 'observation',
    deadlineMs: 200,
    bankMs: 2000,
    observation: {
      tick,
      time: tick * 0.05,
      self: {
        position: [tick / 2, 0, 0.7],
        orientation: [0, 0, 0, 1],
        heading: 0,
        velocity: [10, 0, 0],
        speed: 10,
        yawRate: 0,
        acceleration: [0, 0],
        steering: 0,
        gear: 'forward',
      },
      route: {
        progress: tick / 2,
        remaining: 200 - tick / 2,
        offset: 0,
        headingError: 0,
        lane: 0,
        ahead: f32(Float32Array.of(tick / 2, 0, 13.9, 0, tick / 2 + 2, 0, 13.9, 2, tick / 2 + 4, 0, 13.9, 4), [3, 4]),
        yieldAhead: null,
      },
      sensors: {
        lidar: { kind: 'lidar', ranges: f32(new Float32Array(72).fill(60)) },
        objects: { kind: 'objects', objects: [] },
      },
      messages: [],
      events: [],
    },
  };
}

export function ping(id: number, estimate: Ping['estimate'] = null): Ping {
  return { type: 'ping', id, sentAt: 1000 + id, estimate };
}

export const END: End = {
  type: 'end',
  outcome: 'finished',
  scores: [{ seat: 'blue-1', agent: 'a@1', outcome: 'finished', reason: 'goal', score: 100 }],
  log: '/api/matches/m1/log',
};

export function errorMessage(code: ErrorMessage['code'], fatal: boolean): ErrorMessage {
  return {
    type: 'error',
    code,
    message: `this is ${code}`,
    path: '/action/throttle',
    expected: 'number',
    actual: '"x"',
    fatal,
  };
}
