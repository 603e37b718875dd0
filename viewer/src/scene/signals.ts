import { SIGNAL_STATES, type MapSignal, type SignalState } from '@gauntlet/agents-sdk/protocol';
import {
  BoxGeometry,
  Color,
  CylinderGeometry,
  Group,
  Matrix4,
  MeshBasicMaterial,
  MeshLambertMaterial,
  PlaneGeometry,
  Vector3,
} from 'three';
import { standingHeight, type Ground } from '../ground/ground.ts';
import { crossSection } from '../ground/lane-shape.ts';
import { layered } from './ground-material.ts';
import { Instances } from './instances.ts';
import { LIGHT } from './palette.ts';

type Lamp = 'red' | 'amber' | 'green';

const LIT: Record<Lamp, Color> = {
  red: new Color(3, 0.12, 0.1),
  amber: new Color(3, 1.35, 0.05),
  green: new Color(0.1, 2.4, 0.7),
};
const DARK: Record<Lamp, Color> = {
  red: new Color('#33100f'),
  amber: new Color('#33270c'),
  green: new Color('#0d2c1c'),
};
/** On the road one colour stands for the state. */
const ROAD: Record<Lamp, Color> = {
  red: new Color('#ff3b30'),
  amber: new Color('#ffb300'),
  green: new Color('#2fd36b'),
};
/** Which lamps a state lights. Flashing ones are lit half of the time. */
const LAMPS: Record<SignalState, readonly Lamp[]> = {
  off: [],
  red: ['red'],
  'red-amber': ['red', 'amber'],
  amber: ['amber'],
  green: ['green'],
  'flashing-amber': ['amber'],
};
/** Lamps of a head from the top down, m above its middle. */
const HEADS: Record<MapSignal['kind'], readonly (readonly [Lamp, number])[]> = {
  vehicle: [
    ['red', 0.33],
    ['amber', 0],
    ['green', -0.33],
  ],
  pedestrian: [
    ['red', 0.16],
    ['green', -0.16],
  ],
};
/** Least height of the middle of a head that is drawn above the ground, m. */
const LEAST_HEIGHT: Record<MapSignal['kind'], number> = { vehicle: 2.9, pedestrian: 2.3 };
/** How far a mast's arm reaches at most, m. */
const LONGEST_ARM = 16;
/** Times a second that a flashing lamp lights. */
const FLASH = 1;
/** Depth of the coloured bar behind a stop line, and of that at a crossing's ends, m. */
const BAR = 0.55;

interface Placed {
  readonly signal: MapSignal;
  /** From the head's own frame (x to those it is for) to the world. */
  readonly frame: Matrix4;
}

interface Bar {
  readonly signal: number;
  readonly frame: Matrix4;
}

/** Signal heads on their poles, lit as the frame says, and their state on the road as well, so that it can be read from above. */
export class Signals {
  readonly group = new Group();
  readonly #heads: Placed[];
  readonly #bars: Bar[];
  readonly #lamps: Instances;
  readonly #marks: Instances;
  #shown = '';

  constructor(ground: Ground) {
    const { signals } = ground.map;
    this.#heads = signals.map((signal) => place(signal, ground));
    this.#bars = [...stopBars(ground), ...crossingBars(ground)];
    this.#lamps = new Instances(
      this.group,
      new CylinderGeometry(0.125, 0.125, 0.06, 14).rotateZ(Math.PI / 2),
      new MeshBasicMaterial({ toneMapped: false }),
      false,
      Math.max(1, 3 * signals.length),
    );
    const paint = { toneMapped: false, ...layered(-4, ground.terrain.level) };
    this.#marks = new Instances(
      this.group,
      new PlaneGeometry(1, 1),
      new MeshBasicMaterial({ ...paint, transparent: true, opacity: 0.85, depthWrite: false }),
      false,
      Math.max(1, this.#bars.length),
    );
    if (signals.length > 0) this.#build(ground);
  }

  /** @param states of the map's signals, as in a frame. @param time s of match. */
  update(states: Uint8Array, time: number): void {
    const flash = (time * FLASH) % 1 < 0.5;
    const key = `${flash} ${states.join()}`;
    if (key === this.#shown) return;
    this.#shown = key;
    const stateOf = (signal: number): SignalState => SIGNAL_STATES[states[signal] ?? 0] ?? 'off';
    const lampsOf = (state: SignalState): readonly Lamp[] => (state === 'flashing-amber' && !flash ? [] : LAMPS[state]);
    const part = new Matrix4();
    this.#lamps.begin();
    for (const { signal, frame } of this.#heads) {
      const lit = lampsOf(stateOf(signal.id));
      for (const [lamp, up] of HEADS[signal.kind]) {
        // A pedestrian's head has no amber: what is about to change shows red.
        const on = lit.includes(lamp) || (signal.kind === 'pedestrian' && lamp === 'red' && lit.includes('amber'));
        this.#lamps.add(part.makeTranslation(0.16, 0, up).premultiply(frame), on ? LIT[lamp] : DARK[lamp]);
      }
    }
    this.#lamps.end();
    this.#marks.begin();
    for (const { signal, frame } of this.#bars) {
      const lamp = lampsOf(stateOf(signal)).at(-1);
      if (lamp) this.#marks.add(frame, ROAD[lamp]);
    }
    this.#marks.end();
  }

  /** What never changes: housings, poles, arms. */
  #build(ground: Ground): void {
    const black = new MeshLambertMaterial({ color: '#1b1e21' });
    const steel = new MeshLambertMaterial({ color: LIGHT.steel });
    const count = this.#heads.length;
    const housings = {
      vehicle: new Instances(this.group, new BoxGeometry(0.26, 0.36, 1.08), black, true, count),
      pedestrian: new Instances(this.group, new BoxGeometry(0.24, 0.34, 0.72), black, true, count),
    };
    const poles = new Instances(
      this.group,
      new CylinderGeometry(0.07, 0.09, 1, 8).rotateX(Math.PI / 2).translate(0, 0, 0.5),
      steel,
      true,
      count,
    );
    const arms = new Instances(this.group, new BoxGeometry(1, 0.1, 0.1).translate(0.5, 0, 0), steel, true, count);
    const all = [housings.vehicle, housings.pedestrian, poles, arms];
    for (const instances of all) instances.begin();
    const part = new Matrix4();
    for (const { signal, frame } of this.#heads) {
      housings[signal.kind].add(frame);
      const head = new Vector3().setFromMatrixPosition(frame);
      const foot = footOf(signal, head, ground);
      const top = head.z + (signal.kind === 'vehicle' ? 0.62 : 0.42);
      poles.add(part.makeScale(1, 1, top - foot.z).setPosition(foot));
      const reach = Math.hypot(head.x - foot.x, head.y - foot.y);
      if (reach < 0.5) continue;
      const yaw = Math.atan2(head.y - foot.y, head.x - foot.x);
      arms.add(
        part
          .makeRotationZ(yaw)
          .scale(new Vector3(reach, 1, 1))
          .setPosition(foot.x, foot.y, top - 0.06),
      );
    }
    for (const instances of all) instances.end();
  }
}

function place(signal: MapSignal, ground: Ground): Placed {
  const [x, y, z] = signal.position;
  const floor = standingHeight(ground, x, y, z - 3);
  const height = Math.max(z, floor + LEAST_HEIGHT[signal.kind]);
  const frame = new Matrix4().makeRotationZ(signal.heading + Math.PI).setPosition(x, y, height);
  return { signal, frame };
}

/** Where the pole stands: behind the head, or, where that is on the road, at the nearer side of it. */
function footOf(signal: MapSignal, head: Vector3, ground: Ground): Vector3 {
  const [ahead, across] = [signal.heading, signal.heading + Math.PI / 2];
  const at = (side: number): [number, number] => [
    head.x + Math.cos(ahead) * 0.2 + Math.cos(across) * side,
    head.y + Math.sin(ahead) * 0.2 + Math.sin(across) * side,
  ];
  const free = (side: number): boolean => {
    let clear = true;
    ground.surface.at(...at(side), (id, z) => {
      const kind = ground.map.lanes[id]?.kind;
      if (kind !== 'sidewalk' && kind !== 'median' && z < head.z) clear = false;
    });
    return clear;
  };
  // Where one drives on the right, masts stand on the right.
  const sign = ground.map.drivingSide === 'right' ? -1 : 1;
  let side = 0;
  for (let reach = 0; reach <= LONGEST_ARM; reach += 0.5) {
    side = [sign * reach, -sign * reach].find(free) ?? NaN;
    if (!Number.isNaN(side)) break;
  }
  if (Number.isNaN(side)) side = 0;
  const [x, y] = at(side);
  return new Vector3(x, y, standingHeight(ground, x, y, head.z - 3) - 0.1);
}

/** A bar just behind each stop line, in as many parts as there are signals that it waits for, the left turn's on the left. */
function stopBars({ approaches }: Ground): Bar[] {
  return approaches.flatMap(({ lane, stop, signals }) => {
    const section = crossSection(lane, stop);
    if (!section || signals.length === 0) return [];
    const left = new Vector3(...section.left);
    const across = new Vector3(...section.right).sub(left);
    const width = across.length();
    if (width < 0.5) return [];
    across.divideScalar(width);
    const ahead = new Vector3(-across.y, across.x, 0).normalize();
    const up = new Vector3().crossVectors(across, ahead);
    const share = width / signals.length;
    return signals.map((signal, i) => {
      const middle = left
        .clone()
        .addScaledVector(across, (i + 0.5) * share)
        .addScaledVector(ahead, 0.5 + BAR / 2)
        .addScaledVector(up, 0.03);
      return {
        signal,
        frame: new Matrix4()
          .makeBasis(across, ahead, up)
          .scale(new Vector3(share * 0.92, BAR, 1))
          .setPosition(middle),
      };
    });
  });
}

/** A bar at each end of a crossing with a signal. */
function crossingBars({ map, surface }: Ground): Bar[] {
  return map.crossings.flatMap(({ axis, width, signal }) => {
    if (signal === null) return [];
    const [x, y, z, ex, ey, ez] = axis as [number, number, number, number, number, number];
    const yaw = Math.atan2(ey - y, ex - x);
    return (
      [
        [x, y, z, 1],
        [ex, ey, ez, -1],
      ] as const
    ).map(([px, py, pz, inwards]) => {
      const [bx, by] = [px + Math.cos(yaw) * inwards * (BAR / 2), py + Math.sin(yaw) * inwards * (BAR / 2)];
      return {
        signal,
        frame: new Matrix4()
          .makeRotationZ(yaw)
          .scale(new Vector3(BAR, width, 1))
          .setPosition(bx, by, (surface.nearest(bx, by, pz, 2) ?? pz) + 0.03),
      };
    });
  });
}
