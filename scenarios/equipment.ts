import type { ParameterSpec, SensorDescription } from '@gauntlet/agents-sdk/protocol';
import { PROFILES, type DriverParameters, type Random, type TrafficClass, type VehicleShare } from '@gauntlet/sim';

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

/** The parameter by which an organiser sets how many of the cars have a human at the wheel. */
export const HUMANS: ParameterSpec = {
  default: 0.3,
  min: 0,
  max: 1,
  unit: '1',
  description: 'share of simulated human drivers among the cars, the others drive by rule',
};

/** MOBIL with the defaults of movsim; lorries and buses hardly ever gain enough to change lane. */
const CHANGES = { politeness: 0.1, threshold: 0.2, bias: 0.3, safeBraking: 4 };
const SELDOM_CHANGES = { politeness: 0.3, threshold: 0.4, bias: 0.5, safeBraking: 2 };

/**
 * Drivers of each class in even-tempered traffic; the heavier, the slower, and the more distance they keep. A car's headway is that of
 * movsim; with it a queue of cars leaves a signal at the 1800..1900 an hour that are measured on roads. A bicycle keeps right.
 */
export const DRIVERS: Readonly<Record<TrafficClass, DriverParameters>> = {
  car: {
    speedFactor: 0.95,
    headway: 1,
    minGap: 2,
    acceleration: 1.6,
    braking: 2,
    criticalGap: 4,
    laneChange: CHANGES,
  },
  van: {
    speedFactor: 0.9,
    headway: 1.2,
    minGap: 2.2,
    acceleration: 1.3,
    braking: 1.8,
    criticalGap: 4.5,
    laneChange: CHANGES,
  },
  truck: {
    speedFactor: 0.8,
    headway: 1.8,
    minGap: 3,
    acceleration: 0.7,
    braking: 1.5,
    criticalGap: 5.5,
    laneChange: SELDOM_CHANGES,
  },
  bus: {
    speedFactor: 0.85,
    headway: 1.7,
    minGap: 2.5,
    acceleration: 0.9,
    braking: 1.4,
    criticalGap: 5.5,
    laneChange: SELDOM_CHANGES,
  },
  bicycle: { speedFactor: 1, headway: 1, minGap: 1.2, acceleration: 0.8, braking: 1.5, criticalGap: 4.5 },
};

/** The same without changes of lane for one's own advantage. */
export function staying(driver: DriverParameters): DriverParameters {
  const { laneChange: _, ...rest } = driver;
  return rest;
}

/** Cars by rule and by human drivers, each temper as often as the others. @param humans share of the humans, 0..1. */
export function cars(share: number, humans: number): VehicleShare[] {
  const tempers = Object.values(PROFILES);
  return [
    { class: 'car', driver: DRIVERS.car, share: share * (1 - humans) },
    ...tempers.map((driver): VehicleShare => ({ class: 'car', driver, share: (share * humans) / tempers.length })),
  ];
}

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
