/**
 * Transcendental functions that give the same bits on every engine (ports of FreeBSD's msun by stdlib, in plain
 * arithmetic). `Math.sqrt`, `abs`, `floor`, `min`, `max`, `imul` and `round` are exact by ECMAScript and stay as they are.
 */
import acosOf from '@stdlib/math-base-special-acos';
import asinOf from '@stdlib/math-base-special-asin';
import atanOf from '@stdlib/math-base-special-atan';
import atan2Of from '@stdlib/math-base-special-atan2';
import cosOf from '@stdlib/math-base-special-cos';
import expOf from '@stdlib/math-base-special-exp';
import lnOf from '@stdlib/math-base-special-ln';
import powOf from '@stdlib/math-base-special-pow';
import sinOf from '@stdlib/math-base-special-sin';
import tanOf from '@stdlib/math-base-special-tan';

export const sin: (radians: number) => number = sinOf;
export const cos: (radians: number) => number = cosOf;
export const tan: (radians: number) => number = tanOf;
export const asin: (x: number) => number = asinOf;
export const acos: (x: number) => number = acosOf;
export const atan: (x: number) => number = atanOf;
export const atan2: (y: number, x: number) => number = atan2Of;
export const exp: (x: number) => number = expOf;
/** Natural logarithm. */
export const log: (x: number) => number = lnOf;
export const pow: (base: number, exponent: number) => number = powOf;

/** sqrt(x^2 + y^2); safe for lengths in metres, where nothing overflows. */
export function hypot(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

export function clamp(value: number, min: number, max: number): number {
  return value < min ? min : value > max ? max : value;
}

/** The angle in (-pi, pi]. */
export function wrapAngle(radians: number): number {
  const turns = Math.ceil((radians - Math.PI) / (2 * Math.PI));
  return radians - turns * 2 * Math.PI;
}
