import { LIGHTS, type EntityDescription, type FrameEntity } from '@gauntlet/agents-sdk/protocol';
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
import type { MatchRecord } from '../state/match-record.ts';
import { WheelRoll } from '../state/wheels.ts';
import { bodyFrame } from './body-frame.ts';
import { Instances } from './instances.ts';
import { clothesColour, seatColour, trafficColour } from './palette.ts';
import { People } from './people.ts';
import { buildShapes, buildWheel, type ShapedClass, type VehicleShape } from './vehicle-shapes.ts';

const TAIL_OFF = new Color('#5a1014');
const TAIL_ON = new Color(3.2, 0.12, 0.1);
const AMBER = new Color(2.6, 1.1, 0.05);
const WHITE = new Color(2, 2, 2);
const BLUE = new Color(0.25, 0.6, 4);
const BLUE_OFF = new Color('#16305e');
/** Paint and stripes of those who drive with blue lights, and how often a second their lamps flash. */
const LIVERY = new Color('#f2f2ee');
const STRIPE = new Color('#e3392f');
const FLASHES = 1.6;
/** People who are first seen as near to each other as this walk together, m. */
const TOGETHER = 1.8;
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
  readonly #shapes: Record<ShapedClass, VehicleShape> = buildShapes();
  readonly #paint = new Map<ShapedClass, Instances>();
  readonly #trim = new Map<ShapedClass, Instances>();
  readonly #wheels: Instances;
  readonly #lamps: Instances;
  readonly #stripes: Instances;
  readonly #people: People;
  /** Those that were seen with blue lights. */
  readonly #emergency = new Set<number>();
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
    for (const [kind, shape] of Object.entries(this.#shapes) as [ShapedClass, VehicleShape][]) {
      this.#paint.set(kind, new Instances(this.group, shape.paint, paint, true));
      this.#trim.set(kind, new Instances(this.group, shape.trim, trim, true));
    }
    const cloth = lacquer({ metalness: 0, roughness: 0.85 });
    this.#people = new People(this.group, { paint: cloth, trim });
    this.#stripes = new Instances(this.group, new BoxGeometry(1, 1, 1), cloth, false);
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
    const all = [...this.#paint.values(), ...this.#trim.values(), this.#wheels, this.#lamps, this.#stripes];
    for (const instances of all) instances.begin();
    this.#people.begin();
    const seconds = Number.isNaN(this.#time) ? 0 : time - this.#time;
    this.#time = time;
    for (const entity of entities) {
      const description = this.#record.descriptions.get(entity.id) ?? { id: entity.id, ...UNKNOWN };
      const { class: kind } = description;
      if (kind === 'pedestrian' || kind === 'bicycle') {
        if (entity.id === hidden) continue;
        const clothes = this.#clothesOf(entity, description, entities);
        if (kind === 'pedestrian') this.#people.addWalker(entity, description, seconds, clothes);
        else this.#people.addCyclist(entity, description, seconds, clothes);
        continue;
      }
      const turned = this.#roll.advance(entity.id, entity.speed, description.wheelRadius, seconds);
      if (entity.lights & LIGHTS.emergency) this.#emergency.add(entity.id);
      if (entity.id !== hidden) this.#add(entity, description, kind, turned, time);
    }
    this.#roll.keep(new Set(entities.map(({ id }) => id)));
    this.#people.end(entities);
    for (const instances of all) instances.end();
  }

  #add(entity: FrameEntity, description: EntityDescription, kind: ShapedClass, turned: number, time: number): void {
    bodyFrame(entity, description, 0, this.#body);
    const shape = this.#shapes[kind];
    const { length, width, height } = description;
    this.#scale.set(length / shape.length, width / shape.width, height / shape.height);
    this.#whole.copy(this.#body).scale(this.#scale);
    const emergency = this.#emergency.has(entity.id);
    this.#paint.get(kind)!.add(this.#whole, emergency ? LIVERY : this.#colourOf(entity.id, description));
    this.#trim.get(kind)!.add(this.#whole);
    if (description.frontAxle <= 0) return;
    this.#addWheels(entity, description, turned);
    this.#addLamps(entity, description, time);
    if (emergency) this.#addBlueLights(entity, description, time);
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

  /** A stripe along each side, and two lamps on the roof that flash in turn, twice each. */
  #addBlueLights(entity: FrameEntity, { length, width, height, class: kind }: EntityDescription, time: number): void {
    const low = kind === 'car' ? height * 0.5 : height * 0.36;
    for (const side of [1, -1]) {
      this.#part.makeScale(length * 0.8, 0.03, 0.26).setPosition(0, side * (width / 2 - 0.005), low);
      this.#stripes.add(this.#whole.multiplyMatrices(this.#body, this.#part), STRIPE);
      const beat = (time * FLASHES + (side > 0 ? 0 : 0.5)) % 1;
      const lit = entity.lights & LIGHTS.emergency && (beat < 0.14 || (beat > 0.22 && beat < 0.36));
      const x = kind === 'car' ? -length * 0.05 : length * 0.13;
      this.#lamp(x, side * width * 0.22, height + 0.07, 0.26, width * 0.36, 0.14, lit ? BLUE : BLUE_OFF);
    }
  }

  #lamp(x: number, y: number, z: number, length: number, width: number, height: number, colour: Color): void {
    this.#part.makeScale(length, width, height).setPosition(x, y, z);
    this.#lamps.add(this.#whole.multiplyMatrices(this.#body, this.#part), colour);
  }

  /** Those who come into the world side by side belong together, and are dressed alike. */
  #clothesOf(entity: FrameEntity, description: EntityDescription, all: readonly FrameEntity[]): Color {
    let colour = this.#colours.get(entity.id);
    if (colour) return colour;
    const friend =
      description.class === 'pedestrian' &&
      all.find(
        ({ id, x, y }) =>
          id !== entity.id &&
          this.#record.descriptions.get(id)?.class === 'pedestrian' &&
          this.#colours.has(id) &&
          Math.hypot(x - entity.x, y - entity.y) < TOGETHER,
      );
    colour = friend ? this.#colours.get(friend.id)!.clone().offsetHSL(0, 0, 0.05) : new Color(clothesColour(entity.id));
    if (this.#record.descriptions.has(entity.id)) this.#colours.set(entity.id, colour);
    return colour;
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
