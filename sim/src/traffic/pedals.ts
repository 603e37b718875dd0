import { clamp, sin } from '../math.ts';
import { GRAVITY } from '../physics/rapier.ts';
import type { VehicleSpec } from '../vehicle/spec.ts';
import type { CarCommand } from '../vehicle/vehicle.ts';

/** Air density, kg/m3. */
const AIR = 1.2;
/** m/s below which one who does not want to drive holds the brake, and the share of it. */
const STANDING = 0.3;
const HOLD = 0.2;

/**
 * Sets throttle and brake for a wanted acceleration: the vehicle's own drag and rolling resistance and the slope it is on are taken
 * into account, its grip is not.
 * @param acceleration m/s2. @param speed m/s along the body. @param pitch rad, positive is nose down.
 */
export function pressPedals(
  command: CarCommand,
  spec: VehicleSpec,
  acceleration: number,
  speed: number,
  pitch: number,
): void {
  command.gear = 'forward';
  if (speed < STANDING && acceleration <= 0) {
    command.throttle = 0;
    command.brake = HOLD;
    return;
  }
  const resistance = 0.5 * AIR * spec.dragArea * speed * speed + spec.rollingResistance * spec.mass * GRAVITY;
  const downhill = pitch === 0 ? 0 : spec.mass * GRAVITY * sin(pitch);
  const force = spec.mass * acceleration + resistance - downhill;
  const available = Math.min(spec.driveForce, spec.power / Math.max(speed, 1));
  command.throttle = clamp(force / available, 0, 1);
  command.brake = clamp(-force / (spec.front.brakeForce + spec.rear.brakeForce), 0, 1);
}
