import type { Program } from './program.ts';
import type { Site } from './site.ts';

/** s of red and amber before the green of vehicles (RiLSA 2015, 2.4). */
export const RED_AMBER = 1;

/** From one stage to another. Times in s from the moment people's green ends. */
export interface Transition {
  /** To the end of the green of vehicles that have to stop: people need longer to clear their crossing. */
  readonly lead: number;
  /** To the green of the other stage. */
  readonly total: number;
}

/** How the lights go from one stage to another, so that who had green has left before others come. */
export function transitionBetween(site: Site, program: Program, from: number, to: number): Transition {
  const before = program.stages[from] ?? [];
  const after = program.stages[to] ?? [];
  const begins = after.filter((i) => !before.includes(i));
  let [vehicles, walking] = [0, 0];
  for (const i of before) {
    if (after.includes(i)) continue;
    const clearance = site.clearance[i] ?? [];
    if (isVehicles(site, i)) {
      const met = begins.reduce((most, k) => Math.max(most, clearance[k] ?? 0), 0);
      const red = met > 0 ? (program.allRed ?? met) : 0;
      vehicles = Math.max(vehicles, (program.amber[i] ?? 0) + red);
    } else {
      // Whichever comes next: a short stage between must not cut it.
      walking = clearance.reduce((most, seconds) => Math.max(most, seconds), walking);
    }
  }
  const total = Math.max(vehicles, walking);
  return { total, lead: vehicles > 0 ? total - vehicles : 0 };
}

/** Whether a group of a site has amber. */
export function isVehicles(site: Site, group: number): boolean {
  return (site.groups[group]?.lanes.length ?? 0) > 0;
}
