import { expect, test } from 'vitest';
import type { LaneChangeParameters } from '../../scenario.ts';
import { gain, type Outlook } from './mobil.ts';

const NOTHING: Outlook = {
  own: 0,
  ownAfter: 0,
  newFollower: 0,
  newFollowerAfter: 0,
  oldFollower: 0,
  oldFollowerAfter: 0,
};
const MOBIL: LaneChangeParameters = { politeness: 0.5, threshold: 0.1, bias: 0.3, safeBraking: 4 };

// Kesting, Treiber, Helbing 2007: a_c' - a_c + p (a_n' - a_n + a_o' - a_o) > a_th, plus or minus the bias to one side.
test('the incentive is the own gain and the politeness times what others gain and lose', () => {
  const outlook: Outlook = {
    own: -1,
    ownAfter: 0.5,
    newFollower: 0.2,
    newFollowerAfter: -0.8,
    oldFollower: -0.4,
    oldFollowerAfter: 0,
  };
  expect(gain(outlook, { ...MOBIL, threshold: 0, bias: 0 }, true)).toBeCloseTo(1.5 + 0.5 * (-1 + 0.4), 12);
  expect(gain(outlook, { ...MOBIL, threshold: 0, bias: 0, politeness: 0 }, true)).toBeCloseTo(1.5, 12);
});

test('the fast side costs the bias and the slow side brings it, the threshold counts on both', () => {
  expect(gain(NOTHING, MOBIL, true)).toBeCloseTo(-0.4, 12);
  expect(gain(NOTHING, MOBIL, false)).toBeCloseTo(0.2, 12);
});
