import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPhysics, Physics } from '../physics/rapier.ts';
import { Random } from '../random.ts';
import { StateReader, StateWriter } from '../state.ts';
import { BICYCLE, CAR, describeEntity, describeVehicle, SPECS, TRUCK, VAN } from './spec.ts';
import { levelGround, SUBSTEP, testDrive } from './testing/test-drive.ts';
import { Vehicle } from './vehicle.ts';

const GROUND = levelGround(0.7);

beforeAll(loadPhysics);

/** Vehicles that drive at random among and into each other. */
class Crowd {
  readonly physics = new Physics(SUBSTEP);
  vehicles: Vehicle[] = [];
  readonly #random: Random;

  constructor(seed: string) {
    this.#random = new Random(seed, 'crowd');
    this.physics.addStaticBox(100, {
      halfExtents: [1, 30, 2],
      pose: { x: 60, y: 0, z: 2, heading: 0 },
      friction: 0.5,
      restitution: 0,
    });
    for (let id = 1; id <= 6; id++) {
      const spec = [CAR, VAN, TRUCK][id % 3]!;
      const start = { x: -14 * id, y: id % 2, heading: 0.1 * id, speed: 3 * id };
      this.vehicles.push(new Vehicle(this.physics, id, spec, start, GROUND));
    }
  }

  run(substeps: number): this {
    for (let i = 0; i < substeps; i++) {
      for (const vehicle of this.vehicles) {
        if (this.#random.below(20) === 0) {
          const { command } = vehicle;
          command.steering = this.#random.between(-0.7, 0.7);
          command.throttle = this.#random.unit();
          command.brake = this.#random.below(3) === 0 ? this.#random.unit() : 0;
          command.gear = (['forward', 'forward', 'neutral', 'reverse'] as const)[this.#random.below(4)]!;
        }
        vehicle.applyForces(SUBSTEP, GROUND);
      }
      this.physics.step();
      for (const vehicle of this.vehicles) vehicle.refresh(SUBSTEP);
    }
    return this;
  }

  save(): Uint8Array {
    const writer = new StateWriter();
    this.physics.save(writer);
    this.#random.save(writer);
    for (const vehicle of this.vehicles) vehicle.save(writer);
    return Uint8Array.from(writer.view());
  }

  /** @param anew with new vehicles, as a world does that had others. */
  load(bytes: Uint8Array, anew: boolean): this {
    const reader = new StateReader(bytes);
    this.physics.load(reader);
    this.#random.load(reader);
    if (anew) {
      this.vehicles = this.vehicles.map(({ id, spec }) => new Vehicle(this.physics, id, spec, null, GROUND));
    }
    for (const vehicle of this.vehicles) vehicle.load(reader);
    expect(reader.done()).toBe(true);
    return this;
  }
}

function withCrowd<T>(seed: string, use: (crowd: Crowd) => T): T {
  const crowd = new Crowd(seed);
  try {
    return use(crowd);
  } finally {
    crowd.physics.free();
  }
}

describe('[D1] the same inputs give the same bits', () => {
  it('in two runs; and one vehicle that starts a micrometre a second faster changes them', () => {
    const first = withCrowd('7', (crowd) => crowd.run(600).save());
    expect(withCrowd('7', (crowd) => crowd.run(600).save())).toEqual(first);
    expect(withCrowd('8', (crowd) => crowd.run(600).save())).not.toEqual(first);
    const nudged = withCrowd('7', (crowd) => {
      crowd.physics.body(4).push(1e-2, 0, 0, 0, 0, 0);
      return crowd.run(600).save();
    });
    expect(nudged).not.toEqual(first);
  });
});

describe('[D4] a keyframe restores vehicles bit for bit', () => {
  it('in place, in another world, and with new objects', () => {
    withCrowd('7', (crowd) => {
      const before = crowd.run(240).save();
      const after = crowd.run(240).save();
      expect(after).not.toEqual(before);
      expect(crowd.load(before, false).save()).toEqual(before);
      expect(crowd.run(240).save()).toEqual(after);
      expect(crowd.load(before, true).run(240).save()).toEqual(after);
      withCrowd('99', (other) => expect(other.run(17).load(before, true).run(240).save()).toEqual(after));
    });
  });

  /** One more substep from a vehicle's saved bytes with one double changed, or none; rolling or about to stand. */
  function after(speed: number, changed: number | null): string {
    const physics = new Physics(SUBSTEP);
    const vehicle = new Vehicle(physics, 1, CAR, { x: 0, y: 0, heading: 0, speed }, GROUND);
    Object.assign(vehicle.command, { steering: 0.05, throttle: 0.1, brake: 0.2 });
    const writer = new StateWriter();
    for (let i = 0; i < 6; i++) {
      if (i === 5) {
        vehicle.save(writer);
        const view = new DataView(Uint8Array.from(writer.view()).buffer);
        if (changed !== null) {
          view.setFloat64(changed * 8, view.getFloat64(changed * 8, true) * 0.5 + 0.0001, true);
        }
        vehicle.load(new StateReader(new Uint8Array(view.buffer)));
      }
      vehicle.applyForces(SUBSTEP, GROUND);
      physics.step();
      vehicle.refresh(SUBSTEP);
    }
    physics.free();
    const { x, y, z, vx, vy, vz, wx, wy, wz } = vehicle.state;
    return [x, y, z, vx, vy, vz, wx, wy, wz].join();
  }

  // Doubles 0..12 are the body's, 13 and 14 the last acceleration: results. What follows is read by nothing but the next substep.
  it.each([
    ['steering', 15],
    ...[0, 1, 2, 3].flatMap((wheel) => [
      [`stretch of tyre ${wheel} along`, 16 + 2 * wheel] as const,
      [`stretch of tyre ${wheel} across`, 17 + 2 * wheel] as const,
    ]),
    ['wanted steering', 24],
    ['throttle', 25],
    ['brake', 26],
  ] as const)('of which nothing is superfluous: another %s, another motion', (_, double) => {
    const differs = [12, 0.05].map((speed) => after(speed, double) !== after(speed, null));
    expect(differs).toContain(true);
  });
});

describe('a vehicle', () => {
  it('stays finite and on the ground under any commands, not-a-number and infinity included', () => {
    const wild = fc.oneof(
      fc.double(),
      fc.constantFrom(NaN, Infinity, -Infinity, 1e308),
      fc.double({ min: -1, max: 1, noNaN: true }),
    );
    const command = fc.record({
      steering: wild,
      throttle: wild,
      brake: wild,
      gear: fc.constantFrom('forward' as const, 'neutral' as const, 'reverse' as const),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(SPECS)),
        fc.double({ min: 0.05, max: 1.2, noNaN: true }),
        fc.double({ min: -5, max: 35, noNaN: true }),
        fc.array(command, { minLength: 1, maxLength: 12 }),
        (spec, friction, speed, commands) => {
          testDrive({
            spec,
            friction,
            speed,
            seconds: 0.5 * commands.length,
            control: (vehicle, time) => (vehicle.command = { ...commands[Math.floor(time / 0.5)]! }),
            observe: ({ state }) => {
              const { x, y, z, qx, qy, qz, qw, vx, vy, vz, wx, wy, wz, ax, ay, steering, heading, pitch, roll } = state;
              const all = [x, y, z, qx, qy, qz, qw, vx, vy, vz, wx, wy, wz, ax, ay, steering, heading, pitch, roll];
              expect(all.every(Number.isFinite)).toBe(true);
              expect(Math.abs(steering)).toBeLessThanOrEqual(spec.maxSteeringAngle);
              expect(z).toBeGreaterThan(0.2);
              expect(z).toBeLessThan(5);
              expect(Math.hypot(vx, vy, vz)).toBeLessThan(45);
            },
          });
        },
      ),
      { seed: 2, numRuns: 60 },
    );
  });

  it('turns its wheels no faster and no further than its steering can', () => {
    let before = 0;
    testDrive({
      spec: CAR,
      speed: 5,
      seconds: 3,
      control: ({ command }, time) => (command.steering = time < 1.5 ? 9 : -9),
      observe: ({ state: { steering } }) => {
        expect(Math.abs(steering - before)).toBeLessThanOrEqual(CAR.maxSteeringRate * SUBSTEP + 1e-12);
        expect(Math.abs(steering)).toBeLessThanOrEqual(CAR.maxSteeringAngle);
        before = steering;
      },
    });
    expect(before).toBe(-CAR.maxSteeringAngle);
  });

  it('starts where it is put: level, in equilibrium, rolling at its speed', () => {
    const physics = new Physics(SUBSTEP);
    const vehicle = new Vehicle(physics, 9, CAR, { x: 3, y: -4, heading: 2.5, speed: 12 }, GROUND);
    const { state } = vehicle;
    expect([state.x, state.y, state.z]).toEqual([3, -4, Math.fround(CAR.height / 2)]);
    expect(state.heading).toBeCloseTo(2.5, 6);
    expect(state.speed).toBeCloseTo(12, 5);
    expect(state.lateralSpeed).toBeCloseTo(0, 5);
    for (let i = 0; i < 30; i++) {
      vehicle.applyForces(SUBSTEP, GROUND);
      physics.step();
      vehicle.refresh(SUBSTEP);
      expect(state.z).toBeCloseTo(CAR.height / 2, 3);
      expect(Math.abs(state.ay)).toBeLessThan(0.01);
    }
    expect(state.x).toBeCloseTo(3 + 6 * Math.cos(2.5), 1);
    vehicle.remove();
    expect(() => physics.body(9)).toThrow(RangeError);
    physics.free();
  });

  it('comes to rest on its side or roof, on the ground, when it is thrown over', () => {
    let z = 0;
    let speed = 1;
    let roll = 0;
    const physics = new Physics(SUBSTEP);
    const vehicle = new Vehicle(physics, 1, CAR, { x: 0, y: 0, heading: 0, speed: 10 }, GROUND);
    physics.body(1).setVelocity(10, 6, 4, -4, 0.5, 0.3);
    for (let i = 0; i < 900; i++) {
      vehicle.applyForces(SUBSTEP, GROUND);
      physics.step();
      vehicle.refresh(SUBSTEP);
    }
    ({ z, speed, roll } = vehicle.state);
    expect(Math.abs(roll)).toBeGreaterThan(1);
    expect(Math.abs(speed)).toBeLessThan(0.05);
    expect(z).toBeGreaterThan(0.4);
    expect(z).toBeLessThan(1.2);
    physics.free();
  });
});

describe('descriptions', () => {
  it.each(Object.values(SPECS))('a $class is described consistently to its seat and to watchers', (spec) => {
    const body = describeVehicle(spec);
    const entity = describeEntity(spec);
    expect(body.wheelbase).toBeCloseTo(body.frontAxle + body.rearAxle, 12);
    expect([entity.length, entity.width, entity.height]).toEqual([body.length, body.width, body.height]);
    expect([entity.frontAxle, entity.rearAxle]).toEqual([body.frontAxle, body.rearAxle]);
    expect(entity.class).toBe(spec.class);
    // The brakes can use all of a dry road; a rider's end where he would go over the bars.
    if (spec === BICYCLE) expect(body.maxBraking).toBeCloseTo(5.5, 1);
    else expect(body.maxBraking).toBeGreaterThan(0.9 * 9.81);
  });
});
