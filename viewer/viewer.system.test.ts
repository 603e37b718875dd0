import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SIGNAL_STATES } from '@gauntlet/agents-sdk/protocol';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeArena, type FakeArena } from './dev/fake-arena.ts';
import { fakeLog } from './dev/fake-log.ts';
import { fakeFrame } from './dev/fake-match.ts';
import { townFrame } from './dev/fake-town.ts';
import type { GauntletHook } from './src/pages/hook.ts';

const candidates = [process.env['GAUNTLET_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'];
const chromiumPath = candidates.find((path) => path !== undefined && existsSync(path));
const title = chromiumPath ? 'the viewer in a browser' : 'the viewer in a browser (skipped: Chromium is not installed)';

describe.skipIf(!chromiumPath)(title, () => {
  let folder: string;
  let arena: FakeArena;
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gauntlet-viewer-'));
    const dist = join(folder, 'dist');
    await build({
      root: fileURLToPath(new URL('.', import.meta.url)),
      logLevel: 'error',
      build: { outDir: dist, emptyOutDir: true },
    });
    arena = await startFakeArena(dist, { startTick: 60 });
    browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: [
        '--no-sandbox',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--disable-background-networking',
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await arena?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(path: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(arena.url) && !/^(data|blob):/.test(request.url()))
        complaints.push(`asked ${request.url()}`);
    });
    await page.goto(arena.url + path);
    return page;
  }

  const hook = (page: Page) => page.evaluate(() => window.__gauntlet as GauntletHook);
  const ticking = (page: Page) => page.waitForFunction(() => (window.__gauntlet?.tick ?? -1) >= 0);

  it('moves the cars of a live match, and follows a seat by its key', async () => {
    const page = await open('/matches/m-live');
    await ticking(page);
    const first = await hook(page);
    await page.waitForFunction((tick) => window.__gauntlet!.tick > tick + 10, first.tick);
    const later = await hook(page);
    const moved = later.entities.filter(({ id, x, y }) => {
      const before = first.entities.find((entity) => entity.id === id);
      return before && Math.hypot(x - before.x, y - before.y) > 0.5;
    });
    expect(later.entities).toHaveLength(fakeFrame(later.tick).entities.length);
    expect(moved.length).toBeGreaterThanOrEqual(10);
    await page.keyboard.press('3');
    await page.waitForFunction(() => window.__gauntlet!.follow === 'red-1');
    await page.keyboard.press('t');
    await page.waitForFunction(() => window.__gauntlet!.camera === 'top');
    await page.waitForFunction(
      () => location.search.includes('follow=red-1') && location.search.includes('camera=top'),
    );
    await page.close();
  });

  it('shows the tick of the time in the address, and any other that is scrubbed to', async () => {
    const page = await open('/matches/m-0007?t=12.3&follow=blue-2&camera=driver');
    await ticking(page);
    await page.waitForFunction(() => window.__gauntlet!.tick === 246);
    expect(await hook(page)).toMatchObject({ playing: false, follow: 'blue-2', camera: 'driver' });
    const track = (await page.locator('.track').boundingBox())!;
    await page.mouse.click(track.x + track.width * 0.75, track.y + track.height / 2);
    await page.waitForFunction(() => Math.abs(window.__gauntlet!.tick - 900) < 6);
    const { tick, entities } = await hook(page);
    const expected = fakeFrame(tick).entities;
    expect(entities).toHaveLength(expected.length);
    for (const entity of entities) {
      const exact = expected.find(({ id }) => id === entity.id)!;
      expect(Math.hypot(entity.x - exact.x, entity.y - exact.y)).toBeLessThan(2);
    }
    await page.keyboard.press('Home');
    await page.waitForFunction(() => window.__gauntlet!.tick === 0);
    await page.keyboard.press(' ');
    await page.waitForFunction(() => window.__gauntlet!.playing && window.__gauntlet!.tick > 5);
    await page.close();
  });

  it('says that the connection is lost, and goes on when it is back', async () => {
    const page = await open('/matches/m-live');
    await ticking(page);
    arena.dropSpectators();
    await page.getByText('Connection to the arena lost').waitFor();
    const { tick } = await hook(page);
    await page.waitForFunction((before) => window.__gauntlet!.tick > before + 40, tick);
    await page.getByText('Connection to the arena lost').waitFor({ state: 'detached' });
    await page.close();
  });

  it('opens a log from disk', async () => {
    const file = join(folder, 'own.mcap');
    await writeFile(file, await fakeLog('mine', 200));
    const page = await open('/');
    await page.locator('input[type=file]').setInputFiles(file);
    await ticking(page);
    await page.waitForFunction(() => window.__gauntlet!.entities.length === 12);
    await page.close();
  });

  it('shows a map with traffic and no contestants: what its signals say, what there is, and whoever is chosen', async () => {
    const page = await open('/matches/map-town');
    await ticking(page);
    expect(await hook(page)).toMatchObject({ follow: 'none', camera: 'orbit' });
    await page.waitForFunction(() => window.__gauntlet!.signals.includes('green'));
    const { tick, signals, entities } = await hook(page);
    const frame = townFrame(tick);
    expect(signals).toEqual([...frame.signals].map((code) => SIGNAL_STATES[code]));
    expect(new Set(signals).size).toBeGreaterThan(1);
    expect(entities).toHaveLength(frame.entities.length);
    await page.waitForFunction((before) => window.__gauntlet!.signals.join() !== before, signals.join());
    expect(await page.locator('.seat').count()).toBe(0);
    await page.getByRole('button', { name: 'Buses' }).click();
    await page.waitForFunction(() => window.__gauntlet!.follow === '2');
    await page.keyboard.press('v');
    await page.waitForFunction(() => window.__gauntlet!.camera === 'chase');
    await page.close();
  });

  it('lists live and finished matches, the ranking, and an agent with its history', async () => {
    const page = await open('/');
    await page.getByText('verified', { exact: true }).first().waitFor();
    expect(await page.locator('.card').count()).toBe(2);
    await page.getByRole('link', { name: 'Town: open traffic' }).waitFor();
    expect(await page.locator('.result').count()).toBe(4);
    await page.getByRole('link', { name: 'Ranking' }).click();
    await page.locator('.ranking tbody tr').nth(3).waitFor();
    await page.getByRole('link', { name: 'lane-keeper 1.2.0' }).click();
    await page.locator('.chart .point').first().waitFor();
    await page.close();
  });

  it('says so when there is no such match', async () => {
    const page = await browser.newPage();
    await page.goto(`${arena.url}/matches/nope`);
    await page.getByText('There is no such match').waitFor();
    await page.close();
  });

  it('tells the result when a live match ends, and leads to the next one and to the replay', async () => {
    const page = await open('/matches/m-live');
    await ticking(page);
    arena.endLive();
    await page.getByRole('link', { name: 'Watch the next match' }).waitFor();
    await page.getByRole('button', { name: 'Watch the replay' }).click();
    await page.getByText('Replay', { exact: true }).waitFor();
    await page.close();
  });

  it('makes no errors and asks no other host', () => {
    expect(complaints).toEqual([]);
  });
});
