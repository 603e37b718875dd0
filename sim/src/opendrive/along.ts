/** A value that holds from `s` on, m along the road, until the next one begins. */
export interface Along<T> {
  readonly s: number;
  readonly value: T;
}

/** @returns the values in ascending order of `s`. */
export function sorted<T>(values: readonly Along<T>[]): Along<T>[] {
  return [...values].sort((a, b) => a.s - b.s);
}

/** The value that holds at `s`; `otherwise` before the first. @param values in ascending order of `s`. */
export function valueAt<T, U>(values: readonly Along<T>[], s: number, otherwise: U): T | U {
  const next = firstAfter(values, s);
  return next === 0 ? otherwise : (values[next - 1] as Along<T>).value;
}

/** The index of the first that begins after `s`; as many as there are where none does. @param records in ascending order of `s`. */
export function firstAfter(records: readonly { readonly s: number }[], s: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle] as { readonly s: number }).s > s) high = middle;
    else low = middle + 1;
  }
  return low;
}
