import type { VehicleShare } from '../scenario.ts';

/** Kinds of newcomers with their shares. */
export class Mix {
  readonly shares: readonly VehicleShare[];
  readonly #total: number;

  /** @param place for error messages. @throws RangeError for no kinds, a negative share, or shares that sum to nothing. */
  constructor(shares: readonly VehicleShare[], place: string) {
    if (shares.length === 0) throw new RangeError(`${place}: expected a mix of vehicles, got an empty one`);
    for (const { share, class: vehicle } of shares) {
      if (!(share >= 0 && share < Infinity)) {
        throw new RangeError(`${place}: expected a share of 0 or more for each kind, got ${share} for ${vehicle}`);
      }
    }
    this.shares = shares;
    this.#total = shares.reduce((sum, { share }) => sum + share, 0);
    if (this.#total <= 0) throw new RangeError(`${place}: expected shares that sum to more than 0, got ${this.#total}`);
  }

  /** The index of the kind that a number from [0, 1) falls on. */
  draw(unit: number): number {
    let left = unit * this.#total;
    let chosen = 0;
    for (let i = 0; i < this.shares.length; i++) {
      const { share } = this.shares[i] as VehicleShare;
      if (share === 0) continue;
      chosen = i;
      if (left < share) break;
      left -= share;
    }
    return chosen;
  }
}
