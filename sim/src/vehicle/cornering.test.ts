import { beforeAll, describe, expect, it } from 'vitest';
import { GRAVITY, loadPhysics } from '../physics/rapier.ts';
import { BICYCLE, BUS, CAR, SPECS, TRUCK, VAN, type VehicleSpec } from './spec.ts';
import { keepSpeed, testDrive } from './testing/test-drive.ts';

beforeAll(loadPhysics);

/** Steady circle: its radius at the rear axle, m, and the centripetal acceleration, m/s2. */
function circle(spec: VehicleSpec, speed: number, steering: number): { radius: number; acceleration: number } {
  let radius = NaN;
  let acceleration = NaN;
  testDrive({
    spec,
    speed,
    seconds: 15,
    control: (vehicle) => {
      keepSpeed(vehicle, speed);
      vehicle.command.steering = steering;
    },
    observe: ({ state }) => {
      radius = state.speed / state.yawRate;
      acceleration = state.speed * state.yawRate;
    },
  });
  return { radius, acceleration };
}

describe('the cornering limit of a car is mu g within 10 %', () => {
  it.each([0.1, 0.25, 0.4, 0.55, 0.7, 0.9])('at friction %d', (friction) => {
    for (const speed of [12, 20]) {
      let mean = 0;
      let plateau = 0;
      testDrive({
        spec: CAR,
        friction,
        speed,
        seconds: 30,
        control: (vehicle, time) => {
          keepSpeed(vehicle, speed);
          vehicle.command.steering = 0.012 * time;
        },
        observe: ({ state: { speed: along, lateralSpeed: across, ax, ay } }) => {
          // Across the path, not across the body: they differ by the sideslip angle. Mean of one second.
          mean += ((along * ay - across * ax) / Math.hypot(along, across) - mean) / 60;
          plateau = Math.max(plateau, mean);
        },
      });
      const ratio = plateau / (friction * GRAVITY);
      expect(ratio, `at ${speed} m/s`).toBeGreaterThan(0.9);
      expect(ratio, `at ${speed} m/s`).toBeLessThan(1.1);
    }
  });
});

describe('no other class corners with more than mu g, and all with four fifths of it before their front wheels slide', () => {
  it.each([VAN, TRUCK, BUS, BICYCLE])('$class', (spec) => {
    for (const friction of [0.25, 0.7]) {
      const speed = spec === BICYCLE ? 7 : 14;
      let mean = 0;
      let plateau = 0;
      testDrive({
        spec,
        friction,
        speed,
        seconds: 30,
        control: (vehicle, time) => {
          keepSpeed(vehicle, speed);
          vehicle.command.steering = 0.02 * time;
        },
        observe: ({ state: { speed: along, lateralSpeed: across, ax, ay } }) => {
          mean += ((along * ay - across * ax) / Math.hypot(along, across) - mean) / 60;
          plateau = Math.max(plateau, mean);
        },
      });
      const ratio = plateau / (friction * GRAVITY);
      expect(ratio, `friction ${friction}`).toBeGreaterThan(0.8);
      expect(ratio, `friction ${friction}`).toBeLessThan(1.01);
    }
  });
});

describe('cornering', () => {
  it.each(Object.values(SPECS))(
    'slowly, the rear axle of a $class runs on wheelbase / tan(steering), within 5 %',
    (spec) => {
      for (const steering of [0.1, 0.3, 0.6, -0.4]) {
        const expected = (spec.front.x - spec.rear.x) / Math.tan(steering);
        expect(Math.abs(circle(spec, 2, steering).radius / expected - 1), `at ${steering} rad`).toBeLessThan(0.05);
      }
    },
  );

  it('understeers by the difference of the axles stiffness over load', () => {
    const wheelbase = CAR.front.x - CAR.rear.x;
    let radiusBefore = 0;
    for (const speed of [5, 10, 15, 20]) {
      const { radius, acceleration } = circle(CAR, speed, 0.006);
      expect(radius).toBeGreaterThan(radiusBefore);
      radiusBefore = radius;
      // delta = L / R + K a_y, K = (1 / c_front - 1 / c_rear) / g (Gillespie, "Fundamentals of Vehicle Dynamics", ch. 6).
      const gradient = (0.006 - wheelbase / radius) / acceleration;
      const expected = (1 / CAR.front.corneringStiffness - 1 / CAR.rear.corneringStiffness) / GRAVITY;
      // Slower, the little that drive and rolling resistance do weighs more than the slip angles.
      if (speed >= 15) expect(Math.abs(gradient / expected - 1), `at ${speed} m/s`).toBeLessThan(0.1);
    }
  });

  it.each(Object.values(SPECS))(
    'a $class understeers: the faster it drives, the more it has to be steered for one radius',
    (spec) => {
      let before = 0;
      for (const speed of spec === BICYCLE ? [2, 5, 8] : [5, 10, 15, 20]) {
        const { radius } = circle(spec, speed, spec === BICYCLE ? 0.02 : 0.012);
        expect(radius, `at ${speed} m/s`).toBeGreaterThan(before);
        before = radius;
      }
      expect(spec.rear.corneringStiffness).toBeGreaterThan(spec.front.corneringStiffness);
    },
  );

  it('turns left for positive steering, leans outwards, and mirrors exactly', () => {
    const trace = (sign: number): readonly [number, number, number] => {
      let result: readonly [number, number, number] = [0, 0, 0];
      testDrive({
        spec: CAR,
        speed: 15,
        seconds: 3,
        control: ({ command }) => (command.steering = sign * 0.05),
        observe: ({ state }) => void (result = [state.y, state.heading, state.roll]),
      });
      return result;
    };
    const [y, heading, roll] = trace(1);
    expect(y).toBeGreaterThan(1);
    expect(heading).toBeGreaterThan(0.1);
    expect(roll).toBeGreaterThan(0.005);
    const [mirroredY, mirroredHeading] = trace(-1);
    expect(mirroredY).toBeCloseTo(-y, 2);
    expect(mirroredHeading).toBeCloseTo(-heading, 3);
  });

  it.each([
    [CAR, [10, 20, 30]],
    [VAN, [10, 20, 30]],
    [TRUCK, [8, 14, 20, 25]],
    [BUS, [8, 14, 20]],
    [BICYCLE, [3, 6, 9]],
  ] as const)('at full steering does not roll a $0.class over', (spec, speeds) => {
    for (const speed of speeds) {
      let roll = 0;
      testDrive({
        spec,
        speed,
        seconds: 6,
        // Full lock to one side, then to the other: the worst that a driver can do.
        control: ({ command }, time) => (command.steering = time < 3 ? 1 : -1),
        observe: ({ state }) => void (roll = Math.max(roll, Math.abs(state.roll))),
      });
      expect(roll, `from ${speed} m/s`).toBeLessThan(0.15);
      expect(roll, `from ${speed} m/s`).toBeGreaterThan(0.02);
    }
  });
});
