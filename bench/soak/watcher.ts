import type { EntityDescription, MapDescription } from '@gauntlet/agents-sdk/protocol';
import type { SimFrame } from '@gauntlet/sim';
import { eachNearPair, overlap, type Box } from './boxes.ts';
import { StopLineWatch } from './stop-lines.ts';

/** What a watcher counted. */
export interface Findings {
  /** Pairs of vehicles whose boxes overlapped, each pair once, and the same of a vehicle and a person. */
  collisions: number;
  peopleHit: number;
  redLights: number;
  /** Vehicles that stood still for `STUCK` s. */
  stuck: number;
  /** Moves that no vehicle makes: further in a tick than its speed allows. */
  jumps: number;
  /** Pairs that drive the same way and would have touched within 1.5 s had both gone on as they were (time to collision), each once in 10 s. */
  nearMisses: number;
  arrived: number;
  vehicles: number;
  /** m/s, over all vehicles and ticks. */
  meanSpeed: number;
  /** The first few of each, in words. */
  notes: string[];
}

/** s of standing after which a vehicle is stuck. */
export const STUCK = 300;
/** Ticks between looks for overlaps, and for near misses. */
const OVERLAP_EVERY = 2;
const NEAR_EVERY = 10;
const NEAR_SECONDS = 1.5;
const NEAR_AGAIN = 200;

interface Seen extends Box {
  readonly id: number;
  readonly speed: number;
  readonly person: boolean;
}

/** Looks at a world's frames as any spectator could, and counts what must not happen. Shares no code with the simulation. */
export class TrafficWatcher {
  readonly findings: Findings = {
    collisions: 0,
    peopleHit: 0,
    redLights: 0,
    stuck: 0,
    jumps: 0,
    nearMisses: 0,
    arrived: 0,
    vehicles: 0,
    meanSpeed: 0,
    notes: [],
  };
  readonly #tickSeconds: number;
  readonly #lines: StopLineWatch;
  readonly #descriptions = new Map<number, EntityDescription>();
  readonly #before = new Map<number, { x: number; y: number; standing: number }>();
  readonly #touching = new Set<string>();
  readonly #near = new Map<string, number>();
  #speeds = 0;
  #seen = 0;

  constructor(map: MapDescription, entities: readonly EntityDescription[], tickSeconds: number) {
    this.#tickSeconds = tickSeconds;
    this.#lines = new StopLineWatch(map);
    for (const entity of entities) this.#descriptions.set(entity.id, entity);
  }

  see(frame: SimFrame): void {
    const { findings } = this;
    for (const entity of frame.spawned) this.#descriptions.set(entity.id, entity);
    for (const id of frame.removed) {
      if (this.#descriptions.get(id)?.class !== 'pedestrian') findings.arrived++;
      this.#descriptions.delete(id);
      this.#before.delete(id);
    }
    const seen: Seen[] = [];
    for (const { id, x, y, z, yaw, speed } of frame.entities) {
      const known = this.#descriptions.get(id);
      if (!known) continue;
      const { length, width } = known;
      seen.push({
        id,
        x,
        y,
        z: z - known.height / 2,
        heading: yaw,
        length,
        width,
        speed,
        person: known.class === 'pedestrian',
      });
    }
    const vehicles = seen.filter(({ person }) => !person);
    for (const vehicle of vehicles) this.#follow(vehicle, frame.tick);
    for (const { id, signal, tick } of this.#lines.see(vehicles, frame.signals, frame.tick)) {
      findings.redLights++;
      this.#note(tick, `vehicle ${id} drove over its stop line while signal ${signal} was red`);
    }
    if (frame.tick % OVERLAP_EVERY === 0) this.#overlaps(seen, frame.tick);
    if (frame.tick % NEAR_EVERY === 0) this.#nearMisses(vehicles, frame.tick);
    findings.vehicles = Math.max(findings.vehicles, vehicles.length);
    findings.meanSpeed = this.#speeds / Math.max(1, this.#seen);
  }

  #follow({ id, x, y, speed }: Seen, tick: number): void {
    this.#speeds += speed;
    this.#seen++;
    const before = this.#before.get(id);
    if (!before) {
      this.#before.set(id, { x, y, standing: 0 });
      return;
    }
    const moved = Math.hypot(x - before.x, y - before.y);
    if (moved > Math.abs(speed) * this.#tickSeconds * 1.3 + 0.25) {
      this.findings.jumps++;
      this.#note(tick, `vehicle ${id} moved ${moved.toFixed(2)} m in a tick at ${speed.toFixed(1)} m/s`);
    }
    before.standing = moved < 0.005 ? before.standing + this.#tickSeconds : 0;
    before.x = x;
    before.y = y;
    if (before.standing >= STUCK && before.standing < STUCK + this.#tickSeconds) {
      this.findings.stuck++;
      this.#note(tick, `vehicle ${id} has stood at ${x.toFixed(1)}, ${y.toFixed(1)} for ${STUCK} s`);
    }
  }

  #overlaps(seen: readonly Seen[], tick: number): void {
    eachNearPair(seen, 20, (a, b) => {
      if ((a.person && b.person) || !overlap(a, b)) return;
      const key = pair(a, b);
      if (this.#touching.has(key)) return;
      this.#touching.add(key);
      if (a.person || b.person) this.findings.peopleHit++;
      else this.findings.collisions++;
      const what = a.person || b.person ? 'a vehicle and a person' : 'vehicles';
      this.#note(tick, `${what}, ${a.id} and ${b.id}, overlap at ${a.x.toFixed(1)}, ${a.y.toFixed(1)}`);
    });
  }

  #nearMisses(vehicles: readonly Seen[], tick: number): void {
    eachNearPair(vehicles, 45, (a, b) => {
      const far = (Math.abs(a.speed) + Math.abs(b.speed)) * NEAR_SECONDS + 15;
      // Who drives the same way: those who cross or come towards each other bend their ways before they meet.
      if (Math.cos(a.heading - b.heading) < 0.7) return;
      if (Math.hypot(a.x - b.x, a.y - b.y) > far || !willTouch(a, b)) return;
      const key = pair(a, b);
      if (tick - (this.#near.get(key) ?? -Infinity) >= NEAR_AGAIN) this.findings.nearMisses++;
      this.#near.set(key, tick);
    });
  }

  #note(tick: number, text: string): void {
    if (this.findings.notes.length < 12)
      this.findings.notes.push(`${(tick * this.#tickSeconds).toFixed(2)} s: ${text}`);
  }
}

function pair(a: Seen, b: Seen): string {
  return a.id < b.id ? `${a.id} ${b.id}` : `${b.id} ${a.id}`;
}

/** Whether two boxes that go on straight at their speeds overlap within `NEAR_SECONDS`. */
function willTouch(a: Seen, b: Seen): boolean {
  for (let t = 0.1; t <= NEAR_SECONDS; t += 0.1) if (overlap(after(a, t), after(b, t))) return true;
  return false;
}

function after(box: Seen, seconds: number): Box {
  const way = box.speed * seconds;
  return { ...box, x: box.x + way * Math.cos(box.heading), y: box.y + way * Math.sin(box.heading) };
}
