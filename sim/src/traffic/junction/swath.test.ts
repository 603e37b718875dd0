import { expect, test } from 'vitest';
import { hypot } from '../../math.ts';
import { arcLine, endOf, straightLine } from '../../road/curves.ts';
import { LaneGraph } from '../../road/lane-graph.ts';
import { MapBuilder } from '../../road/map-builder.ts';
import { SPECS } from '../../vehicle/spec.ts';
import { Passages } from './passage.ts';
import { sweep, type Swath } from './swath.ts';

const RADIUS = 20;

/** A junction lane that turns to the left by half a circle behind a straight lane; the swath of a bus, and where its middle is. */
function turn(radius: number): { swath: Swath; middle: number } {
  const builder = new MapBuilder('turn');
  const lane = { width: 3.5, speedLimit: 10 };
  const [before] = builder.road(straightLine({ x: 0, y: 0, heading: 0 }, 30), [lane]) as [number];
  const start = { x: 30, y: 0, heading: 0 };
  const line = radius === Infinity ? straightLine(start, 60) : arcLine(start, radius, Math.PI * radius);
  const [bend] = builder.road(line, [{ ...lane, junction: 0 }]) as [number];
  const [after] = builder.road(straightLine(endOf(line), 30), [lane]) as [number];
  builder.link(before, bend);
  builder.link(bend, after);
  const passage = new Passages(new LaneGraph(builder.build())).of(before, [before, bend, after], 1);
  return { swath: sweep(passage, 2), middle: Math.round(passage.track.count / 2) };
}

test('on a straight road a vehicle needs its own width', () => {
  const { swath } = turn(Infinity);
  for (const reach of [...swath.toLeft, ...swath.toRight]) expect(reach).toBeCloseTo(SPECS.bus.width / 2, 2);
});

test('on a circle a bus reaches out as far as the corners of a body do whose rear axle points to the centre', () => {
  const { length, width, rear } = SPECS.bus;
  const { swath, middle } = turn(RADIUS);
  const axle = Math.sqrt(RADIUS * RADIUS - rear.x * rear.x);
  const outer = hypot(axle + width / 2, length / 2 - rear.x) - RADIUS;
  const inner = RADIUS - (axle - width / 2);
  expect(Math.abs((swath.toRight[middle] as number) - outer)).toBeLessThan(0.15);
  // On the inner side it cuts the bend beside.
  expect(swath.toLeft[middle]).toBeGreaterThan(inner - 0.05);
  expect(swath.toLeft[middle]).toBeLessThan(inner + 1.1);
});
