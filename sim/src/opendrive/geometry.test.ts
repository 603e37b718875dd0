import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, test } from 'vitest';
import { readOpenDrive } from './index.ts';
import { geometry, lane, line, openDrive, road, section, type RoadText } from './testing/fixture.ts';

/** The lanes of a map of one road, by their OpenDRIVE ids in its first lane section. */
function lanesOf(text: RoadText): { byId: Map<number, MapLane>; warnings: string[] } {
  const { map, sources, warnings } = readOpenDrive(openDrive(road(text)), 'test');
  const byId = new Map<number, MapLane>();
  sources.forEach((source, id) => {
    const found = /lane (-?\d+) \(/.exec(source);
    if (found && !byId.has(Number(found[1]))) byId.set(Number(found[1]), map.lanes[id] as MapLane);
  });
  return { byId, warnings: warnings.map(({ place, text: what }) => `${place}: ${what}`) };
}

const points = (polyline: readonly number[]): [number, number, number][] =>
  Array.from({ length: polyline.length / 3 }, (_, i) => polyline.slice(3 * i, 3 * i + 3) as [number, number, number]);

const speed = '<type s="0" type="rural"><speed max="20"/></type>';

describe('lanes lie where the road puts them', () => {
  test('on a straight road: centres at half the width, right lanes along it, left lanes against it, at most 10 m between points', () => {
    const { byId, warnings } = lanesOf({ planView: line(5, -3, Math.PI / 2, 100), type: speed });
    expect(warnings).toEqual([]);
    const [right, left] = [byId.get(-1), byId.get(1)];
    const ahead = points(right?.centre ?? []);
    expect(ahead[0]).toEqual([expect.closeTo(5 + 1.75, 9), expect.closeTo(-3, 9), 0]);
    expect(ahead.at(-1)).toEqual([expect.closeTo(6.75, 9), expect.closeTo(97, 9), 0]);
    ahead.slice(1).forEach(([, y], i) => expect(y - (ahead[i]?.[1] ?? 0)).toBeLessThan(10.001));
    expect(points(left?.centre ?? [])[0]).toEqual([expect.closeTo(5 - 1.75, 9), expect.closeTo(97, 9), 0]);
    // Each sees the middle of the road on its left.
    expect(points(right?.left ?? [])[0]?.[0]).toBeCloseTo(5, 9);
    expect(points(left?.left ?? [])[0]?.[0]).toBeCloseTo(5, 9);
  });

  test.each([20, 100, 500])(
    'on an arc of %s m: every edge is a circle, and chords leave it by less than 5 mm',
    (radius) => {
      const length = radius * 2;
      const { byId } = lanesOf({
        length,
        type: speed,
        planView: geometry(0, 0, 0, length, `<arc curvature="${1 / radius}"/>`),
        lanes: section(0, [lane(2), lane(1), lane(-1), lane(-2, { type: 'sidewalk' })]),
      });
      const expected: [number, 'left' | 'right' | 'centre', number][] = [
        [-1, 'left', 0],
        [-1, 'centre', 1.75],
        [-1, 'right', 3.5],
        [-2, 'right', 7],
        [1, 'left', 0],
        [2, 'right', -7],
      ];
      for (const [id, side, offset] of expected) {
        const at = points(byId.get(id)?.[side] ?? []);
        expect(at.length).toBeGreaterThan(3);
        at.forEach(([x, y], i) => {
          expect(Math.hypot(x, y - radius)).toBeCloseTo(radius + offset, 7);
          const [nextX, nextY] = at[i + 1] ?? [x, y];
          const sag = radius + offset - Math.hypot((x + nextX) / 2, (y + nextY) / 2 - radius);
          expect(sag).toBeGreaterThan(-1e-6);
          expect(sag).toBeLessThan(0.005);
        });
      }
    },
  );

  test('lanes side by side share the points of their common edge', () => {
    const { byId } = lanesOf({
      length: 60,
      planView: geometry(0, 0, 0, 60, '<spiral curvStart="0" curvEnd="0.03"/>'),
      lanes: section(0, [lane(1), lane(-1), lane(-2)]),
    });
    expect(byId.get(-1)?.right).toEqual(byId.get(-2)?.left);
    expect(points(byId.get(-1)?.left ?? []).reverse()).toEqual(points(byId.get(1)?.left ?? []));
  });

  test('paramPoly3 of both ranges and poly3 run through their polynomials', () => {
    // v = 0.005 u^2 as each of the three; 60 m of u are 61.98 m of road.
    const k = 0.6;
    const length = (k * Math.sqrt(1 + k * k) + Math.asinh(k)) / 0.02;
    const shapes = [
      '<poly3 a="0" b="0" c="0.005" d="0"/>',
      '<paramPoly3 pRange="normalized" aU="0" bU="60" cU="0" dU="0" aV="0" bV="0" cV="18" dV="0"/>',
      `<paramPoly3 pRange="arcLength" aU="0" bU="${60 / length}" cU="0" dU="0" aV="0" bV="0" cV="${(0.005 * 3600) / length ** 2}" dV="0"/>`,
    ];
    for (const shape of shapes) {
      const { byId, warnings } = lanesOf({ length, type: speed, planView: geometry(0, 0, 0, length, shape) });
      expect(warnings).toEqual([]);
      const edge = points(byId.get(-1)?.left ?? []);
      edge.forEach(([x, y]) => expect(y).toBeCloseTo(0.005 * x * x, 6));
      expect(edge.at(-1)?.[0]).toBeCloseTo(60, 4);
    }
  });

  test('elevation lifts them, superelevation tilts them about the reference line, with points at most 5 m apart', () => {
    const roll = 0.05;
    const { byId } = lanesOf({
      elevation: '<elevation s="0" a="2" b="0.03" c="0" d="0"/><elevation s="40" a="3.2" b="0.03" c="-0.001" d="0"/>',
      lateral: `<superelevation s="0" a="${roll}" b="0" c="0" d="0"/>`,
    });
    const height = (s: number): number => (s < 40 ? 2 + 0.03 * s : 3.2 + 0.03 * (s - 40) - 0.001 * (s - 40) ** 2);
    const edge = points(byId.get(-1)?.right ?? []);
    edge.forEach(([x, y, z], i) => {
      expect(y).toBeCloseTo(-3.5 * Math.cos(roll), 9);
      expect(z).toBeCloseTo(height(x) - 3.5 * Math.sin(roll), 9);
      expect((edge[i + 1]?.[0] ?? x) - x).toBeLessThan(5.001);
    });
    expect(points(byId.get(1)?.right ?? [])[0]?.[2]).toBeCloseTo(height(100) + 3.5 * Math.sin(roll), 9);
  });

  test('crossfall lets both sides fall off, and lane heights raise a pavement', () => {
    const { byId } = lanesOf({
      lateral: '<crossfall side="both" s="0" a="0.02" b="0" c="0" d="0"/>',
      lanes: section(0, [
        lane(-1),
        lane(-2, { type: 'sidewalk', more: '<height sOffset="0" inner="0.12" outer="0.1"/>' }),
      ]),
    });
    const drop = (t: number): number => t * Math.tan(0.02);
    expect(byId.get(-1)?.right[2]).toBeCloseTo(-drop(3.5), 9);
    expect(byId.get(-2)?.left[2]).toBeCloseTo(0.12 - drop(3.5), 9);
    expect(byId.get(-2)?.right[2]).toBeCloseTo(0.1 - drop(7), 9);
  });

  test('widths and the lane offset follow their polynomials; borders say where a lane ends instead', () => {
    const { byId } = lanesOf({
      laneOffset: '<laneOffset s="0" a="1" b="0" c="0" d="0"/><laneOffset s="50" a="1" b="0.02" c="0" d="0"/>',
      lanes: section(0, [
        lane(-1, { width: '<width sOffset="0" a="3" b="0.01" c="0.0001" d="0"/>' }),
        lane(-2, { width: '<border sOffset="0" a="8" b="0" c="0" d="0"/>' }),
      ]),
    });
    const offset = (x: number): number => (x < 50 ? 1 : 1 + 0.02 * (x - 50));
    points(byId.get(-1)?.left ?? []).forEach(([x, y]) => expect(y).toBeCloseTo(offset(x), 9));
    points(byId.get(-1)?.right ?? []).forEach(([x, y]) =>
      expect(y).toBeCloseTo(offset(x) - 3 - 0.01 * x - 0.0001 * x * x, 9),
    );
    points(byId.get(-2)?.right ?? []).forEach(([x, y]) => expect(y).toBeCloseTo(offset(x) - 8, 9));
  });

  test('in left-hand traffic the lanes with positive ids lead along the road, and the others against it', () => {
    const text = openDrive(road({ rule: 'LHT', type: speed }));
    const { map } = readOpenDrive(text, 'left');
    expect(map.drivingSide).toBe('left');
    const [first, second] = map.lanes;
    expect([first?.centre.slice(0, 2), second?.centre.slice(0, 2)]).toEqual([
      [0, 1.75],
      [100, -1.75],
    ]);
    // Who keeps left has the middle of the road on the right.
    expect([first?.right[1], second?.right[1]]).toEqual([0, 0]);
  });

  test('a map far from its origin is moved there, which is told', () => {
    const { map, warnings } = readOpenDrive(
      openDrive(road({ type: speed, planView: line(654321, 5432100.5, 0, 100) })),
      'utm',
    );
    expect(map.lanes[1]?.centre.slice(0, 2)).toEqual([expect.closeTo(321, 6), expect.closeTo(100.5 - 1.75, 6)]);
    expect(warnings).toEqual([
      {
        place: 'road 1, geometry 0 (line 6)',
        text: 'the map lies far from its origin: it is moved by -654000 m east and -5432000 m north',
      },
    ]);
  });
});

describe('a bend that is tighter than a lane is wide', () => {
  test('is told, and the lane goes on without running backwards', () => {
    const { byId, warnings } = lanesOf({
      length: 20,
      type: speed,
      planView: geometry(0, 0, 0, 20, '<arc curvature="0.2"/>'),
      lanes: section(0, [lane(2, { width: 6 }), lane(1, { width: 4 }), lane(-1)]),
    });
    expect(warnings).toEqual([expect.stringMatching(/lane 2 .*: the lane bends more tightly than it is wide/)]);
    const centre = points(byId.get(2)?.centre ?? []);
    centre.slice(2).forEach(([x, y], i) => {
      const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = [centre[i], centre[i + 1]];
      expect((bx - ax) * (x - bx) + (by - ay) * (y - by)).toBeGreaterThan(0);
    });
  });
});

describe('a file that contradicts itself is told where', () => {
  const warningsOf = (planView: string, length: number): string[] =>
    lanesOf({ planView, length, type: speed }).warnings;

  test('geometries that do not add up to the road', () => {
    expect(warningsOf(line(0, 0, 0, 99.98), 100)).toEqual([
      expect.stringMatching(
        /^road 1 \(line 3\): its geometries add up to 99.980 m, the file states a length of 100.000 m$/,
      ),
    ]);
    expect(warningsOf(line(0, 0, 0, 99.992), 100)).toEqual([]);
  });

  test('geometries that do not meet, or bend sharply', () => {
    expect(warningsOf(line(0, 0, 0, 50) + line(50, 0.03, 0, 50, 50), 100)).toEqual([
      expect.stringMatching(/^road 1, geometry 1 \(line 6\): it begins 0.030 m away from where the one before ends$/),
    ]);
    expect(warningsOf(line(0, 0, 0, 50) + line(50, 0, 0.03, 50, 50), 100)).toContainEqual(
      expect.stringContaining('it turns by 0.030 rad at once'),
    );
  });

  test('a curve that is not as long as it says', () => {
    const shape = '<paramPoly3 pRange="arcLength" aU="0" bU="1" cU="0" dU="0" aV="0" bV="0" cV="0.002" dV="0"/>';
    const long = 0.4;
    const measured = ((long * Math.sqrt(1 + long * long) + Math.asinh(long)) / 0.008).toFixed(3);
    expect(warningsOf(geometry(0, 0, 0, 100, shape), 100)).toEqual([
      expect.stringContaining(`it is ${measured} m long by its shape, the file states 100.000 m`),
    ]);
  });
});
