/** How far each entity's wheels have turned. The angle follows the time shown, so wheels run backwards when time does. */
export class WheelRoll {
  readonly #angles = new Map<number, number>();

  /**
   * Turns an entity's wheels on and gives their angle, rad, in [0, 2 pi).
   * @param speed m/s. @param radius m. @param seconds of match since the last call, negative when time runs back.
   */
  advance(id: number, speed: number, radius: number, seconds: number): number {
    if (radius <= 0) return 0;
    const turn = 2 * Math.PI;
    const angle = ((((this.#angles.get(id) ?? 0) + (speed * seconds) / radius) % turn) + turn) % turn;
    this.#angles.set(id, angle);
    return angle;
  }

  /** Forgets entities that are not among these. */
  keep(ids: ReadonlySet<number>): void {
    for (const id of this.#angles.keys()) if (!ids.has(id)) this.#angles.delete(id);
  }
}
