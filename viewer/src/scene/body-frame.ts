import type { EntityDescription, FrameEntity } from '@gauntlet/agents-sdk/protocol';
import { Euler, Matrix4, Quaternion, Vector3 } from 'three';

const position = new Vector3();
const rotation = new Quaternion();
const unit = new Vector3(1, 1, 1);
const euler = new Euler(0, 0, 0, 'ZYX');
const down = new Matrix4();

/**
 * The frame of a body whose origin lies on the ground below its middle.
 * @param lean rad, added to its roll: positive to the right.
 */
export function bodyFrame(entity: FrameEntity, { height }: EntityDescription, lean: number, out: Matrix4): Matrix4 {
  rotation.setFromEuler(euler.set(entity.roll, entity.pitch, entity.yaw));
  out.compose(position.set(entity.x, entity.y, entity.z), rotation, unit);
  out.multiply(down.makeTranslation(0, 0, -height / 2));
  // About the line on which it stands.
  if (lean !== 0) out.multiply(down.makeRotationX(lean));
  return out;
}
