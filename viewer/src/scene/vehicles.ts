import { LIGHTS, type EntityClass, type EntityDescription, type FrameEntity } from '@gauntlet/agents-sdk/protocol';
import {
  BoxGeometry,
  Color,
  Euler,
  Group,
  Matrix4,
  MeshBasicMaterial,
  MeshLambertMaterial,
  MeshStandardMaterial,
  Quaternion,
  Vector3,
  type MeshStandardMaterialParameters,
} from 'three';
import { WheelRoll } from '../state/wheels.ts';
import type { MatchRecord } from '../state/match-record.ts';
import { Instances } from './instances.ts';
import { seatColour, trafficColour } from './palette.ts';
import { buildShapes, buildWheel, type VehicleShape } from './vehicle-shapes.ts';

const TAIL_OFF = new Color('#5a1014');
const TAIL_ON = new Color(3.2, 0.12, 0.1);
const AMBER = new Color(2.6, 1.1, 0.05);
const WHITE = new Color(2, 2, 2);
/** Blinks a second. */
const BLINK = 1.5;
/** What an entity looks like of which only the pose is known yet. */
const UNKNOWN = {
  class: 'car',
  seat: null,
  length: 4.5,
  width: 1.8,
  height: 1.5,
  frontAxle: 1.35,
  rearAxle: 1.35,
  wheelRadius: 0.33,
} as const;

/** Everything that moves, drawn in a dozen calls. */
export class Vehicles {
  readonly group = new Group();
  readonly #shapes: Record<EntityClass, VehicleShape> = buildShapes();
  readonly #paint = new Map<EntityClass, Instances>();
  readonly #trim = new Map<EntityClass, Instances>();
  readonly #wheels: Instances;
  readonly #lamps: Instances;
  readonly #roll = new WheelRoll();
  readonly #colours = new Map<number, Color>();
  readonly #record: MatchRecord;
  #time = NaN;

  readonly #body = new Matrix4();
  readonly #part = new Matrix4();
  readonly #whole = new Matrix4();
  readonly #position = new Vector3();
  readonly #rotation = new Quaternion();
  readonly #scale = new Vector3();
  readonly #euler = new Euler(0, 0, 0, 'ZYX');

  /** @param fine with reflections; plain paint costs far less where the processor draws. */
  constructor(record: MatchRecord, fine: boolean) {
    this.#record = record;
    const lacquer = (gloss: MeshStandardMaterialParameters & { vertexColors?: boolean }) =>
      fine ? new MeshStandardMaterial(gloss) : new MeshLambertMaterial({ vertexColors: gloss.vertexColors ?? false });
    const paint = lacquer({ metalness: 0.25, roughness: 0.38, envMapIntensity: 0.9 });
    const trim = lacquer({ vertexColors: true, metalness: 0.2, roughness: 0.3, envMapIntensity: 0.8 });
    for (const [kind, shape] of Object.entries(this.#shapes) as [EntityClass, VehicleShape][]) {
      this.#paint.set(kind, new Instances(this.group, shape.paint, paint, true));
      this.#trim.set(kind, new Instances(this.group, shape.trim, trim, true));
    }
    const rubber = lacquer({ vertexColors: true, metalness: 0.1, roughness: 0.7 });
    this.#wheels = new Instances(this.group, buildWheel(), rubber, true, 128);
    this.#lamps = new Instances(
      this.group,
      new BoxGeometry(1, 1, 1),
      new MeshBasicMaterial({ toneMapped: false }),
      false,
      256,
    );
  }

  /** @param time s of match. @param hidden the entity that the camera sits in, or null. */
  update(entities: readonly FrameEntity[], time: number, hidden: number | null): void {
    const all = [...this.#paint.values(), ...this.#trim.values(), this.#wheels, this.#lamps];
    for (const instances of all) instances.begin();
    const seconds = Number.isNaN(this.#time) ? 0 : time - this.#time;
    this.#time = time;
    for (const entity of entities) {
      const description = this.#record.descriptions.get(entity.id) ?? { id: entity.id, ...UNKNOWN };
      const turned = this.#roll.advance(entity.id, entity.speed, description.wheelRadius, seconds);
      if (entity.id === hidden) continue;
      this.#place(entity, description);
      const shape = this.#shapes[description.class];
      this.#scale.set(
        description.length / shape.length,
        description.width / shape.width,
        description.height / shape.height,
      );
      this.#whole.copy(this.#body).scale(this.#scale);
      this.#paint.get(description.class)!.add(this.#whole, this.#colourOf(entity.id, description));
      this.#trim.get(description.class)!.add(this.#whole);
      if (description.frontAxle > 0 && description.class !== 'bicycle') {
        this.#addWheels(entity, description, turned);
        this.#addLamps(entity, description, time);
      }
    }
    this.#roll.keep(new Set(entities.map(({ id }) => id)));
    for (const instances of all) instances.end();
  }

  /** The frame of a body whose origin lies on the ground below its middle. */
  #place(entity: FrameEntity, description: EntityDescription): void {
    this.#euler.set(entity.roll, entity.pitch, entity.yaw);
    this.#rotation.setFromEuler(this.#euler);
    this.#body.compose(this.#position.set(entity.x, entity.y, entity.z), this.#rotation, this.#scale.set(1, 1, 1));
    this.#body.multiply(this.#part.makeTranslation(0, 0, -description.height / 2));
  }

  #addWheels(entity: FrameEntity, description: EntityDescription, turned: number): void {
    const { frontAxle, rearAxle, wheelRadius: radius } = description;
    const breadth = Math.min(0.32, radius * 0.66);
    const track = description.width / 2 - breadth / 2 - 0.03;
    for (const [x, side] of [
      [frontAxle, 1],
      [frontAxle, -1],
      [-rearAxle, 1],
      [-rearAxle, -1],
    ] as const) {
      this.#euler.set(0, turned, x > 0 ? entity.steering : 0);
      this.#rotation.setFromEuler(this.#euler);
      this.#part.compose(
        this.#position.set(x, side * track, radius),
        this.#rotation,
        this.#scale.set(radius, breadth, radius),
      );
      this.#wheels.add(this.#whole.multiplyMatrices(this.#body, this.#part));
    }
  }

  #addLamps(entity: FrameEntity, { length, width, height, class: kind }: EntityDescription, time: number): void {
    const back = -length / 2 + (kind === 'car' ? 0.06 : 0);
    const front = length / 2 - 0.1;
    const z = kind === 'car' ? height * 0.55 : Math.min(1.1, height * 0.34);
    const out = width / 2 - (kind === 'car' ? 0.36 : 0.24);
    const tail = entity.lights & LIGHTS.brake ? TAIL_ON : TAIL_OFF;
    const lit = (time * BLINK) % 1 < 0.5;
    for (const side of [1, -1]) {
      this.#lamp(back, side * out, z, 0.1, 0.36, 0.13, tail);
      const indicator = side > 0 ? LIGHTS.left : LIGHTS.right;
      if (lit && entity.lights & indicator) {
        this.#lamp(back + 0.02, side * (out + 0.1), z - 0.14, 0.12, 0.26, 0.11, AMBER);
        this.#lamp(front, side * (out + 0.06), z - 0.24, 0.16, 0.26, 0.1, AMBER);
        this.#lamp(length * 0.18, side * (width / 2), z + 0.06, 0.16, 0.05, 0.08, AMBER);
      }
      if (entity.lights & LIGHTS.reverse) this.#lamp(back, side * (out - 0.3), z, 0.1, 0.16, 0.1, WHITE);
    }
    if (kind === 'car') this.#lamp(-length * 0.245, 0, height * 0.93, 0.06, 0.5, 0.04, tail);
  }

  #lamp(x: number, y: number, z: number, length: number, width: number, height: number, colour: Color): void {
    this.#part.makeScale(length, width, height).setPosition(x, y, z);
    this.#lamps.add(this.#whole.multiplyMatrices(this.#body, this.#part), colour);
  }

  #colourOf(id: number, description: EntityDescription): Color {
    let colour = this.#colours.get(id);
    if (!colour) {
      const seat = this.#record.seatOf(id) ?? description.seat;
      colour = new Color(seat ? seatColour(seat) : trafficColour(id));
      // A description may still come.
      if (this.#record.descriptions.has(id)) this.#colours.set(id, colour);
    }
    return colour;
  }
}
