/** A binary heap of lanes by cost, then by id; a lane that is pushed again at a lower cost moves up. */
export class LaneQueue {
  readonly #heap: number[] = [];
  /** By lane: its cost, and its place in the heap (-1: not in it). */
  readonly #cost: Float64Array;
  readonly #place: Int32Array;

  /** @param count lanes are 0..count - 1. */
  constructor(count: number) {
    this.#cost = new Float64Array(count);
    this.#place = new Int32Array(count).fill(-1);
  }

  clear(): void {
    for (const lane of this.#heap) this.#place[lane] = -1;
    this.#heap.length = 0;
  }

  push(lane: number, cost: number): void {
    this.#cost[lane] = cost;
    let at = this.#place[lane] as number;
    if (at < 0) {
      at = this.#heap.length;
      this.#heap.push(lane);
    }
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(lane, this.#heap[parent] as number)) break;
      this.#put(at, this.#heap[parent] as number);
      at = parent;
    }
    this.#put(at, lane);
  }

  /** The lane of least cost, or -1 when there is none. */
  pop(): number {
    const heap = this.#heap;
    const top = heap[0];
    if (top === undefined) return -1;
    const last = heap.pop() as number;
    this.#place[top] = -1;
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#before(heap[child + 1] as number, heap[child] as number)) child++;
      if (!this.#before(heap[child] as number, last)) break;
      this.#put(at, heap[child] as number);
      at = child;
    }
    this.#put(at, last);
    return top;
  }

  #before(a: number, b: number): boolean {
    const difference = (this.#cost[a] as number) - (this.#cost[b] as number);
    return difference < 0 || (difference === 0 && a < b);
  }

  #put(at: number, lane: number): void {
    this.#heap[at] = lane;
    this.#place[lane] = at;
  }
}
