import { beforeAll, describe, expect, test } from 'vitest';
import { straightLine } from '../../road/curves.ts';
import { MapBuilder } from '../../road/map-builder.ts';
import type { DemandPlan, DriverParameters, ScenarioPlan } from '../../scenario.ts';
import { Stage, TICK } from '../testing/stage.ts';
import { PROFILES, type Profile } from './profiles.ts';
import { DT, Platoon } from './testing/platoon.ts';

/** What is seen of the drivers of one temper. */
interface Conduct {
  /** s to the one ahead, of those who follow; m/s; changes of lane in an hour of driving. */
  headway: number;
  speed: number;
  changes: number;
}

/** s between two looks. */
const LOOK = 0.2;

const CAR: DriverParameters = {
  speedFactor: 0.9,
  headway: 1.4,
  minGap: 2,
  acceleration: 1.4,
  braking: 2,
  criticalGap: 4,
};
const LORRY: DriverParameters = { ...CAR, speedFactor: 0.65, headway: 1.8, acceleration: 0.8 };

/** The same traffic on a straight road with two lanes, a third of it of one temper. */
function traffic(temper: DriverParameters): ScenarioPlan {
  const builder = new MapBuilder('road');
  const lane = { width: 3.75, speedLimit: 30 };
  const lanes = builder.road(straightLine({ x: 0, y: 0, heading: 0 }, 1600), [lane, lane]);
  const demand: DemandPlan = {
    name: 'main',
    from: lanes,
    to: lanes,
    rate: 2000,
    mix: [
      { class: 'car', driver: temper, share: 1 },
      { class: 'car', driver: CAR, share: 1.5 },
      { class: 'truck', driver: LORRY, share: 0.5 },
    ],
  };
  return { map: builder.build(), friction: 0.9, seats: [], actors: [], flows: [], demands: [demand], stories: [] };
}

function conduct(profile: Profile): Conduct {
  const temper = PROFILES[profile];
  const stage = new Stage(traffic(temper), '3');
  const lanes = new Map<number, number>();
  let [speeds, headways, followers, changes, ticks] = [0, 0, 0, 0, 0];
  for (let t = 0; t < 240; t += TICK) {
    stage.step();
    if (t < 60 || Math.round(stage.time / TICK) % Math.round(LOOK / TICK) !== 0) continue;
    const order = [...stage.vehicles].sort((a, b) => b.state.x - a.state.x);
    order.forEach((vehicle, i) => {
      const motorist = stage.traffic.motorists().find(({ id }) => id === vehicle.id);
      if (!motorist || motorist.parameters.human?.reaction !== temper.human.reaction) return;
      ticks++;
      speeds += vehicle.state.speed;
      const lane = motorist.path[0] as number;
      if (lanes.has(motorist.id) && lanes.get(motorist.id) !== lane) changes++;
      lanes.set(motorist.id, lane);
      for (let k = i - 1; k >= 0; k--) {
        const ahead = order[k]!;
        if (Math.abs(ahead.state.y - vehicle.state.y) > 1.5) continue;
        const gap = ahead.state.x - vehicle.state.x - (ahead.spec.length + vehicle.spec.length) / 2;
        if (gap < 3 * vehicle.state.speed) {
          headways += gap / vehicle.state.speed;
          followers++;
        }
        break;
      }
    });
  }
  const hours = (ticks * LOOK) / 3600;
  return {
    headway: headways / followers,
    speed: speeds / ticks,
    changes: changes / hours,
  };
}

describe('in the same traffic', () => {
  const seen = {} as Record<Profile, Conduct>;
  beforeAll(() => {
    for (const profile of Object.keys(PROFILES) as Profile[]) seen[profile] = conduct(profile);
  }, 120_000);

  test('the hurried drive fastest and the timid slowest', () => {
    expect(seen.hurried.speed).toBeGreaterThan(seen.calm.speed + 0.5);
    expect(seen.timid.speed).toBeLessThan(seen.calm.speed - 0.5);
  });

  test('the hurried follow closest, then the distracted, the calm, the timid', () => {
    expect(seen.hurried.headway).toBeLessThan(0.9 * seen.distracted.headway);
    expect(seen.distracted.headway).toBeLessThan(seen.calm.headway);
    expect(seen.calm.headway).toBeLessThan(0.95 * seen.timid.headway);
  });

  test('the hurried change lane most often, the timid least', () => {
    expect(seen.hurried.changes).toBeGreaterThan(1.3 * seen.calm.changes);
    expect(seen.timid.changes).toBeLessThan(0.7 * seen.calm.changes);
  });
});

test('behind a car that stops now and then, the distracted come nearer to a collision and brake harder than the calm', () => {
  /** The least time to a collision, s; the share of ticks in which somebody brakes at more than 4 m/s2. */
  function conduct(profile: Profile): { closest: number; hard: number } {
    const column = Array.from({ length: 20 }, () => PROFILES[profile]);
    let [closest, hard, ticks] = [Infinity, 0, 0];
    for (const seed of ['1', '2', '3']) {
      const platoon = new Platoon(column, { speed: 15, spacing: 35, desired: 27 }, seed);
      while (platoon.time < 200) {
        const phase = platoon.time % 100;
        const change = (phase > 60 && phase < 80 ? 0 : 20) - platoon.speed[0]!;
        platoon.step(platoon.speed[0]! + Math.min(2 * DT, Math.max(-6 * DT, change)));
        for (let i = 1; i < platoon.x.length; i++) {
          const closing = platoon.speed[i]! - platoon.speed[i - 1]!;
          if (closing > 0.5) closest = Math.min(closest, platoon.gap(i) / closing);
          if (platoon.acceleration[i]! < -4) hard++;
          ticks++;
        }
      }
    }
    return { closest, hard: hard / ticks };
  }
  const [calm, distracted] = [conduct('calm'), conduct('distracted')];
  expect(distracted.closest).toBeLessThan(0.8 * calm.closest);
  expect(distracted.hard).toBeGreaterThan(2 * calm.hard);
});
