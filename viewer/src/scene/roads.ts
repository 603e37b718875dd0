import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { DoubleSide, Group, Mesh, MeshLambertMaterial, type MeshLambertMaterialParameters } from 'three';
import type { Ground } from '../ground/ground.ts';
import { piece, runs } from '../ground/lane-edges.ts';
import { layered, levelGround } from './ground-material.ts';
import { paintMarkings } from './markings.ts';
import { LIGHT } from './palette.ts';
import { StripBuilder } from './ribbon.ts';

/** How far the gravel verge reaches beyond the lanes, m. */
const VERGE = 0.7;
/** How far a pavement stands out above its lane, m, and the width of the kerb stone along it. */
const KERB = 0.06;
const KERB_WIDTH = 0.16;

type Surface = MapLane['kind'] | 'tunnel' | 'tunnel-side';

/** Colour of each kind of lane, and its layer: the higher one wins where two overlap. */
const SURFACES: Record<Surface, { colour: string; layer: number }> = {
  driving: { colour: LIGHT.asphalt, layer: 1 },
  tunnel: { colour: LIGHT.tunnel, layer: 1 },
  'tunnel-side': { colour: LIGHT.tunnelSide, layer: 0 },
  shoulder: { colour: LIGHT.shoulder, layer: 0 },
  parking: { colour: LIGHT.parking, layer: 0 },
  median: { colour: LIGHT.median, layer: 0 },
  biking: { colour: LIGHT.biking, layer: 0 },
  sidewalk: { colour: LIGHT.sidewalk, layer: 0 },
};

/**
 * All that is paved and painted: verge, surfaces, kerbs, markings, in a mesh for each. Layers lie on each other, so the lower ones
 * are pushed back in depth.
 */
export function buildRoads(ground: Ground): Group {
  const { map } = ground;
  const group = new Group();
  const raise = pavementRaise(ground);
  const surfaces = new Map<Surface, StripBuilder>();
  const surfaceOf = (kind: Surface): StripBuilder => {
    const surface = surfaces.get(kind) ?? new StripBuilder();
    surfaces.set(kind, surface);
    return surface;
  };
  for (const lane of map.lanes) {
    const kind = surfaceKind(lane);
    surfaceOf(kind).strip(lane.left, lane.right, kind === 'sidewalk' ? raise : 0);
  }
  const { level } = ground.terrain;
  group.add(layer(buildVerge(ground), { color: LIGHT.gravel, ...layered(2, level) }, 1));
  const gaps = new StripBuilder();
  for (const corners of ground.gaps) gaps.triangle(...corners);
  if (!gaps.empty) group.add(layer(gaps, { color: LIGHT.asphalt, ...layered(1.5, level) }, 1));
  for (const [kind, surface] of surfaces) {
    const { colour, layer: above } = SURFACES[kind];
    group.add(layer(surface, { color: colour, ...layered(1 - above, level) }, 2 + above));
  }
  const kerbs = buildKerbs(ground, raise);
  if (!kerbs.empty) {
    const mesh = new Mesh(kerbs.geometry(), new MeshLambertMaterial({ color: LIGHT.kerb, side: DoubleSide }));
    mesh.renderOrder = 3;
    group.add(mesh);
  }
  const paint = paintMarkings(ground);
  if (!paint.empty) group.add(layer(paint, { color: LIGHT.paint, depthWrite: false, ...layered(-2, level) }, 4));
  return group;
}

/** In tunnels it is dark, and where all ways cross, a cycle lane has no colour of its own. */
function surfaceKind({ kind, tunnel, junction }: MapLane): Surface {
  if (tunnel) return kind === 'driving' ? 'tunnel' : 'tunnel-side';
  return kind === 'biking' && junction !== null ? 'driving' : kind;
}

function layer(strips: StripBuilder, parameters: MeshLambertMaterialParameters, order: number): Mesh {
  const mesh = new Mesh(strips.geometry());
  levelGround(mesh, { side: DoubleSide, ...parameters });
  mesh.renderOrder = order;
  return mesh;
}

/** Where the road ends: beside another lane it would stick out of what lies lower. */
function buildVerge({ edges }: Ground): StripBuilder {
  const verge = new StripBuilder();
  for (const edge of edges) {
    if (edge.lane.tunnel || edge.lane.kind === 'median') continue;
    for (const { from, to } of runs(edge, (beyond) => beyond < 0)) {
      const [inner, outer] = [piece(edge, from, to, 0, -0.01), piece(edge, from, to, VERGE, -0.04)];
      if (edge.side === 'left') verge.strip(outer, inner);
      else verge.strip(inner, outer);
    }
  }
  return verge;
}

/** How far pavements are to be drawn above their lanes, m: nothing where the map itself raises them. */
function pavementRaise({ map, edges, surface }: Ground): number {
  for (const { lane, line, outward, beyond } of edges) {
    if (lane.kind !== 'sidewalk') continue;
    for (let i = 0; i < beyond.length; i++) {
      const other = map.lanes[beyond[i]!];
      if (!other || other.kind === 'sidewalk') continue;
      const [x, y] = [line[3 * i]! + outward[2 * i]! * 0.35, line[3 * i + 1]! + outward[2 * i + 1]! * 0.35];
      return line[3 * i + 2]! - (surface.nearest(x, y, line[3 * i + 2]!, 1) ?? 0) > 0.05 ? 0 : KERB;
    }
  }
  return KERB;
}

/** The stone along a pavement, and its face down to what lies beside. */
function buildKerbs({ map, edges }: Ground, raise: number): StripBuilder {
  const kerbs = new StripBuilder();
  for (const edge of edges) {
    if (edge.lane.kind !== 'sidewalk') continue;
    const apart = (beyond: number): boolean => map.lanes[beyond]?.kind !== 'sidewalk';
    for (const { from, to } of runs(edge, apart)) {
      const top = piece(edge, from, to, 0, raise + 0.004);
      const inner = piece(edge, from, to, -KERB_WIDTH, raise + 0.004);
      const foot = piece(edge, from, to, 0, -0.2);
      if (edge.side === 'left') {
        kerbs.strip(top, inner);
        kerbs.strip(foot, top);
      } else {
        kerbs.strip(inner, top);
        kerbs.strip(top, foot);
      }
    }
  }
  return kerbs;
}
