import { clamp, hypot } from '../math.ts';
import type { Random } from '../random.ts';
import type { Footway, Footways } from './footways.ts';
import type { Party } from './person.ts';

/** m/s: free walking speeds of adults (Weidmann 1993: mean 1.34, deviation 0.26), cut off at both ends. */
const PACE = 1.34;
const PACE_DEVIATION = 0.26;
const SLOWEST = 0.7;
const FASTEST = 1.9;
/** Shares of groups of two and of three or less among groups of up to four (Moussaid et al. 2010, rounded). */
const PAIRS = 0.7;
const TRIPLES = 0.9;
/** m: a network that is smaller is no place to walk about, where there is a larger one. */
const SMALLEST = 60;
/** Draws of a destination that lies somewhere else. */
const DRAWS = 8;

/** Where people want to go, by part of the network that they can reach. The map is only looked up. */
interface Places {
  readonly part: Int32Array;
  readonly nodes: ReadonlyMap<number, readonly number[]>;
}

/** How people are spread over a network, and where they want to go. Every draw comes from the stream that is handed over. */
export class Population {
  readonly #footways: Footways;
  readonly #pavements: readonly Footway[];
  /** Sums of the lengths of the pavements up to each, m. */
  readonly #sums: readonly number[];
  readonly #lawful: Places;
  readonly #anywhere: Places;

  constructor(footways: Footways) {
    this.#footways = footways;
    const { ways } = footways;
    const part = footways.parts(false);
    const lengths = new Map<number, number>();
    const partOf = (way: Footway): number => part[way.from] as number;
    for (const way of ways) {
      if (way.kind === 'pavement') lengths.set(partOf(way), (lengths.get(partOf(way)) ?? 0) + way.line.length);
    }
    const largest = [...lengths.values()].reduce((most, length) => Math.max(most, length), 0);
    this.#pavements = ways.filter(
      (way) => way.kind === 'pavement' && (lengths.get(partOf(way)) as number) >= Math.min(SMALLEST, largest),
    );
    let sum = 0;
    this.#sums = this.#pavements.map((way) => (sum += way.line.length));
    this.#lawful = placesOf(footways, part);
    this.#anywhere = placesOf(footways, footways.parts(true));
  }

  /** Whether there is anywhere to walk. */
  get empty(): boolean {
    return this.#pavements.length === 0;
  }

  /** How many walk together in the next party, `left` at most. */
  partySize(random: Random, inGroup: boolean, left: number): number {
    if (!inGroup || left < 2) return 1;
    const share = random.unit();
    return Math.min(left, share < PAIRS ? 2 : share < TRIPLES ? 3 : 4);
  }

  pace(random: Random): number {
    return clamp(PACE + PACE_DEVIATION * random.normal(), SLOWEST, FASTEST);
  }

  /** A place on a pavement, and which way to walk on from there. */
  start(random: Random): { step: number; done: number } {
    const at = random.unit() * (this.#sums[this.#sums.length - 1] ?? 0);
    const index = Math.max(
      0,
      this.#sums.findIndex((sum) => sum > at),
    );
    const way = this.#pavements[index] as Footway;
    return { step: 2 * way.id + random.below(2), done: random.unit() * way.line.length };
  }

  /** Leads a party on from the end of its route to a place drawn at random; back where it came from when nothing else is found. */
  extend(party: Party, random: Random): void {
    const { ways } = this.#footways;
    const { part, nodes: all } = party.jaywalks ? this.#anywhere : this.#lawful;
    const last = party.route[party.route.length - 1] as number;
    const way = ways[last >> 1] as Footway;
    const from = last % 2 === 1 ? way.from : way.to;
    const nodes = all.get(part[from] as number) ?? [];
    for (let k = 0; k < DRAWS && nodes.length > 0; k++) {
      const to = nodes[random.below(nodes.length)] as number;
      const route = to === from ? null : this.#footways.route(from, to, party.jaywalks);
      if (!route || route[0] === (last ^ 1)) continue;
      party.route.push(...route);
      return;
    }
    party.route.push(last ^ 1);
  }
}

/** Whether a place is at least `gap` m from all of some people. */
export function isFree(x: number, y: number, gap: number, people: readonly { x: number; y: number }[]): boolean {
  return people.every((person) => hypot(person.x - x, person.y - y) >= gap);
}

/** Ends of pavements, but no dead ends. */
function placesOf({ ways, at }: Footways, part: Int32Array): Places {
  const nodes = new Map<number, number[]>();
  part.forEach((number, node) => {
    if ((at[node] ?? []).filter((id) => ways[id]?.kind === 'pavement').length < 2) return;
    const known = nodes.get(number);
    if (known) known.push(node);
    else nodes.set(number, [node]);
  });
  return { part, nodes };
}
