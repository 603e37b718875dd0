import { hypot } from '../math.ts';

/** m along a flat polyline x, y, z, ..., in the plane. */
export function lengthOf(line: readonly number[]): number {
  let length = 0;
  for (let i = 3; i < line.length; i += 3)
    length += hypot((line[i] as number) - (line[i - 3] as number), (line[i + 1] as number) - (line[i - 2] as number));
  return length;
}

/** The same line from its end to its start. */
export function backward(line: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = line.length - 3; i >= 0; i -= 3)
    out.push(line[i] as number, line[i + 1] as number, line[i + 2] as number);
  return out;
}
