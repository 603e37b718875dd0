import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_ELO, expectedScore, freeForAll, update } from './elo.ts';

describe('Elo', () => {
  const results = [
    { opponent: 1609, result: 0 },
    { opponent: 1477, result: 0.5 },
    { opponent: 1388, result: 1 },
    { opponent: 1586, result: 1 },
    { opponent: 1720, result: 0 },
  ];

  test('a published tournament: 1613 expects 2.867 points of five games and goes to 1601.26988', () => {
    const expected = results.reduce((sum, { opponent }) => sum + expectedScore(1613, opponent), 0);
    expect(expected).toBeCloseTo(2.867, 3);
    expect(update(1613, results, 32)).toBeCloseTo(1601.26988, 5);
  });

  test('expected scores lie within .015 of the table of FIDE, which is made from the normal distribution', () => {
    for (const [from, to, share] of [
      [92, 98, 0.63],
      [198, 206, 0.76],
      [392, 411, 0.92],
    ] as const) {
      for (let difference = from; difference <= Math.min(to, 400); difference++) {
        expect(Math.abs(expectedScore(1500 + difference, 1500) - share)).toBeLessThan(0.015);
      }
    }
  });

  test('two expected scores of a game make one, and equals expect a draw', () => {
    const rating = fc.double({ min: 0, max: 4000, noNaN: true });
    fc.assert(
      fc.property(rating, rating, (a, b) => {
        expect(expectedScore(a, b) + expectedScore(b, a)).toBeCloseTo(1, 12);
      }),
    );
    expect(expectedScore(1234, 1234)).toBe(0.5);
  });

  test('everyone starts at 1500, and one match moves a rating by 32 at most', () => {
    expect(DEFAULT_ELO).toEqual({ start: 1500, k: 32 });
  });
});

describe('a free-for-all is pairwise Elo with K / (N - 1)', () => {
  const four = [
    { rating: 1600, score: 90 },
    { rating: 1500, score: 80 },
    { rating: 1450, score: 70 },
    { rating: 1400, score: 60 },
  ];

  test('1600, 1500, 1450, 1400 in that order go to 1609.565899, 1504.571060, 1446.836107, 1389.026934', () => {
    const after = freeForAll(four, 32);
    [1609.565899, 1504.57106, 1446.836107, 1389.026934].forEach((rating, i) => expect(after[i]).toBeCloseTo(rating, 6));
  });

  test('among two it is a game of Elo', () => {
    expect(freeForAll(four.slice(0, 2))).toEqual([
      update(1600, [{ opponent: 1500, result: 1 }]),
      update(1500, [{ opponent: 1600, result: 0 }]),
    ]);
  });

  test('equal scores are a draw', () => {
    const after = freeForAll([
      { rating: 1500, score: 50 },
      { rating: 1500, score: 50 },
      { rating: 1500, score: 10 },
    ]);
    // Worked by hand: the first two draw for 0, each takes 16 / 2 from the third.
    expect(after).toEqual([1508, 1508, 1484]);
  });

  test('one who is alone does not move, and nobody is nobody', () => {
    expect(freeForAll(four.slice(0, 1))).toEqual([1600]);
    expect(freeForAll([])).toEqual([]);
  });

  test('numbers that are not finite are refused', () => {
    expect(() => freeForAll([{ rating: Number.NaN, score: 1 }])).toThrow(RangeError);
    expect(() => freeForAll([{ rating: 1500, score: Infinity }])).toThrow(RangeError);
  });

  const player = fc.record({
    rating: fc.double({ min: 0, max: 4000, noNaN: true }),
    score: fc.integer({ min: 0, max: 5 }),
  });
  const field = fc.array(player, { minLength: 2, maxLength: 32 });

  test('whoever plays, the sum of ratings stays, nobody moves by more than K, and the order of seats does not matter', () => {
    fc.assert(
      fc.property(field, (players) => {
        const after = freeForAll(players);
        const moves = after.map((rating, i) => rating - (players[i]?.rating ?? 0));
        expect(Math.abs(moves.reduce((sum, move) => sum + move, 0))).toBeLessThan(1e-8);
        for (const move of moves) expect(Math.abs(move)).toBeLessThanOrEqual(DEFAULT_ELO.k + 1e-9);
        const reversed = freeForAll([...players].reverse()).reverse();
        after.forEach((rating, i) => expect(reversed[i]).toBeCloseTo(rating, 8));
      }),
    );
  });

  test('a higher score never costs rating', () => {
    fc.assert(
      fc.property(field, (players) => {
        const better = players.map((one, i) => (i === 0 ? { ...one, score: one.score + 1 } : one));
        expect(freeForAll(better)[0]).toBeGreaterThanOrEqual(freeForAll(players)[0] ?? 0);
      }),
    );
  });
});
