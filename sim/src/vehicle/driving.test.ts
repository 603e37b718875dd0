import { beforeAll, describe, expect, it } from 'vitest';
import { GRAVITY, loadPhysics } from '../physics/rapier.ts';
import { BICYCLE, BUS, CAR, SPECS, TRUCK, VAN, type VehicleSpec } from './spec.ts';
import { levelGround, slopedGround, testDrive } from './testing/test-drive.ts';

const ALL = Object.values(SPECS);

beforeAll(loadPhysics);

describe('driving straight', () => {
  /** m/s at which power equals drag, rolling resistance and weight along the slope, by bisection. */
  function topSpeed(spec: VehicleSpec, grade: number): number {
    const slope = Math.atan(grade);
    const pull = spec.mass * GRAVITY * (spec.rollingResistance * Math.cos(slope) + Math.sin(slope));
    let [low, high] = [0, 100];
    for (let i = 0; i < 60; i++) {
      const v = (low + high) / 2;
      const available = Math.min(spec.driveForce, spec.power / v);
      if (0.5 * 1.2 * spec.dragArea * v ** 2 + pull < available) low = v;
      else high = v;
    }
    return low;
  }

  it.each(ALL.flatMap((spec) => [0, 0.04, 0.08].map((grade) => [spec, grade] as const)))(
    'a $0.class climbs a slope of $1 at the speed at which power equals drag, rolling resistance and weight',
    (spec, grade) => {
      const expected = topSpeed(spec, grade);
      // From below and from above.
      for (const start of [0.97, 1.03]) {
        let speed = 0;
        testDrive({
          spec,
          ground: grade === 0 ? levelGround(0.9) : slopedGround(grade, 0, 0.9),
          speed: start * expected,
          seconds: 80,
          control: ({ command }) => (command.throttle = 1),
          observe: ({ state }) => void (speed = state.speed),
        });
        expect(Math.abs(speed / expected - 1), `from ${start * expected} m/s`).toBeLessThan(0.01);
      }
    },
  );

  it('which on the flat is what such vehicles reach: a bicycle 8 to 9 m/s with a rider of 150 to 250 W', () => {
    expect(BICYCLE.power).toBeGreaterThanOrEqual(150);
    expect(BICYCLE.power).toBeLessThanOrEqual(250);
    expect(topSpeed(BICYCLE, 0)).toBeGreaterThan(8);
    expect(topSpeed(BICYCLE, 0)).toBeLessThan(9);
  });

  it.each([
    [CAR, 7, 10],
    [VAN, 12, 18],
    [TRUCK, 25, 45],
    [BUS, 30, 50],
  ] as const)('$0.class goes from 0 to 100 km/h in a time that fits its class', (spec, least, most) => {
    const time = testDrive({
      spec,
      speed: 0,
      seconds: 60,
      control: ({ command }) => (command.throttle = 1),
      observe: ({ state }) => state.speed >= 100 / 3.6,
    });
    expect(time).toBeGreaterThan(least);
    expect(time).toBeLessThan(most);
  });

  it('on ice, accelerates with what the driven axle can carry', () => {
    let speed = 0;
    testDrive({
      spec: CAR,
      friction: 0.1,
      speed: 0,
      seconds: 5,
      control: ({ command }) => (command.throttle = 1),
      observe: ({ state }) => void (speed = state.speed),
    });
    const wheelbase = CAR.front.x - CAR.rear.x;
    const front = (CAR.cgX - CAR.rear.x) / wheelbase;
    // Load moves to the rear by a h / L.
    const grip = (0.1 * front * GRAVITY) / (1 + (0.1 * CAR.cgHeight) / wheelbase);
    expect(speed / 5 / (grip - CAR.rollingResistance * (1 - front) * GRAVITY)).toBeCloseTo(1, 1);
  });

  it('backwards ends at the limiter of the reverse gear, and neutral takes the drive away', () => {
    const end = (gear: 'reverse' | 'neutral'): number => {
      let speed = 0;
      testDrive({
        spec: CAR,
        speed: 0,
        seconds: 15,
        control: ({ command }) => {
          command.gear = gear;
          command.throttle = 1;
        },
        observe: ({ state }) => void (speed = state.speed),
      });
      return speed;
    };
    expect(end('reverse')).toBeLessThan(-CAR.reverseSpeed + 0.6);
    expect(end('reverse')).toBeGreaterThan(-CAR.reverseSpeed - 0.01);
    expect(Math.abs(end('neutral'))).toBeLessThan(1e-4);
  });

  it('coasting loses energy by what drag and rolling resistance take, and never gains any', () => {
    let before = Infinity;
    let lost = 0;
    let start = 0;
    let end = 0;
    testDrive({
      spec: CAR,
      speed: 30,
      seconds: 60,
      control: ({ command }, time) => (command.steering = time < 30 ? 0 : 0.05 * Math.sin(time)),
      observe: ({ state: { vx, vy, vz, wx, wy, wz, z } }, time) => {
        const [ix, iy, iz] = CAR.inertia;
        const v2 = vx ** 2 + vy ** 2 + vz ** 2;
        const energy =
          0.5 * CAR.mass * v2 + 0.5 * (ix * wx ** 2 + iy * wy ** 2 + iz * wz ** 2) + CAR.mass * GRAVITY * z;
        if (time <= 0.02) start = energy;
        if (time <= 30) {
          end = energy;
          const speed = Math.sqrt(v2);
          lost += (0.5 * 1.2 * CAR.dragArea * speed ** 3 + CAR.rollingResistance * CAR.mass * GRAVITY * speed) / 60;
        }
        // Springs and tyres store some joules and give them back.
        expect(energy).toBeLessThan(before + 200);
        before = Math.min(before, energy);
      },
    });
    expect((start - end) / lost).toBeCloseTo(1, 1);
  });
});

describe('standing', () => {
  it.each(ALL)(
    'a $class at rest on level ground moves less than a millimetre in a minute, and does not tremble',
    (spec) => {
      let most = 0;
      let fastest = 0;
      testDrive({
        spec,
        speed: 0,
        seconds: 60,
        control: () => undefined,
        observe: ({ state: { x, y, z, vx, vy, vz } }) => {
          most = Math.max(most, Math.hypot(x, y, z - spec.height / 2));
          fastest = Math.max(fastest, Math.hypot(vx, vy, vz));
        },
      });
      expect(most).toBeLessThan(0.001);
      expect(fastest).toBeLessThan(0.001);
    },
  );

  it.each(ALL)('on a slope of 10 % the brake holds a $class, and without it it rolls down by g sin(slope)', (spec) => {
    const after = (brake: number): { x: number; speed: number } => {
      const end = { x: 0, speed: 0 };
      let settled = 0;
      testDrive({
        spec,
        ground: slopedGround(0.1, 0, 0.9),
        speed: 0,
        seconds: 33,
        control: ({ command }, time) => (command.brake = time < 3 ? 1 : brake),
        observe: ({ state }, time) => {
          if (time <= 3) settled = state.x;
          end.x = state.x - settled;
          if (time <= 8) end.speed = state.speed;
        },
      });
      return end;
    };
    expect(Math.abs(after(1).x)).toBeLessThan(0.001);
    const rolling = (GRAVITY * (0.1 - spec.rollingResistance)) / Math.sqrt(1.01);
    // Drag at the mean of v^2 over the five seconds.
    const drag = (0.5 * 1.2 * spec.dragArea * (rolling * 5) ** 2) / 3 / spec.mass;
    expect(after(0).speed / (-(rolling - drag) * 5)).toBeCloseTo(1, 1);
  });

  it.each(ALL)('a $class coasts down a slope of 6 % with g sin(slope), less what rolls and drags', (spec) => {
    let before = 0;
    let speed = 0;
    testDrive({
      spec,
      ground: slopedGround(-0.06, 0, 0.9),
      speed: 6,
      seconds: 4,
      control: () => undefined,
      observe: ({ state }, time) => {
        if (time <= 1) before = state.speed;
        speed = state.speed;
      },
    });
    const slope = Math.atan(0.06);
    const drag = (0.5 * 1.2 * spec.dragArea * ((before + speed) / 2) ** 2) / spec.mass;
    const expected = GRAVITY * (Math.sin(slope) - spec.rollingResistance * Math.cos(slope)) - drag;
    expect((speed - before) / 3 / expected).toBeCloseTo(1, 1);
  });

  it.each(ALL)('a $class stays parked across a bank of 8 %, and its body lies in it', (spec) => {
    let start = { x: NaN, y: NaN };
    let end = start;
    let [roll, pitch] = [0, 0];
    testDrive({
      spec,
      ground: slopedGround(0, 0.08, 0.7),
      speed: 0,
      seconds: 30,
      control: ({ command }) => (command.brake = 1),
      observe: ({ state }, time) => {
        end = { x: state.x, y: state.y };
        if (time <= 3) start = end;
        ({ roll, pitch } = state);
      },
    });
    expect(Math.hypot(end.x - start.x, end.y - start.y)).toBeLessThan(0.001);
    expect(roll).toBeGreaterThan(Math.atan(0.08));
    expect(roll).toBeLessThan(Math.atan(0.08) + 0.02);
    expect(Math.abs(pitch)).toBeLessThan(0.002);
  });
});
