import { Type, type Static } from 'typebox';
import { Strict } from './vocabulary.ts';

/**
 * A numeric array on the wire. In MessagePack `data` is little-endian binary of the declared dtype, in JSON a plain array.
 * In programs it is a `Float32Array`; the codec converts at the edge, and float32 values survive either form bit for bit.
 */
export const SensorArray = Strict({
  dtype: Type.Literal('f32'),
  shape: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: 4 }),
  data: Type.Unsafe<Float32Array>({ description: 'binary (msgpack) or array of numbers (JSON); row-major' }),
});
export type SensorArray = Static<typeof SensorArray>;

/** Wraps float32 values, row-major, of the given shape. */
export function f32(data: Float32Array, shape: readonly number[] = [data.length]): SensorArray {
  return { dtype: 'f32', shape: [...shape], data };
}
