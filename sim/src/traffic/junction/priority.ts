import type { MapDescription, SignalState } from '@gauntlet/agents-sdk/protocol';
import { wrapAngle } from '../../math.ts';
import type { Passage } from './passage.ts';

/** What a passage's signal asks of those who come. `signs`: there is none, or it is switched off. */
export type Light = 'signs' | 'stop' | 'amber' | 'go';

export function lightOf(state: SignalState | null): Light {
  if (state === 'red' || state === 'red-amber') return 'stop';
  if (state === 'amber') return 'amber';
  if (state === 'green') return 'go';
  return 'signs';
}

/** rad between two directions below which traffic runs side by side, and above which it is oncoming. Own choice. */
const SAME = 0.87;
const ONCOMING = 2.27;
/** rad of turn from which one turns, and difference of turns from which one drives straighter than another. Own choice. */
const TURNS = 0.45;
const STRAIGHTER = 0.35;

/** How much traffic on a passage counts by signals and signs alone; more goes first. */
function rank(passage: Passage, light: Light): number {
  if (light !== 'signs') return 2;
  if (passage.inside) return 3;
  return passage.sign === 'none' ? 2 : 1;
}

/**
 * Who of two that meet goes first by the rules of the road: 1 the first, -1 the second, 0 whoever comes first. In this order:
 * circulating before entering traffic; signs, where no signal rules; those who turn across yield to oncoming traffic; of two side
 * by side the straighter; at crossing ways who comes from the side of the kerb (right before left where one drives on the right).
 */
export function precedence(
  first: Passage,
  firstLight: Light,
  second: Passage,
  secondLight: Light,
  drivingSide: MapDescription['drivingSide'],
): -1 | 0 | 1 {
  const ranks = rank(first, firstLight) - rank(second, secondLight);
  if (ranks !== 0) return ranks > 0 ? 1 : -1;
  const kerb = drivingSide === 'right' ? 1 : -1;
  const between = wrapAngle(second.heading - first.heading);
  if (Math.abs(between) < SAME) {
    const straighter = Math.abs(second.turn) - Math.abs(first.turn);
    if (Math.abs(straighter) > STRAIGHTER) return straighter > 0 ? 1 : -1;
    return 0;
  }
  if (Math.abs(between) > ONCOMING) {
    const [firstCrosses, secondCrosses] = [first.turn * kerb > TURNS, second.turn * kerb > TURNS];
    if (firstCrosses === secondCrosses) return 0;
    return firstCrosses ? -1 : 1;
  }
  return between * kerb > 0 ? -1 : 1;
}
