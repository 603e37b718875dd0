import type { EntityDescription, FrameEntity } from '@gauntlet/agents-sdk/protocol';
import type { Physics, PhysicsBody } from '../physics/rapier.ts';
import type { Target } from '../sensor/targets.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';
import type { RoadUser } from '../traffic/road-user.ts';
import { cos, sin } from '../math.ts';
import type { Walker } from './walker.ts';

/** m: what a person takes up. kg: the mean of adults. */
const DEPTH = 0.4;
const WIDTH = 0.5;
const HEIGHT = 1.75;
const MASS = 75;
/** m from a seat within which a person is a body, and beyond which it no longer is. */
const NEAR = 40;
const FAR = 60;

/** Gives the people near agents bodies that vehicles can run into. Where they walk is not its business: bodies follow them. */
export class WalkerBodies implements Saved {
  readonly #physics: Physics;
  /** By id, in order of ids. */
  #bodies = new Map<number, PhysicsBody>();
  readonly #state = { x: 0, y: 0, z: 0, qx: 0, qy: 0, qz: 0, qw: 1, vx: 0, vy: 0, vz: 0, wx: 0, wy: 0, wz: 0 };

  constructor(physics: Physics) {
    this.#physics = physics;
  }

  has(id: number): boolean {
    return this.#bodies.has(id);
  }

  /** Before the substeps of a tick, and before people step: makes and removes bodies. @param walkers in order of ids. @param seats their places. */
  update(walkers: readonly Walker[], seats: readonly { readonly x: number; readonly y: number }[]): void {
    const kept = new Map<number, PhysicsBody>();
    for (const walker of walkers) {
      const known = this.#bodies.get(walker.id);
      const reach = known ? FAR : NEAR;
      const near = seats.some(
        ({ x, y }) => (x - walker.x) * (x - walker.x) + (y - walker.y) * (y - walker.y) < reach * reach,
      );
      if (near) kept.set(walker.id, known ?? this.#add(walker));
    }
    for (const [id, body] of this.#bodies) if (!kept.has(id)) this.#physics.remove(body);
    this.#bodies = kept;
  }

  /** Before each substep: sends every body to where its walker is at the end of the tick. @param left s until then. */
  follow(walkers: readonly Walker[], left: number): void {
    if (this.#bodies.size === 0) return;
    for (const walker of walkers) {
      const body = this.#bodies.get(walker.id);
      if (!body) continue;
      body.read(this.#state);
      const { x, y, z } = this.#state;
      body.setVelocity((walker.x - x) / left, (walker.y - y) / left, (walker.z + HEIGHT / 2 - z) / left, 0, 0, 0);
    }
  }

  /** Velocity of a body now, m/s: after a substep, what a vehicle that hit it has given it. */
  velocity(id: number): { vx: number; vy: number } {
    this.#bodies.get(id)?.read(this.#state);
    return { vx: this.#state.vx, vy: this.#state.vy };
  }

  save(writer: StateWriter): void {
    writer.u32(this.#bodies.size);
    for (const id of this.#bodies.keys()) writer.u32(id);
  }

  /** After `Physics.load`. */
  load(reader: StateReader): void {
    this.#bodies = new Map();
    for (let count = reader.u32(); count > 0; count--) {
      const id = reader.u32();
      this.#bodies.set(id, this.#physics.body(id));
    }
  }

  #add({ id, x, y, z, heading }: Walker): PhysicsBody {
    return this.#physics.addWalker(id, {
      halfExtents: [DEPTH / 2, WIDTH / 2, HEIGHT / 2],
      pose: { x, y, z: z + HEIGHT / 2, heading },
      mass: MASS,
    });
  }
}

export function describeWalker({ id }: Walker): EntityDescription {
  const size = { length: DEPTH, width: WIDTH, height: HEIGHT };
  return { id, class: 'pedestrian', seat: null, ...size, frontAxle: 0, rearAxle: 0, wheelRadius: 0 };
}

/** A person as watchers see it; one who was hit lies on its back. */
export function frameWalker({ id, x, y, z, heading, speed, struck }: Walker): FrameEntity {
  const lying = struck ? -Math.PI / 2 : 0;
  const middle = struck ? DEPTH / 2 : HEIGHT / 2;
  return { id, x, y, z: z + middle, yaw: heading, pitch: lying, roll: 0, speed, steering: 0, lights: 0 };
}

export function walkerUser({ id, x, y, z, heading, speed }: Walker): RoadUser {
  const size = { length: DEPTH, width: WIDTH };
  return { id, kind: 'pedestrian', x, y, z, heading, speed, ...size, seat: false, emergency: false };
}

/** A person as sensors see it. */
export function walkerTarget({ id, x, y, z, heading, vx, vy }: Walker): Target {
  const size = { halfLength: DEPTH / 2, halfWidth: WIDTH / 2 };
  return {
    id,
    class: 'pedestrian',
    x,
    y,
    z: z + HEIGHT / 2,
    rise: 0,
    dx: cos(heading),
    dy: sin(heading),
    heading,
    vx,
    vy,
    ...size,
  };
}
