import type { Layers } from '../scene/overlays.ts';
import type { Quality } from '../scene/stage.ts';

/** What a person has chosen to see. Kept in the browser. */
export interface Settings {
  layers: Layers;
  quality: Quality;
}

const KEY = 'gauntlet.view';
const DEFAULTS: Settings = {
  layers: { routes: true, lidar: true, labels: true, drawings: true, shadows: true },
  quality: 'auto',
};

export function loadSettings(): Settings {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>;
    return { layers: { ...DEFAULTS.layers, ...stored.layers }, quality: stored.quality ?? DEFAULTS.quality };
  } catch {
    return structuredClone(DEFAULTS); // Storage is off, or holds something else.
  }
}

export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}
