import { createHash } from 'node:crypto';
import type { Action, EntityDescription, FrameEntity, MatchEvent, SeatId, Team } from '@gauntlet/agents-sdk/protocol';
import type { SeatScore, StepResult, World } from '@gauntlet/sim';
import { BODY } from '../../match/testing/toy-world.ts';

const SEATS: readonly { seat: SeatId; team: Team }[] = [
  { seat: 'blue-1', team: 'blue' },
  { seat: 'blue-2', team: 'blue' },
];

interface Car {
  x: number;
  speed: number;
  /** `goal`, `retired` or empty. */
  end: string;
  infractions: number;
}

/**
 * A world of two cars on a line, small enough to read: throttle and brake change the speed, the seed the start, full braking is
 * an infraction, `goal` metres end a seat.
 */
export function fakeWorld(options: {
  seed: string;
  maxTicks?: number;
  goal?: number;
  behaviorVersion?: number;
  scenario?: string;
}): World {
  const { seed, maxTicks = 60, goal = 1000, behaviorVersion = 1, scenario = 'fake-v1' } = options;
  const tickSeconds = 0.05;
  const start = (Number(BigInt(seed) % 1000n) + 1) / 100;
  const cars: Car[] = SEATS.map((_, i) => ({ x: start + 10 * i, speed: 10, end: '', infractions: 0 }));
  let tick = 0;
  let events: MatchEvent[] = [];

  const hash = (): string =>
    createHash('sha256')
      .update(JSON.stringify([seed, tick, cars]))
      .digest('hex');
  const done = (): boolean => tick >= maxTicks || cars.every((car) => car.end !== '');
  const entities = (): EntityDescription[] =>
    SEATS.map(({ seat }, i) => ({
      id: i + 1,
      class: 'car',
      seat,
      length: 4.5,
      width: 1.8,
      height: 1.5,
      frontAxle: 1.35,
      rearAxle: 1.35,
      wheelRadius: 0.3,
    }));
  const scores = (): SeatScore[] =>
    cars.map((car, i) => ({
      seat: SEATS[i]?.seat ?? 'blue-1',
      score: Math.max(0, Math.min(100, (100 * car.x) / goal) - 10 * car.infractions),
      outcome: car.end === 'goal' ? 'finished' : tick >= maxTicks && car.end === '' ? 'finished' : null,
      reason: car.end === 'goal' ? 'goal' : tick >= maxTicks && car.end === '' ? 'time-limit' : '',
      metrics: { distance: car.x },
      infractions: { collision: car.infractions },
    }));
  const look = (): StepResult => ({
    tick,
    observations: cars.map(() => null),
    events,
    frame: {
      tick,
      entities: cars.map((car, i): FrameEntity => ({
        id: i + 1,
        x: car.x,
        y: 3 * i,
        z: 0.5,
        yaw: 0,
        pitch: 0,
        roll: 0,
        speed: car.speed,
        steering: 0,
        lights: 0,
      })),
      spawned: [],
      removed: [],
      seats: cars.map((car, i) => ({
        seat: SEATS[i]?.seat ?? 'blue-1',
        completion: car.x / goal,
        score: scores()[i]?.score ?? 0,
        lidar: Float32Array.of(1, 2, 3),
        done: car.end !== '',
      })),
      signals: Uint8Array.of(1, 4),
    },
    hash: hash(),
    done: done(),
  });

  return {
    scenario,
    behaviorVersion,
    parameters: { goal },
    seed,
    tickSeconds,
    maxTicks,
    map: { name: 'line', drivingSide: 'right', lanes: [], signals: [], crossings: [] },
    seats: SEATS.map(({ seat, team }, i) => ({
      seat,
      team,
      entity: i + 1,
      body: BODY,
      sensors: [],
      route: { lanes: [0], length: goal, points: [0, 0, goal, 0] },
    })),
    get tick() {
      return tick;
    },
    get done() {
      return done();
    },
    look,
    step(actions: readonly (Action | 'safe-stop' | null)[]) {
      if (done()) throw new RangeError('the world is done');
      tick++;
      events = [];
      for (const [i, car] of cars.entries()) {
        const action = actions[i];
        if (car.end !== '' || action === null || action === undefined) {
          car.speed *= 0.9;
        } else if (action === 'safe-stop') {
          car.speed = Math.max(0, car.speed - 0.2);
        } else {
          car.speed = Math.max(0, car.speed + 0.1 * action.throttle - 0.3 * action.brake);
          if (action.brake >= 1) {
            car.infractions++;
            events.push({
              tick,
              kind: 'collision',
              seat: SEATS[i]?.seat ?? null,
              entities: [i + 1],
              infraction: true,
              text: 'braked too hard',
              data: { speed: car.speed },
            });
          }
        }
        car.x += car.speed * tickSeconds;
        if (car.x >= goal && car.end === '') car.end = 'goal';
      }
      return look();
    },
    retire(seat) {
      const car = cars[seat];
      if (car) car.end = 'retired';
    },
    hash,
    keyframe: () => new TextEncoder().encode(JSON.stringify([tick, cars])),
    restore() {
      throw new Error('not needed here');
    },
    entities,
    scores,
    free() {},
  };
}
