/** What a benchmark found. Ratios compare with the limit measured in the same run; figures are plain numbers with units in their names. */
export interface BenchResult {
  readonly ratios: Record<string, number>;
  readonly figures: Record<string, number>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
