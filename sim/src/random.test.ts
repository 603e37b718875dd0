import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { StateReader, StateWriter } from './state.ts';

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.u32());
}

describe('Random', () => {
  it('gives the published sequence of xoshiro128** from state 1, 2, 3, 4', () => {
    // First outputs of the authors' C code for this state, as other implementations publish them for their tests.
    expect(draw(Random.fromState([1, 2, 3, 4]), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('gives the same numbers for the same seed and stream, others for another seed or stream', () => {
    const numbers = draw(new Random('7', 'traffic'), 8);
    expect(draw(new Random('7', 'traffic'), 8)).toEqual(numbers);
    expect(draw(new Random('8', 'traffic'), 8)).not.toEqual(numbers);
    expect(draw(new Random('7', 'weather'), 8)).not.toEqual(numbers);
    expect(draw(new Random('18446744073709551615', 'traffic'), 8)).not.toEqual(numbers);
  });

  it('keeps streams apart: drawing from one does not move another', () => {
    const alone = draw(new Random('7', 'a'), 4);
    const a = new Random('7', 'a');
    const b = new Random('7', 'b');
    const mixed = alone.map(() => {
      draw(b, 3);
      return a.u32();
    });
    expect(mixed).toEqual(alone);
  });

  it('shows no correlation between streams', () => {
    const a = new Random('7', 'stream/1');
    const b = new Random('7', 'stream/2');
    let sum = 0;
    const count = 20_000;
    for (let i = 0; i < count; i++) sum += (a.unit() - 0.5) * (b.unit() - 0.5);
    // Standard deviation of the mean product of two independent uniforms: 1/12 / sqrt(n).
    expect(Math.abs(sum / count)).toBeLessThan((4 / 12) * (1 / Math.sqrt(count)));
  });

  it('has the moments of its distributions', () => {
    const random = new Random('7', 'moments');
    const count = 20_000;
    let unit = 0;
    let normal = 0;
    let square = 0;
    const seen = new Set<number>();
    for (let i = 0; i < count; i++) {
      const u = random.unit();
      expect(u >= 0 && u < 1).toBe(true);
      unit += u / count;
      const x = random.normal();
      normal += x / count;
      square += (x * x) / count;
      seen.add(random.below(6));
      const between = random.between(-2, 3);
      expect(between >= -2 && between < 3).toBe(true);
    }
    expect(Math.abs(unit - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(normal)).toBeLessThan(0.03);
    expect(Math.abs(square - 1)).toBeLessThan(0.04);
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('goes on after save and load as if nothing had been', () => {
    const random = new Random('7', 'saved');
    draw(random, 5);
    const writer = new StateWriter();
    random.save(writer);
    const expected = draw(random, 5);
    const other = new Random('1', 'other');
    other.load(new StateReader(writer.view()));
    expect(draw(other, 5)).toEqual(expected);
  });
});
