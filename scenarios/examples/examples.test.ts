import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createWorld, loadPhysics, steadyDriver } from '@gauntlet/sim';
import { expect, test } from 'vitest';
import { scenario } from './wet-roundabout.ts';

const README = readFileSync(resolve(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

test("the README's snippets are files that tests run", () => {
  const snippets = [...README.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  const agent = resolve(import.meta.dirname, '..', '..', 'agents-sdk', 'agents', 'examples', 'ten-lines.ts');
  expect(snippets).toEqual(
    [agent, join(import.meta.dirname, 'wet-roundabout.ts')].map((file) => readFileSync(file, 'utf8')),
  );
});

test("the README's scenario runs, on a wet road", async () => {
  await loadPhysics();
  const world = createWorld(scenario, {}, '1');
  let last = world.look();
  for (let i = 0; i < 100; i++)
    last = world.step(last.observations.map((observation) => observation && steadyDriver(observation)));
  expect(last.frame.entities.length).toBeGreaterThan(12);
  world.free();
});
