import { asyncApiDocument } from './asyncapi';
import { replySchema } from './endpoint';
import { errorCodes } from './error-codes';
import { exampleOf, jsonSchemaOf } from './example-of';
import { openApiDocument, replyJsonSchema, requestJsonSchema } from './openapi';
import { apiPrefix, routeTable } from './route-table';
import { socketEvents } from './socket-events';

/** As a client gets it: what JSON cannot carry is gone. */
const asSent = (document: object) => JSON.parse(JSON.stringify(document)) as Record<string, unknown>;

const refsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [inner as string] : refsIn(inner)));
};
const resolve = (document: unknown, ref: string): unknown =>
  ref.replace('#/', '').split('/').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);

describe.each([['OpenAPI', asSent(openApiDocument())], ['AsyncAPI', asSent(asyncApiDocument())]])('the %s document', (_name, document) => {
  it('points only at what is there', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(10);
    expect(refs.filter((ref) => !ref.startsWith('#/') || resolve(document, ref) === undefined)).toEqual([]);
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument();

  it('is of version 3.1 and names every endpoint once, as POST', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(Object.keys(document.paths)).toEqual(routeTable.map(({ name }) => `${apiPrefix}/${name}`));
    const ids = Object.values(document.paths).map(({ post }) => post.operationId);
    expect(new Set(ids).size).toBe(routeTable.length);
  });

  it.each(routeTable.map((endpoint) => [endpoint.name, endpoint] as const))('says of %s what it takes, answers and refuses', (name, endpoint) => {
    const operation = document.paths[`${apiPrefix}/${name}`]?.post;
    expect(operation?.summary).toBe(endpoint.summary);
    expect(operation?.security).toEqual(endpoint.access === 'public' ? [] : [{ token: [] }, {}]);
    const responses = asSent(operation?.responses ?? {});
    for (const code of endpoint.refusals) expect(JSON.stringify(responses[errorCodes[code].status])).toContain(code);
    for (const status of [400, 413, 415, 429, 500, 503]) expect(responses[status]).toBeDefined();
    expect('token' in (requestJsonSchema(endpoint).properties ?? {})).toBe(endpoint.access !== 'public');
  });

  it.each(routeTable.map((endpoint) => [endpoint.name, endpoint] as const))('shows examples of %s that its own schemas take', (_name, endpoint) => {
    expect(endpoint.request.safeParse(exampleOf(requestJsonSchema(endpoint))).error).toBeUndefined();
    expect(replySchema(endpoint).safeParse(exampleOf(replyJsonSchema(endpoint))).error).toBeUndefined();
  });
});

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument();

  it('is of version 3 and has an operation for every event, seen from the server', () => {
    expect(document.asyncapi).toMatch(/^3\./);
    for (const name of Object.keys(socketEvents.fromClient)) expect(document.operations[name]).toMatchObject({ action: 'receive' });
    for (const name of Object.keys(socketEvents.fromServer)) expect(document.operations[name]).toMatchObject({ action: 'send' });
  });

  it('shows examples that its own schemas take', () => {
    const events = [...Object.values(socketEvents.fromClient), ...Object.values(socketEvents.fromServer)];
    for (const { payload } of events) expect(payload.safeParse(exampleOf(jsonSchemaOf(payload))).error).toBeUndefined();
  });
});
