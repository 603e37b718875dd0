import type { FrameEntity } from '@gauntlet/agents-sdk/protocol';
import { PerspectiveCamera, Vector3 } from 'three';
import { mixAngle } from '../state/pose.ts';
import type { Bounds } from '../ground/bounds.ts';

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
  readonly #bounds: Bounds;
  readonly #ground: (x: number, y: number) => number;
  /** m. */
  readonly #farthest: number;

  /** @param ground height of the land at a point, m. */
  constructor(bounds: Bounds, ground: (x: number, y: number) => number) {
    this.#bounds = bounds;
    this.#ground = ground;
    this.camera.up.set(0, 0, 1);
    const [x, y] = [(bounds.minX + bounds.maxX) / 2, (bounds.minY + bounds.maxY) / 2];
    this.#anchor.set(x, y, ground(x, y));
    this.#current.target.copy(this.#anchor);
    const size = Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY);
    this.#farthest = Math.max(900, 2 * size);
    this.#orbit.distance = Math.max(40, Math.min(220, size) * 0.6);
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

  /** Takes in the whole map, from the side and from above. @param aspect width of the picture over its height. */
  showAll(aspect: number): void {
    const { minX, maxX, minY, maxY } = this.#bounds;
    const [width, height] = [maxX - minX + 20, maxY - minY + 20];
    /** Distance from which so many metres across and up fill what the panels leave free of the picture. */
    const fit = (across: number, up: number, fov: number): number =>
      Math.max((1.1 * across) / aspect, 1.35 * up) / (2 * Math.tan((fov * Math.PI) / 360));
    this.#top.distance = Math.max(60, fit(width, height, 40));
    // North is up, unless the map is long where the picture is not.
    const upright = aspect > 1 ? height < 1.4 * width : width < 1.4 * height;
    const [across, deep] = upright ? [width, height] : [height, width];
    this.#orbit.yaw = upright ? Math.PI / 2 : Math.PI;
    this.#orbit.pitch = 0.85;
    // What is nearer than the middle looks larger.
    this.#orbit.distance = Math.max(60, fit(across, deep * 0.75, 45) + deep * 0.28);
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
    this.#anchor.z = this.#ground(this.#anchor.x, this.#anchor.y);
  }

  /**
   * Nearer (factor below 1) or farther by hand. What lies on the ground under the pointer stays there, unless something is followed.
   * @param at the pointer's place in the picture, each -1..1, right and up.
   */
  zoom(factor: number, at?: { x: number; y: number }): void {
    if (at && this.#follow === null && (this.#mode === 'orbit' || this.#mode === 'top')) {
      const { position } = this.camera;
      const ray = new Vector3(at.x, at.y, 0.5).unproject(this.camera).sub(position);
      const reach = (this.#anchor.z - position.z) / ray.z;
      // Not towards the sky, nor to what is all but there.
      if (reach > 0 && reach * ray.length() < 4 * this.#current.distance) {
        this.#anchor.x += (position.x + ray.x * reach - this.#anchor.x) * (1 - factor);
        this.#anchor.y += (position.y + ray.y * reach - this.#anchor.y) * (1 - factor);
        this.#anchor.z = this.#ground(this.#anchor.x, this.#anchor.y);
      }
    }
    if (this.#mode === 'orbit') this.#orbit.distance = clamp(this.#orbit.distance * factor, 6, this.#farthest);
    else if (this.#mode === 'chase') this.#chase.distance = clamp(this.#chase.distance * factor, 5, 60);
    else if (this.#mode === 'top') this.#top.distance = clamp(this.#top.distance * factor, 20, this.#farthest);
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
    const { position } = this.camera;
    if (this.#mode !== 'driver') position.z = Math.max(this.#ground(position.x, position.y) + 0.6, position.z);
    this.camera.lookAt(target);
    // From afar nothing is close to the eye: the depth buffer is used where it is needed.
    const near = clamp(distance * 0.02, 0.3, 12);
    const far = 2400 + 4 * distance;
    // An upright picture is narrow: it takes in more, up and down, to show as much to the sides.
    const tall = Math.min(1.7, Math.max(1, 0.85 / this.camera.aspect));
    const angle = (Math.atan(Math.tan((fov * Math.PI) / 360) * tall) * 360) / Math.PI;
    if (Math.abs(this.camera.fov - angle) > 1e-3 || Math.abs(this.camera.near - near) > 0.02 * near) {
      Object.assign(this.camera, { fov: angle, near, far });
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
