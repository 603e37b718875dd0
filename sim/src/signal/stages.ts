import { wrapAngle } from '../math.ts';
import type { Site } from './site.ts';

/** rad: arms face one another when their directions are this near to opposite. */
const OPPOSITE = 0.8;

/** Whether two groups of a site, by index, must not be green together. */
export function conflicts(site: Site, a: number, b: number): boolean {
  return (site.clearance[a]?.[b] ?? 0) > 0;
}

/**
 * Groups, by index, that are green together, stage by stage: each group of vehicles in one stage, beside the one of the opposite
 * arm where they agree; people in every stage that leaves their crossing free.
 */
export function workOutStages(site: Site): number[][] {
  const { groups } = site;
  const all = groups.map((_, i) => i);
  const stages: number[][] = [];
  const open = new Set(all.filter((i) => groups[i]?.lanes.length !== 0));
  for (const seed of all) {
    if (!open.delete(seed)) continue;
    const stage = [seed];
    const others = all.filter((i) => open.has(i));
    for (const i of [...others.filter((i) => facing(site, seed, i)), ...others]) {
      if (!open.has(i) || stage.some((member) => conflicts(site, member, i))) continue;
      stage.push(i);
      open.delete(i);
    }
    stages.push(stage);
  }
  const alone: number[] = [];
  for (const i of all) {
    if (groups[i]?.lanes.length !== 0) continue;
    const free = stages.filter((stage) => !stage.some((member) => conflicts(site, member, i)));
    for (const stage of free) stage.push(i);
    if (free.length === 0) alone.push(i);
  }
  if (alone.length > 0) stages.push(alone);
  for (const stage of stages) stage.sort((a, b) => a - b);
  // Signals that nothing conflicts with have a red of their own, or they would signal nothing.
  if (stages.length === 1) stages.push([]);
  return stages;
}

function facing(site: Site, a: number, b: number): boolean {
  const p = site.groups[a]?.movements[0];
  const q = site.groups[b]?.movements[0];
  return p !== undefined && q !== undefined && Math.abs(wrapAngle(p.heading - q.heading)) > Math.PI - OPPOSITE;
}
