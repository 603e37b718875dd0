import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import {
  BackSide,
  BufferAttribute,
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
  type BufferGeometry,
  type Material,
} from 'three';
import { levelGround } from './ground-material.ts';
import { LIGHT } from './palette.ts';

/** No tree stands nearer to a lane than this, m: nothing that is drawn for looks may seem to be in the world. */
const CLEARANCE = 11;
const TREES = 240;
/** Side of the squares that trees are drawn by, m. */
const TREE_CELL = 140;

export interface Bounds {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** The rectangle that holds all lanes, m. */
export function mapBounds(map: MapDescription): Bounds {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { centre } of map.lanes) {
    for (let i = 0; i < centre.length; i += 3) {
      minX = Math.min(minX, centre[i]!);
      maxX = Math.max(maxX, centre[i]!);
      minY = Math.min(minY, centre[i + 1]!);
      maxY = Math.max(maxY, centre[i + 1]!);
    }
  }
  return minX <= maxX ? { minX, minY, maxX, maxY } : { minX: -50, minY: -50, maxX: 50, maxY: 50 };
}

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
export function buildLandscape(map: MapDescription, fine: boolean): Group {
  const group = new Group();
  const bounds = mapBounds(map);
  const size = 2400 + Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY);
  const ground = new Mesh(new PlaneGeometry(size, size));
  levelGround(ground, {
    map: grassTexture(size / 60, fine),
    polygonOffset: true,
    polygonOffsetFactor: 4,
    polygonOffsetUnits: 4,
  });
  ground.position.set((bounds.minX + bounds.maxX) / 2, (bounds.minY + bounds.maxY) / 2, -0.05);
  group.add(ground, ...buildTrees(map, bounds));
  return group;
}

function grassTexture(repeat: number, fine: boolean): CanvasTexture {
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
  texture.repeat.set(repeat, repeat);
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = fine ? 4 : 1;
  if (!fine) texture.minFilter = LinearMipmapNearestFilter;
  return texture;
}

function buildTrees(map: MapDescription, bounds: Bounds): InstancedMesh[] {
  const cell = 4;
  const taken = new Set<string>();
  const reach = Math.ceil(CLEARANCE / cell) + 1;
  for (const { centre } of map.lanes) {
    for (let i = 3; i < centre.length; i += 3) {
      const length = Math.hypot(centre[i]! - centre[i - 3]!, centre[i + 1]! - centre[i - 2]!);
      for (let s = 0; s <= length; s += cell) {
        const t = length > 0 ? s / length : 0;
        const cx = Math.floor((centre[i - 3]! + (centre[i]! - centre[i - 3]!) * t) / cell);
        const cy = Math.floor((centre[i - 2]! + (centre[i + 1]! - centre[i - 2]!) * t) / cell);
        for (let dx = -reach; dx <= reach; dx++)
          for (let dy = -reach; dy <= reach; dy++) taken.add(`${cx + dx} ${cy + dy}`);
      }
    }
  }
  const random = sequence(11);
  const spots: Spot[] = [];
  for (let i = 0; i < TREES * 5 && spots.length < TREES; i++) {
    const x = bounds.minX - 90 + random() * (bounds.maxX - bounds.minX + 180);
    const y = bounds.minY - 90 + random() * (bounds.maxY - bounds.minY + 180);
    const scale = 0.7 + random() * 0.7;
    const pine = random() < 0.4;
    if (!taken.has(`${Math.floor(x / cell)} ${Math.floor(y / cell)}`)) spots.push({ x, y, scale, pine });
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

interface Spot {
  readonly x: number;
  readonly y: number;
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
  places.forEach(({ x, y, scale }, i) => {
    mesh.setMatrixAt(
      i,
      matrix
        .makeRotationZ(x + y)
        .scale(new Vector3(scale, scale, scale))
        .setPosition(x, y, 0),
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
