import type { SensorReading } from '@gauntlet/agents-sdk/protocol';
import { cos, sin } from '../math.ts';
import { rayEnters, sameLevel, type Target, type Viewpoint } from './targets.ts';

/**
 * A one-channel lidar: exact ranges to the outlines, seen from above, of what stands on the level of its body, without noise.
 * Beam i points at 2 pi i / beams from straight ahead, counter-clockwise. A beam that meets nothing reads the full range.
 */
export class Lidar {
  readonly range: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  /** @param range m. */
  constructor(beams: number, range: number) {
    this.range = range;
    this.#cos = Float64Array.from({ length: beams }, (_, i) => cos((2 * Math.PI * i) / beams));
    this.#sin = Float64Array.from({ length: beams }, (_, i) => sin((2 * Math.PI * i) / beams));
  }

  /** Ranges, m, one a beam. */
  scan(from: Viewpoint, targets: readonly Target[]): Float32Array {
    const beams = this.#cos.length;
    const ranges = new Float32Array(beams).fill(this.range);
    for (const target of targets) {
      if (target.id === from.id) continue;
      const px = target.x - from.x;
      const py = target.y - from.y;
      const radius = target.halfLength + target.halfWidth;
      const distanceSquared = px * px + py * py;
      if (distanceSquared > (this.range + radius) * (this.range + radius) || !sameLevel(from, target)) continue;
      // Into the axes of the sensor, where the beams are.
      const cx = px * from.dx + py * from.dy;
      const cy = py * from.dx - px * from.dy;
      const outside = distanceSquared > radius * radius;
      for (let i = 0; i < beams; i++) {
        const bx = this.#cos[i] as number;
        const by = this.#sin[i] as number;
        // A beam that points away, or passes the circle around the box, cannot meet the box.
        const side = bx * cy - by * cx;
        if (outside && (bx * cx + by * cy < 0 || side > radius || side < -radius)) continue;
        const distance = rayEnters(target, from.x, from.y, bx * from.dx - by * from.dy, bx * from.dy + by * from.dx);
        if (distance < (ranges[i] as number)) ranges[i] = distance;
      }
    }
    return ranges;
  }

  read(from: Viewpoint, targets: readonly Target[]): Extract<SensorReading, { kind: 'lidar' }> {
    const data = this.scan(from, targets);
    return { kind: 'lidar', ranges: { dtype: 'f32', shape: [data.length], data } };
  }
}
