import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LaneGraph } from '../road/lane-graph.ts';
import { MapError, readOpenDrive } from './index.ts';
import { Mutator } from './testing/mutate.ts';
import { WHOLE_MAPS } from './testing/whole-maps.ts';

const DATA = process.env['GAUNTLET_DATA'] ?? resolve(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');

interface Tally {
  read: number;
  warned: number;
  refused: number;
}

/** Reads a mutated map: a map that the lane graph takes, or a MapError. Anything else fails with the text's seed. */
function readMutated(text: string, tally: Tally, label: string): void {
  let found;
  try {
    found = readOpenDrive(text, 'fuzz');
  } catch (error) {
    if (!(error instanceof MapError))
      throw new Error(`${label}: expected a MapError, got ${String(error)}`, { cause: error });
    expect(error.place).not.toBe('');
    tally.refused++;
    return;
  }
  try {
    new LaneGraph(found.map);
  } catch (error) {
    throw new Error(`${label}: the lane graph refuses what was read: ${String(error)}`, { cause: error });
  }
  if (found.warnings.length > 0) tally.warned++;
  else tally.read++;
}

const files = ['highway_exit.xodr', 'fabriksgatan_traffic_lights.xodr', 'tunnels.xodr'].map((file) =>
  join(DATA, 'opendrive', file),
);

describe('seeded fuzz: whatever is changed in a map, it is read or refused with its place', () => {
  test.each(Object.keys(WHOLE_MAPS))('the fixture "%s", 150 times', (name) => {
    const tally = { read: 0, warned: 0, refused: 0 };
    for (let seed = 1; seed <= 150; seed++) {
      const mutated = new Mutator(seed, name).mutate(WHOLE_MAPS[name] ?? '', 1 + (seed % 4));
      readMutated(mutated, tally, `${name}, seed ${seed}`);
    }
    // The mutations do something, and not always the same.
    for (const count of [tally.read, tally.warned, tally.refused]) expect(count).toBeGreaterThan(10);
  });

  test.skipIf(!files.every((file) => existsSync(file)))('real maps (needs GAUNTLET_DATA), 20 times each', () => {
    const tally = { read: 0, warned: 0, refused: 0 };
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      for (let seed = 1; seed <= 20; seed++)
        readMutated(
          new Mutator(seed, file.replace(/.*\//, '')).mutate(text, 1 + (seed % 6)),
          tally,
          `${file}, seed ${seed}`,
        );
    }
    expect(tally.warned).toBeGreaterThan(5);
    expect(tally.refused).toBeGreaterThan(5);
  });
});
