import { endOf, straightLine } from '../../road/curves.ts';
import { MapBuilder } from '../../road/map-builder.ts';
import type { ActorPlan, DriverParameters, ScenarioPlan } from '../../scenario.ts';
import { CAR } from '../../vehicle/spec.ts';
import { Stage, TICK } from './stage.ts';

/** s until the signal turns green. */
export const RED = 5;

/** 25 cars behind a stop line, whose signal turns green after `RED` s: the times (s) at which their fronts pass the line. */
export function discharge(driver: DriverParameters): number[] {
  const builder = new MapBuilder('street');
  const line = straightLine({ x: 0, y: 0, heading: 0 }, 400);
  const lane = { width: 3.5, speedLimit: 13.9 };
  const [approach] = builder.road(line, [lane]) as [number];
  const middle = straightLine(endOf(line), 30);
  const [junction] = builder.road(middle, [{ ...lane, junction: 0 }]) as [number];
  const [exit] = builder.road(straightLine(endOf(middle), 600), [lane]) as [number];
  builder.link(approach, junction);
  builder.link(junction, exit);
  const map = builder.build();
  const lanes = map.lanes.map((each) =>
    each.id === junction ? { ...each, signal: 0 } : each.id === approach ? { ...each, stopLine: 2 } : each,
  );
  const head = { x: 400, y: 4, z: 5 };
  const signal = {
    id: 0,
    kind: 'vehicle',
    heading: 0,
    group: 0,
    junction: 0,
    name: 's',
    position: [head.x, head.y, head.z],
  };
  const actors = Array.from({ length: 25 }, (_, i): ActorPlan => {
    const start = 398 - 0.6 - CAR.length / 2 - i * (CAR.length + driver.minGap + 0.3);
    return { name: `car-${i}`, class: 'car', route: [approach, junction, exit], start, speed: 0, driver };
  });
  let time = 0;
  const stage = new Stage(
    {
      map: { ...map, lanes, signals: [signal] } as ScenarioPlan['map'],
      friction: 0.9,
      seats: [],
      actors,
      flows: [],
      stories: [],
    },
    { signals: { state: () => (time < RED ? 'red' : 'green') } },
  );
  const passed: number[] = [];
  for (; time < 70; time += TICK) {
    stage.step();
    for (const { state, spec } of stage.vehicles) {
      const front = state.x + spec.length / 2;
      if (front >= 398 && front - state.speed * TICK < 398 && state.speed > 0) passed.push(time);
    }
  }
  return passed;
}

/**
 * Vehicles an hour and lane at the times at which they pass. The first few still start up: it counts from the fifth on (Highway Capacity
 * Manual, saturation flow).
 */
export function saturationFlow(passed: readonly number[]): number {
  const counted = passed.slice(4);
  return (3600 * (counted.length - 1)) / ((counted.at(-1) as number) - (counted[0] as number));
}
