import { refusalsOf } from './common-refusals';
import { failureSchema, replySchema, type Endpoint } from './endpoint';
import { errorCodes, type ErrorCode } from './error-codes';
import { exampleOf, jsonSchemaOf, type JsonSchema } from './example-of';
import { limits, token } from './fields';
import { longestWaitSeconds, rateLimits } from './rate-limits';
import { apiPrefix, routeTable } from './route-table';

export const contractVersion = '1.0.0';

const codes = Object.keys(errorCodes) as ErrorCode[];

/** `sent-request` → `sentRequest`. */
const operationId = (endpoint: Endpoint): string => endpoint.name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
const schemaName = (endpoint: Endpoint, what: 'Request' | 'Reply'): string => {
  const name = operationId(endpoint);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}${what}`;
};
const schemaRef = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The body of a call: the token first where the call takes one, as the document has it. */
export const requestJsonSchema = (endpoint: Endpoint): JsonSchema => {
  const schema = jsonSchemaOf(endpoint.request);
  if (endpoint.access === 'public') return schema;
  const description = `May stand in \`Authorization: Bearer\` instead. Purpose in strict mode: ${endpoint.access.join(' or ')}.`;
  return { ...schema, properties: { token: { ...jsonSchemaOf(token), description }, ...schema.properties } };
};
export const replyJsonSchema = (endpoint: Endpoint): JsonSchema => jsonSchemaOf(replySchema(endpoint));

const byStatus = (endpoint: Endpoint): Map<number, ErrorCode[]> => {
  const grouped = new Map<number, ErrorCode[]>();
  for (const code of refusalsOf(endpoint)) grouped.set(errorCodes[code].status, [...(grouped.get(errorCodes[code].status) ?? []), code]);
  return new Map([...grouped].sort(([one], [other]) => one - other));
};

const retryAfter = { 'Retry-After': { description: 'Seconds to wait; grows when calls go on.', schema: { type: 'integer', minimum: 1 } } };
const requestIdHeader = { 'X-Request-Id': { description: 'Names the call; name it when you report a problem.', schema: { type: 'string' } } };

const failureResponse = (status: number, oneOf: readonly ErrorCode[]) => {
  const narrowed = { properties: { code: { enum: oneOf } } };
  return {
    description: oneOf.map((code) => `\`${code}\`: ${errorCodes[code].message}.`).join('\n\n'),
    headers: { ...requestIdHeader, ...(status === 429 || status === 503 ? retryAfter : {}) },
    content: {
      'application/json': { schema: { allOf: [schemaRef('Failure'), narrowed] } },
      'application/problem+json': { schema: { allOf: [schemaRef('Problem'), narrowed] } },
    },
  };
};

const operation = (endpoint: Endpoint) => ({
  operationId: operationId(endpoint),
  tags: [endpoint.service],
  summary: endpoint.summary,
  // The token stands in the header or in the body: neither is required by itself.
  security: endpoint.access === 'public' ? [] : [{ token: [] }, {}],
  requestBody: {
    required: true,
    content: { 'application/json': { schema: schemaRef(schemaName(endpoint, 'Request')), example: exampleOf(requestJsonSchema(endpoint)) } },
  },
  responses: {
    200: {
      description: endpoint.message, headers: requestIdHeader,
      content: { 'application/json': { schema: schemaRef(schemaName(endpoint, 'Reply')), example: exampleOf(replyJsonSchema(endpoint)) } },
    },
    ...Object.fromEntries([...byStatus(endpoint)].map(([status, oneOf]) => [status, failureResponse(status, oneOf)])),
  },
  'x-rate': endpoint.rate,
});

const problem: JsonSchema = {
  type: 'object',
  description: 'RFC 9457; sent to who names application/problem+json in Accept.',
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, code: schemaRef('ErrorCode'),
    errors: { type: 'array', items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } }, required: ['field', 'message'] } },
    requestId: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code', 'requestId'],
};

const failure = (): JsonSchema => {
  const schema = jsonSchemaOf(failureSchema);
  return { ...schema, properties: { ...schema.properties, code: schemaRef('ErrorCode') } };
};

const description = [
  'Accounts, friends, groups and messages. Every call is a POST with a JSON object; unknown fields are ignored.',
  `A body has at most ${limits.requestBodyBytes} bytes. Lengths are UTF-16 code units.`,
  `Rate limits: ${Object.entries(rateLimits).map(([name, { calls, seconds }]) => `${name} ${calls} in ${seconds} s`).join(', ')};`
  + ` repeated excess waits longer, up to ${longestWaitSeconds} s.`,
].join('\n\n');

/** The REST contract as OpenAPI 3.1. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: { title: 'Chat Backend', version: contractVersion, description },
  servers: [{ url: '/' }],
  tags: [...new Set(routeTable.map(({ service }) => service))].map((name) => ({ name })),
  paths: Object.fromEntries(routeTable.map((endpoint) => [`${apiPrefix}/${endpoint.name}`, { post: operation(endpoint) }])),
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    schemas: {
      ErrorCode: { type: 'string', enum: codes },
      Failure: failure(),
      Problem: problem,
      ...Object.fromEntries(routeTable.flatMap((endpoint) => [
        [schemaName(endpoint, 'Request'), requestJsonSchema(endpoint)],
        [schemaName(endpoint, 'Reply'), replyJsonSchema(endpoint)],
      ])),
    },
  },
});
