import type { Cubic } from './plan-view.ts';

/** A piece of a profile that begins at `s` m: a cubic polynomial of the metres since then. */
export interface ProfilePiece {
  readonly s: number;
  readonly cubic: Cubic;
}

/** How high a road lies, laid piece by piece as engineers do: even slopes, and parabolas between them. */
export class Elevation {
  readonly pieces: ProfilePiece[] = [];
  #s = 0;
  #height: number;
  #slope = 0;

  /** @param height m, at the road's start, where it is level. */
  constructor(height = 0) {
    this.#height = height;
  }

  /** m */
  get height(): number {
    return this.#height;
  }

  /** m of road so far. */
  get length(): number {
    return this.#s;
  }

  /** On with the slope it has. @param length m. */
  keep(length: number): this {
    return this.#add(length, [this.#height, this.#slope, 0, 0], this.#slope);
  }

  /** A crest or a sag: evenly from the slope it has to another (0.04 rises 4 %). @param length m. */
  turn(length: number, slope: number): this {
    return this.#add(length, [this.#height, this.#slope, (slope - this.#slope) / (2 * length), 0], slope);
  }

  #add(length: number, cubic: Cubic, slope: number): this {
    if (!(length > 0)) throw new RangeError(`expected a positive length of a slope, got ${length}`);
    this.pieces.push({ s: this.#s, cubic });
    this.#height += ((this.#slope + slope) / 2) * length;
    this.#slope = slope;
    this.#s += length;
    return this;
  }
}

/** From one value to another over `length` m, level at both ends. */
export function ease(from: number, to: number, length: number): Cubic {
  const rise = to - from;
  return [from, 0, (3 * rise) / (length * length), (-2 * rise) / (length * length * length)];
}
