import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { ActContext } from '../../src/index.ts';
import { decisionOf, type ActResult } from '../../src/index.ts';
import { FakeArena } from '../../src/testing/fake-arena.ts';
import { END, observation, welcome } from '../../src/testing/samples.ts';
import { BicycleRoad, road } from '../testing/bicycle-road.ts';
import tenLines from './ten-lines.ts';

test('the snippets of docs/write-an-agent.md are these files', () => {
  const page = readFileSync(resolve(import.meta.dirname, '..', '..', '..', 'docs', 'write-an-agent.md'), 'utf8');
  const snippets = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  expect(snippets).toEqual(
    ['ten-lines.ts', 'with-connect.ts'].map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')),
  );
});

test('ten lines keep a car in its lane at 8 m/s', () => {
  const world = new BicycleRoad({
    points: road([
      { length: 80, limit: 14 },
      { length: 60, curvature: 1 / 40, limit: 14 },
      { length: 60, limit: 14 },
    ]),
  });
  const act = tenLines(world.briefing);
  const context: ActContext = {
    briefing: world.briefing,
    deadlineMs: 200,
    bankMs: 0,
    clock: null,
    arenaNow: () => null,
  };
  while (!world.done && world.tick < 1000) {
    world.step(decisionOf(act(world.observe(), context) as ActResult).action);
    expect(Math.abs(world.offset)).toBeLessThan(0.6);
  }
  expect(world.done).toBe(true);
  expect(world.speed).toBeCloseTo(8, 0);
});

test('the program that uses connect plays a match and prints its end', async () => {
  const arena = await FakeArena.open();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'with-connect.ts'), arena.url, 't']);
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  const peer = await arena.peer();
  await peer.next();
  peer.send(welcome());
  await peer.next();
  peer.send(observation(0));
  expect(await peer.next()).toMatchObject({ type: 'action', tick: 0 });
  peer.send(END);
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(printed).toContain('finished');
  await arena.close();
});
