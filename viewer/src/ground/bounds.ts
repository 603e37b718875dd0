import type { MapDescription } from '@gauntlet/agents-sdk/protocol';

export interface Bounds {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** The rectangle that holds all lanes, m. */
export function mapBounds(map: MapDescription): Bounds {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { centre } of map.lanes) {
    for (let i = 0; i < centre.length; i += 3) {
      minX = Math.min(minX, centre[i]!);
      maxX = Math.max(maxX, centre[i]!);
      minY = Math.min(minY, centre[i + 1]!);
      maxY = Math.max(maxY, centre[i + 1]!);
    }
  }
  return minX <= maxX ? { minX, minY, maxX, maxY } : { minX: -50, minY: -50, maxX: 50, maxY: 50 };
}
