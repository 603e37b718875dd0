import type { EntityDescription, FrameEntity } from '@gauntlet/agents-sdk/protocol';
import {
  BoxGeometry,
  Color,
  CylinderGeometry,
  Matrix4,
  SphereGeometry,
  TorusGeometry,
  Vector3,
  type Group,
  type Material,
} from 'three';
import { WheelRoll } from '../state/wheels.ts';
import { bodyFrame } from './body-frame.ts';
import { block, pair, smooth, tint, tube } from './geometry.ts';
import { Instances } from './instances.ts';

/** The sizes that the shapes below are made for, m. */
const WALKER_HEIGHT = 1.75;
const BICYCLE = { length: 1.8, height: 1.75, wheel: 0.34 };
/** Two steps of a walk, m, and one turn of the pedals: as circles that roll. */
const STRIDE_RADIUS = 1.45 / (2 * Math.PI);
const GEAR_RADIUS = 4.6 / (2 * Math.PI);
/** m/s from which on limbs swing fully. */
const WALK = 1.2;
/** A limb's two halves, m. */
const THIGH = 0.44;
const SHIN = 0.46;
const CRANK = 0.17;
const GRAVITY = 9.81;

const SKIN = ['#e3b592', '#c99a7a', '#8d5f45', '#f0c9a8', '#6b4632'].map((colour) => new Color(colour));
const TROUSERS = ['#2c3440', '#4a4138', '#1f2226', '#39506b', '#6a6356'].map((colour) => new Color(colour));

/** What the two materials of bodies are. */
export interface BodyMaterials {
  /** Takes the colour of the instance. */
  readonly paint: Material;
  /** Has colours of its own. */
  readonly trim: Material;
}

/** People on foot, who walk, and on bicycles, who pedal: as many as there are in a few calls. */
export class People {
  readonly #torsos: Instances;
  readonly #heads: Instances;
  readonly #limbs: Instances;
  readonly #riders: Instances;
  readonly #bicycles: Instances;
  readonly #wheels: Instances;
  readonly #all: Instances[];
  readonly #roll = new WheelRoll();
  readonly #body = new Matrix4();
  readonly #part = new Matrix4();
  readonly #joint = new Vector3();

  constructor(group: Group, { paint, trim }: BodyMaterials) {
    const torso = new CylinderGeometry(0.2, 0.15, 0.6, 10).scale(0.72, 1, 1).rotateX(Math.PI / 2);
    this.#torsos = new Instances(group, torso.translate(0, 0, 1.16), paint, true, 64);
    this.#heads = new Instances(group, new SphereGeometry(0.115, 12, 9).scale(1, 0.9, 1.15), paint, true, 64);
    this.#limbs = new Instances(group, new BoxGeometry(1, 1, 1).translate(0, 0, -0.5), paint, true, 512);
    const back = new CylinderGeometry(0.19, 0.15, 0.6, 9)
      .scale(0.72, 1, 1)
      .rotateX(Math.PI / 2)
      .rotateY(0.62);
    this.#riders = new Instances(group, back.translate(0.02, 0, 1.2), paint, true);
    this.#bicycles = new Instances(group, buildFrame(), trim, true);
    this.#wheels = new Instances(group, buildWheel(), trim, true, 64);
    this.#all = [this.#torsos, this.#heads, this.#limbs, this.#riders, this.#bicycles, this.#wheels];
  }

  begin(): void {
    for (const instances of this.#all) instances.begin();
  }

  /** @param seconds of match since the last picture. @param clothes colour of the upper half. */
  addWalker(entity: FrameEntity, description: EntityDescription, seconds: number, clothes: Color): void {
    const size = description.height / WALKER_HEIGHT;
    const phase = this.#roll.advance(entity.id, entity.speed, STRIDE_RADIUS * size, seconds);
    const swing = 0.52 * Math.min(1, Math.abs(entity.speed) / WALK);
    bodyFrame(entity, description, 0, this.#body).scale(new Vector3(size, size, size));
    this.#torsos.add(this.#body, clothes);
    this.#head(0.01, 1.62, entity.id);
    const trousers = TROUSERS[entity.id % TROUSERS.length]!;
    for (const side of [1, -1]) {
      const angle = phase + (side > 0 ? 0 : Math.PI);
      const thigh = swing * Math.sin(angle);
      // The foot that comes forward is lifted.
      const knee = swing * 1.5 * Math.max(0, Math.cos(angle));
      this.#limb(0, 0.09 * side, 0.9, thigh, THIGH, 0.145, trousers);
      this.#limb(this.#joint.x, 0.09 * side, this.#joint.z, thigh - knee, SHIN, 0.115, trousers);
      this.#limb(0, 0.225 * side, 1.42, -0.8 * thigh, 0.6, 0.085, clothes);
    }
  }

  addCyclist(entity: FrameEntity, description: EntityDescription, seconds: number, clothes: Color): void {
    const scale = new Vector3(description.length / BICYCLE.length, 1, description.height / BICYCLE.height);
    const crank = this.#roll.advance(entity.id, entity.speed, GEAR_RADIUS, seconds);
    const wheel = this.#roll.advance(-entity.id, entity.speed, BICYCLE.wheel, seconds);
    const wheelbase = Math.max(0.8, description.frontAxle + description.rearAxle);
    // In balance: v2 / r = g tan(lean), to the inside of the bend.
    const balance = Math.atan((entity.speed ** 2 * Math.tan(entity.steering)) / (wheelbase * GRAVITY));
    const lean = Math.abs(entity.roll) > 0.02 ? 0 : -Math.max(-0.5, Math.min(0.5, balance));
    bodyFrame(entity, description, lean, this.#body).scale(scale);
    this.#bicycles.add(this.#body);
    this.#riders.add(this.#body, clothes);
    this.#head(0.32, 1.6, entity.id);
    for (const x of [0.54, -0.52]) {
      this.#part.makeRotationY(wheel).setPosition(x, 0, BICYCLE.wheel);
      if (x > 0) this.#part.premultiply(steer(entity.steering, x));
      this.#wheels.add(this.#part.premultiply(this.#body));
    }
    const trousers = TROUSERS[entity.id % TROUSERS.length]!;
    for (const side of [1, -1]) {
      const angle = crank + (side > 0 ? 0 : Math.PI);
      this.#leg(-0.2, 0.96, 0.02 + CRANK * Math.sin(angle), 0.29 + CRANK * Math.cos(angle), 0.1 * side, trousers);
      // Arms reach the handlebar.
      this.#limb(0.2, 0.2 * side, 1.42, 0.75, 0.52, 0.075, clothes);
    }
  }

  /** @param present entities of this picture. */
  end(present: readonly FrameEntity[]): void {
    this.#roll.keep(new Set(present.flatMap(({ id }) => [id, -id])));
    for (const instances of this.#all) instances.end();
  }

  #head(x: number, z: number, id: number): void {
    this.#part.makeTranslation(x, 0, z).premultiply(this.#body);
    this.#heads.add(this.#part, SKIN[id % SKIN.length]!);
  }

  /** A half of a limb that hangs from a joint, swung forward by `angle`, rad. Leaves its other end in `#joint`. */
  #limb(x: number, y: number, z: number, angle: number, length: number, width: number, colour: Color): void {
    this.#part
      .makeRotationY(-angle)
      .scale(this.#joint.set(width, width, length))
      .setPosition(x, y, z)
      .premultiply(this.#body);
    this.#limbs.add(this.#part, colour);
    this.#joint.set(x + length * Math.sin(angle), y, z - length * Math.cos(angle));
  }

  /** A leg from hip to pedal; the knee follows from the law of cosines. */
  #leg(hipX: number, hipZ: number, footX: number, footZ: number, y: number, colour: Color): void {
    const distance = Math.min(THIGH + SHIN - 0.005, Math.hypot(footX - hipX, footZ - hipZ));
    const towards = Math.atan2(footX - hipX, hipZ - footZ);
    const bend = Math.acos((THIGH ** 2 + distance ** 2 - SHIN ** 2) / (2 * THIGH * distance));
    this.#limb(hipX, y, hipZ, towards + bend, THIGH, 0.14, colour);
    const { x, z } = this.#joint;
    this.#limb(x, y, z, Math.atan2(footX - x, z - footZ), SHIN, 0.11, colour);
  }
}

/** A turn about the steering axis above the front wheel. */
function steer(angle: number, x: number): Matrix4 {
  return new Matrix4()
    .makeTranslation(x, 0, 0)
    .multiply(new Matrix4().makeRotationZ(angle))
    .multiply(new Matrix4().makeTranslation(-x, 0, 0));
}

function buildFrame() {
  const tubes = (
    [
      [
        [0.02, 0, 0.29],
        [-0.16, 0, 0.88],
      ],
      [
        [0.02, 0, 0.29],
        [0.42, 0, 0.78],
      ],
      [
        [-0.12, 0, 0.76],
        [0.4, 0, 0.86],
      ],
      [
        [0.02, 0, 0.29],
        [-0.52, 0, 0.34],
      ],
      [
        [-0.52, 0, 0.34],
        [-0.13, 0, 0.78],
      ],
      [
        [0.54, 0, 0.34],
        [0.38, 0, 0.98],
      ],
    ] as const
  ).map(([from, to]) => tint(tube(from, to, 0.024), '#b23a32'));
  return smooth([
    ...tubes,
    tint(tube([0.42, -0.27, 1.02], [0.42, 0.27, 1.02], 0.02), '#24282d'),
    block(0.26, 0.14, 0.06, -0.2, 0.92, '#24282d'),
    ...pair(0.06, 0.05, 0.05, -0.6, 0.02, 0.6, '#a01518'),
  ]);
}

function buildWheel() {
  const tyre = tint(new TorusGeometry(BICYCLE.wheel - 0.025, 0.025, 5, 22).rotateX(Math.PI / 2), '#17191c');
  const spokes = [0, 1, 2].map((i) =>
    tint(new BoxGeometry(2 * BICYCLE.wheel - 0.05, 0.012, 0.012).rotateY((i * Math.PI) / 3), '#8b9097'),
  );
  return smooth([tyre, ...spokes]);
}
