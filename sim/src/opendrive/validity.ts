import type { Lane } from './lane-section.ts';
import type { Road } from './road.ts';
import type { Validity } from './road-signal.ts';

/** The lane section sides of a road at `s`, as its lanes from left to right. */
export function lanesAt(road: Road, s: number): Lane[] {
  let left: readonly Lane[] = [];
  let right: readonly Lane[] = [];
  road.sections.forEach((section, i) => {
    if (i > 0 && section.s > s) return;
    left = section.left ?? left;
    right = section.right ?? right;
  });
  return [...left].reverse().concat(right);
}

/**
 * The lanes for wheels for which a signal holds. Where its orientation contradicts the lanes it names, the lanes count: exporters
 * differ about the orientation (Town01 has it the other way round), not about the lanes.
 */
export function lanesOf(road: Road, validity: Validity): Lane[] {
  const { s, orientation, lanes, reader } = validity;
  const wheels = lanesAt(road, s).filter(({ kind }) => kind === 'driving' || kind === 'biking');
  const facing = (lane: Lane): boolean => orientation === 'none' || lane.forward === (orientation === '+');
  if (lanes.length === 0) return wheels.filter(facing);
  const named = wheels.filter(({ id }) => lanes.some(([from, to]) => from <= id && id <= to));
  const both = named.filter(facing);
  if (both.length > 0 || named.length === 0) return both;
  reader.gather('the orientation of a signal contradicts the lanes that it names: the lanes count');
  return named;
}
