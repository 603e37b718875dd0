import type { MapDescription } from '@gauntlet/agents-sdk/protocol';
import {
  BackSide,
  CanvasTexture,
  Color,
  ConeGeometry,
  CylinderGeometry,
  Group,
  IcosahedronGeometry,
  InstancedMesh,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PlaneGeometry,
  RepeatWrapping,
  ShaderMaterial,
  SphereGeometry,
  SRGBColorSpace,
  type BufferGeometry,
} from 'three';
import { LIGHT } from './palette.ts';

/** No tree stands nearer to a lane than this, m: nothing that is drawn for looks may seem to be in the world. */
const CLEARANCE = 11;
const TREES = 260;

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

/** A sky that pales towards the horizon, and into which the fog runs. Centre it on the camera. */
export function buildSky(): Mesh {
  const material = new ShaderMaterial({
    side: BackSide,
    depthWrite: false,
    fog: false,
    uniforms: { horizon: { value: new Color(LIGHT.horizon) }, zenith: { value: new Color(LIGHT.zenith) } },
    vertexShader:
      'varying vec3 way; void main() { way = position; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }',
    fragmentShader: `uniform vec3 horizon; uniform vec3 zenith; varying vec3 way;
      void main() { float up = clamp(normalize(way).z, 0.0, 1.0); gl_FragColor = vec4(mix(horizon, zenith, pow(up, 0.55)), 1.0);
      #include <colorspace_fragment>
      }`,
  });
  const sky = new Mesh(new SphereGeometry(1000, 24, 12), material);
  sky.renderOrder = -1;
  sky.frustumCulled = false;
  return sky;
}

/** Grass under everything, and trees well away from the lanes. The same map always gets the same trees. */
export function buildLandscape(map: MapDescription): Group {
  const group = new Group();
  const bounds = mapBounds(map);
  const size = 2400 + Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY);
  const grass = new MeshLambertMaterial({
    map: grassTexture(size / 60),
    polygonOffset: true,
    polygonOffsetFactor: 4,
    polygonOffsetUnits: 4,
  });
  const ground = new Mesh(new PlaneGeometry(size, size), grass);
  ground.position.set((bounds.minX + bounds.maxX) / 2, (bounds.minY + bounds.maxY) / 2, -0.05);
  ground.receiveShadow = true;
  group.add(ground, ...buildTrees(map, bounds));
  return group;
}

function grassTexture(repeat: number): CanvasTexture {
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
  texture.anisotropy = 4;
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
  const spots: { x: number; y: number; scale: number; pine: boolean }[] = [];
  for (let i = 0; i < TREES * 5 && spots.length < TREES; i++) {
    const x = bounds.minX - 90 + random() * (bounds.maxX - bounds.minX + 180);
    const y = bounds.minY - 90 + random() * (bounds.maxY - bounds.minY + 180);
    const scale = 0.7 + random() * 0.7;
    const pine = random() < 0.4;
    if (!taken.has(`${Math.floor(x / cell)} ${Math.floor(y / cell)}`)) spots.push({ x, y, scale, pine });
  }
  const trunk = new CylinderGeometry(0.16, 0.22, 2.2, 5).rotateX(Math.PI / 2).translate(0, 0, 1.1);
  const round = new IcosahedronGeometry(1.9, 1).scale(1, 1, 1.15).translate(0, 0, 3.6);
  const pine = new ConeGeometry(1.6, 5.2, 7).rotateX(Math.PI / 2).translate(0, 0, 3.9);
  const make = (geometry: BufferGeometry, places: typeof spots, colours: readonly string[]) => {
    const material = new MeshLambertMaterial({ flatShading: true });
    const mesh = new InstancedMesh(geometry, material, places.length);
    const matrix = new Matrix4();
    places.forEach(({ x, y, scale }, i) => {
      mesh.setMatrixAt(
        i,
        matrix
          .makeRotationZ(i * 2.4)
          .scale({ x: scale, y: scale, z: scale } as never)
          .setPosition(x, y, 0),
      );
      mesh.setColorAt(i, new Color(colours[i % colours.length]));
    });
    mesh.frustumCulled = false;
    mesh.castShadow = true;
    return mesh;
  };
  return [
    make(trunk, spots, ['#6d5a48']),
    make(
      round,
      spots.filter(({ pine }) => !pine),
      ['#6f8a55', '#7c955c', '#64804f', '#879a5a'],
    ),
    make(
      pine,
      spots.filter(({ pine }) => pine),
      ['#4f6f55', '#587a58', '#486650'],
    ),
  ];
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
