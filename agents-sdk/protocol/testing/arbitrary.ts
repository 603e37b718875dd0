import fc, { type Arbitrary } from 'fast-check';
import type { Static, TSchema } from 'typebox';

/** The keywords of JSON Schema that our schemas use. */
interface Schema {
  const?: unknown;
  anyOf?: Schema[];
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  patternProperties?: Record<string, Schema>;
  items?: Schema | Schema[];
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  pattern?: string;
}

/** Values of a schema, every keyword of ours observed; sensor arrays hold any float32 but NaN and infinities. */
export function arbitraryOf<T extends TSchema>(schema: T): Arbitrary<Static<T>> {
  return build(schema as Schema) as Arbitrary<Static<T>>;
}

function build(schema: Schema): Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(build));
  switch (schema.type) {
    case 'object':
      return object(schema);
    case 'array':
      return array(schema);
    case 'string':
      return schema.pattern
        ? fc.stringMatching(new RegExp(schema.pattern))
        : fc
            .string({
              unit: 'grapheme',
              minLength: schema.minLength ?? 0,
              maxLength: Math.min(schema.maxLength ?? 12, 24),
            })
            .filter((text) => text.length <= (schema.maxLength ?? 99));
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 });
    case 'number':
      return number(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case undefined:
      return fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 40 });
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

function object({ properties = {}, required = [], patternProperties }: Schema): Arbitrary<unknown> {
  if (patternProperties) {
    const [values] = Object.values(patternProperties);
    return fc.dictionary(fc.string({ maxLength: 10 }), build(values as Schema), { maxKeys: 3, noNullPrototype: true });
  }
  const model = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, build(value)]));
  return fc.record(model, { requiredKeys: required, noNullPrototype: true });
}

function array({ items, minItems = 0, maxItems = 4 }: Schema): Arbitrary<unknown> {
  if (Array.isArray(items)) return fc.tuple(...items.map(build));
  return fc.array(build(items as Schema), {
    minLength: minItems,
    maxLength: Math.max(minItems, Math.min(maxItems, 4)),
  });
}

/** -0 is left out: neither encoding keeps its sign outside sensor arrays. */
function number({ minimum, maximum, exclusiveMinimum }: Schema): Arbitrary<number> {
  const min = minimum ?? exclusiveMinimum;
  return fc
    .double({
      noNaN: true,
      noDefaultInfinity: true,
      ...(min === undefined ? {} : { min }),
      ...(maximum === undefined ? {} : { max: maximum }),
    })
    .filter((value) => !Object.is(value, -0) && value !== exclusiveMinimum);
}
