import type { MapDescription, MapLane } from '@gauntlet/agents-sdk/protocol';
import { addLane, arc, curve, line, rotate, type Path } from './fake-lanes.ts';

/** Radius of the circulating lane's centre, m. */
export const RING = 18;
const WIDTH = 3.6;

/** In towards the ring, and out again, for the arm that comes from the east; right-hand traffic. */
const ARM_IN = line([120, 2], [32, 2], 10);
const ENTRY = curve(
  [32, 2],
  [-1, 0],
  [RING * Math.cos(0.42), RING * Math.sin(0.42)],
  [-Math.sin(0.42), Math.cos(0.42)],
);
const EXIT = curve(
  [RING * Math.cos(-0.42), RING * Math.sin(-0.42)],
  [Math.sin(0.42), Math.cos(0.42)],
  [32, -2],
  [1, 0],
);
const ARM_OUT = line([32, -2], [120, -2], 10);

/** The way of one who enters by arm `from` and leaves by the `exit`-th arm after it. */
export function through(from: number, exit: number): Path {
  const quarter = Math.PI / 2;
  const ring = rotate(arc(RING, 0.42, exit * quarter - 0.42, 10 * exit), from * quarter);
  return [
    ...rotate(ARM_IN, from * quarter),
    ...rotate(ENTRY, from * quarter).slice(1),
    ...ring.slice(1),
    ...rotate(EXIT, (from + exit) * quarter).slice(1),
    ...rotate(ARM_OUT, (from + exit) * quarter).slice(1),
  ];
}

export const HIGHWAY_Y = [-150, -150 + WIDTH, -150 + 2 * WIDTH] as const;

/** A three-lane road beside a roundabout with four arms. */
export function fakeMap(): MapDescription {
  const lanes: MapLane[] = [];
  HIGHWAY_Y.forEach((y, i) => {
    const path = line([-400, y], [400, y], 40);
    addLane(lanes, path, WIDTH, [i === 2 ? 'solid' : 'broken', i === 0 ? 'solid' : 'broken']);
  });
  const shoulder = line([-400, -150 - WIDTH + 0.4], [400, -150 - WIDTH + 0.4], 40);
  addLane(lanes, shoulder, 2.8, ['none', 'none'], { kind: 'shoulder' });
  for (let arm = 0; arm < 4; arm++) {
    const turn = (arm * Math.PI) / 2;
    addLane(lanes, rotate(ARM_IN, turn), 4, ['broken', 'solid'], { yields: true });
    addLane(lanes, rotate(ENTRY, turn), 4, ['none', 'none'], { junction: 1 });
    addLane(lanes, rotate(arc(RING, -0.42, 0.42, 8), turn), 5.4, ['solid', 'none'], { junction: 1 });
    addLane(lanes, rotate(arc(RING, 0.42, Math.PI / 2 - 0.42, 8), turn), 5.4, ['solid', 'solid'], { junction: 1 });
    addLane(lanes, rotate(EXIT, turn), 4, ['none', 'none'], { junction: 1 });
    addLane(lanes, rotate(ARM_OUT, turn), 4, ['broken', 'solid']);
  }
  return { name: 'three-lanes-and-a-roundabout', drivingSide: 'right', lanes, signals: [], crossings: [] };
}
