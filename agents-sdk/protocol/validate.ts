import { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Errors } from 'typebox/value';
import { GauntletError } from './errors.ts';
import type { ErrorCode } from './vocabulary.ts';

/** A compiled check of one schema. */
export type Check<T extends TSchema> = (value: unknown, code?: ErrorCode, what?: string) => Static<T>;

/**
 * Compiles a schema into a function that returns the value, typed, or throws a GauntletError that names the field,
 * what was expected there and what came. Numbers that are not finite never pass. Unions of objects are told apart by
 * their `type` or `kind`.
 */
export function checker<T extends TSchema>(schema: T): Check<T> {
  const compiled = Compile(schema);
  return (value, code = 'invalid-message', what = 'message') => {
    if (compiled.Check(value)) return value as Static<T>;
    const { path, expected, actual } = find(schema, value, '') ?? leaf(schema, value, '');
    throw new GauntletError(code, `${what}${path === '' ? '' : ` at ${path}`}: expected ${expected}, got ${actual}`, {
      path,
      expected,
      actual,
    });
  };
}

interface Fault {
  /** JSON pointer to the field. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** The keywords that lead deeper into a value. */
interface Schema {
  const?: unknown;
  anyOf?: Schema[];
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
  patternProperties?: Record<string, Schema>;
  items?: Schema | Schema[];
}

/** The fields that say which of several kinds of object one is. */
const TAGS = ['type', 'kind'];

/** The first fault in a value, or null when it has none. TypeBox lists eight and stops, mostly of the kinds that were not meant. */
function find(schema: Schema, value: unknown, path: string): Fault | null {
  if (schema.anyOf) return inUnion(schema, schema.anyOf, value, path);
  if (schema.type === 'object') {
    return isObject(value) ? inObject(schema, value, path) : { path, expected: 'object', actual: show(value) };
  }
  if (schema.type === 'array' && Array.isArray(value)) {
    const { items } = schema;
    for (let i = 0; i < value.length; i++) {
      const item = Array.isArray(items) ? items[i] : items;
      const fault = item && find(item, value[i], `${path}/${i}`);
      if (fault) return fault;
    }
  }
  return Errors(schema as TSchema, value).length === 0 ? null : leaf(schema, value, path);
}

function inUnion(schema: Schema, options: readonly Schema[], value: unknown, path: string): Fault | null {
  const tag = TAGS.find((name) => options.every((option) => option.properties?.[name]?.const !== undefined));
  if (tag !== undefined) {
    if (!isObject(value)) return { path, expected: 'object', actual: show(value) };
    const meant = options.find((option) => option.properties?.[tag]?.const === value[tag]);
    if (meant) return find(meant, value, path);
    const words = options.map((option) => JSON.stringify(option.properties?.[tag]?.const));
    return {
      path: `${path}/${tag}`,
      expected: words.join(' or '),
      actual: value[tag] === undefined ? 'nothing' : show(value[tag]),
    };
  }
  if (Errors(schema as TSchema, value).length === 0) return null;
  const words = options.filter((option) => option.const !== undefined).map((option) => JSON.stringify(option.const));
  if (words.length > 0) return { path, expected: words.join(' or '), actual: show(value) };
  // Something or null.
  const something = options.find((option) => option.type !== 'null');
  return something ? find(something, value, path) : null;
}

function inObject(schema: Schema, value: Record<string, unknown>, path: string): Fault | null {
  const { properties = {}, required = [], patternProperties = {} } = schema;
  for (const name of required) {
    if (!Object.hasOwn(value, name))
      return { path: `${path}/${name}`, expected: `the field ${name}`, actual: 'nothing' };
  }
  const [others] = Object.values(patternProperties);
  for (const [name, field] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : others;
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!known && schema.additionalProperties === false)
      return { path: at, expected: 'no such field', actual: show(field) };
    const optional = field === undefined && !required.includes(name);
    const fault = known && !optional && find(known, field, at);
    if (fault) return fault;
  }
  return null;
}

/** What is wrong with a value in itself, as TypeBox says it. */
function leaf(schema: Schema, value: unknown, path: string): Fault {
  const [error] = Errors(schema as TSchema, value);
  const expected = error?.message.replace(/^must (be |have )?/, '') ?? 'something else';
  return { path, expected, actual: show(value) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
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
