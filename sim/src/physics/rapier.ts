/**
 * Rapier behind the few operations that the simulation needs: the one file that knows it. The package name is an alias of
 * the cross-platform deterministic flavour, so the same calls give the same bits on every machine.
 *
 * Bodies carry our own integer ids. Rapier's handles are denormal doubles, kept in here and in keyframes only.
 * Metres, kilograms, seconds, radians; world frame, z up.
 */
import RAPIER from '@dimforge/rapier3d-compat';
import { cos, sin } from '../math.ts';
import type { Saved, StateReader, StateWriter } from '../state.ts';

/** m/s2, downward. */
export const GRAVITY = 9.81;

/** Makes the engine ready. Must have resolved before the first `Physics` is made; further calls do nothing. */
export function loadPhysics(): Promise<void> {
  return RAPIER.init();
}

/** For log headers. Only after `loadPhysics`. */
export function rapierVersion(): string {
  return RAPIER.version();
}

/** Position of the reference point, orientation, velocity of the centre of mass, angular velocity. World frame. */
export interface BodyState {
  x: number;
  y: number;
  z: number;
  qx: number;
  qy: number;
  qz: number;
  qw: number;
  vx: number;
  vy: number;
  vz: number;
  wx: number;
  wy: number;
  wz: number;
}

/** Two bodies that pushed each other in the last step. */
export interface Contact {
  /** Ids, a < b. */
  readonly a: number;
  readonly b: number;
  /** N s: the sum of the magnitudes of the forces at all contact points (normal and friction), times the step. */
  readonly impulse: number;
}

export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** rad, counter-clockwise from +x; pitch and roll are nil. */
  readonly heading: number;
  /** The whole orientation as a unit quaternion [x, y, z, w], in place of the heading. */
  readonly rotation?: readonly [number, number, number, number];
}

export interface BoxShape {
  /** m, along the body's x, y, z. */
  readonly halfExtents: readonly [number, number, number];
  /** Middle of the box from the body's reference point, body frame, m. */
  readonly offset?: readonly [number, number, number];
  readonly pose: Pose;
  /** Coulomb coefficient against other bodies (the mean of both counts), 0..1. */
  readonly friction: number;
  /** Coefficient of restitution (the mean of both counts), 0..1. */
  readonly restitution: number;
}

export interface DynamicBox extends BoxShape {
  /** kg. */
  readonly mass: number;
  /** kg m2 about the body's x, y, z axes through the centre of mass, which are its principal axes. */
  readonly inertia: readonly [number, number, number];
  /** From the reference point, body frame, m. */
  readonly centreOfMass: readonly [number, number, number];
  /**
   * Whether the engine applies gravity. A body whose own model balances its weight says false and puts the weight into
   * `push`, so that weight and support act in the same instant and a body at rest has velocity zero.
   */
  readonly gravity: boolean;
}

/** A person, as the physics sees one. */
export interface WalkerBox {
  /** m, along the body's x, y, z. */
  readonly halfExtents: readonly [number, number, number];
  readonly pose: Pose;
  /** kg. */
  readonly mass: number;
}

type World = InstanceType<typeof RAPIER.World>;
type RawVector = ReturnType<typeof RAPIER.VectorOps.intoRaw>;

/** What bodies share with their world, and what changes when a keyframe replaces it. */
interface Engine {
  world: World;
  readonly force: RawVector;
  readonly torque: RawVector;
  readonly scratch: Float32Array;
}

/** A rigid body. Invalid once removed. */
export class PhysicsBody {
  readonly id: number;
  readonly #engine: Engine;
  readonly #handle: number;

  constructor(engine: Engine, id: number, handle: number) {
    this.#engine = engine;
    this.id = id;
    this.#handle = handle;
  }

  /** Rapier's own handle, for the physics world's tables. */
  get handle(): number {
    return this.#handle;
  }

  /** Copies the present state. Rapier computes in 32 bits. */
  read(into: BodyState): void {
    const { world, scratch } = this.#engine;
    const raw = world.bodies.raw;
    raw.rbTranslation(this.#handle, scratch);
    into.x = scratch[0]!;
    into.y = scratch[1]!;
    into.z = scratch[2]!;
    raw.rbRotation(this.#handle, scratch);
    into.qx = scratch[0]!;
    into.qy = scratch[1]!;
    into.qz = scratch[2]!;
    into.qw = scratch[3]!;
    raw.rbLinvel(this.#handle, scratch);
    into.vx = scratch[0]!;
    into.vy = scratch[1]!;
    into.vz = scratch[2]!;
    raw.rbAngvel(this.#handle, scratch);
    into.wx = scratch[0]!;
    into.wy = scratch[1]!;
    into.wz = scratch[2]!;
  }

  /**
   * Changes the velocity by a linear impulse (N s) at the centre of mass and an angular one (N m s), world frame: a force and a
   * torque times the step, given before each `Physics.step`. (Impulses need half of the calls of forces, which persist.)
   */
  push(ix: number, iy: number, iz: number, tx: number, ty: number, tz: number): void {
    const { world, force, torque } = this.#engine;
    force.x = ix;
    force.y = iy;
    force.z = iz;
    torque.x = tx;
    torque.y = ty;
    torque.z = tz;
    world.bodies.raw.rbApplyImpulse(this.#handle, force, true);
    world.bodies.raw.rbApplyTorqueImpulse(this.#handle, torque, true);
  }

  /** Replaces the velocity of the centre of mass (m/s) and the angular velocity (rad/s), world frame. */
  setVelocity(vx: number, vy: number, vz: number, wx: number, wy: number, wz: number): void {
    const { world, force, torque } = this.#engine;
    force.x = vx;
    force.y = vy;
    force.z = vz;
    torque.x = wx;
    torque.y = wy;
    torque.z = wz;
    world.bodies.raw.rbSetLinvel(this.#handle, force, true);
    world.bodies.raw.rbSetAngvel(this.#handle, torque, true);
  }
}

/** A world of boxes. Must be freed. Bodies must be added and removed in an order that depends on nothing but the inputs. */
export class Physics implements Saved {
  readonly #engine: Engine;
  readonly #events: InstanceType<typeof RAPIER.EventQueue>;
  readonly #bodies = new Map<number, PhysicsBody>();
  /** Body id by Rapier's collider handle. */
  readonly #owners = new Map<number, number>();
  #contacts: Contact[] = [];
  readonly #dt: number;
  readonly #note = (event: InstanceType<typeof RAPIER.TempContactForceEvent>): void => {
    const first = this.#owners.get(event.collider1())!;
    const second = this.#owners.get(event.collider2())!;
    const impulse = event.totalForceMagnitude() * this.#dt;
    this.#contacts.push({ a: Math.min(first, second), b: Math.max(first, second), impulse });
  };

  /** @param dt length of a step, s. */
  constructor(dt: number) {
    const world = new RAPIER.World({ x: 0, y: 0, z: -GRAVITY });
    world.timestep = dt;
    this.#dt = dt;
    this.#events = new RAPIER.EventQueue(true);
    this.#engine = {
      world,
      force: RAPIER.VectorOps.intoRaw({ x: 0, y: 0, z: 0 }),
      torque: RAPIER.VectorOps.intoRaw({ x: 0, y: 0, z: 0 }),
      scratch: new Float32Array(4),
    };
  }

  /** One step of `dt`. */
  step(): void {
    const { world } = this.#engine;
    // What `World.step` calls, without its search for bodies that tearing soft bodies have made: a pass over all bodies.
    world.physicsPipeline.step(
      world.gravity,
      world.integrationParameters,
      world.islands,
      world.broadPhase,
      world.narrowPhase,
      world.bodies,
      world.colliders,
      world.softBodies,
      world.impulseJoints,
      world.multibodyJoints,
      world.ccdSolver,
      this.#events,
    );
    if (this.#contacts.length > 0) this.#contacts = [];
    this.#events.drainContactForceEvents(this.#note);
    if (this.#contacts.length > 1) this.#contacts.sort((p, q) => p.a - q.a || p.b - q.b);
  }

  /** The pairs that pushed each other in the last step, by ids in ascending order. Empty after a keyframe was loaded. */
  contacts(): readonly Contact[] {
    return this.#contacts;
  }

  /** @throws RangeError when the id is taken. */
  addDynamicBox(id: number, box: DynamicBox): PhysicsBody {
    const [ix, iy, iz] = box.inertia;
    const [cx, cy, cz] = box.centreOfMass;
    // Never asleep: nothing may depend on when Rapier thinks a body rests.
    const description = RAPIER.RigidBodyDesc.dynamic()
      .setCanSleep(false)
      .setGravityScale(box.gravity ? 1 : 0)
      .setAdditionalMassProperties(
        box.mass,
        { x: cx, y: cy, z: cz },
        { x: ix, y: iy, z: iz },
        { x: 0, y: 0, z: 0, w: 1 },
      );
    return this.#add(id, description, box);
  }

  /**
   * Somebody on foot: a box that stays upright and turns only by being made anew. It has no weight: give it its velocity before
   * each step by `PhysicsBody.setVelocity`; what it runs into pushes it, and is pushed, as by any other body.
   * @throws RangeError when the id is taken.
   */
  addWalker(id: number, walker: WalkerBox): PhysicsBody {
    const description = RAPIER.RigidBodyDesc.dynamic()
      .setCanSleep(false)
      .setGravityScale(0)
      .lockRotations()
      .setAdditionalMass(walker.mass);
    return this.#add(id, description, { ...walker, friction: 0.3, restitution: 0 });
  }

  /** Something that never moves. At least as thick as what may hit it moves in a step: there is no continuous collision detection. */
  addStaticBox(id: number, box: BoxShape): PhysicsBody {
    return this.#add(id, RAPIER.RigidBodyDesc.fixed(), box);
  }

  /** @throws RangeError when there is no such body. */
  body(id: number): PhysicsBody {
    const body = this.#bodies.get(id);
    if (!body) throw new RangeError(`there is no body ${id}`);
    return body;
  }

  remove(body: PhysicsBody): void {
    const rapier = this.#engine.world.bodies.get(body.handle);
    if (!rapier || this.#bodies.get(body.id) !== body) throw new RangeError(`body ${body.id} is not in this world`);
    this.#owners.delete(rapier.collider(0).handle);
    this.#bodies.delete(body.id);
    this.#engine.world.removeRigidBody(rapier);
  }

  /**
   * Distance to the first body that a ray meets, m, or null. Exact and slow (microseconds): for tests and single questions.
   * Bodies are where they were at the end of the last `step`.
   * @param direction of unit length.
   */
  castRay(
    origin: readonly [number, number, number],
    direction: readonly [number, number, number],
    maxDistance: number,
    excludeId?: number,
  ): number | null {
    const ray = new RAPIER.Ray(
      { x: origin[0], y: origin[1], z: origin[2] },
      { x: direction[0], y: direction[1], z: direction[2] },
    );
    const { world } = this.#engine;
    const excluded = excludeId === undefined ? null : world.bodies.get(this.body(excludeId).handle);
    const hit = world.castRay(ray, maxDistance, true, undefined, undefined, undefined, excluded ?? undefined);
    return hit ? hit.timeOfImpact : null;
  }

  save(writer: StateWriter): void {
    writer.u32(this.#bodies.size);
    for (const body of this.#bodies.values()) {
      writer.u32(body.id);
      writer.f64(body.handle);
    }
    writer.bytes(this.#engine.world.takeSnapshot());
  }

  /**
   * Bodies that exist before and after keep their `PhysicsBody`; get the others by `body(id)`.
   * @throws Error when the bytes are not a world of this version of the engine; the present world stays.
   */
  load(reader: StateReader): void {
    const handles: [id: number, handle: number][] = [];
    for (let count = reader.u32(); count > 0; count--) handles.push([reader.u32(), reader.f64()]);
    const world = RAPIER.World.restoreSnapshot(reader.bytes()) as World | null;
    if (!world)
      throw new Error(`load: expected a snapshot of Rapier ${RAPIER.version()}, got bytes that it cannot read`);
    this.#engine.world.free();
    this.#engine.world = world;
    const before = new Map(this.#bodies);
    this.#bodies.clear();
    this.#owners.clear();
    for (const [id, handle] of handles) {
      const known = before.get(id);
      this.#bodies.set(id, known?.handle === handle ? known : new PhysicsBody(this.#engine, id, handle));
      this.#owners.set(world.bodies.get(handle)!.collider(0).handle, id);
    }
    this.#contacts = [];
  }

  /** Gives the engine's memory back. Nothing may be called after it. */
  free(): void {
    this.#engine.force.free();
    this.#engine.torque.free();
    this.#events.free();
    this.#engine.world.free();
  }

  #add(id: number, description: InstanceType<typeof RAPIER.RigidBodyDesc>, box: BoxShape): PhysicsBody {
    if (this.#bodies.has(id)) throw new RangeError(`body ${id} exists already`);
    const { world } = this.#engine;
    const { x, y, z, heading } = box.pose;
    const [hx, hy, hz] = box.halfExtents;
    const [ox, oy, oz] = box.offset ?? [0, 0, 0];
    const [qx, qy, qz, qw] = box.pose.rotation ?? [0, 0, sin(heading / 2), cos(heading / 2)];
    description.setTranslation(x, y, z).setRotation({ x: qx, y: qy, z: qz, w: qw });
    const rapier = world.createRigidBody(description);
    const collider = world.createCollider(
      RAPIER.ColliderDesc.cuboid(hx, hy, hz)
        .setTranslation(ox, oy, oz)
        .setDensity(0)
        .setFriction(box.friction)
        .setRestitution(box.restitution)
        .setActiveEvents(RAPIER.ActiveEvents.CONTACT_FORCE_EVENTS)
        .setContactForceEventThreshold(0),
      rapier,
    );
    // Else the mass would be unknown, and impulses lost, until the first step.
    rapier.recomputeMassPropertiesFromColliders();
    const body = new PhysicsBody(this.#engine, id, rapier.handle);
    this.#bodies.set(id, body);
    this.#owners.set(collider.handle, id);
    return body;
  }
}
