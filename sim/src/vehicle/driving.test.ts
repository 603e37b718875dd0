import { beforeAll, describe, expect, it } from 'vitest';
import { GRAVITY, loadPhysics } from '../physics/rapier.ts';
import type { Ground } from './ground.ts';
import { CAR, SPECS, TRUCK, VAN } from './spec.ts';
import { testDrive } from './testing/test-drive.ts';

const ALL = Object.values(SPECS);

beforeAll(loadPhysics);

describe('driving straight', () => {
  it.each(ALL)('a $class reaches the speed at which power equals drag and rolling resistance', (spec) => {
    let speed = 0;
    testDrive({
      spec,
      // Some 5 % faster than drag alone would let it.
      speed: 1.05 * Math.cbrt(spec.power / (0.6 * spec.dragArea)),
      seconds: 100,
      control: ({ command }) => (command.throttle = 1),
      observe: ({ state }) => void (speed = state.speed),
    });
    const resistance = 0.5 * 1.2 * spec.dragArea * speed ** 2 + spec.rollingResistance * spec.mass * GRAVITY;
    expect(Math.abs((resistance * speed) / spec.power - 1)).toBeLessThan(0.02);
  });

  it.each([
    [CAR, 7, 10],
    [VAN, 12, 18],
    [TRUCK, 25, 45],
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

  /** Rises towards +x by a slope of 10 %. */
  const hill: Ground = {
    height: (x) => 0.1 * x,
    friction: () => 0.9,
    normal: (_x, _y, into) => {
      into.x = -0.1 / Math.sqrt(1.01);
      into.y = 0;
      into.z = 1 / Math.sqrt(1.01);
    },
  };

  it('its brake holds it on a slope, without it rolls down by g sin(slope)', () => {
    const after = (brake: number): { x: number; speed: number } => {
      const end = { x: 0, speed: 0 };
      let settled = 0;
      testDrive({
        spec: CAR,
        ground: hill,
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
    const rolling = GRAVITY * (0.1 - CAR.rollingResistance) * (1 / Math.sqrt(1.01));
    expect(after(0).speed / (-rolling * 5)).toBeCloseTo(1, 1);
  });
});
