import { jsonSchemaOf, type JsonSchema } from '@chat-backend/contracts';
import fc from 'fast-check';
import type { z } from 'zod';

/** Values that mean something to the product (ids, addresses, cursors), by the name of their field: without them hardly an input would come past the first look-up. */
export type KnownValues = Readonly<Record<string, readonly unknown[]>>;

const longestText = 10_000;
const oddTexts = [
  '', ' ', '\u0000', 'a\u0000b', '\ud800', 'a\udc00', '\udfff\ud800', '\u202egnp.exe', '\u200b', '\ufeff', '\u3164', 'e\u0301', '\u00e9', '\uff11\uff12\uff13\uff14\uff15\uff16', '\u{1d7d9}', '\u0130'.repeat(64), '\ufdfa'.repeat(30),
  '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}', 'a\u0301'.repeat(50), "'; drop table users; --", '$1', '${7*7}', '{{7*7}}', '%s%n', '%', '_', '\\', '\\u0000', '%00', '<script>alert(1)</script>', '../../etc/passwd', 'a\r\nSet-Cookie: a=b',
  'null', 'undefined', 'NaN', 'true', '0', '-1', '1e400', '[object Object]', '__proto__', 'constructor', 'toString', 'javascript:alert(1)', ' javascript:alert(1)', 'http://127.0.0.1:1/', '//example.com', 'file:///etc/passwd', 'data:,x',
  'User@Example.COM', 'a@b', '"a b"@example.com', 'a@example.com\n', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '2026-13-45T99:99:99Z', '0000-01-01T00:00:00Z', 'x'.repeat(longestText),
];
const oddNumbers = [
  0, -0, -1, 1, 0.5, -0.5, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 64, -(2 ** 31) - 1, -(2 ** 53), -(2 ** 63) - 1025, 1e21, 1e100, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 151, 101,
];

/** As JSON makes it: with a key of its own that is called `__proto__`. */
const withPrototype = (value: object): object => Object.fromEntries([['__proto__', value]]);
const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => wrap(inner), 'x');
const oddObjects = [
  {}, [], [[]], [null], [{}], { length: 1e9 }, { length: -1 }, { toString: 'x' }, { valueOf: null }, { toJSON: 'x' }, { then: 'x' }, { $gt: '' }, { constructor: { prototype: { polluted: true } } }, { hasOwnProperty: 1 }, { _placeholder: true, num: 0 },
  withPrototype({ polluted: true, isVerified: true }), withPrototype([]), { a: withPrototype({ polluted: true }) }, Array.from({ length: 1_000 }, () => 0), Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key${index}`, index])),
];
const deepObjects = [nested(500, (a) => ({ a })), nested(2_000, (inner) => [inner]), nested(100, (inner) => withPrototype(inner as object))];

const anyText = fc.oneof(fc.constantFrom(...oddTexts), fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'binary-ascii', maxLength: 20 }));
/** Anything that JSON can say, and much that nobody expects. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: anyText },
  { weight: 2, arbitrary: fc.constantFrom(...oddNumbers) },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(...oddObjects) },
  { weight: 1, arbitrary: fc.constantFrom(...deepObjects) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** One code unit for each unit of length, or two: both count the same against a bound. */
const textOfLength = (length: number): fc.Arbitrary<string> =>
  fc.constantFrom('x'.repeat(length), '\u{1f600}'.repeat(Math.floor(length / 2)).padEnd(length, 'y'), '\u00e9'.repeat(length));

const validText = ({ format, pattern, minLength = 0, maxLength = 200 }: JsonSchema): fc.Arbitrary<string> => {
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.emailAddress({ size: 'small' });
  if (format === 'date-time') return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }).map((date) => date.toISOString());
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern, 'u'));
  const some = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, Math.max(minLength, 60)) }).map((text) => text.slice(0, maxLength));
  return fc.oneof({ weight: 6, arbitrary: some }, { weight: 1, arbitrary: fc.constantFrom(minLength, maxLength).chain(textOfLength) });
};

const validNumber = ({ minimum = -1_000, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: minimum, max: Math.min(maximum, minimum + 200) }), fc.constantFrom(minimum, maximum));

/** What the schema takes, as far as JSON Schema says it: the schema itself may refuse some. */
const validOf = (schema: JsonSchema, field: string, known: KnownValues): fc.Arbitrary<unknown> => {
  const described = describedBy(schema, field, known);
  const values = known[field];
  return values === undefined ? described : fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: described });
};

const describedBy = (schema: JsonSchema, field: string, known: KnownValues): fc.Arbitrary<unknown> => {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((choice) => describedBy(choice, field, known)));
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(([name, property]) => [name, validOf(property, name, known)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: schema.required ?? [] });
  }
  if (schema.items !== undefined) return fc.array(validOf(schema.items, '', known), { maxLength: 8 });
  if (schema.type === 'string') return validText(schema);
  if (schema.type === 'integer' || schema.type === 'number') return validNumber(schema);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  return hostileValue;
};

const atOrOverBounds = ({ minLength, maxLength, minimum, maximum }: JsonSchema): fc.Arbitrary<unknown>[] => [
  ...(maxLength === undefined ? [] : [textOfLength(maxLength), textOfLength(maxLength + 1)]),
  ...(minLength === undefined || minLength === 0 ? [] : [textOfLength(minLength - 1)]),
  ...(minimum === undefined ? [] : [fc.constant(minimum - 1)]),
  ...(maximum === undefined ? [] : [fc.constant(maximum + 1)]),
];

const missing = fc.constant(undefined);
const extraKeys = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'id', 'isVerified', 'role', 'unknown', '');

/** An otherwise valid object in which one field is off or missing, or one is too many. */
const spoiltObject = (schema: JsonSchema, properties: Record<string, JsonSchema>, field: string, known: KnownValues): fc.Arbitrary<unknown> => {
  const faults: fc.Arbitrary<[string, unknown]>[] = Object.entries(properties).flatMap(([name, property]) => [
    fc.tuple(fc.constant(name), spoiltOf(property, name, known)), fc.tuple(fc.constant(name), fc.oneof({ weight: 1, arbitrary: missing }, { weight: 2, arbitrary: hostileValue })),
  ]);
  const fault = fc.oneof(...faults, fc.tuple(extraKeys, hostileValue));
  return fc.tuple(describedBy(schema, field, known), fault).map(([valid, added]) => Object.fromEntries([...Object.entries(valid as object), added]));
};

const spoiltList = (schema: JsonSchema, items: JsonSchema, field: string, known: KnownValues): fc.Arbitrary<unknown> => {
  const item = validOf(items, '', known);
  const tooMany = (typeof schema['maxItems'] === 'number' ? schema['maxItems'] : 100) + 1;
  return fc.oneof(
    fc.tuple(describedBy(schema, field, known), spoiltOf(items, '', known)).map(([valid, bad]) => [...valid as unknown[], bad]),
    item.map((one) => Array.from({ length: tooMany }, () => one)),
  );
};

/** Off in one thing. */
const spoiltOf = (schema: JsonSchema, field: string, known: KnownValues): fc.Arbitrary<unknown> => {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((choice) => spoiltOf(choice, field, known)));
  if (schema.properties !== undefined) return spoiltObject(schema, schema.properties, field, known);
  if (schema.items !== undefined) return spoiltList(schema, schema.items, field, known);
  return fc.oneof(hostileValue, ...atOrOverBounds(schema));
};

/** Valid, nearly valid, and hostile inputs of a schema, all made from what the schema says. */
export const inputsOf = (schema: z.ZodType, known: KnownValues): fc.Arbitrary<unknown> => {
  const described = jsonSchemaOf(schema);
  return fc.oneof(
    { weight: 4, arbitrary: validOf(described, '', known) },
    { weight: 5, arbitrary: spoiltOf(described, '', known) },
    { weight: 1, arbitrary: hostileValue },
  );
};
