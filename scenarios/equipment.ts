import type { ParameterSpec, SensorDescription } from '@gauntlet/agents-sdk/protocol';
import type { DriverParameters, Random } from '@gauntlet/sim';

/** What a contestant's car sees with: a roof lidar and object tracking behind the windscreen. m. */
export const CAR_SENSORS: readonly SensorDescription[] = [
  { name: 'objects', kind: 'objects', range: 80, limit: 16, mount: [0.6, 0, 1.3] },
  { name: 'lidar', kind: 'lidar', beams: 72, range: 60, mount: [0, 0, 1.6] },
];

/** The parameter by which an organiser sets the road's grip. */
export const FRICTION: ParameterSpec = {
  default: 0.9,
  min: 0.2,
  max: 1,
  unit: '1',
  description: 'tyre-road friction: 0.9 dry, 0.5 wet, 0.2 packed snow',
};

/** Drivers of each class in even-tempered traffic; lorries are slower, and keep more distance. */
export const DRIVERS: Readonly<Record<'car' | 'van' | 'truck', DriverParameters>> = {
  car: { speedFactor: 0.95, headway: 1.3, minGap: 2, acceleration: 1.6, braking: 2, criticalGap: 4 },
  van: { speedFactor: 0.9, headway: 1.5, minGap: 2.2, acceleration: 1.3, braking: 1.8, criticalGap: 4.5 },
  truck: { speedFactor: 0.8, headway: 1.8, minGap: 3, acceleration: 0.7, braking: 1.5, criticalGap: 5.5 },
};

/** One driver more or less brisk than another: speed, distance and acceleration differ by up to a fifth. */
export function someone(driver: DriverParameters, random: Random): DriverParameters {
  return {
    ...driver,
    speedFactor: driver.speedFactor * random.between(0.92, 1.08),
    headway: driver.headway * random.between(0.8, 1.2),
    acceleration: driver.acceleration * random.between(0.8, 1.2),
    braking: driver.braking * random.between(0.85, 1.15),
  };
}
