import { describe, expect, test } from 'vitest';
import { LaneGraph } from '../../road/lane-graph.ts';
import { Passages, type Passage } from './passage.ts';
import { lightOf, precedence } from './priority.ts';
import { crossroads, type CrossroadsSpec } from './testing/crossroads.ts';

/** Who goes first of two, each from one arm to another (0 east, 1 north, 2 west, 3 south). */
function first(spec: CrossroadsSpec, a: readonly [number, number], b: readonly [number, number]): -1 | 0 | 1 {
  const { map, entries, way } = crossroads(spec);
  const passages = new Passages(new LaneGraph(map));
  const passage = ([from, to]: readonly [number, number]): Passage =>
    passages.of(entries[from] as number, way(from, to), 1);
  const [one, two] = [passage(a), passage(b)];
  const result = precedence(one, 'signs', two, 'signs', map.drivingSide);
  expect(precedence(two, 'signs', one, 'signs', map.drivingSide)).toBe(result === 0 ? 0 : -result);
  return result;
}

describe('priority', () => {
  test('right before left where one drives on the right, left before right where one drives on the left', () => {
    // From the south, the one from the east comes from the right.
    expect(first({}, [0, 2], [3, 1])).toBe(1);
    expect(first({ drivingSide: 'left' }, [0, 2], [3, 1])).toBe(-1);
  });

  test('who turns across yields to oncoming traffic that drives on or turns to the near side', () => {
    expect(first({}, [0, 3], [2, 0])).toBe(-1);
    expect(first({}, [0, 3], [2, 3])).toBe(-1);
    expect(first({ drivingSide: 'left' }, [0, 1], [2, 0])).toBe(-1);
  });

  test('of two that both turn across nobody goes first', () => {
    expect(first({}, [0, 3], [2, 1])).toBe(0);
  });

  test('a major road goes before a give-way line and a stop sign, from whichever side', () => {
    for (const sign of ['yield', 'stop'] as const) {
      const signs = ['none', sign, 'none', sign] as const;
      expect(first({ signs }, [0, 2], [1, 3])).toBe(1);
      expect(first({ signs }, [0, 2], [3, 1])).toBe(1);
      expect(first({ signs }, [0, 3], [3, 1])).toBe(1);
    }
  });

  test('a green light counts like a major road, against whoever has only a sign', () => {
    const { map, entries, way } = crossroads({ signs: ['yield', 'yield', 'none', 'none'] });
    const passages = new Passages(new LaneGraph(map));
    const [a, b] = [passages.of(entries[0] as number, way(0, 2), 1), passages.of(entries[1] as number, way(1, 3), 1)];
    expect(precedence(a, 'go', b, 'signs', 'right')).toBe(1);
  });

  test('a signal that is off or flashes leaves it to the signs', () => {
    expect(lightOf('off')).toBe('signs');
    expect(lightOf('flashing-amber')).toBe('signs');
    expect(lightOf(null)).toBe('signs');
    expect(lightOf('red-amber')).toBe('stop');
  });
});
