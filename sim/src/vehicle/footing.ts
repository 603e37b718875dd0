import type { Ground, Normal } from './ground.ts';

/** m by which the ground under a wheel may differ from where the wheel stands to count for the plane of all four. */
const STEP = 0.8;

/**
 * The places under the four wheels of a vehicle (front left, front right, rear left, rear right) and the plane that they make.
 * One height a wheel is enough: the plane turns evenly from one stretch of road to the next, where normals of the road itself jump.
 */
export class Footing {
  /** m. */
  readonly x = new Float64Array(4);
  readonly y = new Float64Array(4);
  readonly z = new Float64Array(4);
  readonly friction = new Float64Array(4);
  readonly normal: Normal = { x: 0, y: 0, z: 1 };

  /**
   * Takes height and friction of the ground at (x, y), then the normal.
   * @param z m, near which the wheels stand: their own heights are read from `this.z` when it is null.
   */
  stand(ground: Ground, z: number | null): void {
    let even = true;
    for (let i = 0; i < 4; i++) {
      const near = z ?? this.z[i]!;
      const height = ground.height(this.x[i]!, this.y[i]!, near);
      if (height > near + STEP || height < near - STEP) even = false;
      this.z[i] = height;
      this.friction[i] = ground.friction(this.x[i]!, this.y[i]!, near);
    }
    const { x, y, normal } = this;
    if (!even) {
      // Over an edge: what is below one wheel says nothing about the others.
      ground.normal((x[0]! + x[3]!) / 2, (y[0]! + y[3]!) / 2, normal, z ?? Math.max(this.z[0]!, this.z[3]!));
      return;
    }
    // The diagonals, from rear left to front right and from rear right to front left.
    const ax = x[1]! - x[2]!;
    const ay = y[1]! - y[2]!;
    const az = this.z[1]! - this.z[2]!;
    const bx = x[0]! - x[3]!;
    const by = y[0]! - y[3]!;
    const bz = this.z[0]! - this.z[3]!;
    const nx = ay * bz - az * by;
    const ny = az * bx - ax * bz;
    const nz = ax * by - ay * bx;
    const scale = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
    normal.x = nx * scale;
    normal.y = ny * scale;
    normal.z = nz * scale;
  }
}
