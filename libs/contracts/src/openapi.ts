import { refusalsOf } from './common-refusals';
import { limits } from './fields';
import { besideCalls, noHttp, otherRequests, pathsBesideCalls, refusalsBesideCalls } from './openapi-beside-calls';
import { failureExamples, failureSchemas, sharedFailureResponses } from './openapi-failures';
import { operationOf, schemasOf } from './openapi-operations';
import { longestWaitSeconds, rateLimits } from './rate-limits';
import { referenceTags } from './reference-tags';
import { apiPrefix, routeTable } from './route-table';

export const contractVersion = '1.0.0';

const description = [
  'Accounts, friends, groups and messages. Every call is a POST with a JSON object; unknown fields are ignored. Messages are sent and pushed by socket: see /asyncapi.json.',
  'A success has status 200, `success: true` and the message that its call documents. A failure has a status of 400 or more and a `code` of one published list; fields may be added to replies, never renamed.',
  `A body has at most ${limits.requestBodyBytes} bytes. Lengths are UTF-16 code units.`,
  `Rate limits: ${Object.entries(rateLimits).map(([name, { calls, seconds }]) => `${name} ${calls} in ${seconds} s`).join(', ')};`
  + ` repeated excess waits longer, up to ${longestWaitSeconds} s.`,
].join('\n\n');

const tokenDescription = 'What login answers as `data.token`. It stands in the header or in the body as `token`; both present must be the same. Tokens of other purposes '
  + '(verify, mfa, reset) are taken where the call says so, and open nothing else.';

/** The REST contract as OpenAPI 3.1. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: { title: 'Chat Backend', version: contractVersion, description, license: { name: 'MIT', identifier: 'MIT' } },
  servers: [{ url: '/', description: 'The gateway that serves this document.' }],
  tags: [...referenceTags, besideCalls],
  paths: {
    ...Object.fromEntries(routeTable.map((endpoint) => [`${apiPrefix}/${endpoint.name}`, { post: operationOf(endpoint) }])),
    ...pathsBesideCalls(),
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: tokenDescription } },
    schemas: { ...failureSchemas(), ...Object.fromEntries(routeTable.flatMap(schemasOf)) },
    responses: sharedFailureResponses([...routeTable.map(refusalsOf), ...refusalsBesideCalls]),
    examples: failureExamples(),
  },
  'x-other-requests': otherRequests(),
  'x-no-http': noHttp(),
});
