import { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { GauntletError } from './errors.ts';
import type { ErrorCode } from './vocabulary.ts';

/** A compiled check of one schema. */
export type Check<T extends TSchema> = (value: unknown, code?: ErrorCode, what?: string) => Static<T>;

/**
 * Compiles a schema into a function that returns the value, typed, or throws a GauntletError that names the field,
 * what was expected there and what came. Numbers that are not finite never pass. Unions are told apart by their `type`.
 */
export function checker<T extends TSchema>(schema: T): Check<T> {
  const compiled = Compile(schema);
  return (value, code = 'invalid-message', what = 'message') => {
    if (compiled.Check(value)) return value as Static<T>;
    throw explain(compiled.Errors(value), value, code, what);
  };
}

interface SchemaError {
  keyword: string;
  instancePath: string;
  message: string;
  params: object;
}

function explain(errors: readonly SchemaError[], value: unknown, code: ErrorCode, what: string): GauntletError {
  const error = errors.find((candidate) => !['anyOf', 'boolean'].includes(candidate.keyword)) ?? errors[0];
  if (!error) return new GauntletError(code, `the ${what} does not match its schema`);
  const params = error.params as Record<string, unknown>;
  const field =
    (params['requiredProperties'] as string[] | undefined)?.[0] ??
    (params['additionalProperties'] as string[] | undefined)?.[0];
  const path = field === undefined ? error.instancePath : `${error.instancePath}/${field}`;
  const missing = error.keyword === 'required';
  const extra = error.keyword === 'additionalProperties';
  const choices = errors
    .filter((other) => other.keyword === 'const' && other.instancePath === error.instancePath)
    .map((other) => JSON.stringify((other.params as { allowedValue: unknown }).allowedValue));
  const expected = missing
    ? `the field ${field}`
    : extra
      ? 'no such field'
      : choices.length > 0
        ? choices.join(' or ')
        : error.message.replace(/^must (be |have )?/, '');
  const actual = missing ? 'nothing' : show(at(value, path));
  return new GauntletError(code, `${what}${path === '' ? '' : ` at ${path}`}: expected ${expected}, got ${actual}`, {
    path,
    expected,
    actual,
  });
}

/** The value at a JSON pointer, or undefined. */
function at(value: unknown, pointer: string): unknown {
  let current = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    current = typeof current === 'object' && current !== null ? (current as Record<string, unknown>)[key] : undefined;
  }
  return current;
}

/** A value in a few words, whatever it is. */
function show(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  try {
    const text = JSON.stringify(value) ?? typeof value;
    return text.length > 80 ? `${text.slice(0, 77)}...` : text;
  } catch {
    return typeof value;
  }
}
