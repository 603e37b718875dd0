import type { FrameEntity } from '@gauntlet/agents-sdk/protocol';
import { PerspectiveCamera, Vector3 } from 'three';
import { mixAngle } from '../state/pose.ts';
import type { Bounds } from './landscape.ts';

export const CAMERA_MODES = ['orbit', 'chase', 'driver', 'top'] as const;
export type CameraMode = (typeof CAMERA_MODES)[number];

/** Duration of the flight from one camera to another, s. */
const FLIGHT = 0.7;

/** A camera that looks at `target` from `distance` metres away, along `yaw` (rad from +x) and down by `pitch` (rad). */
interface Aim {
  target: Vector3;
  yaw: number;
  pitch: number;
  distance: number;
  /** Vertical angle of view, degrees. */
  fov: number;
}

/** Where one watches from: four ways to look, moved by hand, with a smooth flight between them. */
export class CameraRig {
  readonly camera = new PerspectiveCamera(50, 1, 0.3, 2400);
  #mode: CameraMode = 'orbit';
  #follow: number | null = null;
  /** The last known place of what is followed. */
  readonly #anchor = new Vector3();
  #heading = 0;
  #seen = false;

  // What hands have changed, for each mode.
  readonly #orbit = { yaw: 0.9, pitch: 0.5, distance: 42 };
  readonly #chase = { yaw: 0, pitch: 0.2, distance: 10 };
  readonly #driver = { yaw: 0, pitch: 0.03 };
  readonly #top = { distance: 95 };

  #current: Aim = { target: new Vector3(), yaw: 0.9, pitch: 0.5, distance: 60, fov: 45 };
  #from: Aim | null = null;
  #flown = 0;
  #eyeHeight = 1.2;

  constructor(bounds: Bounds) {
    this.camera.up.set(0, 0, 1);
    this.#anchor.set((bounds.minX + bounds.maxX) / 2, (bounds.minY + bounds.maxY) / 2, 0);
    this.#current.target.copy(this.#anchor);
    const size = Math.min(220, Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY));
    this.#orbit.distance = Math.max(40, size * 0.6);
  }

  get mode(): CameraMode {
    return this.#mode;
  }
  get follow(): number | null {
    return this.#follow;
  }
  /** The point looked at. */
  get target(): Vector3 {
    return this.#current.target;
  }
  get distance(): number {
    return this.#current.distance;
  }
  /** The entity that the camera sits in: it would hide the view. */
  get inside(): number | null {
    return this.#mode === 'driver' && this.#flown > FLIGHT * 0.7 ? this.#follow : null;
  }

  setMode(mode: CameraMode): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#chase.yaw = 0;
    this.#driver.yaw = 0;
    this.#depart();
  }

  /** Follows an entity, or none: the camera then stays over the place it looks at. */
  setFollow(entity: number | null): void {
    if (entity === this.#follow) return;
    const first = this.#follow === null && !this.#seen;
    this.#follow = entity;
    if (entity === null && (this.#mode === 'chase' || this.#mode === 'driver')) {
      this.#orbit.yaw = this.#current.yaw;
      this.#mode = 'orbit';
    }
    if (entity !== null && this.#mode === 'orbit') this.#orbit.distance = Math.min(this.#orbit.distance, 34);
    this.#seen = false;
    if (!first) this.#depart();
  }

  /** Turns the view by hand, rad. */
  rotate(yaw: number, pitch: number): void {
    if (this.#mode === 'orbit') {
      this.#orbit.yaw += yaw;
      this.#orbit.pitch = clamp(this.#orbit.pitch + pitch, 0.06, 1.5);
    } else if (this.#mode === 'chase') {
      this.#chase.yaw += yaw;
      this.#chase.pitch = clamp(this.#chase.pitch + pitch, 0.05, 1.3);
    } else if (this.#mode === 'driver') {
      this.#driver.yaw = clamp(this.#driver.yaw + yaw, -2.6, 2.6);
      this.#driver.pitch = clamp(this.#driver.pitch + pitch, -0.3, 0.5);
    }
  }

  /** Moves over the ground by hand: shares of the picture's height. Lets go of what was followed. */
  pan(right: number, up: number): void {
    if (this.#mode === 'chase' || this.#mode === 'driver') return;
    const { yaw, distance, fov } = this.#current;
    const span = 2 * distance * Math.tan((fov * Math.PI) / 360);
    this.#follow = null;
    this.#anchor.x += (Math.sin(yaw) * right + Math.cos(yaw) * up) * span;
    this.#anchor.y += (-Math.cos(yaw) * right + Math.sin(yaw) * up) * span;
  }

  /** Nearer (factor below 1) or farther by hand. */
  zoom(factor: number): void {
    if (this.#mode === 'orbit') this.#orbit.distance = clamp(this.#orbit.distance * factor, 6, 500);
    else if (this.#mode === 'chase') this.#chase.distance = clamp(this.#chase.distance * factor, 5, 60);
    else if (this.#mode === 'top') this.#top.distance = clamp(this.#top.distance * factor, 20, 900);
  }

  /** @param followed the entity that is followed, if it is there. @param length its length and @param height its height, m. */
  update(followed: FrameEntity | undefined, length: number, height: number, seconds: number): void {
    if (followed) {
      this.#anchor.set(followed.x, followed.y, followed.z);
      // The chase camera turns a little after the car does.
      this.#heading = this.#seen ? mixAngle(this.#heading, followed.yaw, 1 - Math.exp(-seconds * 5)) : followed.yaw;
      this.#seen = true;
    }
    const wanted = this.#aim(followed, length, height);
    this.#flown += seconds;
    const t = this.#from ? Math.min(1, this.#flown / FLIGHT) : 1;
    const ease = t * t * (3 - 2 * t);
    if (this.#from && t < 1) {
      const from = this.#from;
      this.#current.target.lerpVectors(from.target, wanted.target, ease);
      this.#current.yaw = mixAngle(from.yaw, wanted.yaw, ease);
      for (const key of ['pitch', 'distance', 'fov'] as const)
        this.#current[key] = from[key] + (wanted[key] - from[key]) * ease;
    } else {
      this.#from = null;
      this.#current = wanted;
    }
    const { target, yaw, pitch, distance, fov } = this.#current;
    const level = Math.cos(pitch) * distance;
    this.camera.position.set(
      target.x - Math.cos(yaw) * level,
      target.y - Math.sin(yaw) * level,
      target.z + Math.sin(pitch) * distance,
    );
    if (this.#mode !== 'driver') this.camera.position.z = Math.max(0.4, this.camera.position.z);
    this.camera.lookAt(target);
    // An upright picture is narrow: it takes in more, up and down, to show as much to the sides.
    const tall = Math.min(1.7, Math.max(1, 0.85 / this.camera.aspect));
    const angle = (Math.atan(Math.tan((fov * Math.PI) / 360) * tall) * 360) / Math.PI;
    if (Math.abs(this.camera.fov - angle) > 1e-3) {
      this.camera.fov = angle;
      this.camera.updateProjectionMatrix();
    }
    this.camera.updateMatrixWorld();
  }

  #aim(followed: FrameEntity | undefined, length: number, height: number): Aim {
    const anchor = this.#anchor;
    switch (this.#mode) {
      case 'orbit':
        return { target: anchor.clone(), ...this.#orbit, fov: 45 };
      case 'top':
        return { target: anchor.clone(), yaw: Math.PI / 2, pitch: 1.5705, distance: this.#top.distance, fov: 40 };
      case 'chase': {
        const far = Math.max(1, length / 4.5);
        const target = new Vector3(
          anchor.x + Math.cos(this.#heading) * 2.5,
          anchor.y + Math.sin(this.#heading) * 2.5,
          anchor.z + 0.6 + height * 0.2,
        );
        return {
          target,
          yaw: this.#heading + this.#chase.yaw,
          pitch: this.#chase.pitch,
          distance: this.#chase.distance * far + 2.5,
          fov: 55,
        };
      }
      case 'driver': {
        const heading = followed?.yaw ?? this.#heading;
        if (followed) this.#eyeHeight = followed.z + height * 0.32;
        const yaw = heading + this.#driver.yaw;
        // The eye sits where the distance ends.
        const forward = length * (length > 7 ? 0.42 : 0.06);
        const target = new Vector3(
          anchor.x + Math.cos(heading) * forward + Math.cos(yaw) * 12,
          anchor.y + Math.sin(heading) * forward + Math.sin(yaw) * 12,
          this.#eyeHeight - Math.sin(this.#driver.pitch) * 12,
        );
        return { target, yaw, pitch: this.#driver.pitch, distance: 12, fov: 68 };
      }
    }
  }

  #depart(): void {
    this.#from = { ...this.#current, target: this.#current.target.clone() };
    this.#flown = 0;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
