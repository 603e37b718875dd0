import { describe, expect, test } from 'vitest';
import type { CarAction } from '../protocol/action.ts';
import type { MapLane } from '../protocol/map.ts';
import { decisionOf, type ActContext, type ActResult, type AgentFactory } from '../src/index.ts';
import { BRIEFING } from '../src/testing/samples.ts';
import cautious from './cautious.ts';
import laneKeeper from './lane-keeper.ts';
import { BicycleRoad, road, type Mover, type RoadWorldOptions } from './testing/bicycle-road.ts';

/** Drives to the road's end or for so many seconds; calls back after every tick. */
function drive(
  factory: AgentFactory,
  options: RoadWorldOptions,
  seconds: number,
  each: (world: BicycleRoad) => void = () => {},
): BicycleRoad {
  const world = new BicycleRoad(options);
  const act = factory(world.briefing);
  const context: ActContext = {
    briefing: world.briefing,
    deadlineMs: 200,
    bankMs: 2000,
    clock: null,
    arenaNow: () => null,
  };
  while (!world.done && world.tick < seconds * 20) {
    world.step(decisionOf(act(world.observe(), context) as ActResult).action as CarAction);
    each(world);
  }
  return world;
}

/** Along the x axis at a speed that changes with time. */
function along(x0: number, y: number, speedAt: (time: number) => number): Mover {
  return (time) => {
    let x = x0;
    for (let t = 0; t < time - 1e-9; t += 0.05) x += speedAt(t) * 0.05;
    return { x, y, vx: speedAt(time), vy: 0 };
  };
}

describe.each([
  ['lane-keeper', laneKeeper, 1, 2.5],
  ['cautious', cautious, 0.85, 1.6],
] as const)('%s', (_, agent, limitShare, lateral) => {
  const winding = road([
    { length: 250, limit: 25 },
    { length: 60, curvature: 1 / 40, limit: 25 },
    { length: 20, limit: 25 },
    { length: 40, curvature: -1 / 25, limit: 25 },
    { length: 120, limit: 13.9 },
  ]);

  test('keeps its lane on a winding road, slow enough for the bends and the limits', () => {
    let fastest = 0;
    const world = drive(agent, { points: winding, speed: 15 }, 120, ({ s, offset, speed }) => {
      fastest = Math.max(fastest, speed);
      expect(Math.abs(offset)).toBeLessThan(0.6);
      if (s > 260 && s < 305) expect((speed * speed) / 40).toBeLessThan(1.15 * lateral);
      if (s > 335 && s < 365) expect((speed * speed) / 25).toBeLessThan(1.15 * lateral);
      expect(speed).toBeLessThan(1.02 * limitShare * (s < 365 ? 25 : 13.9) + (s < 380 && s >= 365 ? 4 : 0));
    });
    expect(world.done).toBe(true);
    expect(fastest).toBeGreaterThan(0.8 * limitShare * 22);
  });

  test('stops behind a car that brakes from 20 m/s to a standstill, and does not touch it', () => {
    const braking = along(45, 0, (time) => Math.max(0, 20 - 5 * Math.max(0, time - 3)));
    let least = Infinity;
    const world = drive(
      agent,
      { points: road([{ length: 600, limit: 20 }]), speed: 18, movers: [braking] },
      25,
      (now) => {
        least = Math.min(least, now.clearance());
      },
    );
    expect(least).toBeGreaterThan(0.8);
    expect(world.speed).toBeLessThan(0.1);
    expect(world.clearance()).toBeLessThan(8);
  });

  test('lets a slower car that cuts in close ahead have its place', () => {
    const cutIn: Mover = (time) => {
      const side = Math.max(0, Math.min(1, (time - 2) / 3));
      return { x: 16 + 18 * time, y: 3.5 * (1 - side), vx: 18, vy: side > 0 && side < 1 ? -3.5 / 3 : 0 };
    };
    let least = Infinity;
    drive(agent, { points: road([{ length: 800, limit: 25 }]), speed: 21, movers: [cutIn] }, 25, (now) => {
      least = Math.min(least, now.clearance());
    });
    expect(least).toBeGreaterThan(1);
  });

  test('brakes for what only its lidar sees', () => {
    const standing: Mover = () => ({ x: 90, y: 0.2, vx: 0, vy: 0, length: 1 });
    const world = drive(agent, { points: road([{ length: 200, limit: 14 }]), speed: 12, lidarOnly: [standing] }, 20);
    expect(world.speed).toBeLessThan(0.1);
    expect(world.x).toBeGreaterThan(75);
    expect(world.x + BRIEFING.body.length / 2).toBeLessThan(89);
  });

  test('gives way: waits at the line for traffic that goes first, then enters', () => {
    function lane(id: number, centre: number[], links: Partial<MapLane>): MapLane {
      return { ...(BRIEFING.map.lanes[0] as MapLane), id, centre, left: centre, right: centre, ...links };
    }
    // The own road along x; the other comes from the right and joins it at x = 115.
    const map = {
      lanes: [
        lane(0, [0, 0, 0, 100, 0, 0], { successors: [1], yields: true }),
        lane(1, [100, 0, 0, 115, 0, 0], { successors: [2], predecessors: [0] }),
        lane(2, [115, 0, 0, 300, 0, 0], { predecessors: [1, 3] }),
        lane(3, [115, -100, 0, 115, 0, 0], { successors: [2] }),
      ],
      route: [0, 1, 2],
      laneAt: (s: number) => (s < 100 ? 0 : s < 115 ? 1 : 2),
    };
    /** Comes up from the south at 8 m/s, turns, and goes ahead on the own road. */
    const joining =
      (start: number): Mover =>
      (time) => {
        const way = start + 8 * time;
        return way < 100 ? { x: 115, y: way - 100, vx: 0, vy: 8 } : { x: 115 + way - 100, y: 0, vx: 8, vy: 0 };
      };
    // Just when the agent would arrive, then one after the other too close for a gap.
    const movers = [20, 4, -12, -28].map(joining);
    let waited = 0;
    let least = Infinity;
    const world = drive(
      agent,
      { points: road([{ length: 300, limit: 12 }]), speed: 12, movers, line: 100, map },
      60,
      (now) => {
        if (now.speed < 0.3 && now.s > 90 && now.s < 98) waited += 0.05;
        least = Math.min(least, now.clearance());
      },
    );
    expect(waited).toBeGreaterThan(2);
    expect(least).toBeGreaterThan(0.5);
    expect(world.done).toBe(true);
    // With nobody there it does not stop.
    let slowest = Infinity;
    drive(
      agent,
      { points: road([{ length: 300, limit: 12 }]), speed: 12, line: 100, map },
      60,
      (now) => (slowest = Math.min(slowest, now.speed)),
    );
    expect(slowest).toBeGreaterThan(6);
  });

  test('the same observations give the same actions, bit for bit', () => {
    const run = (speed: number): string => {
      const trace: number[] = [];
      drive(
        agent,
        { points: winding, speed, movers: [along(40, 0, () => 9)] },
        30,
        ({ x, y, heading }) => void trace.push(x, y, heading),
      );
      return Buffer.from(Float64Array.from(trace).buffer).toString('base64');
    };
    expect(run(12)).toBe(run(12));
    expect(run(12)).not.toBe(run(12.001));
  });
});

test('cautious keeps a larger distance than lane-keeper', () => {
  const gap = (agent: AgentFactory): number => {
    const leader = along(60, 0, () => 12);
    const world = drive(agent, { points: road([{ length: 900, limit: 20 }]), speed: 12, movers: [leader] }, 40);
    return leader(world.tick * 0.05).x - world.x;
  };
  expect(gap(cautious)).toBeGreaterThan(gap(laneKeeper) + 8);
});
