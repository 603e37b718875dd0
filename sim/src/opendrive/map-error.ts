/** A map file that cannot be read. Its message says where, what was expected, what came and what to do. */
export class MapError extends Error {
  override readonly name = 'MapError';
  /** Such as `road 5, geometry 2 (line 123)`. */
  readonly place: string;
  readonly expected: string;
  readonly actual: string;

  /** @param advice what the person who has the file can do. */
  constructor(place: string, expected: string, actual: string, advice = 'correct the file or export it again') {
    super(`${place}: expected ${expected}, got ${actual}; ${advice}`);
    this.place = place;
    this.expected = expected;
    this.actual = actual;
  }
}
