import { clamp } from '../math.ts';
import type { Gear } from './command.ts';
import type { VehicleSpec } from './spec.ts';

/** kg/m3, at sea level and 20 degrees. */
const AIR_DENSITY = 1.2;

/** m/s over which the limiter of the reverse gear takes the force away. */
const LIMITER = 0.5;

/**
 * Drive force of all wheels together, N, positive forward: the largest force up to the speed where power runs out, then power
 * over speed, as an ideally geared engine gives it. There is no engine braking: without throttle a vehicle coasts.
 * @param throttle 0..1. @param speed m/s along the body.
 */
export function driveForce(spec: VehicleSpec, gear: Gear, throttle: number, speed: number): number {
  if (gear === 'neutral') return 0;
  const ahead = gear === 'forward' ? speed : -speed;
  const available = spec.driveForce * ahead > spec.power ? spec.power / ahead : spec.driveForce;
  if (gear === 'forward') return throttle * available;
  return -throttle * available * clamp((spec.reverseSpeed - ahead) / LIMITER, 0, 1);
}

/** Drag over speed, N s/m: times a velocity, and against it, the force of the air. @param speed m/s. */
export function airDrag(spec: VehicleSpec, speed: number): number {
  return 0.5 * AIR_DENSITY * spec.dragArea * speed;
}
