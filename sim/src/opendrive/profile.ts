import { firstAfter } from './along.ts';
import { LIMITS } from './limits.ts';
import type { Reader } from './attributes.ts';
import type { XmlElement } from './xml.ts';

/** a + b ds + c ds^2 + d ds^3, from `s` on. */
export interface CubicRecord {
  readonly s: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** A value along a road, such as its elevation: a row of cubic polynomials, each valid until the next begins. */
export class Profile {
  /** In ascending order of `s`; a record that stands at the place of the one before has replaced it. */
  readonly records: readonly CubicRecord[];

  constructor(records: readonly CubicRecord[]) {
    const kept: CubicRecord[] = [];
    for (const record of [...records].sort((a, b) => a.s - b.s)) {
      if (kept.length > 0 && record.s - (kept[kept.length - 1] as CubicRecord).s < 1e-9) kept.pop();
      kept.push(record);
    }
    this.records = kept;
  }

  /** The value at `s`. Before the first record it is 0. */
  at(s: number): number {
    const record = this.#record(s);
    if (!record) return 0;
    const ds = s - record.s;
    return record.a + ds * (record.b + ds * (record.c + ds * record.d));
  }

  /** Whether it is 0 everywhere. */
  get zero(): boolean {
    return this.records.every(({ a, b, c, d }) => a === 0 && b === 0 && c === 0 && d === 0);
  }

  /** Whether each of its records is constant. */
  get constant(): boolean {
    return this.records.every(({ b, c, d }) => b === 0 && c === 0 && d === 0);
  }

  #record(s: number): CubicRecord | undefined {
    return this.records[firstAfter(this.records, s) - 1];
  }
}

/**
 * Reads the records of a profile.
 * @param offset attribute that says where a record begins.
 * @param from m, where that attribute's zero is.
 */
export function readProfile(
  parent: Reader,
  elements: readonly XmlElement[],
  what: string,
  offset: string,
  from = 0,
): Profile {
  let previous = -Infinity;
  const records = elements.map((element) => {
    const reader = parent.at(element, what);
    const s = reader.number(offset, { missing: 0, min: -1, max: LIMITS.roadLength });
    if (s < previous) reader.gather(`the ${what} records are not in ascending order: they are sorted`);
    previous = s;
    const coefficient = (name: string): number => reader.number(name, { missing: 0 });
    return {
      s: from + s,
      a: coefficient('a'),
      b: coefficient('b'),
      c: coefficient('c'),
      d: coefficient('d'),
    };
  });
  return new Profile(records);
}
