import { beforeAll, describe, expect, it } from 'vitest';
import { GRAVITY, loadPhysics, Physics } from '../physics/rapier.ts';
import { StateReader, StateWriter } from '../state.ts';
import type { Ground } from './ground.ts';
import { BICYCLE, BUS, CAR, SPECS, TRUCK, VAN, type VehicleSpec } from './spec.ts';
import { levelGround, slopedGround, SUBSTEP } from './testing/test-drive.ts';
import { TrafficVehicle } from './traffic-vehicle.ts';

const TICK = 0.05;
const ALL = Object.values(SPECS);
const LEVEL = levelGround(0.9);

beforeAll(loadPhysics);

/** A vehicle alone in its world. */
class Drive {
  readonly physics = new Physics(SUBSTEP);
  readonly vehicle: TrafficVehicle;
  ticks = 0;

  constructor(spec: VehicleSpec, ground: Ground, speed: number, rigid: boolean) {
    this.vehicle = new TrafficVehicle(this.physics, 1, spec, { x: 0, y: 0, heading: 0.3, speed }, ground, rigid);
  }

  tick(): void {
    for (let i = 0; i < 3; i++) {
      this.vehicle.applyForces(SUBSTEP);
      this.physics.step();
      this.vehicle.refresh(SUBSTEP);
    }
    this.vehicle.advance(TICK);
    this.ticks += 1;
  }

  run(seconds: number, control: (vehicle: TrafficVehicle, time: number) => void): this {
    for (const end = this.ticks + Math.round(seconds / TICK); this.ticks < end;) {
      control(this.vehicle, this.ticks * TICK);
      this.tick();
    }
    return this;
  }

  save(): Uint8Array {
    const writer = new StateWriter();
    this.physics.save(writer);
    this.vehicle.save(writer);
    return Uint8Array.from(writer.view());
  }
}

/** The same drive by the kinematic and by the rigid model. */
function both<T>(
  spec: VehicleSpec,
  ground: Ground,
  speed: number,
  seconds: number,
  control: (vehicle: TrafficVehicle, time: number) => void,
  measure: (drive: Drive) => T,
): [kinematic: T, rigid: T] {
  return [false, true].map((rigid) => {
    const drive = new Drive(spec, ground, speed, rigid).run(seconds, control);
    const result = measure(drive);
    drive.physics.free();
    return result;
  }) as [T, T];
}

const driven = ({ vehicle: { state } }: Drive): number => Math.hypot(state.x, state.y, state.z);
const fast = ({ vehicle: { state } }: Drive): number => state.speed;

describe('a kinematic vehicle drives like the rigid one', () => {
  it.each(ALL)('accelerating: a $class is as fast within 1 % after 1, 4 and 8 s of full throttle', (spec) => {
    for (const seconds of [1, 4, 8]) {
      const [a, b] = both(spec, LEVEL, 0, seconds, ({ command }) => (command.throttle = 1), fast);
      expect(Math.abs(a / b - 1), `${a} and ${b} m/s after ${seconds} s`).toBeLessThan(0.01);
    }
  });

  it.each(ALL)('braking: a $class stops within 3 % of the same distance, on asphalt, in the wet and on ice', (spec) => {
    for (const friction of [0.9, 0.5, 0.1]) {
      const speed = spec === BICYCLE ? 7 : 15;
      const ground = levelGround(friction);
      const [a, b] = both(spec, ground, speed, 16, ({ command }) => (command.brake = 1), driven);
      expect(Math.abs(a / b - 1), `${a} and ${b} m at friction ${friction}`).toBeLessThan(0.03);
    }
  });

  it.each(ALL)('coasting: a $class loses and gains speed as fast within 1 %, up, down and on the flat', (spec) => {
    for (const grade of [-0.06, 0, 0.04]) {
      const ground = grade === 0 ? LEVEL : slopedGround(grade, 0, 0.8);
      const [a, b] = both(spec, ground, 7, 5, () => undefined, fast);
      expect(Math.abs(a / b - 1), `${a} and ${b} m/s on ${grade}`).toBeLessThan(0.01);
    }
  });

  it.each(ALL)('turning: a $class has the same radius within 3 %, in tight and in fast bends', (spec) => {
    const radius = ({ vehicle: { state } }: Drive): number => state.speed / state.yawRate;
    const wheelbase = spec.front.x - spec.rear.x;
    for (const [speed, lateral] of [
      [3, 1],
      [7, 2.5],
      [spec === BICYCLE ? 6 : 16, 3],
    ] as const) {
      const steering = Math.atan((wheelbase * lateral) / speed ** 2);
      const control = ({ state, command }: TrafficVehicle): void => {
        command.steering = steering;
        command.throttle = Math.max(0, Math.min(1, speed - state.speed));
      };
      const [a, b] = both(spec, LEVEL, speed, 8, control, radius);
      expect(Math.abs(a / b - 1), `${a} and ${b} m at ${speed} m/s`).toBeLessThan(0.03);
    }
  });

  it.each(ALL)('leaning: a $class pitches and rolls as much within 0.2 degrees, on the flat and in a bank', (spec) => {
    for (const ground of [LEVEL, slopedGround(0.05, 0.04, 0.9)]) {
      const control = ({ command }: TrafficVehicle): void => {
        command.steering = 0.02;
        command.brake = 0.1;
      };
      const angles = ({ vehicle: { state } }: Drive): [number, number] => [state.pitch, state.roll];
      const [a, b] = both(spec, ground, 8, 1.5, control, angles);
      a.forEach((angle, i) => expect(Math.abs(angle - b[i]!)).toBeLessThan(0.0035));
    }
  });

  it.each(ALL)('standing: a $class braked on a slope does not move at all, and rolls when it is let go', (spec) => {
    const drive = new Drive(spec, slopedGround(0.1, 0, 0.9), 0, false);
    const { x, y } = drive.vehicle.state;
    drive.run(20, ({ command }) => (command.brake = 0.6));
    expect([drive.vehicle.state.x, drive.vehicle.state.y, drive.vehicle.state.speed]).toEqual([x, y, 0]);
    drive.run(2, ({ command }) => (command.brake = 0));
    // It looks 0.3 rad aside of the slope.
    const expected = -2 * GRAVITY * (0.1 * Math.cos(0.3) - spec.rollingResistance);
    expect(drive.vehicle.state.speed / expected).toBeCloseTo(1, 1);
    drive.physics.free();
  });

  it('steering: its wheels turn no faster and no further than its steering can, whatever it is told', () => {
    const drive = new Drive(CAR, LEVEL, 8, false);
    let before = 0;
    drive.run(4, ({ command, state }, time) => {
      command.steering = time < 2 ? Infinity : -9;
      command.throttle = time < 1 ? NaN : 1e9;
      expect(Math.abs(state.steering - before)).toBeLessThanOrEqual(CAR.maxSteeringRate * TICK + 1e-12);
      expect(Object.values(state).every((value) => typeof value !== 'number' || Number.isFinite(value))).toBe(true);
      before = state.steering;
    });
    expect(before).toBe(-CAR.maxSteeringAngle);
    drive.physics.free();
  });

  it('sliding: it does not corner faster than the road allows', () => {
    const drive = new Drive(CAR, levelGround(0.3), 20, false);
    drive.run(3, ({ command, state }) => {
      command.steering = 0.5;
      expect(Math.abs(state.speed * state.yawRate)).toBeLessThan(0.3 * GRAVITY);
    });
    drive.physics.free();
  });
});

type Control = (vehicle: TrafficVehicle, time: number) => void;
const steady =
  (throttle: number, brake: number, steering: number): Control =>
  ({ command }) =>
    Object.assign(command, { throttle, brake, steering });

/** What both models are doing when one becomes the other: ground, m/s at the start, command. */
const MANOEUVRES: readonly [string, Ground, number, Control][] = [
  ['on the straight', LEVEL, 13, steady(0.1, 0, 0)],
  ['at full throttle', LEVEL, 3, steady(1, 0, 0)],
  ['braking', LEVEL, 15, steady(0, 0.2, 0)],
  ['standing', LEVEL, 0, steady(0, 0.4, 0)],
  ['in a bend', LEVEL, 7, steady(0.1, 0, 0.08)],
  ['in a fast bend', LEVEL, 14, steady(0.1, 0, 0.025)],
  ['climbing', slopedGround(0.08, 0, 0.8), 8, steady(0.5, 0, 0)],
  ['rolling down', slopedGround(-0.06, 0, 0.8), 6, steady(0, 0, 0)],
  ['parked on a slope', slopedGround(0.1, 0.02, 0.8), 0, steady(0, 1, 0)],
  ['in a banked bend on a slope', slopedGround(0.03, 0.05, 0.8), 10, steady(0.2, 0, 0.03)],
];

describe.each([
  ['promoted', false],
  ['demoted', true],
] as const)('a vehicle that is %s goes on without a jump', (_, rigid) => {
  it.each(MANOEUVRES)('%s', (_name, ground, speed, control) => {
    for (const spec of [CAR, VAN, TRUCK, BUS, BICYCLE]) {
      const start = spec === BICYCLE ? Math.min(speed, 6) : speed;
      const [stays, changes] = [0, 1].map(() => new Drive(spec, ground, start, rigid).run(2, control)) as [
        Drive,
        Drive,
      ];
      const { vehicle } = changes;
      const at = { ...pick(vehicle) };
      if (rigid) vehicle.demote();
      else vehicle.promote();
      expect(vehicle.rigid).toBe(!rigid);
      const now = pick(vehicle);
      expect(apart(at, now), spec.class).toBeLessThan(0.001);
      expect(Math.abs(now.speed - at.speed), spec.class).toBeLessThanOrEqual(0.001 * at.speed + 1e-3);
      expect(Math.abs(now.yawRate - at.yawRate), spec.class).toBeLessThan(1e-3);
      expect(Math.abs(now.pitch - at.pitch) + Math.abs(now.roll - at.roll), spec.class).toBeLessThan(1e-3);
      expect(now.steering).toBe(at.steering);
      for (let i = 0; i < 40; i++) {
        stays.run(TICK, control);
        changes.run(TICK, control);
        const [a, b] = [pick(stays.vehicle), pick(vehicle)];
        // What people could see of it: 1 cm in height, a third of a degree in how it leans.
        expect(Math.abs(a.z - b.z), `${spec.class}, tick ${i}`).toBeLessThan(0.01);
        expect(Math.abs(a.pitch - b.pitch) + Math.abs(a.roll - b.roll), `${spec.class}, tick ${i}`).toBeLessThan(0.006);
        expect(Math.abs(a.speed - b.speed), `${spec.class}, tick ${i}`).toBeLessThan(0.01 * a.speed + 0.01);
      }
      expect(apart(pick(stays.vehicle), pick(vehicle)), spec.class).toBeLessThan(0.1);
      stays.physics.free();
      changes.physics.free();
    }
  });
});

function pick({ state: { x, y, z, speed, yawRate, pitch, roll, steering } }: TrafficVehicle) {
  return { x, y, z, speed, yawRate, pitch, roll, steering };
}

function apart(a: { x: number; y: number; z: number }, b: { x: number; y: number; z: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
}

describe('[D4] a keyframe restores a vehicle bit for bit', () => {
  const weave: Control = ({ command }, time) =>
    Object.assign(command, { steering: 0.05 * Math.sin(time), throttle: 0.3, brake: time % 2 > 1.5 ? 0.2 : 0 });

  it.each([
    ['kinematic', false],
    ['rigid', true],
  ] as const)('a %s one, in place, in another world, and after it changed its kind', (_, rigid) => {
    const ground = slopedGround(0.02, 0.01, 0.8);
    const drive = new Drive(CAR, ground, 10, rigid).run(3, weave);
    const before = drive.save();
    const after = drive.run(3, weave).save();
    expect(after).not.toEqual(before);
    const restore = (into: Drive): Drive => {
      const reader = new StateReader(before);
      into.physics.load(reader);
      into.vehicle.load(reader);
      expect(reader.done()).toBe(true);
      into.ticks = 60;
      return into;
    };
    if (rigid) drive.vehicle.demote();
    else drive.vehicle.promote();
    const again = restore(drive);
    expect(again.vehicle.rigid).toBe(rigid);
    expect(again.save()).toEqual(before);
    expect(again.run(3, weave).save()).toEqual(after);

    const other = new Drive(CAR, ground, 3, !rigid);
    const fresh = new TrafficVehicle(other.physics, 1, CAR, null, ground, false);
    const reader = new StateReader(before);
    other.physics.load(reader);
    fresh.load(reader);
    const writer = new StateWriter();
    other.physics.save(writer);
    fresh.save(writer);
    expect(Uint8Array.from(writer.view())).toEqual(before);
    drive.physics.free();
    other.physics.free();
  });
});
