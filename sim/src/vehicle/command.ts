import type { StateReader, StateWriter } from '../state.ts';
import type { VehicleSpec } from './spec.ts';

const GEARS = ['forward', 'neutral', 'reverse'] as const;
export type Gear = (typeof GEARS)[number];

/** What a vehicle is told to do. Values out of range are clamped, not-a-number counts as 0. */
export interface CarCommand {
  /** Wanted mean angle of the front wheels, rad, positive to the left. */
  steering: number;
  /** 0..1 of the drive force available. */
  throttle: number;
  /** 0..1 of the brake force. */
  brake: number;
  gear: Gear;
}

/** `value` within the limits, 0 if it is not a number. */
export function within(value: number, min: number, max: number): number {
  return value > max ? max : value < min ? min : value === value ? value : 0;
}

/** The angle of the front wheels `dt` s later: towards the wanted one as fast as the steering can, rad. */
export function steer(spec: VehicleSpec, angle: number, wanted: number, dt: number): number {
  const { maxSteeringAngle, maxSteeringRate } = spec;
  const turn = within(wanted, -maxSteeringAngle, maxSteeringAngle) - angle;
  return angle + within(turn, -maxSteeringRate * dt, maxSteeringRate * dt);
}

export function saveCommand(command: CarCommand, writer: StateWriter): void {
  writer.f64(command.steering);
  writer.f64(command.throttle);
  writer.f64(command.brake);
  writer.u32(GEARS.indexOf(command.gear));
}

export function loadCommand(reader: StateReader): CarCommand {
  return {
    steering: reader.f64(),
    throttle: reader.f64(),
    brake: reader.f64(),
    gear: GEARS[reader.u32()]!,
  };
}
