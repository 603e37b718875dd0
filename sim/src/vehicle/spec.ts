import type { BodyDescription, EntityClass, EntityDescription } from '@gauntlet/agents-sdk/protocol';

/** One axle with its two wheels. */
export interface AxleSpec {
  /** From the middle of the body, positive forward, m. */
  readonly x: number;
  /** Between the middles of the tyres, m. */
  readonly track: number;
  readonly steered: boolean;
  /** Share of the drive force, 0..1; both axles sum to 1. */
  readonly driveShare: number;
  /** Both wheels together at full brake, N. */
  readonly brakeForce: number;
  /** Spring at each wheel, N/m. */
  readonly stiffness: number;
  /** Damper at each wheel, N s/m. */
  readonly damping: number;
  /** Anti-roll bar: force at each wheel for each metre that its spring is shorter than the other's, N/m. */
  readonly antiRoll: number;
  /** Cornering stiffness over wheel load, 1/rad. The rear's above the front's is what makes a car understeer. */
  readonly corneringStiffness: number;
}

/** A four-wheel vehicle. The reference point is the middle of its bounding box when it stands on level ground. */
export interface VehicleSpec {
  readonly class: Extract<EntityClass, 'car' | 'van' | 'truck'>;
  /** Bounding box, m. */
  readonly length: number;
  readonly width: number;
  readonly height: number;
  /** Under the body, m. */
  readonly clearance: number;
  /** kg. */
  readonly mass: number;
  /** Roll, pitch, yaw about the centre of mass, kg m2. */
  readonly inertia: readonly [number, number, number];
  /** Centre of mass above the ground, m. */
  readonly cgHeight: number;
  /** Centre of mass from the middle of the body, positive forward, m. */
  readonly cgX: number;
  readonly front: AxleSpec;
  readonly rear: AxleSpec;
  /** m. */
  readonly wheelRadius: number;
  /** How far a spring yields beyond its rest position before the bump stop, m. */
  readonly bumpTravel: number;
  /** Mean of the front wheels, rad. */
  readonly maxSteeringAngle: number;
  /** rad/s. */
  readonly maxSteeringRate: number;
  /** Largest drive force at the wheels, N, and power there, W: force is the smaller of the first and power / speed. */
  readonly driveForce: number;
  readonly power: number;
  /** The limiter of the reverse gear, m/s. */
  readonly reverseSpeed: number;
  /** Rolling resistance over wheel load. */
  readonly rollingResistance: number;
  /** Drag coefficient times frontal area, m2. */
  readonly dragArea: number;
  /** Slip stiffness over wheel load (force for unit slip). */
  readonly slipStiffness: number;
  /** Distance over which the tyre's deflection follows the slip, m; along and across. */
  readonly relaxationX: number;
  readonly relaxationY: number;
}

/**
 * A mid-size saloon. Dimensions, mass, axle loads and drag are those of current cars of the class (4.7 m, 1.6 t with driver,
 * c_w 0.24 on 2.25 m2); inertia by the regressions of Heydinger et al., "Measured Vehicle Inertial Parameters", SAE 1999-01-1336;
 * tyre stiffness and relaxation length as in Pacejka, "Tyre and Vehicle Dynamics" (10..16 /rad, about a wheel radius);
 * springs for 1.3 Hz and dampers for a third of critical; brakes that can lock any wheel on dry asphalt; the rest is own choice.
 */
export const CAR: VehicleSpec = {
  class: 'car',
  length: 4.7,
  width: 1.84,
  height: 1.45,
  clearance: 0.16,
  mass: 1600,
  inertia: [570, 2550, 2750],
  cgHeight: 0.55,
  cgX: 0.1,
  front: {
    x: 1.36,
    track: 1.58,
    steered: true,
    driveShare: 1,
    brakeForce: 12_500,
    stiffness: 28_000,
    damping: 2500,
    antiRoll: 9000,
    corneringStiffness: 10.5,
  },
  rear: {
    x: -1.44,
    track: 1.58,
    steered: false,
    driveShare: 0,
    brakeForce: 7500,
    stiffness: 28_000,
    damping: 2500,
    antiRoll: 4000,
    corneringStiffness: 14,
  },
  wheelRadius: 0.32,
  bumpTravel: 0.09,
  maxSteeringAngle: 0.6,
  maxSteeringRate: 0.9,
  driveForce: 6400,
  power: 110_000,
  reverseSpeed: 8,
  rollingResistance: 0.012,
  dragArea: 0.54,
  slipStiffness: 20,
  relaxationX: 0.2,
  relaxationY: 0.4,
};

/** A panel van of 2.5 t with half its load; sources as for `CAR`. */
export const VAN: VehicleSpec = {
  class: 'van',
  length: 5.5,
  width: 2.02,
  height: 2.5,
  clearance: 0.18,
  mass: 2500,
  inertia: [1350, 6300, 6700],
  cgHeight: 0.8,
  cgX: 0,
  front: {
    x: 1.75,
    track: 1.72,
    steered: true,
    driveShare: 1,
    brakeForce: 18_500,
    stiffness: 44_000,
    damping: 4200,
    antiRoll: 26_000,
    corneringStiffness: 9,
  },
  rear: {
    x: -1.75,
    track: 1.72,
    steered: false,
    driveShare: 0,
    brakeForce: 12_500,
    stiffness: 50_000,
    damping: 4500,
    antiRoll: 12_000,
    corneringStiffness: 12,
  },
  wheelRadius: 0.35,
  bumpTravel: 0.1,
  maxSteeringAngle: 0.62,
  maxSteeringRate: 0.8,
  driveForce: 7500,
  power: 95_000,
  reverseSpeed: 6,
  rollingResistance: 0.012,
  dragArea: 1.5,
  slipStiffness: 18,
  relaxationX: 0.22,
  relaxationY: 0.45,
};

/** A rigid two-axle lorry of 12 t; inertia of a homogeneous box of its load and frame; sources as for `CAR`. */
export const TRUCK: VehicleSpec = {
  class: 'truck',
  length: 8.6,
  width: 2.5,
  height: 3.4,
  clearance: 0.28,
  mass: 12_000,
  inertia: [13_000, 68_000, 72_000],
  cgHeight: 1.25,
  cgX: -0.45,
  front: {
    x: 2.9,
    track: 2.05,
    steered: true,
    driveShare: 0,
    brakeForce: 62_000,
    stiffness: 230_000,
    damping: 18_000,
    antiRoll: 150_000,
    corneringStiffness: 7,
  },
  rear: {
    x: -1.9,
    track: 1.85,
    steered: false,
    driveShare: 1,
    brakeForce: 76_000,
    stiffness: 450_000,
    damping: 33_000,
    antiRoll: 180_000,
    corneringStiffness: 9,
  },
  wheelRadius: 0.5,
  bumpTravel: 0.1,
  maxSteeringAngle: 0.7,
  maxSteeringRate: 0.6,
  driveForce: 40_000,
  power: 180_000,
  reverseSpeed: 4,
  rollingResistance: 0.007,
  dragArea: 5.5,
  slipStiffness: 14,
  relaxationX: 0.3,
  relaxationY: 0.6,
};

/** By class. */
export const SPECS = { car: CAR, van: VAN, truck: TRUCK } as const;

/** What a seat is told of such a vehicle. */
export function describeVehicle(spec: VehicleSpec): BodyDescription {
  return {
    body: 'car',
    length: spec.length,
    width: spec.width,
    height: spec.height,
    mass: spec.mass,
    wheelbase: spec.front.x - spec.rear.x,
    frontAxle: spec.front.x,
    rearAxle: -spec.rear.x,
    maxSteeringAngle: spec.maxSteeringAngle,
    maxSteeringRate: spec.maxSteeringRate,
    maxAcceleration: spec.driveForce / spec.mass,
    maxBraking: (spec.front.brakeForce + spec.rear.brakeForce) / spec.mass,
  };
}

/** What a watcher is told of such a vehicle, without its id and seat. */
export function describeEntity(spec: VehicleSpec): Omit<EntityDescription, 'id' | 'seat'> {
  return {
    class: spec.class,
    length: spec.length,
    width: spec.width,
    height: spec.height,
    frontAxle: spec.front.x,
    rearAxle: -spec.rear.x,
    wheelRadius: spec.wheelRadius,
  };
}
