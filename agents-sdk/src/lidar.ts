import type { SensorDescription } from '../protocol/briefing.ts';

/** A lidar as its briefing describes it. */
export type LidarDescription = Extract<SensorDescription, { kind: 'lidar' }>;

/** Direction of a beam in the body frame, rad: beam i of n points at 2 pi i / n from straight ahead, counter-clockwise. */
export function beamAngle(beam: number, beams: number): number {
  return (2 * Math.PI * beam) / beams;
}

/** The points that beams met, in the body frame, m. Beams that met nothing, and so read the full range, are left out. */
export function lidarPoints(
  lidar: Pick<LidarDescription, 'beams' | 'range' | 'mount'>,
  ranges: Float32Array,
): [number, number][] {
  const points: [number, number][] = [];
  // The range stands rounded to float32 in the reading.
  const full = Math.fround(lidar.range);
  for (let i = 0; i < lidar.beams; i++) {
    const range = ranges[i] ?? full;
    if (range >= full) continue;
    const angle = beamAngle(i, lidar.beams);
    points.push([lidar.mount[0] + range * Math.cos(angle), lidar.mount[1] + range * Math.sin(angle)]);
  }
  return points;
}
