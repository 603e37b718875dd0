import {
  Color,
  DynamicDrawUsage,
  InstancedMesh,
  type BufferGeometry,
  type Group,
  type Material,
  type Matrix4,
} from 'three';

/** Copies of one geometry, as many as a frame needs. Grows by doubling. */
export class Instances {
  #mesh: InstancedMesh;
  readonly #parent: Group;
  #count = 0;

  constructor(parent: Group, geometry: BufferGeometry, material: Material, shadow: boolean, capacity = 32) {
    this.#parent = parent;
    this.#mesh = make(geometry, material, shadow, capacity);
    parent.add(this.#mesh);
  }

  begin(): void {
    this.#count = 0;
  }

  add(matrix: Matrix4, colour?: Color): void {
    const capacity = this.#mesh.instanceMatrix.count;
    if (this.#count === capacity) this.#grow(capacity * 2);
    this.#mesh.setMatrixAt(this.#count, matrix);
    if (colour) this.#mesh.setColorAt(this.#count, colour);
    this.#count++;
  }

  end(): void {
    this.#mesh.count = this.#count;
    this.#mesh.visible = this.#count > 0;
    this.#mesh.instanceMatrix.needsUpdate = true;
    if (this.#mesh.instanceColor) this.#mesh.instanceColor.needsUpdate = true;
  }

  #grow(capacity: number): void {
    const old = this.#mesh;
    this.#mesh = make(old.geometry, old.material as Material, old.castShadow, capacity);
    this.#mesh.instanceMatrix.array.set(old.instanceMatrix.array);
    if (old.instanceColor) {
      this.#mesh.setColorAt(0, new Color());
      this.#mesh.instanceColor!.array.set(old.instanceColor.array);
    }
    this.#parent.remove(old);
    this.#parent.add(this.#mesh);
    old.dispose();
  }
}

function make(geometry: BufferGeometry, material: Material, shadow: boolean, capacity: number): InstancedMesh {
  const mesh = new InstancedMesh(geometry, material, capacity);
  mesh.instanceMatrix.setUsage(DynamicDrawUsage);
  // Bounds of instances are not kept up to date: everything is few enough to be always drawn.
  mesh.frustumCulled = false;
  mesh.castShadow = shadow;
  mesh.receiveShadow = shadow;
  return mesh;
}
