import type { Reader } from './attributes.ts';
import { LIMITS } from './limits.ts';

/** Counts the work of laying out a map, so that no file keeps the reader busy for long. */
export class Effort {
  #edgePoints = 0;
  #lanes = 0;
  #length = 0;

  /** @param road where the work is done. @throws MapError where it is too much. */
  spendPoints(count: number, road: Reader): void {
    this.#edgePoints += count;
    if (this.#edgePoints > LIMITS.edgePoints)
      road.fail(
        `a map whose lanes take at most ${LIMITS.edgePoints} points to lay out`,
        'more by the time this road was reached',
        'look for roads that are too long or too winding, or divide the map',
      );
  }

  /** @param length m of a lane. */
  spendLength(length: number, road: Reader): void {
    this.#length += length;
    if (this.#length > LIMITS.laneLength)
      road.fail(
        `a map of at most ${LIMITS.laneLength} m of lanes`,
        'more by the time this road was reached',
        'divide the map',
      );
  }

  spendLanes(count: number, road: Reader): void {
    this.#lanes += count;
    if (this.#lanes > LIMITS.lanes)
      road.fail(`a map of at most ${LIMITS.lanes} lanes`, 'more by the time this road was reached', 'divide the map');
  }
}
