import type { LaneMarking, MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { DoubleSide, Group, Mesh, type MeshLambertMaterialParameters } from 'three';
import { levelGround } from './ground-material.ts';
import { LIGHT } from './palette.ts';
import { beside, dashes, StripBuilder } from './ribbon.ts';

const LINE_WIDTH = 0.15;
const DASH = 3;
const GAP = 5;
/** How far the gravel verge reaches beyond the lanes, m. */
const VERGE = 0.7;

/** All that is painted and paved: verge, surface, markings. Layers lie on each other, so the lower ones are pushed back in depth. */
export function buildRoads(map: MapDescription): Group {
  const group = new Group();
  const verge = new StripBuilder();
  const surfaces = new Map<MapLane['kind'], StripBuilder>();
  const paint = new StripBuilder();
  const painted = new Set<string>();
  for (const lane of map.lanes) {
    if (lane.kind !== 'median') verge.strip(beside(lane.left, VERGE), beside(lane.right, -VERGE), -0.02);
    const surface = surfaces.get(lane.kind) ?? new StripBuilder();
    surfaces.set(lane.kind, surface);
    surface.strip(lane.left, lane.right);
    paintLine(paint, painted, lane.left, lane.leftMarking);
    paintLine(paint, painted, lane.right, lane.rightMarking);
    if (lane.yields) paintGiveWay(paint, lane);
  }
  const colours = { driving: LIGHT.asphalt, shoulder: LIGHT.shoulder, sidewalk: LIGHT.sidewalk, median: LIGHT.median };
  group.add(
    layer(verge, { color: LIGHT.gravel, polygonOffset: true, polygonOffsetFactor: 2, polygonOffsetUnits: 2 }, 1),
  );
  for (const [kind, surface] of surfaces) {
    const under = kind === 'driving' ? 0 : 1;
    const offset = { polygonOffset: true, polygonOffsetFactor: under, polygonOffsetUnits: under };
    group.add(layer(surface, { color: colours[kind], ...offset }, 3 - under));
  }
  if (!paint.empty) {
    const offset = { polygonOffset: true, polygonOffsetFactor: -2, polygonOffsetUnits: -2 };
    group.add(layer(paint, { color: LIGHT.paint, depthWrite: false, ...offset }, 4));
  }
  return group;
}

function layer(strips: StripBuilder, parameters: MeshLambertMaterialParameters, order: number): Mesh {
  const mesh = new Mesh(strips.geometry());
  levelGround(mesh, { side: DoubleSide, ...parameters });
  mesh.renderOrder = order;
  return mesh;
}

/** Neighbours share a boundary: it is painted once, or the dashes of opposite lanes would fill each other's gaps. */
function paintLine(paint: StripBuilder, painted: Set<string>, boundary: readonly number[], marking: LaneMarking): void {
  if (marking === 'none' || boundary.length < 6) return;
  const end = (at: number) => `${Math.round(boundary[at]! * 4)} ${Math.round(boundary[at + 1]! * 4)}`;
  const middle = end(3 * Math.floor(boundary.length / 6));
  const key = [...[end(0), end(boundary.length - 3)].sort(), middle].join('|');
  if (painted.has(key)) return;
  painted.add(key);
  const pieces = marking === 'solid' ? [boundary] : dashes(boundary, DASH, GAP);
  for (const piece of pieces) paint.along(piece, LINE_WIDTH, 0.015);
}

/** A row of triangles across the end of the lane, pointing at who comes. */
function paintGiveWay(paint: StripBuilder, lane: MapLane): void {
  const end = lane.left.length - 3;
  const from = lane.right.slice(end, end + 3);
  const to = lane.left.slice(end, end + 3);
  const width = Math.hypot(to[0]! - from[0]!, to[1]! - from[1]!);
  if (width < 1) return;
  const across = [(to[0]! - from[0]!) / width, (to[1]! - from[1]!) / width];
  // Back along the lane: across turned to the left.
  const back = [-across[1]!, across[0]!];
  const z = from[2]! + 0.015;
  const teeth = Math.floor((width - 0.4) / 0.75);
  for (let i = 0; i < teeth; i++) {
    const start = (width - teeth * 0.75) / 2 + i * 0.75 + 0.12;
    const at = (along: number, behind: number) => [
      from[0]! + across[0]! * along + back[0]! * behind,
      from[1]! + across[1]! * along + back[1]! * behind,
      z,
    ];
    paint.triangle(at(start, 0.1), at(start + 0.5, 0.1), at(start + 0.25, 0.75));
  }
}
