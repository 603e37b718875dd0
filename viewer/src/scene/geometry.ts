import { BoxGeometry, BufferAttribute, Color, CylinderGeometry, Quaternion, Vector3, type BufferGeometry } from 'three';
import { mergeGeometries, toCreasedNormals } from 'three/addons/utils/BufferGeometryUtils.js';

/** The same geometry with one colour at all its corners. */
export function tint(geometry: BufferGeometry, colour: string): BufferGeometry {
  const { r, g, b } = new Color(colour);
  const count = geometry.getAttribute('position').count;
  const colours = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) colours.set([r, g, b], 3 * i);
  geometry.setAttribute('color', new BufferAttribute(colours, 3));
  return geometry;
}

/** Without index and texture coordinates, so that all can be merged. */
export function plain(geometry: BufferGeometry): BufferGeometry {
  const flat = geometry.index ? geometry.toNonIndexed() : geometry;
  flat.deleteAttribute('uv');
  return flat;
}

export function block(
  length: number,
  width: number,
  height: number,
  x: number,
  z: number,
  colour?: string,
  y = 0,
): BufferGeometry {
  const geometry = new BoxGeometry(length, width, height).translate(x, y, z);
  return plain(colour === undefined ? geometry : tint(geometry, colour));
}

/** Left and right copies of a block. */
export function pair(
  length: number,
  width: number,
  height: number,
  x: number,
  y: number,
  z: number,
  colour: string,
): BufferGeometry[] {
  return [block(length, width, height, x, z, colour, y), block(length, width, height, x, z, colour, -y)];
}

/** One geometry of several, shaded smoothly but at its edges. */
export function smooth(parts: BufferGeometry[]): BufferGeometry {
  return toCreasedNormals(mergeGeometries(parts.map(plain)), 0.55);
}

/** A tube from one point to another. */
export function tube(
  from: readonly [number, number, number],
  to: readonly [number, number, number],
  radius: number,
): BufferGeometry {
  const [a, b] = [new Vector3(...from), new Vector3(...to)];
  const along = b.clone().sub(a);
  const length = along.length();
  const turn = new Quaternion().setFromUnitVectors(new Vector3(0, 1, 0), along.divideScalar(length));
  return new CylinderGeometry(radius, radius, length, 7)
    .applyQuaternion(turn)
    .translate((a.x + b.x) / 2, (a.y + b.y) / 2, (a.z + b.z) / 2);
}
