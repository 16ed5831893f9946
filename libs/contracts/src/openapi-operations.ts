import { refusalsOf } from './common-refusals';
import { replySchema, type Endpoint } from './endpoint';
import { exampleOf, jsonSchemaOf, leastExampleOf, type JsonSchema } from './example-of';
import { limits, token } from './fields';
import { describeLimit, limitsOfEndpoint } from './limits-of-endpoint';
import { failureResponses, requestIdHeader } from './openapi-failures';
import { rateLimits } from './rate-limits';
import { tagOf } from './reference-tags';

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

/** Bodies to begin with: every field, and no more than must be there. */
export const requestExamples = (endpoint: Endpoint) => {
  const schema = requestJsonSchema(endpoint);
  return {
    whole: { summary: 'Every field', value: exampleOf(schema) },
    least: { summary: 'What must be given; the token stands in the header', value: leastExampleOf(schema) },
  };
};

const tokenText = ({ access }: Endpoint): string => (access === 'public'
  ? 'Takes no token.'
  : `Takes a token, in \`Authorization: Bearer\` or in the body as \`token\`; if in both, the same one. In strict mode its purpose is ${access.join(' or ')}.`);
const limitsText = (endpoint: Endpoint): string => `Rate limits: ${limitsOfEndpoint(endpoint).map(describeLimit).join('; ')}.`;

/** A call as an OpenAPI operation. */
export const operationOf = (endpoint: Endpoint) => ({
  operationId: operationId(endpoint),
  tags: [tagOf(endpoint)],
  summary: endpoint.summary,
  description: [tokenText(endpoint), limitsText(endpoint), `The body has at most ${limits.requestBodyBytes} bytes.`].join('\n\n'),
  // The token stands in the header or in the body: neither is required by itself.
  security: endpoint.access === 'public' ? [] : [{ token: [] }, {}],
  requestBody: {
    required: true,
    content: { 'application/json': { schema: schemaRef(schemaName(endpoint, 'Request')), examples: requestExamples(endpoint) } },
  },
  responses: {
    200: {
      description: endpoint.message, headers: requestIdHeader,
      content: { 'application/json': { schema: schemaRef(schemaName(endpoint, 'Reply')), example: exampleOf(replyJsonSchema(endpoint)) } },
    },
    ...failureResponses(refusalsOf(endpoint)),
  },
  'x-rate': endpoint.rate,
  'x-rate-limits': limitsOfEndpoint(endpoint).map((name) => ({ name, ...rateLimits[name] })),
  'x-body-limit-bytes': limits.requestBodyBytes,
});

/** The schemas that the operation refers to, by their names. */
export const schemasOf = (endpoint: Endpoint): [string, JsonSchema][] =>
  [[schemaName(endpoint, 'Request'), requestJsonSchema(endpoint)], [schemaName(endpoint, 'Reply'), replyJsonSchema(endpoint)]];
