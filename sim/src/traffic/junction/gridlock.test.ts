import { expect, test } from 'vitest';
import { joinLine, straightLine, type LinePoint } from '../../road/curves.ts';
import { MapBuilder } from '../../road/map-builder.ts';
import { Rails } from './testing/rails.ts';

const BLOCK = 22;
const CORNER = 14;
const SIDE = BLOCK + 2 * CORNER;

/** Four short streets around a square, driven counter-clockwise, and at each corner a way across that nobody drives. */
function square() {
  const builder = new MapBuilder('square');
  const lane = { width: 3.5, speedLimit: 10 };
  const starts: LinePoint[] = [
    { x: CORNER, y: 0, heading: 0 },
    { x: SIDE, y: CORNER, heading: Math.PI / 2 },
    { x: SIDE - CORNER, y: SIDE, heading: Math.PI },
    { x: 0, y: SIDE - CORNER, heading: -Math.PI / 2 },
  ];
  const lay = (line: Parameters<MapBuilder['road']>[0], junction?: number): number =>
    builder.road(line, [{ ...lane, ...(junction !== undefined && { junction }) }])[0] as number;
  const streets = starts.map((start) => lay(straightLine(start, BLOCK)));
  const corners = starts.map((start, k) => {
    const line = straightLine(start, BLOCK);
    return lay(joinLine(line[line.length - 1] as LinePoint, starts[(k + 1) % 4] as LinePoint), k);
  });
  starts.forEach((_, k) => {
    const next = starts[(k + 1) % 4] as LinePoint;
    const from = { ...next, heading: next.heading - Math.PI / 4 };
    const [x, y] = [next.x - 8 * Math.cos(from.heading), next.y - 8 * Math.sin(from.heading)];
    const coming = lay(
      straightLine(
        { x: x - 20 * Math.cos(from.heading), y: y - 20 * Math.sin(from.heading), heading: from.heading },
        20,
      ),
    );
    const across = lay(straightLine({ x, y, heading: from.heading }, 16), k);
    builder.link(coming, across);
    builder.link(streets[k] as number, corners[k] as number);
    builder.link(corners[k] as number, streets[(k + 1) % 4] as number);
  });
  return { map: builder.build(), streets, corners };
}

test('queues that wait for one another in a circle, each for room behind the next, move on', () => {
  const { map, streets, corners } = square();
  const rails = new Rails(map);
  const round = (k: number): number[] =>
    Array.from({ length: 24 }, (_, i) => (k + i) % 4).flatMap((at) => [streets[at] as number, corners[at] as number]);
  // Three on each street: there is no room for a fourth.
  for (let k = 0; k < 4; k++) for (const s of [18, 11.2, 4.4]) rails.add({ path: round(k), s, speed: 0 });
  const way = (): number => rails.vehicles.reduce((sum, { path, s }) => sum + s - 40 * path.length, 0);
  const start = way();
  rails.run(180, () => expect(rails.collisions()).toEqual([]));
  // Each has driven more than once around the square.
  expect((way() - start) / rails.vehicles.length).toBeGreaterThan(200);
});
