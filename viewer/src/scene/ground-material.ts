import {
  Color,
  MeshBasicMaterial,
  MeshLambertMaterial,
  type Mesh,
  type Object3D,
  type MeshLambertMaterialParameters,
} from 'three';

/** Light that falls on level ground, as a factor of its colour: the same for every point where no shadow falls. */
export interface LevelLight {
  readonly sun: Color;
  readonly sunIntensity: number;
  /** Sine of the sun's height. */
  readonly sunHeight: number;
  readonly sky: Color;
  readonly skyIntensity: number;
}

const GROUND = 'ground';

/**
 * Marks a mesh as ground, with the material that takes shadows.
 * @param relief whether its corners have colours that say how much less light they get than level ground does, for when there is
 * one light for all of it.
 */
export function levelGround(mesh: Mesh, parameters: MeshLambertMaterialParameters, relief = false): void {
  mesh.material = new MeshLambertMaterial(parameters);
  mesh.receiveShadow = true;
  mesh.userData[GROUND] = { shaded: mesh.material, parameters, relief, plain: null };
}

/**
 * Ground that takes shadows is lit pixel by pixel; ground that does not has one light everywhere, which is put into its colour.
 * Lambert's law over pi, as three's lights are in candela and lux.
 */
export function setGroundShadows(root: Object3D, shadows: boolean, light: LevelLight): void {
  root.traverse((object) => {
    const ground = object.userData[GROUND] as
      | {
          shaded: MeshLambertMaterial;
          parameters: MeshLambertMaterialParameters;
          relief: boolean;
          plain: MeshBasicMaterial | null;
        }
      | undefined;
    if (!ground) return;
    if (!shadows && !ground.plain) {
      const sun = light.sun.clone().multiplyScalar(light.sunIntensity * light.sunHeight);
      const fall = light.sky
        .clone()
        .multiplyScalar(light.skyIntensity)
        .add(sun)
        .multiplyScalar(1 / Math.PI);
      ground.plain = new MeshBasicMaterial({
        ...ground.parameters,
        vertexColors: ground.relief,
        color: new Color(ground.parameters.color ?? '#ffffff').multiply(fall),
      });
    }
    (object as Mesh).material = shadows ? ground.shaded : ground.plain!;
  });
}

/**
 * Draws a layer that lies on others as if it were nearer or farther, so that it hides them or they hide it.
 * @param behind how many layers it lies below those that are not moved; negative above.
 * @param level whether the ground is level. On hills nothing may be moved by its slope: seen flat from afar that would be farther
 * than a hill is long.
 */
export function layered(behind: number, level: boolean) {
  return {
    polygonOffset: true,
    polygonOffsetFactor: level ? behind : 0,
    polygonOffsetUnits: level ? behind : 8 * behind,
  };
}
