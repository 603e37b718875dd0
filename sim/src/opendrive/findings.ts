import { LIMITS } from './limits.ts';
import type { MapWarning } from './road-map.ts';

/** Collects what is found while a map is read. */
export class Findings {
  readonly #warnings: MapWarning[] = [];
  readonly #gathered = new Map<string, Set<string>>();
  #more = 0;

  warn(place: string, text: string): void {
    if (this.#warnings.length < LIMITS.warnings) this.#warnings.push({ place, text });
    else this.#more++;
  }

  /** What may occur all over a file: told once, with its first place and at how many it occurs. */
  gather(place: string, text: string): void {
    const known = this.#gathered.get(text);
    if (known) known.add(place);
    else if (this.#gathered.size < LIMITS.warnings) this.#gathered.set(text, new Set([place]));
    else this.#more++;
  }

  /** In the order in which they were found, those that were gathered last. */
  all(): MapWarning[] {
    const all = [...this.#warnings];
    for (const [text, places] of this.#gathered) {
      const [place = 'file'] = places;
      all.push({ place, text: places.size === 1 ? text : `${text} (${places.size} times, first here)` });
    }
    if (this.#more > 0) all.push({ place: 'file', text: `${this.#more} more warnings are left out` });
    return all;
  }
}
