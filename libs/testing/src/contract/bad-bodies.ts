import { apiPrefix, type Endpoint } from '@chat-backend/contracts';
import { z } from 'zod';

/** A body with one fault, and where the fault is. */
export interface BadBody { what: string; field: string; body: Record<string, unknown> }

interface FieldSchema { type?: string; maxLength?: number; anyOf?: FieldSchema[]; enum?: unknown[]; items?: BodySchema }
interface BodySchema { properties: Record<string, FieldSchema>; required?: string[] }

const nul = 'abcd\u0000efgh';
const loneSurrogate = 'abcdefgh\ud800';
const longerThanAnyField = 20_000;
const wrongForText: readonly (readonly [string, unknown])[] = [['a number', 7], ['a boolean', true], ['an object', { a: 1 }], ['a list', ['a']]];
const wrongForNumber: readonly (readonly [string, unknown])[] = [['text', 'seven'], ['a boolean', true], ['an object', { a: 1 }], ['a list', [1]], ['a fraction', 1.5], ['less than nothing', -1]];

const wrongForFlag: readonly (readonly [string, unknown])[] = [['text', 'true'], ['a number', 1], ['an object', { a: 1 }], ['a list', [true]]];
const wrongForList: readonly (readonly [string, unknown])[] = [['text', 'seven'], ['a number', 7], ['a boolean', true], ['an object', { a: 1 }]];

/** The contract of the body, as the published reference says it. */
const bodySchema = (endpoint: Endpoint): BodySchema => z.toJSONSchema(endpoint.request, { io: 'input' }) as unknown as BodySchema;

const isNullable = (schema: FieldSchema): boolean => schema.type === 'null' || (schema.anyOf ?? []).some(isNullable);
const isNumber = (schema: FieldSchema): boolean => ['integer', 'number'].includes(schema.type ?? '') || (schema.anyOf ?? []).some(isNumber);

const wrongForItsType = (schema: FieldSchema): readonly (readonly [string, unknown])[] => {
  if (schema.items !== undefined) return wrongForList;
  if (schema.type === 'boolean') return wrongForFlag;
  if (isNumber(schema)) return wrongForNumber;
  return [...wrongForText, ['too long', 'x'.repeat(longerThanAnyField)], ['with NUL', nul], ['with a lone surrogate', loneSurrogate]];
};

const wrongValues = (schema: FieldSchema): (readonly [string, unknown])[] => [...(isNullable(schema) ? [] : [['null', null] as const]), ...wrongForItsType(schema)];

/** The faults of the objects in a list: the first one has them. */
const faultsInList = (list: string, items: BodySchema, valid: Record<string, unknown>): BadBody[] => {
  const [first] = valid[list] as [Record<string, unknown>];
  const inObject = faultsOf(items, first).map(({ what, field, body }) => ({ what: `${list}: ${what}`, field: `${list}.0.${field}`, body: { ...valid, [list]: [body] } }));
  return [{ what: `${list} holds text`, field: `${list}.0`, body: { ...valid, [list]: ['a'] } }, ...inObject];
};

const faultsOf = ({ properties, required = [] }: BodySchema, valid: Record<string, unknown>): BadBody[] => {
  const missing = required.map((field) => {
    const { [field]: _left, ...body } = valid;
    return { what: `${field} is missing`, field, body };
  });
  const wrong = Object.entries(properties).flatMap(([field, schema]) => [
    ...wrongValues(schema).map(([what, value]) => ({ what: `${field} is ${what}`, field, body: { ...valid, [field]: value } })),
    ...(schema.items === undefined ? [] : faultsInList(field, schema.items, valid)),
  ]);
  return [...missing, ...wrong];
};

/** Every single fault that a body of this endpoint can have, each in an otherwise valid one. */
export const badBodies = (endpoint: Endpoint, valid: Record<string, unknown>): BadBody[] => faultsOf(bodySchema(endpoint), valid);

/** Bodies that are no JSON object at all. */
export const noObjects: readonly (readonly [string, string])[] = [
  ['half an object', '{"to":'], ['a list', '[]'], ['text', '"hello"'], ['a number', '7'], ['null', 'null'], ['nothing but bytes', '\u0000\u0001'],
];

/** One fault more than a field can have: the whole body. */
export const tooLargeBody = JSON.stringify({ token: 'x', padding: 'x'.repeat(40_000), path: apiPrefix });
