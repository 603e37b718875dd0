import { describe, expect, test } from 'vitest';
import { StateReader, StateWriter } from '../state.ts';
import { CollisionMemory } from './collisions.ts';
import { drivingScore } from './driving-score.ts';
import { SeatScoreCard } from './seat-score.ts';

const none = { 'collision-pedestrian': 0, 'collision-vehicle': 0, 'collision-static': 0 };

describe('driving score 2.1, by hand', () => {
  test('the whole route without infractions is 100', () => expect(drivingScore(1, none, 0, 1)).toBe(100));
  test('one vehicle hit on the whole route: 100 / 1.7', () =>
    expect(drivingScore(1, { ...none, 'collision-vehicle': 1 }, 0, 1)).toBeCloseTo(58.8235, 4));
  test('half of the route, two vehicles and a wall: 50 / (1 + 1.4 + 0.6)', () => {
    expect(drivingScore(0.5, { ...none, 'collision-vehicle': 2, 'collision-static': 1 }, 0, 1)).toBeCloseTo(16.6667, 4);
  });
  test('a pedestrian, and a quarter of the way out of lane: 100 / 2 x 0.75', () => {
    expect(drivingScore(1, { ...none, 'collision-pedestrian': 1 }, 0.25, 1)).toBeCloseTo(37.5, 9);
  });
});

test('minimum speed, by hand: half as fast as the traffic around is 100 / (1 + 0.4 x 0.5), faster is no merit', () => {
  const slow = new SeatScoreCard(200);
  const quick = new SeatScoreCard(200);
  for (const [own, traffic] of [
    [5, 10],
    [5, 10],
    [20, null],
  ] as const) {
    slow.tick(0.05, 199.5, 0, true, { vx: own, vy: 0, ax: 0 }, traffic);
    quick.tick(0.05, 199.5, 0, true, { vx: 3 * own, vy: 0, ax: 0 }, traffic);
  }
  expect(slow.score).toBeCloseTo(83.3333, 4);
  expect(quick.score).toBe(100);
});

describe('score card', () => {
  const still = { vx: 0, vy: 0, ax: 0 };
  const moving = { vx: 10, vy: 0, ax: -2 };

  test('completion is the furthest point reached, and never falls', () => {
    const card = new SeatScoreCard(200);
    card.tick(0.05, 50, 0, true, moving);
    card.tick(0.05, 30, 0, true, moving);
    expect(card.completion).toBe(0.25);
  });

  test('the goal, 30 m off the route and 180 s of standing end it', () => {
    const goal = new SeatScoreCard(200);
    goal.tick(0.05, 199.5, 0, true, moving);
    expect([goal.end, goal.completion]).toEqual(['goal', 1]);
    const lost = new SeatScoreCard(200);
    lost.tick(0.05, 50, 30.1, false, moving);
    expect(lost.end).toBe('off-route');
    const stuck = new SeatScoreCard(200);
    for (let i = 0; i < 180 * 20; i++) stuck.tick(0.05, 50, 0, true, still);
    expect(stuck.end).toBe('');
    stuck.tick(0.05, 50, 0, true, still);
    stuck.tick(0.05, 50, 0, true, still);
    expect(stuck.end).toBe('blocked');
  });

  test('says once that the road was left, and once more after coming back', () => {
    const card = new SeatScoreCard(200);
    const left = [true, false, false, true, false].map((inLane) => card.tick(0.05, 10, 2, inLane, moving));
    expect(left).toEqual([false, true, false, false, true]);
    expect(card.score).toBeCloseTo(100 * (10 / 200) * (1 - 3 / 5), 9);
  });

  test('a restored card goes on the same', () => {
    const card = new SeatScoreCard(200);
    for (let i = 0; i < 7; i++) card.tick(0.05, 10 + i, 1, i % 3 > 0, moving);
    card.infractions['collision-static'] = 2;
    const writer = new StateWriter();
    card.save(writer);
    const restored = new SeatScoreCard(200);
    restored.load(new StateReader(writer.view()));
    expect([restored.metrics(), restored.score, restored.end]).toEqual([card.metrics(), card.score, card.end]);
  });
});

test('a pair collides once until it has been apart for two seconds', () => {
  const memory = new CollisionMemory();
  const touches = [0, 0.05, 1, 2.9].map((time) => {
    memory.forget(time);
    return memory.touch(1, 2, time);
  });
  expect(touches).toEqual([true, false, false, false]);
  expect(memory.touch(1, 3, 3)).toBe(true);
  memory.forget(4.95);
  expect(memory.touch(1, 2, 5)).toBe(true);
});
