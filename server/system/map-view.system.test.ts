import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Arena } from './testing/arena.ts';
import { gauntlet, ROOT } from './testing/command.ts';
import { temporaryFolder } from './testing/folder.ts';
import { Spectator } from './testing/spectator.ts';
import { until } from './testing/until.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const OWN = join(ROOT, 'scenarios', 'maps', 'city.xodr');
const TOWN = join(process.env['GAUNTLET_DATA'] ?? resolve(ROOT, '..', 'shared', 'data'), 'opendrive', 'Town01.xodr');
const maps = [
  { name: 'city', file: OWN },
  { name: 'Town01', file: TOWN },
];

describe('gauntlet serve --map', () => {
  for (const { name, file } of maps) {
    const there = existsSync(file);
    test.skipIf(!there)(
      `[M31] shows traffic on ${name}, signals and no contestants${file === TOWN ? ' (needs GAUNTLET_DATA)' : ''}`,
      async () => {
        const arena = await Arena.start(join(folder.path, name), '--map', file);
        const spectator = new Spectator(arena.url);
        try {
          const address = await until('the address to be told', () =>
            new RegExp(`^Watch ${name} at (\\S+)$`, 'm').exec(arena.output),
          );
          const id = new URL(address[1] ?? '').pathname.replace('/matches/', '');
          expect(await arena.match(id)).toMatchObject({ seats: [], rated: false, seed: null, log: null });
          const answer = await spectator.watch(id);
          if (!answer.ok || answer.scene === null) throw new Error(`no scene: ${JSON.stringify(answer).slice(0, 500)}`);
          const { scene } = answer;
          const { frames } = spectator;
          await until('three seconds of match', () => frames.length > 0 && frames.at(-1)!.tick - frames[0]!.tick >= 60);
          expect(scene).toMatchObject({ seats: [], title: expect.stringContaining(name) });
          expect(scene.map.lanes.length).toBeGreaterThan(100);
          expect(frames.every(({ signals }) => signals.length === scene.map.signals.length)).toBe(true);
          expect(new Set(frames.at(-1)!.signals).size).toBeGreaterThan(1);
          const [first, last] = [frames[0]!, frames.at(-1)!];
          const moved = last.entities.filter(({ id, x, y }) => {
            const before = first.entities.find((entity) => entity.id === id);
            return before && Math.hypot(x - before.x, y - before.y) > 2;
          });
          expect(first.entities.length).toBeGreaterThan(10);
          expect(moved.length).toBeGreaterThan(5);
          expect(frames.every(({ seats }) => seats.length === 0)).toBe(true);
        } finally {
          spectator.close();
          expect(await arena.end()).toEqual({ code: 0, signal: null });
        }
      },
    );
  }

  test('a file that is no map is refused with exit 1, before anything is opened', async () => {
    const broken = join(folder.path, 'broken.xodr');
    writeFileSync(broken, readFileSync(OWN, 'utf8').slice(0, 4000));
    const data = join(folder.path, 'never');
    const refused = await gauntlet('serve', '--port', '0', '--data', data, '--map', broken);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^error: .*expected .*got /m);
    expect(existsSync(data)).toBe(false);
    const missing = await gauntlet('serve', '--port', '0', '--data', data, '--map', join(folder.path, 'none.xodr'));
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/none\.xodr: expected an OpenDRIVE file, there is none of this name/);
  });
});
