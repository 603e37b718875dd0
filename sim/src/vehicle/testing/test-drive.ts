import { Physics } from '../../physics/rapier.ts';
import type { Ground } from '../ground.ts';
import type { VehicleSpec } from '../spec.ts';
import { Vehicle } from '../vehicle.ts';

/** The physics step of the arena, s. */
export const SUBSTEP = 1 / 60;

/** A plain at height 0, equally rough everywhere. */
export function levelGround(friction: number): Ground {
  return {
    level: true,
    height: () => 0,
    friction: () => friction,
    normal: (_x, _y, into) => void Object.assign(into, { x: 0, y: 0, z: 1 }),
  };
}

/** A plane that rises by `grade` towards +x and by `bank` towards +y, m for each m. */
export function slopedGround(grade: number, bank: number, friction: number): Ground {
  const scale = 1 / Math.sqrt(1 + grade * grade + bank * bank);
  return {
    level: false,
    height: (x, y) => grade * x + bank * y,
    friction: () => friction,
    normal: (_x, _y, into) => void Object.assign(into, { x: -grade * scale, y: -bank * scale, z: scale }),
  };
}

/** A vehicle alone on a plain, for measurements. */
export interface TestDrive {
  readonly spec: VehicleSpec;
  readonly friction?: number;
  readonly ground?: Ground;
  /** m/s at the start. */
  readonly speed: number;
  readonly seconds: number;
  /** Sets `vehicle.command` before each substep. */
  readonly control: (vehicle: Vehicle, time: number) => void;
  /** Sees the state after each substep; true ends the drive. */
  readonly observe?: (vehicle: Vehicle, time: number) => boolean | void;
}

/** Drives, and returns the time at the end, s. `loadPhysics` must have resolved. */
export function testDrive({ spec, friction = 0.9, ground, speed, seconds, control, observe }: TestDrive): number {
  const plain = ground ?? levelGround(friction);
  const physics = new Physics(SUBSTEP);
  try {
    const vehicle = new Vehicle(physics, 1, spec, { x: 0, y: 0, heading: 0, speed }, plain);
    const steps = Math.round(seconds / SUBSTEP);
    for (let i = 1; i <= steps; i++) {
      control(vehicle, (i - 1) * SUBSTEP);
      vehicle.applyForces(SUBSTEP, plain);
      physics.step();
      vehicle.refresh(SUBSTEP);
      if (observe?.(vehicle, i * SUBSTEP)) return i * SUBSTEP;
    }
    return steps * SUBSTEP;
  } finally {
    physics.free();
  }
}

/** Throttle and brake that keep a speed (m/s). */
export function keepSpeed(vehicle: Vehicle, wanted: number): void {
  const error = wanted - vehicle.state.speed;
  vehicle.command.throttle = Math.max(0, Math.min(1, error));
  vehicle.command.brake = Math.max(0, Math.min(0.3, -0.1 * error));
}
