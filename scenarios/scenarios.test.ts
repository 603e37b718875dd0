import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createWorld, LaneGraph, loadPhysics, Random, type Scenario } from '@gauntlet/sim';
import { Route } from '../sim/src/road/route.ts';
import { chauffeur, overlap, Stage, TICK } from '../sim/src/traffic/testing/stage.ts';
import { findScenario, SCENARIOS } from './index.ts';

type ParameterSpec = Scenario['parameters'][string];

const FOLDER = import.meta.dirname;
const EXTREMES = (['min', 'default', 'max'] as const).map((end) => (spec: ParameterSpec) => spec[end]);

function build(scenario: Scenario, set: (spec: ParameterSpec) => number, seed = '1') {
  const parameters = Object.fromEntries(Object.entries(scenario.parameters).map(([name, spec]) => [name, set(spec)]));
  return scenario.build(parameters, (stream) => new Random(seed, stream));
}

beforeAll(loadPhysics);

test('every folder with a scenario is in the registry, under its own name', () => {
  const folders = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'scenario.ts')));
  expect(SCENARIOS.map(({ id }) => id).sort()).toEqual(folders.sort());
  for (const { id } of SCENARIOS) expect(findScenario(id)?.id).toBe(id);
  expect(findScenario('no-such-v1')).toBeUndefined();
});

describe.each(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))('%s', (id, scenario) => {
  test('has two blue seats or more, ten other actors or more, and a plan for each seat, whatever the parameters', () => {
    expect(scenario.seats.filter(({ team }) => team === 'blue').length).toBeGreaterThanOrEqual(2);
    for (const set of EXTREMES) {
      const plan = build(scenario, set);
      expect(plan.seats).toHaveLength(scenario.seats.length);
      expect(plan.actors.length).toBeGreaterThanOrEqual(10);
    }
  });

  test('starts with nobody touching anyone, with any seed and at either end of every parameter', () => {
    for (const set of EXTREMES) {
      for (const seed of ['1', '2', '3', '4', '5', '6', '7', '8']) {
        expect(new Stage(build(scenario, set, seed)).collisions(), `seed ${seed}`).toEqual([]);
      }
    }
  });

  test('has a goal that can be reached in time at half the limit', () => {
    const plan = build(scenario, (spec) => spec.default);
    const graph = new LaneGraph(plan.map);
    for (const { route, start, goal } of plan.seats) {
      const way = new Route(graph, route, start, goal);
      expect(way.length / (0.5 * way.speedLimit(0))).toBeLessThan(scenario.maxSeconds);
      expect(graph.nearest(way.pose(0).x, way.pose(0).y, 0)?.lane).toBe(route[0]);
    }
  });

  test('has traffic that does not collide with itself in 90 s and gets somewhere, with as much of it as there can be too', () => {
    for (const busy of [false, true]) {
      const set = (spec: ParameterSpec): number => (busy && spec.unit.includes('vehicles') ? spec.max : spec.default);
      const stage = new Stage({ ...build(scenario, set, '3'), seats: [], stories: [] });
      let driven = 0;
      for (let tick = 0; tick < 1800; tick++) {
        stage.step();
        for (const { state } of stage.vehicles) driven += state.speed * TICK;
        if (tick % 3 === 0) expect(stage.collisions(), `at ${stage.time.toFixed(2)} s`).toEqual([]);
      }
      expect(driven).toBeGreaterThan(10_000);
      expect(stage.left).toBeGreaterThan(0);
    }
  });

  test('has traffic that stops behind contestants who stop, in the world of real forces', () => {
    const parameters = Object.fromEntries(
      Object.entries(scenario.parameters).map(([name, spec]) => [name, spec.default]),
    );
    const world = createWorld(scenario, parameters, '5');
    let moved = 0;
    for (let tick = 1; tick <= 300; tick++) {
      const { frame } = world.step(scenario.seats.map(() => 'safe-stop'));
      if (tick % 4 !== 0) continue;
      const boxes = world.entities().map((entity) => {
        const { x, y, z, yaw, speed } = frame.entities.find(({ id: other }) => other === entity.id)!;
        const { length, width, class: kind } = entity;
        return {
          id: entity.id,
          kind,
          x,
          y,
          z,
          heading: yaw,
          speed,
          length,
          width,
          seat: entity.seat !== null,
          emergency: false,
        };
      });
      boxes.forEach((a, i) => {
        for (const b of boxes.slice(i + 1)) expect(overlap(a, b), `${a.id} and ${b.id} at tick ${tick}`).toBe(false);
      });
      moved += boxes.filter(({ seat, speed }) => !seat && speed > 3).length;
    }
    expect(moved).toBeGreaterThan(100);
    world.free();
  });

  test('has a README that names every parameter with its default and range, and a golden hash of its behaviour version', () => {
    const readme = readFileSync(join(FOLDER, id, 'README.md'), 'utf8').replaceAll(/ +/g, ' ');
    for (const [name, { default: usual, min, max }] of Object.entries(scenario.parameters)) {
      expect(readme).toContain(`| \`${name}\` | ${usual} | ${min}..${max}`);
    }
    const golden = JSON.parse(readFileSync(join(FOLDER, id, 'golden.json'), 'utf8')) as { behaviorVersion: number };
    expect(golden.behaviorVersion).toBe(scenario.behaviorVersion);
  });
});

test.each(['highway-cut-in-v1', 'highway-cut-in-v2'])(
  'in %s a car cuts in ahead of each contestant who keeps its speed',
  (id) => {
    const plan = build(findScenario(id)!, (spec) => spec.default);
    const stage = new Stage(plan);
    for (let tick = 0; tick < 800; tick++) {
      stage.step(() =>
        stage.seats.forEach((seat, i) => {
          const ahead = stage.vehicles.some(({ state }) => {
            const [dx, dy] = [state.x - seat.state.x, state.y - seat.state.y];
            const along = dx * Math.cos(seat.state.heading) + dy * Math.sin(seat.state.heading);
            const aside = dy * Math.cos(seat.state.heading) - dx * Math.sin(seat.state.heading);
            return along > 1 && along < 22 && Math.abs(aside) < 2.4;
          });
          chauffeur(seat, stage.routes[i]!, ahead ? -5 : 1.5, 25);
        }),
      );
    }
    const stories = new Set(stage.events.map(({ data }) => data.story));
    expect([...stories].sort()).toEqual(['cut-in-1 cuts in', 'cut-in-2 cuts in']);
  },
);
