import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { describe, expect, it } from 'vitest';
import { addLane, arc, line } from '../../dev/fake-lanes.ts';
import { fakeMap } from '../../dev/fake-map.ts';
import { fakeTown } from '../../dev/fake-town.ts';
import { surveyGround } from './ground.ts';
import { laneEdges, runs } from './lane-edges.ts';
import { crossSection, laneLength } from './lane-shape.ts';
import { RoadSurface } from './road-surface.ts';
import { Terrain } from './terrain.ts';
import { turnOf } from './turns.ts';

const NONE = ['none', 'none'] as const;

/** A lane of 4 m along a path, as high as given. */
function lane(path: Parameters<typeof addLane>[1], height: (x: number, y: number) => number = () => 0): MapLane {
  return addLane([], path, 4, NONE, {}, height);
}

describe('what lies at a point', () => {
  it('is the lane around it, as high as its boundaries there, on slopes and in bends', () => {
    const slope = (x: number) => 0.1 * x;
    const straight = { ...lane(line([0, 0], [200, 0], 3), slope), id: 0 };
    const bend = { ...lane(arc(40, 0, 2, 30)), id: 1 };
    const surface = new RoadSurface([straight, bend]);
    for (let x = 1; x < 200; x += 7.3) {
      for (const y of [-1.9, 0, 1.9]) expect(surface.nearest(x, y, slope(x))).toBeCloseTo(slope(x), 6);
      for (const y of [-2.1, 2.1]) {
        const ids: number[] = [];
        surface.at(x, y, (id) => ids.push(id));
        expect(ids).not.toContain(0);
      }
    }
    for (let angle = 0.05; angle < 1.95; angle += 0.1) {
      const ids = (radius: number): number[] => {
        const found: number[] = [];
        surface.at(radius * Math.cos(angle), radius * Math.sin(angle), (id) => found.push(id));
        return found;
      };
      expect(ids(40)).toContain(1);
      expect(ids(44)).not.toContain(1);
    }
  });

  it('is, of roads above each other, the one nearest in height', () => {
    const low = { ...lane(line([-50, 0], [50, 0])), id: 0 };
    const high = { ...lane(line([0, -50], [0, 50]), () => 7), id: 1 };
    const surface = new RoadSurface([low, high]);
    expect(surface.nearest(0, 0, 1)).toBe(0);
    expect(surface.nearest(0, 0, 5)).toBe(7);
    expect(surface.nearest(0, 0, 3.4, 3)).toBe(null);
  });
});

describe('the lie of the land', () => {
  it('is one plane below a map without hills', () => {
    const terrain = new Terrain(fakeMap());
    expect(terrain.level).toBe(true);
    expect(terrain.at(12, -340)).toBe(0);
  });

  it('stays below every road, and close below where no other road is', () => {
    const hill = (x: number, y: number) => 12 * Math.sin(x / 60) + 5 * Math.cos(y / 45);
    const lanes = [lane(line([-300, -40], [300, 80], 120), hill), lane(arc(150, 0, 6, 120), hill)];
    const terrain = new Terrain({ lanes });
    expect(terrain.level).toBe(false);
    for (const { centre, left, right } of lanes) {
      for (const points of [centre, left, right]) {
        for (let i = 0; i < points.length; i += 3) {
          const below = points[i + 2]! - terrain.at(points[i]!, points[i + 1]!);
          expect(below).toBeGreaterThan(0.02);
          expect(below).toBeLessThan(3);
        }
      }
    }
  });

  it('passes under the lower of two roads that cross', () => {
    const low = lane(line([-80, 0], [80, 0], 40));
    const high = lane(line([0, -80], [0, 80], 40), () => 7);
    const terrain = new Terrain({ lanes: [low, high] });
    for (let x = -80; x <= 80; x += 5) expect(terrain.at(x, 0)).toBeLessThan(0);
    expect(terrain.at(0, 60)).toBeGreaterThan(5);
  });
});

describe('a junction', () => {
  it('has no hole between its lanes, and keeps its corners free', () => {
    const map = fakeTown();
    const { surface, gaps } = surveyGround(map);
    expect(gaps.length).toBeGreaterThan(0);
    for (let x = -9; x <= 9; x += 0.7)
      for (let y = -9; y <= 9; y += 0.7)
        if (Math.abs(x) + Math.abs(y) < 9) expect(surface.nearest(x, y, 0)).not.toBe(null);
    for (const side of [1, -1]) expect(surface.nearest(14 * side, 14, 0)).toBe(null);
  });

  it('keeps the island of a roundabout', () => {
    const { surface } = surveyGround(fakeMap());
    expect(surface.nearest(0, 0, 0)).toBe(null);
  });

  it('is left to the left, to the right, or straight on', () => {
    expect(turnOf(lane(arc(20, 0, Math.PI / 2, 9)))).toBe('left');
    expect(turnOf(lane(arc(20, Math.PI / 2, 0, 9)))).toBe('right');
    expect(turnOf(lane(line([0, 0], [20, 3])))).toBe('straight');
  });
});

describe('a lane', () => {
  it('ends where no other lane goes on beside it', () => {
    const lanes: MapLane[] = [];
    addLane(lanes, line([0, 0], [100, 0], 2), 4, NONE);
    addLane(lanes, line([100, 4], [50, 4], 2), 4, NONE);
    const [left, right] = laneEdges({ ...fakeMap(), lanes }, new RoadSurface(lanes));
    expect(runs(right!, (beyond) => beyond < 0)).toEqual([{ from: 0, to: right!.beyond.length - 1 }]);
    const free = runs(left!, (beyond) => beyond < 0);
    expect(free).toHaveLength(1);
    expect(left!.line[3 * free[0]!.to]).toBeGreaterThan(40);
    expect(left!.line[3 * free[0]!.to]).toBeLessThanOrEqual(50);
  });

  it('has a cross-section at every distance along it, held at its ends', () => {
    const straight = lane(line([10, 0], [30, 0], 3), (x) => x / 10);
    expect(laneLength(straight)).toBeCloseTo(20, 9);
    const { left, right } = crossSection(straight, 5)!;
    expect(left).toEqual([expect.closeTo(15, 9), expect.closeTo(2, 9), expect.closeTo(1.5, 9)]);
    expect(right).toEqual([expect.closeTo(15, 9), expect.closeTo(-2, 9), expect.closeTo(1.5, 9)]);
    expect(crossSection(straight, 99)!.left[0]).toBeCloseTo(30, 9);
    expect(crossSection(straight, -1)!.left[0]).toBeCloseTo(10, 9);
  });
});
