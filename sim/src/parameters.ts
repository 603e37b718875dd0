import type { Scenario } from './scenario.ts';

/** A scenario parameter that does not exist, or a value out of its range. */
export class ParameterError extends RangeError {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;

  constructor(scenario: string, name: string, expected: string, actual: string) {
    super(`parameter ${name} of ${scenario}: expected ${expected}, got ${actual}`);
    this.name = 'ParameterError';
    this.path = `/parameters/${name}`;
    this.expected = expected;
    this.actual = actual;
  }
}

/**
 * Every parameter of the scenario, the given ones in place of the defaults.
 * @throws ParameterError on a name that the scenario does not declare, or a value outside of its range.
 */
export function resolveParameters(scenario: Scenario, given: Readonly<Record<string, number>>): Record<string, number> {
  const names = Object.keys(scenario.parameters);
  for (const name of Object.keys(given)) {
    if (!names.includes(name))
      throw new ParameterError(scenario.id, name, `one of ${names.join(', ')}`, 'an unknown name');
  }
  const resolved: Record<string, number> = {};
  for (const [name, spec] of Object.entries(scenario.parameters)) {
    const value = given[name] ?? spec.default;
    if (typeof value !== 'number' || !(value >= spec.min && value <= spec.max)) {
      throw new ParameterError(scenario.id, name, `${spec.min}..${spec.max} ${spec.unit}`.trim(), String(value));
    }
    resolved[name] = value;
  }
  return resolved;
}
