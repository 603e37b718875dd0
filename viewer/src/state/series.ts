/** One number a tick, held as float32 by tick; ticks that were never set read as NaN. */
export class Series {
  #values = new Float32Array(1024).fill(NaN);
  #end = 0;

  /** One past the last tick that was set. */
  get end(): number {
    return this.#end;
  }

  set(tick: number, value: number): void {
    if (tick >= this.#values.length) {
      const larger = new Float32Array(Math.max(tick + 1, 2 * this.#values.length)).fill(NaN);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[tick] = value;
    this.#end = Math.max(this.#end, tick + 1);
  }

  at(tick: number): number {
    return this.#values[tick] ?? NaN;
  }

  /** Greatest value set, or 0. */
  max(): number {
    let max = 0;
    for (let tick = 0; tick < this.#end; tick++) {
      const value = this.#values[tick]!;
      if (value > max) max = value;
    }
    return max;
  }
}
