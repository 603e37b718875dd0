import { CLOCK_MODES, type ClockMode } from '@gauntlet/agents-sdk/protocol';
import { InvalidArgumentError } from 'commander';

/** Parses a whole number within limits, for commander. */
export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?[0-9]+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`Expected a whole number ${min}..${max}.`);
    return value;
  };
}

/** Parses an unsigned 64-bit number, kept as text since it does not fit a double. */
export function seed(text: string): string {
  if (!/^[0-9]{1,20}$/.test(text) || BigInt(text) >= 2n ** 64n)
    throw new InvalidArgumentError('Expected a whole number 0..2^64-1.');
  return BigInt(text).toString();
}

export function clockMode(text: string): ClockMode {
  const mode = CLOCK_MODES.find((known) => known === text);
  if (!mode) throw new InvalidArgumentError(`Expected ${CLOCK_MODES.join(', ')}.`);
  return mode;
}

/** Collects an option that may be given several times. */
export function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

/** Collects `name=number` pairs. */
export function parameter(text: string, previous: Record<string, number>): Record<string, number> {
  const [name, value] = text.split('=');
  if (!name || value === undefined || value.trim() === '' || !Number.isFinite(Number(value)))
    throw new InvalidArgumentError('Expected NAME=NUMBER.');
  return { ...previous, [name]: Number(value) };
}
