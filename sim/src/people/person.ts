import type { WalkerPlan } from '../scenario.ts';
import type { StateReader, StateWriter } from '../state.ts';
import type { WalkLine } from './walk-line.ts';
import type { Walker } from './walker.ts';

/** People who go the same way together; one alone is a party too. */
export interface Party {
  /** Of `Footways.route`; grows as long as they walk. */
  readonly route: number[];
  /** Whether they cross the road elsewhere than at crossings, and against the signal. */
  readonly jaywalks: boolean;
  readonly members: Person[];
}

/** One person and all that is remembered of it. */
export class Person implements Walker {
  readonly id: number;
  readonly name: string;
  /** What the scenario wants of it, and the line it walks along, or null. */
  readonly plan: WalkerPlan | null;
  readonly line: WalkLine | null;
  /** Null for those with a plan. */
  party: Party | null = null;
  x = 0;
  y = 0;
  z = 0;
  heading = 0;
  vx = 0;
  vy = 0;
  speed = 0;
  struck = false;
  /** m/s that it likes to walk. */
  pace = 0;
  /** Where between the edges of a way it likes to walk: 1 at the left one, -1 at the right one. */
  side = 0;
  /** Index into the party's route; segment of the line there; m along it in the direction of walking, and m that are left. */
  leg = 0;
  segment = -1;
  done = 0;
  left = 0;
  /** Whether it may step on the road that comes next on its way, or walks on it. */
  cleared = false;
  /** Whether it stands at the kerb and wants to cross. */
  waiting = false;
  /** Whether it stands at its start until it is let walk. */
  held = false;
  /** s that it has hardly moved; s that it has lain. */
  still = 0;
  lain = 0;
  /** What it means to do in this tick: a direction and m/s. Nothing of it is state. */
  readonly want = { x: 0, y: 0 };
  wantSpeed = 0;
  /** Whether it keeps to its group: at the kerb and on the road everybody looks out for itself. */
  gathers = false;
  /** m to the left of the line of its way, as that is laid out. Not state either. */
  offset = 0;

  constructor(id: number, plan: WalkerPlan | null, line: WalkLine | null) {
    this.id = id;
    this.name = plan?.name ?? `walker-${id}`;
    this.plan = plan;
    this.line = line;
  }

  save(writer: StateWriter): void {
    for (const field of NUMBERS) writer.f64(this[field]);
    for (const field of FLAGS) writer.bool(this[field]);
  }

  load(reader: StateReader): void {
    for (const field of NUMBERS) this[field] = reader.f64();
    for (const field of FLAGS) this[field] = reader.bool();
  }
}

const NUMBERS = [
  ...(['x', 'y', 'z', 'heading', 'vx', 'vy', 'speed', 'pace', 'side'] as const),
  ...(['leg', 'segment', 'done', 'left', 'still', 'lain'] as const),
] as const;
const FLAGS = ['struck', 'cleared', 'waiting', 'held'] as const;
