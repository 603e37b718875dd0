import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import { junctionGaps, type Triangle } from './junction-gaps.ts';
import { laneEdges, type LaneEdge } from './lane-edges.ts';
import { laneLength } from './lane-shape.ts';
import { RoadSurface } from './road-surface.ts';
import { Terrain } from './terrain.ts';
import { approaches, type Approach } from './turns.ts';

/** A map, surveyed once for all that draws it. */
export interface Ground {
  readonly map: MapDescription;
  /** With the gaps, whose number is one beyond the lanes'. */
  readonly surface: RoadSurface;
  readonly gaps: readonly Triangle[];
  readonly edges: readonly LaneEdge[];
  readonly terrain: Terrain;
  readonly approaches: readonly Approach[];
}

export function surveyGround(map: MapDescription): Ground {
  const surface = new RoadSurface(map.lanes);
  const gaps = junctionGaps(map, surface);
  for (const gap of gaps) surface.addTriangle(map.lanes.length, ...gap);
  return {
    map,
    surface,
    gaps,
    edges: laneEdges(map, surface),
    terrain: new Terrain(map),
    approaches: approaches(map, laneLength),
  };
}

/** Height of road or ground at a point, m: the road nearest to `z` where there is one within reach. */
export function standingHeight({ surface, terrain }: Ground, x: number, y: number, z: number): number {
  return surface.nearest(x, y, z, 6) ?? terrain.at(x, y);
}
