import { failureSchema } from './endpoint';
import { errorCodes, type ErrorCode } from './error-codes';
import { jsonSchemaOf, type JsonSchema } from './example-of';
import { failureExample, problemExample } from './failure-examples';

const codes = Object.keys(errorCodes) as ErrorCode[];
const schemaRef = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const retryAfter = { 'Retry-After': { description: 'Seconds to wait; grows when calls go on.', schema: { type: 'integer', minimum: 1 } } };
export const requestIdHeader = { 'X-Request-Id': { description: 'Names the call; name it when you report a problem.', schema: { type: 'string' } } };

const failureResponse = (status: number, oneOf: readonly ErrorCode[]) => {
  const narrowed = { properties: { code: { enum: oneOf } } };
  return {
    description: oneOf.map((code) => `\`${code}\`: ${errorCodes[code].message}.`).join('\n\n'),
    headers: { ...requestIdHeader, ...(status === 429 || status === 503 ? retryAfter : {}) },
    content: {
      'application/json': {
        schema: { allOf: [schemaRef('Failure'), narrowed] },
        examples: Object.fromEntries(oneOf.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
      'application/problem+json': { schema: { allOf: [schemaRef('Problem'), narrowed] } },
    },
  };
};

/** The codes by their status, in rising order. */
const byStatus = (refusals: readonly ErrorCode[]): [number, ErrorCode[]][] => {
  const statuses = [...new Set(refusals.map((code) => errorCodes[code].status))].sort((one, other) => one - other);
  return statuses.map((status) => [status, refusals.filter((code) => errorCodes[code].status === status)]);
};
const responseName = (codesOfIt: readonly ErrorCode[]): string => codesOfIt.join('.');

/** A response for each status that the codes have. Many calls share them: each is written once, in the components. */
export const failureResponses = (refusals: readonly ErrorCode[]) =>
  Object.fromEntries(byStatus(refusals).map(([status, oneOf]) => [status, { $ref: `#/components/responses/${responseName(oneOf)}` }]));

/** The responses that those name. */
export const sharedFailureResponses = (everyRefusals: readonly (readonly ErrorCode[])[]) =>
  Object.fromEntries(everyRefusals.flatMap(byStatus).map(([status, oneOf]) => [responseName(oneOf), failureResponse(status, oneOf)]));

const problem: JsonSchema = {
  type: 'object',
  description: 'RFC 9457; sent to who names application/problem+json in Accept.',
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, code: schemaRef('ErrorCode'),
    errors: { type: 'array', items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } }, required: ['field', 'message'] } },
    requestId: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code', 'requestId'],
  examples: [problemExample('INVALID_REQUEST')],
};

const failure = (): JsonSchema => {
  const schema = jsonSchemaOf(failureSchema);
  return { ...schema, properties: { ...schema.properties, code: schemaRef('ErrorCode') }, examples: [failureExample('INVALID_REQUEST')] };
};

export const failureSchemas = () => ({ ErrorCode: { type: 'string', enum: codes }, Failure: failure(), Problem: problem });

/** What each code looks like, by its name. */
export const failureExamples = () => Object.fromEntries(codes.map((code) => [code, { summary: errorCodes[code].message, value: failureExample(code) }]));
