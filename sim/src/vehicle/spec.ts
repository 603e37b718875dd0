import type { BodyDescription, EntityDescription } from '@gauntlet/agents-sdk/protocol';
import type { TrafficClass } from '../scenario.ts';

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
  readonly class: TrafficClass;
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

/**
 * A rigid two-axle lorry of 12 t; inertia of a homogeneous box of its load and frame; sources as for `CAR`. Its load lies low: track
 * over twice the height of the centre of mass is 0.92 g, so that on a dry road it slides before it rolls over. Lorries that are laden
 * high roll over from 0.4 to 0.6 g on (Winkler, "Rollover of heavy commercial vehicles", UMTRI 1999).
 */
export const TRUCK: VehicleSpec = {
  class: 'truck',
  length: 8.6,
  width: 2.5,
  height: 3.4,
  clearance: 0.28,
  mass: 12_000,
  inertia: [13_000, 68_000, 72_000],
  cgHeight: 1.05,
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

/**
 * A city bus of 12 m with half its passengers: dimensions, wheelbase and axle loads of current low-floor buses (5.85 m, some 36 % of
 * 14 t in front, 220 kW of which 180 reach the wheels); inertia of a homogeneous box; air springs of 1.2 Hz; sources as for `CAR`.
 */
export const BUS: VehicleSpec = {
  class: 'bus',
  length: 12,
  width: 2.55,
  height: 3.1,
  clearance: 0.25,
  mass: 14_000,
  inertia: [17_000, 165_000, 170_000],
  cgHeight: 1.05,
  cgX: -0.46,
  front: {
    x: 3.28,
    track: 2.1,
    steered: true,
    driveShare: 0,
    brakeForce: 70_000,
    stiffness: 143_000,
    damping: 12_000,
    antiRoll: 140_000,
    corneringStiffness: 7,
  },
  rear: {
    x: -2.57,
    track: 1.88,
    steered: false,
    driveShare: 1,
    brakeForce: 78_000,
    stiffness: 255_000,
    damping: 21_000,
    antiRoll: 150_000,
    corneringStiffness: 9,
  },
  wheelRadius: 0.48,
  bumpTravel: 0.09,
  maxSteeringAngle: 0.75,
  maxSteeringRate: 0.6,
  driveForce: 20_000,
  power: 180_000,
  reverseSpeed: 3,
  rollingResistance: 0.008,
  dragArea: 5,
  slipStiffness: 14,
  relaxationX: 0.3,
  relaxationY: 0.6,
};

/**
 * A bicycle with its rider. Balancing is the rider's business and is not simulated: it stands on four wheels of a narrow track with
 * an effective centre of mass so low that it cannot tip, and an effective yaw inertia that stays calm in a step of 1/60 s.
 * 200 W and 0.45 m2 are those of an everyday rider (Wilson, "Bicycling Science", 3rd ed., ch. 4, 5); the brakes end where a real
 * rider would go over the bars (the same, ch. 7: 0.56 g).
 */
export const BICYCLE: VehicleSpec = {
  class: 'bicycle',
  length: 1.8,
  width: 0.65,
  height: 1.8,
  clearance: 0.3,
  mass: 95,
  inertia: [7, 10, 12],
  cgHeight: 0.18,
  cgX: 0,
  front: {
    x: 0.53,
    track: 0.5,
    steered: true,
    driveShare: 0,
    brakeForce: 310,
    stiffness: 6000,
    damping: 380,
    antiRoll: 0,
    corneringStiffness: 9,
  },
  rear: {
    x: -0.53,
    track: 0.5,
    steered: false,
    driveShare: 1,
    brakeForce: 210,
    stiffness: 6000,
    damping: 380,
    antiRoll: 0,
    corneringStiffness: 12,
  },
  wheelRadius: 0.34,
  bumpTravel: 0.05,
  maxSteeringAngle: 0.8,
  maxSteeringRate: 1.5,
  driveForce: 120,
  power: 200,
  reverseSpeed: 1,
  rollingResistance: 0.005,
  dragArea: 0.45,
  slipStiffness: 20,
  relaxationX: 0.2,
  relaxationY: 0.35,
};

/** By class. */
export const SPECS = { car: CAR, van: VAN, truck: TRUCK, bus: BUS, bicycle: BICYCLE } as const;

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
