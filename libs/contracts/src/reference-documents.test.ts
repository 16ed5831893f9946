import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import specifications from '@asyncapi/specs';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { asyncApiDocument } from './asyncapi';
import { refusalsOf } from './common-refusals';
import { documentFiles } from './document-files';
import { errorCodes } from './error-codes';
import { openApiDocument } from './openapi';
import { requestJsonSchema } from './openapi-operations';
import { rateLimits } from './rate-limits';
import { apiPrefix, routeTable } from './route-table';
import { socketEvents } from './socket-events';

type Json = Record<string, unknown>;
/** As a client gets it: what JSON cannot carry is gone. */
const asSent = (document: object): Json => JSON.parse(JSON.stringify(document)) as Json;
const openApi = asSent(openApiDocument());
const asyncApi = asSent(asyncApiDocument());

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const at = (document: unknown, ...path: (string | number)[]): unknown => path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), document);
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Every object in a document, with its place. */
const objectsIn = (value: unknown, place = '#'): [string, Json][] =>
  (isObject(value) ? [[place, value], ...Object.entries(value).flatMap(([key, inner]) => objectsIn(inner, `${place}/${escaped(key)}`))] : []);
const pointedAt = (document: unknown, ref: string): unknown =>
  at(document, ...ref.split('/').slice(1).map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')));

/** What stands there, or what that points at. */
const resolved = (document: unknown, value: unknown): unknown => {
  const ref = at(value, '$ref');
  return typeof ref === 'string' ? pointedAt(document, ref) : value;
};

describe.each([['OpenAPI', openApi], ['AsyncAPI', asyncApi]])('the %s document', (_name, document) => {
  it('points only at what is there', () => {
    const refs = objectsIn(document).flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []));
    expect(refs.length).toBeGreaterThan(10);
    expect(refs.filter((ref) => !ref.startsWith('#/') || pointedAt(document, ref) === undefined)).toEqual([]);
  });

  it('shows examples that its own schemas take', () => {
    const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
    addFormats(ajv);
    // The document is no schema itself: only what it holds is.
    ajv.addVocabulary(Object.keys(document)).addSchema(document, 'document');
    const shown = objectsIn(document).flatMap(([place, object]) => examplesOf(document, place, object));
    const faults = shown.flatMap(({ place, schema, example }) => {
      const validate = ajv.getSchema(`document${schema}`);
      return validate?.(example) === true ? [] : [{ place, example, errors: validate?.errors }];
    });
    expect(shown.length).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  });
});

/** The examples that stand beside a schema: of a body, of a message, or in the schema itself. */
const examplesOf = (document: Json, place: string, { schema, payload, example, examples, type }: Json): { place: string; schema: string; example: unknown }[] => {
  if (isObject(payload) && Array.isArray(examples)) return examples.map((shown: unknown) => ({ place, schema: `${place}/payload`, example: at(shown, 'payload') }));
  if (type === 'object' && Array.isArray(examples)) return examples.map((shown: unknown) => ({ place, schema: place, example: shown }));
  if (!isObject(schema)) return [];
  const named = isObject(examples) ? Object.values(examples).map((shown) => at(resolved(document, shown), 'value')) : [];
  return [...(example === undefined ? [] : [example]), ...named].map((shown) => ({ place, schema: `${place}/schema`, example: shown }));
};

describe('the OpenAPI document', () => {
  const calls = Object.entries(openApi['paths'] as Json).filter(([path]) => path.startsWith(apiPrefix));

  it('is valid against the schema of its specification', () => {
    const ajv = new Ajv2020({ allErrors: true, strict: false, logger: false });
    addFormats(ajv);
    const schema = readFileSync(require.resolve('@seriousme/openapi-schema-validator/schemas/v3.1/schema.json'), 'utf8');
    const isValid = ajv.compile(JSON.parse(schema) as object);
    expect([isValid(openApi), isValid.errors]).toEqual([true, null]);
    expect(isValid({ ...openApi, paths: { noPath: 1 } })).toBe(false);
  });

  it('is of version 3.1 and names every endpoint once, as POST', () => {
    expect(openApi['openapi']).toMatch(/^3\.1\.\d+$/);
    expect(calls.map(([path, methods]) => [path, Object.keys(methods as Json)])).toEqual(routeTable.map(({ name }) => [`${apiPrefix}/${name}`, ['post']]));
    const ids = Object.values(openApi['paths'] as Json).flatMap((methods) => Object.values(methods as Json).map((operation) => at(operation, 'operationId')));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(routeTable.map((endpoint) => [endpoint.name, endpoint] as const))('says of %s what it takes, answers and refuses', (name, endpoint) => {
    const operation = at(openApi, 'paths', `${apiPrefix}/${name}`, 'post');
    expect(operation).toMatchObject({ summary: endpoint.summary, security: endpoint.access === 'public' ? [] : [{ token: [] }, {}], tags: [expect.any(String)] });
    const declared = Object.entries(at(operation, 'responses') as Json).flatMap(([status, response]) =>
      ((at(resolved(openApi, response), 'content', 'application/json', 'schema', 'allOf', 1, 'properties', 'code', 'enum') ?? []) as string[]).map((code) => `${status} ${code}`));
    expect(declared.sort()).toEqual(refusalsOf(endpoint).map((code) => `${errorCodes[code].status} ${code}`).sort());
    expect('token' in (requestJsonSchema(endpoint).properties ?? {})).toBe(endpoint.access !== 'public');
    const limits = at(operation, 'x-rate-limits') as { name: keyof typeof rateLimits }[];
    expect(limits).toEqual(limits.map((limit) => ({ name: limit.name, ...rateLimits[limit.name] })));
    expect(limits.map((limit) => limit.name)).toContain('address');
  });
});

describe('the AsyncAPI document', () => {
  /** The payloads that an operation names, by its messages or its reply. */
  const payloads = (...path: string[]): unknown[] =>
    (at(asyncApi, 'operations', ...path, 'messages') as unknown[]).map((named) => at(resolved(asyncApi, resolved(asyncApi, named)), 'payload'));

  it('is valid against the schema of its specification', () => {
    const ajv = new Ajv({ allErrors: true, strict: false });
    addFormats(ajv);
    const isValid = ajv.compile(specifications.schemasWithoutId['3.0.0'] as object);
    expect([isValid(asyncApi), isValid.errors]).toEqual([true, null]);
    expect(isValid({ ...asyncApi, channels: [] })).toBe(false);
  });

  it('has an operation for every event, seen from the server, with its acknowledgement and its refusals', () => {
    for (const [name, { refusals }] of Object.entries(socketEvents.fromClient)) {
      expect(at(asyncApi, 'operations', name)).toMatchObject({ action: 'receive' });
      const [, failure] = payloads(name, 'reply');
      expect(at(failure, 'properties', 'code', 'enum')).toEqual(refusals);
    }
    for (const name of Object.keys(socketEvents.fromServer)) expect(at(asyncApi, 'operations', name)).toMatchObject({ action: 'send' });
  });
});

describe('docs/', () => {
  it.each(Object.entries(documentFiles()))('%s says what the schemas say (npm run docs:api writes it)', (name, text) => {
    const [kept, said] = [readFileSync(join(__dirname, '../../../docs', name), 'utf8').split('\n'), text.split('\n')];
    expect(kept.filter((line, index) => line !== said[index]).slice(0, 5)).toEqual([]);
    expect(kept).toHaveLength(said.length);
  });
});
