import type { EntityClass } from '@gauntlet/agents-sdk/protocol';
import { BoxGeometry, CylinderGeometry, ExtrudeGeometry, Shape, type BufferGeometry } from 'three';
import { mergeGeometries } from 'three/addons/utils/BufferGeometryUtils.js';
import { block, pair, plain, smooth, tint } from './geometry.ts';

/** A body in two parts, standing on z = 0, x forward, made for the dimensions given; instances are scaled to theirs. */
export interface VehicleShape {
  readonly length: number;
  readonly width: number;
  readonly height: number;
  /** Takes the colour of the instance. */
  readonly paint: BufferGeometry;
  /** Glass, bumpers, frames, with colours of their own. */
  readonly trim: BufferGeometry;
}

const GLASS = '#19222c';
const DARK = '#1d2126';
const GREY = '#8b9097';
const LAMP = '#fdf6e3';

/** What moves on four wheels, and what does not move. People and cyclists are drawn limb by limb. */
export type ShapedClass = Exclude<EntityClass, 'pedestrian' | 'bicycle'>;

export function buildShapes(): Record<ShapedClass, VehicleShape> {
  return { car: car(), van: van(), truck: truck(), bus: bus(), static: box() };
}

/** A wheel of radius 1 and width 1 about the y axis, with a rim, so that its turning shows. */
export function buildWheel(): BufferGeometry {
  const tyre = tint(new CylinderGeometry(1, 1, 1, 20), '#17191c');
  const rim = tint(new CylinderGeometry(0.66, 0.66, 1.03, 14), '#9aa1a9');
  const hub = tint(new CylinderGeometry(0.2, 0.2, 1.08, 8), '#33383e');
  const spokes = [0, 1, 2].map((i) => tint(new BoxGeometry(1.18, 1.06, 0.16).rotateY((i * Math.PI) / 3), '#4a5057'));
  return mergeGeometries([tyre, rim, hub, ...spokes].map(plain));
}

type Outline = readonly (readonly [number, number])[];

/**
 * A side view (x forward, z up) pulled out to a width.
 * @param arches centres [x, radius] of wheel arches cut into the bottom edge, front first, on the axle height given.
 */
function extrude(
  outline: Outline,
  width: number,
  bevel: number,
  arches: readonly (readonly [number, number, number])[] = [],
): BufferGeometry {
  const shape = new Shape();
  const [first, ...rest] = outline;
  shape.moveTo(first![0], first![1]);
  for (const [x, z] of rest) shape.lineTo(x, z);
  // The outline runs from the rear bottom over the top to the front bottom; the arches are cut on the way back.
  const bottom = outline.at(-1)![1];
  for (const [x, z, radius] of arches) {
    const half = Math.sqrt(Math.max(0, radius * radius - (bottom - z) ** 2));
    shape.lineTo(x + half, bottom);
    const from = Math.atan2(bottom - z, half);
    shape.absarc(x, z, radius, from, Math.PI - from, false);
  }
  shape.closePath();
  const geometry = new ExtrudeGeometry(shape, {
    depth: width - 2 * bevel,
    bevelEnabled: bevel > 0,
    bevelSize: bevel * 0.7,
    bevelOffset: -bevel * 0.7,
    bevelThickness: bevel,
    bevelSegments: 2,
    curveSegments: 8,
  });
  return geometry.translate(0, 0, bevel - width / 2).rotateX(Math.PI / 2);
}

/** Draws a body in towards its ends and its top, as real ones are. */
function shapely(
  geometry: BufferGeometry,
  halfLength: number,
  ends: number,
  from: number,
  top: number,
  lean: number,
): BufferGeometry {
  const position = geometry.getAttribute('position');
  for (let i = 0; i < position.count; i++) {
    const out = Math.max(0, Math.abs(position.getX(i)) / halfLength - 0.55) / 0.45;
    const up = Math.max(0, Math.min(1, (position.getZ(i) - from) / (top - from)));
    position.setY(i, position.getY(i) * (1 - ends * out * out) * (1 - lean * up));
  }
  return geometry;
}

function car(): VehicleShape {
  const [length, width, height] = [4.5, 1.8, 1.5];
  const lower = extrude(
    [
      [-2.16, 0.24],
      [-2.24, 0.5],
      [-2.22, 0.86],
      [-2.05, 0.98],
      [-1.5, 1.0],
      [0.85, 0.95],
      [1.75, 0.82],
      [2.14, 0.66],
      [2.24, 0.48],
      [2.18, 0.24],
    ],
    width,
    0.09,
    [
      [1.35, 0.33, 0.41],
      [-1.35, 0.33, 0.41],
    ],
  );
  const roof = extrude(
    [
      [-1.02, 1.38],
      [-0.85, 1.46],
      [-0.2, 1.5],
      [0.22, 1.46],
      [0.34, 1.4],
      [-0.2, 1.42],
    ],
    1.5,
    0.03,
  );
  const cabin = extrude(
    [
      [-1.86, 0.94],
      [-0.95, 1.42],
      [-0.2, 1.46],
      [0.3, 1.42],
      [1.12, 0.9],
    ],
    1.62,
    0.05,
  );
  const body = shapely(lower, 2.25, 0.13, 0.5, 1.0, 0.05);
  const top = shapely(roof, 2.25, 0.1, 0.9, 1.5, 0.12);
  const glass = shapely(cabin, 2.25, 0.1, 0.9, 1.5, 0.2);
  const trim = [
    tint(glass, GLASS),
    block(3.2, 1.62, 0.16, 0, 0.24, DARK),
    block(0.08, 1.3, 0.2, 2.2, 0.4, DARK),
    ...pair(0.1, 0.36, 0.11, 2.11, 0.6, 0.66, LAMP),
    ...pair(0.2, 0.16, 0.12, 0.75, 0.95, 1.0, DARK),
  ];
  return { length, width, height, paint: smooth([body, top]), trim: smooth(trim) };
}

function van(): VehicleShape {
  const [length, width, height] = [5.6, 2, 2.4];
  const lower = extrude(
    [
      [-2.74, 0.28],
      [-2.79, 0.6],
      [-2.74, 2.25],
      [-2.55, 2.4],
      [1.2, 2.4],
      [1.5, 2.28],
      [2.2, 1.28],
      [2.68, 1.08],
      [2.79, 0.7],
      [2.74, 0.28],
    ],
    width,
    0.1,
    [
      [1.8, 0.35, 0.44],
      [-1.6, 0.35, 0.44],
    ],
  );
  const windscreen = extrude(
    [
      [1.32, 2.2],
      [1.46, 2.24],
      [2.2, 1.28],
      [2.06, 1.24],
    ],
    1.78,
    0.02,
  ).translate(0.05, 0, 0.02);
  const trim = [
    tint(shapely(windscreen, 2.8, 0.05, 1, 2.4, 0.06), GLASS),
    tint(
      extrude(
        [
          [0.35, 1.3],
          [0.35, 2.05],
          [1.2, 2.05],
          [1.75, 1.3],
        ],
        1.98,
        0.02,
      ),
      GLASS,
    ),
    block(0.04, 1.5, 0.5, -2.79, 1.75, GLASS),
    block(4.2, 1.8, 0.2, 0, 0.3, DARK),
    block(0.08, 1.5, 0.24, 2.76, 0.48, DARK),
    ...pair(0.1, 0.34, 0.2, 2.68, 0.72, 0.88, LAMP),
    ...pair(0.12, 0.2, 0.3, 1.65, 1.1, 1.5, DARK),
  ];
  return { length, width, height, paint: smooth([shapely(lower, 2.8, 0.06, 0.8, 2.4, 0.06)]), trim: smooth(trim) };
}

function truck(): VehicleShape {
  const [length, width, height] = [10, 2.5, 3.4];
  const cab = extrude(
    [
      [2.95, 0.75],
      [2.95, 2.9],
      [3.2, 3.05],
      [4.35, 2.95],
      [4.6, 2.6],
      [4.95, 1.7],
      [5, 0.4],
      [4.5, 0.4],
      [4.5, 0.75],
    ],
    width,
    0.1,
  );
  const windscreen = extrude(
    [
      [4.56, 2.62],
      [4.68, 2.58],
      [4.95, 1.8],
      [4.83, 1.78],
    ],
    2.2,
    0.02,
  ).translate(0.05, 0, 0);
  const trim = [
    block(7.6, 2.5, 2.55, -1.2, 2.1, '#dfe2e4'),
    block(7.62, 2.3, 0.12, -1.2, 0.8, GREY),
    tint(windscreen, GLASS),
    tint(
      extrude(
        [
          [3.4, 1.8],
          [3.4, 2.55],
          [4.4, 2.55],
          [4.6, 1.8],
        ],
        2.51,
        0.02,
      ),
      GLASS,
    ),
    block(9.4, 0.9, 0.3, -0.2, 0.72, DARK),
    ...pair(3.4, 0.1, 0.4, -0.1, 1.1, 0.66, DARK),
    block(0.1, 2.3, 0.3, 4.98, 0.55, DARK),
    ...pair(0.1, 0.4, 0.22, 4.96, 0.85, 0.85, LAMP),
    ...pair(0.14, 0.24, 0.6, 4.6, 1.36, 2.1, DARK),
  ];
  return { length, width, height, paint: smooth([cab]), trim: smooth(trim) };
}

function bus(): VehicleShape {
  const [length, width, height] = [12, 2.55, 3.1];
  const body = extrude(
    [
      [-5.95, 0.35],
      [-6, 0.9],
      [-5.95, 2.9],
      [-5.7, 3.1],
      [5.5, 3.1],
      [5.85, 2.9],
      [6, 1.2],
      [5.95, 0.35],
    ],
    width,
    0.1,
    [
      [3.6, 0.5, 0.6],
      [-2.6, 0.5, 0.6],
    ],
  );
  const trim = [
    tint(
      extrude(
        [
          [-5.6, 1.45],
          [-5.6, 2.6],
          [5.3, 2.6],
          [5.3, 1.45],
        ],
        2.57,
        0.02,
      ),
      GLASS,
    ),
    block(0.06, 2.3, 1.5, 5.92, 1.95, GLASS),
    block(0.06, 2.1, 0.9, -5.98, 2.1, GLASS),
    block(11, 2.3, 0.24, 0, 0.42, DARK),
    block(3, 1.6, 0.2, -2, 3.16, GREY),
    ...pair(0.08, 0.4, 0.2, 5.97, 0.9, 0.75, LAMP),
  ];
  return { length, width, height, paint: smooth([body]), trim: smooth(trim) };
}

function box(): VehicleShape {
  const paint = plain(new BoxGeometry(1, 1, 0.86).translate(0, 0, 0.43));
  return { length: 1, width: 1, height: 1, paint, trim: block(1.02, 1.02, 0.14, 0, 0.93, '#e8b23a') };
}
