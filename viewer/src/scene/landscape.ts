import {
  BackSide,
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  Color,
  ConeGeometry,
  CylinderGeometry,
  Group,
  IcosahedronGeometry,
  InstancedMesh,
  LinearMipmapNearestFilter,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PlaneGeometry,
  RepeatWrapping,
  SphereGeometry,
  SRGBColorSpace,
  Vector3,
  type Material,
} from 'three';
import { mapBounds } from '../ground/bounds.ts';
import type { Ground } from '../ground/ground.ts';
import type { RoadSurface } from '../ground/road-surface.ts';
import type { Terrain } from '../ground/terrain.ts';
import { layered, levelGround } from './ground-material.ts';
import { LIGHT, SUN } from './palette.ts';

/** No tree stands nearer to a lane than this, m: nothing that is drawn for looks may seem to be in the world. */
const CLEARANCE = 11;
const TREES = 240;
const MOST_TREES = 900;
/** Land that has one tree on large maps, m2. */
const TREE_AREA = 600;
/** Side of the square that the picture of grass covers, m. */
const GRASS_TILE = 60;
/** Side of the squares that trees are drawn by, m. */
const TREE_CELL = 200;

/** A sky that pales towards the horizon, into which the fog runs. Centre it on the camera. Coloured by corners: cheap everywhere. */
export function buildSky(): Mesh {
  const geometry = new SphereGeometry(1000, 16, 40).rotateX(Math.PI / 2);
  const position = geometry.getAttribute('position');
  const colours = new Float32Array(position.count * 3);
  const [horizon, zenith, mixed] = [new Color(LIGHT.horizon), new Color(LIGHT.zenith), new Color()];
  for (let i = 0; i < position.count; i++) {
    const up = Math.max(0, position.getZ(i) / 1000);
    mixed.lerpColors(horizon, zenith, up ** 0.55).toArray(colours, 3 * i);
  }
  geometry.setAttribute('color', new BufferAttribute(colours, 3));
  const material = new MeshBasicMaterial({
    vertexColors: true,
    side: BackSide,
    depthWrite: false,
    fog: false,
    toneMapped: false,
  });
  const sky = new Mesh(geometry, material);
  // After all that is solid, so that only what stays free is filled.
  sky.renderOrder = 4.5;
  sky.frustumCulled = false;
  return sky;
}

/** Grass under everything, and trees well away from the lanes. The same map always gets the same trees. */
export function buildLandscape(survey: Ground, fine: boolean): Group {
  const { terrain } = survey;
  const group = new Group();
  const ground = new Mesh(terrainGeometry(terrain));
  levelGround(ground, { map: grassTexture(fine), ...layered(4, terrain.level) }, !terrain.level);
  ground.position.z = terrain.level ? -0.05 : 0;
  group.add(ground, ...buildTrees(survey));
  return group;
}

/** The grid of heights in triangles. Its colours say how much less light it gets than level ground. */
function terrainGeometry({ xs, ys, heights }: Terrain): BufferGeometry {
  const positions = new Float32Array(heights.length * 3);
  const uv = new Float32Array(heights.length * 2);
  const indices: number[] = [];
  for (let j = 0; j < ys.length; j++) {
    for (let i = 0; i < xs.length; i++) {
      const at = j * xs.length + i;
      positions.set([xs[i]!, ys[j]!, heights[at]!], 3 * at);
      uv.set([xs[i]! / GRASS_TILE, ys[j]! / GRASS_TILE], 2 * at);
      if (i === 0 || j === 0) continue;
      const [a, b, c] = [at - xs.length - 1, at - xs.length, at - 1];
      indices.push(a, b, at, a, at, c);
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  geometry.setAttribute('uv', new BufferAttribute(uv, 2));
  geometry.setIndex(indices);
  geometry.computeVertexNormals();
  const normals = geometry.getAttribute('normal');
  const colours = new Float32Array(heights.length * 3);
  const sun = SUN.clone().normalize();
  for (let at = 0; at < heights.length; at++) {
    const facing = normals.getX(at) * sun.x + normals.getY(at) * sun.y + normals.getZ(at) * sun.z;
    // Some of the light comes from all of the sky.
    colours.fill(0.35 + (0.65 * Math.max(0, facing)) / sun.z, 3 * at, 3 * at + 3);
  }
  geometry.setAttribute('color', new BufferAttribute(colours, 3));
  return geometry;
}

function grassTexture(fine: boolean): CanvasTexture {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 256;
  const context = canvas.getContext('2d')!;
  context.fillStyle = LIGHT.grass;
  context.fillRect(0, 0, 256, 256);
  const random = sequence(5);
  for (let i = 0; i < 1400; i++) {
    context.fillStyle = random() < 0.5 ? 'rgba(70, 92, 52, 0.10)' : 'rgba(214, 214, 160, 0.10)';
    const radius = 1 + random() * 9;
    const [x, y] = [random() * 256, random() * 256];
    // Drawn over the edges too, so that the tiles join.
    for (const dx of [-256, 0, 256]) for (const dy of [-256, 0, 256]) context.fillRect(x + dx, y + dy, radius, radius);
  }
  const texture = new CanvasTexture(canvas);
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = fine ? 4 : 1;
  if (!fine) texture.minFilter = LinearMipmapNearestFilter;
  return texture;
}

function buildTrees({ map, surface, terrain }: Ground): InstancedMesh[] {
  const bounds = mapBounds(map);
  const random = sequence(11);
  const spots: Spot[] = [];
  const area = (bounds.maxX - bounds.minX + 180) * (bounds.maxY - bounds.minY + 180);
  const wanted = Math.min(MOST_TREES, Math.max(TREES, area / TREE_AREA));
  for (let i = 0; i < wanted * 5 && spots.length < wanted; i++) {
    const x = bounds.minX - 90 + random() * (bounds.maxX - bounds.minX + 180);
    const y = bounds.minY - 90 + random() * (bounds.maxY - bounds.minY + 180);
    const scale = 0.7 + random() * 0.7;
    const pine = random() < 0.4;
    if (isClear(surface, x, y)) spots.push({ x, y, z: terrain.at(x, y), scale, pine });
  }
  const trunk = new CylinderGeometry(0.16, 0.22, 2.2, 5).rotateX(Math.PI / 2).translate(0, 0, 1.1);
  const round = faceted(new IcosahedronGeometry(1.9, 1).scale(1, 1, 1.15).translate(0, 0, 3.6));
  const pine = faceted(new ConeGeometry(1.6, 5.2, 7).rotateX(Math.PI / 2).translate(0, 0, 3.9));
  const cells = new Map<string, Spot[]>();
  for (const spot of spots) {
    const key = `${Math.floor(spot.x / TREE_CELL)} ${Math.floor(spot.y / TREE_CELL)}`;
    cells.set(key, [...(cells.get(key) ?? []), spot]);
  }
  const bark = new MeshLambertMaterial({ color: '#6d5a48' });
  const leaves = new MeshLambertMaterial();
  return [...cells.values()].flatMap((places) => [
    plant(trunk, bark, places, ['#ffffff']),
    plant(
      round,
      leaves,
      places.filter(({ pine }) => !pine),
      ['#6f8a55', '#7c955c', '#64804f', '#879a5a'],
    ),
    plant(
      pine,
      leaves,
      places.filter(({ pine }) => pine),
      ['#4f6f55', '#587a58', '#486650'],
    ),
  ]);
}

/** Whether no lane comes near a point. */
function isClear(surface: RoadSurface, x: number, y: number): boolean {
  let clear = true;
  const found = (): void => {
    clear = false;
  };
  for (let away = 0; away <= CLEARANCE && clear; away += 2.75) {
    for (let i = 0; i < 16 && clear; i++) {
      const angle = (Math.PI * i) / 8;
      surface.at(x + away * Math.cos(angle), y + away * Math.sin(angle), found);
    }
  }
  return clear;
}

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly scale: number;
  readonly pine: boolean;
}

/** One kind of tree in one cell: cells out of sight cost nothing. */
function plant(
  geometry: BufferGeometry,
  material: Material,
  places: readonly Spot[],
  colours: readonly string[],
): InstancedMesh {
  const mesh = new InstancedMesh(geometry, material, places.length);
  const matrix = new Matrix4();
  places.forEach(({ x, y, z, scale }, i) => {
    mesh.setMatrixAt(
      i,
      matrix
        .makeRotationZ(x + y)
        .scale(new Vector3(scale, scale, scale))
        .setPosition(x, y, z),
    );
    mesh.setColorAt(i, new Color(colours[i % colours.length]));
  });
  mesh.castShadow = true;
  return mesh;
}

/** Flat faces by their normals: nothing to work out for each pixel. */
function faceted(geometry: BufferGeometry): BufferGeometry {
  const flat = geometry.index ? geometry.toNonIndexed() : geometry;
  flat.computeVertexNormals();
  return flat;
}

/** A small fixed sequence of numbers in 0..1 for looks alone (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A plain room of light for reflections on paint: sky above, ground below. */
export function buildReflections(): Group {
  const group = new Group();
  const dome = buildSky();
  const floor = new Mesh(new PlaneGeometry(1800, 1800), new MeshBasicMaterial({ color: LIGHT.groundGlow }));
  floor.position.z = -6;
  group.add(dome, floor);
  return group;
}
