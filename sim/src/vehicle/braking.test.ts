import { beforeAll, describe, expect, it } from 'vitest';
import { GRAVITY, loadPhysics } from '../physics/rapier.ts';
import { BICYCLE, BUS, CAR, TRUCK, VAN, type VehicleSpec } from './spec.ts';
import { testDrive } from './testing/test-drive.ts';

const FRICTIONS = [0.1, 0.25, 0.4, 0.55, 0.7, 0.9];
const SPEEDS = [10, 15, 20, 25, 30];

beforeAll(loadPhysics);

/** m to standstill at full brake. */
function stoppingDistance(spec: VehicleSpec, friction: number, speed: number): number {
  let distance = NaN;
  testDrive({
    spec,
    friction,
    speed,
    seconds: 60,
    control: (vehicle) => (vehicle.command.brake = 1),
    observe: ({ state }) => {
      distance = state.x;
      return state.speed <= 0.01;
    },
  });
  return distance;
}

describe('full brake stops a car within 10 % of v^2 / (2 mu g)', () => {
  it.each(FRICTIONS)('at friction %d, from 10 to 30 m/s', (friction) => {
    for (const speed of SPEEDS) {
      const ratio = stoppingDistance(CAR, friction, speed) / (speed ** 2 / (2 * friction * GRAVITY));
      expect(ratio, `from ${speed} m/s`).toBeGreaterThan(0.9);
      expect(ratio, `from ${speed} m/s`).toBeLessThan(1.1);
    }
  });

  it.each([VAN, TRUCK, BUS, BICYCLE])(
    'and every class within 4 % of the same with drag and its own brakes ($class)',
    (spec) => {
      const brakes = (spec.front.brakeForce + spec.rear.brakeForce) / spec.mass + spec.rollingResistance * GRAVITY;
      for (const friction of FRICTIONS) {
        for (const speed of spec === BICYCLE ? [5, 8, 12] : [10, 20, 30]) {
          // Integral of v dv / (b + k v^2), k = rho c A / (2 m).
          const k = (0.5 * 1.2 * spec.dragArea) / spec.mass;
          const b = Math.min(friction * GRAVITY, brakes);
          const expected = Math.log(1 + (k * speed ** 2) / b) / (2 * k);
          const ratio = stoppingDistance(spec, friction, speed) / expected;
          expect(Math.abs(ratio - 1), `friction ${friction}, from ${speed} m/s: ${ratio}`).toBeLessThan(0.04);
        }
      }
    },
  );
});

describe('braking', () => {
  it('in part decelerates by the brake force over the mass, the same on ice as on asphalt while it grips', () => {
    const deceleration = (friction: number): number => {
      let sum = 0;
      let count = 0;
      testDrive({
        spec: CAR,
        friction,
        speed: 20,
        seconds: 3,
        control: (vehicle) => (vehicle.command.brake = 0.08),
        observe: ({ state }, time) => {
          if (time <= 1) return;
          sum -= state.ax;
          count += 1;
        },
      });
      return sum / count;
    };
    const brakes = (0.08 * (CAR.front.brakeForce + CAR.rear.brakeForce)) / CAR.mass;
    const resistance = CAR.rollingResistance * GRAVITY + (0.5 * 1.2 * CAR.dragArea * 18 ** 2) / CAR.mass;
    expect(deceleration(0.9)).toBeCloseTo(brakes + resistance, 1);
    expect(Math.abs(deceleration(0.25) - deceleration(0.9))).toBeLessThan(0.02);
  });

  it('ends in a standstill that lasts, with less than 5 cm of rebound', () => {
    let farthest = 0;
    let last = 0;
    let speed = 1;
    testDrive({
      spec: CAR,
      speed: 15,
      seconds: 12,
      control: (vehicle) => (vehicle.command.brake = 1),
      observe: ({ state }) => {
        farthest = Math.max(farthest, state.x);
        last = state.x;
        speed = state.speed;
      },
    });
    expect(farthest - last).toBeLessThan(0.05);
    expect(Math.abs(speed)).toBeLessThan(1e-4);
  });

  it('leaves the car steerable: full brake with full steering turns it, and still stops', () => {
    let heading = 0;
    let speed = 1;
    testDrive({
      spec: CAR,
      speed: 20,
      seconds: 6,
      control: ({ command }) => {
        command.brake = 1;
        command.steering = 0.2;
      },
      observe: ({ state }) => {
        heading = state.heading;
        speed = state.speed;
      },
    });
    expect(heading).toBeGreaterThan(0.15);
    expect(Math.abs(speed)).toBeLessThan(0.01);
  });

  it('and cornering together stay within the friction circle of the whole car', () => {
    for (const friction of [0.25, 0.55, 0.9]) {
      let most = 0;
      let mean = 0;
      testDrive({
        spec: CAR,
        friction,
        speed: 25,
        seconds: 4,
        control: ({ command }, time) => {
          command.steering = 0.1 * Math.sin(2 * time);
          command.brake = 0.5 + 0.5 * Math.sin(3 * time);
        },
        observe: ({ state }) => {
          // Over a fifth of a second: a car that pitches and rolls throws its weight on the wheels for a moment.
          mean += (Math.hypot(state.ax, state.ay) - mean) / 12;
          most = Math.max(most, mean);
        },
      });
      const drag = (0.5 * 1.2 * CAR.dragArea * 25 ** 2) / CAR.mass;
      expect(most, `friction ${friction}`).toBeLessThan(1.05 * friction * GRAVITY + drag);
      expect(most, `friction ${friction}: the drive must reach the limit`).toBeGreaterThan(0.9 * friction * GRAVITY);
    }
  });
});
