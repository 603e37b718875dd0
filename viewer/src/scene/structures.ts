import type { MapLane } from '@gauntlet/agents-sdk/protocol';
import { DoubleSide, FrontSide, Group, Mesh, MeshBasicMaterial, MeshLambertMaterial, type Material } from 'three';
import type { Ground } from '../ground/ground.ts';
import { piece, runs, type LaneEdge } from '../ground/lane-edges.ts';
import { LIGHT } from './palette.ts';
import { dashes, StripBuilder } from './ribbon.ts';

/** Where the verge ends, m beyond the lane. */
const VERGE = 0.7;
/** A drop at the road's side from which on a wall stands there instead of a bank, m. */
const WALL = 2.2;
/** How far below a road another one lies that it bridges, m. */
const BRIDGED = 3;
/** Thickness of a bridge's deck, height and distance from the lane of its parapets, m. */
const DECK = 0.9;
const PARAPET = 0.9;
/** Clear height of a tunnel, m. */
const TUNNEL = 4.8;
/** Lamps under a tunnel's roof: length, and distance from one to the next, m. */
const LAMP = 1.5;
const LAMP_GAP = 10.5;

/** What holds roads up and covers them: banks, walls, bridges, tunnels. */
export function buildStructures(ground: Ground): Group {
  const group = new Group();
  const add = (strips: StripBuilder, material: Material, order = 3): void => {
    if (strips.empty) return;
    const mesh = new Mesh(strips.geometry(), material);
    mesh.renderOrder = order;
    group.add(mesh);
  };
  if (!ground.terrain.level) {
    const { banks, concrete } = buildSides(ground);
    add(banks, new MeshLambertMaterial({ color: LIGHT.grass, side: DoubleSide }));
    add(concrete, new MeshLambertMaterial({ color: LIGHT.concrete, side: DoubleSide }));
  }
  const { lining, shell, lamps } = buildTunnels(ground);
  // Seen from inside alone: from outside one looks into the tunnel.
  add(lining, new MeshLambertMaterial({ color: '#5a5d60', side: FrontSide }));
  add(lamps, new MeshBasicMaterial({ color: '#ffeec4', side: DoubleSide, toneMapped: false }));
  const glass = { color: LIGHT.concrete, side: DoubleSide, transparent: true, opacity: 0.16, depthWrite: false };
  add(shell, new MeshBasicMaterial(glass), 6);
  return group;
}

function buildSides({ edges, terrain, surface }: Ground): { banks: StripBuilder; concrete: StripBuilder } {
  const banks = new StripBuilder();
  const concrete = new StripBuilder();
  for (const edge of edges) {
    if (edge.lane.tunnel) continue;
    const kinds = edge.beyond.map((beyond, i): 'bank' | 'wall' | 'bridge' | null => {
      if (beyond >= 0) return null;
      const [x, y, z] = at(edge, i, VERGE);
      let bridge = false;
      surface.at(x, y, (_, height) => {
        if (height < z - BRIDGED) bridge = true;
      });
      if (bridge) return 'bridge';
      return z - terrain.at(x, y) > WALL ? 'wall' : 'bank';
    });
    for (const kind of ['bank', 'wall', 'bridge'] as const) {
      for (const { from, to } of pieces(kinds, kind)) {
        if (kind === 'bridge') addBridge(concrete, edge, from, to);
        else addSide(kind === 'bank' ? banks : concrete, edge, from, to, kind, terrain);
      }
    }
  }
  return { banks, concrete };
}

/** The stretches of one kind, each on to the next point, so that no gap stays between two kinds. */
function pieces(kinds: readonly (string | null)[], kind: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] !== kind) continue;
    let to = i;
    while (to + 1 < kinds.length && kinds[to + 1] === kind) to++;
    const end = Math.min(kinds.length - 1, to + 1);
    if (end > i) found.push({ from: i, to: end });
    i = to;
  }
  return found;
}

function at(edge: LaneEdge, i: number, out: number): [number, number, number] {
  return [
    edge.line[3 * i]! + edge.outward[2 * i]! * out,
    edge.line[3 * i + 1]! + edge.outward[2 * i + 1]! * out,
    edge.line[3 * i + 2]!,
  ];
}

/** From the verge down into the ground, as a bank of grass or as a wall. */
function addSide(
  strips: StripBuilder,
  edge: LaneEdge,
  from: number,
  to: number,
  kind: 'bank' | 'wall',
  terrain: Ground['terrain'],
): void {
  const foot: number[] = [];
  for (let i = from; i <= to; i++) {
    const [x, y, z] = at(edge, i, VERGE);
    const drop = Math.max(0.2, z - terrain.at(x, y)) + 0.4;
    const out = VERGE + (kind === 'bank' ? 1.2 * drop : 0.02);
    const [fx, fy] = at(edge, i, out);
    foot.push(fx, fy, z - drop);
  }
  face(strips, edge, piece(edge, from, to, VERGE, -0.03), foot);
}

/** A strip that shows outwards from an upper line to a lower one. */
function face(strips: StripBuilder, edge: LaneEdge, upper: number[], lower: number[]): void {
  if (edge.side === 'left') strips.strip(lower, upper);
  else strips.strip(upper, lower);
}

function addBridge(strips: StripBuilder, edge: LaneEdge, from: number, to: number): void {
  const line = (out: number, up: number): number[] => piece(edge, from, to, out, up);
  face(strips, edge, line(VERGE, PARAPET), line(VERGE, -DECK));
  face(strips, edge, line(VERGE - 0.2, PARAPET), line(VERGE, PARAPET));
  face(strips, edge, line(VERGE - 0.2, 0), line(VERGE - 0.2, PARAPET));
  face(strips, edge, line(VERGE, -DECK), line(-3.6, -DECK));
}

function buildTunnels({ map, edges }: Ground): { lining: StripBuilder; shell: StripBuilder; lamps: StripBuilder } {
  const lining = new StripBuilder();
  const shell = new StripBuilder();
  const lamps = new StripBuilder();
  for (const lane of map.lanes) {
    if (!lane.tunnel) continue;
    // Turned about, to show downwards.
    lining.strip(lane.right, lane.left, TUNNEL);
    shell.strip(lane.left, lane.right, TUNNEL + 0.3);
    if (lane.kind !== 'driving') continue;
    for (const lamp of dashes(lane.centre, LAMP, LAMP_GAP)) lamps.along(lamp, 0.3, TUNNEL - 0.05);
  }
  for (const edge of edges) {
    if (!edge.lane.tunnel) continue;
    for (const { from, to } of runs(edge, (beyond) => !inTunnel(map.lanes[beyond]))) {
      const [foot, top] = [piece(edge, from, to, 0.02, -0.3), piece(edge, from, to, 0.02, TUNNEL)];
      if (edge.side === 'left') lining.strip(top, foot);
      else lining.strip(foot, top);
      shell.strip(piece(edge, from, to, 0.5, TUNNEL + 0.3), piece(edge, from, to, 0.5, -0.3));
    }
  }
  return { lining, shell, lamps };
}

function inTunnel(lane: MapLane | undefined): boolean {
  return lane?.tunnel === true;
}
