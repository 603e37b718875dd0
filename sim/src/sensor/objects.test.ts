import { describe, expect, test } from 'vitest';
import { StateReader, StateWriter } from '../state.ts';
import { ObjectSensor } from './objects.ts';
import type { Target } from './targets.ts';

function box(id: number, x: number, y: number, heading = 0, length = 4, width = 2): Target {
  return {
    id,
    class: 'car',
    x,
    y,
    z: 1,
    heading,
    rise: 0,
    dx: Math.cos(heading),
    dy: Math.sin(heading),
    vx: 5,
    vy: 0,
    halfLength: length / 2,
    halfWidth: width / 2,
  };
}

const own = box(1, 0, 0);

describe('object sensor', () => {
  test('lists what is in range, nearest first, in the body frame', () => {
    const sensor = new ObjectSensor(50, 16);
    const turned = { ...own, heading: Math.PI / 2, dx: 0, dy: 1 };
    const { objects } = sensor.read(turned, 0, 0, [turned, box(2, 0, 30), box(3, -10, 0), box(4, 0, 60)]);
    expect(objects.map(({ position }) => position)).toEqual([
      [0, 10],
      [30, 0],
    ]);
    expect(objects[1]?.heading).toBeCloseTo(-Math.PI / 2);
    expect(objects[1]?.velocity.map((v) => Math.round(v))).toEqual([0, -5]);
  });

  test('does not list what another object hides, and lists it again when it is free', () => {
    const sensor = new ObjectSensor(80, 16);
    const truck = box(2, 15, 0, 0, 8, 4);
    const behind = box(3, 30, 0);
    expect(sensor.read(own, 0, 0, [own, truck, behind]).objects).toHaveLength(1);
    expect(sensor.read(own, 0, 0, [own, truck, box(3, 30, 6)]).objects).toHaveLength(2);
  });

  test('an object keeps its track number while it is in sight and gets a new one after it was gone', () => {
    const sensor = new ObjectSensor(80, 16);
    const tracks = (...targets: Target[]): number[] =>
      sensor.read(own, 0, 0, targets).objects.map(({ track }) => track);
    expect(tracks(box(7, 10, 0), box(8, 0, 10))).toEqual([1, 2]);
    expect(tracks(box(7, 12, 0), box(8, 0, 10))).toEqual([2, 1]);
    expect(tracks(box(8, 0, 10))).toEqual([2]);
    expect(tracks(box(7, 9, 0), box(8, 0, 10))).toEqual([3, 2]);
  });

  test('lists no more than its limit, the nearest ones', () => {
    const ring = Array.from({ length: 20 }, (_, i) => box(i + 2, (10 + i) * Math.cos(i), (10 + i) * Math.sin(i)));
    const { objects } = new ObjectSensor(80, 5).read(own, 0, 0, ring);
    expect(objects).toHaveLength(5);
    expect(Math.max(...objects.map(({ position }) => Math.hypot(...position)))).toBeLessThan(17);
  });

  test('a restored sensor goes on with the same tracks', () => {
    const sensor = new ObjectSensor(80, 16);
    sensor.read(own, 0, 0, [box(7, 10, 0), box(8, 0, 10)]);
    const writer = new StateWriter();
    sensor.save(writer);
    const restored = new ObjectSensor(80, 16);
    restored.load(new StateReader(writer.view()));
    const next = [box(8, 0, 9), box(7, 10, 0), box(9, -10, 0)];
    expect(restored.read(own, 0, 0, next)).toEqual(sensor.read(own, 0, 0, next));
  });

  test('lists people and bicycles like others, and nothing that is on another level, nor lets it hide anything', () => {
    const sensor = new ObjectSensor(80, 16);
    const truck = { ...box(2, 15, 0, 0, 8, 4), z: 7 };
    const person: Target = { ...box(3, 30, 0, 0, 0.5, 0.5), class: 'pedestrian' };
    const bicycle: Target = { ...box(4, 0, 20, 0, 1.8, 0.65), class: 'bicycle' };
    const { objects } = sensor.read(own, 0, 0, [own, truck, person, bicycle]);
    expect(objects.map((object) => object.class)).toEqual(['bicycle', 'pedestrian']);
  });
});
