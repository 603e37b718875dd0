import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCENARIOS } from '@gauntlet/scenarios';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Golden } from '../match/scenario-check.ts';
import { engine, type Engine } from './browser-entry.ts';
import { ROOT } from './testing/command.ts';

const executablePath = [process.env['GAUNTLET_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
const title = `Node and Chromium${executablePath ? '' : ' (skipped: Chromium is not installed)'}`;

describe.skipIf(!executablePath)(title, () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const bundle = await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        minify: false,
        target: 'es2022',
        lib: { entry: join(import.meta.dirname, 'browser-entry.ts'), formats: ['iife'], name: 'gauntletEntry' },
      },
    });
    const [{ output }] = bundle as [Rollup.RollupOutput];
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
    page = await browser.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => complaints.push(`asked for ${request.url()}`));
    await page.addScriptTag({ content: output[0].code });
  });

  afterAll(() => browser?.close());

  /** Calls the engine in the page. */
  function inPage<Name extends keyof Engine>(name: Name, ...args: Parameters<Engine[Name]>): ReturnType<Engine[Name]> {
    const call = async ({ method, given }: { method: string; given: unknown[] }): Promise<unknown> => {
      const page = globalThis as unknown as { gauntletEngine: Record<string, (...all: unknown[]) => Promise<unknown>> };
      return page.gauntletEngine[method]?.(...given);
    };
    return page.evaluate(call, { method: name as string, given: args as unknown[] }) as ReturnType<Engine[Name]>;
  }

  test.each(SCENARIOS.map(({ id }) => id))(
    '[D1][D5] %s has the same hash at every tick in Node and in Chromium, and ends at its golden one',
    async (id) => {
      const golden = JSON.parse(readFileSync(join(ROOT, 'scenarios', id, 'golden.json'), 'utf8')) as Golden;
      const [here, there] = await Promise.all([
        engine.hashes(id, golden.seed, golden.ticks),
        inPage('hashes', id, golden.seed, golden.ticks),
      ]);
      expect(there.length).toBe(golden.ticks + 1);
      const differs = there.findIndex((hash, tick) => hash !== here[tick]);
      expect(differs, `first tick that differs: expected ${here[differs]}, got ${there[differs]}`).toBe(-1);
      expect(there.at(-1)).toBe(golden.finalHash);
      // The comparison would see a difference.
      expect((await inPage('hashes', id, `${golden.seed}1`, 1))[1]).not.toBe(there[1]);
      expect(complaints).toEqual([]);
    },
  );

  test.each(SCENARIOS.map(({ id }) => id))(
    '[D1][D4] a keyframe of %s from Node goes on in Chromium as it does in Node, and the other way round',
    async (id) => {
      const all = await engine.hashes(id, '11', 160);
      const keyframes = await Promise.all([engine.keyframe(id, '11', 100), inPage('keyframe', id, '11', 100)]);
      expect(keyframes[1]).toEqual(keyframes[0]);
      expect(await inPage('hashesFrom', id, '11', keyframes[0], 60)).toEqual(all.slice(100));
      expect(await engine.hashesFrom(id, '11', keyframes[1], 60)).toEqual(all.slice(100));
    },
  );
});
